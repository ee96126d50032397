"""Behind a host that fronts hundreds of panels the panels themselves come before their zones."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.ip_surveillance import crowd
from custom_components.ip_surveillance.crowd import Crowd
from custom_components.ip_surveillance.protocol.model.parts import HOST, HOST_PART, Part, PartKind, PartRef, Placement
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, topology

FLAGS = (Flag.ALARM, Flag.FAULT, Flag.LOW_BATTERY, Flag.OPEN, Flag.TAMPER)


def zone(number: int) -> Part:
    return Part(
        ref=PartRef(HOST, PartKind.ZONE, number),
        placement=Placement.CHILD,
        readings=frozenset(Reading(flag) for flag in FLAGS),
    )


def host(zones: int) -> Part:
    assert zones
    return Part(ref=HOST_PART, readings=frozenset({Reading(Flag.TAMPER)}))


def house(zones: int) -> FakeDriver:
    return FakeDriver(topology=topology([host(zones), *(zone(number) for number in range(1, zones + 1))]))


@pytest.mark.parametrize(
    ("zones", "enabled", "made"),
    [
        (1, set(FLAGS), set(FLAGS)),
        (660, set(FLAGS), set(FLAGS)),
        (1600, set(FLAGS) - {Flag.FAULT}, set(FLAGS)),
        (4000, {Flag.OPEN, Flag.ALARM}, set(FLAGS)),
        (8000, {Flag.OPEN}, {Flag.OPEN, Flag.ALARM, Flag.TAMPER}),
        (12_800, set(), {Flag.OPEN, Flag.ALARM}),
    ],
)
def test_the_more_zones_the_fewer_entities_each(zones: int, enabled: set[Flag], made: set[Flag]) -> None:
    crowd = Crowd.of(house(zones).topology)
    ref = PartRef(HOST, PartKind.ZONE, 1)
    assert {flag for flag in FLAGS if crowd.enables(ref, flag.value)} == enabled
    assert {flag for flag in FLAGS if crowd.makes(ref, flag.value)} == made
    # Of the panels nothing is ever held back.
    assert all(crowd.enables(HOST_PART, flag.value) and crowd.makes(HOST_PART, flag.value) for flag in FLAGS)


def test_relays_keep_their_switches() -> None:
    relay = PartRef(HOST, PartKind.OUTPUT, 1)
    for zones, enabled in ((1, {"output", "battery"}), (4000, {"output"})):
        crowd = Crowd.of(house(zones).topology)
        assert {key for key in ("output", "battery") if crowd.enables(relay, key)} == enabled
        assert crowd.makes(relay, "battery")


def test_no_zones_at_all() -> None:
    crowd = Crowd.of(topology([host(1)]))
    assert crowd.makes(HOST_PART, "tamper")
    assert crowd.enables(HOST_PART, "tamper")


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


async def test_what_is_held_back_is_registered_and_left_to_the_user(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "ENABLED", 20)
    entry = await fake_driver.start(hass, set_up, monkeypatch, house(10))
    listed = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    zones = [entity for entity in listed if "_zone" in entity.unique_id]
    assert len(zones) == 10 * len(FLAGS)
    enabled = {entity.unique_id.rsplit("_", 1)[-1] for entity in zones if entity.disabled_by is None}
    assert enabled == {"open", "alarm"}
    held = [entity for entity in zones if entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION]
    er.async_get(hass).async_update_entity(held[0].entity_id, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    state = hass.states.get(held[0].entity_id)
    assert state is not None, "what the user enabled stays enabled"
