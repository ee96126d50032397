"""Entries that are set up against a simulated camera or recorder of the CGI text protocol."""

from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.errors import AccountLocked, DeviceError, NotSupported
from custom_components.ip_surveillance.protocol.supervisor import Supervisor
from tests.ha.simulated import Seen, until
from tests.simulators.sunell_cgi import SunellSimulator

FAMILY = "sunell_cgi"
CHANNEL = "channel1"
HOST = ""
"""The device itself, as a part."""


@dataclass(kw_only=True)
class Sunell(Seen[SunellSimulator]):
    """One entry and its simulated device."""

    def has(self, platform: str, part: str, key: str) -> bool:
        """Whether there is such an entity."""
        registry = er.async_get(self.hass)
        return registry.async_get_entity_id(platform, DOMAIN, self.unique_id(part, key)) is not None

    def entities(self) -> dict[str, er.RegistryEntry]:
        """All entities by platform, part and key."""
        found = er.async_entries_for_config_entry(er.async_get(self.hass), self.entry.entry_id)
        return {f"{each.domain} {each.unique_id.removeprefix(f'{self.uid}_')}": each for each in found}

    def registry_device(self, part: str = HOST) -> dr.DeviceEntry:
        """The registry device of a part that is a device of its own."""
        identifier = (DOMAIN, "_".join(filter(None, (self.uid, part))))
        found = dr.async_entries_for_config_entry(dr.async_get(self.hass), self.entry.entry_id)
        return next(each for each in found if identifier in each.identifiers)

    def refusals(self) -> int:
        """Requests with a password that were refused for it, or for a lock."""
        return len(self.device.auth.refused)

    async def do(self, what: str, /, **data: Any) -> None:
        """Call one of our own actions for the first camera."""
        target = {"entity_id": self.state("camera", CHANNEL, "stream1").entity_id}
        await self.hass.services.async_call(DOMAIN, what, {**target, **data}, blocking=True)

    async def told(self, kind: str, part: str = CHANNEL, key: str = "detection") -> dict[str, Any]:
        """Wait until the last event of a part is of a kind; what goes with it."""
        await until(lambda: self.state("event", part, key).attributes.get("event_type") == kind)
        return dict(self.state("event", part, key).attributes)


async def come_up(hass: HomeAssistant, entry: MockConfigEntry, device: SunellSimulator) -> Sunell:
    """Wait for the push channel, where the device has one, and the first full look at it."""
    assert entry.state is ConfigEntryState.LOADED
    found = Sunell(hass=hass, entry=entry, device=device)
    if not device.recorder and device.attachable:
        await found.live()
    await found.poll()
    await found.read_settings()
    return found


@pytest.fixture
def family() -> str:
    """Family that is simulated."""
    return FAMILY


@pytest.fixture
def model() -> str:
    """Model that is simulated; tests override it by parametrisation."""
    return "ipc"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once; how long pauses are is tested elsewhere. Name it before `seen`."""

    def pause(_: Supervisor, error: DeviceError) -> float:
        return 3600 if isinstance(error, AccountLocked | NotSupported) else 0.02

    monkeypatch.setattr(Supervisor, "_pause", pause)


@pytest.fixture
async def seen(hass: HomeAssistant, device: SunellSimulator, setup_entry: MockConfigEntry) -> Sunell:
    """Set the simulated device up and look at it once."""
    return await come_up(hass, setup_entry, device)
