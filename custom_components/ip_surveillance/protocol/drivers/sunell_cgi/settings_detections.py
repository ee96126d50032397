"""Rows of the settings of detections: their switches, sensitivities, targets, intervals. Pure.

Lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...model.detections import Detection
from ...model.parts import Range
from ...model.setting_words import Setting, SettingKey
from .facts import Analysis
from .settings import Codec, Field, Knob, Number, Page, flag, number, place, words
from .settings_special import Direction, Target

_REGION: Final = "region"
_FINE: Final = Range(low=1, high=5)
"""Sensitivity of most analyses (l.14314-14326)."""


def detection(what: Detection) -> SettingKey:
    """The switch of a detection."""
    return SettingKey(Setting.DETECTION, what.value)


def _sensitivity(what: Detection, span: Range, *, bounds: tuple[str, str] | None = None) -> tuple[SettingKey, Number]:
    codec = Number(field=place("sensitivity", within=_REGION), range=span, bounds=bounds, listed="sensitivity")
    return SettingKey(Setting.SENSITIVITY, what.value), codec


_ACTIONS: Final = (  # l.6910-6945, l.13188-13236
    (Setting.ACTION_OUTPUT, ("alarmOut",)),
    (Setting.ACTION_SECOND_OUTPUT, ("alarmOut2",)),
    (Setting.ACTION_SOUND, ("alarmSound",)),
    # A camera has the one lamp or the other.
    (Setting.ACTION_FLASH, ("alarmWhiteLED", "alarmLED")),
    (Setting.ACTION_RECORDING, ("alarmRecord",)),
    (Setting.ACTION_EMAIL, ("alarmSMTP",)),
    (Setting.ACTION_FTP, ("alarmFTP",)),
)
"""What a detection does on the device, and the flags of it on the page of the detection."""

ACTIONS: Final = frozenset(setting for setting, _ in _ACTIONS)


def actions(what: Detection, page: Page) -> Iterator[Knob]:
    """Rows of what a detection does when it strikes."""
    for setting, names in _ACTIONS:
        yield Knob(key=SettingKey(setting, what.value), page=page, codec=flag(*names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Smart:
    """One smart analysis: all have the same kind of page."""

    what: Detection
    kind: str
    analysis: Analysis
    ability: str = ""
    cgi: str = "param"
    sensitivity: Range | None = None
    bounds: tuple[str, str] | None = None
    target: bool = False
    direction: bool = False
    acts: bool = True
    """It has a flag for each thing that it does; a recorder's has a list of what it does instead."""

    @property
    def page(self) -> Page:
        """The page that it is set on."""
        ability = (self.ability,) if self.ability else ()
        return Page(kinds=(self.kind,), cgis=(self.cgi,), ability=ability, analysis=self.analysis)

    def knobs(self) -> Iterator[Knob]:
        """Its rows."""
        page = self.page
        yield Knob(key=detection(self.what), page=page, codec=flag("enableFlag"))
        if self.sensitivity is not None:
            key, codec = _sensitivity(self.what, self.sensitivity, bounds=self.bounds)
            yield Knob(key=key, page=page, codec=codec)
        if self.target:
            yield Knob(key=SettingKey(Setting.TARGET, self.what.value), page=page, codec=Target())
        if self.direction:
            yield Knob(key=SettingKey(Setting.DIRECTION, self.what.value), page=page, codec=Direction())
        if self.acts:
            yield from actions(self.what, page)


