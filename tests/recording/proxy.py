"""A proxy between the driver and a device: it passes reading requests on, refuses all others, and keeps the answers."""

from dataclasses import dataclass
import ssl
from typing import Final, override

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, web
from yarl import URL

from tests.simulators.base import Answer, BaseSimulator, Recorded

_FORWARDED: Final = ("Authorization", "Accept")
_RETURNED: Final = ("WWW-Authenticate", "Location")
_LONGEST: Final = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One answered request."""

    path: str
    """With the query, as sent."""
    status: int
    body: bytes


class Proxy(BaseSimulator):
    """Listens on the loopback address; use as `async with`.

    The driver takes it for the device and is recorded as it is, whatever it does inside. Its login passes through:
    digest covers the path, not the host.
    """

    def __init__(self, session: ClientSession, device: URL, *, timeout: float = 20.0) -> None:
        """Take the device's base address; `timeout` is the seconds for each request."""
        super().__init__()
        self.device = device
        self.exchanges: list[Exchange] = []
        self.refused: list[str] = []
        """Requests that were not passed on because they do not merely read."""
        self.broken: list[str] = []
        """Requests that the device did not answer properly."""
        self._session = session
        self._timeout = ClientTimeout(total=timeout)
        self._ssl = lenient_tls()

    @override
    async def respond(self, request: web.BaseRequest, record: Recorded) -> Answer | None:
        """Pass one request on; the connection is cut where the device's is."""
        if record.method != "GET":
            self.refused.append(f"{record.method} {record.path}")
            return Answer(status=405, content_type="text/plain")
        try:
            return await self._ask(record)
        except (ClientError, OSError, ValueError) as fault:
            self.broken.append(f"{record.path}: {type(fault).__name__}")
            return None

    async def _ask(self, record: Recorded) -> Answer:
        async with self._session.get(
            URL(f"{self.device.origin()}{record.path}", encoded=True),
            headers=[(name, record.headers[name]) for name in _FORWARDED if name in record.headers],
            timeout=self._timeout,
            ssl=self._ssl,
            allow_redirects=False,
        ) as response:
            body = await response.content.read(_LONGEST)
            # A refused login is part of the conversation, not of what the device has to tell.
            if response.status != 401:
                self.exchanges.append(Exchange(path=record.path, status=response.status, body=body))
            returned = [(name, value) for name in _RETURNED for value in response.headers.getall(name, ())]
            kind = response.headers.get("Content-Type", "")
            return Answer(status=response.status, body=body, content_type=kind, headers=returned)


def lenient_tls() -> ssl.SSLContext:
    """Accept any certificate and old ciphers: devices sign their own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def upstream_session() -> ClientSession:
    """Make the session for requests to the device; pieces of 8 MB and more come whole."""
    return ClientSession(cookie_jar=DummyCookieJar(), auto_decompress=True)
