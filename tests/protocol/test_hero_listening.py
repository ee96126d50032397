"""Alarms that a camera pushes, from its WebSocket to events of the model."""

import asyncio
from collections.abc import Iterator

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed import codes
from custom_components.ip_surveillance.protocol.drivers.herospeed.driver import HerospeedDriver
from custom_components.ip_surveillance.protocol.errors import CannotConnect
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.events import (
    Connected,
    Detected,
    Disconnected,
    Event,
    Happened,
    Measured,
    Restructured,
    Together,
)
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from custom_components.ip_surveillance.protocol.supervisor import Supervisor
from tests.simulators.base import Rule
from tests.simulators.herospeed import DETECTIONS, FIRMWARES, READABLE, HerospeedSimulator, Malformed

from .hero_driver import CHANNEL, INPUT, LOG, LOGINS, connected, listening, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

SOURCE = Reading(Quantity.EVENT_SOURCE)


def flat(events: list[Event]) -> Iterator[Event]:
    for event in events:
        if isinstance(event, Together):
            yield from flat([*event.events])
        else:
            yield event


def detected(events: list[Event]) -> list[tuple[Detection, bool]]:
    return [(event.what, event.active) for event in flat(events) if isinstance(event, Detected)]


def sources(events: list[Event]) -> list[object]:
    return [
        event.readings[SOURCE] for event in flat(events) if isinstance(event, Measured) and SOURCE in event.readings
    ]


@pytest.fixture
def camera() -> HerospeedSimulator:
    return HerospeedSimulator("light", firmware="new")


@pytest.mark.parametrize("login", LOGINS)
async def test_alarms_are_pushed(login: str) -> None:
    async with (
        HerospeedSimulator("light", firmware="new", login=login) as camera,
        connected(camera, key=camera.sessions.licence_key) as driver,
        listening(driver) as events,
    ):
        await camera.wait_streams()
        assert sources(events) == ["push"]
        assert await camera.event("motion", picture=True) == 1
        assert await camera.event("motion", active=False) == 1
        await until(lambda: len(detected(events)) == 2)
        assert detected(events) == [(Detection.MOTION, True), (Detection.MOTION, False)]
        first = next(event for event in flat(events) if isinstance(event, Detected))
        assert first.part == CHANNEL
        assert first.picture
        assert first.picture.data.startswith(b"\xff\xd8")
        # The log is left alone while there is a push.
        assert camera.seen(path=LOG) == []
        assert (await driver.poll(frozenset())).readings == {}


