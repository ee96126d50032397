"""Engines and models: what they are and how they change; times are those of a monotonic clock."""

from dataclasses import dataclass, field
from enum import IntEnum

from ..form import Node, Tree
from .refusals import Denied


class EngineStatus(IntEnum):
    """What an engine says of itself (000…txt l.4906)."""

    EMPTY = 0
    RUNNING = 1
    MODEL_ABNORMAL = 2
    INITIALISING = 10
    ABNORMAL = 11
    FACES = 12
    """Taken by face recognition; not for models of this platform."""


class ModelStatus(IntEnum):
    """What the device says of a stored model (000…txt l.5336)."""

    NOT_LOADED = 0
    LOADED = 1
    UNDECIPHERED = 2


@dataclass(kw_only=True)
class Engine:
    """One chip."""

    number: int
    status: int = EngineStatus.EMPTY
    model: str | None = None
    """MPID of the model it is bound to."""
    due: float | None = None
    """When the change that is under way ends."""
    then: int = EngineStatus.EMPTY
    """Status after that."""
    resets: int = 0

    def begin(self, due: float, then: int) -> None:
        """Start a change: initialising until `due`."""
        self.status, self.due, self.then = EngineStatus.INITIALISING, due, then

    def settle(self, now: float) -> None:
        """Finish a change that is due."""
        if self.due is None or now < self.due:
            return
        self.status, self.due = self.then, None
        if self.status == EngineStatus.EMPTY:
            self.model = None

    def must_be_ready(self) -> None:
        """Refuse work for an engine that cannot take any now."""
        if self.status == EngineStatus.INITIALISING:
            raise Denied("engineInitialization")
        if self.status == EngineStatus.ABNORMAL:
            raise Denied("engineAbnormal")
        if self.status == EngineStatus.FACES:
            raise Denied("engineTypeMismatch")


@dataclass(kw_only=True)
class Model:
    """One model package."""

    mpid: str
    name: str = ""
    size: int = 120
    """Megabytes."""
    description: Node = field(default_factory=list)
    """The description file as the platform handed it over."""
    kinds: frozenset[str] = frozenset({"video", "video_polling", "picture_polling", "picture", "history"})
    """Kinds of task it can do; another task does not match it."""
    undeciphered: bool = False
    abnormal: bool = False
    """Engines that load it end with "model abnormal"."""
    authorized: bool | None = None
    app_id: str = ""
    url: str = ""
    stored: bool = True
    """Whether it is on the device, not still being fetched for the first time."""


@dataclass(kw_only=True)
class Download:
    """A model on its way to the device."""

    mpid: str
    url: str
    began: float
    seconds: float
    engines: tuple[int, ...] = ()
    """Engines to be bound when it is there."""
    changes: Tree = field(default_factory=dict)
    """What an update changes when it is there."""
    update: bool = False
    failure: str | None = None
    """Sub status it ended with."""
    finished: bool = False

    def percent(self, now: float) -> int:
        """How much is here, 0 to 100."""
        if self.finished or self.seconds <= 0:
            return 100
        return max(0, min(100, int((now - self.began) / self.seconds * 100)))
