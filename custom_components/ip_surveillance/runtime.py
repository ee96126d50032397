"""What lives as long as a loaded entry: the driver and the coordinators."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from .const import CONF_FAMILY, CONF_LICENCE_KEY, CONF_METADATA, CONF_RTSP_PATH, CONF_RTSP_PORT
from .coordinator import StateCoordinator
from .protocol.driver import Access, Driver
from .protocol.registry import FAMILIES
from .push import Push
from .settings_coordinator import SettingsCoordinator


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeData:
    """Runtime data of an entry."""

    driver: Driver
    state: StateCoordinator
    settings: SettingsCoordinator
    push: Push


type Entry = ConfigEntry[RuntimeData]


def access_of(entry: ConfigEntry) -> Access:
    """How to reach the device of an entry."""
    data = entry.data
    return Access(
        host=data[CONF_HOST],
        port=data.get(CONF_PORT),
        ssl=data.get(CONF_SSL, False),
        verify_ssl=data.get(CONF_VERIFY_SSL, False),
        username=data.get(CONF_USERNAME, ""),
        password=data.get(CONF_PASSWORD, ""),
        key=data.get(CONF_LICENCE_KEY, ""),
        zone=dt_util.get_default_time_zone(),
        rtsp_port=entry.options.get(CONF_RTSP_PORT),
        rtsp_path=entry.options.get(CONF_RTSP_PATH, ""),
        metadata=entry.options.get(CONF_METADATA, True),
    )


def make_driver(hass: HomeAssistant, entry: ConfigEntry) -> Driver:
    """Make the driver of an entry; no I/O."""
    access = access_of(entry)
    session = async_get_clientsession(hass, verify_ssl=access.verify_ssl)
    return FAMILIES[entry.data[CONF_FAMILY]].connect(session, access)
