"""The push channel of a simulated receiver, and what follows from what it tells."""

import asyncio
from collections.abc import Callable

import pytest

from custom_components.ip_surveillance.protocol.drivers.ip_receiver import client, touched
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.driver import ReceiverDriver
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.touched import Touched
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    Busy,
    CannotConnect,
    DeviceError,
    NotSupported,
    TimedOut,
)
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import (
    Connected,
    Detected,
    Disconnected,
    Event,
    Happened,
    Measured,
    Patched,
    Polled,
    Restructured,
)
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.reduce import reduce
from custom_components.ip_surveillance.protocol.model.state import State
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading
from custom_components.ip_surveillance.protocol.supervisor import Supervisor
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.ip_receiver.profiles import home_panel, index, panel_row

from .receiver_driver import HOUSE, STATUS, connected, everything, listening, panel, partition, unit, until, zone

CAMERA = index(5)


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at touched devices after a twentieth of the usual time."""
    monkeypatch.setattr(touched, "QUIET", 0.05)
    monkeypatch.setattr(touched, "PATIENCE", 0.25)


def polls(events: list[Event], reading: Reading, ref: PartRef) -> list[object]:
    """Values of a reading that were read rather than pushed."""
    return [
        each.readings[ref, reading] for each in events if isinstance(each, Polled) and (ref, reading) in each.readings
    ]


async def settled(events: list[Event], driver: ReceiverDriver) -> None:
    """Wait for the look at everything that follows a new connection."""
    await until(lambda: any(isinstance(each, Polled) for each in events) and not len(driver.touched))
    events.clear()


async def test_a_subscription_is_taken_and_given_back() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        async with listening(driver, receiver) as events:
            await until(lambda: events)
            number = receiver.subscriptions[0]
        await receiver.wait_streams(0)
        assert receiver.unsubscribed == [number]
        methods = {each.method for each in receiver.requests}
        assert methods == {"GET", "POST", "DELETE"}


async def test_everything_is_looked_at_after_connecting() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        await receiver.arm_locally(HOUSE, 1, "away")
        async with listening(driver, receiver) as events:
            await until(lambda: len([each for each in events if isinstance(each, Polled)]) == 4)
            assert polls(events, Reading(Quantity.ARM), partition(1)) == [Arm.AWAY.value]


async def test_a_panel_is_looked_at_once_after_a_burst() -> None:
    async with (
        ReceiverSimulator("single") as receiver,
        connected(receiver) as driver,
        listening(driver, receiver) as events,
    ):
        await settled(events, driver)
        receiver.requests.clear()
        await receiver.arm_locally(HOUSE, 1, "away")
        await receiver.trigger(HOUSE, 6)
        await until(lambda: any(isinstance(each, Polled) for each in events))
        told = [type(each) for each in events]
        assert Happened in told
        assert Detected in told
        assert told.index(Happened) < told.index(Polled)
        assert polls(events, Reading(Flag.ALARM), zone(6)) == [True]
        assert len([each for each in receiver.requests if f"{STATUS}zones" in each.path]) == 1


async def test_pushes_and_looks_make_the_state() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        state = State()
        now = asyncio.get_running_loop().time

        def alive() -> None:
            nonlocal state
            state = reduce(state, Connected(), now()).state

        def emit(event: Event) -> None:
            nonlocal state
            state = reduce(state, event, now()).state

        task = asyncio.create_task(driver.listen(emit, alive))
        await receiver.wait_streams()
        await until(lambda: state.reading(partition(1), Reading(Quantity.ARM)) == Arm.DISARMED.value)
        await receiver.arm_locally(HOUSE, 1, "stay", user="Anna")
        await until(lambda: state.reading(partition(1), Reading(Quantity.ARM)) == Arm.HOME.value)
        assert state.reading(partition(1), Reading(Quantity.CHANGED_BY)) == "Anna"
        await receiver.open_zone(HOUSE, 6)
        await until(lambda: state.flag(partition(1), Flag.ALARM))
        await receiver.disarm_locally(HOUSE, 1)
        await until(lambda: state.flag(partition(1), Flag.ALARM) is False)
        await until(lambda: not state.alarms(partition(1)))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_was_left_out_is_taken_in_when_a_push_tells() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.world.panel(HOUSE).bypass_survives = True
        await receiver.open_zone(HOUSE, 1)
        async with listening(driver, receiver) as events:
            await settled(events, driver)
            await driver.arm(partition(1), Arm.AWAY, force=True)
            await until(lambda: not len(driver.touched))
            assert receiver.zone(HOUSE, 1).bypassed
            await receiver.disarm_locally(HOUSE, 1)
            await until(lambda: not receiver.zone(HOUSE, 1).bypassed)
            await until(lambda: "forced" not in driver.memory())


async def test_other_devices_tell_too() -> None:
    async with (
        ReceiverSimulator("mixed") as receiver,
        connected(receiver) as driver,
        listening(driver, receiver) as events,
    ):
        await settled(events, driver)
        await receiver.happen(CAMERA, "linedetection", channel=1)
        await until(lambda: any(isinstance(each, Detected) for each in events))
        channel = PartRef(CAMERA, PartKind.CHANNEL, 1)
        found = [each for each in events if isinstance(each, Detected)]
        assert [(each.part, each.what) for each in found] == [(channel, Detection.LINE_CROSSING)]
        await receiver.set_online(CAMERA, False)
        await until(lambda: any(isinstance(each, Patched) for each in events))
        await receiver.hpp_connection(False)
        await until(lambda: len([each for each in events if isinstance(each, Detected)]) == 2)


async def test_what_is_heard_of_for_the_first_time_becomes_part_of_it() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        before = await driver.discover()
        channel = PartRef(CAMERA, PartKind.CHANNEL, 2)
        assert channel not in before.parts
        async with listening(driver, receiver) as events:
            await settled(events, driver)
            await receiver.happen(CAMERA, "VMD", channel=2)
            await until(lambda: Restructured() in events)
        after = await driver.discover()
        assert Detection.MOTION in after.parts[channel].detections
        assert after.parts[zone(1)] is before.parts[zone(1)]
        memory = driver.memory()
        async with connected(receiver, discover=False) as other:
            other.recall(memory)
            assert channel in (await other.discover()).parts


async def test_devices_that_come_and_go() -> None:
    async with (
        ReceiverSimulator("mixed") as receiver,
        connected(receiver) as driver,
        listening(driver, receiver) as events,
    ):
        await settled(events, driver)
        await receiver.remove_device(CAMERA)
        await until(lambda: Restructured() in events)
        assert CAMERA not in (await driver.discover()).devices
        events.clear()
        receiver.add_device(panel_row(40, name="Barn", panel=home_panel()))
        await receiver.emit(index(40), "devStatusChanged", status="online")
        await until(lambda: Restructured() in events)
        assert zone(1, index(40)) in (await driver.discover()).parts


async def test_a_change_that_nobody_heard_of_is_told_later() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        wanted = everything(driver.fleet.topology())
        receiver.zone(HOUSE, 2).name = "Corridor"
        await driver.poll(wanted)
        assert driver.restructured
        async with listening(driver, receiver) as events:
            assert events[0] == Restructured()


async def test_malformed_parts_do_no_harm() -> None:
    async with (
        ReceiverSimulator("single") as receiver,
        connected(receiver) as driver,
        listening(driver, receiver) as events,
    ):
        await settled(events, driver)
        await receiver.push(b"{]", b'{"EventNotificationAlert": 5}', b'{"a":' * 60 + b"1" + b"}" * 60)
        await receiver.push_bytes(
            b"--boundary\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\n\xff\xd8\xff\xd9\r\n"
        )
        await receiver.push({"ResponseStatus": {"statusCode": 4, "subStatusCode": "badAuthorization"}})
        await receiver.emit_code(HOUSE, "1301")
        await until(lambda: any(isinstance(each, Happened) for each in events))
        assert driver.reader.counts.unreadable
        assert driver.diagnostics()["stream"]
        await driver.check()


async def test_a_storm_loses_nothing() -> None:
    async with (
        ReceiverSimulator("single") as receiver,
        connected(receiver) as driver,
        listening(driver, receiver) as events,
    ):
        await settled(events, driver)
        for _ in range(300):
            await receiver.emit_code(HOUSE, "1301")
        await until(lambda: len([each for each in events if isinstance(each, Happened)]) == 300)


# --- how it ends


async def test_silence_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SILENCE", 0.2)
    async with ReceiverSimulator("single", heartbeat=60) as receiver, connected(receiver) as driver:
        receiver.fault.silent = True
        with pytest.raises(TimedOut):
            await driver.listen(lambda _: None, lambda: None)


async def test_heartbeats_keep_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SILENCE", 0.4)
    async with (
        ReceiverSimulator("single", heartbeat=0.05) as receiver,
        connected(receiver) as driver,
        listening(driver, receiver),
    ):
        await until(lambda: driver.reader.counts.heartbeats > 20)
        assert receiver.streams == 1


async def test_the_receiver_ends_it() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        task = asyncio.create_task(driver.listen(lambda _: None, lambda: None))
        await receiver.wait_streams()
        receiver.close_streams()
        with pytest.raises(CannotConnect):
            await task


@pytest.mark.parametrize("style", ["status", "ok", "part"])
async def test_one_subscription_too_many(style: str) -> None:
    async with ReceiverSimulator("single", max_streams=0) as receiver, connected(receiver) as driver:
        receiver.limit_style = style
        heard: list[int] = []
        with pytest.raises(Busy):
            await driver.listen(lambda _: None, lambda: heard.append(1))
        assert not heard


def refused(receiver: ReceiverSimulator) -> None:
    receiver.fault.not_support = {"/ISAPI/Event"}


def changed(receiver: ReceiverSimulator) -> None:
    receiver.change_password("other")


def locked(receiver: ReceiverSimulator) -> None:
    receiver.lock_out()
    receiver.auth.forget_nonces()


def ended(receiver: ReceiverSimulator) -> None:
    """End each subscription before anything was sent on it, as a receiver that is being restarted."""

    async def hold(transport: asyncio.Transport, *_: object) -> None:
        transport.write(receiver.push_streams.head())
        transport.close()

    vars(receiver.push_streams)["hold"] = hold


@pytest.mark.parametrize(
    ("happens", "error"),
    # What is not supported is asked for again after an hour only.
    [(refused, NotSupported), (changed, AuthFailed), (locked, AccountLocked), (ended, CannotConnect)],
)
async def test_what_keeps_it_from_opening(
    happens: Callable[[ReceiverSimulator], None], error: type[DeviceError]
) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        happens(receiver)
        with pytest.raises(error):
            await driver.listen(lambda _: None, lambda: None)


async def test_it_comes_back_after_a_restart() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        events: list[Event] = []

        async def listen(emit: Callable[[Event], None]) -> None:
            await driver.listen(emit, supervisor.alive)

        supervisor = Supervisor(
            listen, events.append, probe=driver.check, on_auth_failed=lambda _: None, random=lambda: 0.0
        )
        task = asyncio.create_task(supervisor.run())
        await until(lambda: Connected() in events)
        await until(lambda: any(isinstance(each, Polled) for each in events))
        await receiver.restart(0.05)
        await receiver.arm_locally(HOUSE, 1, "away")
        await until(lambda: any(isinstance(each, Disconnected) for each in events))
        events.clear()
        await until(lambda: Arm.AWAY.value in polls(events, Reading(Quantity.ARM), partition(1)))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not receiver.auth.refused


async def test_a_sign_of_life_of_a_camera() -> None:
    async with (
        ReceiverSimulator("mixed") as receiver,
        connected(receiver) as driver,
        listening(driver, receiver) as events,
    ):
        await settled(events, driver)
        await receiver.device_heartbeat(CAMERA)
        await until(lambda: any(isinstance(each, Measured) for each in events))
        assert unit(driver, CAMERA).ref == panel(CAMERA)


# --- who is due


async def test_a_device_is_due_when_it_is_quiet_and_at_the_latest_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touched, "QUIET", 1.0)
    monkeypatch.setattr(touched, "PATIENCE", 5.0)
    now = [0.0]
    due = Touched(clock=lambda: now[0])
    for now[0] in (0.0, 0.8, 1.6, 2.4, 3.2, 4.0, 4.8):
        due.touch(["a"])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(due.next(), 0.01)
    due.touch(["b"])
    now[0] = 5.0
    assert await due.next() == ("a", 5.8)
    # The last event was a moment ago: the panel may not show yet what it told.
    assert len(due) == 2
    now[0] = 5.8
    assert sorted([await due.next(), await due.next()]) == [("a", 5.8), ("b", 5.8)]
    assert not len(due)
    waiting = asyncio.create_task(due.next())
    await asyncio.sleep(0)
    now[0] = 0.0
    due.touch(["c"])
    now[0] = 9.0
    assert await waiting == ("c", 1.0)
    due.touch(["d"])
    due.clear()
    assert not len(due)
