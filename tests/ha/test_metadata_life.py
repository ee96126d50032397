"""The connections over which cameras tell what they see: how often, how long, and what becomes of it without them."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import CONF_METADATA
from custom_components.ip_surveillance.diagnostics import async_get_config_entry_diagnostics
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata import effects, pace
from custom_components.ip_surveillance.protocol.supervisor import Supervisor
from tests.conftest import SetUp
from tests.flying_time import flying_time
from tests.ha.measuring import CHANNEL, Watching, come_to_watch
from tests.ha.simulated import later, until
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.rtsp import generator as make
from tests.simulators.rtsp.documents import Message

ALARMS = "binary_sensor"
SENSORS = "sensor"
EXPIRY = 3.0
"""Seconds without a word after which a target is gone."""
BINARY = 10.0
"""Seconds that a trigger holds."""


@pytest.fixture
def model() -> str:
    """Simulate a radar; tests override it by parametrisation."""
    return "radar"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.EVENT, Platform.IMAGE, Platform.SENSOR, Platform.SWITCH)


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show values sooner after each other than once a second, and connect anew at once."""
    monkeypatch.setattr(pace, "PERIOD", 0.02)
    monkeypatch.setattr(Supervisor, "_pause", lambda *_: 0.05)


def echo(distance: int = 40) -> Message:
    return make.radar_targets([make.Echo(number=1, speed=5, angle=30, distance=distance)], live=True)


# How often


@pytest.mark.parametrize("model", ["thermal_metadata"])
async def test_at_most_one_state_a_second(hass: HomeAssistant, all_enabled: None, watching: Watching) -> None:
    """Twenty-five messages a second, each with another position, other targets and other temperatures."""
    await watching.shown(make.position(elevation=1, azimuth=1, zoom=1), SENSORS, "pan", "1.0", 2)
    await watching.shown(make.behaviour_targets([make.Mover()]), SENSORS, "targets_human", "1", 2)
    await watching.shown(make.thermometry(make.line(1, 1, 2, 3)), SENSORS, "temperature_rule1_highest", "3.0", 2)
    loop, began = hass.loop, hass.loop.time()
    with watching.counting() as written:
        for turn in range(75):
            movers = [make.Mover(number=number) for number in range(1 + turn % 5)]
            for message in (
                make.position(elevation=turn, azimuth=float(turn), zoom=1),
                make.behaviour_targets(movers),
                make.thermometry(make.line(1, turn, turn + 1, turn + 2)),
            ):
                assert watching.device.metadata.tell(message, 2) == 1
            await asyncio.sleep(max(0.0, began + (turn + 1) / 25 - loop.time()))
        # The last one comes, though a second later.
        await watching.shows(SENSORS, "channel2", "pan", "74.0")
        await watching.shows(SENSORS, "channel2", "temperature_rule1_highest", "76.0")
        played = loop.time() - began
    moving = {each: count for each, count in written.items() if count > 2}
    assert len(moving) >= 5
    assert max(moving.values()) <= played / pace.PERIOD + 1
    counts = watching.entry.runtime_data.driver.diagnostics()["metadata"]["channels"][2]["counts"]
    assert counts["documents"] >= 225


async def test_no_more_pictures_than_one_a_second(hass: HomeAssistant, watching: Watching) -> None:
    await watching.tell(make.heat_map(make.heat_picture(0)))
    await until(lambda: watching.has("image", CHANNEL, "heat_map"))
    pictures = [make.heat_picture(turn) for turn in range(5)]
    began = hass.loop.time()
    with watching.counting() as written:
        for turn in range(40):
            await watching.tell(make.heat_map(pictures[turn % 5]))
            await asyncio.sleep(0.04)
        played = hass.loop.time() - began
    assert 1 <= written[watching.state("image", CHANNEL, "heat_map").entity_id] <= played / pace.PERIOD + 1


# How long


