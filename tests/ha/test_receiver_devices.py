"""Devices behind a receiver that appear, vanish, come and go, over real sockets; and what stays through all that."""

import asyncio
import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.flows import submit, typed
from tests.ha.receiver import BEDROOM_WINDOW, FRONT_DOOR, MAIN, Behind, normal
from tests.ha.simulated import come_alive, until
from tests.ha.test_unique_ids import identities
from tests.simulators.base import Rule
from tests.simulators.ip_receiver import Device, ReceiverSimulator, index
from tests.simulators.ip_receiver.profiles import home_panel, panel_row

LIST = "/ISAPI/ContentMgmt/DeviceMgmt/deviceList"
ZONES = "/ISAPI/SecurityCP/status/zones"


@pytest.fixture
def family() -> str:
    return "ip_receiver"


@pytest.fixture
def model() -> str:
    return "single"


def office() -> Device:
    """A second panel."""
    return panel_row(2, name="Office", panel=home_panel())


def reloads(house: Behind) -> object:
    """What is another object after a reload."""
    return house.entry.runtime_data


# Appear and vanish


async def test_a_device_appears_without_reload(house: Behind) -> None:
    before, loaded = set(house.entities()), reloads(house)
    house.device.add_device(office())
    await house.poll()
    other = house.other(2)
    await until(other.entities)
    await until(lambda: other.partition(1).state == "disarmed")
    assert other.value("binary_sensor", f"zone{FRONT_DOOR}", "open") == "off"
    assert other.registry_device().name == "Office"
    assert float(house.hass.states.get("sensor.ip_receiver_pro_devices").state) == 2  # type: ignore[union-attr]
    assert house.entities() == before
    assert reloads(house) is loaded
    await other.panel("alarm_arm_home", 2)
    assert other.partition(2).state == "armed_home"
    assert house.partition(2).state == "disarmed"


async def test_a_device_appears_by_its_first_message(house: Behind) -> None:
    """No message tells of a new device but its own."""
    house.device.add_device(office())
    await house.device.tamper(index(2), FRONT_DOOR)
    other = house.other(2)
    await until(other.entities)
    await until(lambda: other.value("binary_sensor", f"zone{FRONT_DOOR}", "tamper") == "on")


@pytest.mark.parametrize("model", ["mixed"])
@pytest.mark.parametrize("told", [True, False])
async def test_a_device_vanishes(house: Behind, told: bool) -> None:
    office, loaded = house.other(4), reloads(house)
    registered = office.entities()
    assert office.partition(1).state == "disarmed"
    if told:
        await house.device.remove_device(office.index)
    else:
        del house.device.world.devices[office.index]
        await house.poll()
    await office.shows("alarm_control_panel", "partition1", "panel", "unavailable")
    assert office.value("binary_sensor", f"zone{FRONT_DOOR}", "open") == "unavailable"
    # Whoever has history or automations keeps them; the user may remove the device by hand.
    assert office.entities() == registered
    assert house.partition(1).state == "disarmed"
    assert reloads(house) is loaded


async def test_a_device_that_comes_back_is_the_same(house: Behind) -> None:
    row = house.device.world.devices[MAIN]
    before = identities(house.hass, house.entry)
    await house.device.remove_device(MAIN)
    await house.is_now(1, "unavailable")
    house.device.add_device(row)
    await house.poll()
    await house.is_now(1, "disarmed")
    assert identities(house.hass, house.entry) == before


async def test_a_device_gets_another_name(house: Behind) -> None:
    house.device.world.devices[MAIN].name = "Villa"
    house.device.zone(MAIN, BEDROOM_WINDOW).name = "Roof window"
    await house.poll()
    await until(lambda: house.registry_device().name == "Villa")
    await until(lambda: house.registry_device(f"zone{BEDROOM_WINDOW}").name == "Roof window")


# Offline and online


