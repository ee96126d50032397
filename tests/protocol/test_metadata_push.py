"""What simulated cameras tell of their pictures, over sockets: driver, subscription, RTSP, reader."""

import asyncio
from dataclasses import replace
import json
from typing import Any

from aiohttp import ClientSession, DummyCookieJar
import pytest

from custom_components.ip_surveillance.protocol.commands import Feeds, Remembers
from custom_components.ip_surveillance.protocol.drivers.isapi import FAMILY
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata import feed
from custom_components.ip_surveillance.protocol.drivers.isapi.replies import Replies
from custom_components.ip_surveillance.protocol.errors import AccountLocked, Rejected
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Happened, Pictured, Restructured
from custom_components.ip_surveillance.protocol.model.parts import FindingKind, Toggle
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.aiop.refusals import Refusal
from tests.simulators.isapi.profiles_metadata import METADATA_PROFILES
from tests.simulators.rtsp import Marker, Shape
from tests.simulators.rtsp.options import UriStyle

from .isapi_driver import access, connected, until
from .metadata_feed import feeding, live, metadata_of, tells
from .metadata_world import CHANNEL, document, reading, sample, target, warm
from .test_metadata_samples import EXPECTED

THERMAL = ChannelMap.ref(2)


def changed(model: str, **offer: Any) -> Any:
    profile = METADATA_PROFILES[model]
    assert profile.metadata
    return replace(profile, metadata=replace(profile.metadata, **offer))


async def test_driver_offers_feeds_and_remembers() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        assert isinstance(driver, Feeds)
        assert isinstance(driver, Remembers)
        assert driver.metadata.sources == {}
        assert not device.seen(path="metadata")


@pytest.mark.parametrize("model", METADATA_PROFILES)
async def test_all_channels_connect(model: str) -> None:
    async with IsapiSimulator(model) as device, connected(device) as driver:
        online = [number for number, each in device.world.channels.items() if each.online is not False]
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(len(online))
            await until(live(driver, len(online)))
            device.rtsp.feed(online[0], warm(21))
            part = ChannelMap.ref(online[0])
            await until(lambda: heard.value(reading(Quantity.TEMPERATURE, "rule9"), part) == 21)
        await device.rtsp.wait_playing(0)
    assert not device.rtsp.violations


async def test_temperatures_come_from_the_thermal_lens() -> None:
    async with IsapiSimulator("thermal_metadata") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(2)
        await device.play("temperature_ramp", 2, speed=1000)
        slots = ("rule1_highest", "rule1_lowest", "rule1_average", "rule2")
        await until(lambda: all(heard.value(reading(Quantity.TEMPERATURE, slot), THERMAL) for slot in slots))
        assert heard.value(reading(Quantity.TEMPERATURE, "rule2")) is None
        topology = await driver.discover()
        assert {reading(Quantity.TEMPERATURE, slot) for slot in slots} <= topology.parts[THERMAL].readings


async def test_first_sight_asks_the_device_nothing() -> None:
    async with IsapiSimulator("thermal_metadata") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(2)
        device.rtsp.feed(1, sample("b15_fire", "corrected"))
        await until(lambda: heard.detected(Detection.FIRE))
        assert heard.restructured()
        asked = len(device.requests)
        topology = await driver.discover()
        assert len(device.requests) == asked
        part = topology.parts[CHANNEL]
        assert Detection.FIRE in part.detections
        assert {reading(Quantity.FIRE_TEMPERATURE), reading(Quantity.FIRE_DISTANCE)} <= part.readings
        await driver.discover()
        assert len(device.requests) > asked


async def test_restart_keeps_what_was_seen() -> None:
    async with IsapiSimulator("counting") as device:
        async with connected(device) as driver, feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            for name in EXPECTED:
                device.rtsp.feed(1, sample(name, "corrected"))
            await until(lambda: heard.happened(Detection.SHIP))
            before = (await driver.discover()).parts[CHANNEL]
            memory = json.loads(json.dumps(dict(driver.memory())))
        async with ClientSession(cookie_jar=DummyCookieJar()) as session:
            again = FAMILY.connect(session, access(device))
            assert isinstance(again, IsapiDriver)
            again.recall(memory)
            after = (await again.discover()).parts[CHANNEL]
            assert after == before
            assert again.memory() == memory
            assert after.detections[Detection.LINE_CROSSING].regions == (1,)
            assert after.detections[Detection.LINE_CROSSING].targets == {Target.HUMAN}
            # What counts who is there now is none as soon as the connection is up.
            async with feeding(again) as told:
                await until(lambda: told.value(reading(Quantity.TARGETS, "human")) == 0)
                assert told.value(reading(Quantity.RADAR_TARGETS)) == 0
                assert told.value(reading(Quantity.PEOPLE)) is None
                assert not told.restructured()
            await again.close()


