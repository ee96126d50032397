"""The groups of an alarm panel's records: under which heading each is told and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..model.detections import Detection
from ..model.panel_words import Arm, PanelEvent
from ..model.vocabulary import Flag
from .contact_id import CODES
from .panel_effects import (
    Alarmed,
    Alive,
    Armed,
    Cleared,
    Disarmed,
    Discreet,
    Effect,
    Flagged,
    Linked,
    Nothing,
    Quieted,
    Troubled,
    Warned,
)

_NOTHING: Final = Nothing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the records of one group have in common."""

    event: PanelEvent
    effect: Effect = _NOTHING
    zonal: bool = False
    """Whether the zone number names the zone that it is about."""
    opposite: bool = True
    """Whether a leading 3 ends something; otherwise it tells something of its own, such as arming."""
    repolls: bool = True
    """Whether it may have changed what polling reads."""
    restructures: bool = False
    """Whether it may have changed what exists."""


def _zonal(event: PanelEvent, effect: Effect, *, opposite: bool = True) -> Group:
    return Group(event=event, effect=effect, zonal=True, opposite=opposite)


def _trouble(event: PanelEvent, what: Detection) -> Group:
    return Group(event=event, effect=Troubled(otherwise=what))


GROUPS: Final[Mapping[str, Group]] = {
    "zone_burglary": _zonal(PanelEvent.BURGLARY_ALARM, Alarmed(otherwise=Detection.BURGLARY)),
    "zone_burglary_moment": _zonal(PanelEvent.BURGLARY_ALARM, Alarmed(otherwise=Detection.BURGLARY)),
    "zone_panic": _zonal(PanelEvent.PANIC_ALARM, Alarmed(otherwise=Detection.PANIC)),
    "zone_medical": _zonal(PanelEvent.MEDICAL_ALARM, Alarmed(otherwise=Detection.MEDICAL)),
    "zone_fire": _zonal(PanelEvent.FIRE_ALARM, Alarmed(otherwise=Detection.FIRE)),
    "zone_cold": _zonal(PanelEvent.COLD_ALARM, Alarmed(otherwise=Detection.COLD)),
    "zone_gas": _zonal(PanelEvent.GAS_ALARM, Alarmed(otherwise=Detection.GAS)),
    "zone_water": _zonal(PanelEvent.WATER_ALARM, Alarmed(otherwise=Detection.WATER)),
    "zone_drilling": _zonal(PanelEvent.DRILL_ALARM, Alarmed(otherwise=Detection.DRILLING)),
    "zone_surveillance": _zonal(PanelEvent.VIDEO_ALARM, Alarmed(otherwise=Detection.SURVEILLANCE)),
    "zone_warning": _zonal(PanelEvent.PRE_ALARM, Warned()),
    "absence": _zonal(PanelEvent.INACTIVITY, _NOTHING),
    "key_alarm": Group(
        event=PanelEvent.KEYPAD_ALARM,
        effect=Alarmed(
            why={
                1810: Detection.PANIC,
                1811: Detection.FIRE,
                1812: Detection.BURGLARY,
                1847: Detection.MEDICAL,
            },
            zonal=False,
        ),
    ),
    "zone_tamper": _zonal(PanelEvent.TAMPERING, Flagged(flags=(Flag.TAMPER,))),
    "panel_tamper": _trouble(PanelEvent.TAMPERING, Detection.LID),
    "peripheral_tamper": _trouble(PanelEvent.TAMPERING, Detection.PERIPHERAL_TAMPER),
    "zone_fault": _zonal(PanelEvent.ZONE_FAULT, Flagged(flags=(Flag.FAULT,))),
    "zone_bypass": _zonal(PanelEvent.ZONE_BYPASS, Flagged(flags=(Flag.BYPASSED,))),
    # What is left out is the lid alone: the zone still alarms.
    "zone_lid": _zonal(PanelEvent.ZONE_BYPASS, _NOTHING),
    "zone_link": _zonal(PanelEvent.ZONE_FAULT, Linked()),
    "zone_battery": _zonal(PanelEvent.ZONE_FAULT, Flagged(flags=(Flag.LOW_BATTERY,))),
    "disarm": Group(event=PanelEvent.DISARMED, effect=Disarmed()),
    "arm": Group(event=PanelEvent.ARMED, effect=Armed(how={1401: Arm.AWAY, 1441: Arm.HOME}), opposite=False),
    "clear": Group(event=PanelEvent.ALARM_CLEARED, effect=Cleared()),
    "arming_trouble": Group(event=PanelEvent.ARMING_TROUBLE),
    "zone_arm": _zonal(PanelEvent.ZONE_ARMING, Flagged(flags=(Flag.ARMED,), inverted=True), opposite=False),
    "power": Group(
        event=PanelEvent.POWER_TROUBLE,
        effect=Troubled(
            what={
                **dict.fromkeys((1301, 1339, 1349), Detection.MAINS),
                **dict.fromkeys((1302, 1310, 1311, 1313, 1314, 1318), Detection.BATTERY_FAULT),
                **dict.fromkeys((1312, 1319, 1328), Detection.POWER_SUPPLY),
            }
        ),
    ),
    "bus": _trouble(PanelEvent.BUS_TROUBLE, Detection.BUS_FAULT),
    "bus_info": Group(event=PanelEvent.SYSTEM_CHANGE),
    "peripheral_fault": _trouble(PanelEvent.PERIPHERAL_TROUBLE, Detection.PERIPHERAL_FAULT),
    "peripheral_battery": _trouble(PanelEvent.PERIPHERAL_TROUBLE, Detection.PERIPHERAL_BATTERY),
    "repeater_battery": _trouble(PanelEvent.PERIPHERAL_TROUBLE, Detection.PERIPHERAL_BATTERY),
    "peripheral_link": _trouble(PanelEvent.PERIPHERAL_TROUBLE, Detection.PERIPHERAL_LINK),
    "peripheral_inventory": Group(event=PanelEvent.PERIPHERAL_CHANGE, opposite=False, restructures=True),
    "communication": _trouble(PanelEvent.COMMUNICATION_TROUBLE, Detection.COMMUNICATION),
    "network_change": Group(event=PanelEvent.SYSTEM_CHANGE),
    "video": Group(
        event=PanelEvent.VIDEO_TROUBLE,
        effect=Troubled(
            what={
                1777: Detection.AUDIO_FAULT,
                1941: Detection.TAMPER,
                1942: Detection.VIDEO_LOSS,
                1943: Detection.VIDEO_MISMATCH,
                1944: Detection.BAD_VIDEO,
                1945: Detection.DISK_FULL,
                1946: Detection.DISK_ERROR,
                1949: Detection.CAMERA_OFFLINE,
            },
            channels=True,
            of_panel=frozenset({Detection.DISK_FULL, Detection.DISK_ERROR}),
        ),
    ),
    "output": Group(event=PanelEvent.RELAY, opposite=False),
    "lockout": _trouble(PanelEvent.LOCKED_OUT, Detection.LOCKOUT),
    "access": Group(event=PanelEvent.ACCESS, opposite=False),
    "service": Group(
        event=PanelEvent.SERVICE_MODE,
        effect=Troubled(
            what={
                1607: Detection.TEST_MODE,
                1627: Detection.PROGRAMMING,
                1628: Detection.PROGRAMMING,
            },
            cause={1628: 1627},
        ),
    ),
    "report": Group(event=PanelEvent.TEST_REPORT, effect=Alive(), repolls=False),
    "system": Group(event=PanelEvent.SYSTEM_CHANGE, opposite=False),
    "consult": Group(event=PanelEvent.CONSULTATION),
}
"""By the group of `contact_id.Code`."""


