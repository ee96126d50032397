"""Discovery and polling of a simulated receiver, and what happens when things go wrong."""

import asyncio
from collections import Counter
from dataclasses import replace

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.commands import Arms, Bypasses, Media, Raw, Remembers, Sets, Switches
from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.ip_receiver import looking, polling
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.events import Polled, Restructured
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.parts import HOST, HOST_PART, PartKind
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.ip_receiver.profiles import home_panel, index, panel_row
from tests.simulators.isapi import IsapiSimulator

from .receiver_driver import (
    HOUSE,
    LIST,
    STATUS,
    arm_of,
    connected,
    everything,
    flag,
    panel,
    partition,
    unit,
    zone,
)

MODELS = ("single", "otap", "mixed", "old")
DEPOT = index(3)
OFFICE = index(4)


def asked(receiver: ReceiverSimulator) -> Counter[str]:
    """Requests by the last word of their path."""
    return Counter(each.path.partition("?")[0].rsplit("/", 1)[-1] for each in receiver.requests)


# --- who answers


@pytest.mark.parametrize("model", MODELS)
async def test_a_receiver_and_a_camera_are_told_apart_without_credentials(model: str) -> None:
    async with ReceiverSimulator(model) as receiver, IsapiSimulator("camera") as camera, ClientSession() as session:
        found = {
            (name, device.port): await family.probe(session, Access(host=device.host, port=device.port))
            for name, family in FAMILIES.items()
            for device in (receiver, camera)
        }
        right = {("ip_receiver", receiver.port), ("isapi", camera.port)}
        assert {who for who, answers in found.items() if answers} == right
        requests = [*receiver.requests, *camera.requests]
        assert all("Authorization" not in request.headers for request in requests)
        assert not receiver.auth.refused


async def test_nobody_is_no_receiver() -> None:
    async with ClientSession() as session:
        assert not await FAMILIES["ip_receiver"].probe(session, Access(host="127.0.0.1", port=1))


async def test_identity_is_made_of_the_devices_behind() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver, discover=False) as driver:
        identity = await driver.identify()
        assert (identity.uid, identity.source) == ("", "generated")
        assert len(identity.aliases) == 13
        assert HOUSE.replace("-", "") in identity.aliases
        assert [each.status for each in receiver.requests] == [401, 200]
        assert isinstance(driver, Arms)
        assert isinstance(driver, Bypasses)
        assert isinstance(driver, Media)
        assert isinstance(driver, Remembers)
        assert isinstance(driver, Switches)
        assert isinstance(driver, Sets)
        assert isinstance(driver, Raw)


# --- what exists


@pytest.mark.parametrize("model", MODELS)
async def test_looking_twice_finds_the_same_objects(model: str) -> None:
    async with ReceiverSimulator(model) as receiver, connected(receiver) as driver:
        first = await driver.discover()
        driver.fleet.units[HOUSE.replace("-", "")].unread = True
        second = await driver.discover()
        assert first == second
        assert all(first.parts[ref] is part for ref, part in second.parts.items())
        assert first.host.uid == ""
        assert {HOST, HOUSE} <= first.devices.keys()
        writes = [each.method for each in receiver.requests if each.method not in ("GET", "POST")]
        assert not writes


async def test_what_exists() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        topology = await driver.discover()
        assert len(topology.devices) == 14
        kinds = Counter(ref.kind for ref in topology.parts if ref.device == HOUSE)
        assert kinds[PartKind.PARTITION] == 2
        assert kinds[PartKind.ZONE] == 12
        assert kinds[PartKind.OUTPUT] == 3
        assert kinds[PartKind.SIREN] == kinds[PartKind.KEYPAD] == kinds[PartKind.REMOTE] == 1
        assert Feature.ARM_AWAY in topology.parts[panel()].features
        assert topology.parts[zone(1)].name == "Front door"
        shop = index(2)
        assert {ref.kind for ref in topology.parts if ref.device == shop} == {
            PartKind.DEVICE,
            PartKind.PARTITION,
            PartKind.ZONE,
        }
        # The camera that is offline has its parts all the same.
        assert panel(index(12)) in topology.parts


async def test_an_otap_panel_is_not_asked_for_what_it_lacks() -> None:
    async with ReceiverSimulator("otap") as receiver, connected(receiver) as driver:
        await driver.poll(everything(driver.fleet.topology()))
        assert asked(receiver) == {"deviceList": 1, "zones": 1}


async def test_zones_by_the_other_method_are_remembered() -> None:
    async with ReceiverSimulator("old") as receiver, connected(receiver) as driver:
        await driver.poll(everything(driver.fleet.topology()))
        assert [each.method for each in receiver.requests if "/zones" in each.path] == ["GET"]
        assert driver.diagnostics()["zones_by_get"] == 1