@pytest.mark.parametrize(
    ("message", "key", "value", "lasts"),
    [
        (
            lambda: make.thermometry(make.line(1, 1, 2, 3)),
            "temperature_rule1_highest",
            "3.0",
            effects.TEMPERATURE_LASTS,
        ),
        (lambda: make.fire(temperature=240, distance=85), "fire_temperature", "240.0", effects.TEMPERATURE_LASTS),
        (lambda: make.people_in_region(4), "people", "4.0", effects.PEOPLE_LASTS),
        (lambda: make.queue_counts(1, count=4, limit=9), "queue_length_rule1", "4.0", effects.PEOPLE_LASTS),
        (lambda: make.queue_times([make.Waiting(waited=5)]), "waiting_time_rule1", "5.0", effects.PEOPLE_LASTS),
    ],
    ids=["temperature", "fire", "people", "queue", "waiting"],
)
async def test_values_that_expire(
    watching: Watching, message: Callable[[], Message], key: str, value: str, lasts: float
) -> None:
    # From a connection of another kind of camera: what cannot be subscribed to comes all the same.
    document = watching.device.metadata.write(message())
    await until(lambda: watching.device.rtsp.feed(1, document))
    await until(lambda: watching.has(SENSORS, CHANNEL, key))
    await watching.shows(SENSORS, CHANNEL, key, value)
    with later(watching.hass, lasts - 5):
        await watching.coordinator.hass.async_block_till_done()
        assert watching.value(SENSORS, CHANNEL, key) == value
    with later(watching.hass, lasts + 1):
        await watching.shows(SENSORS, CHANNEL, key, "unknown")


@pytest.mark.parametrize(
    ("message", "key", "value"),
    [
        (lambda: make.plates([make.Vehicle(plate="AB123CD")]), "plate", "AB123CD"),
        (lambda: make.people_counted(5, 4), "entered", "5.0"),
        (lambda: make.position(elevation=1, azimuth=2, zoom=3, preset=4), "preset", "4.0"),
    ],
    ids=["plate", "entered", "preset"],
)
async def test_values_that_stay(
    all_enabled: None, watching: Watching, message: Callable[[], Message], key: str, value: str
) -> None:
    document = watching.device.metadata.write(message())
    await until(lambda: watching.device.rtsp.feed(1, document))
    await until(lambda: watching.has(SENSORS, CHANNEL, key))
    with later(watching.hass, 3600):
        await watching.poll()
        await watching.shows(SENSORS, CHANNEL, key, value)


async def test_radar_targets_are_gone_soon(watching: Watching) -> None:
    await watching.shown(echo(), SENSORS, "radar_targets", "1")
    with flying_time():
        await asyncio.sleep(EXPIRY + 1.5)
    await watching.shows(SENSORS, CHANNEL, "radar_targets", "0")
    for key in ("radar_distance", "radar_speed", "radar_angle"):
        await watching.shows(SENSORS, CHANNEL, key, "unknown")


async def test_a_trigger_is_over_by_itself(watching: Watching) -> None:
    await watching.shown(make.radar_targets([make.Echo(triggered=True)]), ALARMS, "detection_line_crossing", "on")
    with later(watching.hass, BINARY - 3):
        await watching.hass.async_block_till_done()
        assert watching.value(ALARMS, CHANNEL, "detection_line_crossing") == "on"
    with later(watching.hass, BINARY + 1):
        await watching.shows(ALARMS, CHANNEL, "detection_line_crossing", "off")


# Restarts


