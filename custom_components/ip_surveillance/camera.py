"""Cameras: one per channel and stream, and what their actions do (PTZ, lens, accessories)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, override

from aiohttp import web
from homeassistant.components.camera import Camera, CameraEntityDescription, CameraEntityFeature
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from .const import CONF_STREAMS, DEFAULT_STREAMS, DOMAIN, LOGGER
from .coordinator import StateCoordinator
from .entity import PartEntity, async_setup_parts
from .image import content_type_of
from .live_pictures import async_relay
from .protocol.commands import Moves, Optics, Patterns, Presets, Recordings, Streams
from .protocol.media import LivePictures
from .protocol.model.parts import Part, Stream
from .protocol.model.state import State
from .protocol.model.vocabulary import Feature
from .protocol.plate_lists import ListedPlate, PlateList, PlateLists
from .runtime import Entry
from .services import Accessory, MoveMode, PatrolAction, require

# Not 1: a stop has to reach the device while a move is under way. The driver limits requests itself.
PARALLEL_UPDATES = 0

_NAMED_STREAMS = (1, 2, 3)
"""Streams with names of their own; those beyond are numbered."""

_SPEEDS: Mapping[str, tuple[float, float]] = {"pan": (-1, 1), "tilt": (-1, 1), "zoom": (-1, 1)}
_LIMITS: Mapping[MoveMode, Mapping[str, tuple[float, float]]] = {
    MoveMode.CONTINUOUS: _SPEEDS,
    MoveMode.RELATIVE: _SPEEDS,
    MoveMode.ABSOLUTE: {"pan": (0, 360), "tilt": (-90, 90), "zoom": (1, 1000)},
}

_ACCESSORIES: Mapping[Accessory, Feature] = {
    Accessory.WIPER: Feature.WIPER,
    Accessory.LIGHT: Feature.AUXILIARY_LIGHT,
}


class StreamCamera(PartEntity[None], Camera):
    """One stream of a channel; all streams of a channel move the same camera."""

    def __init__(self, coordinator: StateCoordinator, part: Part, stream: Stream) -> None:
        """Show one stream."""
        gate = Feature.SNAPSHOT if Feature.SNAPSHOT in part.features else Feature.STREAM
        super().__init__(coordinator, part, _description(coordinator, stream), gate)
        Camera.__init__(self)
        self._stream_number = stream.number
        self._attr_translation_placeholders = {"number": str(stream.number)}
        if stream.number == 1:
            self._attr_name = None
        if Feature.STREAM in part.features and self._url is not None:
            self._attr_supported_features = CameraEntityFeature.STREAM

    @property
    def _url(self) -> str | None:
        return self.coordinator.driver_as(Streams).stream_url(self._part.ref, self._stream_number)

    @override
    def read(self, state: State) -> None:
        return None

    @override
    async def stream_source(self) -> str | None:
        return self._url if CameraEntityFeature.STREAM in self.supported_features else None

    @property
    @override
    def use_stream_for_stills(self) -> bool:
        """Whether stills are taken from the stream: only where the device itself makes none."""
        return Feature.SNAPSHOT not in self.part.features and CameraEntityFeature.STREAM in self.supported_features

    @override
    async def async_camera_image(self, width: int | None = None, height: int | None = None) -> bytes | None:
        if Feature.SNAPSHOT not in self.part.features:
            return None
        driver = self.coordinator.driver_as(Streams)
        try:
            picture = await self.coordinator.async_ask(driver.snapshot(self._part.ref, self._stream_number))
        except HomeAssistantError as err:
            LOGGER.debug("%s: no picture: %s", self.entity_id, err.translation_key)
            return None
        self.content_type = content_type_of(picture)
        return picture.data

    @override
    async def handle_async_mjpeg_stream(self, request: web.Request) -> web.StreamResponse | None:
        """Show live video as pictures: those that the device sends, else one still after the other."""
        driver = self.coordinator.driver
        if isinstance(driver, LivePictures):
            pictures = driver.live_pictures(self._part.ref, self._stream_number)
            if (response := await async_relay(request, self.coordinator, pictures)) is not None:
                return response
        return await super().handle_async_mjpeg_stream(request)

    # Actions; their fields are described in services.yaml.

    async def async_ptz_move(
        self,
        mode: MoveMode,
        duration: float,
        pan: float | None = None,
        tilt: float | None = None,
        zoom: float | None = None,
    ) -> None:
        """Move at a speed for a time, by a part of the picture, or to a position."""
        given = {axis: value for axis, value in (("pan", pan), ("tilt", tilt), ("zoom", zoom)) if value is not None}
        _check_axes(mode, given)
        driver = self.coordinator.driver_as(Moves)
        ref = self._part.ref
        match mode:
            case MoveMode.CONTINUOUS:
                self._require_speed(pan, tilt, zoom)
                command = driver.move(ref, pan or 0, tilt or 0, zoom or 0, duration)
            case MoveMode.RELATIVE:
                require(self, Feature.PTZ_RELATIVE)
                command = driver.move_by(ref, pan or 0, tilt or 0, zoom or 0)
            case MoveMode.ABSOLUTE:
                require(self, Feature.PTZ_ABSOLUTE)
                command = driver.move_to(ref, given["pan"], given["tilt"], zoom)
        await self.async_move(command)

    def _require_speed(self, pan: float | None, tilt: float | None, zoom: float | None) -> None:
        """A motor zoom alone cannot pan, and some domes cannot zoom."""
        if pan or tilt:
            require(self, Feature.PTZ_CONTINUOUS)
        if zoom:
            require(self, Feature.PTZ_ZOOM)

    async def async_ptz_stop(self) -> None:
        """Stop all movement."""
        require(self, Feature.PTZ_CONTINUOUS, Feature.PTZ_ZOOM, Feature.PTZ_RELATIVE, Feature.PTZ_ABSOLUTE)
        await self.async_move(self.coordinator.driver_as(Moves).stop(self._part.ref))

    async def async_ptz_goto_preset(self, preset: str | int) -> None:
        """Go to a preset given by name or number."""
        require(self, Feature.PRESETS)
        number = _preset_number(self.part, preset)
        await self.async_move(self.coordinator.driver_as(Presets).goto_preset(self._part.ref, number))

    async def async_ptz_save_preset(self, number: int, name: str | None = None) -> None:
        """Store the present position; the preset select learns of it by looking again what exists."""
        require(self, Feature.PRESETS)
        await self.async_command(self.coordinator.driver_as(Presets).save_preset(self._part.ref, number, name))
        self.coordinator.async_schedule_rediscovery()

    async def async_ptz_patrol(self, patrol: int, action: PatrolAction) -> None:
        """Start or stop a patrol."""
        require(self, Feature.PATROLS)
        run = action is PatrolAction.START
        await self.async_move(self.coordinator.driver_as(Presets).patrol(self._part.ref, patrol, run))

    async def async_ptz_delete_preset(self, number: int) -> None:
        """Forget a preset; the preset select learns of it by looking again what exists."""
        require(self, Feature.PRESETS)
        await self.async_command(self.coordinator.driver_as(Presets).delete_preset(self._part.ref, number))
        self.coordinator.async_schedule_rediscovery()

    async def async_ptz_pattern(self, pattern: int, action: PatrolAction) -> None:
        """Play a recorded movement, or stop it."""
        require(self, Feature.PATTERNS)
        run = action is PatrolAction.START
        await self.async_move(self.coordinator.driver_as(Patterns).pattern(self._part.ref, pattern, run))

    async def async_ptz_scan(self, scan: int, action: PatrolAction) -> None:
        """Start or stop a scan between two limits."""
        require(self, Feature.SCANS)
        run = action is PatrolAction.START
        await self.async_move(self.coordinator.driver_as(Patterns).scan(self._part.ref, scan, run))

    async def async_get_recordings(self, start: datetime, end: datetime) -> ServiceResponse:
        """Look up what the device's own store holds of this camera; times are taken as those of Home Assistant."""
        require(self, Feature.RECORDINGS)
        times = [dt_util.as_local(each).replace(tzinfo=None) for each in (start, end)]
        driver = self.coordinator.driver_as(Recordings)
        found = await self.coordinator.async_ask(driver.recordings(self._part.ref, *times), self._part.ref)
        rows: list[JsonValueType] = [
            {"start": each.start.isoformat(), "end": each.end.isoformat(), "size": each.size} for each in found
        ]
        return {"recordings": rows}

    async def async_get_plates(self) -> ServiceResponse:
        """Read the lists of plates that may pass or may not."""
        require(self, Feature.PLATE_LISTS)
        driver = self.coordinator.driver_as(PlateLists)
        plates = await self.coordinator.async_ask(driver.listed_plates(self._part.ref), self._part.ref)
        rows: list[JsonValueType] = [
            {"plate": each.text, "plate_list": each.listed.value, "start": _shown(each.start), "end": _shown(each.end)}
            for each in plates
        ]
        return {"plates": rows}

    async def async_add_plate(
        self, plate: str, plate_list: PlateList, start: datetime | None = None, end: datetime | None = None
    ) -> None:
        """Put a plate on a list, for good or for a time; times are taken as those of Home Assistant."""
        require(self, Feature.PLATE_LISTS)
        times = [None if each is None else dt_util.as_local(each) for each in (start, end)]
        listed = ListedPlate(text=plate, listed=plate_list, start=times[0], end=times[1])
        await self.async_command(self.coordinator.driver_as(PlateLists).list_plate(self._part.ref, listed))

    async def async_remove_plate(self, plate: str) -> None:
        """Take a plate off the list that it is on."""
        require(self, Feature.PLATE_LISTS)
        await self.async_command(self.coordinator.driver_as(PlateLists).unlist_plate(self._part.ref, plate))

    async def async_ptz_home(self) -> None:
        """Go to the home position."""
        require(self, Feature.HOME)
        await self.async_move(self.coordinator.driver_as(Presets).goto_home(self._part.ref))

    async def async_focus(self, speed: float, duration: float) -> None:
        """Focus nearer or farther for a time."""
        require(self, Feature.FOCUS)
        await self.async_command(self.coordinator.driver_as(Optics).focus(self._part.ref, speed, duration))

    async def async_iris(self, speed: float, duration: float) -> None:
        """Close or open the iris for a time."""
        require(self, Feature.IRIS)
        await self.async_command(self.coordinator.driver_as(Optics).iris(self._part.ref, speed, duration))

    async def async_auxiliary(self, accessory: Accessory, on: bool) -> None:
        """Switch the wiper or the auxiliary light."""
        feature = _ACCESSORIES[accessory]
        require(self, feature)
        await self.async_command(self.coordinator.driver_as(Optics).auxiliary(self._part.ref, feature, on))


