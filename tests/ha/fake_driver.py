"""A driver with a made-up topology that records commands, for platform tests of what no simulated device shows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
import time
from typing import Any

import aiohttp
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import CONF_FAMILY, CONF_UID, CONF_UID_SOURCE, DOMAIN
from custom_components.ip_surveillance.protocol.commands import RawAnswer, Recording
from custom_components.ip_surveillance.protocol.driver import Access, Emit, Family, Identity, Want
from custom_components.ip_surveillance.protocol.errors import DeviceError
from custom_components.ip_surveillance.protocol.model.events import Event, Polled
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Device,
    Finding,
    Part,
    PartRef,
    SettingValue,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.setting_words import SettingKey
from custom_components.ip_surveillance.protocol.model.state import LineState, Picture, SettingOf
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.conftest import SetUp

FAMILY = "fake"
UID = "fake0001"
NAME = "Yard"
PICTURE = Picture(b"\xff\xd8\xff\xe0picture")
DONE = RawAnswer(status=200, content_type="text/plain", body=b"done")


def topology(parts: Iterable[Part], *, name: str | None = NAME) -> Topology:
    """A host with these parts; its own DEVICE part is added when they do not hold one."""
    known = {part.ref: part for part in parts}
    known.setdefault(HOST_PART, Part(ref=HOST_PART, name=name))
    return Topology(devices={HOST: Device(address=HOST, uid=UID, name=name or "")}, parts=known)


@dataclass(kw_only=True)
class ReadOnlyDriver:
    """A driver that tells a topology and events, and takes no commands."""

    topology: Topology
    pushes: bool = True
    pace: float = 10.0
    findings: frozenset[Finding] = frozenset()
    polled: Polled | None = None
    """What polls answer; nothing at all when None."""
    trouble: DeviceError | None = None
    """Raised by every command and snapshot."""
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    closed: bool = False
    discoveries: int = 0
    _emit: Emit | None = None

    def family(self) -> Family:
        """A family whose every device is this driver."""

        async def probe(_session: aiohttp.ClientSession, _access: Access) -> bool:
            return True

        return Family(name=FAMILY, probe=probe, connect=lambda _session, _access: self)

    def push(self, event: Event) -> None:
        """Say something on the push channel."""
        assert self._emit is not None, "nobody listens"
        self._emit(event)

    def record(self, *call: Any) -> None:
        """Note a command, or refuse it."""
        self.calls.append(call)
        if self.trouble is not None:
            raise self.trouble

    async def identify(self) -> Identity:
        return Identity(uid=UID, source="serial", name=NAME)

    async def discover(self) -> Topology:
        self.discoveries += 1
        return self.topology

    async def poll(self, wanted: AbstractSet[Want]) -> Polled:
        return self.polled or Polled(asked_at=time.monotonic())

    async def read_settings(self, wanted: AbstractSet[SettingOf]) -> AsyncIterator[Polled]:
        yield Polled(asked_at=time.monotonic())

    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        self._emit = emit
        alive()
        try:
            await asyncio.Event().wait()
        finally:
            self._emit = None

    async def check(self) -> None:
        pass

    async def close(self) -> None:
        self.closed = True

    def diagnostics(self) -> Mapping[str, Any]:
        return {}


@dataclass(kw_only=True)
class FakeDriver(ReadOnlyDriver):
    """A driver that takes every command there is."""

    picture: Picture = PICTURE
    urls: Mapping[int, str] = field(default_factory=lambda: {1: "rtsp://user:secret@127.0.0.1/1"})
    """RTSP address of each stream that has one."""
    answer: RawAnswer = DONE

    async def set_output(self, output: PartRef, on: bool) -> Polled:
        self.record("set_output", output, on)
        return _readback(output, LineState(active=on))

    async def pulse_output(self, output: PartRef, seconds: float) -> Polled:
        self.record("pulse_output", output, seconds)
        return _readback(output, LineState(active=False))

    async def set_setting(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        self.record("set_setting", part, setting, value)
        return Polled(asked_at=time.monotonic(), settings={(part, setting): value}, readback=True)

    async def set_light(self, light: PartRef, on: bool, level: float | None = None) -> Polled:
        self.record("set_light", light, on, level)
        return _readback(light, LineState(active=on, level=level))

    async def set_siren(self, siren: PartRef, on: bool, seconds: float | None = None) -> Polled:
        self.record("set_siren", siren, on, seconds)
        return _readback(siren, LineState(active=on))

    async def move(self, channel: PartRef, pan: float, tilt: float, zoom: float, seconds: float) -> None:
        self.record("move", channel, pan, tilt, zoom, seconds)

    async def move_by(self, channel: PartRef, pan: float, tilt: float, zoom: float) -> None:
        self.record("move_by", channel, pan, tilt, zoom)

    async def move_to(self, channel: PartRef, pan: float, tilt: float, zoom: float | None) -> None:
        self.record("move_to", channel, pan, tilt, zoom)

    async def stop(self, channel: PartRef) -> None:
        self.record("stop", channel)

    async def position(self, channel: PartRef) -> Polled:
        self.record("position", channel)
        return Polled(asked_at=time.monotonic())

    async def goto_preset(self, channel: PartRef, number: int) -> None:
        self.record("goto_preset", channel, number)

    async def save_preset(self, channel: PartRef, number: int, name: str | None) -> None:
        self.record("save_preset", channel, number, name)

    async def delete_preset(self, channel: PartRef, number: int) -> None:
        self.record("delete_preset", channel, number)

    async def pattern(self, channel: PartRef, number: int, run: bool) -> None:
        self.record("pattern", channel, number, run)

    async def scan(self, channel: PartRef, number: int, run: bool) -> None:
        self.record("scan", channel, number, run)

    async def act(self, part: PartRef, feature: Feature) -> None:
        self.record("act", part, feature)

    async def recordings(self, channel: PartRef, start: datetime, end: datetime) -> Sequence[Recording]:
        self.record("recordings", channel, start, end)
        return [Recording(start=start, end=end, size=4096)]

    async def patrol(self, channel: PartRef, number: int, run: bool) -> None:
        self.record("patrol", channel, number, run)

    async def goto_home(self, channel: PartRef) -> None:
        self.record("goto_home", channel)

    async def focus(self, channel: PartRef, speed: float, seconds: float) -> None:
        self.record("focus", channel, speed, seconds)

    async def iris(self, channel: PartRef, speed: float, seconds: float) -> None:
        self.record("iris", channel, speed, seconds)

    async def auxiliary(self, channel: PartRef, feature: Feature, on: bool) -> None:
        self.record("auxiliary", channel, feature, on)

    async def snapshot(self, channel: PartRef, stream: int) -> Picture:
        self.record("snapshot", channel, stream)
        return self.picture

    def stream_url(self, channel: PartRef, stream: int) -> str | None:
        return self.urls.get(stream)

    async def reboot(self) -> None:
        self.record("reboot")

    async def sync_time(self) -> Polled:
        self.record("sync_time")
        return Polled(asked_at=time.monotonic())

    async def send_request(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None
    ) -> RawAnswer:
        self.record("send_request", method, path, tuple(query), body)
        return self.answer


def fake_entry(**options: Any) -> MockConfigEntry:
    """An entry of the fake family."""
    return MockConfigEntry(
        domain=DOMAIN,
        title=NAME,
        unique_id=UID,
        data={
            CONF_HOST: "127.0.0.1",
            CONF_USERNAME: "user",
            CONF_PASSWORD: "secret",
            CONF_FAMILY: FAMILY,
            CONF_UID: UID,
            CONF_UID_SOURCE: "serial",
        },
        options=options,
    )


async def start(
    hass: HomeAssistant, set_up: SetUp, patch: pytest.MonkeyPatch, driver: ReadOnlyDriver, **options: Any
) -> MockConfigEntry:
    """Set up an entry whose device is the driver given."""
    patch.setitem(FAMILIES, FAMILY, driver.family())
    entry = fake_entry(**options)
    entry.add_to_hass(hass)
    return await set_up(entry)


def unique_id(part: PartRef, key: str) -> str:
    """Unique id of an entity, written out here once more so that the product cannot change it unnoticed."""
    return f"{UID}_{key}" if part == HOST_PART else f"{UID}_{part.kind.value}{part.number}{part.label}_{key}"


def entity_id(hass: HomeAssistant, platform: str, part: PartRef, key: str) -> str:
    """Entity of a part, found by its unique id."""
    found = er.async_get(hass).async_get_entity_id(platform, DOMAIN, unique_id(part, key))
    assert found is not None, f"no {platform} {unique_id(part, key)}"
    return found


def _readback(part: PartRef, state: LineState) -> Polled:
    return Polled(asked_at=time.monotonic(), parts={part: state}, readback=True)
