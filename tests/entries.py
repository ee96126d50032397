"""Entries as the config flow makes them, for tests and benchmarks that do not go through its forms."""

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
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import CONF_FAMILY, CONF_UID, CONF_UID_SOURCE, DOMAIN
from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.registry import FAMILIES

GIVEN = "0123456789abcdef0123456789abcdef"
"""What a host goes by that offers no identity."""


async def add_entry(hass: HomeAssistant, access: Access, family: str) -> MockConfigEntry:
    """Add the entry of a device, not yet set up; the device itself tells its identity."""
    driver = FAMILIES[family].connect(async_get_clientsession(hass, verify_ssl=False), access)
    identity = await driver.identify()
    await driver.close()
    uid = identity.uid or GIVEN
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=identity.name,
        unique_id=uid,
        data={
            CONF_HOST: access.host,
            CONF_PORT: access.port,
            CONF_SSL: access.ssl,
            CONF_VERIFY_SSL: False,
            CONF_USERNAME: access.username,
            CONF_PASSWORD: access.password,
            CONF_FAMILY: family,
            CONF_UID: uid,
            CONF_UID_SOURCE: identity.source,
        },
    )
    entry.add_to_hass(hass)
    return entry
