"""Addresses of the video: asked from the device, its host replaced by the one that it is reached by (TR38)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
import re
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from ...driver import Access
from ...errors import NotSupported, Rejected
from .asking import Asker
from .facts import Facts

USUAL_PORT: Final = 554
_LONGEST: Final = 512
_MOST_ASKED: Final = 16
"""Addresses of a camera's streams that are asked for one by one."""
_ADDRESS: Final = re.compile(
    r"rtsps?://(?:[^/@\s]*@)?(?:\[[^\]/\s]*\]|[^:/\[\]\s]*)(?::(\d{1,5}))?(/[\x21-\x7e]*)", re.IGNORECASE
)
_RULE: Final = re.compile(r"(.*/)(\d+)/(\d+)((?:[/?&].*)?)")
_REFUSED: Final = ""
"""In place of an address: the device lacks the question or refuses it."""
_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What of an address is the device's business."""

    port: int | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the streams of all channels are."""

    port: int | None = None
    """RTSP port by the list of ports."""
    told: Mapping[tuple[int, int], Address] = _EMPTY
    """By channel and stream."""
    none: bool = False
    """The device tells neither an address nor a port: it has no video over RTSP."""

    def of(self, channel: int, stream: int) -> Address:
        """As the device told; else as it tells others; else by the rule of the document (l.11914)."""
        if (told := self.told.get((channel, stream))) is not None:
            return told
        for (number, other), address in self.told.items():
            rule = _RULE.fullmatch(address.path)
            if rule and (int(rule[2]), int(rule[3])) == (number, other):
                return Address(port=address.port, path=f"{rule[1]}{channel}/{stream}{rule[4]}")
        return Address(port=None, path=f"/snl/live/{channel}/{stream}")


def read_address(text: str) -> Address | None:
    """Take an address apart; None for what is none."""
    found = _ADDRESS.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        return None
    port = int(found[1]) if found[1] else None
    return Address(port=port if port is None or 0 < port < 65536 else None, path=found[2])


async def ask_addresses(asker: Asker, facts: Facts, port: int | None, before: Addresses) -> Addresses:
    """Ask for the address of every stream of a camera, and for one of a recorder: all others follow from it."""
    streams = [(channel, stream.number) for channel in facts.channels for stream in channel.streams]
    refused = 0
    told = {key: before.told[key] for camera, stream in streams if (key := (camera.number, stream)) in before.told}
    if facts.recorder:
        streams = [each for each in streams if each[0].online is not False][:1]
    for camera, stream in streams[:_MOST_ASKED]:
        text = await asker.one("rtsp", partial(_ask, asker, camera.number, stream))
        refused += text == _REFUSED
        if text is not None and (address := read_address(text)) is not None:
            told[camera.number, stream] = address
    if refused and not told:
        told |= await _example(asker)
    port = port or before.port
    return Addresses(port=port, told=told, none=bool(refused) and not told and port is None)


async def _example(asker: Asker) -> dict[tuple[int, int], Address]:
    """The address that the device gives as an example of its rule (003_f90f6ea635efbe94.txt l.11908-11914)."""
    info = await asker.record("protocolInfo")
    address = read_address(info.get("rtspExample") or "") if info is not None else None
    rule = _RULE.fullmatch(address.path) if address is not None else None
    return {(int(rule[2]), int(rule[3])): address} if rule is not None and address is not None else {}


async def _ask(asker: Asker, channel: int, stream: int) -> str:
    try:
        return await asker.client.text("video", ("type", "RTSP"), ("cameraID", str(channel)), ("streamID", str(stream)))
    except NotSupported, Rejected:
        return _REFUSED


def url_of(access: Access, addresses: Addresses, channel: int, stream: int) -> str | None:
    """RTSP address with credentials, percent-encoded; never to be logged or shown. None where there is no RTSP."""
    if addresses.none and not access.rtsp_port:
        return None
    address = addresses.of(channel, stream)
    port = access.rtsp_port or address.port or addresses.port or USUAL_PORT
    # A zone index needs its own escaping: fe80::1%eth0.
    host = f"[{access.host.strip('[]').replace('%', '%25')}]" if ":" in access.host else access.host
    login = f"{quote(access.username, safe='')}:{quote(access.password, safe='')}@" if access.username else ""
    return f"rtsp://{login}{host}:{port}{address.path}"
