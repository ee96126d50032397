"""Relay outputs of a device and of the cameras behind a recorder."""

import asyncio

import pytest

from custom_components.ip_surveillance.protocol.commands import Switches
from custom_components.ip_surveillance.protocol.drivers.isapi.outputs import (
    OutputPort,
    output_parts,
    output_ports,
    output_state,
)
from custom_components.ip_surveillance.protocol.errors import CannotConnect, Forbidden, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.isapi import IsapiSimulator

from .isapi_commands import Commands, commands, document, part
from .servers import until

pytestmark = pytest.mark.usefixtures("socket_enabled")


def output(number: int = 1) -> PartRef:
    return part(PartKind.OUTPUT, number)


async def with_ports(made: Commands) -> Commands:
    """Learn the ports, as discovery does."""
    local = await made.client.xml("System/IO/outputs")
    try:
        proxied = await made.client.xml("ContentMgmt/IOProxy/outputs")
    except NotSupported:
        proxied = None
    made.output_ports = {port.number: port for port in output_ports(local, proxied)}
    return made


# --- pure


def test_ports() -> None:
    local = document(
        "<IOOutputPortList>"
        "<IOOutputPort><id>1</id><name>Gate</name></IOOutputPort>"
        "<IOOutputPort><id>2</id><PowerOnState><outputState>pulse</outputState>"
        "<pulseDuration>1500</pulseDuration></PowerOnState></IOOutputPort>"
        "<IOOutputPort><id>3</id><IOUseType>electricLock</IOUseType><outputState>pulse</outputState>"
        "<pulseDuration>x</pulseDuration></IOOutputPort>"
        "<IOOutputPort><id>0</id></IOOutputPort><IOOutputPort/>"
        "</IOOutputPortList>"
    )
    proxied = document(
        "<IOProxyOutputPortList>"
        "<IOProxyOutputPort><id>1</id></IOProxyOutputPort>"
        "<IOProxyOutputPort><id>301</id><name>Barn</name></IOProxyOutputPort>"
        "</IOProxyOutputPortList>"
    )
    ports = output_ports(local, proxied)
    assert ports == (
        OutputPort(number=1, path="System/IO/outputs/1", name="Gate"),
        OutputPort(number=2, path="System/IO/outputs/2", pulse=1.5),
        OutputPort(number=3, path="System/IO/outputs/3", lock=True),
        OutputPort(number=301, path="ContentMgmt/IOProxy/outputs/301", name="Barn"),
    )
    parts = output_parts(ports)
    assert [each.ref for each in parts] == [output(number) for number in (1, 2, 3, 301)]
    assert [each.role for each in parts] == [None, None, "lock", None]
    assert all(each.features == {Feature.SWITCH, Feature.PULSE, Feature.ACTIVE} for each in parts)
    assert output_parts(ports, readable=False)[0].features == {Feature.SWITCH, Feature.PULSE}
    assert output_ports(None, None) == ()


@pytest.mark.parametrize(("text", "active"), [("active", True), ("Inactive", False), ("?", None), ("", None)])
def test_status(text: str, active: bool | None) -> None:
    status = document(f"<IOPortStatus><ioState>{text}</ioState></IOPortStatus>")
    assert output_state(status) == LineState(active=active)


# --- on a device


async def test_an_output_is_switched_and_read_back() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        assert isinstance(made, Switches)
        await with_ports(made)
        for on in (True, False):
            polled = await made.set_output(output(), on)
            assert polled.parts == {output(): LineState(active=on)}
            assert polled.readback
            assert device.world.outputs[1].active is on


@pytest.mark.parametrize("discovered", [True, False])
async def test_outputs_of_cameras_behind_a_recorder(discovered: bool) -> None:
    async with IsapiSimulator("nvr") as device, commands(device) as made:
        if discovered:
            await with_ports(made)
        polled = await made.set_output(output(101), True)
        assert polled.parts == {output(101): LineState(active=True)}
        assert device.world.outputs[101].active
        assert not device.world.outputs[1].active


async def test_recorders_that_moved_all_ports() -> None:
    async with IsapiSimulator("nvr", io_proxy=True) as device, commands(device) as made:
        proxied = await made.client.xml("ContentMgmt/IOProxy/outputs")
        made.output_ports = {port.number: port for port in output_ports(None, proxied)}
        await made.set_output(output(1), True)
        assert device.world.outputs[1].active


async def test_a_pulse_ends() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_ports(made)
        polled = await made.pulse_output(output(), 0.05)
        assert device.world.outputs[1].changes == 2
        assert polled.parts == {output(): LineState(active=False)}


async def test_a_cancelled_pulse_ends() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_ports(made)
        task = asyncio.create_task(made.pulse_output(output(), 30))
        await until(lambda: device.world.outputs[1].active)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not device.world.outputs[1].active


async def test_closing_ends_a_pulse() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_ports(made)
        task = asyncio.create_task(made.pulse_output(output(), 30))
        await until(lambda: device.world.outputs[1].active)
        await made.close()
        assert not device.world.outputs[1].active
        task.cancel()
        await asyncio.wait({task})


async def test_switching_on_takes_over_from_a_pulse() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_ports(made)
        pulse = asyncio.create_task(made.pulse_output(output(), 0.2))
        await until(lambda: device.world.outputs[1].active)
        await made.set_output(output(), True)
        await pulse
        assert device.world.outputs[1].active


async def test_the_devices_own_pulse_is_left_alone() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.world.outputs[1].pulse = 0.05
        await with_ports(made)
        polled = await made.pulse_output(output(), 30)
        assert polled.parts == {output(): LineState(active=True)}
        await until(lambda: not device.world.outputs[1].active)
        assert device.world.outputs[1].changes == 1


async def test_a_device_that_does_not_tell_the_state() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.fault.not_support = {"System/IO/outputs/1/status"}
        for _ in range(2):
            polled = await made.set_output(output(), True)
            assert polled.parts == {}
        asked = [each for each in device.seen("GET", "outputs/1/status") if each.status != 401]
        assert len(asked) == 1


async def test_without_the_right_it_is_forbidden() -> None:
    async with IsapiSimulator("camera", level="viewer") as device, commands(device) as made:
        with pytest.raises(Forbidden):
            await made.set_output(output(), True)


async def test_a_port_that_is_not_there() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        with pytest.raises(Rejected):
            await made.set_output(output(9), True)


async def test_a_dead_device() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await device.go_down()
        with pytest.raises(CannotConnect):
            await made.pulse_output(output(), 0.01)
