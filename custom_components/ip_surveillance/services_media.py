"""The action that saves what an alarm left on the host: clips and pictures, into a folder that the user allowed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .const import DOMAIN
from .coordinator import StateCoordinator
from .protocol.commands import Clip, Media
from .protocol.model.parts import PartRef
from .protocol.model.vocabulary import Feature
from .services_target import PIECE_TARGET, async_require_path, device_of, feature_missing, part_shown

SAVE_ALARM_MEDIA: Final = "save_alarm_media"
SAVE_ALARM_MEDIA_FIELDS: Final[Mapping[Any, Any]] = {
    **PIECE_TARGET,
    vol.Optional("media_id"): vol.All(cv.string, vol.Length(min=1, max=128)),
    vol.Required("directory"): cv.string,
}

# Home Assistant's annotations name probatio, of which voluptuous is an alias at run time.
_SCHEMA: Final[Any] = vol.Schema(dict(SAVE_ALARM_MEDIA_FIELDS))

_UNFIT: Final = re.compile(r"[^0-9A-Za-z._-]+")
_LONGEST_NAME: Final = 100
_MOST_COPIES: Final = 10_000


async def _async_save(call: ServiceCall) -> ServiceResponse:
    """Fetch what one alarm left and write it; the answer names the files."""
    hass, directory = call.hass, call.data["directory"]
    coordinator, panel, name = _panel_of(call)
    driver = coordinator.driver
    part = coordinator.topology.parts.get(panel)
    if part is None or Feature.MEDIA not in part.features or not isinstance(driver, Media):
        raise feature_missing(name, Feature.MEDIA.value)
    # Before anything is fetched: a recording may be large.
    await async_require_path(hass, directory)
    if (media_id := call.data.get("media_id") or _latest(driver, panel)) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_media", translation_placeholders={"name": name}
        )
    clips = await coordinator.async_ask(driver.fetch_media(panel, media_id))
    try:
        files = await hass.async_add_executor_job(_write, Path(directory), clips)
    except OSError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="write_failed",
            translation_placeholders={"directory": directory, "reason": err.strerror or type(err).__name__},
        ) from err
    return {"media_id": media_id, "files": list(files)}


def _latest(driver: Media, panel: PartRef) -> str | None:
    ids = driver.media_ids(panel)
    return ids[-1] if ids else None


def _panel_of(call: ServiceCall) -> tuple[StateCoordinator, PartRef, str]:
    """The device that is meant, of which a registry device may show a piece, and its name for people."""
    if (found := device_of(call)) is None or (part := part_shown(*found)) is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_panel")
    coordinator, device = found
    return coordinator, part.ref.owner, device.name_by_user or device.name or device.id


def _write(directory: Path, clips: Sequence[Clip]) -> Sequence[str]:
    """Write files beside whatever is there already. Runs in the executor; raises `OSError`."""
    directory.mkdir(exist_ok=True)
    return [str(_write_new(directory, _fit(clip.name), clip.data)) for clip in clips]


def _write_new(directory: Path, name: str, data: bytes) -> Path:
    """Write one file under the first free name of `clip.mp4`, `clip_2.mp4`, ..."""
    plain = Path(name)
    for number in range(1, _MOST_COPIES):
        path = directory / (name if number == 1 else f"{plain.stem}_{number}{plain.suffix}")
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(directory / name)


def _fit(name: str) -> str:
    """A name that is nothing but the name of one visible file, whatever the host made of it."""
    fit = _UNFIT.sub("_", name).lstrip(".")[-_LONGEST_NAME:].lstrip(".")
    return fit or "clip"


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN, SAVE_ALARM_MEDIA, _async_save, _SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )
