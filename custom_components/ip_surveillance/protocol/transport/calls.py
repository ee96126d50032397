"""What is asked of a device over HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
import re
from typing import Final
from urllib.parse import quote

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, ClientTimeout

_SECRET: Final = re.compile(r"pass|pwd|session|token|secret|auth|sign|key|user|url(?:start|end)", re.IGNORECASE)
_PATH_SAFE: Final = "/%:@!$&'()*+,;=~"
_QUERY_SAFE: Final = "/:@!$'()*,;~?"
_NO_LIMIT: Final = ClientTimeout(total=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    body: bytes | None = field(default=None, repr=False)
    content_type: str | None = None
    idempotent: bool = True
    timeout: ClientTimeout = _NO_LIMIT
    conclusive: bool = True
    """Whether a refused login stops all other requests too."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What a family adds, such as the cookie of its own session: nothing for a log."""

    async def dress(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Add the headers last of all, after whatever drops those of others; an aiohttp middleware."""
        request.headers.update(self.headers)
        return await handler(request)

    @property
    def target(self) -> str:
        """The request target as sent; a blank is %20, since not every device reads + as one."""
        # The slash keeps a path such as "@elsewhere" from becoming part of the address.
        path = "/" + quote(self.path.removeprefix("/"), safe=_PATH_SAFE)
        parts = ((quote(name, safe=_QUERY_SAFE), quote(value, safe=_QUERY_SAFE)) for name, value in self.query)
        pairs = "&".join(f"{name}={value}" for name, value in parts)
        return f"{path}?{pairs}" if pairs else path

    @property
    def shown(self) -> str:
        """The request for the log, without secrets."""
        pairs = "&".join(f"{name}={'**' if _SECRET.search(name) else value}" for name, value in self.query)
        return f"{self.method} {self.path}{'?' if pairs else ''}{pairs}"
