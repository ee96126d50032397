"""Restart, and any request the user makes up."""

from collections.abc import Sequence
import logging
import re
from typing import Final
from urllib.parse import unquote

from ...commands import RawAnswer
from ...errors import BadAnswer, CannotConnect, Forbidden, NotSupported, Rejected
from .client import HerospeedClient
from .paths import DEVICE_INFO

_LOGGER = logging.getLogger(__name__)

REBOOT: Final = "/api/system/reboot"
ROOTS: Final = ("/api/", "/filedir/")
"""What the dialect has: its functions, and files that one of them prepares (002…txt l.1958)."""
MAX_REQUEST: Final = 1024 * 1024
"""Largest body of a request that a user makes up, bytes."""
_METHODS: Final = frozenset({"GET", "POST"})
_LONGEST_PATH: Final = 512
_PATH: Final = re.compile(r"[A-Za-z0-9_\-.~!$&'()*+,;=:@%/]+", re.ASCII)


class Maintenance:
    """The `Maintains` and `Raw` commands but for the clock's, and `check`."""

    client: HerospeedClient

    async def check(self) -> None:
        """The cheapest authenticated request, which also keeps the session."""
        try:
            await self.client.session.beat()
        except NotSupported, Rejected, Forbidden, BadAnswer:
            # What the request has to hold is nowhere told (002…txt l.757-781).
            await self.client.get(DEVICE_INFO)

    async def reboot(self) -> None:
        """Restart; that the camera breaks off instead of answering is success."""
        # It answered just now, so a broken connection afterwards is the restart and no dead line.
        await self.check()
        try:
            await self.client.set(REBOOT, None)
        except CannotConnect as error:
            _LOGGER.debug("connection gone on restart: %s", error)

    async def send_request(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None
    ) -> RawAnswer:
        """Send one request to this camera and return the answer whatever its status.

        Raises `Rejected` before anything is sent for another address, another method or too large a body.
        """
        method = method.upper()
        if method not in _METHODS:
            raise Rejected("method not allowed", code="badMethod")
        if not _is_own(path):
            raise Rejected(f"the path must begin with {' or '.join(ROOTS)} and lead nowhere else", code="badPath")
        if body is not None and len(body) > MAX_REQUEST:
            raise Rejected(f"more than {MAX_REQUEST} bytes", code="tooLarge")
        return await self.client.raw(method, path, tuple(query), body)


def _is_own(path: str) -> bool:
    """Whether a path stays below the dialect's roots, also after the camera has decoded it."""
    text = unquote(unquote(path))
    steps = re.split(r"[/\\]", text)
    return (
        len(path) <= _LONGEST_PATH
        and path.startswith(ROOTS)
        and _PATH.fullmatch(path) is not None
        and text.isprintable()
        and not {"..", "."} & set(steps)
        and "" not in steps[1:-1]
    )