@pytest.mark.parametrize("told", [True, False])
async def test_a_panel_goes_offline_and_comes_back(house: Behind, told: bool) -> None:
    loaded = reloads(house)
    await house.device.set_online(MAIN, False, tell=told)
    if not told:
        await house.poll()
    await house.shows("binary_sensor", "", "online", "off")
    assert {house.partition(number).state for number in range(3)} == {"unavailable"}
    assert house.value("binary_sensor", f"zone{FRONT_DOOR}", "open") == "unavailable"
    assert house.value("switch", "output0", "output") == "unavailable"
    assert house.value("binary_sensor", "siren0Q90000001", "tamper") == "unavailable"
    await house.poll()
    assert house.value("sensor", "", "offline_reason") == "network"
    assert float(house.hass.states.get("sensor.ip_receiver_pro_devices_online").state) == 0  # type: ignore[union-attr]

    house.device.zone(MAIN, FRONT_DOOR).open = True
    await house.device.set_online(MAIN, True, tell=told)
    if not told:
        await house.poll()
    await house.is_now(1, "disarmed")
    await house.shows("binary_sensor", f"zone{FRONT_DOOR}", "open", "on")
    assert house.value("binary_sensor", "", "online") == "on"
    assert reloads(house) is loaded


async def test_a_panel_that_is_offline_at_the_start(hass: HomeAssistant, house: Behind) -> None:
    """What was known of it stays known, and all of it is back as soon as it is."""
    before = identities(hass, house.entry)
    house.device.world.devices[MAIN].status = "offline"
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()
    assert identities(hass, house.entry) == before
    assert house.partition(1).state == "unavailable"
    assert house.value("binary_sensor", "", "online") == "off"
    await house.live()
    await house.device.set_online(MAIN, True)
    await house.is_now(1, "disarmed")
    await house.shows("binary_sensor", f"zone{FRONT_DOOR}", "open", "off")
    assert identities(hass, house.entry) == before


# Failed polls


@pytest.mark.parametrize("how", ["refused", "busy", "torn", "gone"])
async def test_nothing_is_deleted_on_a_failed_poll(house: Behind, how: str) -> None:
    before = identities(house.hass, house.entry)
    fault = house.device.fault
    if how == "gone":
        await house.device.go_down()
    elif how == "torn":
        fault.truncate_next(20)
    else:
        fault.rules.append(Rule(path=LIST, status=500 if how == "refused" else 503, sub="deviceBusy"))
    await house.poll()
    assert house.partition(1).state == "unavailable"
    await house.coordinator.async_rediscover()
    assert identities(house.hass, house.entry) == before
    if how == "gone":
        await house.device.come_up()
    fault.rules.clear()
    fault.truncate_next(-fault._truncated)
    await house.live()
    await house.poll()
    await house.is_now(1, "disarmed")
    assert identities(house.hass, house.entry) == before


async def test_a_list_with_nothing_in_it(house: Behind) -> None:
    """A receiver that has just begun may know no device yet."""
    rows, before = dict(house.device.world.devices), identities(house.hass, house.entry)
    house.device.world.devices.clear()
    await house.poll()
    await house.is_now(1, "unavailable")
    assert identities(house.hass, house.entry) == before
    house.device.world.devices.update(rows)
    await house.poll()
    await house.is_now(1, "disarmed")
    assert identities(house.hass, house.entry) == before


async def test_a_document_of_a_panel_that_cannot_be_read(house: Behind) -> None:
    """The other documents count, and what this one told stays as it was."""
    before = identities(house.hass, house.entry)
    house.device.fault.rules.append(Rule(path=ZONES, status=503, sub="deviceBusy"))
    house.device.world.panel(MAIN).relays[0].on = True
    await house.poll()
    await house.coordinator.async_rediscover()
    assert house.value("switch", "output0", "output") == "on"
    assert house.value("binary_sensor", f"zone{FRONT_DOOR}", "open") == "off"
    assert identities(house.hass, house.entry) == before


