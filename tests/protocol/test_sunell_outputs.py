"""Alarm outputs of Sunell-type devices over sockets."""

import asyncio
from urllib.parse import parse_qsl

import pytest

from custom_components.ip_surveillance.protocol.commands import Switches
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import output_ref
from custom_components.ip_surveillance.protocol.errors import Busy, NotSupported
from custom_components.ip_surveillance.protocol.model.parts import Choice, PartKind, Range
from custom_components.ip_surveillance.protocol.model.setting_words import Setting
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.sunell_cgi import SunellSimulator

from .servers import until
from .sunell_commands import key, rig

pytestmark = pytest.mark.usefixtures("socket_enabled")

OUTPUT = output_ref(1)


async def test_outputs_of_a_recorder_have_their_names_and_settings() -> None:
    async with SunellSimulator("nvr") as device:
        device.store.put("alarmOut", "alarmOutName", "Gate", selector="3")
        async with rig(device) as made:
            parts = [part for ref, part in made.parts.items() if ref.kind is PartKind.OUTPUT]
            assert {part.ref.number: part.name for part in parts} == {1: None, 2: None, 3: "Gate", 4: None}
            for part in parts:
                # Nothing tells whether it is on.
                assert part.features == {Feature.SWITCH, Feature.PULSE, Feature.ASSUMED}
                assert part.settings == {
                    key(Setting.OUTPUT_DURATION): Range(low=0, high=3600),
                    key(Setting.OUTPUT_MODE): Choice(options=("switch", "pulse")),
                }
            assert isinstance(made, Switches)


async def test_a_lite_camera_has_no_output_that_could_be_switched() -> None:
    async with SunellSimulator("lite") as device, rig(device) as made:
        assert made.known.outputs == 1
        assert not [ref for ref in made.parts if ref.kind is PartKind.OUTPUT]
        with pytest.raises(NotSupported):
            await made.set_output(OUTPUT, True)


async def test_on_and_off() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        for on in (True, False):
            answer = await made.set_output(OUTPUT, on)
            assert answer.readback
            assert answer.parts == {OUTPUT: LineState(active=on)}
            assert device.world.outputs == {1: on}
            # l.558; 1 and 0, not the 1 and 2 of test alarms (l.547)
            expected = f"action=manualControl&alarmOutID=1&controlFlag={int(on)}"
            assert device.queries(action="manualControl")[-1] == parse_qsl(expected)
        assert await made.poll_knobs({Want(OUTPUT)}) is None


async def test_a_pulse_goes_off_by_itself() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        answer = await made.pulse_output(OUTPUT, 0.05)
        assert answer.parts == {OUTPUT: LineState(active=False)}
        flags = [dict(each)["controlFlag"] for each in device.queries(action="manualControl")]
        assert flags == ["1", "0"]


async def test_a_pulse_that_is_cancelled_goes_off() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        pulse = asyncio.ensure_future(made.pulse_output(OUTPUT, 60))
        await until(lambda: device.world.outputs[1])
        pulse.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pulse
        assert device.world.outputs == {1: False}


async def test_a_switch_ends_a_pulse() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        pulse = asyncio.ensure_future(made.pulse_output(OUTPUT, 0.2))
        await until(lambda: device.world.outputs[1])
        await made.set_output(OUTPUT, True)
        assert (await pulse).parts == {OUTPUT: LineState(active=True)}
        # It was switched on for good: the end of the pulse leaves it so.
        assert device.world.outputs == {1: True}


@pytest.mark.parametrize("on", [False, True])
async def test_a_switch_that_fails_does_not_leave_a_pulse_on(on: bool) -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        pulse = asyncio.ensure_future(made.pulse_output(OUTPUT, 60))
        await until(lambda: device.world.outputs[1])
        device.fail(-505, "manualControl", 1)
        with pytest.raises(Busy):
            await made.set_output(OUTPUT, on)
        await pulse
        assert device.world.outputs == {1: False}


async def test_a_refused_command_is_an_error() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.fail(-505, "manualControl", 1)
        with pytest.raises(Busy):
            await made.set_output(OUTPUT, True)
        assert device.world.outputs == {1: False}
