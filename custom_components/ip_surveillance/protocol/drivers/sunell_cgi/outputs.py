"""Alarm outputs: switched by a command, and told by nothing whether they are on.

Lines: 003_f90f6ea635efbe94.txt.
"""

import time
from typing import Final

from ...model.events import Polled
from ...model.parts import Part, PartRef
from ...model.state import LineState
from ...model.vocabulary import Feature
from ...moving import Mover
from .client import SunellClient
from .facts import output_ref
from .grammar import Record

OUTPUT_FEATURES: Final = frozenset({Feature.SWITCH, Feature.PULSE, Feature.ASSUMED})


def output_part(number: int, record: Record) -> Part:
    """The part of an output, named as on the device."""
    name = (record.get("alarmOutName") or "").strip()[:64]
    return Part(ref=output_ref(number), name=name or None, features=OUTPUT_FEATURES)


class Outputs:
    """The `Switches` commands; what was asked for is taken for what is once the device said OK."""

    client: SunellClient
    mover: Mover

    async def set_output(self, output: PartRef, on: bool) -> Polled:
        """Switch an output; ends a running pulse of ours."""
        self.mover.release(output)
        await self._control(output, on)
        return _taken(output, on)

    async def pulse_output(self, output: PartRef, seconds: float) -> Polled:
        """Switch an output on for a time and off again, also when cancelled."""
        await self.mover.move(
            output, lambda: self._control(output, True), lambda: self._control(output, False), seconds, resend=None
        )
        return _taken(output, False)

    async def _control(self, output: PartRef, on: bool) -> None:
        # 1 and 0 here, 1 and 2 in test alarms (l.547-580).
        flag = ("controlFlag", "1" if on else "0")
        await self.client.operate("alarm", ("action", "manualControl"), ("alarmOutID", str(output.number)), flag)


def _taken(output: PartRef, on: bool) -> Polled:
    return Polled(asked_at=time.monotonic(), readback=True, parts={output: LineState(active=on)})
