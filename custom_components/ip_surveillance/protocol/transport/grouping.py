"""Tie pictures to the alert they belong to, without making the alert wait for them."""

from collections import deque
from dataclasses import dataclass, field
import re
from typing import Final

from .content import Kind, Part

MAX_DOCUMENTS: Final = 16
MAX_PICTURES: Final = 16
MAX_HELD_BYTES: Final = 8 * 1024 * 1024

# How many pictures follow: EventNotificationAlert/detectionPicturesNumber, XML or JSON.
_NUMBER = re.compile(rb"detectionPicturesNumber\"?\s*[>:]\s*\"?(\d{1,4})\b")


@dataclass(frozen=True, slots=True)
class Message:
    """A document with the pictures known so far.

    `followup`: the same document was handed out before, only pictures were added; whoever
    counts alarms leaves it out.
    """

    document: Part
    pictures: tuple[Part, ...] = ()
    followup: bool = False

    @property
    def size(self) -> int:
        """Bytes of all bodies."""
        return len(self.document.body) + sum(len(picture.body) for picture in self.pictures)


@dataclass(slots=True)
class _Held:
    """A message that may still get pictures."""

    message: Message
    announced: int | None = field(init=False)

    def __post_init__(self) -> None:
        match = _NUMBER.search(self.message.document.body)
        self.announced = int(match[1]) if match else None

    @property
    def missing(self) -> int:
        """How many announced pictures have not come."""
        return (self.announced or 0) - len(self.message.pictures)

    @property
    def open(self) -> bool:
        """Whether another picture fits: announced, or the document does not say how many."""
        return self.announced is None or self.missing > 0


@dataclass(frozen=True, slots=True, eq=False)
class _Early:
    """A picture that a later document may name; `orphan`: no earlier document took it."""

    picture: Part
    orphan: bool


class PartGrouper:
    """Turn the parts of a stream into messages.

    A document leaves at once; each of its pictures makes the message leave again, as a follow-up
    with all pictures so far. `orphans` counts pictures for which no document was found. What is
    remembered is bounded by MAX_DOCUMENTS, MAX_PICTURES and MAX_HELD_BYTES.
    """

    def __init__(self, *, max_bytes: int = MAX_HELD_BYTES) -> None:
        """Start with nothing; `max_bytes` bounds documents and pictures remembered."""
        self.orphans = 0
        self._max_bytes = max_bytes
        self._size = 0
        """Bytes remembered, kept as a running total: a sum over all would be done for every part."""
        self._held: deque[_Held] = deque()
        self._waiting: deque[_Early] = deque()

    def push(self, part: Part) -> list[Message]:
        """Take the next part and return what is to be handled now."""
        if not _is_picture(part):
            return [self._add_document(part)]
        held = self._owner(part)
        if held is None or not _mentions(held.message.document, _labels(part)):
            self._keep(part, orphan=held is None)
        if held is None:
            return []
        pictures = (*held.message.pictures, part)[-MAX_PICTURES:]
        self._size -= held.message.size
        held.message = Message(held.message.document, pictures, followup=True)
        self._size += held.message.size
        self._bound()
        return [held.message]

    def _add_document(self, part: Part) -> Message:
        """Remember a document, together with pictures that came before it and that it names."""
        named = [early for early in self._waiting if _mentions(part, _labels(early.picture))]
        for early in named:
            self._waiting.remove(early)
            self._size -= len(early.picture.body)
        message = Message(part, tuple(early.picture for early in named))
        self._held.append(_Held(message))
        self._size += message.size
        self._bound()
        return message

    def _owner(self, picture: Part) -> _Held | None:
        """Find the document of a picture: that names it, that lacks one, or the last one."""
        newest_first = list(reversed(self._held))
        labels = _labels(picture)
        named = [held for held in newest_first if _mentions(held.message.document, labels)]
        lacking = [held for held in newest_first if held.missing > 0]
        fitting = [held for held in named if held.open] or named or lacking
        if fitting:
            return fitting[0]
        return newest_first[0] if newest_first and newest_first[0].open else None

    def _keep(self, picture: Part, *, orphan: bool) -> None:
        """Keep a picture that a later document may name."""
        if picture.content_id or picture.filename:
            self._waiting.append(_Early(picture, orphan))
            self._size += len(picture.body)
            self._bound()
        else:
            self.orphans += orphan

    def _bound(self) -> None:
        """Forget the oldest beyond the limits."""
        while len(self._waiting) > MAX_PICTURES:
            self._forget_picture()
        while len(self._held) > MAX_DOCUMENTS:
            self._forget_document()
        while self._size > self._max_bytes:
            if self._waiting:
                self._forget_picture()
            else:
                self._forget_document()

    def _forget_picture(self) -> None:
        """Give up on the picture that has waited longest for its document."""
        early = self._waiting.popleft()
        self._size -= len(early.picture.body)
        self.orphans += early.orphan

    def _forget_document(self) -> None:
        """Give up on pictures for the oldest document."""
        self._size -= self._held.popleft().message.size


def _is_picture(part: Part) -> bool:
    """Whether the part belongs to a document and is none itself."""
    return part.content_type.startswith(("image/", "video/", "audio/")) or part.content_type == Kind.OTHER


def _labels(picture: Part) -> tuple[bytes, ...]:
    """By what a document may name the picture: its Content-ID and its file name."""
    names = (picture.content_id, picture.filename)
    return tuple(name.encode("latin-1", "replace") for name in names if name)


def _mentions(document: Part, labels: tuple[bytes, ...]) -> bool:
    """Whether the document holds one of the labels as a whole value."""
    body = document.body
    return any(
        label in body and re.search(rb"[>\"]\s*(?:cid:)?%b\s*[<\"]" % re.escape(label), body) is not None
        for label in labels
    )