async def test_every_sample_over_the_wire() -> None:
    async with IsapiSimulator("counting") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(1)
        await until(live(driver, 1))
        told = metadata_of(driver)["counts"]["documents"]
        for name in EXPECTED:
            device.rtsp.feed(1, sample(name, "corrected"))
        await until(lambda: metadata_of(driver)["counts"]["documents"] == told + len(EXPECTED))
        counts = metadata_of(driver)["counts"]
        assert (counts["bad"], counts["unknown"], counts["refused"]) == (0, {}, 0)
        for name, expected in EXPECTED.items():
            for event in expected.events:
                if isinstance(event, Happened):
                    assert event in heard.events, name
        assert any(isinstance(event, Pictured) for event in heard.events)


# --- subscription


async def test_subscribes_to_what_is_offered() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver, feeding(driver):
        await device.rtsp.wait_playing(1)
        assert device.metadata.subscribed == [(1, ("ANPR", "behaviorAnalysis"))]
        assert metadata_of(driver)["subscribed"] == ("ANPR", "behaviorAnalysis")


async def test_types_that_cannot_be_subscribed_are_left_out() -> None:
    """Where they are switched off: else the whole channel is taken, which alone brings them."""
    model = changed("counting", enabled=("personQueue", "faceSnap"))
    async with IsapiSimulator(model) as device, connected(device) as driver, feeding(driver):
        await device.rtsp.wait_playing(1)
        assert device.metadata.subscribed[-1] == (1, ("personQueue", "faceSnap", "behaviorAnalysis"))
        tries = len(device.seen(path="subscribeType"))
        assert tries == 6
        device.rtsp.drop()
        await until(lambda: len(device.seen(path="subscribeType")) == tries + 1)


async def test_whole_channel_where_no_type_can_be_subscribed() -> None:
    model = changed("anpr", unsubscribable=frozenset({"ANPR", "behaviorAnalysis"}))
    async with IsapiSimulator(model) as device, connected(device) as driver, feeding(driver):
        await device.rtsp.wait_playing(1)
        assert device.metadata.subscribed == []
        assert metadata_of(driver)["subscribed"] == ()
        tries = len(device.seen(path="subscribeType"))
        device.rtsp.drop()
        await until(lambda: metadata_of(driver)["connections"] == 2)
        assert len(device.seen(path="subscribeType")) == tries


@pytest.mark.parametrize("style", UriStyle)
async def test_address_of_a_subscription(style: UriStyle) -> None:
    """Relative, of another host or with an account: what is configured is spoken to."""
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.options.uri_style = style
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            await device.play("plate_pass", speed=1000)
            await until(lambda: len(heard.happened(Detection.PLATE)) == 2)
            assert heard.value(reading(Quantity.PLATE)) in ("AB123CD", "XA12345")


@pytest.mark.parametrize("ids", ["channel", "stream", "both"])
async def test_number_of_the_channel(ids: str) -> None:
    async with IsapiSimulator(changed("anpr", ids=ids)) as device, connected(device) as driver:
        assert driver.metadata.sources[1].id == (101 if ids == "stream" else 1)
        assert driver.metadata.sources[1].by_type
        async with feeding(driver):
            await device.rtsp.wait_playing(1)
            assert device.metadata.subscribed


async def test_no_connection_where_the_user_wants_none() -> None:
    async with IsapiSimulator("anpr") as device, ClientSession(cookie_jar=DummyCookieJar()) as session:
        driver = FAMILY.connect(session, replace(access(device), metadata=False))
        assert isinstance(driver, IsapiDriver)
        await driver.discover()
        await driver.feed(lambda event: None)
        assert not device.rtsp.accepted
        await driver.close()


# --- switches

SHIPS = SettingKey(Setting.METADATA, "ships")


