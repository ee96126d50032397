"""What a device can be told to measure: where it says so, the switches of it, and subscriptions by type."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ....errors import AuthFailed, Busy, CannotConnect, DeviceError
from ....hikvision.status import without_reason
from ....model.parts import Gate, SettingSpec, SettingValue, Toggle
from ....model.setting_words import Setting, SettingKey
from ....transport import xml
from ....transport.loose_json import get, to_text
from ..channels import ChannelMap
from ..client import IsapiClient
from ..replies import CAPABILITIES, Replies
from .words import TYPES

MAIN: Final = 1
"""The stream whose address tells the metadata of its channel."""
_FLAGS: Final = ("SysCap/isSupportMetadata", "isSupportMetadata")
_MOST_TYPES: Final = 32
_LONGEST_TYPE: Final = 64
_LONGEST_ADDRESS: Final = 1024
_UNFIT_TYPE: Final = "subscribetypeerr"
_WORDS: Final = {wire.lower(): word for word, wire in TYPES.items()}

type Ask = Callable[[Iterable[str]], Awaitable[Replies]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A channel that tells what it measures."""

    channel: int
    id: int
    """How its documents number it: some count channels, some streams (001…txt l.371, 415)."""
    types: tuple[str, ...] = ()
    """What it can measure, in the device's words."""
    by_type: bool = False
    """A subscription names what is wanted."""
    listed: bool = False
    """All switches are in one document."""
    formats: tuple[str, ...] = ()
    """How it can write its documents; whichever it does is read."""

    def switches(self, word: str) -> tuple[str, ...]:
        """Documents that may hold the switch of a measurement, the likeliest first (l.373, 417; l.431 for the case)."""
        if self.listed:
            return (_listed(self.id),)
        return tuple(f"Streaming/channels/{self.id}/{name}/{TYPES[word]}" for name in ("Metadata", "metadata"))

    @property
    def subscription(self) -> str:
        """Where to ask for an address by type."""
        return f"Streaming/channels/{self.id}/metadata/subscribeType"

    @property
    def path(self) -> str:
        """The stream with all the metadata of the channel."""
        return f"/ISAPI/Streaming/channels/{ChannelMap.stream_id(self.channel, MAIN)}"


def is_supported(replies: Replies) -> bool:
    """Whether the device as a whole has metadata: the node is there, and does not deny it (l.103-109)."""
    found = (xml.find(replies.get(CAPABILITIES), path) for path in _FLAGS)
    return any(node is not None and xml.boolean(node) is not False for node in found)


async def look(ask: Ask, channels: ChannelMap, replies: Replies) -> Replies:
    """Ask each channel what it measures, under either number. Nothing is asked where the device has no metadata."""
    found = Replies()
    if not is_supported(replies):
        return found
    numbers = [each.number for each in channels]
    for spelling in range(2):
        paths = [_capabilities(number)[spelling] for number in numbers]
        found.merge(await ask(paths))
        # What could not be asked for a passing reason is not asked under another name.
        numbers = [number for number, path in zip(numbers, paths, strict=True) if _lacks(found, path)]
    answered = (_answered(each.number, found) for each in channels)
    found.merge(await ask([_listed(found_id) for found_id, _ in filter(None, answered)]))
    return found


def sources(channels: ChannelMap, replies: Replies, known: Mapping[int, Source]) -> dict[int, Source]:
    """The channels that tell what they measure; what could not be asked now is as it was `known`."""
    return {source.channel: source for source in _sources(channels, replies, known)}


def _sources(channels: ChannelMap, replies: Replies, known: Mapping[int, Source]) -> Iterator[Source]:
    if not is_supported(replies):
        yield from known.values() if replies.get(CAPABILITIES) is None else ()
        return
    for channel in channels:
        number, before = channel.number, known.get(channel.number)
        if (answered := _answered(number, replies)) is not None:
            yield _source(number, *answered, replies, before)
        elif before is not None and (before.types or any(map(replies.failed, _capabilities(number)))):
            # It was there: a device that is just starting denies what it has.
            yield before
        elif not channels.recorder:
            # The document is optional (l.111): the stream itself tells whether there is any.
            yield Source(channel=number, id=number)


def _source(number: int, found_id: int, capabilities: xml.Element, replies: Replies, before: Source | None) -> Source:
    by_type = xml.find(capabilities, "isSupportSubscribeType")
    was_listed = before is not None and before.listed and before.id == found_id
    return Source(
        channel=number,
        id=found_id,
        types=offered(capabilities),
        by_type=by_type is not None and xml.boolean(by_type) is not False,
        listed=was_listed or replies.get(_listed(found_id)) is not None,
        formats=_words(capabilities.iter("{*}uploadDataFormat")),
    )


def doubtful(replies: Replies, known: Mapping[int, Source]) -> Iterator[str]:
    """Denied documents that may be there all the same, to be asked for again: they were, or no reason was given."""
    there = {_capabilities(source.channel)[source.id != source.channel] for source in known.values() if source.types}
    there |= {_listed(source.id) for source in known.values() if source.listed}
    for path, error in replies.errors.items():
        mute = without_reason(error) and (path == CAPABILITIES or "/metadata" in path)
        if mute or path in there or (known and path == CAPABILITIES):
            yield path


