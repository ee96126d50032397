"""Metadata documents: what a message says, and the ways devices write it as XML or JSON.

Shapes: 001…txt B.1-B.4 (JSON) and B.10-B.15, B.17, B.20 (XML).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
import json
from xml.sax.saxutils import escape

type Json = str | int | float | bool | Sequence[Json] | dict[str, Json] | None
type Point = tuple[int, int]

RULE, ACTIVITY, PTZ = "ruleTarget", "activityTarget", "PTZ"
RADAR_RULE, RADAR_ACTIVITY = "ruleTargetRadar", "activityTargetRadar"
ISAPI = "http://www.isapi.org/ver20/XMLSchema"
STD_CGI = "http://www.std-cgi.org/ver20/XMLSchema"


class Quirk(StrEnum):
    """Oddities of the document's own samples, which devices made from it may share."""

    ARROW = "arrow"
    """`<value>>true</value>` (001…txt l.1701)."""
    COMMENT = "comment"
    """`//words` behind the text of an element (001…txt l.1403, l.2060)."""
    APART = "apart"
    """Every pair of a queue's waiting time in a Property of its own, unlike the sample (001…txt l.2015-2019)."""
    OTHER_CASE = "other_case"
    """The root of JSON is `MetaData` (001…txt l.693)."""
    PICTURE = "picture"
    """`PictureList`, where the document writes `PcitureList` (001…txt l.537)."""
    OUTSIDE = "outside"
    """Situation beside the root of JSON, not in it (001…txt l.543, l.608)."""
    TEXT = "text"
    """Numbers of JSON as text."""
    BARE_ADDRESS = "bare_address"
    """The address without quotation marks, which is not JSON (001…txt l.572)."""


class Pairs(dict[str, Json]):
    """Descriptions and values in one Property, in turn: a tree cannot hold a name twice."""

    @property
    def apart(self) -> list[Json]:
        """The same with a Property for each."""
        return [{"description": name, "value": as_text(value)} for name, value in self.items()]


@dataclass(kw_only=True, frozen=True)
class Message:
    """One message before it is written. In `content` a list is an element that repeats."""

    type: str
    sub_type: str | None
    content: dict[str, Json]
    config: str | None = None
    """Type under which a device enables and subscribes it; None: none (001…txt l.841-844)."""
    json_only: bool = False
    """The document knows no XML of it."""
    text: bool = True
    """Whether all values are text in JSON too."""
    radar_channel: int | None = None

    @property
    def rule(self) -> bool:
        """Whether it tells what is configured, not what happens."""
        return self.type in (RULE, RADAR_RULE) and not self.json_only and "ActivityTargetList" not in self.content


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True, frozen=True)
class Style:
    """How a device writes its messages."""

    version: str = "2.0"
    namespace: str = ISAPI
    """Empty: none."""
    declaration: bool = True
    milliseconds: bool = True
    colon: bool = True
    """Zone as +08:00, else as +0800 (001…txt l.255)."""
    zoned: bool = True
    indent: bool = False
    address: str = "192.168.0.64"
    port: int = 554
    mac: str = "28:57:be:ee:d1:5a"
    device: bool = True
    """Whether messages name the device."""
    quirks: frozenset[Quirk] = frozenset()
    now: Callable[[], datetime] = field(default=_utc)

    def write(self, message: Message, channel: int = 1, form: str = "xml") -> bytes:
        """Return the bytes of a message; what has no XML is JSON whatever was asked for."""
        return self.json(message, channel) if message.json_only or form == "json" else self.xml(message, channel)

    def stamp(self) -> str:
        """Return the time."""
        moment = self.now()
        text = moment.strftime("%Y-%m-%dT%H:%M:%S")
        if self.milliseconds:
            text += f".{moment.microsecond // 1000:03}"
        if not self.zoned:
            return text
        zone = moment.strftime("%z") or "+0000"
        return text + (f"{zone[:3]}:{zone[3:]}" if self.colon else zone)

    def _head(self, message: Message) -> dict[str, Json]:
        head: dict[str, Json] = {"type": message.type}
        if message.sub_type is not None:
            head["subType"] = message.sub_type
        return head | {"time": self.stamp()}

    # --- XML

    def xml(self, message: Message, channel: int = 1) -> bytes:
        """Write XML."""
        tree = self._head(message)
        if self.device:
            tree["DevInfo"] = self._device(channel, message.radar_channel)
        attributes = f' version="{self.version}"' + (f' xmlns="{self.namespace}"' if self.namespace else "")
        lines = ['<?xml version="1.0" encoding="UTF-8"?>'] if self.declaration else []
        lines += [f"<Metadata{attributes}>"]
        for name, node in (tree | message.content).items():
            lines += self._element(name, node, 1)
        lines.append("</Metadata>")
        return ("\n" if self.indent else "").join(lines).encode()

    def _device(self, channel: int, radar: int | None) -> dict[str, Json]:
        found: dict[str, Json] = {
            "ipAddress": self.address,
            "portNo": self.port,
            "macAddress": self.mac,
            "channel": channel,
        }
        return found if radar is None else found | {"radarChannel": radar}

    def _element(self, name: str, node: Json, depth: int) -> Iterator[str]:
        pad = "  " * depth if self.indent else ""
        if isinstance(node, Pairs):
            if Quirk.APART in self.quirks:
                yield from self._element(name, node.apart, depth)
            else:
                yield f"{pad}<{name}>" + "".join(self._pair(item) for item in node.apart) + f"</{name}>"
        elif isinstance(node, list | tuple):
            for item in node:
                yield from self._element(name, item, depth)
        elif isinstance(node, dict):
            yield f"{pad}<{name}>" + self._comment(name)
            for key, value in node.items():
                yield from self._element(key, value, depth + 1)
            yield f"{pad}</{name}>"
        else:
            yield f"{pad}<{name}>{self._leaf(name, node)}</{name}>"

    def _pair(self, node: Json) -> str:
        found = node.items() if isinstance(node, dict) else ()
        return "".join("".join(self._element(key, value, 0)) for key, value in found)

    def _comment(self, name: str) -> str:
        return "//position" if Quirk.COMMENT in self.quirks and name in ("RegionList", "Target") else ""

    def _leaf(self, name: str, value: object) -> str:
        arrow = ">" if Quirk.ARROW in self.quirks and name == "value" and value in (True, "true", "false") else ""
        return arrow + escape(as_text(value))

    # --- JSON

    def json(self, message: Message, channel: int = 1) -> bytes:
        """Write JSON."""
        tree = self._head(message)
        if self.device:
            tree["DevInfo"] = {
                "ipAddress": self.address,
                "portNo": str(self.port),
                "macAddress": self.mac,
                "channel": str(channel),
            }
        content = _unwrapped(message.content)
        content = texts(content) if message.text or Quirk.TEXT in self.quirks else content
        assert isinstance(content, dict)
        tree |= content
        if Quirk.PICTURE in self.quirks and "PcitureList" in tree:
            tree["PictureList"] = tree.pop("PcitureList")
        outside = {"Situation": tree.pop("Situation")} if Quirk.OUTSIDE in self.quirks and "Situation" in tree else {}
        root = "MetaData" if Quirk.OTHER_CASE in self.quirks else "Metadata"
        text = json.dumps({root: tree, **outside}, indent=2 if self.indent else None)
        if Quirk.BARE_ADDRESS in self.quirks:
            text = text.replace(f'"{self.address}"', self.address)
        return text.encode()


