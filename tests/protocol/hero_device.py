"""A small camera of the JSON dialect over real sockets, which computes its digests by code of its own."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import hashlib
import json
from typing import Any, Self

from aiohttp import web

USER = "admin"
PASSWORD = "s3cret pässword"
SALT = "5a17" * 8
CHALLENGE = "c4a11e49" * 4
KEY = "LICENCE-77"
OFFERED = "e25ffee55bf17016f1c8f6047eb4ccda"


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def expected(mode: str, stamp: str, password: str, key: str, rounds: int) -> str:
    """The digest by its formula, step by step."""
    place = SALT if mode == "challenge" else key
    first = sha((USER + place + base64.b64encode(stamp.encode()).decode() + password).encode())
    if mode != "challenge":
        return first.hex()
    last = sha(first + CHALLENGE.encode())
    for _ in range(rounds):
        last = sha(last)
    return last.hex()


@dataclass
class Seen:
    """One request as it came."""

    path: str
    action: str
    data: Any
    cookie: str
    content_type: str
    version: str
    raw: bytes


type Handler = Callable[[Seen], Awaitable[web.Response | web.WebSocketResponse]]


class HeroDevice:
    """Answers by what is set on it; `mode` is how it wants to be logged in to: challenge, session_id or licence_key."""

    def __init__(self, mode: str = "challenge", *, rounds: int = 0) -> None:
        self.mode = mode
        self.rounds = rounds
        self.key = "" if mode == "challenge" else KEY
        self.password = PASSWORD
        self.capabilities_path = "/api/session/login-capabilities"
        self.seen: list[Seen] = []
        self.sessions: set[str] = set()
        self.most_sessions = 10
        self.wrong_password_code = 7
        self.login_reply: Callable[[], web.Response | None] = lambda: None
        self.cookie_in_body = True
        self.delay = 0.0
        self.logins = 0
        self.wrong = 0
        self.documents: dict[str, Any] = {}
        self.handlers: dict[str, Handler] = {}
        self.sets: list[tuple[str, Any]] = []
        self.expired_code = 101
        self.date: str | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def paths(self, *paths: str) -> list[Seen]:
        """The requests for some paths."""
        return [seen for seen in self.seen if seen.path in paths]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            message = json.loads(body)
        except ValueError:
            message = {}
        seen = Seen(
            path=request.path,
            action=message.get("action", ""),
            data=message.get("data"),
            cookie=request.headers.get("Cookie", ""),
            content_type=request.headers.get("Content-Type", ""),
            version=request.headers.get("Api-Version", ""),
            raw=body,
        )
        self.seen.append(seen)
        await asyncio.sleep(self.delay)
        if request.path in self.handlers:
            return await self.handlers[request.path](seen)
        if request.path == "/events":
            return await self.events(request)
        return self._answer(seen)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Have no push."""
        return web.Response(status=404)

    def _answer(self, seen: Seen) -> web.Response:
        if seen.path == self.capabilities_path and self.mode != "licence_key":
            return self._capabilities()
        if seen.path == "/api/session/login":
            return self.login_reply() or self._login(seen)
        if seen.path == "/api/system/platform-capabilities":
            return ok({"enableProductType": 0})
        known = seen.path in self.documents or seen.path.startswith("/api/session/")
        if not known or seen.path.endswith("capabilities"):
            return web.Response(status=404)
        if seen.cookie.removeprefix("sessionID=") not in self.sessions:
            return code(self.expired_code)
        if seen.path == "/api/session/logout":
            self.sessions.discard(seen.data["cookie"].removeprefix("sessionID="))
            return ok(None)
        if seen.path == "/api/session/heart-beat":
            return web.json_response({"code": 0})
        if seen.action == "get":
            return ok(self.documents[seen.path])
        self.sets.append((seen.path, seen.data))
        self.store(seen.path, seen.data)
        return ok({})

    def store(self, path: str, data: Any) -> None:
        """Keep what was set."""
        if isinstance(data, dict) and isinstance(self.documents[path], dict):
            self.documents[path].update(data)

    def _capabilities(self) -> web.Response:
        data: dict[str, Any] = {"encryptionType": ["sha256-1"], "sessionID": OFFERED}
        if self.mode == "challenge":
            data["param"] = {"challenge": CHALLENGE, "iterations": 100, "enableIteration": False, "salt": SALT}
            if self.rounds:
                data["param"] |= {"iterations": self.rounds, "enableIteration": True}
        return ok(data, **({"Date": self.date} if self.date else {}))

    def _login(self, seen: Seen) -> web.Response:
        self.logins += 1
        data = seen.data
        assert data["username"] == USER
        assert data["loginEncryptionType"] == "sha256-1"
        assert self.mode == "licence_key" or data["sessionID"] == OFFERED
        if data["password"] != expected(self.mode, data["datetime"], self.password, self.key, self.rounds):
            self.wrong += 1
            wanted = self.mode != "challenge" and data["password"] == expected(
                self.mode, data["datetime"], self.password, "", self.rounds
            )
            return code(230 if wanted else self.wrong_password_code)
        if len(self.sessions) >= self.most_sessions:
            return code(203)
        cookie = f"{self.logins:032x}"
        self.sessions.add(cookie)
        if self.cookie_in_body:
            return ok({"cookie": f"sessionID={cookie}"})
        return ok({}, **{"Set-Cookie": f"sessionID={cookie}; Path=/; HttpOnly"})


def ok(data: Any, **headers: str) -> web.Response:
    return web.json_response({"code": 0, "msg": None, "data": data}, headers={"Api-Version": "v4.0.0", **headers})


def code(number: int | str, message: str | None = None) -> web.Response:
    return web.json_response({"code": number, "msg": message, "data": None})
