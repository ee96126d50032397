"""From pushed documents to events of the model. Pure but for the clocks handed in; nothing gets out as an exception."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import time
from typing import Any, Final

from ...errors import BadAnswer
from ...hikvision.event_types import IGNORED, Scope, detection_of, plain, scope_of
from ...model.detections import Detection, Target
from ...model.events import Detected, Event, Happened, Patched
from ...model.parts import HOST_PART, PartRef
from ...model.state import LineState, Picture
from .aiop import events as platform
from .alerts import Alert, Region, read_alerts
from .channels import ChannelMap, input_ref

SILENCE: Final = 10.0
"""Seconds for which an unknown event that goes on and on is told once."""
_REMEMBERED: Final = 256
_COUNTED_TYPES: Final = 50
BACKLOG_WINDOW: Final = 60.0
"""Seconds after a reconnect in which old alerts are taken for a replay of what was missed."""
_TOLERANCE: Final = timedelta(seconds=30)
_OLDEST: Final = timedelta(days=730)
"""What seems older than this comes from a clock that a restart has set back to 1970 or 2004, and is news."""
_HEARTBEATS: Final = frozenset({"heartbeat"})


@dataclass(slots=True)
class Counts:
    """What came, for diagnostics."""

    parsed: int = 0
    heartbeats: int = 0
    bad: int = 0
    """Documents that could not be read and were skipped."""
    replayed: int = 0
    """Alerts from the device's memory that were left out."""
    ignored: int = 0
    broken_parts: int = 0
    """Parts of the stream that were cut short or too large, and were skipped."""
    skipped_bytes: int = 0
    """Bytes of the stream that belonged to no part."""
    stray_pictures: int = 0
    """Pictures whose alert was not found."""
    unknown: dict[str, int] = field(default_factory=dict)
    """By the device's word, bounded."""
    last_bad: str = ""


