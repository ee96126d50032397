"""Documents of the dialect as plain data: pure, tolerant of missing nodes, single items and unknown words."""

from dataclasses import dataclass, field
from datetime import datetime
import re
from typing import Any, Final

from ...model.parts import Hardware
from ...transport import xml

_NAME_LIMIT: Final = 100
_MOST_STORES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfo:
    """System/deviceInfo."""

    name: str
    kind: str
    """IPCamera, IPDome, IPZoom, NVR, DVR, ...; some recorders claim to be something else."""
    hardware: Hardware


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInput:
    """A channel of the device: its own lens or connector, or a camera behind a recorder."""

    number: int
    name: str | None = None
    proxied: bool = False
    hardware: Hardware = field(default_factory=Hardware)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamInfo:
    """One entry of Streaming/channels."""

    channel: int
    number: int
    enabled: bool = True
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    smart_codec: bool = False
    """H.265+ or H.264+: most players show a black picture."""
    encrypted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One configured event and what it causes."""

    event: str
    channel: int | None = None
    input: int | None = None
    methods: frozenset[str] = frozenset()

    @property
    def reported(self) -> bool:
        """Whether clients are told ("Notify Surveillance Center")."""
        return "center" in self.methods


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """An alarm input or output."""

    number: int
    name: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A disk, card or network store; sizes in MB."""

    number: int
    name: str | None
    network: bool
    status: str
    capacity: float | None
    free: float | None


def _name(text: str | None) -> str | None:
    clean = " ".join("".join(each if each.isprintable() else " " for each in text or "").split())
    return clean[:_NAME_LIMIT] or None


def _revision(text: str | None) -> str | None:
    """Most firmware says `0x0`, which is no revision."""
    return _name(text) if (text or "").strip().strip("0x") else None


def normalised(identity: str | None) -> str:
    """Reduce a serial number or MAC to lower-case letters and digits; empty when nothing is left."""
    return "".join(each for each in (identity or "").lower() if each.isascii() and each.isalnum())


def mac_address(text: str | None) -> str | None:
    """Write a MAC as `aa:bb:cc:dd:ee:ff`; None when it is none."""
    plain = normalised(text)
    if not re.fullmatch(r"[0-9a-f]{12}", plain) or not plain.strip("0"):
        return None
    return ":".join(plain[index : index + 2] for index in range(0, 12, 2))


def device_info(root: xml.Element) -> DeviceInfo:
    """Read System/deviceInfo."""
    maker = xml.text(root, "manufacturer") or "Hikvision"
    firmware = (xml.text(root, "firmwareVersion"), xml.text(root, "firmwareReleasedDate"))
    hardware = Hardware(
        manufacturer=maker.capitalize() if maker.islower() else maker,
        model=_name(xml.text(root, "model")),
        serial=_name(xml.text(root, "serialNumber")),
        mac=mac_address(xml.text(root, "macAddress")),
        firmware=_name(" ".join(filter(None, firmware))),
        revision=_revision(xml.text(root, "hardwareVersion")),
    )
    return DeviceInfo(
        name=_name(xml.text(root, "deviceName")) or hardware.model or "Hikvision",
        kind=xml.text(root, "deviceType") or "",
        hardware=hardware,
    )


def local_inputs(root: xml.Element | None) -> list[VideoInput]:
    """Read System/Video/inputs/channels."""
    found = (_local_input(each) for each in xml.children(root, "VideoInputChannel"))
    return [each for each in found if each is not None]


def _local_input(element: xml.Element) -> VideoInput | None:
    number = xml.integer(element, "id")
    return VideoInput(number=number, name=_name(xml.text(element, "name"))) if number and number > 0 else None


def proxied_inputs(root: xml.Element | None) -> list[VideoInput]:
    """Read ContentMgmt/InputProxy/channels; the children count, `size` is often wrong."""
    found = (_proxied_input(each) for each in xml.children(root, "InputProxyChannel"))
    return [each for each in found if each is not None]


def _proxied_input(element: xml.Element) -> VideoInput | None:
    number = xml.integer(element, "id")
    source = xml.find(element, "sourceInputPortDescriptor")
    if not number or number < 1:
        return None
    own = (xml.text(source, "proxyProtocol") or "").upper() == "HIKVISION"
    hardware = Hardware(
        manufacturer="Hikvision" if own else None,
        model=_name(xml.text(source, "model")),
        serial=_name(xml.text(source, "serialNumber")),
        firmware=_name(xml.text(source, "firmwareVersion")),
    )
    return VideoInput(number=number, name=_name(xml.text(element, "name")), proxied=True, hardware=hardware)


def online_states(root: xml.Element | None) -> dict[int, tuple[bool | None, str | None]]:
    """Read InputProxy status, list or single: channel -> (online, result of the last connection).

    A missing `online` is unknown, not offline.
    """
    single = root is not None and xml.local(root) == "InputProxyChannelStatus"
    entries = [root] if single and root is not None else xml.children(root, "InputProxyChannelStatus")
    found = {}
    for entry in entries:
        if number := xml.integer(entry, "id"):
            found[number] = (xml.boolean(entry, "online"), _name(xml.text(entry, "chanDetectResult")))
    return found


def streams(root: xml.Element | None) -> list[StreamInfo]:
    """Read Streaming/channels, list or single."""
    single = root is not None and xml.local(root) == "StreamingChannel"
    entries = [root] if single and root is not None else xml.children(root, "StreamingChannel")
    return [found for each in entries if (found := _stream(each)) is not None]


def split_stream(stream: int) -> tuple[int, int]:
    """Stream id -> channel and number of the stream; ids are channel * 100 + number, on very old devices the number."""
    return divmod(stream, 100) if stream > 100 else (1, stream)


