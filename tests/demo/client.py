"""Home Assistant's HTTP and WebSocket API, as its own frontend uses them."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any

import aiohttp

from .progress import DemoError

type Json = dict[str, Any]
type Heard = Callable[[Json], None]


class Client:
    """One logged-in user of a running Home Assistant."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Prepare; nothing is sent yet."""
        self.url = url
        self.tokens: Json = {}
        """What logging in gave: the access token and the means to renew it."""
        self._session = session
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._heard: dict[int, Heard] = {}

    # HTTP

    async def fetch(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body of a page."""
        async with self._session.get(self.url + path, headers=self._headers) as answer:
            return answer.status, answer.content_type, await answer.read()

    async def get(self, path: str) -> Any:
        """Get JSON."""
        return await self._json("GET", path)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Post JSON, get JSON."""
        return await self._json("POST", path, json=dict(body or {}))

    async def post_form(self, path: str, body: Mapping[str, str]) -> Any:
        """Post a form, get JSON."""
        return await self._json("POST", path, data=dict(body))

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"} if self.tokens else {}

    async def _json(self, method: str, path: str, **body: Any) -> Any:
        async with self._session.request(method, self.url + path, headers=self._headers, **body) as answer:
            if answer.status >= 400:
                said = " ".join((await answer.text()).split())[:300]
                raise DemoError(f"Home Assistant answered {method} {path} with {answer.status}: {said}")
            return await answer.json()

    # WebSocket

    async def connect(self) -> None:
        """Open the WebSocket; `get`, `post` work without it."""
        self._socket = await self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0)
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self.tokens["access_token"]})
        if (await self._socket.receive_json())["type"] != "auth_ok":
            raise DemoError("Home Assistant refused the access token")
        self._reader = asyncio.create_task(self._read(self._socket))

    async def close(self) -> None:
        """Close the WebSocket."""
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send a command and return its result."""
        return await self._send(next(self._numbers), kind, fields)

    async def subscribe(self, heard: Heard, kind: str, **fields: Any) -> None:
        """Send a command whose events go to `heard`."""
        number = next(self._numbers)
        self._heard[number] = heard
        await self._send(number, kind, fields)

    async def running(self, *, within: float = 60.0) -> None:
        """Wait until Home Assistant has finished its start."""
        started = asyncio.Event()
        await self.subscribe(lambda _: started.set(), "subscribe_events", event_type="homeassistant_started")
        if (await self.command("get_config"))["state"] != "RUNNING":
            try:
                async with asyncio.timeout(within):
                    await started.wait()
            except TimeoutError:
                raise DemoError("Home Assistant does not finish its start") from None

    async def act(self, action: str, entity: str, *, response: bool = False, **data: Any) -> Any:
        """Perform an action on an entity and wait until it is done."""
        domain, _, name = action.partition(".")
        return await self.command(
            "call_service",
            domain=domain,
            service=name,
            target={"entity_id": entity},
            service_data=data,
            return_response=response,
        )

    async def _send(self, number: int, kind: str, fields: Mapping[str, Any]) -> Any:
        assert self._socket is not None
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        await self._socket.send_json({"id": number, "type": kind, **fields})
        try:
            async with asyncio.timeout(60):
                return await answer
        except TimeoutError:
            raise DemoError(f"Home Assistant did not answer {kind}") from None

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            told = message.json()
            for one in told if isinstance(told, list) else [told]:
                self._take(one)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(DemoError("Home Assistant closed the connection"))

    def _take(self, told: Json) -> None:
        if told["type"] == "event" and (heard := self._heard.get(told["id"])):
            heard(told["event"])
        elif told["type"] == "result" and (answer := self._answers.pop(told["id"], None)) and not answer.done():
            if told["success"]:
                answer.set_result(told["result"])
            else:
                answer.set_exception(DemoError(told["error"]["message"]))