def as_text(value: object) -> str:
    """Write a value as devices do."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def texts(node: Json) -> Json:
    """Return the same with all values as text."""
    if isinstance(node, dict):
        return {key: texts(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [texts(item) for item in node]
    return as_text(node)


_LISTS = {
    "TargetList": "Target",
    "ActivityTargetList": "Target",
    "PropertyList": "Property",
    "PolarCoordinatesList": "Coordinate",
}


def _unwrapped(node: Json) -> Json:
    """Write lists as JSON has them: without the element that repeats, a region as its points (001…txt l.574-601)."""
    if isinstance(node, list | tuple):
        return [_unwrapped(item) for item in node]
    if isinstance(node, Pairs):
        return _unwrapped(node.apart)
    if not isinstance(node, dict):
        return node
    made: dict[str, Json] = {}
    for key, value in node.items():
        inner = _LISTS.get(key)
        if inner and isinstance(value, dict) and inner in value:
            value = value[inner]
        elif key == "RegionList" and isinstance(value, dict) and isinstance(regions := value.get("Region"), list):
            value = regions[0] if len(regions) == 1 else regions
        made[key] = _unwrapped(value)
    return made


# --- pieces that many messages share


def points(found: Sequence[Point]) -> dict[str, Json]:
    """Return a list of one region: a point, a line or an area, by the number of points."""
    return {"Region": [{"Point": [{"x": x, "y": y} for x, y in found]}]}


def properties(**values: object) -> dict[str, Json]:
    """Return a property list; values that are None are left out."""
    listed: list[Json] = [
        {"description": name, "value": as_text(value)} for name, value in values.items() if value is not None
    ]
    return {"Property": listed}


def target(
    *,
    number: int | str | None = None,
    recognition: str | None = None,
    rule: int | None = None,
    region: Sequence[Point] = (),
    values: Mapping[str, object] | None = None,
) -> Json:
    """Return one target, in the order of the general message (001…txt l.2901-2915)."""
    made: dict[str, Json] = {}
    if number is not None:
        made["targetID"] = number
    if recognition is not None:
        made["recognition"] = recognition
    if rule is not None:
        made["ruleID"] = rule
    if region:
        made["RegionList"] = points(region)
    if values:
        made["PropertyList"] = properties(**values)
    return made


def detection(targets: Sequence[Json], **beside: Json) -> dict[str, Json]:
    """Return a TargetDetection; `beside` are elements next to its list of targets (001…txt l.1798, l.2127)."""
    found: dict[str, Json] = {"TargetList": {"Target": list(targets)}}
    return {"TargetDetection": found | beside}
