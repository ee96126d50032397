"""Asking a device what it is and has.

Only who it is, and which cameras a recorder has, must be told; whatever else fails is noted, and stays as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from ...errors import BadAnswer, NotSupported, Rejected
from ...model.parts import Stream
from . import clock, people, plates
from .asking import Asker
from .channels import bound_channels, facts_of, is_open, stream_numbers, stream_of, text_of
from .client import SunellClient
from .facts import Analysis, ChannelFacts, Facts
from .grammar import Record
from .plate_lists import KIND as LISTS, page_query
from .recordings import LONG_AGO, has_playback, recording_query
from .stores import DIRECTORIES, DISKS, Store, directories, disks
from .streams import Addresses, ask_addresses
from .thermal import ABILITY, AREAS, IMAGER, TEMPERATURES, Area, areas_of, inside_of, is_thermal, rules_of
from .values import to_int

CHANNELS: Final = "channelInfo"
P2P: Final = "p2pStatus"
USERS: Final = "onlineUser"
_USUAL_STREAMS: Final = (1, 2)
_MOST_STREAMS: Final = 4
_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that a discovery told, apart from what can be commanded."""

    facts: Facts
    areas: Mapping[int, tuple[Area, ...]] = _EMPTY
    """Measured areas by thermal channel."""
    at_once: frozenset[int] = frozenset()
    """Thermal channels that tell the temperatures of all areas in one answer."""
    inside: frozenset[int] = frozenset()
    """Thermal channels that tell how warm they are themselves."""
    rules: Mapping[int, frozenset[int]] = _EMPTY
    """Kinds of temperature alarms by thermal channel."""
    stores: tuple[Store, ...] = ()
    plates: bool = False
    plate_lists: bool = False
    counting: frozenset[int] = frozenset()
    """Channels that count people."""
    recordings: bool = False
    playback: bool = False
    """Recordings can be played."""
    clock: bool = False
    p2p: bool = False
    users: bool = False
    addresses: Addresses = Addresses()  # noqa: RUF009
    failed: frozenset[str] = frozenset()
    """What could not be told now."""
    denied: frozenset[str] = frozenset()
    """What the account has no right to."""
    drift: float | None = None
    """Seconds by which the device's clock was ahead of ours."""


async def look(client: SunellClient, before: Found | None, now: Callable[[], datetime] = clock.local_now) -> Found:
    """Ask a device what it is and has.

    Requests: some twenty for a camera, a dozen more for each further lens, and a dozen for a recorder whatever the
    number of its channels.
    """
    info = await client.get("deviceInfo")
    if not is_open(info):
        raise BadAnswer("the device tells neither a serial number nor a MAC address", code="noIdentity")
    asker = Asker(client)
    facts = await _channels(asker, facts_of(info, before.facts if before else None), info, before)
    found = await _device(asker, Found(facts=facts), before, now)
    if not facts.recorder:
        found = await _cameras(asker, found, before)
    ports = await asker.record("devicePort")
    addresses = await ask_addresses(
        asker, facts, to_int(ports.get("rtspPort")) if ports else None, before.addresses if before else Addresses()
    )
    return replace(found, addresses=addresses, failed=frozenset(asker.failed), denied=frozenset(asker.denied))


async def _channels(asker: Asker, facts: Facts, info: Record, before: Found | None) -> Facts:
    """The cameras: a recorder's by its list, without which it would look like another device."""
    listed: Record | None = None
    if facts.recorder:
        listed = await asker.client.get(CHANNELS)
    elif (to_int(info.get("channelNum")) or 1) > 1:
        # The number of the kind of device is not to be relied on: cameras tell 22 where the document has 1.
        listed = await asker.record(CHANNELS)
    if listed is not None and (facts.recorder or listed.lists("channel")):
        return replace(facts, recorder=True, channels=bound_channels(listed))
    if before is not None and before.facts.recorder and CHANNELS in asker.failed:
        return replace(facts, recorder=True, channels=before.facts.channels)
    cameras = [await _camera(asker, each, before) for each in facts.channels]
    return replace(facts, channels=tuple(cameras))


async def _camera(asker: Asker, channel: ChannelFacts, before: Found | None) -> ChannelFacts:
    """One lens: its name, streams and analyses."""
    known = before.facts.channel(channel.number) if before else None
    here = ("cameraID", str(channel.number))
    asker.failed -= {"cameraInfo", "getSupportIntelligences", ABILITY}
    named = await asker.record("cameraInfo", here)
    smart = await asker.record("getSupportIntelligences", here)
    ability = await asker.record(ABILITY, here)
    numbers = None if smart is None else map(to_int, smart.items("intelligenceAnalyse"))
    analyses = None if numbers is None else frozenset(each for each in numbers if each is not None)
    thermal = is_thermal(ability)
    name = text_of(named.get("cameraName")) if named else None
    if known is not None:
        failed = asker.failed
        name = known.name if "cameraInfo" in failed else name
        analyses = known.analyses if "getSupportIntelligences" in failed else analyses
        thermal = known.thermal if ABILITY in failed else thermal
    streams = await _streams(asker, channel.number, known)
    return replace(channel, name=name, streams=streams, analyses=analyses, thermal=thermal)


