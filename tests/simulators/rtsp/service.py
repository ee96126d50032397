"""What a device knows of its metadata: which kinds it uploads and how, who subscribed, and what it tells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .documents import Message, Style
from .generator import rules_of
from .server import RtspServer, Rule

TYPES = (
    "thermometry",
    "fireDetection",
    "shipsDetection",
    "behaviorAnalysis",
    "ANPR",
    "personQueue",
    "faceSnap",
    "radarDetection",
    "personalTrack",
)
"""Kinds that can be enabled and subscribed (001…txt l.841-844)."""
URI_LIMIT = 128
"""Characters of a subscription's address (001…txt l.829)."""


@dataclass(kw_only=True, frozen=True)
class Offer:
    """What a model can do."""

    types: tuple[str, ...] = TYPES
    enabled: tuple[str, ...] | None = None
    """Kinds that are uploaded from the start; None: all of them."""
    formats: tuple[str, ...] = ("xml",)
    subscribe: bool = False
    unsubscribable: frozenset[str] = frozenset()
    """Kinds that can be uploaded but not subscribed."""
    ids: str = "stream"
    """How configuration names a channel: "channel" (1), "stream" (101) or "both"; the document leaves it open."""


@dataclass(kw_only=True)
class Upload:
    """Settings of one channel."""

    enabled: dict[str, bool]
    format: str = "xml"


@dataclass(kw_only=True)
class MetadataService:
    """The metadata of one device. Everything may be changed while it runs."""

    server: RtspServer
    offer: Offer | None = None
    """None: it has no metadata."""
    style: Style = field(default_factory=Style)
    uploads: dict[int, Upload] = field(default_factory=dict)
    suppressed: list[Message] = field(default_factory=list)
    """Messages that were not sent, because their kind is not enabled."""
    subscribed: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    """Channel and kinds of every subscription so far."""
    rules: dict[int, list[Message]] = field(default_factory=dict)

    def begin(self, channels: Iterable[int]) -> None:
        """Set every channel up as from the factory."""
        if self.offer is not None:
            self.uploads = {number: self._factory(self.offer) for number in channels}
            for number in self.uploads:
                self.set_rules(rules_of(self.offer.types), number, announce=False)

    @staticmethod
    def _factory(offer: Offer) -> Upload:
        on = offer.types if offer.enabled is None else offer.enabled
        return Upload(enabled={name: name in on for name in offer.types}, format=offer.formats[0])

    def channel_of(self, text: str) -> int | None:
        """Return the channel a path names, None where this device reads it otherwise or has none."""
        if self.offer is None or not text.isdigit():
            return None
        number, long = int(text), len(text) > 2
        if self.offer.ids == ("channel" if long else "stream"):
            return None
        channel = number // 100 if long else number
        return channel if channel in self.uploads else None

    def subscribe(self, channel: int, types: Sequence[str]) -> str | None:
        """Return the address of a subscription, None if one of the kinds cannot be subscribed."""
        offer = self.offer
        if offer is None or not types or any(name not in offer.types or name in offer.unsubscribable for name in types):
            return None
        self.subscribed.append((channel, tuple(types)))
        return self.server.subscribe(channel, types)

    # --- what happens

    def write(self, message: Message, channel: int = 1) -> bytes:
        """Return a message as this device writes it."""
        upload = self.uploads.get(channel)
        return self.style.write(message, channel, upload.format if upload else "xml")

    def tell(self, message: Message, channel: int = 1) -> int:
        """Send a message if its kind is enabled; returns how many sessions got it."""
        if not self._enabled(message, channel):
            self.suppressed.append(message)
            return 0
        return self.server.feed(channel, self.write(message, channel), types=_types(message))

    def _enabled(self, message: Message, channel: int) -> bool:
        """Kinds that cannot be configured are always sent."""
        upload = self.uploads.get(channel)
        return message.config is None or (upload is not None and upload.enabled.get(message.config, False))

    def set_rules(self, rules: Sequence[Message], channel: int = 1, *, announce: bool = True) -> None:
        """Change what is configured; sent now and to whoever plays later."""
        self.rules[channel] = list(rules)
        self.renew(channel, announce=announce)

    def renew(self, channel: int, *, announce: bool = False) -> None:
        """Write the rules anew, as the settings of the channel now want them."""
        if channel not in self.server.channels:
            return
        wanted = [message for message in self.rules.get(channel, []) if self._enabled(message, channel)]
        made = [Rule(body=self.write(message, channel), types=_types(message)) for message in wanted]
        self.server.set_rules(channel, made, announce=announce)


def _types(message: Message) -> frozenset[str] | None:
    return None if message.config is None else frozenset((message.config,))
