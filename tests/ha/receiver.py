"""Looking at what is behind a simulated receiver: one device at a time, with the requests that named it."""

from dataclasses import dataclass
import json
from typing import Any, override

from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.simulated import Seen
from tests.simulators.ip_receiver import ReceiverSimulator, index

MAIN = index(1)
PANEL = "alarm_control_panel"
AWAY, HOME, DISARM = "alarm_arm_away", "alarm_arm_home", "alarm_disarm"

FRONT_DOOR, HALL, GARDEN_CAMERA, KITCHEN_SMOKE, CELLAR_WATER, BEDROOM_WINDOW = range(1, 7)
PANIC_BUTTON, WINE_CELLAR, GLASS_FRONT, GARAGE_DOOR, SHED, BOILER_ROOM = range(7, 13)


def normal(device: str) -> str:
    """A device index as unique ids have it."""
    return device.replace("-", "").lower()


@dataclass(kw_only=True)
class Behind(Seen[ReceiverSimulator]):
    """One device behind the receiver."""

    index: str = MAIN

    @property
    @override
    def uid(self) -> str:
        """What the unique ids of the device begin with."""
        return normal(self.index)

    def other(self, number: int) -> Behind:
        """Another device behind the same receiver, by its number in the installation."""
        return Behind(hass=self.hass, entry=self.entry, device=self.device, index=index(number))

    def partition(self, number: int = 1) -> State:
        """The alarm panel of a partition; 0 is that of all of them together."""
        return self.state(PANEL, f"partition{number}" if number else "", "panel")

    async def stays(self, number: int, state: str) -> None:
        """Check that a partition shows something, and still does after the panel was asked."""
        assert self.partition(number).state == state
        await self.poll()
        assert self.partition(number).state == state

    async def is_now(self, number: int, state: str) -> None:
        """Wait until a partition shows something."""
        await self.shows(PANEL, f"partition{number}" if number else "", "panel", state)

    async def panel(self, action: str, number: int = 1, **data: Any) -> None:
        """Call an action of Home Assistant's alarm panels, or our own `arm`."""
        domain = DOMAIN if action == "arm" else PANEL
        target = {"entity_id": self.partition(number).entity_id}
        await self.hass.services.async_call(domain, action, {**target, **data}, blocking=True)

    async def refused_by_panel(self, action: str, number: int = 1, **data: Any) -> HomeAssistantError:
        """The error of a panel's action that is refused; what the partition shows stays as it was."""
        before = self.partition(number).state
        with pytest.raises(HomeAssistantError) as caught:
            await self.panel(action, number, **data)
        assert self.partition(number).state == before
        return caught.value

    @override
    async def poll(self) -> None:
        """Read the state of all panels now, as if the last poll had been long ago."""
        self.entry.runtime_data.driver.polled_at = None
        await super().poll()

    async def settled(self) -> None:
        """Wait until whatever was told before has had its effects, be it by the look that follows."""
        for on in (True, False):
            await self.device.tamper(self.index, HALL, on)
            await self.shows("binary_sensor", f"zone{HALL}", "tamper", "on" if on else "off")
            await self.poll()

    def commands(self) -> list[str]:
        """What this device was told to do: the word and number of each command, with its way or list."""
        return [
            told
            for request in self.device.requests
            if "/SecurityCP/control/" in request.path and f"devIndex={self.index}" in request.path
            if (told := _command(request.path, request.body))
        ]

    def keys(self, part: str) -> dict[str, er.RegistryEntry]:
        """All entities of a part, by platform and key."""
        prefix = f"{self.uid}_{part}_"
        entries = er.async_entries_for_config_entry(er.async_get(self.hass), self.entry.entry_id)
        return {
            f"{each.domain} {each.unique_id.removeprefix(prefix)}": each
            for each in entries
            if each.unique_id.startswith(prefix)
        }

    def entities(self) -> set[str]:
        """Platform, part and key of all entities of the device."""
        entries = er.async_entries_for_config_entry(er.async_get(self.hass), self.entry.entry_id)
        return {
            f"{each.domain} {each.unique_id.removeprefix(f'{self.uid}_')}"
            for each in entries
            if each.unique_id.startswith(f"{self.uid}_")
        }

    def registry_device(self, part: str = "") -> dr.AnyDeviceEntry:
        """The registry device of a part; of the device itself without one."""
        identifier = (DOMAIN, "_".join(filter(None, (self.uid, part))))
        registry, entry = dr.async_get(self.hass), self.entry.entry_id
        shown = (
            *dr.async_entries_for_config_entry(registry, entry),
            *dr.async_child_entries_for_config_entry(registry, entry),
        )
        found = next((each for each in shown if identifier in each.identifiers), None)
        assert isinstance(found, (dr.DeviceEntry, dr.ChildDeviceEntry)), f"no device {identifier[1]}"
        return found


def behind(seen: Seen[ReceiverSimulator], device: str = MAIN) -> Behind:
    """Look at one of the devices behind a receiver."""
    return Behind(hass=seen.hass, entry=seen.entry, device=seen.device, index=device)


def _command(path: str, body: bytes) -> str:
    what, _, query = path.partition("/SecurityCP/control/")[2].partition("?")
    way = next((each.removeprefix("ways=") for each in query.split("&") if each.startswith("ways=")), "")
    told = json.dumps(json.loads(body), separators=(",", ":")) if body else ""
    return " ".join(filter(None, (what, way, told)))
