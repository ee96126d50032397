"""The settings of the dialect as tables: which document holds each, where in it, and what values it takes. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...model.detections import Detection
from ...model.parts import Choice, Range, SettingSpec, SettingValue, Text, Toggle
from ...model.setting_words import Setting, SettingKey
from ...transport import xml
from .client import Json
from .codec import json_list, options

PERCENT: Final = Range(low=0, high=100)
SMART_PERCENT: Final = Range(low=1, high=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionDocument:
    """Where a detection is configured. Letter case of paths differs by feature and firmware, hence alternatives."""

    local: tuple[str, ...]
    proxied: tuple[str, ...] = ()
    """On a recorder's proxied channel, where it differs."""
    function: str = ""
    """Name in the list of mutual exclusions; it differs from the trigger's."""
    sensitivity: tuple[str, ...] = ("sensitivityLevel",)
    """Names of the leaves that hold it, wherever they are; several regions have one each."""
    span: Range = SMART_PERCENT
    assumed: bool = True
    """Its switch is offered without having read the document (recorders: reading all of them costs too much)."""

    def paths(self, channel: int, *, proxied: bool) -> tuple[str, ...]:
        """The paths to try, in order."""
        found = self.proxied if proxied and self.proxied else self.local
        return tuple(path.format(n=channel) for path in found)


def _basic(name: str, **more: Any) -> DetectionDocument:
    return DetectionDocument(
        local=(f"System/Video/inputs/channels/{{n}}/{name}",),
        proxied=(f"ContentMgmt/InputProxy/channels/{{n}}/video/{name}",),
        function=name,
        **more,
    )


def _smart(name: str, function: str, *, assumed: bool = True, **more: Any) -> DetectionDocument:
    other = name[0].swapcase() + name[1:]
    return DetectionDocument(
        local=(f"Smart/{name}/{{n}}", f"Smart/{other}/{{n}}"), function=function, assumed=assumed, **more
    )


