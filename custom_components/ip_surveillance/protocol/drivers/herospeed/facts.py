"""What the first look at a camera told: who it is, and which functions its capability flags grant or deny. Pure.

Flags differ by firmware and lists of them are short of many: one that is absent says nothing, and what it stands for
has to be asked for. Some are the wrong way round (002…txt l.1049-1420).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
import re
from types import MappingProxyType
from typing import Any, Final

from ...model.parts import HOST, Hardware, PartKind, PartRef
from .docs import Doc

MAKER: Final = "HeroSpeed/Longse"
"""Cameras are sold under many names and mostly tell none."""

_SHOWN: Final[Mapping[str, frozenset[int]]] = {
    # 0 shows, 1 hides.
    "enablewdr": frozenset({0}),
    "enablemirrorandflip": frozenset({0}),
    "enablewdr3to1show": frozenset({0}),
    "enableaachide": frozenset({0}),
    "enableprivacymask": frozenset({0}),
    # 2 takes it away, 0 and 1 differ in detail.
    "enablebacklight": frozenset({0, 1}),
    "enablewhitebalance": frozenset({0, 1}),
    "enablevideoadjust": frozenset({0, 1}),
    "enablejpegcapturehide": frozenset({0, 1}),
    # 0 has the plain filter for the night alone, 2 not even that.
    "enablesmartir": frozenset({1, 3, 4, 5, 6}),
    # The table says the contrary of the name: nothing can be made of it.
    "enablesmartmodehide": frozenset(),
    "enablerecdevtypehide": frozenset(),
}
"""Values that grant a function, of flags where it is not simply any but 0."""
_PLACEHOLDER: Final = re.compile(r"([0-9a-f])\1*")
_MAC: Final = re.compile(r"[0-9a-f]{12}")
_SERIAL: Final = re.compile(r"[0-9a-z]{4,64}")
_NOT_PLAIN: Final = re.compile(r"[^0-9a-z]")
_EMPTY: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One source of video."""

    number: int = 1
    name: str | None = None
    online: bool | None = None
    """Whether its camera answers; None where it is the device's own lens."""

    @property
    def ref(self) -> PartRef:
        """Its part."""
        return PartRef(HOST, PartKind.CHANNEL, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a camera is and what its flags say."""

    name: str = ""
    platform: str | None = None
    """The processor, `16CV500`."""
    sensor: str | None = None
    firmware: str | None = None
    software: str | None = None
    maker: str | None = None
    mac: str | None = None
    """Twelve hexadecimal digits in lower case."""
    address: str | None = None
    """Its own IP address."""
    serial: str | None = None
    """`devId`, in lower case; None where it is the placeholder of cameras that were never numbered."""
    recorder: bool = False
    """The dialect is known from cameras alone."""
    thermal: bool = False
    channels: tuple[Channel, ...] = (Channel(),)
    inputs: int = 0
    """Alarm inputs; their state cannot be read."""
    outputs: int = 0
    flags: Mapping[str, int] = field(default_factory=lambda: _EMPTY)
    """The capability flags as told."""

    def flag(self, name: str) -> int | None:
        """Value of a flag, under whichever spelling; None where the camera does not mention it."""
        return Doc(self.flags if isinstance(self.flags, dict) else dict(self.flags)).integer(name)

    def has(self, name: str) -> bool | None:
        """Whether a flag grants its function, the wrong way round ones included; None: it has to be asked for."""
        value = self.flag(name)
        shown = _SHOWN.get(name.lower())
        if value is None or shown == frozenset():
            return None
        return value != 0 if shown is None else value in shown

    @property
    def uid(self) -> str:
        """What the device goes by: its MAC, else its serial number; empty where it tells neither."""
        return self.mac or self.serial or ""

    @property
    def source(self) -> str:
        """What the uid was made of."""
        return "mac" if self.mac else "serial"

    @property
    def aliases(self) -> frozenset[str]:
        """All it may go by."""
        return frozenset(each for each in (self.mac, self.serial) if each)

    @property
    def model(self) -> str | None:
        """Processor and sensor: no other word tells models apart (002…txt l.1459-1462)."""
        return " ".join(each for each in (self.platform, self.sensor) if each) or None

    @property
    def hardware(self) -> Hardware:
        """For the device's own page."""
        return Hardware(
            manufacturer=self.maker or MAKER,
            model=self.model,
            serial=self.serial,
            mac=self.mac,
            firmware=self.firmware or self.software,
        )


def read_facts(info: Doc, interfaces: Doc | None, capabilities: Doc | None, *, outputs: int | None = None) -> Facts:
    """Put together what `device-info`, `interfaces` and the capabilities say; None where a camera has them not.

    `outputs` is how many there are where no flag tells.
    """
    flags = read_flags(capabilities)
    known = Facts(flags=flags)
    io = known.flag("enableIo")
    found = (outputs or 0) if io is None else int(io == 1)
    name = info.text("devName")
    return Facts(
        name=name or "",
        platform=info.text("platform"),
        sensor=info.text("devSensor"),
        firmware=info.text("firmwareVersion"),
        software=info.text("softwareVersion"),
        maker=info.text("manufacturers"),
        mac=read_mac(interfaces),
        address=read_address(interfaces),
        serial=read_serial(info.text("devId")),
        thermal=known.flag("enableFace") == _THERMAL,
        channels=(Channel(name=name),),
        # 1 is input and output, 2 an input alone (002…txt l.1328).
        inputs=found if io is None else int(io in (1, 2)),
        outputs=found,
        flags=flags,
    )


_THERMAL: Final = 3
"""Of `enableFace` (002…txt l.1365)."""
_MOST_FLAGS: Final = 1024


def read_flags(capabilities: Doc | None) -> Mapping[str, int]:
    """Read all flags, flat or in groups (002…txt l.1014-1017)."""
    found: dict[str, int] = {}
    if capabilities is None:
        return found
    for row in capabilities.rows:
        groups = [row, *(Doc(value) for value in row.value.values() if isinstance(value, dict))]
        for group in groups:
            for name in group.names[:_MOST_FLAGS]:
                value = group.integer(name)
                value = _truth(group, name) if value is None else value
                if value is not None and len(found) < _MOST_FLAGS:
                    found.setdefault(name, value)
    return found


def _truth(group: Doc, name: str) -> int | None:
    truth = group.truth(name)
    return None if truth is None else int(truth)


def read_mac(interfaces: Doc | None) -> str | None:
    """Find the MAC; none that is all zeros or one digit throughout."""
    rows = interfaces.rows if interfaces is not None else ()
    return next((mac for row in rows if (mac := _mac(row.get("mac"))) is not None), None)


def read_address(interfaces: Doc | None) -> str | None:
    """Find the IP address; none that is no address, or the one of nobody."""
    for row in interfaces.rows if interfaces is not None else ():
        try:
            found = ip_address(row.text("ip") or "")
        except ValueError:
            continue
        if not found.is_unspecified:
            return str(found)
    return None


def _mac(value: Any) -> str | None:
    plain = _plain(value)
    return plain if _MAC.fullmatch(plain) and not _PLACEHOLDER.fullmatch(plain) else None


def read_serial(value: Any) -> str | None:
    """Take a serial number; None for `8888888888888`, which many cameras tell (002…txt l.1456)."""
    plain = _plain(value)
    return plain if _SERIAL.fullmatch(plain) and len(set(plain)) > 1 else None


def _plain(value: Any) -> str:
    return _NOT_PLAIN.sub("", value.lower()[:128]) if isinstance(value, str) else ""