async def test_a_document_that_a_panel_lacks_is_asked_for_once() -> None:
    async with ReceiverSimulator("single") as receiver:
        receiver.fault.not_support = {f"{STATUS}exDevStatus"}
        async with connected(receiver) as driver:
            assert driver.diagnostics()["lacking"] == {"peripherals": 1}
            await driver.poll(everything(driver.fleet.topology()))
            assert asked(receiver)["exDevStatus"] == 0


async def test_lists_longer_than_a_page() -> None:
    async with ReceiverSimulator("large", devices=7, zones=64) as receiver:
        receiver.device_page = 3
        async with connected(receiver) as driver:
            topology = await driver.discover()
            assert len(topology.devices) == 8
            assert len([ref for ref in topology.parts if ref.kind is PartKind.ZONE]) == 7 * 64
            assert asked(receiver)["deviceList"] == 3


async def test_devices_come_and_go() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        new = index(40)
        receiver.add_device(panel_row(40, name="Barn", panel=home_panel()))
        await driver.poll(frozenset())
        assert driver.restructured
        topology = await driver.discover()
        assert zone(1, new) in topology.parts
        assert topology.devices[new].name == "Barn"
        del receiver.world.devices[new]
        topology = await driver.discover()
        assert new not in topology.devices
        assert not [ref for ref in topology.parts if ref.device == new]


async def test_one_empty_list_makes_nothing_vanish() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        before = await driver.discover()
        devices = dict(receiver.world.devices)
        receiver.world.devices.clear()
        assert await driver.discover() == before
        receiver.world.devices.update(devices)
        assert await driver.discover() == before
        receiver.world.devices.clear()
        assert await driver.discover() == before
        assert set((await driver.discover()).devices) == {HOST}


async def test_a_list_that_breaks_off_makes_nothing_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        before = await driver.discover()
        page = driver.client.page

        async def cut(position: int, count: int) -> object:
            found = await page(position, 5)
            return found if not position else replace(found, rows=(), received=0)

        monkeypatch.setattr(driver.client, "page", cut)
        assert await driver.discover() == before


async def test_failed_requests_make_nothing_vanish() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        before = await driver.discover()
        unit(driver).unread = True
        receiver.fault.status_next(500, "internalError", code=3, path=STATUS, times=3)
        assert await driver.discover() == before
        unit(driver).unread = True
        receiver.fault.status_next(200, "ok", code=1, path=STATUS, times=3)
        assert await driver.discover() == before
        assert unit(driver).unread
        receiver.fault.busy = True
        with pytest.raises(Busy):
            await driver.discover()


async def test_a_panel_that_was_offline_is_read_when_it_is_back() -> None:
    async with ReceiverSimulator("single") as receiver:
        await receiver.set_online(HOUSE, False)
        async with connected(receiver) as driver:
            topology = await driver.discover()
            assert zone(1) not in topology.parts
            assert asked(receiver) == {"deviceList": 1}
            await receiver.set_online(HOUSE, True)
            polled = await driver.poll(frozenset({Want(HOST_PART, Reading(Quantity.DEVICES_ONLINE))}))
            assert polled.online[panel()] is True
            assert zone(1) in (await driver.discover()).parts
            assert polled.readings[HOST_PART, Reading(Quantity.DEVICES_ONLINE)] == 1.0


async def test_a_panel_that_goes_offline_keeps_its_parts() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        before = await driver.discover()
        await receiver.set_online(HOUSE, False)
        polled = await driver.poll(everything(before))
        assert polled.online[panel()] is False
        assert (await driver.discover()).parts.keys() == before.parts.keys()
        assert asked(receiver) == {"deviceList": 3}


async def test_a_zone_that_a_poll_meets_first() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        before = await driver.discover()
        receiver.zone(HOUSE, 2).name = "Corridor"
        events: list[object] = []
        driver.emit = events.append
        await driver.poll(everything(before))
        assert events == [Restructured()]
        receiver.requests.clear()
        after = await driver.discover()
        assert after.parts[zone(2)].name == "Corridor"
        assert after.parts[zone(1)] is before.parts[zone(1)]
        assert asked(receiver) == {"deviceList": 1}


# --- what is so


async def test_set_up_reads_nothing_twice() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver, discover=False) as driver:
        topology = await driver.discover()
        polled = await driver.poll(everything(topology))
        assert asked(receiver)["deviceList"] == 2 + 1
        looked = Counter((each.path, each.body) for each in receiver.requests if STATUS in each.path)
        assert set(looked.values()) == {1}
        assert arm_of(polled, 1) is Arm.DISARMED
        assert polled.readings[HOST_PART, Reading(Quantity.DEVICES)] == 13.0
        read = {ref for ref, _ in polled.readings}
        assert all(part.ref in read for part in topology.parts.values() if part.ref.kind is PartKind.ZONE)


