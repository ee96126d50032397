"""Selects: modes of a device in its own words, and the preset to go to."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import slugify

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .protocol.commands import Presets
from .protocol.model.parts import Choice, Part
from .protocol.model.setting_words import Setting
from .protocol.model.state import State
from .protocol.model.vocabulary import Feature
from .runtime import Entry
from .settings import SettingEntity

PARALLEL_UPDATES = 1


def _row(setting: Setting, *, enabled: bool = True) -> SelectEntityDescription:
    return SelectEntityDescription(
        key="",
        translation_key=setting.value,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=enabled,
    )


_SETTINGS: Mapping[Setting, SelectEntityDescription] = {
    **{
        setting: _row(setting)
        for setting in (
            Setting.DAY_NIGHT,
            Setting.MODEL,
            Setting.LIGHT_MODE,
            Setting.MOUNTING_SCENARIO,
            Setting.WARNING_SOUND,
            Setting.FLASH_FREQUENCY,
            Setting.WDR,
            Setting.BACKLIGHT,
            Setting.ONE_TIME_DEACTIVATION,
            Setting.DEACTIVATION,
            Setting.SMART_MODE,
            Setting.MIRROR,
            Setting.LIGHT_SCHEDULE,
            Setting.PALETTE,
            Setting.DEWARPING,
            Setting.OUTPUT_DURATION,
        )
    },
    # What is set once, when the camera is put up.
    **{
        setting: _row(setting, enabled=False)
        for setting in (
            Setting.TARGET,
            Setting.DIRECTION,
            Setting.WHITE_BALANCE,
            Setting.LIGHT_REGULATION,
            Setting.EXPOSURE,
            Setting.SHUTTER,
            Setting.SCENE,
            Setting.ANTI_FLICKER,
            Setting.WDR_LEVEL,
            Setting.DEFOG,
            Setting.FOCUS_MODE,
            Setting.APERTURE_MODE,
            Setting.AUDIO_INPUT,
            Setting.AUDIO_OUTPUT,
            Setting.OSD_DATE_FORMAT,
            Setting.RECORDING_STREAM,
            Setting.PRE_RECORD,
            Setting.POST_RECORD,
            Setting.SNAPSHOT_QUALITY,
            Setting.TIME_MODE,
            Setting.REBOOT_PERIOD,
            Setting.TRACKING_TARGET,
            Setting.FLASH_MODE,
            Setting.LED_MODE,
            Setting.MOUNT,
            Setting.OUTPUT_MODE,
            Setting.INPUT_TYPE,
            Setting.RESOLUTION,
            Setting.CODEC,
            Setting.RATE_MODE,
            Setting.QUALITY,
            Setting.GAIN_MODE,
            Setting.NOISE_REDUCTION_MODE,
            Setting.ROTATION,
            Setting.WARNING_LANGUAGE,
            Setting.WARNING_DELAY,
        )
    },
}

_OWN_NAMES = frozenset({Setting.MODEL})
"""Settings whose options are names that people gave: they are shown as they are."""

_PRESET = SelectEntityDescription(key="preset", translation_key="preset")


class SettingSelect(SettingEntity, SelectEntity):
    """A setting with the device's own words as options, shown as slugs so that they can be translated."""

    @property
    def _words(self) -> Mapping[str, str]:
        """The device's word of each option; unknown words of new firmware are kept, not lost."""
        spec = self.spec
        assert isinstance(spec, Choice)
        words = spec.options
        if isinstance(self._value, str) and self._value not in words:
            words = (*words, self._value)
        return {self._shown(word): word for word in words}

    def _shown(self, word: str) -> str:
        return word if self.setting.setting in _OWN_NAMES else slugify(word)

    @property
    @override
    def options(self) -> list[str]:
        return list(self._words)

    @property
    @override
    def current_option(self) -> str | None:
        return self._shown(self._value) if isinstance(self._value, str) else None

    @override
    async def async_select_option(self, option: str) -> None:
        await self.async_set(self._words[option])


class PresetSelect(PartEntity[list[str]], SelectEntity):
    """Goes to a preset. A camera does not tell at which preset it stands, so nothing is shown as chosen."""

    def __init__(self, coordinator: StateCoordinator, part: Part) -> None:
        """Offer the presets of one channel."""
        super().__init__(coordinator, part, _PRESET, Feature.PRESETS)

    @override
    def read(self, state: State) -> list[str]:
        # What can be chosen: it is shown anew when presets were stored or forgotten.
        return self.options

    @property
    def _numbers(self) -> Mapping[str, int]:
        """Numbers by name; equal names are told apart by their numbers."""
        names = list(self.part.presets.values())
        return {
            name if names.count(name) == 1 else f"{name} ({number})": number
            for number, name in sorted(self.part.presets.items())
        }

    @property
    @override
    def options(self) -> list[str]:
        return list(self._numbers)

    @property
    @override
    def current_option(self) -> str | None:
        return None

    @override
    async def async_select_option(self, option: str) -> None:
        driver = self.coordinator.driver_as(Presets)
        await self.async_move(driver.goto_preset(self._part.ref, self._numbers[option]))


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if Feature.PRESETS in part.features:
        yield PresetSelect(coordinator, part)
    for setting, spec in part.settings.items():
        if isinstance(spec, Choice) and setting.setting in _SETTINGS:
            yield SettingSelect(coordinator, part, _SETTINGS[setting.setting], setting)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the selects of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