SMART: Final = (
    Smart(
        what=Detection.SMART_MOTION,
        kind="smartMotionParam",
        analysis=Analysis.SMART_MOTION,
        ability="smartMotionAbility",  # l.20309
        sensitivity=_FINE,
        target=True,
    ),
    Smart(
        what=Detection.INTRUSION,
        kind="perimeterParam",
        analysis=Analysis.PERIMETER,
        ability="perimeterAbility",  # l.14291
        sensitivity=_FINE,
        target=True,
    ),
    Smart(
        what=Detection.LINE_CROSSING,
        kind="tripWireParam",
        analysis=Analysis.TRIPWIRE,
        ability="tripWireAbility",  # l.14975
        target=True,
        direction=True,
    ),
    Smart(
        what=Detection.DOUBLE_LINE_CROSSING,
        kind="multiTripWireParam",
        analysis=Analysis.DOUBLE_TRIPWIRE,
    ),
    Smart(
        what=Detection.REGION_ENTRANCE,
        kind="enterAreaParam",
        analysis=Analysis.ENTER_AREA,
        ability="enterAreaAbility",  # l.19070
        sensitivity=_FINE,
        target=True,
    ),
    Smart(
        what=Detection.REGION_EXITING,
        kind="leaveAreaParam",
        analysis=Analysis.LEAVE_AREA,
        ability="leaveAreaAbility",  # l.19689
        sensitivity=_FINE,
        target=True,
    ),
    Smart(what=Detection.LOITERING, kind="LoiteringParam", analysis=Analysis.LOITERING, target=True),
    Smart(what=Detection.GROUP_LOITERING, kind="multiLoiteringParam", analysis=Analysis.GROUP_LOITERING),
    Smart(what=Detection.UNATTENDED_OBJECT, kind="objLeftParam", analysis=Analysis.OBJECT_LEFT),
    Smart(what=Detection.OBJECT_REMOVED, kind="objMovedParam", analysis=Analysis.OBJECT_REMOVED),
    Smart(what=Detection.FAST_MOVING, kind="abnormalSpeedParam", analysis=Analysis.ABNORMAL_SPEED, target=True),
    Smart(
        what=Detection.WRONG_WAY,
        kind="converseParam",
        analysis=Analysis.CONVERSE,
        ability="converseAbility",  # l.17544
        target=True,
    ),
    Smart(what=Detection.PARKING, kind="noParkingParam", analysis=Analysis.NO_PARKING),
    Smart(what=Detection.BAD_VIDEO, kind="signalBadParam", analysis=Analysis.BAD_SIGNAL),
    # Somebody who smokes, whatever the name of the chapter says.
    Smart(what=Detection.SMOKING, kind="smokeParam", analysis=Analysis.SMOKING, sensitivity=_FINE),
    Smart(what=Detection.SMOKE, kind="fireSmokeParam", analysis=Analysis.FIRE_SMOKE, sensitivity=_FINE),
    Smart(
        what=Detection.FIRE_POINT,
        kind="smallFireParam",
        analysis=Analysis.SMALL_FIRE,
        ability="smallFireParamAbility",  # l.13403
        sensitivity=Range(low=1, high=100),
        bounds=("minSensitivity", "maxSensitivity"),
    ),
    Smart(what=Detection.SAFETY_HELMET, kind="safetyHatParam", analysis=Analysis.SAFETY_HAT),
    Smart(what=Detection.SAFETY_VEST, kind="safetyVestParam", analysis=Analysis.SAFETY_VEST),
    # A recorder's own; where there is the perimeter as well, that one counts.
    Smart(
        what=Detection.INTRUSION,
        kind="fenceParam",
        analysis=Analysis.FENCE,
        cgi="alarm",  # l.21355
        sensitivity=_FINE,
        target=True,
        acts=False,
    ),
)

_MOTION: Final = Page(kinds=("motionAlarm",), ability=("motionAlarmAbility",))  # l.6821
_SHELTER: Final = Page(kinds=("shelterConfig",), address="channelId")  # l.8225
_VIDEO_LOSS: Final = Page(kinds=("videoLoss",))  # l.8472
_CAMERA_IO: Final = Page(kinds=("cameraIO",), cgis=("param", "alarm"))  # l.8033, l.8066
_DAY_NIGHT: Final = Page(kinds=("dayNightAlarm",))  # l.8674
_AUDIO: Final = Page(kinds=("AudioAbnormal",), lenses=True)  # l.9308
_FACE: Final = Page(kinds=("faceDetectParam",), lenses=True)  # l.4315
_OBJECTS: Final = Page(kinds=("AIMultiObjectDetectParam",), lenses=True)  # l.28283
_COUNTING: Final = Page(
    kinds=("getStatisticsCfg",), set_kinds=("setStatisticsCfg",), analysis=Analysis.PEOPLE_COUNTING
)  # l.18517, l.18569
_ADVANCED: Final = Page(kinds=("advanceParam",))  # l.21123
_HEAT_MAP: Final = Page(kinds=("HeatMapParam",), lenses=True, analysis=Analysis.HEAT_MAP)  # l.21285
_TRACKING: Final = Page(
    kinds=("IntelligentTracking",), cgis=("param", "sensor"), analysis=Analysis.TRACKING
)  # l.30651, l.30665


def _row(key: SettingKey, page: Page, codec: Codec) -> Knob:
    return Knob(key=key, page=page, codec=codec)


def _plain(setting: Setting, of: Detection | str = "") -> SettingKey:
    return SettingKey(setting, of.value if isinstance(of, Detection) else of)


_AUDIO_FIELD: Final = Field(names=("riseSensitivity", "dropSensitivity"))