@pytest.mark.parametrize("model", ["mixed"])
async def test_one_panel_that_fails_takes_no_other_along(house: Behind) -> None:
    depot = house.other(3)
    panel = depot.device.world.devices[depot.index].panel
    assert panel is not None
    panel.zones_by = frozenset()
    house.device.zone(MAIN, FRONT_DOOR).open = True
    await house.poll()
    await house.shows("binary_sensor", f"zone{FRONT_DOOR}", "open", "on")
    assert house.coordinator.last_update_success


# What stays


async def test_another_address_keeps_everything(hass: HomeAssistant, house: Behind) -> None:
    before = identities(hass, house.entry)
    names = {entry.unique_id: entry.entity_id for entry in er.async_get(hass).entities.values()}
    renamed = house.partition(1).entity_id
    er.async_get(hass).async_update_entity(renamed, name="Ground floor")
    async with ReceiverSimulator("single") as moved:
        assert moved.port != house.device.port
        form = await house.entry.start_reconfigure_flow(hass)
        result = await submit(hass, form, typed(moved, family=None))
        assert result["type"] is FlowResultType.ABORT
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert house.entry.state is ConfigEntryState.LOADED
        assert house.entry.data["port"] == moved.port
        await house.live()
        assert identities(hass, house.entry) == before
        assert {entry.unique_id: entry.entity_id for entry in er.async_get(hass).entities.values()} == names
        assert house.partition(1).name == "Ground floor"
        await moved.arm_locally(MAIN, 1)
        await house.is_now(1, "armed_away")
        await hass.config_entries.async_unload(house.entry.entry_id)


async def test_the_address_of_another_receiver(hass: HomeAssistant, house: Behind) -> None:
    before = dict(house.entry.data)
    async with ReceiverSimulator("single") as other:
        row = other.world.devices.pop(MAIN)
        row.index = index(77)
        other.world.devices[row.index] = row
        form = await house.entry.start_reconfigure_flow(hass)
        result = await submit(hass, form, typed(other, family=None))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "unique_id_mismatch"
    assert house.entry.data == before


async def test_an_index_written_otherwise_is_the_same_device(hass: HomeAssistant, house: Behind) -> None:
    """The document writes indexes with and without hyphens, in small letters and capitals."""
    before = identities(hass, house.entry)
    row = house.device.world.devices.pop(MAIN)
    row.index = MAIN.replace("-", "").upper()
    house.device.world.devices[row.index] = row
    await house.poll()
    await house.coordinator.async_rediscover()
    assert identities(hass, house.entry) == before
    # Requests name it as the receiver did when it was set up last.
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()
    assert identities(hass, house.entry) == before
    await house.is_now(1, "disarmed")
    await house.panel("alarm_arm_away")
    assert house.partition(1).state == "armed_away"
    assert f"devIndex={row.index}" in house.device.seen("PUT", "/control/arm/")[0].path


@pytest.mark.parametrize("model", ["mixed"])
async def test_the_tree_of_devices(hass: HomeAssistant, house: Behind) -> None:
    registry = dr.async_get(hass)
    receiver = registry.async_get_device_by_identifier((DOMAIN, house.entry.unique_id or ""), house.entry.entry_id)
    assert receiver is not None
    assert receiver.name == "IP Receiver Pro"
    rows = {
        number: found
        for number in range(1, 14)
        if isinstance(found := house.other(number).registry_device(), dr.DeviceEntry)
    }
    assert [row.name for row in rows.values()] == [row.name for row in house.device.world.devices.values()]
    assert {row.via_device_id for row in rows.values()} == {receiver.id}
    assert (rows[1].model, rows[1].serial_number, rows[1].sw_version) == (
        "DS-PWA96-M-WE",
        "Q70100001",
        "V1.2.9 build 240422",
    )
    for part in ("partition1", f"zone{FRONT_DOOR}"):
        child = house.registry_device(part)
        assert isinstance(child, dr.ChildDeviceEntry)
        assert child.parent_device_id == rows[1].id
    siren = house.registry_device("siren0Q90000001")
    assert isinstance(siren, dr.DeviceEntry)
    assert siren.via_device_id == rows[1].id
    assert house.registry_device("partition1").name == "Partition 1"
    assert house.registry_device(f"zone{FRONT_DOOR}").name == "Front door"