DETECTION_DOCUMENTS: Final[Mapping[Detection, DetectionDocument]] = {
    Detection.MOTION: _basic("motionDetection", span=PERCENT),
    Detection.TAMPER: _basic(
        "tamperDetection", sensitivity=("tampersensitivityLevel", "sensitivityLevel"), span=PERCENT
    ),
    Detection.VIDEO_LOSS: _basic("videoLoss"),
    Detection.PIR: DetectionDocument(local=("WLAlarm/PIR",), function="PIR"),
    Detection.LINE_CROSSING: _smart("LineDetection", "lineDetection"),
    Detection.INTRUSION: _smart("FieldDetection", "fieldDetection"),
    Detection.REGION_ENTRANCE: _smart("regionEntrance", "regionEntrance"),
    Detection.REGION_EXITING: _smart("regionExiting", "regionExiting"),
    Detection.SCENE_CHANGE: _smart("SceneChangeDetection", "sceneChangeDetection"),
    Detection.UNATTENDED_OBJECT: _smart("unattendedBaggage", "unattendedBaggage"),
    Detection.OBJECT_REMOVED: _smart("attendedBaggage", "attendedBaggage"),
    Detection.LOITERING: _smart("loitering", "loitering", assumed=False),
    Detection.GATHERING: _smart("group", "group", assumed=False),
    Detection.FAST_MOVING: _smart("rapidMove", "rapidMove", assumed=False),
    Detection.PARKING: _smart("parking", "parking", assumed=False),
    Detection.FACE: _smart("FaceDetect", "faceDetect", assumed=False, span=Range(low=1, high=5)),
    Detection.DEFOCUS: _smart("DefocusDetection", "defocusDetection", assumed=False),
    Detection.AUDIO_EXCEPTION: DetectionDocument(
        local=("Smart/AudioDetection/channels/{n}",), function="audioDetection", assumed=False
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A setting that is one leaf of an XML document."""

    path: str
    """Path of the document; `{n}` is the channel."""
    leaf: str
    boolean: bool = False
    spec: Callable[[xml.Element | None], SettingSpec | None] | None = None
    """Makes the spec from the leaf's node in the capability document; None says toggle."""

    def read(self, document: xml.Element) -> SettingValue | None:
        """The value, None when it is absent or cannot be read."""
        return read_leaf(xml.find(document, self.leaf), boolean=self.boolean)

    def write(self, document: xml.Element, value: SettingValue) -> bool:
        """Put a value in; false when the document has no such leaf."""
        return xml.set_text(document, self.leaf, whole(value))


def choice(node: xml.Element | None) -> SettingSpec | None:
    """A choice of the words that the capability document lists; less than two are no choice."""
    words = options(node)
    return Choice(options=words) if len(words) > 1 else None


def span(node: xml.Element | None) -> SettingSpec | None:
    """A range with the bounds that the capability document gives."""
    if node is None:
        return None
    low, high = xml.to_decimal(node.get("min")), xml.to_decimal(node.get("max"))
    return Range(low=low or 0.0, high=high) if high is not None and high > (low or 0.0) else None


def toggle(node: xml.Element | None) -> SettingSpec | None:
    """A toggle where the capability document has the leaf."""
    return None if node is None else Toggle()


def image(name: str) -> str:
    """The path of a picture setting's document."""
    return f"Image/channels/{{n}}/{name}"


LEAVES: Final[Mapping[Setting, Leaf]] = {
    Setting.DAY_NIGHT: Leaf(path=image("ircutFilter"), leaf="IrcutFilterType", spec=choice),
    Setting.LIGHT_MODE: Leaf(path=image("supplementLight"), leaf="supplementLightMode", spec=choice),
    Setting.MOUNTING_SCENARIO: Leaf(path=image("mountingScenario"), leaf="mode", spec=choice),
    Setting.BRIGHTNESS: Leaf(path=image("color"), leaf="brightnessLevel", spec=span),
    Setting.CONTRAST: Leaf(path=image("color"), leaf="contrastLevel", spec=span),
    Setting.SATURATION: Leaf(path=image("color"), leaf="saturationLevel", spec=span),
    Setting.SHARPNESS: Leaf(path=image("sharpness"), leaf="SharpnessLevel", spec=span),
    Setting.WDR: Leaf(path=image("WDR"), leaf="mode", spec=choice),
    Setting.BACKLIGHT: Leaf(path=image("BLC"), leaf="enabled", boolean=True, spec=toggle),
    Setting.PARK_ACTION: Leaf(path="PTZCtrl/channels/{n}/parkaction", leaf="enabled", boolean=True),
}

DISTURB: Final = "System/status/disturbParams"
HOLIDAYS: Final = "System/Holidays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A setting that is one entry of a JSON document."""

    path: str
    root: str
    name: str
    choice: bool = False

    def read(self, document: Json) -> SettingValue | None:
        """The value, None when it is absent or of an unexpected shape."""
        holder = document.get(self.root)
        value = holder.get(self.name) if isinstance(holder, dict) else None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        return str(value) if self.choice else xml.to_decimal(str(value))

    def write(self, document: Json, value: SettingValue) -> bool:
        """Put a value in, keeping the type that the device uses."""
        holder = document.get(self.root)
        if not isinstance(holder, dict) or self.name not in holder:
            return False
        known = holder[self.name]
        holder[self.name] = int(whole(value)) if isinstance(known, int) else whole(value)
        return True

    def spec(self, capabilities: Json) -> SettingSpec | None:
        """What values it takes, from the capability document; `@opt` is a list or a comma list."""
        holder = capabilities.get(self.root)
        node = holder.get(self.name) if isinstance(holder, dict) else None
        if not isinstance(node, dict):
            return None
        if self.choice:
            listed = node.get("@opt", node.get("opt"))
            words = listed.split(",") if isinstance(listed, str) else listed if isinstance(listed, list) else ()
            found = tuple(dict.fromkeys(str(word).strip() for word in words))
            return Choice(options=found) if len(found) > 1 else None
        low, high = (xml.to_decimal(str(node.get(key, node.get(key[1:])))) for key in ("@min", "@max"))
        return Range(low=low or 0.0, high=high) if high is not None and high > (low or 0.0) else None


_AUDIO: Final = "Event/triggers/notifications/AudioAlarm"
_FLASH: Final = "Event/triggers/notifications/whiteLightAlarm"
ENTRIES: Final[Mapping[Setting, Entry]] = {
    Setting.WARNING_SOUND: Entry(path=_AUDIO, root="AudioAlarm", name="audioID", choice=True),
    Setting.WARNING_VOLUME: Entry(path=_AUDIO, root="AudioAlarm", name="audioVolume"),
    Setting.WARNING_REPEATS: Entry(path=_AUDIO, root="AudioAlarm", name="alarmTimes"),
    Setting.FLASH_DURATION: Entry(path=_FLASH, root="WhiteLightAlarm", name="durationTime"),
    Setting.FLASH_FREQUENCY: Entry(path=_FLASH, root="WhiteLightAlarm", name="frequency", choice=True),
}
"""Settings of the device as a whole (`HOST_PART`)."""


def read_leaf(node: xml.Element | None, *, boolean: bool = False) -> SettingValue | None:
    """Read a leaf as a truth value, a number or a word, whichever it is."""
    text = xml.text(node)
    if boolean:
        return xml.to_boolean(text)
    number = xml.to_decimal(text)
    return text if number is None else number


def whole(value: SettingValue) -> SettingValue:
    """Write 50.0 as 50: devices refuse decimals where they count in whole numbers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def fits(value: SettingValue, spec: SettingSpec) -> bool:
    """Whether a value is one that the setting takes."""
    match spec:
        case Toggle():
            return isinstance(value, bool)
        case Range(low=low, high=high):
            return not isinstance(value, bool | str) and low <= value <= high
        case Choice(options=words):
            return value in words
        case Text(longest=longest):
            return isinstance(value, str) and len(value) <= longest


def detection_key(what: Detection) -> SettingKey:
    """The switch of a detection."""
    return SettingKey(Setting.DETECTION, what.value)


def sensitivity_key(what: Detection) -> SettingKey:
    """The sensitivity of a detection."""
    return SettingKey(Setting.SENSITIVITY, what.value)


def sensitivity_leaves(document: xml.Element, row: DetectionDocument) -> list[xml.Element]:
    """The leaves that hold a detection's sensitivity: of the first name that occurs, one or one per region."""
    for name in row.sensitivity:
        if found := [each for each in document.iter() if xml.local(each) == name and xml.text(each)]:
            return found
    return []


def first_holiday(document: xml.Element) -> xml.Element | None:
    """The first holiday, whose schedule stands for "holiday mode"; the element is in lower case."""
    return next(iter(xml.children(document, "holiday", ignore_case=True)), None)


def disturbance(document: Json, channel: int) -> dict[str, Any] | None:
    """The entry of a channel in disturbParams."""
    for entry in json_list(document.get("disturbChannelList")):
        if xml.to_integer(str(entry.get("channelID"))) == channel:
            return entry
    return None
