"""Knobs that no simulated camera of the first family has: texts, assumed states, regions, buttons that act once."""

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
import pytest

from custom_components.ip_surveillance.protocol.model.events import Polled
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Part,
    PartKind,
    PartRef,
    Placement,
    Range,
    Text,
    Toggle,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, entity_id, topology

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
RELAY = PartRef(HOST, PartKind.OUTPUT, 1)
OSD = SettingKey(Setting.OSD_TEXT)
HEATER = SettingKey(Setting.HEATER)
MASK = SettingKey(Setting.PRIVACY_MASK, "region2")
WARNING = SettingKey(Setting.WARNING_TEMPERATURE, "region3")
HOTTEST = Reading(Quantity.TEMPERATURE, "region3_highest")
ONCE = (Feature.AUTO_FOCUS, Feature.AUTO_IRIS, Feature.LENS_RESET, Feature.WASHER)
PARTS = (
    Part(ref=HOST_PART, name="Yard"),
    Part(
        ref=CHANNEL,
        placement=Placement.CHILD,
        name="Gate",
        features=frozenset(ONCE),
        settings={
            OSD: Text(longest=20),
            HEATER: Toggle(assumed=True),
            MASK: Toggle(),
            WARNING: Range(low=-20, high=150),
        },
        readings=frozenset({HOTTEST}),
    ),
    Part(ref=RELAY, name="Door", features=frozenset({Feature.SWITCH, Feature.ASSUMED})),
)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BUTTON, Platform.NUMBER, Platform.SENSOR, Platform.SWITCH, Platform.TEXT)


@pytest.fixture
async def driver(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, all_enabled: None) -> FakeDriver:
    made = FakeDriver(topology=topology(PARTS))
    made.polled = Polled(
        asked_at=1e9,
        readings={(CHANNEL, HOTTEST): 81.5},
        settings={(CHANNEL, OSD): "Front gate", (CHANNEL, MASK): True, (CHANNEL, WARNING): 60.0},
    )
    await fake_driver.start(hass, set_up, monkeypatch, made)
    return made


async def test_a_text_has_the_length_of_the_device(hass: HomeAssistant, driver: FakeDriver) -> None:
    entity = entity_id(hass, "text", CHANNEL, OSD.key)
    shown = hass.states.get(entity)
    assert shown is not None
    assert shown.state == "Front gate"
    assert shown.attributes["max"] == 20
    await hass.services.async_call("text", "set_value", {ATTR_ENTITY_ID: entity, "value": "Pond"}, blocking=True)
    assert driver.calls == [("set_setting", CHANNEL, OSD, "Pond")]
    shown = hass.states.get(entity)
    assert shown is not None
    assert shown.state == "Pond"
    with pytest.raises(ValueError, match="too long"):
        await hass.services.async_call("text", "set_value", {ATTR_ENTITY_ID: entity, "value": "x" * 21}, blocking=True)


async def test_what_cannot_be_read_back_is_assumed(hass: HomeAssistant, driver: FakeDriver) -> None:
    for part, key, assumed in (
        (CHANNEL, HEATER.key, True),
        (CHANNEL, MASK.key, None),
        (RELAY, "output", True),
    ):
        shown = hass.states.get(entity_id(hass, "switch", part, key))
        assert shown is not None
        assert shown.attributes.get("assumed_state") is assumed, key
        assert shown.state == ("on" if part is CHANNEL and key == MASK.key else "unknown")


async def test_regions_are_named_by_their_numbers(hass: HomeAssistant, driver: FakeDriver) -> None:
    for platform, key, state, name in (
        ("switch", MASK.key, "on", "Gate Privacy mask 2"),
        ("number", WARNING.key, "60.0", "Gate Warning temperature region 3"),
        ("sensor", HOTTEST.key, "81.5", "Gate Highest temperature region 3"),
    ):
        shown = hass.states.get(entity_id(hass, platform, CHANNEL, key))
        assert shown is not None
        assert (shown.state, shown.name) == (state, name)


@pytest.mark.parametrize("feature", ONCE)
async def test_what_is_done_once(hass: HomeAssistant, driver: FakeDriver, feature: Feature) -> None:
    entity = entity_id(hass, "button", CHANNEL, feature.value)
    await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: entity}, blocking=True)
    assert driver.calls == [("act", CHANNEL, feature)]
