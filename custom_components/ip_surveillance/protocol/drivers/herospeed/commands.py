"""All commands of the family but those of care, pictures and raw requests, and the states that they change."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
import time
from typing import override

from ...driver import Want
from ...errors import AuthFailed, DeviceError
from ...model.events import Polled
from ...model.parts import HOST, PartKind, PartRef
from ...model.state import LineState, PartState, ReadingValue
from ...model.vocabulary import Reading
from .docs import Doc
from .lights import INFRARED_LABEL, LIGHT_LEVEL, Lamps, lamp_states
from .outputs import Outputs, output_states
from .ptz import Tours
from .settings import Source
from .settings_host import ALARM_OUT
from .settings_image import FILL_LIGHT, OSD
from .siren import Sounders

type _Readings = Mapping[tuple[PartRef, Reading], ReadingValue | None]


class Commands(Tours, Lamps, Outputs, Sounders):
    """What a driver is composed with.

    It needs `client`, `facts`, `topology`, `mover`, `tell`, and an empty `KnobMemory` as `knob_memory`; it calls
    `learn_knobs` with what each look found, `poll_knobs` at every poll, and `close_knobs` before the mover's close.
    """

    async def poll_knobs(self, wanted: AbstractSet[Want]) -> Polled | None:
        """Read outputs, lamps and light levels that are wanted, one request a document; None: nothing is.

        What could not be read is unknown. Raises `AuthFailed` alone.
        """
        known = self.topology.parts if self.topology else {}
        refs = {part for part, _ in wanted if part in known}
        asked_at = time.monotonic()
        sirens = [ref for ref in refs if ref.kind is PartKind.SIREN]
        parts: dict[PartRef, PartState] = {**self.poll_sirens(*sirens).parts}
        readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        for source in _sources(refs, wanted):
            try:
                doc = await self.client.get(source.path, source.data)
            except AuthFailed:
                raise
            except DeviceError:
                doc = Doc({})
            states, values = self.states_in(source, doc)
            parts |= states
            readings |= values
        if not parts and not readings:
            return None
        return Polled(asked_at=asked_at, parts=parts, readings=readings)

    async def close_knobs(self) -> None:
        """End what runs by itself."""
        await self.close_sirens()

    @override
    def states_in(self, source: Source, doc: Doc) -> tuple[Mapping[PartRef, PartState], _Readings]:
        """States of lamps and outputs, and the light level; unknown where the document is empty."""
        known = self.topology.parts if self.topology else {}
        channel = self.facts.channels[0]
        states: dict[PartRef, LineState] = {
            **output_states(source.path, doc),
            **lamp_states(source.path, doc, channel.number),
        }
        readings: dict[tuple[PartRef, Reading], ReadingValue | None] = {}
        if source == FILL_LIGHT and channel.ref in known and LIGHT_LEVEL in known[channel.ref].readings:
            readings[channel.ref, LIGHT_LEVEL] = doc.number("realTimeVal")
        return {ref: state for ref, state in states.items() if ref in known}, readings


def _sources(refs: Iterable[PartRef], wanted: AbstractSet[Want]) -> Iterable[Source]:
    """Documents that tell of these parts."""
    found: dict[Source, None] = {}
    for ref in sorted(refs):
        if ref.kind is PartKind.OUTPUT:
            found[ALARM_OUT] = None
        elif ref.kind is PartKind.LIGHT:
            found[OSD if ref.label == INFRARED_LABEL else FILL_LIGHT] = None
        elif ref == PartRef(HOST, PartKind.CHANNEL, ref.number) and wanted & {
            Want(ref, LIGHT_LEVEL),
            Want(ref),
        }:
            found[FILL_LIGHT] = None
    return found
