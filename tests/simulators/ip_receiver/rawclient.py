"""Raw requests to a simulated receiver, for the tests of the simulator itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import hashlib
import json
import re
from typing import Any

import aiohttp
from aiohttp import ClientSession, DigestAuthMiddleware

from .simulator import ReceiverSimulator

DEVICES = "/ISAPI/ContentMgmt/DeviceMgmt/deviceList?format=json"
SUBSCRIBE = "/ISAPI/Event/notification/subscribeDeviceMgmt?format=json"
ALL_EVENTS = {"SubscribeDeviceMgmt": {"eventMode": "all", "defenceMode": "all"}}


class Raw:
    """A client that knows the paths and nothing else."""

    def __init__(self, session: ClientSession) -> None:
        """Use an open session."""
        self.session = session

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the JSON answer."""
        async with self.session.request(method, path, json=body) as answer:
            return answer.status, json.loads(await answer.read())

    async def panel(self, method: str, path: str, dev: str, body: Any = None, **query: str) -> tuple[int, Any]:
        """Ask a panel; `path` below SecurityCP."""
        more = "".join(f"{name}={value}&" for name, value in query.items())
        return await self.ask(method, f"/ISAPI/SecurityCP/{path}?{more}format=json&devIndex={dev}", body)

    async def devices(self, position: int = 0, most: int = 50, **chosen: Any) -> Any:
        """Return a SearchResult."""
        wanted: dict[str, Any] = {"position": position, "maxResult": most}
        if chosen:
            wanted["Filter"] = chosen
        return (await self.ask("POST", DEVICES, {"SearchDescription": wanted}))[1]["SearchResult"]

    async def zones(self, dev: str, position: int = 0, most: int = 50) -> Any:
        """Return a ZoneSearch."""
        wanted = {"searchID": "x", "searchResultPosition": position, "maxResults": most}
        return (await self.panel("POST", "status/zones", dev, {"ZoneCond": wanted}))[1]["ZoneSearch"]

    async def partitions(self, dev: str) -> dict[int, Any]:
        """Return the partitions by number."""
        _, found = await self.panel("GET", "status/subSystems", dev)
        return {row["SubSys"]["id"]: row["SubSys"] for row in found["SubSysList"]}


@asynccontextmanager
async def client(sim: ReceiverSimulator, password: str | None = None) -> AsyncIterator[Raw]:
    """Open a session that logs in by digest."""
    digest = DigestAuthMiddleware(sim.username, password or sim.password)
    async with ClientSession(base_url=sim.url, middlewares=[digest], timeout=aiohttp.ClientTimeout(5)) as session:
        yield Raw(session)


class Listener:
    """Reads a subscription byte by byte; knows boundaries, not lengths."""

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

    async def end(self) -> bytes:
        """Read until the receiver closes."""
        async with asyncio.timeout(5):
            self.data += await self.answer.content.read()
        return self.data

    @property
    def bodies(self) -> list[bytes]:
        """Bodies of the parts so far."""
        parts = re.split(rb"--boundary\r?\n", self.data)[1:]
        return [re.split(rb"\r?\n\r?\n", part, maxsplit=1)[1].strip() for part in parts]

    @property
    def alerts(self) -> list[Any]:
        """Messages so far, without the wrapper; heartbeats left out."""
        found = [json.loads(body).get("EventNotificationAlert") for body in self.bodies[1:]]
        return [alert for alert in found if alert["eventType"] != "heartBeat"]

    @property
    def codes(self) -> list[str]:
        """Codes of the records so far."""
        return [alert["CIDAlarm"]["CIDCode"] for alert in self.alerts if alert["eventType"] == "CIDAlarm"]


@asynccontextmanager
async def listening(raw: Raw, sim: ReceiverSimulator) -> AsyncIterator[Listener]:
    """Subscribe and wait for the answer's first part."""
    before = sim.streams
    async with raw.session.post(SUBSCRIBE, json=ALL_EVENTS) as answer:
        await sim.wait_streams(before + 1)
        listener = Listener(answer)
        await listener.until(b"}}")
        yield listener


def authorization(
    sim: ReceiverSimulator,
    challenge: str,
    method: str,
    uri: str,
    *,
    body: bytes = b"",
    count: int = 1,
    password: str | None = None,
) -> str:
    """Return an Authorization header worked out by hand."""

    def md5(text: str | bytes) -> str:
        data = text.encode() if isinstance(text, str) else text
        return hashlib.md5(data, usedforsecurity=False).hexdigest()

    given = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    nonce, qop = given["nonce"], sim.auth.qop
    first = md5(f"{sim.username}:{given['realm']}:{password or sim.password}")
    if given.get("algorithm") == "MD5-sess":
        first = md5(f"{first}:{nonce}:abcd")
    second = md5(f"{method}:{uri}:{md5(body)}" if qop == "auth-int" else f"{method}:{uri}")
    parts = [f'username="{sim.username}"', f'realm="{given["realm"]}"', f'nonce="{nonce}"', f'uri="{uri}"']
    if qop:
        parts += [f"qop={qop}", f"nc={count:08x}", 'cnonce="abcd"']
        response = md5(f"{first}:{nonce}:{count:08x}:abcd:{qop}:{second}")
    else:
        response = md5(f"{first}:{nonce}:{second}")
        # MD5-sess needs a cnonce even where there is no qop to go with it.
        parts.append('cnonce="abcd"')
    if "algorithm" in given:
        parts.append(f"algorithm={given['algorithm']}")
    return "Digest " + ", ".join([*parts, f'response="{response}"'])


async def plain(
    sim: ReceiverSimulator, method: str, path: str, header: str | None = None, body: bytes = b""
) -> tuple[aiohttp.ClientResponse, Any]:
    """Send one request with this Authorization header."""
    headers = {"Authorization": header} if header else {}
    async with (
        ClientSession(base_url=sim.url) as session,
        session.request(method, path, headers=headers, data=body or None) as answer,
    ):
        return answer, json.loads(await answer.read())
