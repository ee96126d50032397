"""What tests of devices that run models of their own share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.parts import MODEL, engine_ref, task_ref
from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.model.events import Event, Polled
from custom_components.ip_surveillance.protocol.model.parts import HOST, Part, PartKind, PartRef, SettingValue
from custom_components.ip_surveillance.protocol.model.setting_words import SettingKey
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.aiop.refusals import Refusal
from tests.simulators.isapi.aiop.seed import HELMET, LOCKED, PARCEL, ROUND, WATCH
from tests.simulators.isapi.aiop.state import Platform

from .isapi_driver import connected

ROOT = "Intelligent/AIOpenPlatform"
ENGINE = engine_ref(1)
SECOND_ENGINE = engine_ref(2)
TASK = task_ref(WATCH)
GATE = PartRef(HOST, PartKind.RULE, 1, f"{WATCH}.1")
VEHICLES = PartRef(HOST, PartKind.RULE, 2, f"{WATCH}.1")
YARD = PartRef(HOST, PartKind.RULE, 3, f"{WATCH}.1")
DOCK = PartRef(HOST, PartKind.RULE, 1, f"{WATCH}.2")

__all__ = ["GATE", "HELMET", "LOCKED", "MODEL", "PARCEL", "ROUND", "WATCH"]


def platform(device: IsapiSimulator) -> Platform:
    """State of the platform of a simulated device."""
    assert device.world.aiop is not None
    return device.world.aiop


@asynccontextmanager
async def running(model: str = "ai_recorder") -> AsyncIterator[tuple[IsapiSimulator, IsapiDriver]]:
    """A simulated device and a driver connected to it."""
    async with IsapiSimulator(model) as device, connected(device) as driver:
        platform(device).timing = replace(platform(device).timing, loading=0.05, download=0.05, picture=0.01)
        yield device, driver


def told(driver: IsapiDriver) -> list[Event]:
    """What the driver tells of its own making from now on."""
    events: list[Event] = []
    driver._emit = events.append
    return events


def parts(driver: IsapiDriver, kind: PartKind) -> list[Part]:
    """Parts of a kind."""
    assert driver.topology
    return list(driver.topology.of(kind))


def part(driver: IsapiDriver, ref: PartRef) -> Part:
    """One part."""
    assert driver.topology
    return driver.topology.parts[ref]


async def setting(driver: IsapiDriver, ref: PartRef, key: SettingKey) -> SettingValue | None:
    """What a setting is, asked of the device."""
    found = [polled async for polled in driver.read_settings({(ref, key)})]
    assert len(found) == 1
    return found[0].settings[ref, key]


def only(polled: Polled) -> SettingValue | None:
    """The one setting that a command read back."""
    (value,) = polled.settings.values()
    return value


def refuse(device: IsapiSimulator, path: str, sub: str, **more: object) -> None:
    """Have the device refuse requests below a path of the platform."""
    device.refusals.append(Refusal(path=f"{ROOT}/{path}".rstrip("/"), sub=sub, **more))  # type: ignore[arg-type]
