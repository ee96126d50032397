"""Numbers: sensitivities, picture adjustment, volumes, durations."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfDataRate, UnitOfTemperature, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.model.parts import Part, Range
from .protocol.model.setting_words import Setting
from .runtime import Entry
from .settings import SettingEntity

PARALLEL_UPDATES = 1


def _row(setting: Setting, *, enabled: bool = True, unit: str | None = None) -> NumberEntityDescription:
    return NumberEntityDescription(
        key="",
        translation_key=setting.value,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=enabled,
        native_unit_of_measurement=unit,
        mode=NumberMode.SLIDER,
    )


_SETTINGS: Mapping[Setting, NumberEntityDescription] = {
    Setting.SENSITIVITY: _row(Setting.SENSITIVITY, enabled=False),
    Setting.BRIGHTNESS: _row(Setting.BRIGHTNESS, enabled=False),
    Setting.CONTRAST: _row(Setting.CONTRAST, enabled=False),
    Setting.SATURATION: _row(Setting.SATURATION, enabled=False),
    Setting.SHARPNESS: _row(Setting.SHARPNESS, enabled=False),
    Setting.WARNING_VOLUME: _row(Setting.WARNING_VOLUME),
    Setting.WARNING_REPEATS: _row(Setting.WARNING_REPEATS),
    Setting.FLASH_DURATION: _row(Setting.FLASH_DURATION, unit=UnitOfTime.SECONDS),
    Setting.ALARM_INTERVAL: _row(Setting.ALARM_INTERVAL, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.DURATION: _row(Setting.DURATION, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.PEOPLE_LIMIT: _row(Setting.PEOPLE_LIMIT),
    Setting.RISE_THRESHOLD: _row(Setting.RISE_THRESHOLD, enabled=False),
    Setting.DROP_THRESHOLD: _row(Setting.DROP_THRESHOLD, enabled=False),
    Setting.DROP_SENSITIVITY: _row(Setting.DROP_SENSITIVITY, enabled=False),
    Setting.FLASH_INTERVAL: _row(Setting.FLASH_INTERVAL, enabled=False, unit=UnitOfTime.MILLISECONDS),
    Setting.TRACKING_ZOOM: _row(Setting.TRACKING_ZOOM, enabled=False),
    Setting.TRACKING_CALIBRATION: _row(Setting.TRACKING_CALIBRATION, enabled=False),
    Setting.HUE: _row(Setting.HUE, enabled=False),
    Setting.GAIN: _row(Setting.GAIN, enabled=False),
    Setting.WDR_LEVEL: _row(Setting.WDR_LEVEL, enabled=False),
    Setting.HLC_LEVEL: _row(Setting.HLC_LEVEL, enabled=False),
    Setting.BACKLIGHT_LEVEL: _row(Setting.BACKLIGHT_LEVEL, enabled=False),
    Setting.DEFOG_LEVEL: _row(Setting.DEFOG_LEVEL, enabled=False),
    Setting.NOISE_LEVEL: _row(Setting.NOISE_LEVEL, enabled=False),
    Setting.APERTURE: _row(Setting.APERTURE, enabled=False),
    Setting.DAY_NIGHT_DELAY: _row(Setting.DAY_NIGHT_DELAY, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.DAY_NIGHT_SENSITIVITY: _row(Setting.DAY_NIGHT_SENSITIVITY, enabled=False),
    Setting.LIGHT_ON_DELAY: _row(Setting.LIGHT_ON_DELAY, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.LIGHT_OFF_DELAY: _row(Setting.LIGHT_OFF_DELAY, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.LIGHT_DURATION: _row(Setting.LIGHT_DURATION, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.LIGHT_LEVEL: _row(Setting.LIGHT_LEVEL, enabled=False),
    Setting.BARRIER_DURATION: _row(Setting.BARRIER_DURATION, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.MICROPHONE_VOLUME: _row(Setting.MICROPHONE_VOLUME),
    Setting.SPEAKER_VOLUME: _row(Setting.SPEAKER_VOLUME),
    Setting.RETENTION: _row(Setting.RETENTION, enabled=False, unit=UnitOfTime.DAYS),
    Setting.STORAGE_SHARE: _row(Setting.STORAGE_SHARE, enabled=False, unit=PERCENTAGE),
    Setting.TRACKING_DURATION: _row(Setting.TRACKING_DURATION, enabled=False, unit=UnitOfTime.SECONDS),
    Setting.AMBIENT_TEMPERATURE: _row(Setting.AMBIENT_TEMPERATURE, enabled=False, unit=UnitOfTemperature.CELSIUS),
    Setting.WARNING_TEMPERATURE: _row(Setting.WARNING_TEMPERATURE, unit=UnitOfTemperature.CELSIUS),
    Setting.ALARM_TEMPERATURE: _row(Setting.ALARM_TEMPERATURE, unit=UnitOfTemperature.CELSIUS),
    Setting.OUTPUT_DURATION: _row(Setting.OUTPUT_DURATION, unit=UnitOfTime.SECONDS),
    Setting.QUALITY: _row(Setting.QUALITY, enabled=False),
    Setting.FRAME_RATE: _row(Setting.FRAME_RATE, enabled=False, unit="fps"),
    Setting.BIT_RATE: _row(Setting.BIT_RATE, enabled=False, unit=UnitOfDataRate.KILOBITS_PER_SECOND),
    Setting.KEY_FRAMES: _row(Setting.KEY_FRAMES, enabled=False),
    Setting.DARK_BOOST: _row(Setting.DARK_BOOST, enabled=False),
    Setting.LENS_CORRECTION_LEVEL: _row(Setting.LENS_CORRECTION_LEVEL, enabled=False),
    Setting.LIGHT_SENSITIVITY: _row(Setting.LIGHT_SENSITIVITY, enabled=False),
    Setting.DAWN: _row(Setting.DAWN, enabled=False, unit=UnitOfTime.MINUTES),
    Setting.DUSK: _row(Setting.DUSK, enabled=False, unit=UnitOfTime.MINUTES),
    Setting.FACE_THRESHOLD: _row(Setting.FACE_THRESHOLD, enabled=False, unit=PERCENTAGE),
    Setting.FACE_SIZE: _row(Setting.FACE_SIZE, enabled=False, unit="px"),
}


class SettingNumber(SettingEntity, NumberEntity):
    """A numeric setting."""

    @property
    def _range(self) -> Range:
        spec = self.spec
        assert isinstance(spec, Range)
        return spec

    @property
    @override
    def native_min_value(self) -> float:
        return self._range.low

    @property
    @override
    def native_max_value(self) -> float:
        return self._range.high

    @property
    @override
    def native_step(self) -> float:
        return self._range.step

    @property
    @override
    def native_value(self) -> float | None:
        return None if self._value is None else float(self._value)

    @override
    async def async_set_native_value(self, value: float) -> None:
        await self.async_set(value)


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    for setting, spec in part.settings.items():
        if isinstance(spec, Range) and setting.setting in _SETTINGS:
            yield SettingNumber(coordinator, part, _SETTINGS[setting.setting], setting)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the numbers of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
