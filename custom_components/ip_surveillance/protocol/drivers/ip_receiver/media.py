"""Pictures and clips that alarms left: remembered by their links, fetched with the login of their own host only."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import ClientSession
from yarl import URL

from ...commands import Clip
from ...errors import AuthFailed, BadAnswer, DeviceError, Forbidden, NotSupported, TimedOut
from ...model.parts import PartRef
from ...model.state import Picture
from ...transport.auth import Login
from ...transport.http import HttpTransport
from .media_links import LinkAuth, LinkKind, MediaLink

_IDS: Final = 100
"""Alarms of one device whose links are kept."""
_DEVICES: Final = 1000
_LINKS: Final = 16
_PICTURE_SIZE: Final = 10 * 2**20
_CLIP_SIZE: Final = 64 * 2**20
_INFO_SIZE: Final = 2**20
_SIZES: Final = {LinkKind.PICTURE: _PICTURE_SIZE, LinkKind.CLIP: _CLIP_SIZE, LinkKind.INFO: _INFO_SIZE}
_PICTURE_SECONDS: Final = 20.0
_CLIP_SECONDS: Final = 120.0

# What the bytes say counts, not what the receiver calls them: (offset, mark, type, extension).
_MARKS: Final = (
    (0, b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (0, b"BM", "image/bmp", "bmp"),
    (8, b"AVI ", "video/x-msvideo", "avi"),
    (4, b"ftyp", "video/mp4", "mp4"),
    (0, b"\x00\x00\x01\xba", "video/mpeg", "mpg"),
    (0, b"IMKH", "application/octet-stream", "mp4"),
)


class MediaStore:
    """Links by device and alarm, and how to follow them."""

    def __init__(self, session: ClientSession, transport: HttpTransport) -> None:
        """Take the transport to the receiver, and the session for the rare links that lead elsewhere."""
        self._session = session
        self._transport = transport
        self._devices: OrderedDict[str, OrderedDict[str, list[MediaLink]]] = OrderedDict()
        self._discreet: deque[tuple[str, str]] = deque(maxlen=_IDS)

    def note(self, link: MediaLink, *, discreet: bool) -> bool:
        """Remember a link; whether it is news. One discreet message makes all of its alarm so."""
        if discreet:
            self.hush(link.device, link.id)
        alarms = self._devices.setdefault(link.device, OrderedDict())
        self._devices.move_to_end(link.device)
        links = alarms.setdefault(link.id, [])
        alarms.move_to_end(link.id)
        new = all(link.url != each.url for each in links) and len(links) < _LINKS
        if new:
            links.append(link)
        if len(alarms) > _IDS:
            alarms.popitem(last=False)
        if len(self._devices) > _DEVICES:
            self._devices.popitem(last=False)
        return new

    def hush(self, device: str, alarm: str) -> None:
        """Note that an alarm must stay unnoticed, whatever of it comes later."""
        if alarm and (device, alarm) not in self._discreet:
            self._discreet.append((device, alarm))

    def is_discreet(self, link: MediaLink) -> bool:
        """Whether a link belongs to an alarm that nothing may give away."""
        return (link.device, link.id) in self._discreet

    def ids(self, device: str) -> Sequence[str]:
        """Ids of the alarms of a device that left something, the latest last."""
        return tuple(self._devices.get(device, ()))

    async def clips(self, device: str, media_id: str) -> Sequence[Clip]:
        """Fetch all that one alarm left."""
        alarms = self._devices.get(device)
        links = alarms.get(media_id) if alarms else None
        if not links:
            raise NotSupported("nothing is known of an alarm with this id", code="unknownMedia")
        found: list[Clip] = []
        failure: DeviceError | None = None
        for number, link in enumerate(links, 1):
            try:
                found.append(_clip(link, number, await self._fetch(link)))
            except AuthFailed:
                raise
            except DeviceError as error:
                failure = failure or error
            if sum(len(clip.data) for clip in found) > _CLIP_SIZE:
                # All of it is in memory until it is written.
                break
        if failure is not None and not found:
            raise failure
        return found

    async def picture(self, link: MediaLink) -> Picture:
        """Fetch a picture from the receiver itself. Raises `NotSupported` for a link to anywhere else."""
        if not self._own(self._resolved(link)):
            raise NotSupported("the picture is at another address", code="otherAddress")
        data = await self._fetch(link)
        content_type, _ = _kind(data)
        if not content_type.startswith("image/"):
            raise BadAnswer("no picture", code=content_type or "noPicture")
        return Picture(data, content_type)

    def _resolved(self, link: MediaLink) -> URL:
        try:
            url = self._transport.base.join(URL(link.url))
            origin = url.origin()
        except ValueError, TypeError:
            raise BadAnswer("the link leads nowhere", code="badLink") from None
        if origin.scheme not in ("http", "https"):
            raise NotSupported("the link is none for HTTP", code="badLink")
        return url

    def _own(self, url: URL) -> bool:
        """Whether a link leads to the receiver; what does is asked for where that was set up, its password too.

        A receiver that is reached over TLS may name its plain port, and the other way round.
        """
        base = self._transport.base
        return url.host == base.host and (
            url.port == base.port or (url.scheme != base.scheme and url.is_default_port())
        )

    async def _fetch(self, link: MediaLink) -> bytes:
        url = self._resolved(link)
        if self._own(url):
            transport = self._transport
        elif link.auth is LinkAuth.NO:
            transport = HttpTransport(self._session, url.origin(), Login(None), verify_ssl=False)
        else:
            raise NotSupported("the link leads to another address", code="otherAddress")
        seconds = _CLIP_SECONDS if link.kind is LinkKind.CLIP else _PICTURE_SECONDS
        try:
            async with asyncio.timeout(seconds):
                data = await _downloaded(transport, url, _SIZES[link.kind])
        except TimeoutError:
            raise TimedOut("fetching took too long", code="TimeoutError") from None
        if not self._own(url) and not _kind(data)[0]:
            raise BadAnswer("neither picture nor clip", code="noMedia")
        return data


async def _downloaded(transport: HttpTransport, url: URL, largest: int) -> bytes:
    """Read a file. As a stream, since a file that is refused says nothing about the password."""
    data = bytearray()
    query = parse_qsl(url.raw_query_string, keep_blank_values=True)
    try:
        async with transport.stream("GET", url.raw_path, query=query, read_timeout=_PICTURE_SECONDS) as stream:
            async for chunk in stream.chunks:
                data += chunk
                if len(data) > largest:
                    raise BadAnswer(f"a file larger than {largest} bytes", code="tooLarge")
    except AuthFailed as error:
        transport.login.check()
        raise Forbidden(error.detail, code=error.code or "mediaRefused") from None
    return bytes(data)


def _kind(data: bytes) -> tuple[str, str]:
    return next(((kind, end) for at, mark, kind, end in _MARKS if data[at : at + len(mark)] == mark), ("", ""))


def _clip(link: MediaLink, number: int, data: bytes) -> Clip:
    content_type, extension = _kind(data)
    if not content_type:
        content_type, extension = ("text/plain", "txt") if link.kind is LinkKind.INFO else ("", "bin")
    label = f"-{link.label}" if link.label else ""
    return Clip(
        name=f"{link.id}-{number}{label}.{extension}",
        content_type=content_type or "application/octet-stream",
        data=data,
    )


class Fetches:
    """The `Media` commands."""

    media: MediaStore

    def media_ids(self, device: PartRef) -> Sequence[str]:
        """Ids of the alarms of a device that left something, the latest last."""
        return self.media.ids(device.device)

    async def fetch_media(self, device: PartRef, media_id: str) -> Sequence[Clip]:
        """Fetch all that one alarm left; the password goes to the receiver only."""
        return await self.media.clips(device.device, media_id)