async def test_every_kind_of_alarm(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, listening(driver) as events:
        await camera.wait_streams()
        for kind in DETECTIONS:
            await camera.event(kind, always=True)
        await until(lambda: len(detected(events)) == len(DETECTIONS))
        assert driver.reader.counts.unknown == {}
        told = {event.what: event.part for event in flat(events) if isinstance(event, Detected)}
        assert told[Detection.INPUT] == INPUT
        assert told[Detection.DISK_FULL] == HOST_PART
        assert told[Detection.LOITERING] == CHANNEL


async def test_what_is_subscribed_to(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, listening(driver):
        await camera.wait_streams()
        start = camera.push.starts[-1]
    assert start == {
        "action": "start",
        "subscription": {"packet_types": [2, 3, 4, 5, 6, 7], "event_image": True},
    }


async def test_faces_plates_counts_and_maps(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, listening(driver) as events:
        await camera.wait_streams()
        await camera.face(name="Ann", similarity=90)
        await camera.plate("B AB 1234", color="red")
        await camera.plate("B CD 5678")
        await camera.line_count(entered=2, left=1)
        await camera.heat_map()
        await camera.smart_object("human")
        await until(lambda: (Detection.PERSON, True) in detected(events))
        moments = [event for event in flat(events) if isinstance(event, Happened)]
        assert [event.what for event in moments] == ["face_match", "plate", "plate", "heat_map"]
        assert all(event.picture for event in moments)
        assert moments[1].data["color"] == "red"
        values = [event.readings for event in flat(events) if isinstance(event, Measured)][1:]
        assert values == [
            {Reading(Quantity.PLATE): "B AB 1234"},
            {Reading(Quantity.PLATE): "B CD 5678"},
            {Reading(Quantity.ENTERED): 2, Reading(Quantity.LEFT): 1},
        ]
        # None of this was known to exist before.
        assert any(isinstance(event, Restructured) for event in events)
        topology = await driver.discover()
        channel = topology.parts[CHANNEL]
        assert channel.detections.keys() >= {Detection.FACE_MATCH, Detection.PLATE, Detection.PERSON}
        assert channel.readings >= {Reading(Quantity.PLATE), Reading(Quantity.ENTERED), Reading(Quantity.LEFT)}
        memory = driver.memory()
    async with HerospeedSimulator("light", firmware="new") as again, connected(again, memory=dict(memory)) as driver:
        assert driver.topology
        assert driver.topology.parts[CHANNEL] == channel


async def test_an_end_that_is_told_is_waited_for(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, listening(driver) as events:
        await camera.wait_streams()
        for active in (True, False, True):
            await camera.event("motion", active=active)
        await until(lambda: len(detected(events)) == 3)
        holds = [event.hold for event in flat(events) if isinstance(event, Detected) and event.active]
        assert holds[0] is None
        assert holds[1]


async def test_a_camera_that_tells_no_ends(camera: HerospeedSimulator) -> None:
    camera.tells_active = False
    async with camera, connected(camera) as driver, listening(driver) as events:
        await camera.wait_streams()
        await camera.event("motion")
        await camera.event("motion", active=False)
        await camera.event("motion")
        await until(lambda: len(detected(events)) == 2)
        assert all(event.hold is None for event in flat(events) if isinstance(event, Detected))


# --- what is broken


async def test_bad_packets_are_skipped_and_counted(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, listening(driver) as events:
        await camera.wait_streams()
        counts = driver.client.push
        for kind in Malformed:
            events.clear()
            before = (counts.bad_packets, counts.bytes_skipped, counts.other_checksums, driver.reader.counts.ignored)
            await camera.push_malformed(kind, event="intrusion")
            await camera.event("motion")
            await until(lambda: (Detection.MOTION, True) in detected(events))
            await camera.event("motion", active=False)
            after = (counts.bad_packets, counts.bytes_skipped, counts.other_checksums, driver.reader.counts.ignored)
            understood = (Detection.INTRUSION, True) in detected(events)
            if kind in READABLE:
                assert understood, kind
            # What was not understood was counted.
            assert understood or after != before or kind is Malformed.EMPTY, kind
        assert camera.streams == 1


async def test_pieces_and_bursts(camera: HerospeedSimulator) -> None:
    camera.push.split = 100
    async with camera, connected(camera) as driver, listening(driver) as events:
        await camera.wait_streams()
        await camera.event("motion", picture=True)
        await until(lambda: detected(events))
        camera.push.split = 0
        camera.push.joined = True
        await camera.burst("intrusion", 300)
        await until(lambda: len(detected(events)) == 301)
        assert driver.client.push.bad_packets == 0


# --- how it ends


@pytest.mark.parametrize("errors", ["text", "packet"])
async def test_no_room_for_a_listener(camera: HerospeedSimulator, errors: str) -> None:
    camera.push.errors = errors
    async with camera, connected(camera) as driver:
        camera.push.limit = 0
        async with listening(driver) as events:
            # The log is read until there may be room again.
            await until(lambda: "log" in sources(events))
            camera.world.note(2, "Motion detection alarm")
            await until(lambda: detected(events))
            assert camera.push.refusals == [203]
            assert driver.source == "log"
        assert driver.source is None


async def test_after_the_wait_the_push_is_tried_again(
    camera: HerospeedSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "CONNECTED_AGAIN", 0.1)
    async with camera, connected(camera) as driver:
        camera.push.limit = 0
        async with listening(driver) as events:
            await until(lambda: "log" in sources(events))
            camera.push.limit = 4
            await camera.wait_streams()
            await until(lambda: sources(events)[-1] == "push")
            await camera.event("motion")
            await until(lambda: detected(events))


@pytest.mark.parametrize("errors", ["text", "packet"])
async def test_the_end_of_the_push_is_followed_by_another(camera: HerospeedSimulator, errors: str) -> None:
    async with camera, connected(camera) as driver:
        await driver.discover()
        async with supervised(driver) as events:
            await camera.wait_streams()
            camera.push.errors = errors
            await camera.event("motion")
            await until(lambda: detected(events))
            opened = camera.push.opened
            await camera.end_push()
            await until(lambda: camera.push.opened == opened + 1)
            await camera.event("intrusion")
            await until(lambda: (Detection.INTRUSION, True) in detected(events))
            assert [type(event) for event in events if isinstance(event, Connected | Disconnected)] == [
                Connected,
                Disconnected,
                Connected,
            ]
            assert camera.sessions.logins == 1


def supervised(driver: HerospeedDriver, **more: float) -> _Supervised:
    return _Supervised(driver, **more)


class _Supervised:
    """Listens as the integration does."""

    def __init__(self, driver: HerospeedDriver, *, silence: float = 90.0) -> None:
        self.events: list[Event] = []
        self.supervisor = Supervisor(
            lambda emit: driver.listen(emit, self.supervisor.alive),
            self.events.append,
            probe=driver.check,
            on_auth_failed=lambda _: None,
            silence=silence,
            random=lambda: 0.0,
            sleep=lambda seconds: asyncio.sleep(min(seconds, 0.05)),
        )

    async def __aenter__(self) -> list[Event]:
        self.task = asyncio.create_task(self.supervisor.run())
        await until(lambda: any(isinstance(event, Connected) for event in self.events))
        return self.events

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_a_broken_push_is_opened_again(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, supervised(driver) as events:
        await camera.wait_streams()
        camera.close_streams()
        await until(lambda: sum(isinstance(event, Connected) for event in events) == 2)
        await camera.wait_streams()
        await camera.event("motion")
        await until(lambda: detected(events))


async def test_a_restart_of_the_camera(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, supervised(driver) as events:
        await camera.wait_streams()
        await driver.reboot()
        await until(lambda: camera.world.reboots == 1)
        await camera.wait_streams()
        await camera.event("motion")
        await until(lambda: detected(events))
        assert camera.sessions.logins == 2
        assert camera.sessions.refused == []


async def test_a_session_that_is_over_ends_a_push_that_would_stay_silent(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver, supervised(driver) as events:
        await camera.wait_streams()
        opened = camera.push.opened
        camera.kill_sessions()
        # The sign of life finds out, as it does every half minute.
        await driver.check()
        await until(lambda: camera.push.opened == opened + 1)
        await camera.wait_streams()
        await camera.event("motion")
        await until(lambda: detected(events))


async def test_silence_is_checked_by_a_sign_of_life(camera: HerospeedSimulator) -> None:
    camera.fault.no_heartbeat = True
    async with camera, connected(camera) as driver, supervised(driver, silence=0.1):
        before = len(camera.seen(path="heart-beat"))
        await until(lambda: len(camera.seen(path="heart-beat")) > before)
        assert camera.streams == 1


async def test_a_server_that_ends_every_push_at_once_has_none(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver:
        driver.pushes_broken = 2
        async with listening(driver) as events:
            await camera.wait_streams()
            camera.close_streams()
            await until(lambda: "log" in sources(events))


@pytest.mark.parametrize("status", [302, 401, 403, 500])
async def test_a_camera_that_refuses_the_push_is_read_by_its_log(status: int) -> None:
    async with HerospeedSimulator("fixed", firmware="old") as camera:
        camera.fault.rules.append(Rule(path="/events", status=status))
        async with connected(camera) as driver, listening(driver) as events:
            await until(lambda: "log" in sources(events))
            camera.world.note(2, "Motion detection alarm")
            await until(lambda: detected(events))


@pytest.mark.parametrize("number", [1, 102, 202])
async def test_a_subscription_that_is_refused_is_none(
    camera: HerospeedSimulator, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    tell = camera.push._tell
    monkeypatch.setattr(camera.push, "_tell", lambda socket, _: tell(socket, number))
    camera.push.limit = 0
    async with camera, connected(camera) as driver, listening(driver) as events:
        await until(lambda: "log" in sources(events))
        camera.world.note(2, "Motion detection alarm")
        await until(lambda: detected(events))


async def test_a_camera_that_never_answers_whether_it_pushes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.ip_surveillance.protocol.drivers.herospeed.listening._OPEN_TIMEOUT", 0.1)
    async with HerospeedSimulator("fixed", firmware="old") as camera:
        camera.fault.delays["/events"] = 30.0
        async with connected(camera) as driver, supervised(driver) as events:
            await until(lambda: "log" in sources(events))
            camera.world.note(2, "Motion detection alarm")
            await until(lambda: detected(events))


async def test_a_subscription_that_is_taken_and_ended_is_no_packet(camera: HerospeedSimulator) -> None:
    camera.push.acknowledge = True
    async with camera, connected(camera) as driver:
        driver.pushes_broken = 2
        async with listening(driver) as events:
            await camera.wait_streams()
            camera.close_streams()
            await until(lambda: "log" in sources(events))


async def test_a_camera_that_is_off_is_no_camera_without_push(camera: HerospeedSimulator) -> None:
    async with camera, connected(camera) as driver:
        await camera.go_down()
        for _ in range(5):
            with pytest.raises(CannotConnect):
                await driver.listen(lambda _: None, lambda: None)
        assert driver.pushes_broken == 0


async def test_a_push_that_comes_with_time_is_news() -> None:
    async with HerospeedSimulator("fixed", firmware="new", websocket=False) as camera, connected(camera) as driver:
        assert driver.topology
        assert Feature.PUSH not in driver.topology.parts[HOST_PART].features
        camera.websocket = True
        async with listening(driver) as events:
            await camera.wait_streams()
            assert any(isinstance(event, Restructured) for event in events)
            await driver.discover()
            assert Feature.PUSH in driver.topology.parts[HOST_PART].features
            assert Feature.PICTURES in driver.topology.parts[CHANNEL].features


@pytest.mark.parametrize("reboots", [True, False])
async def test_an_update_that_brings_push_is_found_out_at_once(reboots: bool) -> None:
    """By the sessions that the restart took, or by the other firmware that a look finds: not an hour later."""
    async with (
        HerospeedSimulator("fixed", firmware="old") as camera,
        connected(camera) as driver,
        listening(driver) as events,
    ):
        await until(lambda: "log" in sources(events))
        camera.firmware, camera.websocket = FIRMWARES["new"], True
        info = camera.world.documents["/api/system/device-info"]
        info["firmwareVersion"] = info["firmwareVersion"].replace("20.1.12.6", "24.2.1.3")
        if reboots:
            camera.kill_sessions()
        else:
            await driver.discover()
        await camera.wait_streams()
        await until(lambda: "push" in sources(events))
        await driver.discover()
        assert driver.topology
        assert Feature.PUSH in driver.topology.parts[HOST_PART].features
        assert driver.topology.host.hardware.firmware == info["firmwareVersion"]


async def test_a_restart_without_an_update_goes_on_with_the_log() -> None:
    async with (
        HerospeedSimulator("fixed", firmware="old") as camera,
        connected(camera) as driver,
        listening(driver) as events,
    ):
        await until(lambda: "log" in sources(events))
        camera.kill_sessions()
        await until(lambda: camera.sessions.logins == 2)
        await until(lambda: sum(each.path == "/events" for each in camera.requests) == 3)
        await camera.event("motion")
        await until(lambda: any(isinstance(each, Detected) for each in events))
        # Two looks at what there is, and one try more after the login.
        assert sum(each.path == "/events" for each in camera.requests) == 3
