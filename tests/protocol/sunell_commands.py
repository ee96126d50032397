"""What tests of the commands of Sunell-type devices share: commands over a simulated device, and what it has."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiohttp import ClientSession, DummyCookieJar

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.client import LIMIT, SunellClient, interpret_answer
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.commands import Commands, KnobMemory
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import (
    ChannelFacts,
    Facts,
    channel_ref,
    input_ref,
)
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.knobs import (
    Knobs,
    survey_channels,
    survey_host,
    survey_input,
)
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Device,
    Hardware,
    Part,
    PartRef,
    SettingValue,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.moving import Mover
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url
from tests.simulators.sunell_cgi import SunellSimulator

type Query = list[tuple[str, str]]

CHANNEL = channel_ref(1)
THERMAL = channel_ref(2)
MODELS = ("ipc", "ptz", "lite", "nvr", "thermal", "lpr", "fisheye", "multi")


def facts_of(device: SunellSimulator) -> Facts:
    """What a first look would tell."""
    analyses = None if device.recorder else frozenset(device.world.smart)
    return Facts(
        uid="159356",
        recorder=device.recorder,
        channels=tuple(
            ChannelFacts(
                number=each.number,
                online=each.status == 5 if device.recorder else None,
                hardware=Hardware(model=each.model, firmware=each.firmware),
                analyses=analyses,
                thermal=each.thermal,
            )
            for each in device.world.channels.values()
        ),
        inputs=int(device.store.get("deviceInfo", "alarmInNum")),
        outputs=len(device.world.outputs),
    )


class Rig(Commands):
    """The commands without the rest of a driver."""

    def __init__(self, client: SunellClient, facts: Facts) -> None:
        self.client = client
        self.facts: Facts | None = facts
        self.topology: Topology | None = None
        self.mover = Mover()
        self.knob_memory = KnobMemory()

    @property
    def known(self) -> Facts:
        assert self.facts
        return self.facts

    @property
    def parts(self) -> Mapping[PartRef, Part]:
        assert self.topology
        return self.topology.parts

    def part(self, ref: PartRef = CHANNEL) -> Part:
        return self.parts[ref]

    async def discover(self) -> None:
        """Ask for everything and keep it as a topology."""
        found = await survey_channels(self.client, self.known, self.topology)
        host = await survey_host(self.client, self.known)
        parts = [host.on(Part(ref=HOST_PART)), *host.parts]
        for number, knobs in found.items():
            parts += [knobs.on(Part(ref=channel_ref(number))), *knobs.parts]
        for number in range(1, self.known.inputs + 1):
            knobs = await survey_input(self.client, self.known, number)
            parts.append(knobs.on(Part(ref=input_ref(number))))
        self.topology = Topology(
            devices={HOST: Device(address=HOST, uid="159356", name="Camera")}, parts={part.ref: part for part in parts}
        )

    async def read(self, *wanted: tuple[PartRef, SettingKey]) -> dict[tuple[PartRef, SettingKey], SettingValue | None]:
        """Read settings, those of all parts without any named."""
        refs = wanted or [(ref, key) for ref, part in self.parts.items() for key in part.settings]
        found: dict[tuple[PartRef, SettingKey], SettingValue | None] = {}
        async for polled in self.read_settings(frozenset(refs)):
            assert not found.keys() & polled.settings.keys()
            found |= polled.settings
        return found

    async def set(
        self, setting: Setting, value: SettingValue, of: str = "", part: PartRef = CHANNEL
    ) -> SettingValue | None:
        """Set one and return what the device has then."""
        key = SettingKey(setting, of)
        polled = await self.set_setting(part, key, value)
        assert polled.readback
        return polled.settings[part, key]


@asynccontextmanager
async def rig(device: SunellSimulator, *, discover: bool = True) -> AsyncIterator[Rig]:
    credentials = Credentials(username=device.username, password=device.password)
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        transport = HttpTransport(
            session,
            device_url("127.0.0.1", device.port, tls=False),
            Login(credentials),
            limit=LIMIT,
            interpret=interpret_answer,
        )
        made = Rig(SunellClient(transport, credentials), facts_of(device))
        try:
            if discover:
                await made.discover()
            yield made
        finally:
            await made.mover.close()


def key(setting: Setting, of: str = "") -> SettingKey:
    return SettingKey(setting, of)


def sent(device: SunellSimulator, since: int = 0) -> list[Query]:
    """Parameters, in order, of everything but reads that came in since."""
    return device.writes[since:]


def asked(device: SunellSimulator, kind: str, action: str = "get") -> Sequence[Query]:
    return device.queries(kind=kind, action=action)


__all__ = ["CHANNEL", "MODELS", "THERMAL", "Knobs", "Query", "Rig", "asked", "facts_of", "key", "rig", "sent"]
