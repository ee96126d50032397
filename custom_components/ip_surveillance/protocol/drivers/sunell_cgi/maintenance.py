"""Restart, clock, and any request the user makes up."""

from collections.abc import Callable, Sequence
from datetime import datetime
import logging
import re
import time
from typing import Final
from urllib.parse import unquote

from ...commands import RawAnswer
from ...errors import CannotConnect, NotSupported, Rejected
from ...model.events import Polled
from . import clock
from .client import NOT_TAKEN, PARAM, SunellClient
from .facts import Facts
from .grammar import Pair, Record
from .link import ROOT
from .values import to_bool

_LOGGER = logging.getLogger(__name__)

_METHODS: Final = frozenset({"GET", "POST"})
MAX_REQUEST: Final = 1024 * 1024
"""Largest body of a request that a user makes up, bytes."""
_LONGEST_PATH: Final = 512
_PATH: Final = re.compile(r"[A-Za-z0-9_\-./]+", re.ASCII)
_OFF: Final = 30.0
"""Seconds that a clock may be off right after it was set: the answer may take its time."""


class Maintenance:
    """The `Maintains` and `Raw` commands."""

    client: SunellClient
    facts: Facts | None
    local_now: Callable[[], datetime] = staticmethod(clock.local_now)

    async def reboot(self) -> None:
        """Restart; that the device breaks off instead of answering is success."""
        # It answered just now, so a broken connection afterwards is the restart and no dead line.
        await self.client.get("deviceInfo")
        # Any other number, and perhaps none, is a camera behind a recorder (003_f90f6ea635efbe94.txt l.29130).
        itself: tuple[Pair, ...] = (("cameraID", "0"),) if self.facts is not None and self.facts.recorder else ()
        try:
            await self.client.operate("operate", ("action", "restart"), *itself)
        except CannotConnect as error:
            _LOGGER.debug("connection gone on restart: %s", error)

    async def sync_time(self) -> Polled:
        """Set the clock to ours and read it back. Refused where the device asks a time server."""
        if await self._asks_server():
            raise Rejected("the device takes its time from a time server (NTP)", code="ntp")
        asked_at = time.monotonic()
        async with self.client.transport.exclusive():
            pairs = (("action", "set"), ("type", clock.KIND), *clock.pairs_of(self.local_now()))
            await self.client.operate(PARAM, *pairs)
            drift = clock.drift_of(await self.client.get(clock.KIND), self.local_now())
        if drift is None or abs(drift) > _OFF:
            raise Rejected("the device did not take the time", code=NOT_TAKEN, details=(clock.KIND,))
        return clock.drift_read(asked_at, drift)

    async def _asks_server(self) -> bool:
        try:
            settings: Record | None = await self.client.probe("NTP")
        except NotSupported, Rejected:
            settings = None
        return settings is not None and to_bool(settings.get("enableFlag")) is True

    async def send_request(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None
    ) -> RawAnswer:
        """Send one request to this device and return the answer whatever its status.

        Raises `Rejected` before anything is sent for another address, another method or too large a body.
        """
        method = method.upper()
        if method not in _METHODS:
            raise Rejected("method not allowed", code="badMethod")
        if not is_own(path):
            raise Rejected(f"the path must begin with {ROOT} and lead nowhere else", code="badPath")
        if body is not None and len(body) > MAX_REQUEST:
            raise Rejected(f"more than {MAX_REQUEST} bytes", code="tooLarge")
        return await self.client.raw(method, path, tuple(query), body)


def is_own(path: str) -> bool:
    """Whether a path stays below the dialect's root, also after the device has decoded it."""
    steps = unquote(unquote(path)).split("/")
    return (
        len(path) <= _LONGEST_PATH
        and path.startswith(ROOT)
        and _PATH.fullmatch(path) is not None
        and not {"..", "."} & set(steps)
        and "" not in steps[1:]
    )
