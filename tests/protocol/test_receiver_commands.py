"""Commands to panels behind a simulated receiver."""

import asyncio
import json

import pytest

from custom_components.ip_surveillance.protocol.drivers.ip_receiver import forcing
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.client import interpret_answer
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.fleet import STATE_DOCS
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    CannotConnect,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.hikvision.panel_parts import ONE_TIME, PERMANENT
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import LineState, SettingOf
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag
from tests.simulators.ip_receiver import ReceiverSimulator

from .receiver_driver import (
    CONTROL,
    HOUSE,
    STATUS,
    arm_of,
    commands,
    connected,
    flag,
    panel,
    partition,
    unit,
    until,
    zone,
)

RELAY = PartRef(HOUSE, PartKind.OUTPUT, 1)


def relay(number: int) -> PartRef:
    return PartRef(HOUSE, PartKind.OUTPUT, number)


@pytest.mark.parametrize(("mode", "way"), [(Arm.HOME, "stay"), (Arm.AWAY, "away")])
async def test_a_partition_is_armed_and_read_back(mode: Arm, way: str) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        polled = await driver.arm(partition(1), mode)
        assert arm_of(polled, 1) is mode
        assert arm_of(polled, 2) is Arm.DISARMED
        assert polled.readback
        assert commands(receiver) == ["PUT arm/1"]
        assert f"ways={way}&format=json&devIndex={HOUSE}" in receiver.requests[0].path
        assert receiver.world.panel(HOUSE).partitions[1].arming == way
        polled = await driver.disarm(partition(1))
        assert arm_of(polled, 1) is Arm.DISARMED


async def test_the_exit_delay_is_not_waited_for() -> None:
    async with ReceiverSimulator("single", exit_delay=30) as receiver, connected(receiver) as driver:
        assert arm_of(await driver.arm(partition(1), Arm.AWAY), 1) is Arm.ARMING


async def test_a_panel_is_armed_partition_by_partition() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.zone(HOUSE, 11).link = "online"
        polled = await driver.arm(panel(), Arm.AWAY)
        assert [arm_of(polled, number) for number in (1, 2)] == [Arm.AWAY, Arm.AWAY]
        polled = await driver.disarm(panel())
        assert [arm_of(polled, number) for number in (1, 2)] == [Arm.DISARMED, Arm.DISARMED]
        # The third is not enabled.
        assert commands(receiver) == ["PUT arm/1", "PUT arm/2", "PUT disarm/1", "PUT disarm/2"]


async def test_a_panel_whose_partitions_are_not_known_is_armed_as_a_whole() -> None:
    async with ReceiverSimulator("single") as receiver:
        receiver.fault.not_support = {STATUS}
        async with connected(receiver) as driver:
            receiver.fault.not_support = set()
            receiver.zone(HOUSE, 11).link = "online"
            await driver.arm(panel(), Arm.AWAY)
            assert commands(receiver) == ["PUT arm/0xffffffff"]
            assert receiver.world.panel(HOUSE).partitions[2].arming == "away"


async def test_a_refusal_names_the_zones_in_the_way() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        await receiver.open_zone(HOUSE, 1)
        await receiver.break_zone(HOUSE, 6)
        with pytest.raises(Rejected) as caught:
            await driver.arm(partition(1), Arm.AWAY)
        assert caught.value.code == "armingFailed"
        # The shed is out of reach too, but belongs to the other partition.
        assert caught.value.details == ("Front door", "Bedroom window")
        assert commands(receiver) == ["PUT arm/1"]


async def test_zones_that_home_leaves_out_are_not_in_the_way() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        await receiver.open_zone(HOUSE, 2)
        assert arm_of(await driver.arm(partition(1), Arm.HOME, force=True), 1) is Arm.HOME
        assert commands(receiver) == ["PUT arm/1"]


async def test_one_refusal_does_not_keep_the_rest_from_being_disarmed() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        await driver.arm(partition(1), Arm.AWAY)
        await driver.arm(partition(1), Arm.AWAY)
        receiver.fault.status_next(403, "disarmingFailed", path=f"{CONTROL}disarm/1")
        with pytest.raises(Rejected):
            await driver.disarm(panel())
        assert commands(receiver)[-2:] == ["PUT disarm/1", "PUT disarm/2"]


async def test_an_alarm_is_cleared() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        await driver.arm(partition(1), Arm.AWAY)
        await receiver.trigger(HOUSE, 6)
        polled = await driver.clear_alarm(partition(1))
        assert arm_of(polled, 1) is Arm.AWAY
        assert flag(polled, partition(1), Flag.ALARM) is False
        assert polled.alarms[partition(1)] == frozenset()


