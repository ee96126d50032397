"""Alarm panels: one for each partition, and one for all partitions of a panel together."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final, override

from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntity,
    AlarmControlPanelEntityDescription,
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
)
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import StateCoordinator
from .discretion import shows_silent
from .entity import PartEntity, async_setup_parts
from .panel_code import check_code, code_format, needs_code
from .panel_state import Authors, Layouts, Shown, following, shown_panel, shown_partition
from .protocol.commands import Arms
from .protocol.driver import Want
from .protocol.model.panel_words import Arm
from .protocol.model.parts import Part, PartKind, PartRef, Topology
from .protocol.model.state import DeviceState, State
from .protocol.model.vocabulary import Feature
from .runtime import Entry
from .services import require

# Not 1: to disarm must not wait until another partition is armed. The driver limits requests itself.
PARALLEL_UPDATES = 0

_PARTITION: Final = AlarmControlPanelEntityDescription(key="panel", translation_key="partition")
_PANEL: Final = AlarmControlPanelEntityDescription(key="panel", translation_key="panel")
_FEATURES: Final[Mapping[Feature, AlarmControlPanelEntityFeature]] = {
    Feature.ARM_HOME: AlarmControlPanelEntityFeature.ARM_HOME,
    Feature.ARM_AWAY: AlarmControlPanelEntityFeature.ARM_AWAY,
}
_MODES: Final[Mapping[Arm, Feature]] = {Arm.HOME: Feature.ARM_HOME, Arm.AWAY: Feature.ARM_AWAY}


class AlarmPanel(PartEntity[Shown], AlarmControlPanelEntity):
    """A partition, or all partitions of a panel together. It shows what the panel says, never what was asked for."""

    # They follow every door; who wants their history has the sensors of the zones.
    _unrecorded_attributes = frozenset({"open_zones", "faulted_zones", "bypassed_zones"})

    def __init__(self, coordinator: StateCoordinator, part: Part, layouts: Layouts) -> None:
        """Show a PARTITION part, or a DEVICE part as the sum of its partitions."""
        whole = part.ref.kind is not PartKind.PARTITION
        super().__init__(coordinator, part, _PANEL if whole else _PARTITION, Feature.DISARM)
        if not whole:
            self._attr_name = None
        entry = coordinator.config_entry
        self._attr_code_format = code_format(entry)
        self._attr_code_arm_required = needs_code(entry, arming=True)
        self._show = shows_silent(entry)
        self._whole = whole
        self._layouts = layouts
        self._authors = Authors()
        self._read_of: tuple[DeviceState, Topology] | None = None
        self._watched: dict[PartRef, CALLBACK_TYPE] = {}

    @override
    def read(self, state: State) -> Shown | None:
        of = (state.device(self._part.ref), self.coordinator.topology)
        # Woken once for each zone that an event changes: only the first time there is something to find out.
        if self._read_of and self._read_of[0] is of[0] and self._read_of[1] is of[1]:
            return self._value
        self._read_of = of
        shown = shown_panel if self._whole else shown_partition
        now = shown(state, self.part, self._layouts.of(self.coordinator.topology), self._authors, self._show)
        return following(self._value, now)

    @override
    async def async_added_to_hass(self) -> None:
        self._watch()
        self.async_on_remove(self.coordinator.async_on_topology(self._watch))
        self.async_on_remove(self._watch_nothing)
        await super().async_added_to_hass()

    @callback
    def _watch(self) -> None:
        """Be woken by the parts that are summed up, and have them polled."""
        layout = self._layouts.of(self.coordinator.topology)
        ref = self._part.ref
        summed = [part.ref for part in (*layout.zones_of(ref), *(layout.partitions_of(ref) if self._whole else ()))]
        wanted = {ref, *summed}
        for gone in self._watched.keys() - wanted:
            self._watched.pop(gone)()
        update = self._handle_coordinator_update
        for new in wanted - self._watched.keys():
            self._watched[new] = self.coordinator.async_add_listener(update, Want(new))

    @callback
    def _watch_nothing(self) -> None:
        while self._watched:
            self._watched.popitem()[1]()

    @property
    @override
    def supported_features(self) -> AlarmControlPanelEntityFeature:
        features = AlarmControlPanelEntityFeature(0)
        for feature, flag in _FEATURES.items():
            if feature in self.part.features:
                features |= flag
        return features

    @property
    @override
    def alarm_state(self) -> AlarmControlPanelState | None:
        return self._value.alarm_state if self._value else None

    @property
    @override
    def changed_by(self) -> str | None:
        return self._value.changed_by if self._value else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        return self._value.attributes if self._value else None

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        check_code(self.coordinator.config_entry, code, arming=False)
        await self.async_command(self.coordinator.driver_as(Arms).disarm(self._part.ref))

    @override
    async def async_alarm_arm_home(self, code: str | None = None) -> None:
        await self.async_arm(Arm.HOME, code=code)

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        await self.async_arm(Arm.AWAY, code=code)

    async def async_arm(self, mode: Arm, *, force: bool = False, code: str | None = None) -> None:
        """Arm, with `force` without the zones that are in the way; the entity's `arm` action."""
        require(self, _MODES[mode])
        check_code(self.coordinator.config_entry, self.code_or_default_code(code), arming=True)
        await self.async_command(self.coordinator.driver_as(Arms).arm(self._part.ref, mode, force=force))


def _entities(layouts: Layouts, coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if Feature.DISARM in part.features:
        yield AlarmPanel(coordinator, part, layouts)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the alarm panels of an entry."""
    await async_setup_parts(entry, async_add_entities, partial(_entities, Layouts()))
