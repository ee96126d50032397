"""Names that mark lists, and names spelt in more than one way, as data.

The rule is `xBegin`, `next_xURL`, `xEnd`; what follows it needs no row. All lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
import re
from typing import Final


class MarkKind(StrEnum):
    """What a name can be."""

    FIELD = "field"
    BEGIN = "begin"
    NEXT = "next"
    END = "end"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a name is, without regard to what is open at its place."""

    name: str
    """Lower case, without blanks, in the usual spelling."""
    kind: MarkKind
    stem: str = ""
    """Of the list it belongs to; of a NEXT it may be one that no list has."""
    sure: bool = True
    """False: a BEGIN of a list that the document does not know, or a NEXT that counts only where its list is open."""


BEGINS_WITH_START: Final = frozenset(
    {
        "snpointcoordinate",  # l.23752
        "temperalarmparam",  # l.23733
        "temperalarmdeploymentparam",  # l.24059
    }
)
"""Lists that `xStart` opens. Other names that end so are values: `CGIUrlStart` (l.28613), `urlStart` (l.28626)."""

VALUES: Final = frozenset(
    {
        "timesegmentbegin",  # seconds of a day (l.4189; the table has it the other way round, l.4265)
        "timesegmentend",
        "trackaddbegin",  # verbs (l.759-799)
        "trackaddend",
        "scanaddbegin",
        "scanaddend",
        "touraddbegin",
        "touraddend",
    }
)
"""Names that look like markers and are none."""

_STEM_WORDS: Final = (
    "alarminfo alarmlinkage alarmloginfo alarmoutaction alarmptzaction alarmrule applist area areaalarmparam "
    "areaparam areapoint areatemperature audioalarm audioin audioout avstream avstreamencoderability blacklist "
    "blindareaparam blindcolor blindtype calibrationarea camera channel ddns ddnsprovider detectarea dewarpmode "
    "diskinfo displaytrace drcmode exposuretime extendlist faceinfo fontalpha fontcolor fontinversecolor fontsize "
    "frequency group hightemperaturealarmparam ignoreobject intelligenceanalyse ledcontrol level localnetwork "
    "lowtemperaturealarmparam measurerange mixrect mixstreammode motiondetectionarea mounttype "
    "multitripwireregionparam networkcard newlist normaltemperaturealarmparam oldlist osdcanvas osdinfo osdtype "
    "pframeinterval pixeltoreal plate platenum plateparam point pointtemperature polygonarea polygonareaparam "
    "preset privilege ptz ptzbaudrate ptzdatabit ptzparity ptzserialport ptzstopbit quality rawuploadinterval "
    "recorddirinfo region regiondst regionsrc regiontype resolution result scan securitylevel sensitivity "
    "snappicturemode snpointcoordinate sourcestreamid stream systemloginfo targettype temperalarmdeploymentparam "
    "temperalarmparam temperaturealarmparam timeformat timer timezone tour track uid user usergroup userlist "
    "userprivilege videoformat videomode videorect videoresolution week weekday whitelist "
)
STEMS: Final = frozenset(_STEM_WORDS.split())
"""Lists of the document. Their BEGIN counts even in an answer that is cut off before the END."""

STEM_SPELLINGS: Final[Mapping[str, str]] = {
    "reset": "preset",  # l.13936
    "scana": "scan",  # l.1297
}
"""Stems of BEGIN and END that stand for others."""

NEXT_STEMS: Final[Mapping[str, str]] = {
    "format": "videoformat",  # l.2967
    "freq": "frequency",  # l.3015
    "time": "timeformat",  # l.3126
    "alpha": "fontalpha",  # l.3140
    "inverse": "fontinversecolor",  # l.3346
    "avstreamencoder": "avstreamencoderability",  # l.5285
    "areaparam": "blindareaparam",  # l.8969; also the list of that very name, l.26112
    "baudrate": "ptzbaudrate",  # l.9708
    "databit": "ptzdatabit",  # l.9728
    "stopbit": "ptzstopbit",  # l.9740
    "parity": "ptzparity",  # l.9748
    "serialport": "ptzserialport",  # l.9784
    "ptzaciton": "alarmptzaction",  # l.7078
    "user": "group",  # l.26651; also the list of that very name, l.26505
}
"""Stems of NEXT that differ from the BEGIN; the list of the very name goes first."""

