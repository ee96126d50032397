"""Corners of the receiver's dialect, each of which once showed something wrong or lost something."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
import json
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.ip_surveillance.protocol.drivers.ip_receiver import fleet, touched
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.client import interpret_answer
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.devices import DevicePage, DeviceRow
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.driver import ReceiverDriver
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.events import EventReader, Told
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.fleet import Doc, Fleet, Unit
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.media import MediaStore
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.media_links import MediaLink
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Rejected
from custom_components.ip_surveillance.protocol.hikvision.panel_parts import PanelDocs, panel_parts
from custom_components.ip_surveillance.protocol.hikvision.status import item_errors
from custom_components.ip_surveillance.protocol.hikvision.zones import read_zones
from custom_components.ip_surveillance.protocol.model.events import Event, Happened, Patched, Polled, Restructured
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading
from custom_components.ip_surveillance.protocol.sights import Sights
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport
from tests.simulators.ip_receiver import ReceiverSimulator

from .receiver_driver import (
    CONTROL,
    HOUSE,
    STATUS,
    arm_of,
    commands,
    connected,
    everything,
    flag,
    listening,
    panel,
    partition,
    unit,
    until,
    zone,
)
from .receiver_world import FIRST, NOW, ZONE, World, reader

GARAGE = 10
"""A zone of the second partition."""


@asynccontextmanager
async def at_rest(receiver: ReceiverSimulator) -> AsyncGenerator[tuple[ReceiverDriver, list[Event]]]:
    """Listen, and wait for the looks that go with it."""
    async with connected(receiver) as driver, listening(driver, receiver) as events:
        await until(lambda: any(isinstance(each, Polled) for each in events) and not len(driver.touched))
        events.clear()
        yield driver, events


class _Answered:
    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body, self.status, self.path = body, status, f"{CONTROL}arm/1"


# --- refusals


@pytest.mark.parametrize(
    "body",
    [
        # The guide's own form, which lacks the comma before its last member (004…txt l.4655).
        b"""{
  "requestURL": "/ISAPI/SecurityCP/control/arm/1",
  "statusCode": 4,
  "statusString": "Invalid Operation",
   "subStatusCode": "armingFailed",
  "errorCode": 1073774592,
  "errorMsg": "a zone is open"
  "rebootRequired":
}""",
        b'{"statusCode":4,"subStatusCode":"armingFailed","errorMsg":"a zone is open",}',
    ],
)
@pytest.mark.parametrize("status", [200, 403])
def test_a_refusal_that_is_nearly_json_is_no_success(body: bytes, status: int) -> None:
    error = interpret_answer(_Answered(body, status))
    assert isinstance(error, Rejected)
    assert (error.code, error.detail) == ("armingFailed", "a zone is open")


def test_a_success_that_is_nearly_json_and_what_cannot_be_repaired() -> None:
    assert interpret_answer(_Answered(b'{"statusCode":1,"subStatusCode":"ok",}')) is None
    assert interpret_answer(_Answered(b'{"statusCode":')) is None


def test_items_of_a_batch_that_went_well_may_say_so_with_empty_members() -> None:
    """The number is optional there and belongs to the words, which are absent (l.893-912)."""
    items: list[dict[str, Any]] = [
        {"id": "0", "errorCode": 0, "errorMsg": "ok"},
        {"id": "1", "statusCode": "", "statusString": "", "subStatusCode": "", "errorMsg": "ok"},
        {"id": "2", "statusCode": 4, "errorCode": 0},
    ]
    assert item_errors({"ErrorList": items}).keys() == {"2"}


@pytest.mark.parametrize(
    ("fields", "required"),
    [({"rebootRequired": 1}, True), ({"rebootRequired": "1"}, True), ({"rebootRequired": 0}, False), ({}, False)],
)
async def test_a_success_that_takes_effect_after_a_restart(
    fields: dict[str, Any], required: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        transport = driver.client.transport
        request = transport.request

        async def telling(method: str, path: str, **options: Any) -> Any:
            answer = await request(method, path, **options)
            body = json.dumps({"statusCode": 1, "subStatusCode": "ok", **fields}).encode()
            return replace(answer, body=body) if CONTROL in path else answer

        monkeypatch.setattr(transport, "request", telling)
        await driver.clear_alarm(partition(1))
        assert driver.client.reboot_required is required


# --- arming


async def test_a_partition_that_armed_keeps_what_was_left_out_for_it_when_another_refuses() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.world.panel(HOUSE).bypass_survives = True
        await receiver.open_zone(HOUSE, 1)
        await receiver.open_zone(HOUSE, GARAGE)
        receiver.fault.status_next(403, "armingFailed", path=f"{CONTROL}arm/2")
        with pytest.raises(Rejected):
            await driver.arm(panel(), Arm.AWAY, force=True)
        assert receiver.world.panel(HOUSE).partitions[1].arming == "away"
        # Taken in now, its open door would set the alarm off.
        assert [number for number in range(1, 13) if receiver.zone(HOUSE, number).bypassed] == [1]
        assert driver.memory()["forced"] == {HOUSE.replace("-", ""): [{"zones": [1], "partitions": [1]}]}
        await driver.disarm(panel())
        assert not receiver.zone(HOUSE, 1).bypassed
        assert "forced" not in driver.memory()
        assert commands(receiver).count("PUT bypassRecover") == 2


async def test_the_look_after_an_event_is_not_spared_by_one_at_another_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An alarm that switches a relay must not keep the zones from being read."""
    monkeypatch.setattr(touched, "QUIET", 0.3)
    async with ReceiverSimulator("single") as receiver, at_rest(receiver) as (driver, events):
        await receiver.trigger(HOUSE, 6)
        await until(lambda: len(driver.touched))
        await driver.set_output(PartRef(HOUSE, PartKind.OUTPUT, 1), True)
        key = (zone(6), Reading(Flag.ALARM))
        await until(lambda: [each for each in events if isinstance(each, Polled) and key in each.readings])


