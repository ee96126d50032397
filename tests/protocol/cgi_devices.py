"""Small devices of the text protocol over sockets, and a client to them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import override
from urllib.parse import parse_qsl, urlsplit

from aiohttp import ClientSession

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.client import (
    LIMIT,
    SunellClient,
    interpret_answer,
)
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import Pair
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url

from .servers import PASSWORD, USER, DigestDevice, Reply, Request, Server

WRONG = "wr0ng-secret"
LOGIN = (("userName", USER), ("password", PASSWORD))
INFO = b"deviceID=21BA\r\ndeviceName=\r\ndeviceType=1\r\n"
NO_ALARM = b"Not Find AlarmInfo\r\n"
type Handle = Callable[[str, tuple[Pair, ...]], bytes | Reply | None]


def asked(request: Request) -> tuple[str, tuple[Pair, ...]]:
    """Program and parameters of a request, in order."""
    parts = urlsplit(request.target)
    program = parts.path.removeprefix("/cgi-bin/").removesuffix(".cgi")
    return program, tuple(parse_qsl(parts.query, keep_blank_values=True))


def reply_to(handle: Handle, request: Request, pairs: tuple[Pair, ...] | None = None) -> Reply | None:
    program, sent = asked(request)
    found = handle(program, sent if pairs is None else pairs)
    return Reply(body=found, headers=[("Content-Type", "text/plain")]) if isinstance(found, bytes) else found


def kind(pairs: tuple[Pair, ...]) -> str:
    return dict(pairs).get("type", "")


def usual(program: str, pairs: tuple[Pair, ...]) -> bytes:
    return {"deviceInfo": INFO, "currentAlarmStatus": NO_ALARM}.get(kind(pairs), b"error, Return=-22")


class Camera(DigestDevice):
    """A camera: digest, and a wrong password is 401 with the code in its body; its information is open to all."""

    def __init__(
        self, handle: Handle = usual, *, password: str = PASSWORD, refusal: bytes = b"Error,return=-508"
    ) -> None:
        super().__init__(password=password, refusal_body=refusal)
        self.handle = handle

    @override
    async def answer(self, request: Request) -> Reply | None:
        if kind(asked(request)[1]) == "deviceInfo":
            return Reply(body=INFO)
        return await super().answer(request)

    @override
    async def serve(self, request: Request) -> Reply:
        return reply_to(self.handle, request) or Reply(500)


class Recorder(Server):
    """A recorder: wants the password as the first two parameters, everything is HTTP 200."""

    def __init__(
        self,
        handle: Handle = usual,
        *,
        refusal: bytes = b"Error,return=-508",
        status: int = 200,
        bare: bytes | None = None,
    ) -> None:
        super().__init__()
        self.handle = handle
        self.refusal = refusal
        self.status = status
        self.bare = refusal if bare is None else bare
        self.passwords = 0

    @override
    async def answer(self, request: Request) -> Reply | None:
        _, pairs = asked(request)
        if kind(pairs) == "deviceInfo" and pairs[0][0] != "userName":
            return Reply(body=INFO)
        self.passwords += any(name == "password" for name, _ in pairs)
        if pairs[:2] == LOGIN:
            return reply_to(self.handle, request, pairs[2:])
        return Reply(self.status, self.refusal if pairs[0][0] == "userName" else self.bare)


def client_of(session: ClientSession, server: Server, password: str | None = PASSWORD) -> SunellClient:
    credentials = None if password is None else Credentials(username=USER, password=password)
    transport = HttpTransport(
        session,
        device_url(server.host, server.port, tls=False),
        Login(credentials),
        limit=LIMIT,
        interpret=interpret_answer,
    )
    return SunellClient(transport, credentials)


@asynccontextmanager
async def open_device(
    session: ClientSession, handle: Handle
) -> AsyncIterator[tuple[SunellClient, list[tuple[str, tuple[Pair, ...]]]]]:
    """A device that asks for no password, and what it was asked."""
    heard: list[tuple[str, tuple[Pair, ...]]] = []

    async def answer(request: Request) -> Reply | None:
        heard.append(asked(request))
        return reply_to(handle, request)

    async with Server(answer) as server:
        yield client_of(session, server, None), heard
