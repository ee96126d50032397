"""What tests of the commands of the JSON dialect share: the commands alone, connected to a simulated camera."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, DummyCookieJar

from custom_components.ip_surveillance.protocol.drivers.herospeed.client import HerospeedClient
from custom_components.ip_surveillance.protocol.drivers.herospeed.commands import Commands
from custom_components.ip_surveillance.protocol.drivers.herospeed.facts import Facts, read_facts
from custom_components.ip_surveillance.protocol.drivers.herospeed.knobs import (
    Knobs,
    survey_channel,
    survey_host,
    survey_input,
)
from custom_components.ip_surveillance.protocol.drivers.herospeed.session import Session
from custom_components.ip_surveillance.protocol.drivers.herospeed.sets import KnobMemory
from custom_components.ip_surveillance.protocol.model.events import Event, Polled
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Device,
    Part,
    PartKind,
    PartRef,
    SettingSpec,
    SettingValue,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import SettingOf
from custom_components.ip_surveillance.protocol.moving import Mover
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url
from tests.simulators.herospeed import HerospeedSimulator

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)
INPUT = PartRef(HOST, PartKind.INPUT, 1)
CAPABILITIES = ("/api/system/capabilities", "/api/system/capability")


class Knobbed(Commands):
    """The commands, with as much of a driver around them as they need."""

    def __init__(self, client: HerospeedClient) -> None:
        self.client = client
        self.facts = Facts()
        self.topology = None
        self.mover = Mover()
        self.knob_memory = KnobMemory()
        self.told_events: list[Event] = []
        self.tell = self.told_events.append

    async def discover(self) -> Topology:
        _, flags = await self.client.first(CAPABILITIES, {"type": 0})
        info = await self.client.get("/api/system/device-info")
        self.facts = read_facts(info, None, flags)
        return await self.look()

    async def look(self) -> Topology:
        channel = await survey_channel(self.client, self.facts, 1)
        host = await survey_host(self.client, self.facts)
        inputs = await survey_input(self.client, self.facts, 1) if self.facts.inputs else Knobs()
        self.learn_knobs(channel, host, inputs)
        parts = [host.on(Part(ref=HOST_PART)), channel.on(Part(ref=CHANNEL)), *host.parts, *channel.parts]
        if self.facts.inputs:
            parts.append(inputs.on(Part(ref=INPUT)))
        device = Device(address=HOST, uid="u", name="n")
        self.topology = Topology(devices={HOST: device}, parts={part.ref: part for part in parts})
        return self.topology

    def part(self, ref: PartRef) -> Part:
        assert self.topology is not None
        return self.topology.parts[ref]

    def spec(self, key: SettingKey, ref: PartRef = CHANNEL) -> SettingSpec:
        return self.part(ref).settings[key]

    def has(self, setting: Setting, of: str = "", ref: PartRef = CHANNEL) -> bool:
        return SettingKey(setting, of) in self.part(ref).settings

    async def values(self, *keys: SettingKey, ref: PartRef = CHANNEL) -> list[SettingValue | None]:
        found = await self.everything({SettingOf(ref, key) for key in keys})
        return [found[ref, key] for key in keys]

    async def everything(
        self, wanted: Iterable[SettingOf] | None = None
    ) -> dict[tuple[PartRef, SettingKey], SettingValue | None]:
        assert self.topology is not None
        known = {SettingOf(part.ref, key) for part in self.topology.parts.values() for key in part.settings}
        found: dict[tuple[PartRef, SettingKey], SettingValue | None] = {}
        async for polled in self.read_settings(frozenset(known if wanted is None else wanted)):
            found |= polled.settings
        return found

    async def put(self, setting: Setting, value: SettingValue, of: str = "", ref: PartRef = CHANNEL) -> Polled:
        polled = await self.set_setting(ref, SettingKey(setting, of), value)
        assert polled.readback
        return polled


@asynccontextmanager
async def knobs(camera: HerospeedSimulator, *, discover: bool = True, **more: Any) -> AsyncIterator[Knobbed]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as http:
        transport = HttpTransport(http, device_url(camera.host, camera.port, tls=False), Login(None), **more)
        credentials = Credentials(username=camera.username, password=camera.password)
        session = Session(transport, credentials)
        made = Knobbed(HerospeedClient(transport, session))
        try:
            if discover:
                await made.discover()
            yield made
        finally:
            await made.close_knobs()
            await made.mover.close()
            await session.close()


def clean(camera: HerospeedSimulator) -> None:
    """Nothing forbidden, ignored or unknown was sent."""
    assert camera.violations == []
    assert camera.ignored == []
    assert camera.risks == []
    assert camera.unknown_names == []
