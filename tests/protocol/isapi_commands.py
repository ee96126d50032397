"""The commands of the ISAPI family on a simulated device, without the rest of the driver."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import override

from aiohttp import ClientSession

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.isapi.client import IsapiClient
from custom_components.ip_surveillance.protocol.drivers.isapi.lights import Lamps, Sounders
from custom_components.ip_surveillance.protocol.drivers.isapi.maintenance import Maintenance
from custom_components.ip_surveillance.protocol.drivers.isapi.optics import Lens
from custom_components.ip_surveillance.protocol.drivers.isapi.outputs import OutputPort, Outputs
from custom_components.ip_surveillance.protocol.drivers.isapi.pictures import PictureMemory, Pictures
from custom_components.ip_surveillance.protocol.drivers.isapi.ptz import Head, Tours
from custom_components.ip_surveillance.protocol.drivers.isapi.ptz_facts import PtzFacts
from custom_components.ip_surveillance.protocol.hikvision.status import interpret
from custom_components.ip_surveillance.protocol.model.events import Event
from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from custom_components.ip_surveillance.protocol.moving import Mover
from custom_components.ip_surveillance.protocol.transport import xml
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url
from tests.simulators.isapi import IsapiSimulator


class Commands(Outputs, Lamps, Sounders, Head, Tours, Lens, Pictures, Maintenance):
    """All mixins with the facts they need, as a driver puts them together."""

    def __init__(self, client: IsapiClient, access: Access) -> None:
        self.client = client
        self.access = access
        self.mover = Mover()
        self.output_ports: dict[int, OutputPort] = {}
        self.light_modes: dict[int, tuple[str, ...]] = {}
        self.light_rests = {}
        self.siren_tasks = {}
        self.ptz_facts: dict[int, PtzFacts] = {}
        self.rtsp_port: int | None = None
        self.picture_sizes: dict[tuple[int, int], tuple[int, int]] = {}
        self.picture_memory = PictureMemory()
        self.told: list[Event] = []

    @override
    def tell(self, event: Event) -> None:
        self.told.append(event)

    async def close(self) -> None:
        await self.close_sirens()
        await self.mover.close()


@asynccontextmanager
async def commands(device: IsapiSimulator, *, password: str | None = None) -> AsyncIterator[Commands]:
    """Connect to a running simulator."""
    login = Login(Credentials(username=device.username, password=password or device.password))
    async with ClientSession() as session:
        transport = HttpTransport(
            session, device_url(device.host, device.port, tls=False), login, timeout=5.0, interpret=interpret
        )
        access = Access(host=device.host, port=device.port, username=device.username, password=device.password)
        made = Commands(IsapiClient(transport), access)
        try:
            yield made
        finally:
            await made.close()


def part(kind: PartKind, number: int, label: str = "") -> PartRef:
    return PartRef(HOST, kind, number, label)


def channel(number: int = 1) -> PartRef:
    return part(PartKind.CHANNEL, number)


def document(text: str) -> xml.Element:
    return xml.parse(text.encode())
