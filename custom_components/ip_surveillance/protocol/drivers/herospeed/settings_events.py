"""Settings of detections, and what each does when it strikes (002…txt l.6810-8993)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, override

from ...model.detections import Detection
from ...model.parts import SettingSpec, SettingValue
from ...model.setting_words import Setting, SettingKey
from .docs import Doc
from .settings import EACH, Kind, Number, Row, Source, Steps, Truth, Words, detection_key, sensitivity_key

SMART_MODE: Final = Source(path="/api/event/smart-mode")
FACE: Final = Source(path="/api/event/face-detect")
LINE_CROSSING: Final = Source(path="/api/event/line-crossing")
ROI: Final = Source(path="/api/event/roi")

_ON_OFF: Final = Truth()
_PERCENT: Final = Number(low=0, high=100)
_REGIONS: Final[Steps] = ("sensitivity", EACH, "subSensitivity")
"""Four regions or lines have one figure each; they are set alike."""

_SOUND: Final = "enableAudioAlarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(Number):
    """A list with a figure for each region, bare or alone in an object; they are set alike."""

    @override
    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """No knob where there is no such list."""
        return None if Figures.read(self, holder, name) is None else Number.spec(self, holder, name, beside)

    @override
    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The first one's."""
        rows = holder.get(name)
        first = rows[0] if isinstance(rows, list) and rows else None
        values = list(first.values()) if isinstance(first, dict) else [first]
        return Doc({"figure": values[0]}).number("figure") if len(values) == 1 else None

    @override
    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put it into all."""
        rows = holder.get(name)
        for index, row in enumerate(rows):
            if isinstance(row, dict):
                for key in row:
                    Number.write(self, Doc(row), key, value)
            else:
                figure = Doc({"figure": row})
                Number.write(self, figure, "figure", value)
                rows[index] = figure.value["figure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """One thing that a detection can do on the device."""

    setting: Setting
    name: str
    flag: str = ""
    """Of what it takes to do it."""
    shown: frozenset[int] | None = None


_ACTIONS: Final = (
    # 2 is an input without an output.
    _Action(setting=Setting.ACTION_OUTPUT, name="enableAlarmIo", flag="enableIo", shown=frozenset({1})),
    _Action(setting=Setting.ACTION_SOUND, name="enableAlarmSound", flag=_SOUND),
    _Action(setting=Setting.ACTION_FLASH, name="enableAlarmFlash"),
    _Action(setting=Setting.ACTION_RECORDING, name="enableAlarmRecord", flag="enableSdCard"),
    _Action(setting=Setting.ACTION_EMAIL, name="enableAlarmSmtp", flag="enableSmtp"),
    _Action(setting=Setting.ACTION_FTP, name="enableAlarmFtp", flag="enableFtp"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Detector:
    """A document that configures one detection."""

    what: Detection
    path: str
    flag: str = ""
    sensitivity: Steps = _REGIONS
    span: Kind = _PERCENT
    acts: bool = True
    """It says what the detection does; motion leaves that to the alarm schedule."""


_DETECTORS: Final = (
    _Detector(
        what=Detection.MOTION,
        path="/api/event/motion",
        sensitivity=("sensitivity",),
        span=Number(low=0, high=10),
        acts=False,
    ),
    # Its table is that of the intrusion; the examples have one figure (002…txt l.7107, l.7243).
    _Detector(
        what=Detection.TAMPER,
        path="/api/event/video-cover",
        flag="enableVideoTamper",
        sensitivity=("sensitivity",),
    ),
    _Detector(
        what=Detection.INTRUSION,
        path="/api/event/intrusion",
        flag="enableRegionalIntrusionDetection",
    ),
    _Detector(what=Detection.LINE_CROSSING, path=LINE_CROSSING.path, flag="enableCrossBorderDetection"),
    _Detector(what=Detection.LOITERING, path="/api/event/loitering", flag="enablePeopleStayDetection"),
    _Detector(what=Detection.GATHERING, path="/api/event/people-gathering", flag="enablePeopleGatheringDetection"),
    # Its sensitivity is kept for later and does nothing (002…txt l.8026).
    _Detector(what=Detection.FACE, path=FACE.path, flag="enableFace", sensitivity=()),
    # Of newer firmware, and not in the document.
    _Detector(what=Detection.PARKING, path="/api/event/illegal-parking", acts=False),
    _Detector(what=Detection.PLATE, path="/api/event/license-plate", sensitivity=("sensitivity",), acts=False),
)


def action_rows(what: Detection, source: Source, flags: tuple[str, ...] = ()) -> Iterator[Row]:
    """What a detection does when it strikes."""
    for action in _ACTIONS:
        yield Row(
            key=SettingKey(action.setting, what.value),
            source=source,
            at=("trigger", action.name),
            kind=_ON_OFF,
            flags=(action.flag, *flags) if action.flag else flags,
            shown=action.shown,
        )


def _detector_rows(row: _Detector) -> Iterator[Row]:
    source = Source(path=row.path)
    flags = (row.flag,) if row.flag else ()
    yield Row(key=detection_key(row.what), source=source, at=("enable",), kind=_ON_OFF, flags=flags)
    if row.sensitivity:
        yield Row(key=sensitivity_key(row.what), source=source, at=row.sensitivity, kind=row.span, flags=flags)
    if row.acts:
        yield from action_rows(row.what, source, flags)


EVENT_ROWS: Final = (
    *(row for detector in _DETECTORS for row in _detector_rows(detector)),
    Row(
        key=SettingKey(Setting.DIRECTION, Detection.LINE_CROSSING.value),
        source=LINE_CROSSING,
        at=("direction", EACH, "subDirection"),
        kind=Words(words={0: "both", 1: "forward", 2: "backward"}),
        flags=("enableCrossBorderDetection",),
    ),
    Row(key=SettingKey(Setting.FACE_ALARM), source=FACE, at=("enableFaceAlarm",), kind=_ON_OFF, flags=("enableFace",)),
    Row(key=SettingKey(Setting.FACE_THRESHOLD), source=FACE, at=("faceScore",), kind=_PERCENT, flags=("enableFace",)),
    Row(
        key=SettingKey(Setting.FACE_SIZE),
        source=FACE,
        at=("minFaceSizes",),
        kind=Number(low=30, high=300),
        flags=("enableFace",),
    ),
    # The table has a head count where the examples have a time (002…txt l.8727, l.8887).
    Row(
        key=SettingKey(Setting.PEOPLE_LIMIT),
        source=Source(path="/api/event/people-gathering"),
        at=("personNum",),
        kind=Figures(low=0, high=100),
        flags=("enablePeopleGatheringDetection",),
    ),
    # The flag says "display" of a thing called "hide": only asking tells (002…txt l.1396).
    Row(
        key=SettingKey(Setting.SMART_MODE),
        source=SMART_MODE,
        at=("smartMode",),
        kind=Words(words={0: "off", 1: "face", 2: "person", 3: "all"}),
    ),
    Row(key=SettingKey(Setting.ACTION_SOUND), source=SMART_MODE, at=("audioAlarmEn",), kind=_ON_OFF, flags=(_SOUND,)),
    Row(key=SettingKey(Setting.ROI), source=ROI, at=("enable",), kind=_ON_OFF, flags=("enableRoi",)),
)