async def test_a_poll_reads_what_is_wanted_only() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        await driver.poll(frozenset())
        assert asked(receiver) == {"deviceList": 1}
        receiver.requests.clear()
        await driver.poll(frozenset({Want(panel(), Reading(Quantity.CONNECTION))}))
        assert asked(receiver) == {"deviceList": 1}
        receiver.requests.clear()
        await driver.poll(frozenset({Want(panel(), Feature.ARM_AWAY)}))
        assert asked(receiver) == {"deviceList": 1, "subSystems": 1, "zones": 1}
        receiver.requests.clear()
        keypad = next(ref for ref in driver.fleet.topology().parts if ref.kind is PartKind.KEYPAD)
        await driver.poll(frozenset({Want(keypad)}))
        assert asked(receiver) == {"deviceList": 1, "exDevStatus": 1}
        assert all(keypad.device in each.path for each in receiver.requests if STATUS in each.path)


async def test_state_follows() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        wanted = everything(driver.fleet.topology())
        await receiver.open_zone(HOUSE, 2)
        await receiver.arm_locally(HOUSE, 1, "stay")
        receiver.world.panel(HOUSE).relays[0].on = True
        polled = await driver.poll(wanted)
        assert flag(polled, zone(2), Flag.OPEN) is True
        assert arm_of(polled, 1) is Arm.HOME
        assert [state for ref, state in polled.parts.items() if ref.number == 0]


async def test_partitions_are_not_guessed_when_their_document_fails() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.fault.status_next(500, "internalError", code=3, path=f"{STATUS}subSystems")
        polled = await driver.poll(everything(driver.fleet.topology()))
        assert not [ref for ref, _ in polled.readings if ref.kind is PartKind.PARTITION]
        assert not [ref for ref in polled.online if ref.kind is PartKind.PARTITION]
        assert flag(polled, zone(1), Flag.OPEN) is False
        assert partition(1) in (await driver.discover()).parts


async def test_all_panels_have_their_turn_within_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ReceiverSimulator("large", devices=40, zones=4) as receiver, connected(receiver) as driver:
        wanted = everything(driver.fleet.topology())
        assert len(unit(driver).docs_to_read) == 3
        for _ in range(4):
            receiver.requests.clear()
            assert driver.polled_at is not None
            driver.polled_at -= 30.0
            await driver.poll(wanted)
            assert 50 <= len(receiver.requests) <= 60
        times = sorted(each.looked_at for each in driver.fleet.panels())
        assert times[0] > times[-1] - 60
        looked = Counter(each.path for each in receiver.requests)
        assert set(looked.values()) == {1}
        assert driver.diagnostics()["round_seconds"] is not None


async def test_a_panel_where_something_goes_on_comes_first() -> None:
    async with ReceiverSimulator("large", devices=40, zones=4) as receiver, connected(receiver) as driver:
        wanted = everything(driver.fleet.topology())
        for number in (30, 31):
            driver.heat(unit(driver, index(number)))
        await driver.poll(wanted)
        paths = [each.path for each in receiver.requests if STATUS in each.path]
        assert index(30) in paths[0]
        assert len(paths) <= 6


async def test_one_panel_that_fails_does_not_fail_the_others() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        wanted = everything(driver.fleet.topology())
        assert driver.polled_at is not None
        driver.polled_at -= 30.0
        receiver.world.devices[OFFICE].active_status = "unauth"
        polled = await driver.poll(wanted)
        assert (zone(1), Reading(Flag.OPEN)) in polled.readings
        assert (zone(1, OFFICE), Reading(Flag.OPEN)) not in polled.readings
        assert unit(driver, OFFICE).failures == 1
        receiver.requests.clear()
        driver.polled_at -= 30.0
        await driver.poll(wanted)
        # It rests for a while.
        assert not [each for each in receiver.requests if OFFICE in each.path]


async def test_a_device_that_the_receiver_no_longer_has() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        rule = ("theDeviceIdDoesNotExist", 4)
        receiver.fault.status_next(403, rule[0], code=rule[1], path=f"{STATUS}subSystems", times=9)
        assert driver.polled_at is not None
        driver.polled_at -= 30.0
        await driver.poll(everything(driver.fleet.topology()))
        assert driver.restructured
        # Once, not with each poll: the list may go on naming it.
        driver.restructured = False
        for each in driver.fleet.panels():
            each.rests_until = 0.0
        driver.polled_at -= 30.0
        await driver.poll(everything(driver.fleet.topology()))
        assert not driver.restructured


async def test_slow_panels_do_not_hold_a_poll_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ReceiverSimulator("large", devices=10, zones=4) as receiver, connected(receiver) as driver:
        monkeypatch.setattr(polling, "_SECONDS", 0.0)
        assert driver.polled_at is not None
        driver.polled_at -= 60.0
        polled = await driver.poll(everything(driver.fleet.topology()))
        assert polled.readings[HOST_PART, Reading(Quantity.DEVICES)] == 10.0
        assert asked(receiver) == {"deviceList": 1}