async def test_switches() -> None:
    async with IsapiSimulator("thermal_metadata") as device, connected(device) as driver:
        assert driver.topology
        settings = driver.topology.parts[THERMAL].settings
        found = {key.of for key in settings if key.setting is Setting.METADATA}
        assert found == {"thermometry", "fire", "ships", "behavior"}
        assert settings[SHIPS] == Toggle()
        wanted = {(THERMAL, key) for key in settings if key.setting is Setting.METADATA}
        device.requests.clear()
        (polled,) = [each async for each in driver.read_settings(wanted)]
        assert len(device.requests) == 1
        assert polled.settings[THERMAL, SHIPS] is False
        assert polled.settings[THERMAL, SettingKey(Setting.METADATA, "fire")] is True
        assert not [each for each in device.requests if each.method == "PUT"]

        written = await driver.set_setting(THERMAL, SHIPS, True)
        assert written.settings == {(THERMAL, SHIPS): True}
        assert device.metadata.uploads[2].enabled == dict.fromkeys(found_types(device), True)
        assert device.metadata.uploads[1].enabled["shipsDetection"] is False


def found_types(device: IsapiSimulator) -> tuple[str, ...]:
    assert device.metadata.offer
    return device.metadata.offer.types


async def test_switch_of_a_single_document() -> None:
    async with IsapiSimulator("thermal_metadata") as device:
        device.fault.not_support = {"Streaming/channels/201/metadata$"}
        async with connected(device) as driver:
            source = driver.metadata.sources[2]
            driver.metadata.sources[2] = replace(source, listed=False)
            written = await driver.set_setting(THERMAL, SHIPS, True)
            assert written.settings == {(THERMAL, SHIPS): True}
            assert device.metadata.uploads[2].enabled["shipsDetection"] is True
            assert device.seen(path="Metadata/shipsDetection")


async def test_connects_anew_after_a_switch() -> None:
    async with IsapiSimulator("thermal_metadata") as device, connected(device) as driver, feeding(driver):
        await device.rtsp.wait_playing(2)
        await until(live(driver, 2))
        await driver.set_setting(THERMAL, SHIPS, True)
        await until(lambda: len(device.rtsp.seen("PLAY")) == 3)
        await device.rtsp.wait_playing(2)
        assert device.rtsp.torn_down == 1


async def test_unknown_switch_is_refused() -> None:
    async with IsapiSimulator("thermal_metadata") as device, connected(device) as driver:
        with pytest.raises(Rejected):
            await driver.set_setting(THERMAL, SHIPS, "yes")


# --- what goes wrong


@pytest.mark.parametrize("model", ["anpr", "thermal_metadata"])
async def test_reboot(model: str) -> None:
    async with IsapiSimulator(model) as device, connected(device) as driver, feeding(driver) as heard:
        count = len(device.world.channels)
        await device.rtsp.wait_playing(count)
        device.rtsp.feed(1, document("activityTarget", "behaviorAnalysis", target(number=1, recognition="human")))
        await until(lambda: heard.value(reading(Quantity.TARGETS, "human")) == 1)
        await device.rtsp.reboot(0.05)
        await until(lambda: heard.value(reading(Quantity.TARGETS, "human")) is None)
        await device.rtsp.wait_playing(count)
        await until(lambda: heard.value(reading(Quantity.TARGETS, "human")) == 0)
        device.rtsp.feed(1, warm(33))
        await until(lambda: heard.value(reading(Quantity.TEMPERATURE, "rule9")) == 33)


async def test_changed_password_is_not_tried_over_rtsp() -> None:
    """One request finds out, with an old nonce and a new one; sixteen channels then try nothing."""
    async with IsapiSimulator("nvr_metadata") as device, connected(device) as driver, feeding(driver):
        count = sum(each.online is not False for each in device.world.channels.values())
        await device.rtsp.wait_playing(count)
        device.world.users[device.username].password = "Other1234"
        asked = len(device.rtsp.seen("DESCRIBE"))
        device.rtsp.drop()
        await until(lambda: driver.metadata.refused)
        await asyncio.sleep(0.3)
        assert 1 <= device.auth.failures <= 2
        assert len(device.rtsp.seen("DESCRIBE")) == asked
        assert live(driver, 0)()