@pytest.mark.parametrize("model", ["counting"])
async def test_after_a_reload_nothing_has_vanished(all_enabled: None, brisk: None, watching: Watching) -> None:
    await watching.shown(make.queue_counts(4, count=5, limit=9), SENSORS, "queue_length_rule4", "5.0")
    await watching.shown(make.people_counted(12, 9), SENSORS, "entered", "12.0")
    await watching.shown(make.tracking([make.Tracked()]), SENSORS, "tracked", "1")
    await watching.tell(make.heat_map(make.heat_picture()))
    await until(lambda: watching.has("image", CHANNEL, "heat_map"))
    await watching.hass.async_block_till_done()
    before = watching.entities()

    again = await watching.reload()
    assert again.entities() == before
    assert again.unavailable() == set()
    assert again.value(SENSORS, CHANNEL, "queue_length_rule4") == "unknown"
    assert again.value("image", CHANNEL, "heat_map") == "unknown"
    # Nobody is told of, so nobody is there.
    await again.shows(SENSORS, CHANNEL, "tracked", "0")
    await again.shown(make.queue_counts(4, count=3, limit=9), SENSORS, "queue_length_rule4", "3.0")


async def test_a_restart_of_the_camera(brisk: None, watching: Watching) -> None:
    await watching.shown(echo(), SENSORS, "radar_targets", "1")
    restart = asyncio.ensure_future(watching.device.reboot(1))
    await until(lambda: watching.value(SENSORS, CHANNEL, "radar_targets") in ("unknown", "unavailable"))
    await restart
    await watching.device.rtsp.wait_playing(1)
    await watching.live()
    await watching.poll()
    await watching.shows(SENSORS, CHANNEL, "radar_targets", "0")
    await watching.shown(echo(70), SENSORS, "radar_distance", "70.0")
    assert watching.device.rtsp.violations == []
    assert not watching.device.rtsp.auth.refused


async def test_quiet_for_ten_minutes(watching: Watching) -> None:
    await watching.shown(echo(), SENSORS, "radar_targets", "1")
    with flying_time():
        await asyncio.sleep(600)
    assert (watching.device.rtsp.accepted, watching.device.rtsp.expired) == (1, 0)
    await watching.shown(echo(71), SENSORS, "radar_distance", "71.0")


# What the user wants


@pytest.fixture
async def unwanted(hass: HomeAssistant, entry: MockConfigEntry, set_up: SetUp, device: IsapiSimulator) -> Watching:
    """Set the camera up for a user who wants none of it."""
    hass.config_entries.async_update_entry(entry, options={**entry.options, CONF_METADATA: False})
    return await come_to_watch(hass, await set_up(entry), device)


@pytest.mark.parametrize("model", ["radar", "thermal_metadata", "counting"])
async def test_without_the_option_nobody_connects(unwanted: Watching) -> None:
    device = unwanted.device
    await unwanted.poll()
    assert (device.rtsp.accepted, device.metadata.subscribed) == (0, [])
    assert device.rtsp.feed(1, device.metadata.write(echo())) == 0
    assert not unwanted.has(SENSORS, CHANNEL, "radar_targets")


async def test_with_the_option_again_everything_is_there(hass: HomeAssistant, brisk: None, unwanted: Watching) -> None:
    hass.config_entries.async_update_entry(unwanted.entry, options={**unwanted.entry.options, CONF_METADATA: True})
    again = await unwanted.reload()
    await again.shown(echo(), SENSORS, "radar_targets", "1")


@pytest.mark.parametrize("model", ["thermal_metadata"])
async def test_kinds_are_switched_on_and_off_when_asked(all_enabled: None, brisk: None, watching: Watching) -> None:
    device, key = watching.device, "metadata_ships"
    assert device.metadata.tell(make.ships([make.Ship()])) == 0
    assert watching.value("switch", CHANNEL, key) == "off"
    assert watching.written() == []
    before = dict(device.metadata.uploads[1].enabled)

    await watching.act("switch", "turn_on", CHANNEL, key)
    assert watching.written() == ["PUT /ISAPI/Streaming/channels/101/metadata"]
    assert watching.value("switch", CHANNEL, key) == "on"
    # Nothing else of the document changed, nor another channel.
    assert device.metadata.uploads[1].enabled == before | {"shipsDetection": True}
    assert device.metadata.uploads[2].enabled == before
    # The camera tells it on the new connection, again and again.
    await until(lambda: device.metadata.tell(make.ships([make.Ship()])) and watching.has(SENSORS, CHANNEL, "ships"))
    await until(
        lambda: device.metadata.tell(make.ships([make.Ship()])) and watching.value(SENSORS, CHANNEL, "ships") == "1"
    )

    await watching.act("switch", "turn_off", CHANNEL, key)
    assert watching.value("switch", CHANNEL, key) == "off"
    assert device.metadata.uploads[1].enabled == before