DETECTION_KNOBS: Final = (
    _row(detection(Detection.MOTION), _MOTION, flag("motionDetectionEnableFlag")),
    _row(
        _plain(Setting.SENSITIVITY, Detection.MOTION),
        _MOTION,
        # Cameras tell their range; without one it is that of lite cameras (l.6716-6736).
        Number(field=place("sensitivity"), range=Range(low=0, high=3), bounds=("minSensitivity", "maxSensitivity")),
    ),
    _row(_plain(Setting.ALARM_INTERVAL, Detection.MOTION), _MOTION, number("alarmInterval", low=1, high=1800)),
    *actions(Detection.MOTION, _MOTION),
    # The chapter calls it privacy; it is the alarm of a camera that is covered.
    _row(detection(Detection.TAMPER), _SHELTER, flag("enableFlag")),
    _row(detection(Detection.VIDEO_LOSS), _VIDEO_LOSS, flag("videoLossEnableFlag")),
    _row(detection(Detection.INPUT), _CAMERA_IO, flag("cameraIOEnableFlag")),
    *(knob for smart in SMART for knob in smart.knobs()),
    _row(_plain(Setting.PEOPLE_COUNTING), _COUNTING, flag("enableFlag")),
    _row(detection(Detection.PEOPLE_LIMIT), _COUNTING, flag("AlarmEnable")),
    _row(_plain(Setting.PEOPLE_LIMIT), _COUNTING, number("AlarmThreshold", low=0, high=999999)),  # l.18940
    *actions(Detection.PEOPLE_LIMIT, _COUNTING),  # l.18520-18526
    _row(detection(Detection.FACE), _FACE, flag("faceDetectEnable")),
    _row(detection(Detection.FACE), _OBJECTS, flag("FaceEnable")),
    _row(detection(Detection.PERSON), _OBJECTS, flag("FullBodyEnable")),
    _row(detection(Detection.PERSON), _FACE, flag("fullBodyEnable")),
    _row(detection(Detection.VEHICLE), _OBJECTS, flag("VehicleEnable")),
    _row(detection(Detection.PLATE), _OBJECTS, flag("PlateEnable")),
    _row(_plain(Setting.AUTO_TRACKING), _TRACKING, flag("enable")),
    _row(
        _plain(Setting.TRACKING_TARGET),
        _TRACKING,
        words("trackType", words={"1": "human", "2": "vehicle", "3": "human_vehicle"}),  # l.30694
    ),
    _row(_plain(Setting.TRACKING_DURATION), _TRACKING, number("duration", low=1, high=300)),
    _row(_plain(Setting.TRACKING_ZOOM), _TRACKING, number("magnify", low=1, high=30)),  # l.30690
    _row(_plain(Setting.TRACKING_CALIBRATION), _TRACKING, number("calibrate", low=1, high=30)),  # l.30685
    _row(detection(Detection.AUDIO_EXCEPTION), _AUDIO, flag("EnableFlag")),
    _row(
        _plain(Setting.SENSITIVITY, Detection.AUDIO_EXCEPTION),
        _AUDIO,
        Number(field=_AUDIO_FIELD, range=Range(low=1, high=100)),  # l.9380
    ),
    _row(_plain(Setting.DROP_SENSITIVITY), _AUDIO, number("dropSensitivity", low=1)),
    _row(_plain(Setting.RISE_ALARM), _AUDIO, flag("suddenRiseEnable", "suddenRiRefer tonable")),  # l.9312 (TR1)
    _row(_plain(Setting.DROP_ALARM), _AUDIO, flag("suddenDropEnable")),
    _row(_plain(Setting.RISE_THRESHOLD), _AUDIO, number("riseThreshold", low=1)),
    _row(_plain(Setting.DROP_THRESHOLD), _AUDIO, number("dropThreshold", low=1)),
    _row(detection(Detection.DAY_NIGHT_SWITCH), _DAY_NIGHT, flag("dayNightAlarmEnableFlag")),
    *actions(Detection.DAY_NIGHT_SWITCH, _DAY_NIGHT),
    _row(_plain(Setting.ALARM_INTERVAL), _ADVANCED, number("alarmInterval", low=1, high=86400)),
    _row(_plain(Setting.HEAT_MAP), _HEAT_MAP, flag("Enable")),
)
"""Of channels; of several rows for one setting the first that the device has counts."""

_DISKS: Final = Page(kinds=("diskAlarm",), address="", extra=(("alarmInID", "1"),))  # l.7557
_EXCEPTIONS: Final = Page(kinds=("exceptionAlarm",), address="")  # l.7738
_NETWORK: Final = Page(kinds=("networkAbnormalAlarm",), address="", extra=(("networkCardId", "1"),))  # l.9548

HOST_DETECTION_KNOBS: Final = (
    _row(detection(Detection.DISK_FULL), _DISKS, flag("diskFullAlarmCheckFlag")),
    _row(detection(Detection.DISK_ERROR), _DISKS, flag("diskErrorAlarmCheckFlag")),
    _row(detection(Detection.DISK_HEALTH), _DISKS, flag("NoDiskAlarmEnableFlag")),
    _row(_plain(Setting.NOTIFICATIONS), _EXCEPTIONS, flag("exAlarmEnableFlag")),
    _row(detection(Detection.IP_CONFLICT), _EXCEPTIONS, flag("excTypeIPConfict", "excTypeIPConflict")),
    _row(detection(Detection.NETWORK_BROKEN), _EXCEPTIONS, flag("excTypeNetworkDisconnect")),
    _row(detection(Detection.NETWORK_BROKEN), _NETWORK, flag("networkAlarmEnable")),
)
"""Of the device as a whole."""

_INPUT: Final = Page(kinds=("IOalarmLinkage",), address="alarmInID")  # l.7347

INPUT_KNOBS: Final = (
    _row(detection(Detection.INPUT), _INPUT, flag("EnableFlag")),
    # 0 is an alarm when it opens, 1 when it closes (l.7421).
    _row(_plain(Setting.INPUT_TYPE), _INPUT, words("ValidLevel", words={"0": "closed", "1": "open"})),
)
"""Of alarm inputs."""
INPUT_PAGE: Final = _INPUT
"""Also tells the name, as `SourceName`."""
