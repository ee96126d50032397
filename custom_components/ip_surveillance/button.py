"""Buttons: PTZ steps, home, restart, setting the clock, one pulse of an output, ending an alarm."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .panel_code import require_no_code
from .protocol.commands import Acts, Arms, Maintains, Moves, Presets, Switches
from .protocol.model.events import Polled
from .protocol.model.parts import Part, PartRef
from .protocol.model.state import State
from .protocol.model.vocabulary import Feature
from .runtime import Entry

PARALLEL_UPDATES = 1

_STEP_SPEED = 0.5
_STEP_SECONDS = 0.5
"""Half a second at half speed: a step that one sees, on slow and fast domes alike."""
_PULSE_SECONDS = 1.0

type Press = Callable[[StateCoordinator, PartRef], Coroutine[Any, Any, Polled | None]]


@dataclass(frozen=True, kw_only=True)
class PartButton(ButtonEntityDescription):
    """A button that a feature of a part brings."""

    feature: Feature
    press: Press
    moves: bool = False
    """Pressing it turns the camera."""
    coded: bool = False
    """It takes the code of the alarm panel, where one is set."""


def _step(pan: float = 0, tilt: float = 0, zoom: float = 0) -> Press:
    speeds = (pan * _STEP_SPEED, tilt * _STEP_SPEED, zoom * _STEP_SPEED)
    return lambda coordinator, part: coordinator.driver_as(Moves).move(part, *speeds, _STEP_SECONDS)


def _act(feature: Feature, *, enabled: bool = True) -> PartButton:
    return PartButton(
        key=feature.value,
        translation_key=feature.value,
        entity_registry_enabled_default=enabled,
        feature=feature,
        press=lambda coordinator, part: coordinator.driver_as(Acts).act(part, feature),
    )


_BUTTONS: tuple[PartButton, ...] = (
    _act(Feature.AUTO_FOCUS),
    _act(Feature.AUTO_IRIS, enabled=False),
    _act(Feature.LENS_RESET, enabled=False),
    _act(Feature.WASHER),
    _act(Feature.ENGINE_RESET),
    PartButton(
        key="ptz_left", translation_key="ptz_left", feature=Feature.PTZ_CONTINUOUS, moves=True, press=_step(pan=-1)
    ),
    PartButton(
        key="ptz_right", translation_key="ptz_right", feature=Feature.PTZ_CONTINUOUS, moves=True, press=_step(pan=1)
    ),
    PartButton(key="ptz_up", translation_key="ptz_up", feature=Feature.PTZ_CONTINUOUS, moves=True, press=_step(tilt=1)),
    PartButton(
        key="ptz_down", translation_key="ptz_down", feature=Feature.PTZ_CONTINUOUS, moves=True, press=_step(tilt=-1)
    ),
    PartButton(
        key="ptz_zoom_in", translation_key="ptz_zoom_in", feature=Feature.PTZ_ZOOM, moves=True, press=_step(zoom=1)
    ),
    PartButton(
        key="ptz_zoom_out", translation_key="ptz_zoom_out", feature=Feature.PTZ_ZOOM, moves=True, press=_step(zoom=-1)
    ),
    PartButton(
        key="ptz_home",
        translation_key="ptz_home",
        feature=Feature.HOME,
        moves=True,
        press=lambda coordinator, part: coordinator.driver_as(Presets).goto_home(part),
    ),
    PartButton(
        key="pulse",
        translation_key="pulse",
        feature=Feature.PULSE,
        entity_registry_enabled_default=False,
        press=lambda coordinator, part: coordinator.driver_as(Switches).pulse_output(part, _PULSE_SECONDS),
    ),
    PartButton(
        key="clear_alarm",
        translation_key="clear_alarm",
        feature=Feature.CLEAR_ALARM,
        coded=True,
        press=lambda coordinator, part: coordinator.driver_as(Arms).clear_alarm(part),
    ),
    PartButton(
        key="reboot",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        feature=Feature.REBOOT,
        press=lambda coordinator, _: coordinator.driver_as(Maintains).reboot(),
    ),
    PartButton(
        key="time_sync",
        translation_key="time_sync",
        entity_category=EntityCategory.CONFIG,
        feature=Feature.TIME_SYNC,
        press=lambda coordinator, _: coordinator.driver_as(Maintains).sync_time(),
    ),
)


class Button(PartEntity[None], ButtonEntity):
    """A button from the table."""

    entity_description: PartButton

    def __init__(self, coordinator: StateCoordinator, part: Part, description: PartButton) -> None:
        """Show one row of the table for a part."""
        super().__init__(coordinator, part, description, description.feature)

    @override
    def read(self, state: State) -> None:
        return None

    @override
    async def async_press(self) -> None:
        row = self.entity_description
        if row.coded:
            require_no_code(self.coordinator.config_entry, self.entity_id, arming=False)
        send = self.async_move if row.moves else self.async_command
        await send(row.press(self.coordinator, self._part.ref))


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    yield from (Button(coordinator, part, row) for row in _BUTTONS if row.feature in part.features)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the buttons of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