async def _streams(asker: Asker, channel: int, known: ChannelFacts | None) -> tuple[Stream, ...]:
    here = ("cameraID", str(channel))
    asker.failed -= {"streamAbility", "AVStream"}
    listed = stream_numbers(await asker.record("streamAbility", here))
    found: list[Stream] = []
    for number in (listed or _USUAL_STREAMS)[:_MOST_STREAMS]:
        settings = await asker.record("AVStream", here, ("streamID", str(number)))
        if listed or settings is not None or number == 1:
            found.append(stream_of(number, settings))
    if known is not None and asker.failed & {"streamAbility", "AVStream"}:
        return known.streams
    return tuple(found)


async def _device(asker: Asker, found: Found, before: Found | None, now: Callable[[], datetime]) -> Found:
    """What belongs to the device as a whole."""
    held = disks(await asker.record(DISKS))
    shared = directories(await asker.record(DIRECTORIES))
    known = {store.ref for store in before.stores} if before else set()
    stores = tuple(store for store in (*held, *shared) if not store.empty or store.ref in known)
    if before is not None and asker.failed & {DISKS, DIRECTORIES}:
        stores = before.stores
    time = await asker.record(clock.KIND)
    p2p = await asker.record(P2P)
    users = await asker.record(USERS)
    recorded = await asker.one("record", lambda: _has_recordings(asker.client, found.facts))
    # The document leaves open whether lite cameras play: it is tried (l.223). Recorders do not.
    played = None
    if recorded and not found.facts.recorder:
        played = await asker.one("playBack", lambda: has_playback(asker.client, found.facts.numbers[0]))
    failed = asker.failed
    return replace(
        found,
        stores=stores,
        clock=before.clock if before and clock.KIND in failed else time is not None,
        drift=clock.drift_of(time, now()) if time is not None else None,
        p2p=before.p2p if before and P2P in failed else p2p is not None,
        users=before.users if before and USERS in failed else users is not None,
        playback=before.playback if before and {"record", "playBack"} & failed else played is True,
        recordings=before.recordings if before and "record" in failed else recorded is True,
    )


async def _has_recordings(client: SunellClient, facts: Facts) -> bool:
    """Whether the archive can be asked; a span of a second long ago holds nothing."""
    there = [channel.number for channel in facts.channels if channel.online is not False]
    if not there:
        raise BadAnswer("no camera to ask about", code="noCamera")
    try:
        await client.read("record", *recording_query(there[0], *LONG_AGO))
    except NotSupported, Rejected:
        return False
    return True


async def _cameras(asker: Asker, found: Found, before: Found | None) -> Found:
    """What cameras alone have: temperatures, plates, counted people."""
    areas: dict[int, tuple[Area, ...]] = {}
    rules: dict[int, frozenset[int]] = {}
    at_once: set[int] = set()
    inside: set[int] = set()
    for number in found.facts.thermal:
        here = ("cameraID", str(number))
        asker.failed -= {AREAS, TEMPERATURES, IMAGER}
        if inside_of(await asker.record(IMAGER, here)) is not None:
            inside.add(number)
        if before is not None and IMAGER in asker.failed:
            inside |= before.inside & {number}
        rules[number] = rules_of(await asker.record(ABILITY, here))
        told = await asker.record(TEMPERATURES, here)
        areas[number] = areas_of(await asker.record(AREAS, here), told)
        if areas_of(None, told) and {each.number for each in areas_of(None, told)} >= {
            each.number for each in areas[number]
        }:
            at_once.add(number)
        if before is not None and asker.failed & {AREAS, TEMPERATURES, ABILITY} and number in before.areas:
            areas[number], rules[number] = before.areas[number], before.rules[number]
            at_once = at_once - {number} | (before.at_once & {number})
    plate = await asker.record(plates.INFO)
    # Whoever reads plates may have lists of them.
    listed = await asker.record(LISTS, *page_query(0, 2)) if plate is not None else None
    counting = {channel.number for channel in found.facts.channels if await _counts(asker, channel)}
    failed = asker.failed
    return replace(
        found,
        areas=areas,
        rules=rules,
        at_once=frozenset(at_once),
        inside=frozenset(inside),
        plates=before.plates if before and plates.INFO in failed else plate is not None,
        plate_lists=before.plate_lists if before and {plates.INFO, LISTS} & failed else listed is not None,
        counting=before.counting if before and people.KINDS[0] in failed else frozenset(counting),
    )


async def _counts(asker: Asker, channel: ChannelFacts) -> bool:
    """Whether a camera counts people; one that does not list its analyses is asked for the settings of it."""
    if not (channel.may(Analysis.PEOPLE_COUNTING) or channel.may(Analysis.STATISTICS)):
        return False
    here = ("cameraID", str(channel.number))
    if channel.analyses is None and await asker.record(people.SETTINGS, here) is None:
        return False

    async def ask() -> bool:
        day = clock.local_now() - timedelta(days=1)
        try:
            await asker.client.get(people.KINDS, *people.query(channel.number, day))
        except NotSupported, Rejected:
            return False
        return True

    return await asker.one(people.KINDS[0], ask) is True
