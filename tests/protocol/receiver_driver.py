"""What tests of the driver of receivers share: a driver connected to a simulated receiver."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, DummyCookieJar

from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.ip_receiver import FAMILY
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.driver import ReceiverDriver
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.fleet import Unit
from custom_components.ip_surveillance.protocol.model.events import Event, Polled, Together
from custom_components.ip_surveillance.protocol.model.panel_words import Arm
from custom_components.ip_surveillance.protocol.model.parts import Gate, Part, PartKind, PartRef, Topology
from custom_components.ip_surveillance.protocol.model.state import ReadingValue
from custom_components.ip_surveillance.protocol.model.vocabulary import Flag, Quantity, Reading
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.ip_receiver.profiles import index

HOUSE = index(1)
LIST = "/ISAPI/ContentMgmt/DeviceMgmt/deviceList"
STATUS = "/ISAPI/SecurityCP/status/"
CONTROL = "/ISAPI/SecurityCP/control/"


def access(receiver: ReceiverSimulator, password: str | None = None) -> Access:
    return Access(
        host=receiver.host, port=receiver.port, username=receiver.username, password=password or receiver.password
    )


@asynccontextmanager
async def connected(
    receiver: ReceiverSimulator, *, discover: bool = True, password: str | None = None
) -> AsyncIterator[ReceiverDriver]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        driver = FAMILY.connect(session, access(receiver, password))
        assert isinstance(driver, ReceiverDriver)
        try:
            if discover:
                await driver.discover()
                await driver.poll(everything(driver.fleet.topology()))
                receiver.requests.clear()
            yield driver
        finally:
            await driver.close()


@asynccontextmanager
async def listening(driver: ReceiverDriver, receiver: ReceiverSimulator) -> AsyncIterator[list[Event]]:
    """Listen until the panels were looked at once after connecting."""
    events: list[Event] = []
    heard: list[int] = []

    def emit(event: Event) -> None:
        events.extend(event.events if isinstance(event, Together) else (event,))

    task = asyncio.create_task(driver.listen(emit, lambda: heard.append(1)))
    try:
        await receiver.wait_streams()
        await until(lambda: heard)
        yield events
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def everything(topology: Topology) -> frozenset[Want]:
    """As if every entity were enabled."""
    return frozenset(Want(part.ref, gate) for part in topology.parts.values() for gate in _gates(part))


def _gates(part: Part) -> Iterator[Gate]:
    yield from part.features
    yield from part.settings
    yield from part.detections
    yield from part.readings


def zone(number: int, device: str = HOUSE) -> PartRef:
    return PartRef(device, PartKind.ZONE, number)


def partition(number: int, device: str = HOUSE) -> PartRef:
    return PartRef(device, PartKind.PARTITION, number)


def panel(device: str = HOUSE) -> PartRef:
    return PartRef(device, PartKind.DEVICE)


def arm_of(polled: Polled, number: int, device: str = HOUSE) -> Arm | None:
    value = polled.readings.get((partition(number, device), Reading(Quantity.ARM)))
    return None if value is None else Arm(str(value))


def flag(polled: Polled, ref: PartRef, what: Flag) -> ReadingValue | None:
    return polled.readings[ref, Reading(what)]


def unit(driver: ReceiverDriver, device: str = HOUSE) -> Unit:
    found = driver.fleet.at(device)
    assert found
    return found


def commands(receiver: ReceiverSimulator) -> list[str]:
    """Requests that change something, without their query."""
    return [
        f"{each.method} {each.path.partition('?')[0].removeprefix(CONTROL)}"
        for each in receiver.requests
        if CONTROL in each.path
    ]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(8):
        while not condition():  # noqa: ASYNC110 - the simulator has no event for everything
            await asyncio.sleep(0.005)
