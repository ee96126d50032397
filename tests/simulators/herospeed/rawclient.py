"""A client of its own for the tests of the simulated camera: logs in by the document, hides nothing."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
import hashlib
import json
from typing import Any

import aiohttp

from .packets import HEADER
from .simulator import HerospeedSimulator

type Tree = Any
GOOD = {"Content-Type": "application/json; charset=UTF-8", "Api-Version": "v1.2.0"}
ALL_PACKETS = tuple(range(1, 11))


def stamp() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")[:19]


def digest(user: str, key: str, given: str, password: str) -> str:
    first = base64.b64encode(given.encode()).decode()
    return hashlib.sha256((user + key + first + password).encode()).hexdigest()


def answer_to(param: Tree, user: str, given: str, password: str) -> str:
    """Return the digest for what the capabilities of a login told."""
    found = digest(user, param["salt"], given, password)
    found = hashlib.sha256(bytes.fromhex(found) + param["challenge"].encode()).hexdigest()
    for _ in range(param["iterations"] if param["enableIteration"] else 0):
        found = hashlib.sha256(bytes.fromhex(found)).hexdigest()
    return found


@dataclass
class Raw:
    """One client; `cookie` is the session."""

    sim: HerospeedSimulator
    http: aiohttp.ClientSession
    cookie: str = ""
    version: str = ""
    headers: dict[str, str] = field(default_factory=lambda: dict(GOOD))

    async def text(self, path: str, tree: Tree) -> tuple[int, str]:
        headers = self.headers | ({"Cookie": f"sessionID={self.cookie}"} if self.cookie else {})
        body = tree if isinstance(tree, (bytes, str)) else json.dumps(tree)
        async with self.http.post(path, data=body, headers=headers) as answer:
            self.version = answer.headers.get("Api-Version", "")
            return answer.status, (await answer.read()).decode()

    async def ask(self, path: str, action: str = "get", data: Tree = None) -> Tree:
        status, body = await self.text(f"/api/{path}", {"action": action, "data": data})
        assert status == 200, (path, status)
        return json.loads(body)

    async def get(self, path: str, data: Tree = None) -> Tree:
        answer = await self.ask(path, "get", data)
        assert answer["code"] == 0, (path, answer)
        return answer["data"]

    async def set(self, path: str, data: Tree = None) -> int:
        return int((await self.ask(path, "set", data))["code"])

    async def status(self, path: str, action: str = "get", data: Tree = None) -> int:
        status, _ = await self.text(f"/api/{path}", {"action": action, "data": data})
        return status

    async def login(
        self, user: str = "", password: str = "", *, key: str | None = None, at: str = "", session: str = ""
    ) -> int:
        """Log in the way the camera wants it; return the code."""
        sim, given = self.sim, at or stamp()
        user, password = user or sim.username, password or sim.password
        number, proof = session or "e25ffee55bf17016f1c8f6047eb4ccda", ""
        for path in ("session/login-capabilities", "login-capabilities"):
            if await self.status(path, "get", {"username": user}) == 200:
                told = await self.get(path, {"username": user})
                number = session or told["sessionID"]
                proof = answer_to(told["param"], user, given, password) if "param" in told else ""
                break
        proof = proof or digest(user, sim.sessions.licence_key if key is None else key, given, password)
        names = {"username": user, "loginEncryptionType": "sha256-1", "password": proof}
        answer = await self.ask("session/login", "set", names | {"sessionID": number, "datetime": given})
        if answer["code"] == 0:
            self.cookie = answer["data"]["cookie"].partition("=")[2]
        return int(answer["code"])


@asynccontextmanager
async def client(sim: HerospeedSimulator, *, login: bool = True, user: str = "") -> AsyncIterator[Raw]:
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(sim.url, timeout=aiohttp.ClientTimeout(5), cookie_jar=jar) as http:
        raw = Raw(sim, http)
        if login:
            assert await raw.login(user, sim.sessions.users[user].password if user else "") == 0
        yield raw


@dataclass
class Listener:
    """One open WebSocket."""

    socket: aiohttp.ClientWebSocketResponse

    async def packet(self) -> tuple[int, Tree, bytes]:
        """Return type, JSON and binary of the next packet."""
        data = await self.socket.receive_bytes(timeout=5)
        return unpack(data)

    async def text(self) -> Tree:
        return json.loads(await self.socket.receive_str(timeout=5))

    async def until_closed(self) -> None:
        while not self.socket.closed:
            await self.socket.receive(timeout=5)


def unpack(data: bytes) -> tuple[int, Tree, bytes]:
    binary, _, length, kind, _, signature = HEADER.unpack_from(data)
    assert signature == 0xA5A5
    body = data[32 : 32 + length]
    rest = data[32 + length :]
    assert len(rest) == binary
    return kind, json.loads(body.rstrip(b"\0")), rest


def start(cookie: str, kinds: tuple[int, ...] = ALL_PACKETS, *, image: bool = True) -> Tree:
    return {
        "action": "start",
        "data": {"sessionID": cookie, "subscription": {"packet_types": list(kinds), "event_image": image}},
    }


@asynccontextmanager
async def listener(
    raw: Raw, kinds: tuple[int, ...] = ALL_PACKETS, *, image: bool = True, wait: int = 1
) -> AsyncIterator[Listener]:
    async with raw.http.ws_connect("/events") as socket:
        await socket.send_json(start(raw.cookie, kinds, image=image))
        if wait:
            await raw.sim.wait_streams(wait)
        yield Listener(socket)
