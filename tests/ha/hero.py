"""Entries that are set up against a simulated camera of the JSON dialect, with pauses short enough for a test."""

from dataclasses import dataclass
import json
from typing import Any, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.drivers.herospeed import opening
from custom_components.ip_surveillance.protocol.drivers.herospeed.listening import Listening
from custom_components.ip_surveillance.protocol.errors import DeviceError, NotSupported
from custom_components.ip_surveillance.protocol.supervisor import Supervisor
from tests.ha.simulated import Seen
from tests.simulators.herospeed import HerospeedSimulator

FAMILY = "herospeed"
LOGIN = "/api/session/login"
HOST = ""
"""The camera itself, as a part."""
CHANNEL = "channel1"


@dataclass(kw_only=True)
class Hero(Seen[HerospeedSimulator]):
    """One entry and its simulated camera."""

    @override
    async def poll(self) -> None:
        """Read all state now, also what is read seldom."""
        self.entry.runtime_data.driver.poll_due.clear()
        await super().poll()

    def has(self, platform: str, part: str, key: str) -> bool:
        """Whether there is such an entity."""
        registry = er.async_get(self.hass)
        return registry.async_get_entity_id(platform, DOMAIN, self.unique_id(part, key)) is not None

    @property
    def source(self) -> str:
        """How alarms arrive, as the entity tells it."""
        return self.value("sensor", HOST, "event_source")

    @property
    def told(self) -> dict[str, Any]:
        """What the channel's event entity told last."""
        return dict(self.state("event", CHANNEL, "detection").attributes)


@pytest.fixture
def family() -> str:
    """Simulate this family."""
    return FAMILY


@pytest.fixture
def model() -> str:
    """Model that is simulated; tests override it by parametrisation."""
    return "fixed"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once and read the log all the time; how long pauses are is tested elsewhere."""

    def pause(_: Supervisor, error: DeviceError) -> float:
        return 3600 if isinstance(error, NotSupported) else 0.02

    monkeypatch.setattr(Supervisor, "_pause", pause)
    monkeypatch.setattr(Listening, "log_period", 0.02)
    monkeypatch.setattr(opening, "_FIRST_WAIT", 0.02)
    monkeypatch.setattr(opening, "_LONGEST_WAIT", 0.02)


async def come_up(hass: HomeAssistant, entry: MockConfigEntry, camera: HerospeedSimulator) -> Hero:
    """Wait for the channel of events and the first full look at everything."""
    assert entry.state is ConfigEntryState.LOADED
    found = Hero(hass=hass, entry=entry, device=camera)
    await found.live()
    await found.poll()
    await found.read_settings()
    return found


@pytest.fixture
async def hero(hass: HomeAssistant, device: HerospeedSimulator, quick: None, setup_entry: MockConfigEntry) -> Hero:
    """Set the camera up and wait until it is listened to."""
    return await come_up(hass, setup_entry, device)


def logins(camera: HerospeedSimulator) -> int:
    """Times that something made of the password was sent."""
    return sum(each.path == LOGIN for each in camera.requests)


def digests(camera: HerospeedSimulator) -> set[str]:
    """What was sent in place of the password."""
    return {json.loads(each.body)["data"]["password"] for each in camera.requests if each.path == LOGIN}