async def test_devices_begin_in_the_area_of_their_site(hass: HomeAssistant, house: Behind) -> None:
    areas = ar.async_get(hass)
    home = areas.async_get_area_by_name("Home")
    assert home is not None
    for part in ("", "siren0Q90000001"):
        assert house.registry_device(part).area_id == home.id
    receiver = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, house.entry.unique_id or ""), house.entry.entry_id
    )
    assert receiver is not None
    assert receiver.area_id is None
    # Where the user moved it to it stays, and the site's new name moves nothing.
    cellar = areas.async_create("Cellar")
    dr.async_get(hass).async_update_device(house.registry_device().id, area_id=cellar.id)
    house.device.world.devices[MAIN].site = ("site0001", "Hut")
    await house.poll()
    assert await hass.config_entries.async_reload(house.entry.entry_id)
    await hass.async_block_till_done()
    assert house.registry_device().area_id == cellar.id
    assert house.registry_device("siren0Q90000001").area_id == home.id
    await house.live()


@pytest.mark.parametrize("model", ["old"])
async def test_a_device_without_a_site_is_in_no_area(hass: HomeAssistant, house: Behind) -> None:
    assert house.registry_device().area_id is None
    assert not list(ar.async_get(hass).async_list_areas())


async def test_unload_leaves_nothing(hass: HomeAssistant, house: Behind) -> None:
    subscription = house.device.subscriptions
    assert len(subscription) == 1
    async with asyncio.timeout(1):
        assert await hass.config_entries.async_unload(house.entry.entry_id)
    await house.device.wait_streams(0)
    assert house.device.unsubscribed == subscription
    assert {house.partition(number).state for number in range(3)} == {"unavailable"}
    house.device.requests.clear()
    await house.device.tamper(MAIN, FRONT_DOOR)
    await asyncio.sleep(0.2)
    assert house.device.requests == []
    ours = [task for task in asyncio.all_tasks() if "ip_surveillance" in repr(task.get_coro())]
    assert ours == []


async def test_a_new_subscription_after_the_receiver_restarted(hass: HomeAssistant, house: Behind) -> None:
    """What happened meanwhile is shown as well: nobody tells it again."""
    push = hass.states.get("binary_sensor.ip_receiver_pro_event_stream")
    assert push is not None
    assert push.state == "on"
    house.device.zone(MAIN, FRONT_DOOR).open = True
    house.device.world.panel(MAIN).partitions[2].arming = "stay"
    await house.device.restart(0.0)
    await house.is_now(2, "armed_home")
    await house.shows("binary_sensor", f"zone{FRONT_DOOR}", "open", "on")
    await house.device.wait_streams(1)
    await house.live()


@pytest.mark.parametrize("model", ["single", "otap", "mixed", "old"])
async def test_nothing_is_logged_in_a_quiet_house(
    hass: HomeAssistant,
    all_enabled: None,
    entry: MockConfigEntry,
    device: ReceiverSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    seen = await come_alive(hass, entry, device)
    await seen.poll()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    told = [
        record
        for record in caplog.records
        if record.levelno > logging.INFO and record.name not in ("asyncio", "homeassistant.loader", "aiohttp_fast_zlib")
    ]
    assert told == []
    assert device.auth.violations == []


def test_indexes_in_unique_ids() -> None:
    assert normal(MAIN) == "2cd6716d767f4756ac5550276a5e3b4a"
