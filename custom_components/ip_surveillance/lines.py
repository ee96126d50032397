"""What outputs and sirens have in common: they are on or off, as the device says."""

from typing import override

from .entity import PartEntity
from .protocol.model.state import LineState, State


class LineEntity(PartEntity[bool]):
    """Something that is on or off; what it shows was read back from the device."""

    @override
    def read(self, state: State) -> bool | None:
        line = state.part(self._part.ref)
        return line.active if isinstance(line, LineState) else None

    @property
    def is_on(self) -> bool | None:
        """Whether it is on, None when the device does not say."""
        return self._value
