"""One pushed document as plain data. Pure; what cannot be read raises `BadAnswer` and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Any, Final

from ...errors import BadAnswer, DeviceError
from ...hikvision.event_types import plain
from ...hikvision.extras import LARGEST, clean
from ...hikvision.status import error_of, parse_status
from ...transport.loose_json import find_all, get, load_noting, names_in, to_int, to_text
from .devices import normal

_LONGEST: Final = 256 * 1024
"""Bytes of a message; the largest of the document's samples has 3 kB."""
_WORD: Final = 64
_CHANNELS: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An event, or a sign of life."""

    event: str
    """The receiver's own word."""
    device: str
    """Normalised index of the device; empty where the receiver speaks of itself."""
    serial: str = ""
    """Serial number of the device, where a message about a device has it instead of an index; normalised alike."""
    channel: int | None = None
    """From 1; None where none is named."""
    channel_name: str = ""
    at: datetime | None = None
    """The device's own time, as a rule with its zone."""
    active: bool = True
    count: int | None = None
    """How often the same alarm was reported."""
    payload: Mapping[str, Any]
    """All of it, names as sent."""
    names: frozenset[str] = frozenset()
    """Names of its members at any level, in lower case."""

    def all(self, name: str) -> list[Any]:
        """All values of members of that name, as `find_all` finds them."""
        return find_all(self.payload, name) if name.lower() in self.names else []

    @property
    def kind(self) -> str:
        """The event's word as all spellings share it."""
        return plain(self.event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """The first answer on the stream: the subscription is made."""

    id: int | str
    """For the unsubscription; a number in the sample and a text in the table (004…txt l.471, l.4822)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A status instead of events."""

    error: DeviceError | None
    """None when the status means success."""


type Document = Message | Subscribed | Refused


def read_message(body: bytes) -> tuple[Document, bool]:
    """Read one document; tells also whether its JSON had to be repaired. Raises `BadAnswer`."""
    if len(body) > _LONGEST:
        raise BadAnswer("message too long")
    found, repaired = load_noting(body)
    return _document(found), repaired


def _document(found: Mapping[str, Any]) -> Document:
    if (answer := get(found, "SubscribeDeviceMgmtRsp")) is not None:
        return Subscribed(id=_id(get(answer, "id")))
    inner = next((each for each in find_all(found, "EventNotificationAlert") if isinstance(each, Mapping)), None)
    if inner is None and get(found, "eventType") is not None:
        inner = found  # the sample of TDA has no root around it (004…txt l.3300)
    if inner is None:
        return _refused(found)
    return _message(inner)


def parse_time(value: object) -> datetime | None:
    """A time with or without zone; None for what is none."""
    try:
        return datetime.fromisoformat(clean(value).replace(" ", "T", 1).replace("/", "-"))
    except ValueError, OverflowError:
        return None


def _refused(found: Mapping[str, Any]) -> Refused:
    status = parse_status(json.dumps(found, default=str).encode(errors="replace"))
    if status is None:
        raise BadAnswer("neither an event nor an answer")
    return Refused(error=error_of(status))


def _message(fields: Mapping[str, Any]) -> Message:
    event = (to_text(get(fields, "eventType")) or "")[:_WORD]
    if not event:
        raise BadAnswer("event without a type")
    channel = to_int(get(fields, "channelID"))
    count = to_int(get(fields, "activePostCount"))
    return Message(
        event=event,
        device=normal(to_text(get(fields, "devIndex")) or ""),
        serial=normal(to_text(get(fields, "deviceSerial")) or ""),
        channel=channel if channel is not None and 0 < channel <= _CHANNELS else None,
        channel_name=clean(get(fields, "channelName")),
        # One sample of the heartbeat writes dataTime (004…txt l.495).
        at=parse_time(get(fields, "dateTime")) or parse_time(get(fields, "dataTime")),
        active=(to_text(get(fields, "eventState")) or "").strip().lower() != "inactive",
        count=count if count is not None and abs(count) <= LARGEST else None,
        payload=fields,
        names=names_in(fields),
    )


def _id(value: object) -> int | str:
    """The id as it goes back in the request."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return value
    text = "" if isinstance(value, bool) else (to_text(value) or "").strip()
    if not text or len(text) > _WORD:
        raise BadAnswer("subscription without an id")
    return text