def _silent(why: Detection) -> Group:
    return _zonal(PanelEvent.SILENT_ALARM, Discreet(why=why))


_EXCEPTIONS: Final[Mapping[str, Group]] = {
    "1121": _silent(Detection.DURESS),
    "1122": _silent(Detection.SILENT_PANIC),
    "3122": _silent(Detection.SILENT_PANIC),
    "1127": _silent(Detection.SILENT_PANIC),
    "1989": _silent(Detection.SILENT_MEDICAL),
    # Whoever answers a duress alarm asks back: nothing changes, but to tell it openly would give the caller away.
    "1963": Group(event=PanelEvent.SILENT_ALARM),
    "3963": Group(event=PanelEvent.SILENT_ALARM),
    "1149": _zonal(PanelEvent.TAMPERING, Flagged(flags=(Flag.TAMPER, Flag.MASKED))),
    "3149": _zonal(PanelEvent.TAMPERING, Flagged(flags=(Flag.TAMPER, Flag.MASKED))),
    # Several zones at once, and the number is not said to be that of one of them: the poll tells which.
    "1574": _zonal(PanelEvent.ZONE_BYPASS, _NOTHING),
    "3574": _zonal(PanelEvent.ZONE_BYPASS, _NOTHING),
    "1974": _zonal(PanelEvent.ZONE_ARMING, Quieted()),
    # Nothing that begins or ends: a patrol was reported.
    "3965": Group(event=PanelEvent.CONSULTATION, opposite=False),
}
"""Codes that differ from the rest of their group."""

SILENT: Final = frozenset(code for code, group in _EXCEPTIONS.items() if group.event is PanelEvent.SILENT_ALARM)
"""Codes of records that must not be shown where they can be seen."""

_ENDINGS: Final = frozenset({"1628"})
"""Codes that end something although they do not begin with 3."""
_ENDED_OTHERWISE: Final = frozenset({"1627"})
"""Codes whose end another code tells than the one with a leading 3."""

GROUP_OF: Final[Mapping[str, Group]] = MappingProxyType(
    {code: _EXCEPTIONS.get(code, GROUPS[row.group]) for code, row in CODES.items()}
)
"""The one group that decides about a code."""


def family_of(code: str) -> int:
    """The number that the beginning and the end of one thing share: the code with a leading 1."""
    return int("1" + CODES[code].code[1:])


def ends(code: str) -> bool:
    """Whether the end of what a code tells is told too; otherwise it passes without a word."""
    return code in _ENDED_OTHERWISE or "3" + code[1:] in CODES


def restores(code: str) -> bool:
    """Whether a code ends what another began."""
    return code in _ENDINGS or (code.startswith("3") and GROUP_OF[code].opposite)
