"""Rows of the settings of picture, lens and lamps, mostly of sensor.cgi. Pure.

Lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Mapping
from typing import Final

from ...model.parts import Range
from ...model.setting_words import Setting, SettingKey
from .settings import Codec, Field, Flag, Knob, Number, Page, Words, flag, number, place, words
from .settings_special import Strength

_SENSOR: Final = ("sensor",)
_SCHEME: Final = "schemeID"


def _page(*kinds: str, scheme: str = "") -> Page:
    return Page(kinds=kinds, cgis=_SENSOR, scheme=scheme)


IMAGING: Final = _page("imaging", scheme=_SCHEME)  # l.29516
_DAY_NIGHT: Final = _page("dayNight", scheme=_SCHEME)  # l.29665
_EXPOSURE: Final = _page("Exposure", "exposure", scheme=_SCHEME)  # l.29913, l.29938
_SCENE: Final = _page("SceneMode", scheme=_SCHEME)  # l.30508
_NOISE: Final = _page("NoiseReduction", scheme=_SCHEME)  # l.30731
_ENHANCE: Final = _page("EnhanceImage")  # l.30813
# The parameter has another name in all examples of this one type (l.29601).
_DEFOG: Final = _page("Defogging", scheme="SchemaId")
_WHITE: Final = _page("WBMode")  # l.30567
_OLD_WHITE: Final = _page("whiteBalance", scheme=_SCHEME)  # l.31063
_PALETTE: Final = _page("falseColor", scheme=_SCHEME)  # l.30908
FOCUS: Final = _page("zoomFocus")  # l.30148, l.30191
INFRARED: Final = _page("infraredLight")  # l.30440
WHITE_LED: Final = Page(kinds=("WhiteLedManualControl",), cgis=("param", "sensor"))  # l.4685, l.4695
_WHITE_ALARM: Final = Page(kinds=("WhiteLedAlarmParam",), cgis=("param", "sensor"))  # l.4793, l.4803
RED_BLUE: Final = Page(kinds=("RedBlueLamp", "RedBuleLamp"), cgis=_SENSOR, lenses=True)  # l.31123-31129
LED: Final = Page(kinds=("ledControlParam",), thermal=True)  # l.24475
_VIDEO: Final = Page(kinds=("videoSystem",))  # l.3045

# The recorder's table (l.30027) has all of the camera's (l.29969-29993), where 2 is misprinted; some cameras use more.
_SHUTTERS: Final = (
    "1/1 1/2 1/5 1/10 1/12.5 1/15 1/20 1/25 1/30 1/50 1/60 1/100 1/120 1/125 1/150 1/200 1/250 1/500 1/1000 1/2000 "
    "1/5000 1/10000 1/20000"
)
_SHUTTER_WORDS: Final[Mapping[str, str]] = {str(code): word for code, word in enumerate(_SHUTTERS.split())}
_WHITE_WORDS: Final[Mapping[str, str]] = {  # l.30600
    "0": "auto",
    "1": "tungsten",
    "2": "fluorescent",
    "3": "daylight",
    "4": "shadow",
    "9": "manual",
}
_PALETTES: Final = (  # l.30942-30960
    "white_hot black_hot rainbow iron_red amber bone_china cold brass hot pink spring summer autumn winter "
    "purple_blue red_flame rose"
)
_REGULATION: Final[Mapping[str, str]] = {"1": "auto", "2": "manual"}  # l.29782


def _row(setting: Setting, page: Page, codec: Codec, of: str = "") -> Knob:
    return Knob(key=SettingKey(setting, of), page=page, codec=codec)


def _one(name: str, *others: str) -> Field:
    return place(name, *others)


_EXCLUSIVE: Final = ("WDR", "HLC", "BLC")
"""Only one of them at a time (l.30833)."""


def _enhancement(name: str) -> Flag:
    return flag(name, excludes=tuple(other for other in _EXCLUSIVE if other != name))


_SECONDS: Final = Number(
    field=_one("WhiteFlickerDuration"),
    range=Range(low=1, high=60),
    # The table has seconds, the example a number that can only be milliseconds (l.4809, l.4835).
    factor_above=(60, 1000),
)

PICTURE_KNOBS: Final = (
    _row(
        Setting.DAY_NIGHT,
        _DAY_NIGHT,
        Words(
            field=_one("dayNightMode", "dnMode"),
            words={"0": "auto", "1": "day", "2": "night", "3": "schedule"},  # l.29740
            also="dnMode",
        ),
    ),
    _row(
        Setting.LIGHT_MODE,
        _DAY_NIGHT,
        words("lightMode", words={"0": "irLight", "1": "whiteLight", "2": "eventIntelligence", "3": "close"}),
    ),
    _row(Setting.LIGHT_REGULATION, _DAY_NIGHT, words("infrared", "IRmode", words=_REGULATION), "ir"),
    _row(Setting.LIGHT_REGULATION, _DAY_NIGHT, words("white", words=_REGULATION), "white"),
    _row(Setting.LIGHT_LEVEL, _DAY_NIGHT, number("infraredIntensity", "IRstrength"), "ir"),
    _row(Setting.LIGHT_LEVEL, _DAY_NIGHT, number("whiteIntensity"), "white"),
    _row(Setting.DAY_NIGHT_DELAY, _DAY_NIGHT, number("delay", high=180)),
    _row(Setting.DAY_NIGHT_SENSITIVITY, _DAY_NIGHT, number("dayNightSensitivity", "sensitivity")),
    _row(Setting.LIGHT_DURATION, WHITE_LED, number("WhiteLedManualDuration", high=86400)),
    _row(Setting.FLASH_DURATION, _WHITE_ALARM, _SECONDS),
    _row(Setting.FLASH_DURATION, RED_BLUE, number("RedBlueFlickerDuration", low=1, high=60)),
    _row(
        Setting.FLASH_FREQUENCY,
        RED_BLUE,
        words("RedBlueFlickerInterval", words={"0": "low", "1": "medium", "2": "high"}),  # l.31182
    ),
    _row(Setting.FLASH_MODE, _WHITE_ALARM, words("flickerMode", words={"0": "flash", "1": "steady"})),  # l.4829
    _row(Setting.FLASH_INTERVAL, _WHITE_ALARM, number("flickerInterval", high=5000)),  # l.4835
    _row(
        Setting.FLASH_INTERVAL,
        LED,
        number("FlickerInterval", low=100, high=10000, within="LedControl"),  # l.24569
    ),
    _row(
        Setting.LED_MODE,
        LED,
        words(
            "DisplayMode",
            words={"1": "on", "2": "off", "3": "flash", "4": "schedule", "8": "alarm"},  # l.24546-24551
            within="LedControl",
        ),
    ),
    _row(Setting.BRIGHTNESS, IMAGING, number("brightness")),
    _row(Setting.CONTRAST, IMAGING, number("contrast")),
    _row(Setting.SATURATION, IMAGING, number("saturation")),
    _row(Setting.SHARPNESS, IMAGING, number("sharpness")),
    *(
        _row(setting, _ENHANCE, _enhancement(name))
        for setting, name in ((Setting.WDR, "WDR"), (Setting.HLC, "HLC"), (Setting.BACKLIGHT, "BLC"))
    ),
    _row(Setting.WDR_LEVEL, _ENHANCE, number("WDRvalue")),
    _row(Setting.HLC_LEVEL, _ENHANCE, number("HLCvalue")),
    _row(Setting.BACKLIGHT_LEVEL, _ENHANCE, number("BLCvalue")),
    _row(Setting.STABILIZER, _ENHANCE, flag("AntiShake")),
    _row(Setting.DEFOG, _DEFOG, flag("defoggingSwitch")),
    _row(Setting.DEFOG_LEVEL, _DEFOG, number("defoggingStrength")),
    _row(Setting.DEFOG, _ENHANCE, flag("Defog")),
    _row(Setting.DEFOG_LEVEL, _ENHANCE, number("Defogvalue")),
    _row(
        Setting.MIRROR,
        _SCENE,
        words("MirrorMode", words={"0": "off", "1": "horizontal", "2": "vertical", "3": "both"}),  # l.30548
    ),
    _row(Setting.CORRIDOR_MODE, _SCENE, flag("CorridorMode")),
    _row(Setting.SCENE, _SCENE, words("Scene", words={"0": "indoor", "1": "outdoor"})),
    _row(Setting.WHITE_BALANCE, _WHITE, words("wbMode", "rgbMode", words=_WHITE_WORDS)),
    _row(Setting.WHITE_BALANCE, _OLD_WHITE, words("mode", words=_WHITE_WORDS)),
    _row(
        Setting.EXPOSURE,
        _EXPOSURE,
        words("exposureMode", words={"0": "auto", "1": "manual", "2": "shutter", "3": "iris"}),  # l.29967, l.30017
    ),
    _row(Setting.SHUTTER, _EXPOSURE, words("shutter", "exposureTime", "maxShutter", words=_SHUTTER_WORDS)),
    _row(Setting.GAIN, _EXPOSURE, number("gain", "maxGain")),
    *(
        knob
        for which in ("2d", "3d")
        for knob in (
            _row(Setting.NOISE_REDUCTION, _NOISE, flag(f"{which.upper()}NR"), which),
            _row(
                Setting.NOISE_LEVEL,
                _NOISE,
                Strength(
                    mode=_one(f"{which.upper()}NRMode"),
                    automatic=_one(f"{which.upper()}NRMaxStrength"),
                    manual=_one(f"{which.upper()}NRFixedStrength"),
                ),
                which,
            ),
        )
    ),
    _row(
        Setting.FOCUS_MODE,
        FOCUS,
        words("focusMode", words={"0": "auto", "1": "manual", "2": "semi"}),  # l.30345
    ),
    _row(
        Setting.PALETTE,
        _PALETTE,
        words("falseColorModel", words={str(code): word for code, word in enumerate(_PALETTES.split())}),
    ),
    _row(
        Setting.ANTI_FLICKER,
        _VIDEO,
        # The frequency belongs to the video format: 50 to PAL, 60 to NTSC (l.2960-2973).
        Words(
            field=_one("frequency"),
            words={"50": "50hz", "60": "60hz"},
            follows=(("videoFormat", {"50": "1", "60": "0"}),),
        ),
    ),
)
"""Of channels; of several rows for one setting the first that the device has counts."""
