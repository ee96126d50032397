"""Where the guide of the text protocol has examples with lists, and what is in them; and how to find them.

The guide itself is not part of the project: tests read it where it lies beside the repository. Lines count from 1.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
import re
from typing import Final

GUIDE: Final = Path(__file__).parents[3] / "shared" / "documents" / "003_f90f6ea635efbe94.txt"
CAPTURE: Final = Path(__file__).parents[3] / "shared" / "captures" / "sunell_cgi" / "ipc.json"

_PAIR: Final = re.compile(r"\s*&?\s*[A-Za-z0-9_][\w .-]{0,40}\s*=")
_MARKER: Final = re.compile(r"\s*&?\s*\w+ ?\w*(?:Begin|Start|End|END)\s*(?:=.*)?")
_NEXT: Final = re.compile(r"\s*&?\s*(?:next_?\w+|\w+next\w*)\s*(?:=.*)?", re.IGNORECASE)
_FILLER: Final = re.compile(r"\s*(?:[….]|OK|Log Time|NVR:|IPC)")
_VALUE_NAMES: Final = re.compile(r"\s*(?:CGI|alarmCenter)?url(?:Start|End)\b", re.IGNORECASE)
_REQUEST: Final = re.compile(r"[&?]\s*(?!CGIUrl|url|alarmCenterUrl)\w+(?:Begin|Start) ?(?:=|&)")


def answers(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last line of every run of pairs in which there is a list marker."""
    place = 0
    while place < len(lines):
        if not _opens(lines, place):
            place += 1
            continue
        first = last = place
        while place < len(lines) and _goes_on(lines[place], place - last, place == first):
            last = place if _is_line(lines[place]) else last
            place += 1
        place = last + 1
        if any(_marks(line) for line in lines[first:place]):
            yield first + 1, place


