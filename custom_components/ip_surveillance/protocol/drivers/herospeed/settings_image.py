"""Settings of the picture, the lamps, the lens and what is written on the picture (002…txt l.4837-5390)."""

from collections.abc import Mapping
from typing import Final

from ...model.setting_words import Setting, SettingKey
from .settings import Being, Kind, Line, Listed, Number, Row, Source, Switched, Truth, Words

IMAGE: Final = Source(path="/api/image/image")
"""Newer firmware has `image-param` too, which takes changes of the dynamic range without effect."""
OSD: Final = Source(path="/api/image/osd")
FILL_LIGHT: Final = Source(path="/api/image/fill-light")
ZOOM_FOCUS: Final = Source(path="/api/image/zoom-focus")

_BYTE: Final = Number(low=0, high=255)
_ON_OFF: Final = Truth()
_HIDDEN: Final = Truth(inverted=True)
"""0 shows, 1 hides (002…txt l.5144-5152)."""
_AUTO_MANUAL: Final[Mapping[int, str]] = {0: "auto", 1: "manual"}
_DAY_MINUTES: Final = Number(low=0, high=1440)
_SMART_LIGHT: Final = "enableSmartir"

DAY_NIGHT_MODES: Final[Mapping[int, str]] = {0: "irLight", 1: "eventIntelligence", 2: "whiteLight"}
"""Which lamp helps by night (002…txt l.5251): infrared, whichever fits, white."""
WHITE: Final = 2


def _row(
    source: Source,
    setting: Setting,
    name: str,
    kind: Kind,
    *flags: str,
    of: str = "",
    shown: tuple[int, ...] | None = None,
) -> Row:
    return Row(
        key=SettingKey(setting, of),
        source=source,
        at=(name,),
        kind=kind,
        flags=flags,
        shown=None if shown is None else frozenset(shown),
    )


_IMAGE_ROWS: Final = (
    _row(IMAGE, Setting.BRIGHTNESS, "brightness", _BYTE),
    _row(IMAGE, Setting.CONTRAST, "contrast", _BYTE),
    _row(IMAGE, Setting.SATURATION, "saturation", _BYTE),
    _row(IMAGE, Setting.HUE, "hue", _BYTE),
    _row(IMAGE, Setting.EXPOSURE, "exposureCtrl", Words(words={0: "auto", 1: "off"}), "enableExposure"),
    # 3 is exposure without automatic gain.
    _row(
        IMAGE,
        Setting.GAIN_MODE,
        "enableGainCtrl",
        Words(words={0: "manual", 1: "auto"}),
        "enableExposure",
        shown=(1,),
    ),
    _row(IMAGE, Setting.GAIN, "gainCtrl", _BYTE, "enableExposure"),
    _row(IMAGE, Setting.WHITE_BALANCE, "whiteBalance", Words(words=_AUTO_MANUAL), "enableWhiteBalance"),
    _row(IMAGE, Setting.GAIN, "gainRCtrl", _BYTE, "enableWhiteBalance", of="red"),
    _row(IMAGE, Setting.GAIN, "gainGCtrl", _BYTE, "enableWhiteBalance", of="green", shown=(1,)),
    _row(IMAGE, Setting.GAIN, "gainBCtrl", _BYTE, "enableWhiteBalance", of="blue"),
    _row(IMAGE, Setting.BACKLIGHT, "enableBackLight", _ON_OFF, "enableBackLight"),
    _row(IMAGE, Setting.BACKLIGHT_LEVEL, "backLightStrength", Number(low=0, high=2), "enableBackLight", shown=(1,)),
    _row(IMAGE, Setting.WDR, "enableWideDynamic", _ON_OFF, "enableWdr"),
    _row(
        IMAGE,
        Setting.WDR_LEVEL,
        "wideDynamicLevel",
        Words(words={0: "auto", 1: "low", 2: "medium", 3: "high", 4: "highest"}),
        "enableWdr",
    ),
    _row(
        IMAGE,
        Setting.ANTI_FLICKER,
        "flickerCtrlModel",
        Switched(words={0: "60hz", 1: "50hz", 2: "outdoor"}, switch="enableFlickerCtrl"),
    ),
    _row(IMAGE, Setting.NOISE_REDUCTION_MODE, "dnrModel", Listed(), "enableVideoAdjust"),
    _row(IMAGE, Setting.NOISE_LEVEL, "dnr2DStrength", _BYTE, "enableVideoAdjust", of="2d", shown=(1,)),
    _row(IMAGE, Setting.NOISE_LEVEL, "dnr3DStrength", _BYTE, "enableVideoAdjust", of="3d"),
    _row(IMAGE, Setting.DEFOG, "enableDefog", Words(words={0: "off", 1: "on", 2: "auto"}), "enableDefog"),
    _row(IMAGE, Setting.DEFOG_LEVEL, "defogStrength", _BYTE, "enableDefog"),
    _row(IMAGE, Setting.HLC, "enableStrongLightInh", _ON_OFF, "enableSLInhibition"),
    _row(IMAGE, Setting.HLC_LEVEL, "strongLightInhibitionStrength", _BYTE, "enableSLInhibition"),
    _row(IMAGE, Setting.DARK_BOOST, "darkAreaAscension", _BYTE),
    # Its text in the table is that of the field above it (002…txt l.5018).
    _row(IMAGE, Setting.HDR, "enableHdr", _ON_OFF, "enableHdr"),
    _row(IMAGE, Setting.SCENE, "sceneMode", Words(words={0: "indoor", 1: "outdoor"})),
    _row(IMAGE, Setting.STABILIZER, "enableElectronicAntiShake", _ON_OFF, "enableElectronicAntiShake"),
    _row(IMAGE, Setting.LENS_CORRECTION, "enableLdc", _ON_OFF, "enableLdc"),
    _row(IMAGE, Setting.LENS_CORRECTION_LEVEL, "ldcStrength", _BYTE, "enableLdc"),
)