class AlertReader:
    """Reads pushed documents of one device, across connections."""

    def __init__(
        self,
        channels: ChannelMap,
        *,
        clock: Callable[[], float] = time.monotonic,
        utc_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the table of channels (replaceable: `channels`), a monotonic clock and the wall clock."""
        self.channels = channels
        self.inputs: AbstractSet[int] | None = None
        """Numbers of the inputs there are; alarms of others concern the device. None takes any."""
        self.counts = Counts()
        self.drift: float | None = None
        """Seconds the device's clock is ahead, as last polled; unknown lets nothing pass for old."""
        self.names: platform.Names | None = None
        """What the device's own models call what they see; None where it runs none."""
        self._clock = clock
        self._utc_now = utc_now
        self._lag: timedelta | None = None
        self._losses: set[PartRef] = set()
        """Channels whose video loss is going on: only then is its end no heartbeat."""
        self._told: OrderedDict[tuple[PartRef, str, bool], float] = OrderedDict()
        self._last: tuple[bytes | None, list[Alert]] = (None, [])
        self._connections = 0
        self._connected = (0.0, self._utc_now())

    def connected(self) -> None:
        """Note that a new connection begins: what it replays of the gap is no news."""
        self._connections += 1
        self._connected = (self._clock(), self._utc_now())
        self._losses.clear()

    def read(self, body: bytes, pictures: tuple[Picture, ...] = (), *, follow_up: bool = False) -> list[Event]:
        """Read one document; `follow_up` says that it was read before and only its pictures are new."""
        try:
            alerts = self._alerts(body)
        except BadAnswer as error:
            self.counts.bad += 1
            self.counts.last_bad = error.detail[:100]
            return []
        events: list[Event] = []
        for alert in alerts:
            if follow_up:
                events += self._follow_up(alert, _added(alert, pictures))
            else:
                events += self._alert(alert, pictures[0] if pictures else None)
        return events

    def _alerts(self, body: bytes) -> list[Alert]:
        """Read a document, once: the follow-up that brings its picture is the very same one."""
        if self._last[0] is not body:
            self._last = (body, read_alerts(body))
        return self._last[1]

    def _alert(self, alert: Alert, picture: Picture | None) -> list[Event]:
        what = detection_of(alert.event)
        part = self._part(alert, what)
        if plain(alert.event) in _HEARTBEATS or self._is_heartbeat(alert, what, part):
            self.counts.heartbeats += 1
            return []
        self.counts.parsed += 1
        if alert.active and self._is_replay(alert):
            self.counts.replayed += 1
            return []
        if plain(alert.event) in IGNORED:
            self.counts.ignored += 1
            return []
        if alert.active and platform.is_of_platform(alert.event):
            return self._of_platform(alert, part, picture)
        if what is None:
            return self._unknown(alert, part, picture)
        if what is Detection.VIDEO_LOSS:
            (self._losses.add if alert.active else self._losses.discard)(part)
        events: list[Event] = list(_detected(alert, what, part, picture))
        if what is Detection.INPUT and part != HOST_PART:
            return [Patched(part=part, state=LineState(active=alert.active)), *events]
        return events

    def _of_platform(self, alert: Alert, part: PartRef, picture: Picture | None) -> list[Event]:
        """What a model on the device saw, or what became of one."""
        told = platform.Alarm(
            event=alert.event, part=part, at=alert.at, data=alert.data, document=alert.document, picture=picture
        )
        return platform.read(told, self.names or platform.Names())

    def _part(self, alert: Alert, what: Detection | None) -> PartRef:
        """The part an alert concerns; the device itself where no channel of ours is meant."""
        scope = scope_of(what) if what is not None else Scope.CHANNEL
        if scope is Scope.INPUT:
            number = alert.input or 1
            return input_ref(number) if self.inputs is None or number in self.inputs else HOST_PART
        if scope is Scope.DEVICE:
            return HOST_PART
        return self.channels.of_event(alert.channel, alert.dynamic, old=alert.old) or HOST_PART

    def _is_heartbeat(self, alert: Alert, what: Detection | None, part: PartRef) -> bool:
        return what is Detection.VIDEO_LOSS and not alert.active and part not in self._losses

    def _is_replay(self, alert: Alert) -> bool:
        """Whether an alert is from the device's memory; ends count all the same, they tell how things stand."""
        if alert.repeated:
            return True
        since, moment = self._connected
        if alert.at is None or alert.at.tzinfo is None:
            return False
        if self._clock() - since >= BACKLOG_WINDOW:
            self._lag = self._utc_now() - alert.at
            return False
        if self._connections < 2 or self._behind is None:
            return False
        try:
            return moment - _OLDEST < alert.at + self._behind < moment - _TOLERANCE
        except OverflowError:
            return False

    @property
    def _behind(self) -> timedelta | None:
        """How far the times of alerts lag: as seen on fresh ones, which also shows a wrong zone, else by the clock."""
        if self._lag is not None:
            return self._lag
        return None if self.drift is None else timedelta(seconds=-self.drift)

    def _unknown(self, alert: Alert, part: PartRef, picture: Picture | None) -> list[Event]:
        """Pass on what no detection names, in the device's own word, so that nothing is lost."""
        word = alert.event
        if word in self.counts.unknown or len(self.counts.unknown) < _COUNTED_TYPES:
            self.counts.unknown[word] = self.counts.unknown.get(word, 0) + 1
        if self._was_told((part, plain(word), alert.active)):
            return []
        data = {**alert.data, "state": "active" if alert.active else "inactive"}
        return [Happened(part=part, what=word, data=data, at=alert.at, picture=picture)]

    def _was_told(self, key: tuple[PartRef, str, bool]) -> bool:
        """Whether the same was told within the last seconds; repeats keep it silent."""
        now = self._clock()
        told = now - self._told.pop(key, -SILENCE) < SILENCE
        self._told[key] = now
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return told

    def _follow_up(self, alert: Alert, picture: Picture | None) -> list[Event]:
        """Add a picture that came after its alert."""
        what = detection_of(alert.event)
        if picture is None or (alert.active and self._is_replay(alert)):
            return []
        # Of a follow-up only part and picture count, so that any word does for an event that no detection names.
        part = self._part(alert, what)
        return [Detected(part=part, what=what or Detection.AI_RULE, picture=picture, follow_up=True, at=alert.at)]


def _added(alert: Alert, pictures: tuple[Picture, ...]) -> Picture | None:
    """The picture that a follow-up brings: the latest, but of a model's event the first, which shows all of it."""
    if platform.is_of_platform(alert.event) and len(pictures) > 1:
        return None
    return pictures[-1] if pictures else None


def _detected(alert: Alert, what: Detection, part: PartRef, picture: Picture | None) -> Iterator[Detected]:
    """One event per region and target; an end is one per region, whoever was seen there."""
    data: Mapping[str, Any] = alert.data
    for region, target in _seen(alert):
        yield Detected(
            part=part,
            what=what,
            active=alert.active,
            target=target,
            region=region.number,
            at=alert.at,
            picture=picture,
            data=data,
        )
        picture = None


def _seen(alert: Alert) -> Iterator[tuple[Region, Target | None]]:
    for region in alert.regions:
        targets: tuple[Target | None, ...] = region.targets or (None,)
        yield from ((region, target) for target in (targets if alert.active else (None,)))
