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
from .knob_memory import KnobMemory

OUTPUT_FEATURES: Final = frozenset({Feature.SWITCH, Feature.PULSE, Feature.ASSUMED})


def output_part(number: int, record: Record) -> Part:
    """The part of an output, named as on the device."""
    name = (record.get("alarmOutName") or "").strip()[:64]
    return Part(ref=output_ref(number), name=name or None, features=OUTPUT_FEATURES)


class Outputs:
    """The `Switches` commands; what was asked for is taken for what is once the device said OK."""

    client: SunellClient
    mover: Mover
    knob_memory: KnobMemory

    async def set_output(self, output: PartRef, on: bool) -> Polled:
        """Switch an output; ends a running pulse of ours."""
        async with self.mover.instead(output):
            await self._control(output, on)
        return self._output_state(output)

    async def pulse_output(self, output: PartRef, seconds: float) -> Polled:
        """Switch an output on for a time and off again, also when cancelled."""
        await self.mover.move(
            output, lambda: self._control(output, True), lambda: self._control(output, False), seconds, resend=None
        )
        # Not necessarily off: somebody may have switched it meanwhile.
        return self._output_state(output)

    async def _control(self, output: PartRef, on: bool) -> None:
        # 1 and 0 here, 1 and 2 in test alarms (l.547-580).
        flag = ("controlFlag", "1" if on else "0")
        await self.client.operate("alarm", ("action", "manualControl"), ("alarmOutID", str(output.number)), flag)
        self.knob_memory.outputs[output.number] = on

    def _output_state(self, output: PartRef) -> Polled:
        state = LineState(active=self.knob_memory.outputs.get(output.number))
        return Polled(asked_at=time.monotonic(), readback=True, parts={output: state})