_OSD_ROWS: Final = (
    _row(
        OSD,
        Setting.MIRROR,
        "mirrorMode",
        Words(words={0: "off", 1: "horizontal", 2: "vertical", 3: "both"}),
        "enableMirrorAndFlip",
    ),
    _row(OSD, Setting.ROTATION, "rotateAngle", Listed(), "enableRotateAngle"),
    _row(OSD, Setting.SHUTTER, "electronicShutter", Listed()),
    # A flag of 2 says that there is no filter to be switched.
    _row(
        OSD,
        Setting.DAY_NIGHT,
        "ircutMode",
        Words(words={0: "auto", 1: "videoAuto", 2: "day", 3: "night"}),
        _SMART_LIGHT,
        shown=(0, 1, 3, 4, 5, 6),
    ),
    _row(
        OSD,
        Setting.DAY_NIGHT_DELAY,
        "ircutSwitchTime",
        Number(low=3, high=120),
        _SMART_LIGHT,
        shown=(0, 1, 3, 4, 5, 6),
    ),
    _row(
        OSD,
        Setting.DAY_NIGHT_SENSITIVITY,
        "ircutSensitivity",
        Number(low=0, high=7),
        _SMART_LIGHT,
        shown=(0, 1, 3, 4, 5, 6),
    ),
    _row(OSD, Setting.OSD, "visible", _ON_OFF),
    _row(OSD, Setting.OSD_DATE, "dateVisible", _HIDDEN),
    _row(OSD, Setting.OSD_WEEKDAY, "weekVisible", _HIDDEN),
    _row(OSD, Setting.OSD_NAME, "nameVisible", _HIDDEN),
    _row(OSD, Setting.OSD_DATE_FORMAT, "dateFormat", Words(words={0: "ymd", 1: "mdy", 2: "dmy"})),
    _row(OSD, Setting.OSD_TEXT, "text", Line(longest=64)),
)

_LIGHT_ROWS: Final = (
    _row(FILL_LIGHT, Setting.LIGHT_MODE, "dayNightMode", Words(words=DAY_NIGHT_MODES), _SMART_LIGHT),
    _row(
        FILL_LIGHT,
        Setting.LIGHT_SCHEDULE,
        "fillMode",
        Words(words={0: "auto", 1: "day", 2: "night", 3: "timed"}),
        _SMART_LIGHT,
    ),
    _row(FILL_LIGHT, Setting.KEEP_FULL_COLOR, "keepFullColor", _ON_OFF, _SMART_LIGHT, shown=(6,)),
    _row(FILL_LIGHT, Setting.LIGHT_SENSITIVITY, "nightVal", Number(low=0, high=7), _SMART_LIGHT),
    _row(FILL_LIGHT, Setting.LIGHT_ON_DELAY, "openDelay", Number(low=3, high=10), _SMART_LIGHT),
    _row(FILL_LIGHT, Setting.LIGHT_OFF_DELAY, "closeDelay", Number(low=0, high=255), _SMART_LIGHT),
    # 5 hides the brightness and how it is regulated.
    _row(
        FILL_LIGHT,
        Setting.LIGHT_AUTO_BRIGHTNESS,
        "lightMode",
        Being(on=1, off=0),
        _SMART_LIGHT,
        shown=(1, 3, 4, 6),
    ),
    _row(FILL_LIGHT, Setting.DAWN, "dawnTime", _DAY_MINUTES, _SMART_LIGHT),
    _row(FILL_LIGHT, Setting.DUSK, "darkTime", _DAY_MINUTES, _SMART_LIGHT),
)

_LENS_ROWS: Final = (
    _row(ZOOM_FOCUS, Setting.FOCUS_MODE, "focusModel", Words(words=_AUTO_MANUAL), "enableFocus"),
    _row(ZOOM_FOCUS, Setting.APERTURE_MODE, "apertureMode", Words(words=_AUTO_MANUAL), "enableFocus"),
    _row(ZOOM_FOCUS, Setting.APERTURE, "apertureVal", Number(low=0, high=100), "enableFocus"),
    _row(ZOOM_FOCUS, Setting.DAY_NIGHT_FOCUS, "enableDayNightFilter", _ON_OFF, "enableFocus"),
)

IMAGE_ROWS: Final = (*_IMAGE_ROWS, *_OSD_ROWS, *_LIGHT_ROWS, *_LENS_ROWS)
