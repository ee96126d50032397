"""The platform of one device: everything that changes, and the switches tests turn."""

from collections.abc import Callable
from dataclasses import dataclass, field
import hashlib
import time

from ..form import Tree
from .chips import Download, Engine, EngineStatus, Model, ModelStatus
from .plan import FLAGS, Plan
from .refusals import Denied, Style
from .rules import Sheet
from .tasks import Task


def long_id(seed: str) -> str:
    """Return an ID of the 64 characters that tasks need."""
    return hashlib.sha256(seed.encode()).hexdigest()


@dataclass(kw_only=True)
class Timing:
    """How long things take, in seconds."""

    loading: float = 0.05
    unloading: float = 0.0
    resetting: float = 0.05
    download: float = 0.1
    starting: float = 0.0
    """A task from "initialising" to "performing"."""
    picture: float = 0.02
    """One picture of a picture task."""
    history: float = 0.1
    """A history task from its start to its end."""


@dataclass(kw_only=True)
class Reference:
    """A reference picture of a channel."""

    pid: str
    channel: int
    name: str
    data: bytes = field(repr=False)


@dataclass(kw_only=True)
class Switches:
    """Oddities; all off at the start."""

    upgrading: bool = False
    """Everything below the platform answers "upgrading"."""
    reboot_after_model: bool = False
    """A finished download needs a restart: writes then answer status code 7 until it happened."""
    channels_block: bool = False
    """Loading another model is refused while tasks use the engine (unboundChannel)."""
    failing_channels: set[int] = field(default_factory=set)
    """Channels a video task cannot be applied to."""
    url_faults: dict[str, str] = field(default_factory=dict)
    """Address -> sub status of what happens when the device fetches it."""
    polling_floor: int = 1
    """Shortest polling time; the document's error says 10, its capabilities 1."""
    iso_times: bool = False
    """Recording times need the "T" of ISO 8601."""
    history_id: str = "taskId"
    """Name of the ID in a new history task (000…txt l.5386); the other spelling is taken beside it, never alone."""
    spaced_key: bool = False
    """The new name of a picture comes in " AITargetBPInfo" with a blank in front (000…txt l.4994)."""
    number_pids: bool = False
    """Reference pictures have numbers for IDs, as the samples draw them (000…txt l.4442)."""
    preset_slash: bool | None = None
    """Rules of presets answer with (True) or without (False) a slash at the end only; None takes both."""


@dataclass(kw_only=True)
class Platform:
    """State of the AI Open Platform."""

    plan: Plan
    timing: Timing = field(default_factory=Timing)
    switches: Switches = field(default_factory=Switches)
    style: Style = field(default_factory=Style)
    clock: Callable[[], float] = time.monotonic
    flags: Tree = field(default_factory=dict)
    """The capabilities as they are answered."""
    algorithm: str = "AV1.5.0"
    firmware: str = "FW006"
    engines: dict[int, Engine] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    sheets: dict[tuple[str, int], Sheet] = field(default_factory=dict)
    """Task and channel -> its rules."""
    references: dict[str, Reference] = field(default_factory=dict)
    reboot_needed: bool = False
    default_size: int = 120
    """Megabytes of a model whose address is not in `sizes`."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Address -> megabytes."""
    events: int = 0
    """Events made so far."""
    suppressed: list[object] = field(default_factory=list)
    """Detections that were not told: no running task, rule off, or not linked to the centre."""

    def __post_init__(self) -> None:
        """Fill in what follows from the plan."""
        self.flags = self.flags or {name: name not in self.plan.lacks for name in FLAGS if name not in self.plan.hides}
        self.engines = self.engines or {number: Engine(number=number) for number in range(1, self.plan.engines + 1)}

    def can(self, flag: str) -> bool:
        """Whether the device has what a flag stands for, told or not."""
        told = self.flags.get(flag)
        return told if isinstance(told, bool) else flag not in self.plan.lacks

    # --- engines and models

    def engine(self, number: int) -> Engine:
        """Return an engine."""
        if number not in self.engines:
            raise Denied("invalidID", detail=f"engine {number}")
        return self.engines[number]

    def model(self, mpid: str, absent: str = "IDNotExist") -> Model:
        """Return a stored model; `absent` is the refusal where there is none."""
        model = self.models.get(mpid)
        if model is None or not model.stored:
            raise Denied(absent, detail=f"MPID {mpid[:16]}")
        return model

    def users(self, mpid: str) -> list[int]:
        """Return the engines bound to a model."""
        return [engine.number for engine in self.engines.values() if engine.model == mpid]

    def model_status(self, model: Model) -> ModelStatus:
        """Return what the list of models says of one."""
        if model.undeciphered:
            return ModelStatus.UNDECIPHERED
        return ModelStatus.LOADED if self.users(model.mpid) else ModelStatus.NOT_LOADED

    @property
    def space_left(self) -> int:
        """Free megabytes."""
        return self.plan.capacity - sum(model.size for model in self.models.values())

    def bind(self, engine: Engine, model: Model) -> None:
        """Begin to load a model."""
        engine.model = model.mpid
        then = EngineStatus.MODEL_ABNORMAL if model.abnormal else EngineStatus.RUNNING
        engine.begin(self.clock() + self.timing.loading, then)
        engine.settle(self.clock())

    def unbind(self, engine: Engine) -> None:
        """Begin to unload."""
        engine.begin(self.clock() + self.timing.unloading, EngineStatus.EMPTY)
        engine.settle(self.clock())

    def settle(self) -> None:
        """Bring everything up to now."""
        now = self.clock()
        for download in self.downloads.values():
            if not download.finished and download.percent(now) >= 100:
                self._finish(download)
        for engine in self.engines.values():
            engine.settle(now)

    def _finish(self, download: Download) -> None:
        download.finished = True
        model = self.models.get(download.mpid)
        if model is None:
            return
        fault = self.switches.url_faults.get(download.url)
        if fault and fault != "algorithmDecryptionFailed":
            download.failure = fault
            if not model.stored:
                del self.models[model.mpid]
            return
        model.stored, model.undeciphered, model.url = True, bool(fault), download.url
        self._apply(model, download.changes)
        self.reboot_needed = self.reboot_needed or self.switches.reboot_after_model
        users = self.users(model.mpid) if download.update else download.engines
        for number in users:
            engine = self.engines[number]
            if not model.undeciphered and (download.update or engine.status == EngineStatus.EMPTY):
                self.bind(engine, model)

    @staticmethod
    def _apply(model: Model, changes: Tree) -> None:
        if isinstance(name := changes.get("MPName"), str):
            model.name = name
        if "description" in changes:
            model.description = changes["description"]

    def change(self, model: Model, changes: Tree) -> None:
        """Rename or describe a model anew."""
        self._apply(model, changes)

    def restarted(self) -> None:
        """Start the engines again, after a restart of the device."""
        self.reboot_needed = False
        for engine in self.engines.values():
            if engine.model is not None:
                self.bind(engine, self.models[engine.model])

    # --- tasks and rules

    def task(self, name: str, kind: str | None = None) -> Task:
        """Return a task, of this kind if one is given."""
        task = self.tasks.get(name)
        if task is None or kind not in (None, task.kind):
            raise Denied("invalidTaskID", detail="no such task")
        return task

    def sheet(self, task: str, channel: int) -> Sheet:
        """Return the rules of a task on a channel."""
        if channel not in self.task(task).channels:
            raise Denied("NotAssociatedWithOwnChannel", detail=f"channel {channel}")
        return self.sheets.setdefault((task, channel), Sheet())
