"""Entries that are set up against a simulated receiver, with pauses short enough for a test."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
import logging
from typing import override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.drivers.ip_receiver import client, touched
from custom_components.ip_surveillance.protocol.errors import AccountLocked, DeviceError, NotSupported
from custom_components.ip_surveillance.protocol.supervisor import Supervisor
from tests.conftest import MakeEntry, SetUp
from tests.ha.simulated import Seen, until
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.ip_receiver.profiles import index

FAMILY = "ip_receiver"
HOUSE = index(1)
HOST = ""
"""The receiver itself, as a part."""
LIST = "/ISAPI/ContentMgmt/DeviceMgmt/deviceList"
STATUS = "/ISAPI/SecurityCP/status/"
SUBSCRIBE = "/ISAPI/Event/notification/subscribeDeviceMgmt"

_ARMED = {"stay": "armed_home", "away": "armed_away", "disarm": "disarmed", "arming": "arming"}


def part(name: str = "", device: str = HOUSE) -> str:
    """A piece of a device, as unique ids name it; the device itself without a name."""
    return "_".join(filter(None, (device.replace("-", ""), name)))


@dataclass(kw_only=True)
class Receiver(Seen[ReceiverSimulator]):
    """One entry and its simulated receiver. Parts are named by `part`, the receiver itself by `HOST`."""

    @override
    def unique_id(self, part: str, key: str) -> str:
        return f"{part or self.uid}_{key}"

    def has(self, platform: str, part: str, key: str) -> bool:
        """Whether there is such an entity."""
        registry = er.async_get(self.hass)
        return registry.async_get_entity_id(platform, DOMAIN, self.unique_id(part, key)) is not None

    def shown(self, device: str = HOUSE) -> dict[str, str]:
        """What entities show of a panel's partitions and zones."""
        panel = self.device.world.panel(device)
        partitions = {
            f"partition{each.number}": self.value(
                "alarm_control_panel", part(f"partition{each.number}", device), "panel"
            )
            for each in panel.partitions.values()
            if each.enabled is not False
        }
        zones = {
            f"zone{zone.number} {key}": self.value("binary_sensor", part(f"zone{zone.number}", device), key)
            for zone in panel.zones.values()
            for key in ("open", "tamper", "alarm")
            if self.has("binary_sensor", part(f"zone{zone.number}", device), key)
        }
        return partitions | zones

    def real(self, device: str = HOUSE) -> dict[str, str]:
        """What they have to show."""
        panel = self.device.world.panel(device)
        partitions = {
            f"partition{each.number}": "triggered" if each.alarm else _ARMED[each.arming]
            for each in panel.partitions.values()
            if each.enabled is not False
        }
        zones = {
            f"zone{zone.number} {key}": ("on" if value else "off") if zone.link == "online" else "unavailable"
            for zone in panel.zones.values()
            for key, value in (("open", zone.open), ("tamper", zone.tamper), ("alarm", zone.alarm))
            if self.has("binary_sensor", part(f"zone{zone.number}", device), key)
        }
        return partitions | zones

    def change(self, device: str = HOUSE) -> None:
        """Let much happen that no message tells of."""
        panel = self.device.world.panel(device)
        panel.partitions[2].arming = "away"
        for number in (1, 2, 5):
            panel.zones[number].open = not panel.zones[number].open
        panel.zones[6].tamper = not panel.zones[6].tamper

    async def right(self, device: str = HOUSE) -> None:
        """Wait until entities show what is, without any poll but those that come by themselves."""
        try:
            await until(lambda: self.shown(device) == self.real(device))
        except TimeoutError:
            assert self.shown(device) == self.real(device)

    async def lost(self) -> None:
        """Wait until the loss of the push channel was noticed."""
        await until(lambda: not self.coordinator.data.pushing)

    def logins_refused(self) -> int:
        """Requests with a password that were refused for it, or for a lock."""
        return len(self.device.auth.refused)


@pytest.fixture
def installation() -> str:
    """Installation that is simulated; tests override it by parametrisation."""
    return "single"


@pytest.fixture
async def receiver(installation: str, socket_enabled: None) -> AsyncIterator[ReceiverSimulator]:
    """Run a simulated receiver that beats fast."""
    async with ReceiverSimulator(installation, heartbeat=0.1) as simulator:
        yield simulator


@pytest.fixture
def silence() -> float:
    """Seconds after which a silent subscription is given up; only tests of that make it short."""
    return 30.0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, silence: float) -> None:
    """Try again at once and look at what was touched after a moment; how long pauses are is tested elsewhere."""

    def pause(_: Supervisor, error: DeviceError) -> float:
        if isinstance(error, AccountLocked):
            return (error.retry_after or 0) + 0.1
        return 3600 if isinstance(error, NotSupported) else 0.02

    monkeypatch.setattr(Supervisor, "_pause", pause)
    monkeypatch.setattr(touched, "QUIET", 0.05)
    monkeypatch.setattr(client, "SILENCE", silence)


async def come_up(hass: HomeAssistant, entry: MockConfigEntry, receiver: ReceiverSimulator) -> Receiver:
    """Wait for the push channel and the first full look at everything."""
    assert entry.state is ConfigEntryState.LOADED
    found = Receiver(hass=hass, entry=entry, device=receiver)
    await found.live()
    await found.poll()
    # Panels are looked at in the background too, and what is under way when a test begins would be counted there.
    seen = -1
    while seen != len(receiver.requests) or len(entry.runtime_data.driver.touched):
        seen = len(receiver.requests)
        await asyncio.sleep(0.15)
    return found


@pytest.fixture
async def house(
    hass: HomeAssistant, make_entry: MakeEntry, receiver: ReceiverSimulator, quick: None, set_up: SetUp
) -> Receiver:
    """Set the receiver up and wait until it is listened to."""
    return await come_up(hass, await set_up(await make_entry(receiver, FAMILY)), receiver)


@pytest.fixture
def calm(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing above a warning is logged twice, and no traceback at all."""
    yield
    loud = [each for when in ("setup", "call") for each in caplog.get_records(when) if each.levelno > logging.WARNING]
    ours = [each for each in loud if each.name.startswith(("custom_components", "homeassistant.config_entries"))]
    assert not [each.getMessage() for each in ours if each.exc_info]
    assert not [text for text, times in Counter(each.getMessage() for each in ours).items() if times > 1]