async def test_password_that_rtsp_alone_refuses() -> None:
    """Sixteen channels do not lock the account, and the user is told what lacks."""
    async with IsapiSimulator("nvr_metadata") as device, connected(device) as driver:
        device.rtsp.auth.password_of = lambda name: "another"
        async with feeding(driver):
            await until(lambda: driver.metadata.refused)
            await asyncio.sleep(0.3)
            assert device.auth.failures == 1
            signed = [each for each in device.rtsp.seen() if each.headers.get("authorization")]
            assert len(signed) == 1
            assert [each.kind for each in driver.findings] == [FindingKind.LOW_RIGHTS]


async def test_locked_account_is_left_alone() -> None:
    """It unlocks by itself: nothing is given up, and nothing is sent that would lock it anew."""
    async with IsapiSimulator("nvr_metadata") as device, connected(device) as driver:
        device.auth.lock()
        device.requests.clear()
        async with feeding(driver):
            await until(lambda: metadata_of(driver).get("state") == "waiting")
            await asyncio.sleep(0.2)
            assert not driver.metadata.refused
            assert not device.rtsp.accepted
            assert len(device.requests) <= 2


async def test_port_of_the_users_choice() -> None:
    async with IsapiSimulator("anpr") as device, ClientSession(cookie_jar=DummyCookieJar()) as session:
        device.rtsp.options.uri_style = UriStyle.RELATIVE
        driver = FAMILY.connect(session, replace(access(device), rtsp_port=device.rtsp.port))
        assert isinstance(driver, IsapiDriver)
        await driver.discover()
        driver.rtsp_port = 9
        driver.metadata.learn(driver.channels, Replies(), 9, {})
        assert driver.metadata.port == device.rtsp.port
        await driver.close()


async def test_one_look_for_many_sights() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(1)
        await until(heard.restructured)
        for rule in range(5):
            device.rtsp.feed(1, warm(rule, rule=rule))
        await until(tells(heard, reading(Quantity.TEMPERATURE, "rule4"), 4))
        assert heard.restructured() == 1
        topology = await driver.discover()
        assert {reading(Quantity.TEMPERATURE, f"rule{rule}") for rule in range(5)} <= topology.parts[CHANNEL].readings
        device.rtsp.feed(1, sample("b15_fire", "corrected"))
        await until(lambda: heard.detected(Detection.FIRE))
        assert heard.restructured() == 2
        # Whoever shows the fire is told of it first.
        kinds = [type(event) for event in heard.events]
        assert kinds.index(Detected) > len(kinds) - 1 - kinds[::-1].index(Restructured)


@pytest.mark.parametrize("status", [453, 503])
async def test_busy(status: int) -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.fault.status_next(status, times=2)
        async with feeding(driver):
            await device.rtsp.wait_playing(1)
            assert metadata_of(driver)["rtsp"]["refusals"][status] == 2


async def test_channel_without_metadata() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.channels[1].tracks = ("video",)
        async with feeding(driver, pause=60.0):
            await until(lambda: metadata_of(driver).get("state") == "unsupported")
            assert "metadata" in metadata_of(driver)["reason"]


async def test_channel_that_had_metadata_is_not_given_up_for_an_hour() -> None:
    """After a restart the streams are there before what is measured in them."""
    async with IsapiSimulator("anpr") as device, connected(device) as driver, feeding(driver):
        await device.rtsp.wait_playing(1)
        tracks = device.rtsp.channels[1].tracks
        device.rtsp.channels[1].tracks = ("video",)
        device.rtsp.drop()
        await until(lambda: metadata_of(driver)["state"] == "waiting" and "metadata" in metadata_of(driver)["reason"])
        device.rtsp.channels[1].tracks = tracks
        await device.rtsp.wait_playing(1)


async def test_channel_that_told_something_before_we_started() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        driver.metadata.book.admit(CHANNEL, reading(Quantity.PLATE))
        tracks = device.rtsp.channels[1].tracks
        device.rtsp.channels[1].tracks = ("video",)
        async with feeding(driver):
            await until(lambda: metadata_of(driver).get("attempts", 0) > 1)
            assert metadata_of(driver)["state"] != "unsupported"
            device.rtsp.channels[1].tracks = tracks
            await device.rtsp.wait_playing(1)


