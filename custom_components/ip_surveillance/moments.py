"""Moments that come before there is an entity to tell them: the first plate that a camera ever reads.

What a device raises may become known only by being raised. Then what exists is looked at anew, and entities are made;
the moment that brought it about waits for them.
"""

from collections.abc import Iterable
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .protocol.model.detections import Detection
from .protocol.model.events import Happened
from .protocol.model.parts import PartKind, Topology
from .telling import Telling

_SETTLING: Final = 0.2
"""Seconds that entities get to be made."""
_MOST: Final = 1000
"""Moments that wait at most."""
_DETECTIONS: Final = frozenset(Detection)
_TELLING: Final = frozenset({PartKind.CHANNEL, PartKind.DEVICE})
"""Kinds of parts whose detections are told."""


class Moments:
    """Tells moments, those at once that somebody was made for."""

    def __init__(self, hass: HomeAssistant, telling: Telling) -> None:
        """Take who is told."""
        self._hass = hass
        self._telling = telling
        self._known: Topology | None = None
        self._held: list[Happened] = []
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def know(self, topology: Topology) -> None:
        """Take what exists. What is found at once has its entities at once; only a long look is waited for."""
        self._known = topology

    @callback
    def settle(self) -> None:
        """Tell soon what waits."""
        self.stop()
        self._cancel = async_call_later(self._hass, _SETTLING, HassJob(self._on_settled, cancel_on_shutdown=True))

    @callback
    def close(self) -> None:
        """Forget what waits: nobody is there any more."""
        self.stop()
        self._held.clear()

    @callback
    def stop(self) -> None:
        """Let what waits wait."""
        if self._cancel is not None:
            self._cancel()
        self._cancel = None

    @callback
    def tell(self, moments: Iterable[Happened], *, looking: bool) -> None:
        """Tell what happened; `looking` says that what exists is being looked at."""
        for moment in moments:
            if (looking or self._held) and self._is_new(moment) and len(self._held) < _MOST:
                self._held.append(moment)
            else:
                self._telling.tell_happened((moment,))

    @property
    def waiting(self) -> bool:
        """Whether anything waits."""
        return bool(self._held)

    def _is_new(self, moment: Happened) -> bool:
        part = self._known.parts.get(moment.part) if self._known else None
        if part is None:
            return True
        return moment.part.kind in _TELLING and moment.what in _DETECTIONS and moment.what not in part.detections

    @callback
    def _on_settled(self, _: object) -> None:
        self._cancel = None
        held, self._held = self._held, []
        self._telling.tell_happened(held)