def requests(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Line and query of every request with a list; some go over several lines."""
    place = 0
    while place < len(lines):
        text, first = lines[place], place
        place += 1
        while ".cgi" in text and place < len(lines) and lines[place].startswith("&"):
            text += lines[place]
            place += 1
        if ".cgi" in text and _REQUEST.search(text):
            yield first + 1, text.partition("?")[2]


def request_pairs(query: str) -> tuple[tuple[str, str], ...]:
    """Take a printed query apart."""
    parts = (part.partition("=") for part in query.split("&") if part.strip())
    return tuple((name.strip(), value.strip()) for name, _, value in parts)


def _opens(lines: Sequence[str], place: int) -> bool:
    line, after = lines[place], lines[place + 1 : place + 2]
    if _PAIR.match(line) and _is_line(line):
        return True
    return bool(_MARKER.fullmatch(line) and after and _is_line(after[0]) and not after[0].startswith("\t"))


def _goes_on(line: str, since: int, first: bool) -> bool:
    if _is_line(line):
        # A tab begins a cell of a table, with the first line of an example or with the name of a parameter.
        return first or not line.startswith("\t")
    return bool(_FILLER.match(line)) if line.strip() else since < 2


def _is_line(line: str) -> bool:
    if line.count("&") > 1 and line.startswith("&"):
        # A request goes on.
        return False
    return bool(_PAIR.match(line) or _MARKER.fullmatch(line) or _NEXT.fullmatch(line))


def _marks(line: str) -> bool:
    return bool((_MARKER.fullmatch(line) or _NEXT.fullmatch(line)) and not _VALUE_NAMES.match(line))


type Tally = str
"""Stems of lists with the number of their records at any depth, in order."""

ANSWERS: Final[tuple[tuple[int, int, int, int, Tally], ...]] = (
    # first line, last line, own names, pairs, lists
    (300, 309, 1, 10, "result:2"),
    (462, 475, 0, 13, "alarminfo:2"),
    (495, 507, 0, 13, "alarminfo:2"),
    (1038, 1047, 0, 10, "preset:3"),
    (1157, 1163, 0, 7, "track:2"),
    (1267, 1273, 0, 7, "scan:2"),
    (1387, 1402, 0, 16, "tour:2 preset:2"),
    (2052, 2062, 1, 11, "localnetwork:1"),
    (2277, 2321, 2, 45, "channel:2 stream:4"),
    (2634, 2787, 1, 154, "timezone:76"),
    (2960, 2973, 1, 14, "videoformat:2 frequency:2"),
    (3101, 3149, 9, 49, "osdtype:5 fontsize:3 timeformat:6 fontalpha:4"),
    (3553, 3563, 5, 11, "osdinfo:1"),
    (3849, 3858, 4, 10, "audioin:1 audioout:1"),
    (4179, 4193, 9, 15, "timer:1"),
    (4318, 4376, 13, 59, "detectarea:2 weekday:2"),
    (5094, 5157, 1, 49, "avstream:2 avstreamencoderability:4 videoresolution:10"),
    (5344, 5357, 2, 14, "resolution:2 quality:3"),
    (5500, 5514, 4, 15, "level:5"),
    (5579, 5652, 1, 74, "area:8"),
    (5754, 5769, 2, 16, "sourcestreamid:2 pframeinterval:4"),
    (5910, 5924, 10, 15, "weekday:1"),
    (6075, 6098, 0, 20, "recorddirinfo:1"),
    (6304, 6314, 0, 11, "diskinfo:2"),
    (6552, 6567, 7, 16, "weekday:2"),
    (6720, 6736, 8, 17, "alarmlinkage:4"),
    (6824, 6850, 12, 27, "motiondetectionarea:1 weekday:2"),
    (7350, 7369, 3, 18, "weekday:2 alarmlinkage:2"),
    (7560, 7567, 4, 8, "alarmlinkage:1"),
    (7741, 7752, 5, 12, "alarmlinkage:2"),
    (7934, 7944, 2, 11, "weekday:2"),
    (8036, 8055, 4, 20, "weekday:2 alarmlinkage:2"),
    (8228, 8256, 3, 29, "weekday:3 alarmlinkage:4"),
    (8475, 8513, 2, 39, "weekday:2 alarmlinkage:7"),
    (8677, 8691, 6, 15, "weekday:2"),
    (8808, 8834, 4, 27, "blindtype:1 blindcolor:9"),
    (8959, 8978, 0, 19, "blindareaparam:2"),
    (9110, 9197, 2, 88, "audioalarm:14 weekday:7"),
    (9311, 9334, 7, 22, "weekday:2 alarmlinkage:2"),
    (9552, 9560, 5, 9, "alarmlinkage:1"),
    (9701, 9756, 5, 56, "ptzserialport:1 ptzbaudrate:9 ptzdatabit:5 ptzstopbit:3 ptzparity:5"),
    (9915, 9926, 1, 12, "ptz:1"),
    (10409, 10428, 4, 20, "ddnsprovider:3 networkcard:1"),
    (10429, 10436, 1, 8, "ddns:1"),
    (11095, 11108, 4, 14, "blacklist:1 whitelist:1"),
    (11231, 11241, 1, 11, "securitylevel:3"),
    (12108, 12129, 1, 22, "channel:1 stream:2"),
    (12328, 12338, 0, 11, "plateparam:2"),
    (12699, 12715, 0, 17, "plate:2"),
    (13034, 13048, 6, 15, "alarmlinkage:4"),
    (13133, 13161, 11, 29, "region:1 point:3 weekday:1"),
    (13403, 13415, 4, 13, "alarmlinkage:4"),
    (13487, 13503, 8, 17, "region:1 motiondetectionarea:1"),
    (13760, 13774, 6, 15, "alarmlinkage:4"),
    (13866, 13894, 11, 29, "region:1 point:3 weekday:1"),
    (14175, 14196, 1, 22, "intelligenceanalyse:10"),
    (14291, 14342, 25, 52, "targettype:3 sensitivity:5 alarmlinkage:4"),
    (14577, 14612, 9, 35, "region:1 point:2 weekday:2"),
    (14975, 15016, 26, 42, "targettype:3 alarmlinkage:4"),
    (15240, 15266, 16, 27, "region:1 weekday:1"),
    (15577, 15621, 29, 45, "targettype:3 alarmlinkage:4"),
    (15856, 15884, 10, 29, "region:1 weekday:1"),
    (16222, 16259, 9, 38, "region:1 point:3 weekday:2"),
    (16392, 16437, 37, 46, "alarmlinkage:4"),
    (16693, 16731, 17, 39, "region:1 point:3 weekday:2"),
    (17092, 17128, 9, 37, "region:1 point:4 weekday:2"),
    (17236, 17269, 9, 34, "region:1 point:3 weekday:2"),
    (17377, 17414, 9, 38, "region:1 point:3 weekday:2"),
    (17544, 17587, 28, 44, "targettype:3 alarmlinkage:4"),
    (17820, 17856, 9, 37, "region:1 point:3 weekday:2"),
    (18204, 18240, 9, 37, "region:1 point:3 weekday:2"),
    (18345, 18359, 6, 15, "weekday:2"),
    (18410, 18425, 4, 16, "regiontype:1 alarmlinkage:4"),
    (18520, 18556, 20, 37, "weekday:4"),
    (19070, 19120, 24, 51, "targettype:3 sensitivity:5 alarmlinkage:4"),
    (19348, 19376, 11, 29, "region:1 point:3 weekday:1"),
    (19689, 19739, 24, 51, "targettype:3 sensitivity:5 alarmlinkage:4"),
    (19967, 19995, 11, 29, "region:1 point:3 weekday:1"),
    (20309, 20364, 29, 56, "targettype:3 sensitivity:5 alarmlinkage:4"),
    (20594, 20622, 11, 29, "region:1 point:3 weekday:1"),
    (21358, 21444, 8, 87, "weekday:7 alarmlinkage:3 region:3 point:9"),
    (21547, 21578, 16, 32, "targettype:3 alarmlinkage:4"),
    (21789, 21825, 9, 37, "region:1 point:3 weekday:2"),
    (22113, 22144, 16, 32, "targettype:3 alarmlinkage:4"),
    (22311, 22356, 12, 46, "region:1 point:3 weekday:5"),
    (22645, 22673, 3, 25, "mounttype:2 videomode:2 dewarpmode:4"),
    (22761, 22777, 2, 16, "videorect:2"),
    (22940, 23007, 28, 68, "measurerange:1 drcmode:1 alarmrule:3 mixstreammode:1 rawuploadinterval:5 ignoreobject:5"),
    (23732, 23765, 1, 34, "temperalarmparam:1 snpointcoordinate:4"),
    (23989, 23999, 0, 11, "areatemperature:1"),
    (24032, 24042, 0, 11, "pointtemperature:2"),
    (24058, 24160, 1, 103, "temperalarmdeploymentparam:7 alarmlinkage:5 weekday:2 alarmoutaction:8"),
    (24383, 24398, 3, 16, "region:1 point:3"),
    (24478, 24514, 1, 37, "ledcontrol:1 weekday:7"),
    (24985, 25057, 29, 73, "polygonareaparam:8 areapoint:1"),
    (25292, 25417, 0, 126, "hightemperaturealarmparam:8 weekday:14"),
    (25563, 25688, 0, 126, "normaltemperaturealarmparam:8 weekday:14"),
    (25720, 25845, 0, 126, "lowtemperaturealarmparam:8 weekday:14"),
    (25877, 25886, 4, 10, "regionsrc:1 regiondst:1"),
    (26026, 26033, 5, 8, "calibrationarea:1"),
    (26106, 26147, 1, 42, "areaparam:8"),
    (26352, 26364, 3, 13, "faceinfo:1"),
    (26467, 26520, 1, 54, "user:2 privilege:21"),
    (26614, 26672, 1, 59, "group:3 privilege:22"),
    (26762, 26795, 1, 34, "privilege:16"),
    (26860, 26863, 1, 4, "privilege:1"),
    (26929, 26964, 1, 36, "userlist:2 userprivilege:11"),
    (27045, 27119, 3, 74, "usergroup:1 userprivilege:7"),
    (27154, 27247, 1, 92, "usergroup:6 userprivilege:32"),
    (27473, 27483, 2, 11, "applist:2"),
    (27687, 27699, 1, 13, "systemloginfo:1"),
    (27782, 27794, 1, 13, "alarmloginfo:1"),
    (27942, 27988, 33, 47, "snappicturemode:2 displaytrace:4"),
    (28298, 28347, 7, 50, "polygonarea:1 areapoint:1 weekday:7"),
    (28690, 28693, 1, 4, "faceinfo:1"),
    (31289, 31310, 2, 22, "exposuretime:1"),
    (31718, 31735, 1, 15, "weekday:2"),
    (31746, 31763, 1, 15, "weekday:2"),
    (31775, 31784, 1, 9, "alarmlinkage:2"),
    (31798, 31827, 0, 28, "oldlist:1 plateparam:4 newlist:1"),
)

REQUESTS: Final[tuple[tuple[int, int, int, Tally], ...]] = (
    # line, own names, pairs, lists
    (3579, 3, 30, "osdcanvas:2 osdinfo:2"),
    (4205, 12, 18, "timer:1"),
    (4383, 15, 30, "weekday:1 detectarea:1"),
    (4389, 15, 43, "weekday:2 detectarea:2"),
    (4739, 8, 37, "weekday:7"),
    (4809, 5, 34, "weekday:7"),
    (5658, 5, 78, "area:8"),
    (5664, 5, 78, "area:8"),
    (5938, 10, 15, "weekday:1"),
    (5940, 8, 37, "weekday:7"),
    (6578, 10, 23, "weekday:3"),
    (6862, 16, 69, "motiondetectionarea:3 weekday:9"),
    (7381, 6, 35, "weekday:4 alarmlinkage:3"),
    (7579, 7, 11, "alarmlinkage:1"),
    (7763, 7, 14, "alarmlinkage:2"),
    (7955, 4, 13, "weekday:2"),
    (8066, 6, 22, "alarmlinkage:2 weekday:2"),
    (8269, 5, 47, "weekday:7 alarmlinkage:4"),
    (8524, 6, 23, "alarmlinkage:2 weekday:2"),
    (8703, 10, 19, "weekday:2"),
    (8992, 5, 33, "blindareaparam:3"),
    (9203, 5, 37, "audioalarm:6 weekday:3"),
    (9209, 5, 37, "audioalarm:6 weekday:3"),
    (9346, 9, 38, "weekday:4 alarmlinkage:3"),
    (9567, 6, 10, "alarmlinkage:1"),
    (9573, 6, 10, "alarmlinkage:1"),
    (9938, 3, 13, "ptz:1"),
    (11115, 4, 9, "blacklist:1"),
    (11122, 6, 16, "blacklist:1 whitelist:1"),
    (11125, 6, 20, "blacklist:3 whitelist:1"),
    (11127, 6, 10, "blacklist:1"),
    (12039, 5, 16, "extendlist:5"),
    (12136, 3, 24, "channel:1 stream:2"),
    (12142, 3, 24, "channel:1 stream:2"),
    (12350, 2, 13, "plateparam:2"),
    (12365, 2, 13, "plateparam:2"),
    (12380, 2, 28, "oldlist:1 plateparam:4 newlist:1"),
    (12678, 2, 6, "platenum:1"),
    (12680, 2, 6, "uid:1"),
    (12953, 14, 43, "weekday:7"),
    (13168, 14, 32, "region:1 point:3 weekday:1"),
    (13174, 14, 32, "region:1 point:3 weekday:1"),
    (13510, 15, 88, "region:1 motiondetectionarea:3 weekday:13"),
    (13516, 15, 88, "region:1 motiondetectionarea:3 weekday:13"),
    (13901, 14, 32, "region:1 point:3 weekday:1"),
    (13908, 14, 32, "region:1 point:3 weekday:1"),
    (14623, 19, 102, "region:2 point:7 weekday:12"),
    (15278, 12, 148, "region:2 weekday:30"),
    (15896, 10, 37, "multitripwireregionparam:1 region:1 weekday:1"),
    (16273, 12, 41, "region:1 point:3 weekday:2"),
    (16745, 13, 163, "region:2 point:6 weekday:29"),
    (17141, 12, 40, "region:1 point:4 weekday:2"),
    (17282, 12, 40, "region:1 point:4 weekday:2"),
    (17427, 12, 41, "region:1 point:3 weekday:2"),
    (17867, 13, 128, "region:3 point:11 weekday:14"),
    (18253, 12, 37, "region:1 point:3 weekday:2"),
    (18372, 9, 18, "weekday:2"),
    (18569, 23, 40, "weekday:4"),
    (19388, 14, 41, "region:1 point:3 weekday:2"),
    (20007, 14, 41, "region:1 point:3 weekday:2"),
    (20635, 13, 75, "region:2 point:8 weekday:6"),
    (21457, 10, 86, "weekday:7 alarmlinkage:3 region:3 point:9"),
    (21837, 13, 87, "region:1 point:4 weekday:14"),
    (22367, 13, 87, "region:1 point:4 weekday:14"),
    (23771, 5, 70, "temperalarmparam:2 snpointcoordinate:8"),
    (23777, 5, 70, "temperalarmparam:2 snpointcoordinate:8"),
    (24023, 7, 11, "pointtemperature:1"),
    (24172, 4, 106, "temperalarmdeploymentparam:7 alarmlinkage:5 weekday:2 alarmoutaction:8"),
    (24405, 5, 42, "region:3 point:9"),
    (24411, 18, 22, "point:1"),
    (24521, 4, 40, "ledcontrol:1 weekday:7"),
    (24527, 4, 40, "ledcontrol:1 weekday:7"),
    (25272, 27, 56, "polygonareaparam:2 areapoint:2"),
    (25545, 2, 83, "hightemperaturealarmparam:1 areaalarmparam:2 weekday:14"),
    (25701, 2, 83, "normaltemperaturealarmparam:1 areaalarmparam:2 weekday:14"),
    (25858, 2, 83, "lowtemperaturealarmparam:1 areaalarmparam:2 weekday:14"),
    (25898, 4, 10, "regionsrc:1 regiondst:1"),
    (26045, 7, 10, "calibrationarea:1"),
    (26160, 3, 44, "areaparam:8"),
    (27497, 4, 11, "applist:2"),
    (27499, 4, 11, "applist:2"),
    (27500, 4, 7, "applist:1"),
    (28363, 18, 61, "polygonarea:1 areapoint:1 weekday:7"),
    (29168, 7, 13, "week:2"),
    (29174, 7, 13, "week:2"),
    (31148, 7, 16, "weekday:2"),
)
