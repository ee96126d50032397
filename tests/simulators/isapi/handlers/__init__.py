"""All operations of the simulated device; other paths may be stored documents (`config.GENERIC`)."""

from ..routing import Route
from . import config, metadata, notify, ports, ptz, recorder, settings, system, video

ROUTES: tuple[Route, ...] = (
    *system.ROUTES,
    *notify.ROUTES,
    *video.ROUTES,
    *recorder.ROUTES,
    *ports.ROUTES,
    *ptz.ROUTES,
    *settings.ROUTES,
    *metadata.ROUTES,
    *config.ROUTES,
)

# What a device replayed from a recording answers beside the recorded documents.
RECORDED_ROUTES: tuple[Route, ...] = tuple(
    found
    for found in ROUTES
    if found.handler in (notify.alert_stream, notify.subscribe, notify.unsubscribe, video.picture, system.user_check)
)