# --- what goes wrong


async def test_a_wrong_password_is_tried_once() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver, discover=False, password="wrong") as driver:
        with pytest.raises(AuthFailed):
            await driver.identify()
        with pytest.raises(AuthFailed):
            await driver.poll(frozenset())
        assert len(receiver.auth.refused) == 1


async def test_a_password_that_was_changed_is_not_tried_again() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        wanted = everything(driver.fleet.topology())
        receiver.change_password("other")
        with pytest.raises(AuthFailed):
            await driver.poll(wanted)
        settled = len(receiver.auth.refused)
        # One on the nonce in use, which might have been used up, and one that settles it.
        assert settled == 2
        for attempt in (driver.poll(wanted), driver.discover(), driver.check(), driver.arm(partition(1), Arm.AWAY)):
            with pytest.raises(AuthFailed):
                await attempt
        assert len(receiver.auth.refused) == settled


async def test_a_lock_is_waited_out() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.lock_out()
        receiver.auth.forget_nonces()
        with pytest.raises(AccountLocked):
            await driver.check()
        before = len(receiver.requests)
        with pytest.raises(AccountLocked):
            await driver.check()
        assert len(receiver.requests) == before


@pytest.mark.parametrize(
    ("sub", "status", "code", "error"),
    [("deviceBusy", 503, 2, Busy), ("networkError", 200, 2, Busy), ("ok", 200, 1, BadAnswer)],
)
async def test_a_receiver_that_refuses(sub: str, status: int, code: int, error: type[DeviceError]) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.fault.status_next(status, sub, code=code, path=LIST)
        with pytest.raises(error):
            await driver.poll(frozenset())
        await driver.poll(frozenset())


async def test_a_receiver_that_restarts() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        wanted = everything(driver.fleet.topology())
        down = asyncio.create_task(receiver.restart(0.05))
        await asyncio.sleep(0.01)
        with pytest.raises(CannotConnect):
            await driver.poll(wanted)
        await down
        assert driver.polled_at is not None
        driver.polled_at -= 30.0
        polled = await driver.poll(wanted)
        assert arm_of(polled, 1) is Arm.DISARMED
        assert not receiver.auth.refused


async def test_answers_that_are_cut_off_or_dropped() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.fault.truncate_next()
        with pytest.raises(CannotConnect):
            await driver.poll(frozenset())
        # A search by POST only reads, so it is asked again.
        receiver.fault.drop_next()
        await driver.poll(frozenset())


async def test_a_command_does_not_queue_behind_searches() -> None:
    async with ReceiverSimulator("large", devices=6, zones=4) as receiver, connected(receiver) as driver:
        receiver.fault.delays = {f"{STATUS}zones": 0.5, f"{STATUS}subSystems": 0.5}
        wanted = everything(driver.fleet.topology())
        assert driver.polled_at is not None
        driver.polled_at -= 30.0
        poll = asyncio.create_task(driver.poll(wanted))
        await asyncio.sleep(0.1)
        await driver.client.disarm(HOUSE, 1)
        assert not poll.done()
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)


async def test_raw_requests_go_as_given() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        answer = await driver.send_request("GET", "/ISAPI/no/such/path", [("format", "json")], None)
        assert answer.status in (403, 404)
        for method, path in (("GET", "//elsewhere/"), ("GET", "/ISAPI/../x"), ("TRACE", "/ISAPI/x"), ("GET", "/x")):
            with pytest.raises(Rejected):
                await driver.send_request(method, path, (), None)
        with pytest.raises(Rejected):
            await driver.send_request("PUT", "/ISAPI/x", (), bytes(2**20 + 1))
        answer = await driver.send_request(
            "POST", LIST, [("format", "json")], b'{"SearchDescription":{"position":0,"maxResult":1}}'
        )
        assert answer.status == 200
        assert HOUSE.encode() in answer.body


async def test_diagnostics_hold_no_secrets() -> None:
    async with ReceiverSimulator("mixed") as receiver, connected(receiver) as driver:
        told = str(driver.diagnostics())
        assert driver.diagnostics()["devices"]["panel"] == 5
        for secret in (receiver.password, HOUSE, HOUSE.replace("-", ""), "Front door"):
            assert secret not in told


def test_polls_are_gathered_as_old_as_the_oldest() -> None:
    gathered = looking.Gathered(3.0)
    gathered.add(Polled(asked_at=2.0))
    gathered.add(Polled(asked_at=1.0, online={panel(): True}))
    found = gathered.poll()
    assert (found.asked_at, dict(found.online)) == (1.0, {panel(): True})
