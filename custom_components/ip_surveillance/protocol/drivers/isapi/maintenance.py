"""Restart, clock, and any request the user makes up."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
import logging
import re
import time
from typing import Final
from urllib.parse import unquote

from ...commands import RawAnswer
from ...errors import BadAnswer, CannotConnect, Rejected
from ...model.events import Polled
from ...model.parts import HOST_PART
from ...model.vocabulary import Quantity, Reading
from ...transport import xml
from .client import ROOT, IsapiClient
from .clock import drift, stamp_now

_LOGGER = logging.getLogger(__name__)

TIME_PATH: Final = "System/time"
_METHODS: Final = frozenset({"GET", "PUT", "POST", "DELETE"})
MAX_REQUEST: Final = 1024 * 1024
"""Largest body of a request that a user makes up, bytes."""
_LONGEST_PATH: Final = 512
_PATH: Final = re.compile(r"[A-Za-z0-9_\-.~!$&'()*+,;=:@%/]+", re.ASCII)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def time_drift(document: xml.Element, now: datetime) -> float | None:
    """Tell by how many seconds the clock of a Time document is ahead."""
    return drift(xml.text(document, "localTime"), xml.text(document, "timeZone"), now)


class Maintenance:
    """The `Maintains` and `Raw` commands."""

    client: IsapiClient
    utc_now: Callable[[], datetime] = staticmethod(_utc_now)

    async def reboot(self) -> None:
        """Restart; that the device breaks off instead of answering is success."""
        # It answered just now, so a broken connection afterwards is the restart and no dead line.
        await self.client.xml("System/deviceInfo")
        try:
            await self.client.send_xml("PUT", "System/reboot")
        except CannotConnect as error:
            _LOGGER.debug("connection gone on restart: %s", error)
        self.client.reboot_required = False

    async def sync_time(self) -> Polled:
        """Set the clock, keeping zone and mode, and read it back. Refused where the device asks a time server."""
        asked_at = time.monotonic()
        document = await self.client.edit(TIME_PATH, self._set_clock)
        value = time_drift(document, self.utc_now())
        readings = {(HOST_PART, Reading(Quantity.CLOCK_DRIFT)): value}
        return Polled(asked_at=asked_at, readback=True, readings=readings)

    def _set_clock(self, document: xml.Element) -> None:
        if (xml.text(document, "timeMode") or "").upper() == "NTP":
            raise Rejected("the device takes its time from a time server (NTP)", code="ntp")
        local = xml.text(document, "localTime")
        right = stamp_now(local, xml.text(document, "timeZone"), self.utc_now())
        if right is None:
            raise BadAnswer("the device's time zone cannot be read")
        xml.set_text(document, "localTime", right)

    async def send_request(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None
    ) -> RawAnswer:
        """Send one request to this device and return the answer whatever its status.

        Raises `Rejected` before anything is sent for another address, another method or too large a body.
        """
        method = method.upper()
        if method not in _METHODS:
            raise Rejected("method not allowed", code="badMethod")
        if not _is_own(path):
            raise Rejected(f"the path must begin with {ROOT} and lead nowhere else", code="badPath")
        if body is not None and len(body) > MAX_REQUEST:
            raise Rejected(f"more than {MAX_REQUEST} bytes", code="tooLarge")
        return await self.client.raw(method, path, query, body)


def _is_own(path: str) -> bool:
    """Whether a path stays below the dialect's root, also after the device has decoded it."""
    plain = unquote(unquote(path))
    steps = re.split(r"[/\\]", plain)
    return (
        len(path) <= _LONGEST_PATH
        and path.startswith(ROOT)
        and _PATH.fullmatch(path) is not None
        and plain.isprintable()
        and not {"..", "."} & set(steps)
        and "" not in steps[1:-1]
    )
