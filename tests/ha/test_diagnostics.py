"""Diagnostics tell what helps and nothing secret."""

from dataclasses import replace
from datetime import UTC, datetime
import json
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.ip_surveillance.plain import Scrubber, key_text, plain
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Measured
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    Device,
    Hardware,
    Part,
    PartKind,
    PartRef,
    Range,
    Stream,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import Alarm, AlarmKey, Picture, SettingOf
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, topology
from tests.ha.simulated import until
from tests.simulators.isapi import IsapiSimulator

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


def secrets(device: IsapiSimulator) -> set[str]:
    identity = device.world.identity
    mac = identity.mac.lower()
    return {device.password, device.host, identity.serial.lower(), mac, mac.replace(":", ""), "rtsp://"}


@pytest.mark.parametrize("model", ["camera", "nvr", "ptz"])
async def test_entry(hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry) -> None:
    coordinator = setup_entry.runtime_data.state
    await until(lambda: coordinator.data.pushing)
    coordinator.async_apply(Detected(part=CHANNEL, what=Detection.MOTION, target=Target.HUMAN, picture=Picture(b"123")))
    told: dict[str, Any] = await async_get_config_entry_diagnostics(hass, setup_entry)
    text = json.dumps(told).lower()
    assert not {secret for secret in secrets(device) if secret.lower() in text}

    assert told["entry"]["data"]["family"] == "isapi"
    assert told["entry"]["data"]["password"] == "**REDACTED**"
    assert told["push"]["state"] == "live"
    assert told["topology"]["parts"]["channel1"]["streams"]
    state = told["state"]["devices"]["itself"]
    assert {"channel1 motion", "channel1 motion human"} <= state["alarms"].keys()
    assert state["pictures"] == {"channel1 pictures": "image/jpeg, 3 bytes"}
    assert told["updated"] is True
    assert told["driver"]


@pytest.mark.parametrize("model", ["nvr"])
async def test_device_of_a_recorder(hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry) -> None:
    """A camera's diagnostics hold that camera only."""
    coordinator = setup_entry.runtime_data.state
    for number in (1, 2):
        part = PartRef(HOST, PartKind.CHANNEL, number)
        coordinator.async_apply(Detected(part=part, what=Detection.MOTION))
    registry = dr.async_get(hass)
    uid = coordinator.topology.host.uid
    camera = registry.async_get_device_by_identifier((DOMAIN, f"{uid}_channel2"), setup_entry.entry_id)
    assert camera
    told = await async_get_device_diagnostics(hass, setup_entry, camera)
    assert "channel2" in told["parts"]
    assert "channel1" not in told["parts"]
    assert told["state"]["devices"]["itself"]["alarms"].keys() == {"channel2 motion"}
    text = json.dumps(told).lower()
    assert not {secret for secret in secrets(device) if secret.lower() in text}

    recorder = registry.async_get_device_by_identifier((DOMAIN, uid), setup_entry.entry_id)
    assert recorder
    told = await async_get_device_diagnostics(hass, setup_entry, recorder)
    assert "device" in told["parts"]
    assert not [key for key in told["parts"] if key.startswith("channel")]


async def test_addresses_of_devices_behind_the_host(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    """They can still be told apart."""
    coordinator = setup_entry.runtime_data.state
    topology = coordinator.topology
    panel = PartRef("6E42-77", PartKind.DEVICE)
    coordinator.topology = replace(
        topology,
        devices={**topology.devices, panel.device: Device(address=panel.device, uid="6e4277", name="Panel")},
        parts={**topology.parts, panel: Part(ref=panel)},
    )
    coordinator.async_apply(Detected(part=panel, what=Detection.POWER))
    told = await async_get_config_entry_diagnostics(hass, setup_entry)
    assert "device1/device" in told["topology"]["parts"]
    assert told["topology"]["devices"]["device1"]["address"] == "device1"
    assert told["state"]["devices"]["device1"]["alarms"].keys() == {"device1/device power"}
    assert "6e42" not in json.dumps(told).lower()
    coordinator.topology = topology


async def test_entry_that_is_not_loaded(hass: HomeAssistant, entry: MockConfigEntry, device: IsapiSimulator) -> None:
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told.keys() == {"entry"}
    assert device.password not in json.dumps(told)
    registered = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, identifiers={(DOMAIN, "x")})
    assert await async_get_device_diagnostics(hass, entry, registered) == {"state": "not_loaded"}