async def test_what_could_not_be_asked_is_looked_for_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_LOOK_AGAIN", 0.02)
    async with IsapiSimulator("nvr_metadata") as device, connected(device, discover=False) as driver:
        device.refusals.append(Refusal(path="System/capabilities", sub="deviceBusy"))
        await driver.discover()
        assert driver.metadata.sources == {}
        async with feeding(driver) as heard:
            # A few times, and no more as long as it goes on.
            for looks in (1, 2, 3):
                await until(lambda looks=looks: heard.restructured() == looks)  # type: ignore[misc]
                await driver.discover()
            await asyncio.sleep(0.1)
            assert heard.restructured() == 3
            device.refusals.clear()
            await driver.discover()
            await until(lambda: device.rtsp.playing())


async def test_recorder_that_denies_what_it_has_while_it_starts() -> None:
    async with IsapiSimulator("nvr_metadata") as device, connected(device, discover=False) as driver:
        device.refusals.append(Refusal(path="Streaming/channels/1", sub="invalidOperation"))
        await driver.discover()
        assert 1 not in driver.metadata.sources
        device.refusals.clear()
        await driver.discover()
        whole = dict(driver.metadata.sources)
        assert whole[1].types
        # And a known one that denies it for a while.
        device.refusals.append(Refusal(path="Streaming/channels/1", sub="notSupport"))
        device.refusals.append(Refusal(path="System/capabilities", sub="notSupport"))
        await driver.discover()
        assert driver.metadata.sources == whole
        device.refusals.clear()
        await driver.discover()
        assert driver.metadata.sources == whole
        assert not [path for path in driver.client.lacking if path.startswith("Streaming/channels/1/metadata")]


async def test_after_a_lock_that_came_twice_it_goes_on() -> None:
    """Nobody tries until the device is known to answer again; then all channels do."""
    async with IsapiSimulator("anpr") as device, connected(device) as driver, feeding(driver) as heard:
        await until(heard.restructured)
        await driver.discover()
        device.auth.lock()
        driver.client.transport.login.refuse(AccountLocked("locked", retry_after=1800.0))
        device.rtsp.drop()
        await until(lambda: metadata_of(driver)["state"] == "stopped")
        device.auth.unlock()
        driver.client.transport.login.reset()
        await driver.discover()
        await until(live(driver, 1))


async def test_silence_is_not_death() -> None:
    """A session that lives three seconds is kept alive for more than two of its lives while nothing is told."""
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.options.timeout = 1
        device.rtsp.fault.silent = True
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            await until(lambda: len(device.rtsp.seen("GET_PARAMETER")) > 6)
            device.rtsp.fault.silent = False
            device.rtsp.feed(1, warm(5))
            await until(lambda: heard.value(reading(Quantity.TEMPERATURE, "rule9")) == 5)
            assert len(device.rtsp.seen("PLAY")) == 1
            assert not device.rtsp.expired


async def test_hostile_bytes_harm_no_neighbour() -> None:
    bad = (
        b"<Metadata><type>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><Metadata><type>&a;</type></Metadata>",
        b'{"Metadata":{"type":',
        b"\x00\x01\x02",
        b"<html></html>",
        b"<Metadata></Metadata>",
        b"<Metadata><type>ruleTarget</type><subType>somethingElse</subType></Metadata>",
    )
    async with IsapiSimulator("anpr") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(1)
        for number, body in enumerate(bad):
            device.rtsp.feed(1, body)
            device.rtsp.feed(1, warm(number, rule=number))
            await until(tells(heard, reading(Quantity.TEMPERATURE, f"rule{number}"), number))
        counts = metadata_of(driver)["counts"]
        assert counts["unknown"] == {"ruleTarget/somethingElse": 1}
        assert counts["bad"]


@pytest.mark.parametrize(
    "shape",
    [Shape(), Shape(padding=3), Shape(extension=b"more"), Shape(csrc=2)],
    ids=["plain", "padding", "extension", "sources"],
)
async def test_fragments(shape: Shape) -> None:
    async with IsapiSimulator("counting") as device, connected(device) as driver:
        device.rtsp.options.mtu = 200
        device.rtsp.options.marker = Marker.LAST
        device.rtsp.options.shape = shape
        device.rtsp.options.payload_type = 98
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            for name in ("b10_plate", "b15_ship"):
                device.rtsp.feed(1, sample(name, "corrected"))
            await until(lambda: heard.happened(Detection.SHIP))
            assert heard.happened(Detection.PLATE)
