"""IP Surveillance: cameras, recorders and alarm panels of makers that Home Assistant serves badly or not at all."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.typing import ConfigType

from . import memory, panel_feed, receiving, services, uid
from .const import CONF_RECEIVER, DOMAIN, TOPOLOGY_INTERVAL
from .coordinator import StateCoordinator
from .entity import async_register_devices
from .push import Push
from .repairs import async_update_findings
from .runtime import Entry, RuntimeData, make_driver
from .settings_coordinator import SettingsCoordinator

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = (
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SIREN,
    Platform.SWITCH,
    Platform.TEXT,
)

_FOREMOST = (Platform.ALARM_CONTROL_PANEL, Platform.CAMERA, Platform.EVENT, Platform.IMAGE, Platform.SIREN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions: they exist whether or not an entry is loaded."""
    services.async_setup(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: Entry) -> bool:
    """Connect to the device, find out what it has, and make its entities."""
    driver = make_driver(hass, entry)
    entry.async_on_unload(driver.close)
    remembered = memory.Memory(hass, entry, driver)
    await remembered.async_load()
    coordinator = StateCoordinator(hass, entry, driver)
    await coordinator.async_config_entry_first_refresh()
    settings = SettingsCoordinator(hass, coordinator)
    push = Push(hass, entry, coordinator)
    entry.runtime_data = RuntimeData(driver=driver, state=coordinator, settings=settings, push=push)

    remembered.async_watch(coordinator)
    panel_feed.async_publish(coordinator)
    async_register_devices(coordinator)
    entry.async_on_unload(coordinator.async_on_topology(lambda: async_register_devices(coordinator)))
    # One after the other: should there be too many entities, the ones left out are the least important.
    for foremost in (True, False):
        platforms = tuple(each for each in PLATFORMS if (each in _FOREMOST) is foremost)
        await hass.config_entries.async_forward_entry_setups(entry, platforms)

    push.async_start()
    receiving.async_start(hass, entry)
    # A listener of its own keeps the settings' timer running; the values reach the entities through the state.
    entry.async_on_unload(settings.async_add_listener(lambda: None))
    entry.async_create_background_task(hass, settings.async_refresh(), f"{entry.title} settings")
    entry.async_on_unload(
        async_track_time_interval(
            hass, coordinator.async_schedule_rediscovery, TOPOLOGY_INTERVAL, cancel_on_shutdown=True
        )
    )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: Entry) -> bool:
    """Take the entities away; tasks and timers end with the entry, and the driver closes."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take back what the user was asked to put right on a device that is no longer ours, and forget it."""
    async_update_findings(hass, entry, frozenset())
    if CONF_RECEIVER in entry.data:
        driver = make_driver(hass, entry)
        await receiving.async_remove(entry, driver)
        await driver.close()
    await memory.async_remove(hass, entry)


async def async_remove_config_entry_device(hass: HomeAssistant, entry: ConfigEntry, device: dr.AnyDeviceEntry) -> bool:
    """Let the user remove a registry device of which the device itself no longer tells."""
    if not hasattr(entry, "runtime_data"):
        return True
    topology = entry.runtime_data.state.topology
    present = {uid.identifier(topology, ref) for ref in topology.parts}
    return present.isdisjoint(device.identifiers)
