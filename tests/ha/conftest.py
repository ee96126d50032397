"""An entry whose push channel is up and whose values were read."""

from collections.abc import Iterator
from unittest.mock import PropertyMock, patch

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.protocol.drivers.ip_receiver import touched
from tests.ha.measuring import Watching, come_to_watch
from tests.ha.receiver import Behind, behind
from tests.ha.simulated import Seen, come_alive
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.isapi import IsapiSimulator


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Enable all entities from the start; name it before `seen`."""
    name = "homeassistant.helpers.entity.Entity.entity_registry_enabled_default"
    with patch(name, new_callable=PropertyMock, return_value=True):
        yield


@pytest.fixture
async def seen(hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry) -> Seen:
    """Wait for the push channel of the simulated device, then read everything once."""
    return await come_alive(hass, setup_entry, device)


@pytest.fixture
async def watching(hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry) -> Watching:
    """Do the same with a device that understands what it sees, and forget what it was asked until then."""
    found = await come_to_watch(hass, setup_entry, device)
    device.requests.clear()
    return found


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at a panel sooner after its last event, so that nobody waits for it; name it before `house`."""
    monkeypatch.setattr(touched, "QUIET", 0.05)


@pytest.fixture
async def house(hass: HomeAssistant, device: ReceiverSimulator, swift: None, setup_entry: MockConfigEntry) -> Behind:
    """Wait for the subscription of the simulated receiver, read everything once; its first device, a panel."""
    found = behind(await come_alive(hass, setup_entry, device))
    device.requests.clear()
    return found