@pytest.mark.parametrize("begun", ["before", "after"])
async def test_the_look_after_an_event_is_not_spared_by_one_that_came_too_early(
    monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    """A panel tells of a change before it shows it; and what a poll that began before the event read is ignored."""
    monkeypatch.setattr(touched, "QUIET", 0.3)
    async with ReceiverSimulator("single") as receiver, at_rest(receiver) as (driver, events):
        polling = asyncio.create_task(driver.poll(everything(driver.fleet.topology())))
        if begun == "after":
            await polling
        record = {"CIDCode": "3403", "CIDType": 6, "subSys": 1, "UUID": "1"}
        await receiver.emit(HOUSE, "CIDAlarm", CIDAlarm=record)
        await until(lambda: len(driver.touched))
        if begun == "after":
            polling = asyncio.create_task(driver.poll(everything(driver.fleet.topology())))
        await polling
        receiver.world.panel(HOUSE).partitions[1].arming = "stay"
        key = (partition(1), Reading(Quantity.ARM))
        await until(
            lambda: [each for each in events if isinstance(each, Polled) and each.readings.get(key) == Arm.HOME]
        )


@pytest.mark.parametrize("told", [True, False])
async def test_the_first_unit_of_a_panel_appears_although_nobody_wants_its_document(
    monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    monkeypatch.setattr(touched, "QUIET", 0.05)
    async with ReceiverSimulator("single") as receiver:
        world = receiver.world.panel(HOUSE)
        units, world.peripherals = world.peripherals, []
        world.relays.clear()
        async with at_rest(receiver) as (driver, events):
            world.peripherals = units
            if told:
                await receiver.emit_code(HOUSE, "3979")
            else:
                monkeypatch.setattr(fleet, "_LONG", 0.0)
                await driver.poll(everything(driver.fleet.topology()))
            siren = PartRef(HOUSE, PartKind.SIREN, 0, "Q90000001")
            await until(lambda: siren in driver.fleet.topology().parts)
            await until(lambda: Restructured() in events)


async def test_a_relay_that_takes_its_time_is_looked_at_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """No record tells that a relay was switched, and a radio relay is slower than the answer to the command."""
    monkeypatch.setattr(touched, "QUIET", 0.2)
    async with ReceiverSimulator("single") as receiver, at_rest(receiver) as (driver, events):
        # Somebody shows it: only then its document is read.
        await driver.poll(everything(driver.fleet.topology()))
        slow = receiver.world.panel(HOUSE).relays[1]
        slow.stuck = True
        relay = PartRef(HOUSE, PartKind.OUTPUT, 1)
        polled = await driver.set_output(relay, True)
        assert polled.parts[relay] == LineState(active=False)
        slow.on = True
        await until(lambda: [each for each in events if isinstance(each, Polled) and relay in each.parts])
        assert events[-1].parts[relay] == LineState(active=True)  # type: ignore[union-attr]


async def test_a_bypass_that_takes_its_time_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        machine = receiver.machine(receiver.world.devices[HOUSE])
        done = machine.bypass

        async def later(*told: Any) -> None:
            asyncio.get_running_loop().call_later(0.2, lambda: asyncio.ensure_future(done(*told)))

        monkeypatch.setattr(machine, "bypass", later)
        polled = await driver.set_bypass([zone(1)], True)
        assert flag(polled, zone(1), Flag.BYPASSED) is True


async def test_zones_of_which_a_panel_refuses_some_are_looked_at() -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        receiver.refuse(HOUSE, "bypass", "bypassFailed")
        with pytest.raises(Rejected):
            await driver.set_bypass([zone(1), zone(2)], True)
        assert len(driver.touched) == 1


async def test_a_document_that_is_denied_for_a_while_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A panel that is being programmed when we begin must not be without partitions for good."""
    path = f"{STATUS}subSystems"
    async with ReceiverSimulator("single") as receiver:
        receiver.fault.status_next(403, "invalidOperation", path=path, code=4)
        async with connected(receiver) as driver:
            wanted = everything(driver.fleet.topology())
            await driver.poll(wanted)
            assert not [each for each in receiver.requests if path in each.path]
            monkeypatch.setattr(fleet, "_LONG", 0.0)
            polled = await driver.poll(wanted)
            assert arm_of(polled, 1) is Arm.DISARMED
            assert not unit(driver).lacking


async def test_what_is_known_of_a_panel_that_fails_for_long_is_not_shown_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The receiver calls it online all the same. What it tells counts, even while it cannot be read."""
    monkeypatch.setattr(fleet, "_LOST_AFTER", 0.2)
    monkeypatch.setattr(touched, "QUIET", 0.05)
    async with ReceiverSimulator("single") as receiver, at_rest(receiver) as (driver, events):
        wanted = everything(driver.fleet.topology())
        house = receiver.world.devices[HOUSE]
        house.active_status = "unauth"
        unit(driver).looked_at = -1.0
        assert (await driver.poll(wanted)).online[panel()] is True
        assert unit(driver).failures
        await asyncio.sleep(0.25)
        assert (await driver.poll(wanted)).online[panel()] is False
        events.clear()
        await receiver.trigger(HOUSE, 6)
        await until(lambda: events)
        assert events[0] == Patched(part=panel(), online=True)
        assert (await driver.poll(wanted)).online[panel()] is True
        await asyncio.sleep(0.25)
        assert (await driver.poll(wanted)).online[panel()] is False
        house.active_status = "active"
        unit(driver).rests_until = 0.0
        polled = await driver.poll(wanted)
        assert flag(polled, zone(6), Flag.ALARM)
        assert (await driver.poll(wanted)).online[panel()] is polled.online[panel()] is True


# --- zones and partitions


def _page(word: str, total: int, *numbers: int) -> dict[str, Any]:
    rows = [{"Zone": {"id": number, "status": "online"}} for number in numbers]
    return {"ZoneSearch": {"responseStatusStrg": word, "totalMatches": total, "ZoneList": rows}}


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([_page("OK", 40, 1, 2), _page("NO MATCH", 40)], [1, 2]),
        ([_page("OK", 40, 1, 2), _page("OK", 40, 1, 2)], [1, 2]),
        ([_page("OK", 3, 1, 2), _page("OK", 3, 3)], [1, 2, 3]),
        ([_page("MORE", 40, 1, 2), _page("MORE", 40)], None),
        ([_page("NO MATCH", 40)], None),
    ],
)
async def test_a_panel_that_counts_more_zones_than_it_lists(
    pages: list[dict[str, Any]], expected: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        left = iter(pages)

        async def read(*_: object, **__: object) -> dict[str, Any]:
            return next(left)

        monkeypatch.setattr(driver.client, "_read", read)
        if expected is None:
            with pytest.raises(BadAnswer):
                await driver.client.zones(HOUSE)
        else:
            assert [each.id for each in await driver.client.zones(HOUSE)] == expected


def _zones(*rows: dict[str, Any]) -> PanelDocs:
    return PanelDocs(zones=read_zones({"ZoneList": [{"Zone": row} for row in rows]}).zones)


def test_there_is_no_partition_0() -> None:
    docs = _zones({"id": 1, "subSystemNo": 0, "armed": False}, {"id": 2, "subSystemNo": 1, "armed": False})
    assert [ref.number for ref in panel_parts(HOUSE, docs) if ref.kind is PartKind.PARTITION] == [1]


def _fleet(row: DeviceRow, lacking: bool) -> tuple[Fleet, Unit]:
    fleet = Fleet(Sights())
    fleet.update((row,), complete=True)
    found = fleet.at(HOUSE)
    assert found
    if lacking:
        found.lacking[Doc.PARTITIONS] = "notSupport"
    found.docs = _zones({"id": 1, "subSystemNo": 1, "armed": False})
    found.arrange()
    return fleet, found


@pytest.mark.parametrize(
    ("row", "lacking"),
    [
        # Which of two ways a panel goes is told while it is online only (l.4779).
        (DeviceRow(index=HOUSE, source=0, connection=2, status="online", online_type=2), False),
        (DeviceRow(index=HOUSE, source=0, connection=3, status="online"), True),
    ],
)
def test_partitions_told_by_zones_outlive_an_absence(row: DeviceRow, lacking: bool) -> None:
    fleet, found = _fleet(row, lacking)
    assert partition(1) in found.parts
    fleet.update((replace(row, status="offline", online_type=None),), complete=True)
    assert partition(1) in found.parts
    fleet.update((row,), complete=True)
    assert partition(1) in found.parts
    assert found.unread


async def test_a_list_that_grows_shorter_while_it_is_read_makes_nothing_vanish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first of three is deleted after the first page: the third moves to the second place."""
    rows = [DeviceRow(index=f"{number}" * 32, source=0) for number in range(3)]
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:

        async def page(position: int, _count: int) -> DevicePage:
            listed = rows[1:] if position else rows
            found = tuple(listed[position : position + 2])
            return DevicePage(rows=found, total=len(listed), received=len(found))

        monkeypatch.setattr(driver.client, "page", page)
        listed = await driver.client.devices()
        assert (len(listed.rows), listed.complete) == (2, False)


# --- pictures and clips


def _alert(event: str, **fields: Any) -> bytes:
    base = {"eventType": event, "eventState": "active", "devIndex": FIRST, "dateTime": "2024-01-21T12:50:39+08:00"}
    return json.dumps({"EventNotificationAlert": {**base, **fields}}).encode()


def _record(**fields: Any) -> dict[str, Any]:
    return {"subSys": 1, "CIDCode": "1103", "UUID": "a1", "triggerTime": "2024-01-21 12:50:39", **fields}


def _review(**fields: Any) -> bytes:
    params = {**_record(isVideo=0, videoURL="/1.jpg"), **fields}
    return _alert("videoReview", VideoReview={"protocolType": "HikCIDProtocol", "HikCIDParams": params})


def test_the_picture_of_an_alarm_whose_zone_is_told_among_the_parameters() -> None:
    told = reader().read(_review(CIDParam="1,2,1,-1,-1,-1,0,NONE"), NOW)
    assert [link.parts for link in told.links] == [(ZONE,)]


@pytest.mark.parametrize("parameters", ["", "1,2,-1,-1,-1,-1,0,NONE"])
def test_the_picture_that_follows_an_alarm_is_of_its_zone(parameters: str) -> None:
    """The zone is optional in what follows (l.4160); the UUID joins the two."""
    events = reader()
    events.read(_alert("CIDAlarm", CIDAlarm=_record(zoneNo=1)), NOW)
    for number in range(2):
        told = events.read(_review(CIDParam=parameters, videoURL=f"/{number}.jpg"), NOW)
        assert [link.parts for link in told.links] == [(ZONE,)]
        (media,) = (each for each in told.events if isinstance(each, Happened))
        assert (media.what, media.data["zone"], media.data["zone_name"]) == ("media", 1, "Kitchen")


def test_a_clock_that_stands_still_hides_nothing() -> None:
    """Without a UUID, only what was sent at the same moment came before; the clip of it is joined all the same."""
    events = reader()
    happenings: list[str] = []
    for second in (1, 2, 2):
        body = _record(CIDCode="3401", UUID="", triggerTime="1970-01-01 00:00:00")
        told = events.read(_alert("CIDAlarm", CIDAlarm=body, dateTime=f"2024-01-21T12:50:0{second}+08:00"), NOW)
        happenings += [each.what for each in told.events if isinstance(each, Happened)]
    assert happenings == ["armed", "armed"]
    assert events.counts.duplicates == 1
    for told in (
        events.read(_alert("CIDAlarm", CIDAlarm=_record(UUID="", zoneNo=1)), NOW),
        events.read(_review(UUID="", ZoneNo=1), NOW),
    ):
        happenings += [each.what for each in told.events if isinstance(each, Happened)]
    assert happenings[2:] == ["burglary_alarm", "media"]


async def test_the_picture_of_a_silent_alarm_is_not_fetched_although_no_partition_is_known() -> None:
    told = EventReader(World(panels={})).read(_review(CIDCode="1121", ZoneNo=1), NOW)
    assert told.discreet
    async with ReceiverSimulator("single") as receiver, connected(receiver) as driver:
        for discreet in (True, False):
            pictures: asyncio.Queue[MediaLink] = asyncio.Queue()
            links = tuple(replace(link, id=f"id{discreet}") for link in told.links)
            driver.heard(Told(events=told.events, links=links, discreet=discreet), lambda _: None, pictures)
            assert pictures.empty() is discreet


@pytest.mark.parametrize(
    ("base", "url", "own"),
    [
        ("https://receiver:443", "http://receiver/a.jpg", True),
        ("https://receiver:8443", "http://receiver:80/a.jpg", True),
        ("http://receiver:80", "https://receiver/a.jpg", True),
        ("http://receiver:80", "http://receiver/a.jpg", True),
        ("http://receiver:8080", "http://receiver:8081/a.jpg", False),
        ("http://receiver:8080", "http://receiver/a.jpg", False),
        ("https://receiver:443", "http://other/a.jpg", False),
        ("https://receiver:443", "http://receiver:8080/a.jpg", False),
    ],
)
async def test_a_receiver_that_names_the_port_of_its_other_way(base: str, url: str, own: bool) -> None:
    async with ClientSession() as session:
        store = MediaStore(session, HttpTransport(session, URL(base), Login(None)))
        assert store._own(URL(url)) is own
