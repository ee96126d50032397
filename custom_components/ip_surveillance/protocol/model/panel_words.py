"""The words of alarm panels: what they record, how partitions are armed, what zones sense.

Like all words of the model they are pieces of ids and event types, and never changed once released.
"""

from enum import StrEnum


class Arm(StrEnum):
    """How a partition is armed; values of the reading `Quantity.ARM`."""

    DISARMED = "disarmed"
    ARMING = "arming"
    """The exit delay runs."""
    PENDING = "pending"
    """The entry delay runs."""
    HOME = "home"
    AWAY = "away"
    ARMED = "armed"
    """Armed, and the panel does not tell which way; `Quantity.ARM_KIND` may know from what was pushed."""


class Role(StrEnum):
    """What an input or a zone senses, as far as the device tells what is wired to it."""

    DOOR = "door"
    MOTION = "motion"
    VIBRATION = "vibration"
    GLASS = "glass"
    DISPLACEMENT = "displacement"
    SMOKE = "smoke"
    HEAT = "heat"
    GAS = "gas"
    CARBON_MONOXIDE = "carbon_monoxide"
    MOISTURE = "moisture"
    PANIC = "panic"
    LOCK = "lock"
    CLIMATE = "climate"
    """Measures temperature or humidity and senses nothing else."""
    OTHER = "other"


class PanelEvent(StrEnum):
    """Groups of the records that an alarm panel reports; one record belongs to exactly one.

    None of them is a detection's value: both are told as happenings of the same part.
    """

    BURGLARY_ALARM = "burglary_alarm"
    PANIC_ALARM = "panic_alarm"
    SILENT_ALARM = "silent_alarm"
    """Duress and everything else that is meant to stay unnoticed."""
    MEDICAL_ALARM = "medical_alarm"
    FIRE_ALARM = "fire_alarm"
    COLD_ALARM = "cold_alarm"
    GAS_ALARM = "gas_alarm"
    WATER_ALARM = "water_alarm"
    DRILL_ALARM = "drill_alarm"
    VIDEO_ALARM = "video_alarm"
    KEYPAD_ALARM = "keypad_alarm"
    PRE_ALARM = "pre_alarm"
    INACTIVITY = "inactivity"
    TAMPERING = "tampering"
    ZONE_FAULT = "zone_fault"
    ZONE_BYPASS = "zone_bypass"
    ZONE_ARMING = "zone_arming"
    ARMED = "armed"
    DISARMED = "disarmed"
    ALARM_CLEARED = "alarm_cleared"
    ARMING_TROUBLE = "arming_trouble"
    POWER_TROUBLE = "power_trouble"
    BUS_TROUBLE = "bus_trouble"
    PERIPHERAL_TROUBLE = "peripheral_trouble"
    PERIPHERAL_CHANGE = "peripheral_change"
    COMMUNICATION_TROUBLE = "communication_trouble"
    VIDEO_TROUBLE = "video_trouble"
    RELAY = "relay"
    LOCKED_OUT = "locked_out"
    ACCESS = "access"
    SERVICE_MODE = "service_mode"
    TEST_REPORT = "test_report"
    SYSTEM_CHANGE = "system_change"
    CONSULTATION = "consultation"
    UNKNOWN_CODE = "unknown_code"
