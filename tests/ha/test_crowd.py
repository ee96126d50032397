"""Behind a host that fronts hundreds of panels the panels themselves come before their zones."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.ip_surveillance import crowd
from custom_components.ip_surveillance.crowd import held_back
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
    ("zones", "enabled"),
    [
        (1, set(FLAGS)),
        (600, set(FLAGS)),
        (1600, {Flag.OPEN, Flag.ALARM, Flag.TAMPER, Flag.LOW_BATTERY}),
        (4000, {Flag.OPEN, Flag.ALARM}),
        (8000, {Flag.OPEN}),
        (8001, set()),
    ],
)
def test_the_more_zones_the_fewer_entities_each(zones: int, enabled: set[Flag]) -> None:
    too_many = held_back(house(zones).topology)
    ref = PartRef(HOST, PartKind.ZONE, 1)
    assert {flag for flag in FLAGS if not too_many(ref, flag.value)} == enabled
    # Of the panels nothing is ever held back.
    assert not any(too_many(HOST_PART, flag.value) for flag in FLAGS)


def test_no_zones_at_all() -> None:
    assert not held_back(topology([host(1)]))(HOST_PART, "tamper")


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


async def test_what_is_held_back_is_registered_and_left_to_the_user(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "ROOM", 20)
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
