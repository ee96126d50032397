"""Who answers, and the cameras of a device: its own, or those bound to a recorder. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import re
from typing import Final

from ...model.parts import Hardware, Stream
from .facts import ChannelFacts, Facts
from .grammar import Record
from .values import to_int, to_size

RECORDER: Final = 5
"""`deviceType` (003_f90f6ea635efbe94.txt l.1977); cameras have other numbers than the documented 1, too."""
ONLINE: Final = 5
MAKER: Final = "Sunell"
_GENERIC: Final = frozenset({"", "ipcamera", "nvr", "oem", "unknown"})
"""Makers' names that say nothing."""
_UNBOUND: Final = 0
_MOST_CHANNELS: Final = 256
_MOST_LENSES: Final = 16
_MOST_PORTS: Final = 64
_MOST_STREAMS: Final = 8
_LONGEST: Final = 128
_SERIAL: Final = re.compile(r"[0-9a-z]{4,64}")
_MAC: Final = re.compile(r"[0-9a-f]{12}")
_PLACEHOLDER: Final = re.compile(r"(.)\1*")

STATUS_WORDS: Final[Mapping[int, str]] = {
    0: "unbound",
    1: "network_failure",
    2: "login_failure",
    3: "denied",
    4: "processing_denied",
    5: "online",
    6: "too_many_cameras",
    7: "encoding_unsupported",
}
"""`channelStatus` (l.2360-2378)."""

_CODECS: Final[Mapping[int, str]] = {1: "H.264", 2: "MJPEG", 4: "H.264", 5: "H.264", 8: "H.265"}
"""`videoEncoderType` (l.5150-5160)."""
_LISTED_CODECS: Final[Mapping[int, str]] = {1: "H.264", 2: "H.265"}
"""`streamEncoder` of a recorder's list (l.2421)."""


def text_of(value: str | None) -> str | None:
    """A text for people, None when there is none."""
    return " ".join((value or "").split())[:_LONGEST] or None


def facts_of(info: Record, before: Facts | None) -> Facts:
    """Who answers, from `deviceInfo`. The channels are left as they were."""
    serial, mac = _serial(info.get("deviceID")), _mac(info.get("MACAddress"))
    maker = text_of(info.get("manufacturerName"))
    hardware = Hardware(
        manufacturer=MAKER if maker is None or maker.lower() in _GENERIC else maker,
        model=text_of(info.get("productModel")),
        serial=text_of(info.get("deviceID")) if serial else None,
        mac=_colons(mac),
        firmware=text_of(info.get("softwareVer")),
        revision=text_of(info.get("hardwareVer")),
    )
    number = to_int(info.get("channelNum")) or 1
    recorder = to_int(info.get("deviceType")) == RECORDER
    lenses = () if recorder else tuple(ChannelFacts(number=each) for each in range(1, min(number, _MOST_LENSES) + 1))
    return Facts(
        uid=serial or mac,
        source="serial" if serial else "mac",
        aliases=frozenset(filter(None, (serial, mac))),
        name=text_of(info.get("deviceName")) or hardware.model or MAKER,
        hardware=hardware,
        recorder=recorder,
        channels=before.channels if before and recorder and before.recorder else lenses,
        inputs=_count(info, "alarmInNum"),
        outputs=_count(info, "alarmOutNum"),
    )


def is_open(info: Record) -> bool:
    """Whether a record is the information of a device at all."""
    return bool(_serial(info.get("deviceID")) or _mac(info.get("MACAddress")))


def bound_channels(answer: Record) -> tuple[ChannelFacts, ...]:
    """Channels of a recorder that a camera is bound to, by number."""
    found = {each.number: each for each in _bound(answer)}
    return tuple(found[number] for number in sorted(found))


def _bound(answer: Record) -> Iterator[ChannelFacts]:
    rows = answer.lists("channel") or answer.lists("camera") or answer.rows("channelId")
    for row in rows[:_MOST_CHANNELS]:
        number, status = to_int(row.get("channelId", "cameraID")), to_int(row.get("channelStatus"))
        if number is None or not 1 <= number <= _MOST_CHANNELS or status == _UNBOUND:
            continue
        yield ChannelFacts(
            number=number,
            name=text_of(row.get("channelName")),
            online=None if status is None else status == ONLINE,
            hardware=Hardware(
                model=text_of(row.get("channelModel")),
                firmware=text_of(row.get("channelFirmware")),
                revision=text_of(row.get("channelHardware")),
            ),
            streams=tuple(_listed_streams(row)),
        )


def link_states(answer: Record) -> Mapping[int, int | None]:
    """Status of each channel that a recorder lists; None where it is not told."""
    rows = answer.lists("channel") or answer.lists("camera") or answer.rows("channelId")
    found = {
        to_int(row.get("channelId", "cameraID")): to_int(row.get("channelStatus")) for row in rows[:_MOST_CHANNELS]
    }
    return {number: status for number, status in found.items() if number is not None}


def _listed_streams(row: Record) -> Iterator[Stream]:
    taken: set[int] = set()
    for each in row.lists("stream")[:_MOST_STREAMS]:
        number = to_int(each.get("streamId"))
        if number is None or number < 1 or number in taken:
            continue
        taken.add(number)
        yield Stream(
            number=number,
            codec=_LISTED_CODECS.get(to_int(each.get("streamEncoder")) or 0),
            width=to_int(each.get("streamWidth")) or None,
            height=to_int(each.get("streamHeight")) or None,
        )


def stream_numbers(ability: Record | None) -> tuple[int, ...]:
    """Numbers of the streams that a camera encodes."""
    rows = ability.lists("AVStream") if ability is not None else ()
    numbers = {to_int(row.get("streamID")) for row in rows}
    return tuple(sorted(number for number in numbers if number is not None and 1 <= number <= _MOST_STREAMS))


def stream_of(number: int, settings: Record | None) -> Stream:
    """One stream by its settings."""
    if settings is None:
        return Stream(number=number)
    width, height = to_size(settings.get("resolution")) or (None, None)
    codec = _CODECS.get(to_int(settings.get("videoEncoderType")) or 0)
    return Stream(number=number, codec=codec, width=width, height=height)


def with_channel(facts: Facts, channel: ChannelFacts) -> Facts:
    """Facts with one channel replaced."""
    channels = tuple(channel if each.number == channel.number else each for each in facts.channels)
    return replace(facts, channels=channels)


def _count(info: Record, name: str) -> int:
    return max(0, min(to_int(info.get(name)) or 0, _MOST_PORTS))


def _serial(text: str | None) -> str:
    serial = re.sub(r"[^0-9a-z]", "", (text or "").lower())
    # A row of one and the same digit is what devices tell that have no number.
    return serial if _SERIAL.fullmatch(serial) and not _PLACEHOLDER.fullmatch(serial) else ""


def _mac(text: str | None) -> str:
    mac = re.sub(r"[^0-9a-z]", "", (text or "").lower())
    return mac if _MAC.fullmatch(mac) and not _PLACEHOLDER.fullmatch(mac) else ""


def _colons(mac: str) -> str | None:
    return ":".join(mac[place : place + 2] for place in range(0, 12, 2)) if mac else None
