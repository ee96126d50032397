"""The alarm output: switched by hand, and off again by itself after the delay that it is set to (002…txt l.7272)."""

from typing import Final

from ...errors import Rejected
from ...model.events import Polled
from ...model.parts import HOST, Gate, Part, PartKind, PartRef
from ...model.state import LineState
from ...model.vocabulary import Feature
from ...moving import Mover
from .codes import NOT_TAKEN
from .docs import Doc
from .looking import Looker
from .sets import Settings
from .settings import Row, SettingRef
from .settings_host import ALARM_OUT, DELAYS, OUTPUT_ROWS

OUTPUT: Final = PartRef(HOST, PartKind.OUTPUT, 1)
_SWITCH: Final = "enableManualAlarm"
_FEATURES: Final = frozenset({Feature.SWITCH, Feature.PULSE, Feature.ACTIVE})
_SPARE: Final = 1.0
"""Seconds before the end of the delay at which a long pulse is begun anew."""


async def look_at_output(look: Looker) -> tuple[tuple[Part, ...], dict[SettingRef, Row]]:
    """Make the part of the output, with its settings."""
    # 2 is an input alone (002…txt l.1328).
    if look.facts.flag("enableIo") not in (None, 1):
        return (), {}
    doc = await look.ask(ALARM_OUT)
    failed = look.failed(ALARM_OUT)
    if not failed and (doc is None or _SWITCH not in doc):
        return (), {}
    settled = await look.settle(OUTPUT, OUTPUT_ROWS)
    unprobed: frozenset[Gate] = frozenset({*_FEATURES, *settled.unprobed} if failed else settled.unprobed)
    part = Part(ref=OUTPUT, features=_FEATURES, settings=settled.settings, unprobed=unprobed)
    return (part,), settled.rows


def output_states(path: str, doc: Doc) -> dict[PartRef, LineState]:
    """Read the output, where the document is its own."""
    return {OUTPUT: LineState(active=doc.truth(_SWITCH))} if path == ALARM_OUT.path else {}


class Outputs(Settings):
    """The `Switches` commands."""

    mover: Mover

    async def set_output(self, output: PartRef, on: bool) -> Polled:
        """Switch the output and read it back; ends a running pulse of ours. On ends by itself after the delay."""
        async with self.mover.instead(output):
            await self._switch(on)
        polled = await self.look_again(ALARM_OUT)
        state = polled.parts.get(output)
        if isinstance(state, LineState) and state.active is not on:
            raise Rejected("the device did not switch its output", code=NOT_TAKEN, details=(_SWITCH,))
        return polled

    async def pulse_output(self, output: PartRef, seconds: float) -> Polled:
        """Switch the output on for a time and off again; one that is longer than the delay is kept up."""
        doc = await self.client.get(ALARM_OUT.path, ALARM_OUT.data)
        delay = DELAYS.get(doc.integer("delayTime") or 0)
        resend = None if delay is None or seconds <= float(delay) else max(_SPARE, float(delay) - _SPARE)
        await self.mover.move(output, lambda: self._switch(True), lambda: self._switch(False), seconds, resend=resend)
        return await self.look_again(ALARM_OUT)

    async def _switch(self, on: bool) -> None:
        await self.command(ALARM_OUT, lambda doc: doc.put(_SWITCH, on))