SPELLINGS: Final[Mapping[str, str]] = {
    # Cut by a search and replace over the whole document, perhaps on the wire too.
    "voicedenoirefertonable": "voicedenoiseenable",  # l.4079
    "suddenrirefertonable": "suddenriseenable",  # l.9312
    "ftpuploadfullrefertoenable": "ftpuploadfullviewenable",  # l.24996, l.27953, l.28301
    "intelligenceanalyrefertond": "intelligenceanalyseend",  # l.14196
    # Slips.
    "brigthnessmode": "brightnessmode",  # l.30431
    "camearaid": "cameraid",  # l.24172
    "cavitytemoperature": "cavitytemperature",  # l.23361
    "blackbobytemperature": "blackbodytemperature",  # l.26028
    "datalenth": "datalength",  # l.308
    "frontheigth": "frontheight",  # l.3519
    "geteway": "gateway",  # l.11784
    "kerneversion": "kernelversion",  # l.1913
    "recordmontionopen": "recordmotionopen",  # l.5898
    "roiwith": "roiwidth",  # l.12570
    "schemaid": "schemeid",  # l.29592
    "subgetway": "subgateway",  # l.2058
}
"""Names in the spelling of the document, and the usual one that stands for both in every look-up."""

ACTIONS: Final[Mapping[str, str]] = {
    "weekday": "scheduleTimeAction",  # l.6028
    "alarmlinkage": "AlarmLinkageParam",  # l.8066
    "alarmptzaction": "alarmPTZAction",  # l.7048
    "motiondetectionarea": "motionDetectionAction",  # l.6862
    "blindareaparam": "areaParamAction",  # l.8992, l.9091
    "region": "areaParamAction",  # l.14787, l.21457
    "osdinfo": "OSDInfoAction",  # l.3648
    "timer": "timerAction",  # l.4205
    "applist": "appVerificationAction",  # l.27499
}
"""Field that says what a written list does to the present one; without it the list is added (l.3648, l.6028)."""
COVER: Final = "cover"
"""Replace the present list."""

_BLANKS: Final = re.compile(r"\s+")
_SUFFIX: Final = re.compile(r"(?:url|flag|begin)\Z")


def plain(name: str) -> str:
    """Reduce a name to what look-ups compare: no blanks, lower case, the usual spelling."""
    return mark_of(name).name


@lru_cache(maxsize=8192)
def mark_of(name: str) -> Mark:
    """Tell what a name is."""
    word = _BLANKS.sub("", name).lower()
    word = SPELLINGS.get(word, word)
    if word in VALUES:
        return Mark(word, MarkKind.FIELD)
    if word.startswith("next"):
        return _next(word, word[4:])
    if word.endswith("begin") and (stem := word[:-5]):
        stem = STEM_SPELLINGS.get(stem, stem)
        return Mark(word, MarkKind.BEGIN, stem, sure=stem in STEMS)
    if word.endswith("start") and word[:-5] in BEGINS_WITH_START:
        return Mark(word, MarkKind.BEGIN, word[:-5])
    if word.endswith("end") and (stem := word[:-3]):
        return Mark(word, MarkKind.END, STEM_SPELLINGS.get(stem, stem))
    stem = _SUFFIX.sub("", word)
    if stem.endswith("next") and (stem := stem[:-4]):
        return Mark(word, MarkKind.NEXT, stem, sure=False)
    return Mark(word, MarkKind.FIELD)


def _next(word: str, rest: str) -> Mark:
    """Tell which list a name goes on with; `nextX` may as well be a value, `next_X` and `nextXURL` may not."""
    stem = _SUFFIX.sub("", rest.removeprefix("_"))
    return Mark(word, MarkKind.NEXT, stem, sure=rest.startswith("_") or rest.endswith("url"))