def offered(capabilities: xml.Element) -> tuple[str, ...]:
    """What can be measured: one entry may list all in its options, or each has an entry of its own (l.838-846)."""
    return _words(capabilities.iter("{*}type"))


def _words(entries: Iterable[xml.Element]) -> tuple[str, ...]:
    words = (word for entry in entries for word in (entry.get("opt") or entry.text or "").split(","))
    found = dict.fromkeys(word.strip()[:_LONGEST_TYPE] for word in words)
    return tuple(word for word in found if word and word.isprintable())[:_MOST_TYPES]


def switches(channel: int, replies: Replies) -> tuple[dict[SettingKey, SettingSpec], frozenset[Gate]]:
    """The switches of a channel, and which of them are only supposed to be there because it could not be asked."""
    if (answered := _answered(channel, replies)) is not None:
        words = [_WORDS[name.lower()] for name in offered(answered[1]) if name.lower() in _WORDS]
        return {SettingKey(Setting.METADATA, word): Toggle() for word in words}, frozenset()
    if not is_supported(replies) or not any(map(replies.failed, _capabilities(channel))):
        return {}, frozenset()
    unsure = {SettingKey(Setting.METADATA, word): Toggle() for word in TYPES}
    return dict(unsure), frozenset(unsure)


def read_switch(document: xml.Element, word: str) -> bool | None:
    """Whether a measurement is told, from the document of all of them or of one."""
    entry = _entry(document, word)
    return None if entry is None else xml.boolean(entry, "enable")


def write_switch(document: xml.Element, word: str, value: SettingValue) -> bool:
    """Put the switch of a measurement; false where the document has no place for it."""
    entry = _entry(document, word)
    return entry is not None and xml.set_text(entry, "enable", value)


def _entry(document: xml.Element, word: str) -> xml.Element | None:
    wanted = TYPES[word].lower()
    for entry in document.iter("{*}Metadata"):
        if (xml.text(entry, "type") or "").lower() == wanted:
            return entry
    return None


class Subscription:
    """Asks for the address of one channel's metadata, and remembers which types the device takes."""

    def __init__(self, client: IsapiClient, source: Source) -> None:
        """Take the channel."""
        self.types = source.types if source.by_type else ()
        """What is subscribed to; empty for the whole channel."""
        self._client = client
        self._source = source

    async def address(self) -> str | None:
        """The address to play, None for that of the whole channel.

        Raises what makes any further request vain: a refused login, no connection, a busy device.
        """
        if not self.types:
            return None
        try:
            return await self._ask(self.types)
        except DeviceError as error:
            _raise_if_vain(error)
            if _UNFIT_TYPE not in error.code.lower() or len(self.types) == 1:
                self.types = ()
                return None
        # One of them cannot be subscribed to, and nobody says which (l.321, 399).
        taken = tuple([word for word in self.types if await self._takes(word)])
        self.types = () if await self._tells({*self.types} - {*taken}) else taken
        try:
            return await self._ask(self.types) if self.types else None
        except DeviceError as error:
            _raise_if_vain(error)
            self.types = ()
            return None

    async def _tells(self, words: set[str]) -> bool:
        """Whether one of the types is switched on: only the whole channel brings what cannot be subscribed to."""
        try:
            document = await self._client.xml(_listed(self._source.id))
        except DeviceError as error:
            _raise_if_vain(error)
            return True
        entries = document.iter("{*}Metadata")
        return any(xml.boolean(entry, "enable") is True and xml.text(entry, "type") in words for entry in entries)

    async def _takes(self, word: str) -> bool:
        try:
            return await self._ask((word,)) is not None
        except DeviceError as error:
            _raise_if_vain(error)
            return False

    async def _ask(self, types: tuple[str, ...]) -> str | None:
        answer = await self._client.send_json("POST", self._source.subscription, {"type": list(types)})
        return to_text(get(answer, "rtspURI"), _LONGEST_ADDRESS)


def _raise_if_vain(error: DeviceError) -> None:
    if isinstance(error, AuthFailed | CannotConnect | Busy):
        raise error


def _capabilities(number: int) -> tuple[str, str]:
    """The document under both numbers that a channel may go by."""
    ids = (number, ChannelMap.stream_id(number, MAIN))
    first, second = (f"Streaming/channels/{each}/metadata/capabilities" for each in ids)
    return first, second


def _listed(found_id: int) -> str:
    return f"Streaming/channels/{found_id}/metadata"


def _answered(number: int, replies: Replies) -> tuple[int, xml.Element] | None:
    for path, found_id in zip(_capabilities(number), (number, ChannelMap.stream_id(number, MAIN)), strict=True):
        if (document := replies.get(path)) is not None:
            return found_id, document
    return None


def _lacks(replies: Replies, path: str) -> bool:
    return replies.get(path) is None and not replies.failed(path)
