"""Raw requests to simulated devices, for the tests of the simulators themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import hashlib
import re

import aiohttp
from aiohttp import ClientSession, DigestAuthMiddleware

from tests.simulators.isapi import IsapiSimulator

XML = {"Content-Type": "application/xml"}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@asynccontextmanager
async def client(sim: IsapiSimulator, password: str | None = None) -> AsyncIterator[ClientSession]:
    digest = DigestAuthMiddleware(sim.username, password or sim.password)
    async with ClientSession(base_url=sim.url, middlewares=[digest], timeout=aiohttp.ClientTimeout(5)) as session:
        yield session


async def get(session: ClientSession, path: str) -> tuple[int, str]:
    async with session.get(f"/ISAPI/{path}") as answer:
        return answer.status, await answer.text()


async def put(session: ClientSession, path: str, body: str = "", method: str = "PUT") -> tuple[int, str]:
    headers = XML if body.startswith("<") else {}
    async with session.request(method, f"/ISAPI/{path}", data=body or None, headers=headers) as answer:
        return answer.status, await answer.text()


def tag(text: str, name: str) -> str:
    found = re.search(rf"<{name}(?: [^>]*)?>([^<]*)</{name}>", text)
    return found[1] if found else ""


async def challenge(
    sim: IsapiSimulator, path: str, authorization: str | None = None
) -> tuple[aiohttp.ClientResponse, str]:
    headers = {"Authorization": authorization} if authorization else {}
    async with (
        ClientSession(base_url=sim.url) as session,
        session.get(f"/ISAPI/{path}", headers=headers) as answer,
    ):
        return answer, await answer.text()


def digest(sim: IsapiSimulator, nonce: str, uri: str, *, nc: int = 1, password: str | None = None) -> str:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    first = md5(f"{sim.username}:{sim.auth.realm}:{password or sim.password}")
    count = f"{nc:08x}"
    response = md5(f"{first}:{nonce}:{count}:abcd:auth:{md5('GET:' + uri)}")
    return (
        f'Digest username="{sim.username}", realm="{sim.auth.realm}", nonce="{nonce}", uri="{uri}", '
        f'response="{response}", qop=auth, nc={count}, cnonce="abcd", algorithm=MD5'
    )


async def nonce_of(sim: IsapiSimulator) -> str:
    answer, _ = await challenge(sim, "System/deviceInfo")
    found = re.search(r'nonce="(\w+)"', answer.headers["WWW-Authenticate"])
    assert found
    return found[1]


@asynccontextmanager
async def stream(
    sim: IsapiSimulator, path: str = "Event/notification/alertStream"
) -> AsyncIterator[aiohttp.ClientResponse]:
    async with client(sim) as session, session.get(f"/ISAPI/{path}") as answer:
        await sim.wait_streams()
        yield answer


async def until(answer: aiohttp.ClientResponse, marker: bytes) -> bytes:
    data = b""
    async with asyncio.timeout(3):
        while marker not in data:
            data += await answer.content.readany()
    return data
