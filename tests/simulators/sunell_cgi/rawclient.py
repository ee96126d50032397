"""Raw requests to a simulated device, for the tests of the simulator itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import ClientSession, DigestAuthMiddleware
from yarl import URL

from .auth import Access
from .simulator import SunellSimulator


class Raw:
    """A client that knows how to write a query and nothing else."""

    def __init__(self, sim: SunellSimulator, session: ClientSession) -> None:
        """Use an open session."""
        self.sim = sim
        self.session = session

    def url(self, cgi: str, query: str) -> URL:
        """Return the address of a request; the query goes out as it is."""
        return URL(f"{self.sim.url}/cgi-bin/{cgi}.cgi?{query}", encoded=True)

    async def ask(self, cgi: str, query: str, *, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
        """Return status and body."""
        async with self.session.request(method, self.url(cgi, query), data=body) as answer:
            return answer.status, await answer.read()

    async def text(self, cgi: str, query: str) -> str:
        """Return the body as text."""
        return (await self.ask(cgi, query))[1].decode()

    async def get(self, kind: str, more: str = "", *, cgi: str = "param") -> list[str]:
        """Return the lines of a get."""
        return (await self.text(cgi, f"action=get&type={kind}{more}")).splitlines()

    async def value(self, kind: str, key: str, more: str = "", *, cgi: str = "param") -> str:
        """Return the first value of a key in the answer to a get."""
        for line in await self.get(kind, more, cgi=cgi):
            name, sign, value = line.partition("=")
            if sign and name.strip() == key:
                return value.strip()
        raise KeyError(key)

    async def set(self, kind: str, more: str, *, cgi: str = "param") -> str:
        """Return the answer to a set."""
        return (await self.text(cgi, f"action=set&type={kind}{more}")).strip()

    async def ptz(self, query: str) -> str:
        """Return the answer of ptz.cgi."""
        return (await self.text("ptz", query)).strip()


@asynccontextmanager
async def client(sim: SunellSimulator, password: str | None = None) -> AsyncIterator[Raw]:
    """Open a session that logs in the way the device wants it (by header)."""
    secret = password or sim.password
    options: dict[str, object] = {}
    if sim.auth.access is Access.DIGEST:
        options["middlewares"] = [DigestAuthMiddleware(sim.username, secret)]
    elif sim.auth.access is Access.BASIC:
        options["headers"] = {"Authorization": aiohttp.encode_basic_auth(sim.username, secret)}
    async with ClientSession(timeout=aiohttp.ClientTimeout(5), **options) as session:  # type: ignore[arg-type]
        yield Raw(sim, session)


async def plain(sim: SunellSimulator, cgi: str, query: str) -> tuple[int, str, list[str]]:
    """Ask without credentials; returns status, stripped body and challenges."""
    address = URL(f"{sim.url}/cgi-bin/{cgi}.cgi?{query}", encoded=True)
    async with ClientSession() as session, session.get(address) as answer:
        return answer.status, (await answer.text()).strip(), answer.headers.getall("WWW-Authenticate", [])


async def eventually(check: Callable[[], object]) -> None:
    """Wait until something holds that nobody tells."""
    async with asyncio.timeout(5):
        while not check():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


class Attached:
    """Reads pushed parts byte by byte."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        """Read an open answer."""
        self.answer = answer
        self.data = b""

    async def until(self, mark: bytes, count: int = 1) -> bytes:
        """Read until the mark has come so often; returns all bytes so far."""
        async with asyncio.timeout(5):
            while self.data.count(mark) < count:
                piece = await self.answer.content.readany()
                if not piece:
                    raise EOFError(self.data)
                self.data += piece
        return self.data


@asynccontextmanager
async def attached(raw: Raw) -> AsyncIterator[Attached]:
    """Attach and wait until the device has taken it."""
    async with raw.session.get(raw.url("alarm", "action=attach")) as answer:
        await raw.sim.wait_streams()
        yield Attached(answer)