# --- forcing


async def test_force_leaves_out_what_is_in_the_way_until_it_is_disarmed() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.world.panel(HOUSE).bypass_survives = True
        receiver.zone(HOUSE, 4).bypassed = True
        await receiver.open_zone(HOUSE, 1)
        await receiver.open_zone(HOUSE, 6)
        polled = await driver.arm(partition(1), Arm.AWAY, force=True)
        assert arm_of(polled, 1) is Arm.AWAY
        assert [number for number in range(1, 13) if receiver.zone(HOUSE, number).bypassed] == [1, 4, 6]
        assert driver.memory()["forced"] == {
            HOUSE.replace("-", ""): [{"zones": [1, 6], "partitions": [1]}],
        }
        polled = await driver.disarm(partition(1))
        # What the user had left out stays so.
        assert [number for number in range(1, 13) if receiver.zone(HOUSE, number).bypassed] == [4]
        assert flag(polled, zone(1), Flag.BYPASSED) is False
        assert commands(receiver) == ["PUT bypass", "PUT arm/1", "PUT disarm/1", "PUT bypassRecover"]
        assert "forced" not in driver.memory()


async def test_force_never_leaves_out_what_guards_all_day() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        await receiver.break_zone(HOUSE, 4)
        await driver.arm(partition(1), Arm.AWAY, force=True)
        assert commands(receiver) == ["PUT arm/1"]
        await driver.disarm(partition(1))
        await receiver.open_zone(HOUSE, 1)
        await driver.arm(partition(1), Arm.AWAY, force=True)
        # The smoke detector is out of order, and stays watched.
        assert [number for number in range(1, 13) if receiver.zone(HOUSE, number).bypassed] == [1]


async def test_what_was_read_before_the_command_proves_nothing() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.world.panel(HOUSE).bypass_survives = True
        await receiver.open_zone(HOUSE, 1)
        receiver.fault.status_next(500, "internalError", code=3, path=f"{STATUS}subSystems", times=2)
        # Armed, but not seen so: the state known is the one before.
        await driver.arm(partition(1), Arm.AWAY, force=True)
        await driver.look_quietly(unit(driver), STATE_DOCS)
        assert receiver.zone(HOUSE, 1).bypassed
        await driver.look_quietly(unit(driver), STATE_DOCS)
        await receiver.disarm_locally(HOUSE, 1)
        await driver.look_quietly(unit(driver), STATE_DOCS)
        assert not receiver.zone(HOUSE, 1).bypassed


async def test_zones_that_the_panel_took_in_itself_are_left_alone() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        await receiver.open_zone(HOUSE, 1)
        await driver.arm(partition(1), Arm.AWAY, force=True)
        await driver.disarm(partition(1))
        assert commands(receiver) == ["PUT bypass", "PUT arm/1", "PUT disarm/1"]
        assert "forced" not in driver.memory()


async def test_what_was_left_out_is_taken_in_when_somebody_else_disarms() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.world.panel(HOUSE).bypass_survives = True
        await receiver.open_zone(HOUSE, 1)
        await driver.arm(partition(1), Arm.AWAY, force=True)
        assert driver.wanted is not None
        await driver.poll(driver.wanted)
        assert receiver.zone(HOUSE, 1).bypassed
        await receiver.disarm_locally(HOUSE, 1)
        await driver.poll(driver.wanted)
        assert not receiver.zone(HOUSE, 1).bypassed


async def test_what_was_left_out_is_taken_in_after_a_restart() -> None:
    async with ReceiverSimulator("single") as receiver:
        receiver.world.panel(HOUSE).bypass_survives = True
        async with connected(receiver) as driver:
            await receiver.open_zone(HOUSE, 1)
            await driver.arm(partition(1), Arm.AWAY, force=True)
            memory = json.loads(json.dumps(driver.memory()))
        await receiver.disarm_locally(HOUSE, 1)
        async with connected(receiver, discover=False) as driver:
            driver.recall(memory)
            await driver.discover()
            # Whatever is shown of it.
            await driver.poll(frozenset())
            assert not receiver.zone(HOUSE, 1).bypassed
            assert "forced" not in driver.memory()


async def test_an_arming_that_fails_all_the_same_takes_everything_back() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.zone(HOUSE, 6).bypass_available = False
        await receiver.open_zone(HOUSE, 1)
        await receiver.open_zone(HOUSE, 6)
        with pytest.raises(Rejected) as caught:
            await driver.arm(partition(1), Arm.AWAY, force=True)
        assert caught.value.details == ("Front door", "Bedroom window")
        assert commands(receiver) == ["PUT bypass", "PUT arm/1", "PUT bypassRecover"]
        assert not receiver.zone(HOUSE, 1).bypassed
        assert "forced" not in driver.memory()