@pytest.mark.parametrize("model", ["thermal_metadata"])
async def test_a_switch_that_is_refused(all_enabled: None, watching: Watching) -> None:
    watching.device.fault.status_next(403, "lowPrivilege", path="Streaming/channels/101/metadata", times=9)
    with pytest.raises(HomeAssistantError) as caught:
        await watching.act("switch", "turn_on", CHANNEL, "metadata_ships")
    assert caught.value.translation_key == "insufficient_rights"
    assert watching.value("switch", CHANNEL, "metadata_ships") == "off"
    assert watching.device.metadata.uploads[1].enabled["shipsDetection"] is False


@pytest.mark.parametrize("model", ["thermal_metadata", "counting", "anpr", "radar"])
async def test_looking_and_listening_writes_nothing(
    hass: HomeAssistant, all_enabled: None, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    watching = await come_to_watch(hass, setup_entry, device)
    await device.rtsp.wait_playing(len(device.metadata.uploads))
    await watching.poll()
    offer = device.metadata.offer
    assert offer is not None
    subscribed = {each.partition("?")[0].rpartition("/")[2] for each in watching.written()}
    assert subscribed == ({"subscribeType"} if offer.subscribe else set())


# Passwords


def reauths(hass: HomeAssistant) -> list[Any]:
    return [flow for flow in hass.config_entries.flow.async_progress() if flow["context"]["source"] == SOURCE_REAUTH]


@pytest.fixture
async def calm(hass: HomeAssistant) -> AsyncIterator[None]:
    """End what a refused login began."""
    yield
    for flow in reauths(hass):
        hass.config_entries.flow.async_abort(flow["flow_id"])


@pytest.mark.parametrize("model", ["thermal_metadata"])
async def test_a_changed_password_is_refused_once(
    hass: HomeAssistant, brisk: None, watching: Watching, calm: None
) -> None:
    device = watching.device
    await device.rtsp.wait_playing(2)
    device.world.users[device.username].password = "Other1234"
    device.rtsp.auth.rotate()
    device.rtsp.drop()
    await until(lambda: watching.entry.runtime_data.driver.metadata.refused)
    await watching.poll()
    await until(lambda: reauths(hass))
    with flying_time():
        await asyncio.sleep(300)
    # One request found out, with the nonce in use and a new one; nobody tried again, and nobody over RTSP.
    assert device.auth.refused == [device.username] * 2
    assert device.rtsp.auth.refused == []
    assert len(reauths(hass)) == 1
    assert device.rtsp.playing() == []


async def test_unloading_leaves_nothing_running(hass: HomeAssistant, watching: Watching) -> None:
    await watching.shown(echo(), SENSORS, "radar_targets", "1")
    driver = watching.entry.runtime_data.driver
    assert await hass.config_entries.async_unload(watching.entry.entry_id)
    await hass.async_block_till_done()
    await until(lambda: not watching.device.rtsp.connections)
    # It took leave, instead of merely hanging up.
    assert watching.device.rtsp.torn_down == 1
    assert driver.metadata._timer is None


async def test_diagnostics_tell_what_helps_and_no_secret(hass: HomeAssistant, watching: Watching) -> None:
    await watching.shown(echo(), SENSORS, "radar_targets", "1")
    told = await async_get_config_entry_diagnostics(hass, watching.entry)
    text = json.dumps(told)
    assert watching.device.password not in text
    assert "/metadata/" not in text  # the address of a subscription opens it to whoever has it
    assert '"state": "live"' in text
    assert '"subscribed": ["radarDetection", "behaviorAnalysis"]' in text
