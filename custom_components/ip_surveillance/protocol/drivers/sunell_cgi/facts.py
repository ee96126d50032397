"""What a first look told about a device: what all else is asked and placed by."""

from dataclasses import dataclass, field
from enum import IntEnum

from ...model.parts import HOST, Hardware, PartKind, PartRef, Placement, Stream


class Analysis(IntEnum):
    """Numbers of `getSupportIntelligences` (003_f90f6ea635efbe94.txt l.14217-14249)."""

    PERIMETER = 0
    SMART_MOTION = 1
    SAFETY_HAT = 2
    SAFETY_VEST = 3
    HEAT_MAP = 6
    TRIPWIRE = 7
    DOUBLE_TRIPWIRE = 8
    LOITERING = 9
    GROUP_LOITERING = 10
    OBJECT_LEFT = 11
    OBJECT_REMOVED = 12
    ABNORMAL_SPEED = 13
    CONVERSE = 14
    NO_PARKING = 15
    BAD_SIGNAL = 16
    FENCE = 17
    VIDEO_TAMPER = 19
    ENTER_AREA = 20
    LEAVE_AREA = 21
    TRACKING = 22
    PEOPLE_COUNTING = 23
    STATISTICS = 24
    SMOKING = 28
    FIRE_SMOKE = 29
    SMALL_FIRE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """One camera: the device's own picture, or what is bound to a recorder's channel."""

    number: int
    """`cameraID` of requests and `sourceID` of alarms, from 1."""
    name: str | None = None
    online: bool | None = None
    """Only a recorder tells."""
    hardware: Hardware = field(default_factory=Hardware)
    streams: tuple[Stream, ...] = ()
    analyses: frozenset[int] | None = None
    """Smart analyses it has; None where it does not tell, and each is tried by reading its parameters."""
    thermal: bool = False
    """It measures temperatures."""

    def may(self, analysis: int) -> bool:
        """Whether an analysis is worth a request: listed, or nothing is."""
        return self.analyses is None or analysis in self.analyses


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One device."""

    uid: str
    recorder: bool = False
    channels: tuple[ChannelFacts, ...] = ()
    """Cameras that are there; channels of a recorder that nothing is bound to are not."""
    inputs: int = 0
    """Alarm inputs, numbered from 1."""
    outputs: int = 0
    """Alarm outputs, numbered from 1."""
    aliases: frozenset[str] = frozenset()
    source: str = "serial"
    name: str = ""
    hardware: Hardware = field(default_factory=Hardware)

    @property
    def firmware(self) -> str | None:
        """Version of the device's own software."""
        return self.hardware.firmware

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the channels."""
        return tuple(channel.number for channel in self.channels)

    @property
    def thermal(self) -> tuple[int, ...]:
        """Numbers of the channels that measure temperatures."""
        return tuple(channel.number for channel in self.channels if channel.thermal)

    @property
    def placement(self) -> Placement:
        """Where channels are shown: a recorder's are units of their own, several lenses are pieces of their camera."""
        if self.recorder:
            return Placement.UNIT
        return Placement.CHILD if len(self.channels) > 1 else Placement.INLINE

    def channel(self, number: int) -> ChannelFacts | None:
        """What is known of a channel, None when there is none."""
        return next((channel for channel in self.channels if channel.number == number), None)


def channel_ref(number: int) -> PartRef:
    """Part of a channel."""
    return PartRef(HOST, PartKind.CHANNEL, number)


def input_ref(number: int) -> PartRef:
    """Part of an alarm input."""
    return PartRef(HOST, PartKind.INPUT, number)


def output_ref(number: int) -> PartRef:
    """Part of an alarm output."""
    return PartRef(HOST, PartKind.OUTPUT, number)


def storage_ref(number: int, label: str = "") -> PartRef:
    """Part of a store; the label tells directories from disks, whose numbers are other ones."""
    return PartRef(HOST, PartKind.STORAGE, number, label)