def _stream(element: xml.Element) -> StreamInfo | None:
    if not (number := xml.integer(element, "id")):
        return None
    video = xml.find(element, "Video")
    channel, stream = split_stream(number)
    enabled = xml.boolean(video, "enabled") is not False and xml.boolean(element, "enabled") is not False
    return StreamInfo(
        channel=channel,
        number=stream,
        enabled=enabled,
        codec=_name(xml.text(video, "videoCodecType")),
        width=xml.integer(video, "videoResolutionWidth"),
        height=xml.integer(video, "videoResolutionHeight"),
        smart_codec=xml.boolean(video, "SmartCodec/enabled") is True,
        encrypted=_encrypted(element),
    )


def _encrypted(element: xml.Element) -> bool:
    words = ("Transport/Security/StreamEncryption/enabled", "StreamEncryption/enabled", "Video/encryptionEnabled")
    return any(xml.boolean(element, path) is True for path in words)


def triggers(root: xml.Element | None) -> list[Trigger]:
    """Read Event/triggers: a list, a list wrapped in EventNotification (DS-2CD2532F, DS-2TD1228), or a single one."""
    if root is None:
        return []
    if xml.local(root) == "EventTrigger":
        return [_trigger(root)]
    inner = xml.find(root, "EventTriggerList")
    return [_trigger(each) for each in xml.children(root if inner is None else inner, "EventTrigger")]


def _trigger(element: xml.Element) -> Trigger:
    methods = xml.texts(element, "EventTriggerNotificationList/EventTriggerNotification/notificationMethod")
    return Trigger(
        event=xml.text(element, "eventType") or "",
        channel=_either(element, "dynVideoInputChannelID", "videoInputChannelID"),
        input=_either(element, "inputIOPortID", "dynInputIOPortID"),
        methods=frozenset(method.lower() for method in methods),
    )


def _either(element: xml.Element, *names: str) -> int | None:
    return next((found for name in names if (found := xml.integer(element, name))), None)


def channel_events(root: xml.Element | None) -> dict[int, tuple[str, ...]]:
    """Read Event/channels/capabilities: channel -> event types that it can raise."""
    found: dict[int, tuple[str, ...]] = {}
    for entry in xml.children(root, "ChannelEventCap"):
        types = xml.find(entry, "eventType")
        number = xml.integer(entry, "channelID")
        if number and types is not None:
            found[number] = options(types)
    return found


def options(element: xml.Element | None) -> tuple[str, ...]:
    """The words that a capability document allows for an element (`opt` of older firmware counts too)."""
    if element is None:
        return ()
    words = element.get("opt") or element.get("@opt") or ""
    return tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))


def ports(root: xml.Element | None) -> list[Port]:
    """Read System/IO/inputs or outputs, or the IOProxy lists of a recorder."""
    found = (_port(each) for each in xml.children(root) if xml.local(each).endswith("Port"))
    return [port for port in found if port is not None]


def _port(element: xml.Element) -> Port | None:
    number = xml.integer(element, "id")
    if not number or xml.local(element).lower().startswith("soft"):
        return None
    use = (xml.text(element, "IOUseType") or "").lower()
    return Port(number=number, name=_name(xml.text(element, "name")), role="door" if "lock" in use else None)


def port_active(root: xml.Element | None) -> bool | None:
    """Read IOPortStatus."""
    state = (xml.text(root, "ioState") or "").lower()
    return {"active": True, "inactive": False}.get(state)


def stores(root: xml.Element | None) -> list[Store]:
    """Read ContentMgmt/Storage: sizes in MB, or in bytes where the newer `size` is used."""
    found = []
    for group, item, network in (("hddList", "hdd", False), ("nasList", "nas", True)):
        for holder in xml.children(root, group, ignore_case=True):
            found += [_store(each, network) for each in xml.children(holder, item, ignore_case=True)]
    return [each for each in found[:_MOST_STORES] if each.number]


def _store(element: xml.Element, network: bool) -> Store:
    size, free = xml.decimal(element, "size"), xml.decimal(element, "freeSize")
    return Store(
        number=xml.integer(element, "id") or 0,
        name=_name(xml.text(element, "nasName") if network else xml.text(element, "hddName")),
        network=network,
        status=(xml.text(element, "status") or "").lower(),
        capacity=xml.decimal(element, "capacity") if size is None else size / 2**20,
        free=xml.decimal(element, "freeSpace") if free is None else free / 2**20,
    )


def rtsp_port(root: xml.Element | None) -> int | None:
    """Read the RTSP port of Security/adminAccesses."""
    for entry in xml.children(root, "AdminAccessProtocol"):
        if (xml.text(entry, "protocol") or "").upper() == "RTSP":
            return xml.integer(entry, "portNo")
    return None


def parse_time(text: str | None) -> datetime | None:
    """Read a device's time, with or without zone and with small faults; None when it is none."""
    clean = (text or "").strip().replace(" ", "T", 1).replace("/", "-")
    try:
        return datetime.fromisoformat(clean)
    except ValueError, OverflowError:
        return None


def flags(root: xml.Element | None, path: str) -> frozenset[str]:
    """Names, without `isSupport` and in lower case, of the capability flags that are true below a path."""
    return frozenset(
        xml.local(each).removeprefix("isSupport").lower()
        for each in xml.children(xml.find(root, path))
        if xml.boolean(each) is True
    )


def json_list(value: object) -> list[dict[str, Any]]:
    """A JSON list of objects, whether it came as none, one or many."""
    entries = value if isinstance(value, list) else [value]
    return [each for each in entries if isinstance(each, dict)]