def _description(coordinator: StateCoordinator, stream: Stream) -> CameraEntityDescription:
    enabled = coordinator.config_entry.options.get(CONF_STREAMS, DEFAULT_STREAMS)
    return CameraEntityDescription(
        key=f"stream{stream.number}",
        translation_key=f"stream{stream.number}" if stream.number in _NAMED_STREAMS else "stream",
        entity_registry_enabled_default=str(stream.number) in enabled,
    )


def _shown(time: datetime | None) -> str | None:
    return None if time is None else dt_util.as_local(time).isoformat()


def _check_axes(mode: MoveMode, given: Mapping[str, float]) -> None:
    """Refuse what cannot be meant; the device's own limits are for the device to tell."""
    if mode is MoveMode.ABSOLUTE and not {"pan", "tilt"} <= given.keys():
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="ptz_position_incomplete")
    if not any(given.values()) and mode is not MoveMode.ABSOLUTE:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="ptz_no_direction")
    for axis, value in given.items():
        low, high = _LIMITS[mode][axis]
        if not low <= value <= high:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="ptz_out_of_range",
                translation_placeholders={"axis": axis, "low": f"{low:g}", "high": f"{high:g}"},
            )


def _preset_number(part: Part, preset: str | int) -> int:
    """Number of a preset; a name counts first, since people also name presets by numbers."""
    wanted = str(preset).strip()
    for number, name in sorted(part.presets.items()):
        if name.casefold() == wanted.casefold() and isinstance(preset, str):
            return number
    # Presets that are not listed may still exist; beyond the device's range the driver refuses.
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 6:
        return int(wanted)
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="preset_unknown",
        translation_placeholders={
            "preset": wanted,
            "presets": ", ".join(f"{name} ({number})" for number, name in sorted(part.presets.items())),
        },
    )


def _entities(coordinator: StateCoordinator, part: Part) -> Iterator[PartEntity[Any]]:
    if part.features.isdisjoint({Feature.STREAM, Feature.SNAPSHOT}):
        return
    for stream in part.streams or (Stream(number=1),):
        yield StreamCamera(coordinator, part, stream)


async def async_setup_entry(
    hass: HomeAssistant, entry: Entry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the cameras of an entry."""
    await async_setup_parts(entry, async_add_entities, _entities)
