"""What discoveries say about a device, reduced to one form. Nothing is sent to the device."""

from dataclasses import dataclass
from ipaddress import ip_address
import re
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.ssdp import (
    ATTR_UPNP_FRIENDLY_NAME,
    ATTR_UPNP_MODEL_NAME,
    ATTR_UPNP_PRESENTATION_URL,
    ATTR_UPNP_SERIAL,
    SsdpServiceInfo,
)
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .const import CONF_UID
from .flow_input import DEFAULT_PORTS, InvalidHostError, Pasted, parse_host

_MAC_LENGTH: Final = 12
_MAC_PROPERTIES: Final = ("macaddress", "mac")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A device that made itself known; anybody on the network can claim this, so no credentials follow it."""

    host: str
    key: str
    """Tells this device from others as long as nobody has logged in: MAC, serial number or service name."""
    name: str
    port: int | None = None
    mac: str = ""
    """In the device registry's form, empty when not known."""
    serial: str = ""

    @property
    def title(self) -> str:
        """What the notification is called."""
        return f"{self.name} ({self.host})" if self.name else self.host


def from_dhcp(info: DhcpServiceInfo) -> Discovered:
    """Read a DHCP request that was seen."""
    mac = dr.format_mac(info.macaddress)
    return Discovered(host=info.ip, key=mac, name=info.hostname, mac=mac)


def from_zeroconf(info: ZeroconfServiceInfo) -> Discovered:
    """Read an mDNS announcement; its service name is the same for all services of one device."""
    name = info.name.partition("._")[0]
    macs = (str(info.properties.get(key) or "") for key in _MAC_PROPERTIES)
    mac = next((dr.format_mac(mac) for mac in macs if len(plain_id(mac)) == _MAC_LENGTH), "")
    port = None if info.port == DEFAULT_PORTS[False] else info.port
    return Discovered(host=info.host, port=port, key=mac or name.lower(), name=name, mac=mac)


def from_ssdp(info: SsdpServiceInfo) -> Discovered | None:
    """Read a UPnP description; None when it names no address."""
    serial = str(info.upnp.get(ATTR_UPNP_SERIAL) or "")
    name = str(info.upnp.get(ATTR_UPNP_FRIENDLY_NAME) or info.upnp.get(ATTR_UPNP_MODEL_NAME) or "")
    if (place := _web_page(info.ssdp_location)) is None:
        return None
    page = _web_page(info.upnp.get(ATTR_UPNP_PRESENTATION_URL))
    # The description may be served at another port than the pages of the device.
    port = page.port if page and page.host == place.host and not page.ssl else None
    key = plain_id(serial) or info.ssdp_udn or info.ssdp_usn
    return Discovered(
        host=place.host,
        port=None if port == DEFAULT_PORTS[False] else port,
        key=key,
        name=name,
        serial=serial,
    )


def _web_page(url: object) -> Pasted | None:
    """Read an address out of a description; None when it is none."""
    try:
        page = parse_host(str(url or ""))
    except InvalidHostError:
        return None
    return None if page.ssl is None else page


@callback
def known_entries(hass: HomeAssistant, entries: list[ConfigEntry], found: Discovered) -> list[ConfigEntry]:
    """Find the entries of a discovered device by its MAC or serial number, wherever they think it is."""
    ids = {plain_id(each) for each in (found.mac, found.serial)} - {""}
    registry = dr.async_get(hass)
    return [
        entry
        for entry in entries
        if plain_id(entry.data.get(CONF_UID, "")) in ids
        or (
            found.mac
            and registry.async_get_device_by_connection((dr.CONNECTION_NETWORK_MAC, found.mac), entry.entry_id)
        )
    ]


def moved(entry: ConfigEntry, host: str) -> bool:
    """Tell whether an entry's address is to be replaced by the one discovered.

    Names are left alone: the user chose them, and they follow the device by themselves. So is an address of
    the other IP version, since a device may well have both.
    """
    try:
        old, new = ip_address(entry.data[CONF_HOST]), ip_address(host)
    except ValueError:
        return False
    return old.version == new.version and old != new


def plain_id(text: str) -> str:
    """Reduce a serial number or MAC to lower-case letters and digits, to compare different spellings."""
    return re.sub(r"[^0-9a-z]", "", text.lower())
