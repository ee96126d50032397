"""The text protocol: its codec against a naive split of the same bytes, and what a recorder is asked in a minute."""

from collections.abc import Callable
from dataclasses import dataclass
import time
from typing import Final

from aiohttp import ClientSession
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import SETTINGS_INTERVAL, TOPOLOGY_INTERVAL
from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.driver import SunellDriver
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from tests.entries import add_entry
from tests.simulators.sunell_cgi import Capture, SunellSimulator, available

from .home import QUIET, home_assistant, set_up, settled
from .report import Report, table, times

FAMILY: Final = "sunell_cgi"
CHANNELS: Final = (16, 64)
MINUTES: Final = 5
"""What is asked for most seldom comes once in five minutes."""
SLOWEST: Final = 15.0
"""Times a naive split that the codec may take; a wide margin keeps a busy machine from deciding."""
BUDGET: Final = 60.0
"""Requests a minute that a recorder may get, all in all."""
_TOLERANCE: Final = 1.1
"""How much more a large recorder may be asked by polls than a small one."""
_STATUS: Final = "currentAlarmStatus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An answer to be read."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What both ways made of one answer, and the best of their times."""

    text: Text
    pairs: int
    """Pairs that the codec found."""
    split: int
    """Pairs that the split found."""
    ours: float
    """Seconds for one reading."""
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times the split the codec takes."""
        return self.ours / self.theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What one recorder was asked, once everything was set up."""

    channels: int
    entities: int
    """Those that are enabled: others ask for nothing."""
    polls: int
    """Polls that were counted."""
    statuses: int
    """Requests for the list of alarms in these polls."""
    polled: float
    """Requests a minute by polls."""
    settings: float
    """Requests a minute by reading settings."""
    looks: float
    """Requests a minute by looking what exists."""

    @property
    def requests(self) -> float:
        """Requests a minute, all in all."""
        return self.polled + self.settings + self.looks


def recorder(channels: int) -> SunellSimulator:
    """Return a recorder with so many cameras."""
    device = SunellSimulator("nvr64")
    world = device.world
    world.channels = {number: world.channels[number] for number in range(1, channels + 1)}
    world.recordings = [each for each in world.recordings if each.channel <= channels]
    device.store.put("deviceInfo", "channelNum", channels)
    return device


def access_to(device: SunellSimulator) -> Access:
    """Return how to reach a device."""
    return Access(host=device.host, port=device.port, username=device.username, password=device.password)


async def listed_cameras(channels: int) -> bytes:
    """Let a recorder tell of its cameras: the longest answer that is asked for in rhythm."""
    async with recorder(channels) as device, ClientSession() as session:
        driver = SunellDriver(session, access_to(device))
        text = await driver.client.text("param", ("action", "get"), ("type", "channelInfo"))
        await driver.close()
    return text.encode()


def recorded() -> list[Text]:
    """Return the largest answer of a real camera, where a recording is at hand."""
    if not available():
        return []
    return [Text(name="real camera", body=max((body for *_, body in Capture.load().answers), key=len).encode())]


def codec(body: bytes) -> int:
    """Read an answer as the product does; returns how many pairs there are."""
    return len(parse(body).pairs())


def naive(body: bytes) -> int:
    """Cut the lines and split each in two, with no regard to lists, blanks, code pages, or what is no pair."""
    return len([line.split("=", 1) for line in body.decode().split("\r\n") if line])


def speed(text: Text, repeats: int, rounds: int = 25) -> Speed:
    """Read an answer both ways, in turn, and take the best of each: what is slower was disturbed."""
    best = {codec: float("inf"), naive: float("inf")}
    for _ in range(rounds):
        for way, fastest in best.items():
            best[way] = min(fastest, _took(way, text.body, repeats))
    return Speed(text=text, pairs=codec(text.body), split=naive(text.body), ours=best[codec], theirs=best[naive])


def _took(way: Callable[[bytes], int], body: bytes, repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        way(body)
    return (time.perf_counter() - started) / repeats


async def minute(channels: int, *, minutes: int = MINUTES, quiet: float = QUIET) -> Minute:
    """Set a recorder up and count what it is asked; the clock is put forward from poll to poll."""
    async with recorder(channels) as device, home_assistant() as hass:
        entry = await add_entry(hass, access_to(device), FAMILY)
        await set_up(hass, entry)
        await settled(lambda: len(device.requests), quiet=quiet)
        runtime = entry.runtime_data
        driver = runtime.driver
        assert isinstance(driver, SunellDriver)
        polls = round(minutes * 60 / driver.pace)
        before = len(device.requests)
        for _ in range(polls):
            forward(driver, driver.pace)
            await runtime.state.async_refresh()
        asked = device.requests[before:]
        return Minute(
            channels=channels,
            entities=sum(
                not each.disabled for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
            ),
            polls=polls,
            statuses=sum(_STATUS in request.path for request in asked),
            polled=len(asked) / minutes,
            settings=await _by_hand(device, entry, "settings", quiet),
            looks=await _by_hand(device, entry, "state", quiet),
        )


def forward(driver: SunellDriver, seconds: float) -> None:
    """Let time pass for what the driver asks for in longer rhythms than that of its polls."""
    due = driver.poll_memory.due
    for name in due:
        due[name] -= seconds


async def _by_hand(device: SunellSimulator, entry: MockConfigEntry, which: str, quiet: float) -> float:
    """Do once what happens in a slow rhythm; returns requests a minute."""
    runtime = entry.runtime_data
    work, every = {
        "settings": (runtime.settings.async_refresh, SETTINGS_INTERVAL),
        "state": (runtime.state.async_rediscover, TOPOLOGY_INTERVAL),
    }[which]
    before = len(device.requests)
    await work()
    await settled(lambda: len(device.requests), quiet=quiet)
    return (len(device.requests) - before) * 60 / every.total_seconds()


def problems(speeds: list[Speed], minutes: list[Minute]) -> list[str]:
    """Tell what is worse than promised."""
    found = [
        f"{each.text.name}: {each.pairs} pairs read of {each.split}" for each in speeds if each.pairs != each.split
    ]
    found += [
        f"{each.text.name}: the codec takes {times(each.ratio)} a naive split"
        for each in speeds
        if each.ratio > SLOWEST
    ]
    for each in minutes:
        if each.statuses != each.polls:
            found.append(f"{each.channels} channels: {each.statuses} requests for alarms in {each.polls} polls")
        if each.requests > BUDGET:
            found.append(f"{each.channels} channels: {each.requests:.1f} requests a minute")
    if minutes[-1].polled > minutes[0].polled * _TOLERANCE:
        found.append(f"requests by polls grow with the channels: {', '.join(f'{each.polled:.1f}' for each in minutes)}")
    return found


async def run(channels: tuple[int, ...] = CHANNELS, *, repeats: int = 20, minutes: int = MINUTES) -> Report:
    """Compare the codec with the split, and count what recorders are asked."""
    texts = [*recorded(), Text(name=f"{channels[-1]} cameras", body=await listed_cameras(channels[-1]))]
    speeds = [speed(text, repeats) for text in texts]
    counted = [await minute(each, minutes=minutes) for each in channels]
    heads = ("answer", "bytes", "pairs", "codec MB/s", "split MB/s", "codec to split")
    rows = [
        (
            each.text.name,
            len(each.text.body),
            each.pairs,
            f"{len(each.text.body) / each.ours / 1e6:.1f}",
            f"{len(each.text.body) / each.theirs / 1e6:.1f}",
            times(each.ratio),
        )
        for each in speeds
    ]
    columns = ("recorder", "entities", "polls", "for alarms", "polls/min", "settings/min", "looks/min", "requests/min")
    lines = (
        *table(heads, rows),
        *table(columns, [_row(each, minutes) for each in counted]),
    )
    return Report(lines=lines, problems=tuple(problems(speeds, counted)))


def _row(each: Minute, minutes: int) -> tuple[object, ...]:
    return (
        f"{each.channels} channels",
        each.entities,
        each.polls,
        each.statuses,
        f"{each.polled:.1f} by {each.polls / minutes:.0f}",
        f"{each.settings:.1f}",
        f"{each.looks:.1f}",
        f"{each.requests:.1f}",
    )
