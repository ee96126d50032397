"""Raw requests to a simulated platform, for tests; independent of the product."""

import asyncio
from collections.abc import Callable
import json
from typing import Any

from aiohttp import ClientSession

from ..simulator import IsapiSimulator
from .seed import WATCH
from .state import Platform

ROOT = "/ISAPI/Intelligent/AIOpenPlatform"


class Asker:
    """A session with the device."""

    def __init__(self, sim: IsapiSimulator, session: ClientSession) -> None:
        """Prepare."""
        self.sim, self.session = sim, session
        assert sim.world.aiop is not None
        self.state: Platform = sim.world.aiop

    async def raw(self, method: str, path: str = "", body: Any = None, **more: Any) -> tuple[int, bytes]:
        """Return HTTP status and body."""
        data = body if isinstance(body, bytes | None) else json.dumps(body)
        url = f"{ROOT}/{path}?format=json" if path else f"{ROOT}?format=json"
        async with self.session.request(method, url, data=data, **more) as answer:
            return answer.status, await answer.read()

    async def __call__(self, method: str, path: str = "", body: Any = None, **more: Any) -> dict[str, Any]:
        """Return the JSON of an answer."""
        found: dict[str, Any] = json.loads((await self.raw(method, path, body, **more))[1])
        return found

    async def sub(self, method: str, path: str, body: Any = None, **more: Any) -> str:
        """Return the sub status of an answer."""
        return str((await self(method, path, body, **more))["subStatusCode"])

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for the platform."""
        async with asyncio.timeout(5):
            while not done():
                await asyncio.sleep(0.005)
                self.state.settle()

    async def engine(self, number: int) -> tuple[int, str]:
        """Return status and model of an engine."""
        found = (await self("GET", f"algorithmModel/engine/{number}"))["LoadingInfo"]
        return found["status"], found["MPID"]


def rules_of(task: str = WATCH, channel: int = 1, rest: str = "") -> str:
    """Return the path of the rules of a task on a channel."""
    return f"AIRuleConfig/task/{task}/channels/{channel}{rest}"


def multipart(*pieces: tuple[str, bytes]) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a multipart request."""
    body = b"".join(b"--xyz\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in pieces)
    return body + b"--xyz--\r\n", {"Content-Type": "multipart/form-data; boundary=xyz"}


def with_file(message: Any, data: bytes, label: str = "pic1") -> tuple[bytes, dict[str, str]]:
    """Return a message and a file as a multipart request."""
    first = 'Content-Disposition: form-data; name="message"\r\nContent-Type: application/json'
    second = 'Content-Disposition: form-data; name="file"; filename="a.bin"'
    second += f"\r\nContent-ID: {label}\r\nContent-Length: {len(data)}"
    return multipart((first, json.dumps(message).encode()), (second, data))
