"""What tests share: simulated devices on the loopback address, and entries that are set up against them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from unittest.mock import patch

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.driver import Access
from tests.entries import add_entry
from tests.simulators.base import BaseSimulator
from tests.simulators.herospeed import HerospeedSimulator
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.sunell_cgi import SunellSimulator

type MakeEntry = Callable[..., Awaitable[MockConfigEntry]]
type SetUp = Callable[[MockConfigEntry], Awaitable[MockConfigEntry]]

SIMULATORS: Mapping[str, Callable[..., BaseSimulator]] = {
    "isapi": IsapiSimulator,
    "ip_receiver": ReceiverSimulator,
    "sunell_cgi": SunellSimulator,
    "herospeed": HerospeedSimulator,
}
"""By family."""


@pytest.fixture(autouse=True)
def allow_loopback(socket_enabled: None) -> None:
    """Allow sockets; the test plugin still refuses every address but 127.0.0.1."""


@pytest.fixture(autouse=True)
def load_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find this integration, in tests that have one."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def model() -> str:
    """Model that is simulated; tests override it by parametrisation."""
    return "camera"


@pytest.fixture
def family() -> str:
    """Family that is simulated; the tests of another one override it."""
    return "isapi"


@pytest.fixture
def simulation() -> dict[str, Any]:
    """How the simulated device differs from what it is usually; tests override it."""
    return {}


@pytest.fixture
async def device(
    family: str, model: str, simulation: dict[str, Any], socket_enabled: None
) -> AsyncIterator[BaseSimulator]:
    """Run a simulated device."""
    async with SIMULATORS[family](model, **simulation) as simulator:
        yield simulator


@pytest.fixture
async def refused_handshakes(hass: HomeAssistant) -> None:
    """Take handshakes that fail on the device's side, which runs in the same loop, for what they are: wanted."""
    loop = asyncio.get_running_loop()
    outer = loop.get_exception_handler()
    assert outer

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not context["message"].startswith("Error on transport creation for incoming connection"):
            outer(loop, context)

    loop.set_exception_handler(handle)


@pytest.fixture
def platforms() -> tuple[Platform, ...] | None:
    """Platforms that are loaded, None for all; tests override it."""
    return None


@pytest.fixture
def make_entry(hass: HomeAssistant) -> MakeEntry:
    """Make entries as the config flow does: the device itself tells its identity."""

    async def make(simulator: BaseSimulator, family: str = "isapi") -> MockConfigEntry:
        access = Access(
            host=simulator.host,
            port=simulator.port,
            ssl=simulator.tls,
            username=simulator.username,
            password=simulator.password,
        )
        entry = await add_entry(hass, access, family)
        simulator.requests.clear()
        return entry

    return make


@pytest.fixture
async def entry(make_entry: MakeEntry, device: BaseSimulator, family: str) -> MockConfigEntry:
    """Make the entry of the simulated device, not yet set up."""
    return await make_entry(device, family)


@pytest.fixture
async def set_up(hass: HomeAssistant, platforms: tuple[Platform, ...] | None) -> AsyncIterator[SetUp]:
    """Set entries up, and unload them at the end."""
    done: list[MockConfigEntry] = []

    async def do(entry: MockConfigEntry) -> MockConfigEntry:
        done.append(entry)
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        return entry

    with _only(platforms):
        yield do
        for entry in done:
            await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()


@pytest.fixture
async def setup_entry(set_up: SetUp, entry: MockConfigEntry) -> MockConfigEntry:
    """Set up the entry of the simulated device."""
    return await set_up(entry)


def _only(platforms: tuple[Platform, ...] | None) -> AbstractContextManager[object]:
    return nullcontext() if platforms is None else patch(f"custom_components.{DOMAIN}.PLATFORMS", platforms)