def test_model_as_plain_data() -> None:
    part = Part(
        ref=PartRef("dev", PartKind.LIGHT, 1, "white"),
        hardware=Hardware(model="X"),
        features=frozenset({Feature.SNAPSHOT, Feature.BRIGHTNESS}),
        settings={SettingKey(Setting.SENSITIVITY, "motion"): Range(low=0, high=5)},
        readings=frozenset({Reading(Quantity.CPU)}),
        streams=(Stream(number=1),),
    )
    shown = plain(part)
    assert shown["ref"] == "dev/light1.white"
    assert shown["features"] == ["brightness", "snapshot"]
    assert shown["settings"] == {"sensitivity motion": {"low": 0, "high": 5, "step": 1.0}}
    assert shown["readings"] == ["cpu"]
    assert shown["streams"][0]["number"] == 1
    assert shown["name"] is None
    assert json.dumps(shown)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (CHANNEL, "channel1"),
        (AlarmKey(CHANNEL, Alarm(Detection.MOTION, None, 2)), "channel1 motion 2"),
        (SettingOf(CHANNEL, SettingKey(Setting.DAY_NIGHT)), "channel1 day_night"),
        (datetime(2024, 1, 2, tzinfo=UTC), "2024-01-02T00:00:00+00:00"),
        (b"12345", "5 bytes"),
        (7, "7"),
        (Range(low=0, high=1), "{'low': 0, 'high': 1, 'step': 1.0}"),
    ],
)
def test_keys_as_text(key: object, text: str) -> None:
    assert key_text(key) == text


def test_secrets_go_wherever_they_stand() -> None:
    scrubber = Scrubber(["admin", "p.w", None, ""], {"b1-c2": "device1"})
    told = {
        "admin": ["user admin at http://admin:p.w@cam/", "adminAccesses", 5],
        "b1-c2/zone1": {"url": "see RTSP://x:y@cam/1 there"},
    }
    assert scrubber.scrub(told) == {
        "**REDACTED**": ["user **REDACTED** at http://**REDACTED**@cam/", "adminAccesses", 5],
        "device1/zone1": {"url": "see **REDACTED** there"},
    }


def test_nothing_secret() -> None:
    assert Scrubber([], {}).text("as it is") == "as it is"


async def test_persons_and_serial_numbers_of_a_panel_are_not_told(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    partition = PartRef(HOST, PartKind.PARTITION, 1)
    keypads = [PartRef(HOST, PartKind.KEYPAD, 0, f"Q0{number}55") for number in (1, 2)]
    parts = [
        Part(ref=partition, readings=frozenset({Reading(Quantity.CHANGED_BY)})),
        *(
            Part(ref=ref, hardware=Hardware(serial=ref.label), readings=frozenset({Reading(Flag.TAMPER)}))
            for ref in keypads
        ),
    ]
    driver = FakeDriver(topology=topology(parts))
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    driver.push(Measured(part=partition, readings={Reading(Quantity.CHANGED_BY): "Anna"}))
    for ref in keypads:
        driver.push(Measured(part=ref, readings={Reading(Flag.TAMPER): False}))
    told = await async_get_config_entry_diagnostics(hass, entry)
    text = json.dumps(told)
    assert "Anna" not in text
    assert "Q0" not in text
    # Both keypads are there still, each under a name of its own.
    readings = told["state"]["devices"]["itself"]["readings"].values()
    assert sorted((value for each in readings for value in each.values()), key=str) == ["**REDACTED**", False, False]
    assert len([key for key in told["topology"]["parts"] if key.startswith("keypad")]) == 2