async def test_an_arming_of_unknown_outcome_is_settled_by_what_the_panel_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.world.panel(HOUSE).bypass_survives = True
        await receiver.open_zone(HOUSE, 1)
        sent = driver.client.arm

        async def broken(device: str, number: int | str, way: str) -> None:
            receiver.fault.drop_next(2)
            await sent(device, number, way)

        monkeypatch.setattr(driver.client, "arm", broken)
        with pytest.raises(CannotConnect):
            await driver.arm(partition(1), Arm.AWAY, force=True)
        assert len([each for each in commands(receiver) if "arm/1" in each]) == 1
        receiver.fault.drop_next(0)
        assert driver.memory()["forced"]
        monkeypatch.setattr(forcing, "GRACE", 0.0)
        receiver.fault._drops = 0
        await driver.look_quietly(unit(driver), STATE_DOCS)
        assert not receiver.zone(HOUSE, 1).bypassed


async def test_a_zone_set_by_hand_is_the_users_own() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        await receiver.open_zone(HOUSE, 1)
        await driver.arm(partition(1), Arm.AWAY, force=True)
        driver.forgive(unit(driver), [1])
        assert "forced" not in driver.memory()


async def test_force_deactivates_where_there_is_no_bypass() -> None:
    async with ReceiverSimulator("otap") as receiver, connected(receiver) as driver:
        await receiver.open_zone(HOUSE, 1)
        polled = await driver.arm(partition(1), Arm.AWAY, force=True)
        assert receiver.zone(HOUSE, 1).one_time == "entirely"
        assert arm_of(polled, 1) is Arm.ARMED
        await driver.disarm(partition(1))
        assert receiver.zone(HOUSE, 1).one_time == "off"
        assert commands(receiver) == ["PUT deactivation", "PUT arm/1", "PUT disarm/1"]
        assert "forced" not in driver.memory()


@pytest.mark.parametrize(
    "memory",
    [
        {"forced": []},
        {"forced": {"a" * 999: [{"zones": [1]}]}},
        {"forced": {"a": {"zones": [1]}}},
        {"forced": {"a": [7, {"zones": "1"}, {"zones": [True, -1, 1 << 40, "1", None]}]}},
        {"forced": {7: [{"zones": [1]}]}, "sights": 5},
    ],
)
async def test_memory_that_does_not_fit(memory: dict[str, object]) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver, discover=False) as driver:
        driver.recall(memory)
        assert driver.memory() == {}


# --- zones


async def test_zones_are_bypassed_in_one_request() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        polled = await driver.set_bypass([zone(2), zone(6)], True)
        assert [flag(polled, zone(number), Flag.BYPASSED) for number in (1, 2, 6)] == [False, True, True]
        polled = await driver.set_bypass([zone(6)], False)
        assert [flag(polled, zone(number), Flag.BYPASSED) for number in (2, 6)] == [True, False]
        assert commands(receiver) == ["PUT bypass", "PUT bypassRecover"]
        assert json.loads(receiver.requests[0].body) == {"List": [{"id": 2}, {"id": 6}]}


async def test_a_bypass_that_is_refused_or_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.refuse(HOUSE, "bypass", "bypassFailed")
        with pytest.raises(Rejected) as caught:
            await driver.set_bypass([zone(1)], True)
        assert caught.value.code == "bypassFailed"
        receiver.refuse(HOUSE, "bypass", None)

        async def nothing(*_: object) -> None:
            """Take the command and do nothing."""

        monkeypatch.setattr(receiver.machine(receiver.world.devices[HOUSE]), "_set_bypass", nothing)
        with pytest.raises(Rejected) as caught:
            await driver.set_bypass([zone(1), zone(2)], True)
        assert caught.value.code == "notTaken"
        assert caught.value.details == ("Front door", "Hall")


async def test_a_bypass_is_for_zones_of_one_panel() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        office = list(receiver.world.devices)[3]
        with pytest.raises(NotSupported):
            await driver.set_bypass([zone(1), zone(1, office)], True)
        with pytest.raises(NotSupported):
            await driver.set_bypass([zone(1, "gone")], True)
        await driver.set_bypass([], True)
        assert not commands(receiver)


