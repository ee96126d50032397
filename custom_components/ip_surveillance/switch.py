"""Switches: relay outputs, detections, partitions and zones of panels, and whatever else is on or off."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .lines import LineEntity
from .panel_switches import ArmSwitch, BypassSwitch
from .protocol.commands import Switches
from .protocol.model.parts import Part, PartKind, Placement, Toggle
from .protocol.model.setting_words import Setting, SettingKey
from .protocol.model.vocabulary import Feature
from .runtime import Entry
from .settings import SettingEntity

# Not 1: a long pulse of one output must not keep the others waiting. The driver limits requests itself.
PARALLEL_UPDATES = 0

_OUTPUT = SwitchEntityDescription(key="output", translation_key="output")


def _knob(setting: Setting, *, enabled: bool = True) -> SwitchEntityDescription:
    return SwitchEntityDescription(
        key="",
        translation_key=setting.value,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=enabled,
    )


_SETTINGS: Mapping[Setting, SwitchEntityDescription] = {
    Setting.DETECTION: SwitchEntityDescription(
        key="", translation_key="detection", entity_category=EntityCategory.CONFIG
    ),
    Setting.NOTIFICATIONS: SwitchEntityDescription(key="", translation_key="notifications"),
    Setting.HOLIDAY_MODE: SwitchEntityDescription(key="", translation_key="holiday_mode"),
    Setting.PARK_ACTION: SwitchEntityDescription(
        key="", translation_key="park_action", entity_category=EntityCategory.CONFIG
    ),
    Setting.WDR: SwitchEntityDescription(key="", translation_key="wdr", entity_category=EntityCategory.CONFIG),
    Setting.BACKLIGHT: SwitchEntityDescription(
        key="", translation_key="backlight", entity_category=EntityCategory.CONFIG
    ),
    Setting.PRIVACY_MASK: SwitchEntityDescription(key="", translation_key=Setting.PRIVACY_MASK.value),
    Setting.MANUAL_RECORDING: SwitchEntityDescription(key="", translation_key=Setting.MANUAL_RECORDING.value),
    Setting.AUTO_TRACKING: SwitchEntityDescription(key="", translation_key=Setting.AUTO_TRACKING.value),
    Setting.WIPER: SwitchEntityDescription(key="", translation_key=Setting.WIPER.value),
    Setting.HEATER: SwitchEntityDescription(key="", translation_key=Setting.HEATER.value),
    **{
        setting: _knob(setting)
        for setting in (
            Setting.PERSON_FILTER,
            Setting.MICROPHONE,
            Setting.SPEAKER,
            Setting.RECORDING_SCHEDULE,
            Setting.NTP,
            Setting.P2P,
            Setting.AUTO_REBOOT,
            Setting.TEMPERATURE_ALARM,
            Setting.AUDIO_ALARM,
            Setting.PEOPLE_COUNTING,
            Setting.BARRIER,
        )
    },
    **{
        setting: _knob(setting, enabled=False)
        for setting in (
            Setting.FACE_ALARM,
            Setting.HEAT_MAP,
            Setting.AUDIO_DENOISE,
            Setting.CORRIDOR_MODE,
            Setting.HLC,
            Setting.DEFOG,
            Setting.STABILIZER,
            Setting.LENS_CORRECTION,
            Setting.NOISE_REDUCTION,
            Setting.AUDIO,
            Setting.OSD_DATE,
            Setting.OSD_WEEKDAY,
            Setting.OSD_NAME,
            Setting.WATERMARK,
            Setting.LOOP_RECORDING,
            Setting.EVENT_SNAPSHOTS,
            Setting.TIMED_SNAPSHOTS,
            Setting.DAYLIGHT_SAVING,
            Setting.ONVIF,
            Setting.MESSAGE_PUSH,
            Setting.FTP_UPLOAD,
            Setting.EMAIL,
            Setting.THERMOMETRY,
            Setting.SMART_CODEC,
            Setting.HDR,
            Setting.DAY_NIGHT_FOCUS,
            Setting.OSD,
            Setting.KEEP_FULL_COLOR,
            Setting.LIGHT_AUTO_BRIGHTNESS,
            Setting.ROI,
            Setting.IPEYE,
            Setting.RISE_ALARM,
            Setting.DROP_ALARM,
            Setting.ACTION_OUTPUT,
            Setting.ACTION_SECOND_OUTPUT,
            Setting.ACTION_SOUND,
            Setting.ACTION_FLASH,
            Setting.ACTION_RECORDING,
            Setting.ACTION_EMAIL,
            Setting.ACTION_FTP,
            Setting.OVERLAY,
        )
    },
    # It changes what the camera sends to everybody, and all that is read here without it comes by itself.
    Setting.METADATA: _knob(Setting.METADATA, enabled=False),
}


class OutputSwitch(LineEntity, SwitchEntity):
    """A relay output; what it shows was read back from the device, unless it cannot be."""

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Switch one output."""
        super().__init__(coordinator, part, _OUTPUT, Feature.SWITCH)
        self._attr_assumed_state = Feature.ASSUMED in part.features
        if part.details:
            self._attr_extra_state_attributes = dict(part.details)
        if part.name:
            self._attr_name = part.name

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.async_command(self.coordinator.driver_as(Switches).set_output(self._part.ref, True))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_command(self.coordinator.driver_as(Switches).set_output(self._part.ref, False))

    async def async_pulse(self, seconds: float) -> None:
        """Switch on for a time; the entity's `pulse_output` action."""
        await self.async_command(self.coordinator.driver_as(Switches).pulse_output(self._part.ref, seconds))


class SettingSwitch(SettingEntity, SwitchEntity):
    """A setting that is on or off."""

    @property
    @override
    def assumed_state(self) -> bool:
        return isinstance(self.spec, Toggle) and self.spec.assumed

    @property
    @override
    def is_on(self) -> bool | None:
        return None if self._value is None else bool(self._value)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_set(False)


def _description(part: Part, setting: SettingKey) -> SwitchEntityDescription:
    row = _SETTINGS[setting.setting]
    # A recorder has eight detections for each of its cameras: those who want them switch them on.
    of_recorder = setting.setting is Setting.DETECTION and part.placement is Placement.UNIT
    return replace(row, entity_registry_enabled_default=row.entity_registry_enabled_default and not of_recorder)


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if Feature.SWITCH in part.features:
        yield OutputSwitch(coordinator, part)
    if Feature.DISARM in part.features and part.ref.kind is PartKind.PARTITION:
        yield ArmSwitch(coordinator, part)
    if Feature.BYPASS in part.features:
        yield BypassSwitch(coordinator, part)
    for setting, spec in part.settings.items():
        if isinstance(spec, Toggle) and setting.setting in _SETTINGS:
            yield SettingSwitch(coordinator, part, _description(part, setting), setting)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the switches of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