@pytest.mark.parametrize(
    ("setting", "member"), [(ONE_TIME, "oneTimeDeactivationMode"), (PERMANENT, "deactivationMode")]
)
async def test_zones_are_deactivated(setting: SettingKey, member: str) -> None:
    async with ReceiverSimulator("otap") as receiver, connected(receiver) as driver:
        polled = await driver.set_setting(zone(1), setting, "lidOnly")
        assert polled.settings[zone(1), setting] == "lidOnly"
        assert json.loads(receiver.requests[0].body) == {"List": [{"id": 1, member: "lidOnly"}]}
        with pytest.raises(Rejected):
            await driver.set_setting(zone(1), setting, "sometimes")
        with pytest.raises(NotSupported):
            await driver.set_setting(zone(1), SettingKey(Setting.CONTRAST), 1.0)
        read = [each async for each in driver.read_settings({SettingOf(zone(1), setting)})]
        assert [each.settings[zone(1), setting] for each in read] == ["lidOnly"]


# --- relays


async def test_a_relay_is_switched_and_read_back() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        polled = await driver.set_output(relay(0), True)
        assert polled.parts[relay(0)] == LineState(active=True)
        assert polled.parts[relay(1)] == LineState(active=False)
        polled = await driver.set_output(relay(0), False)
        assert polled.parts[relay(0)] == LineState(active=False)
        assert commands(receiver) == ["POST outputs", "POST outputs"]
        assert json.loads(receiver.requests[0].body) == {"OutputsCtrl": {"switch": "open", "List": [{"id": 0}]}}


@pytest.mark.parametrize("status", [200, 403])
async def test_a_relay_that_refuses(status: int) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.error_list_status = status
        with pytest.raises(Rejected) as caught:
            await driver.set_output(relay(3), True)
        assert caught.value.code == "outputsOpenFailed"
        assert caught.value.details[0].startswith("3: ")


async def test_a_relay_that_does_not_follow_shows_what_it_does() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.world.panel(HOUSE).relays[1].stuck = True
        polled = await driver.set_output(relay(1), True)
        assert polled.parts[relay(1)] == LineState(active=False)


async def test_a_pulse_ends_also_when_it_is_cancelled() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        polled = await driver.pulse_output(relay(1), 0.05)
        assert polled.parts[relay(1)] == LineState(active=False)
        assert commands(receiver) == ["POST outputs", "POST outputs"]
        task = asyncio.create_task(driver.pulse_output(relay(1), 60))
        await until(lambda: receiver.world.panel(HOUSE).relays[1].on)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not receiver.world.panel(HOUSE).relays[1].on


# --- outcomes


async def test_a_command_is_never_sent_twice() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.fault.drop_next()
        with pytest.raises(CannotConnect):
            await driver.disarm(partition(1))
        assert commands(receiver) == ["PUT disarm/1"]


async def test_a_command_that_cannot_be_read_back_went_well() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.fault.status_next(500, "internalError", path=STATUS, code=3, times=9)
        polled = await driver.arm(partition(1), Arm.AWAY)
        assert polled.readback
        assert not polled.readings
        assert len(driver.touched) == 1


async def test_refusals_with_the_status_of_a_success() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.refusal_http = 200
        receiver.refuse_arming(HOUSE, "zoneFault")
        with pytest.raises(Rejected) as caught:
            await driver.arm(partition(1), Arm.AWAY)
        assert caught.value.code == "zoneFault"


async def test_a_panels_own_login_is_not_the_receivers() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.fault.status_next(403, "loginPasswordError", path=f"{CONTROL}arm", code=4)
        with pytest.raises(Rejected):
            await driver.arm(partition(1), Arm.AWAY)
        await driver.check()


class _Answered:
    def __init__(self, body: bytes, status: int = 200, path: str = "") -> None:
        self.body, self.status, self.path = body, status, path


def test_answers() -> None:
    assert interpret_answer(_Answered(b'{"statusCode":1,"subStatusCode":"ok"}')) is None
    assert interpret_answer(_Answered(b'{"ErrorList":[{"id":"1"},{"id":"2","errorMsg":"ok"}]}')) is None
    assert interpret_answer(_Answered(b'{"ErrorList": nonsense')) is None
    listed = interpret_answer(_Answered(b'{"ErrorList":[{"id":1},{"id":0,"statusCode":4,"errorCode":1073774597}]}'))
    assert isinstance(listed, Rejected)
    assert (listed.code, listed.details) == ("outputsOpenFailed", ("0: outputsOpenFailed",))
    refused = _Answered(b'{"statusCode":4,"subStatusCode":"badAuthorization"}', 401, f"{CONTROL}arm/1")
    assert isinstance(interpret_answer(refused), AuthFailed)
