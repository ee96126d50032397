"""Login challenges (`WWW-Authenticate`) and what signs a request to answer them: Digest and Basic.

The digest arithmetic is aiohttp's `DigestAuthMiddleware`, one instance per nonce, used through its public
call only. Passed to the session as it is it does not do (tried with aiohttp 3.14.5): it looks at the first
`WWW-Authenticate` header only, so that Basic before Digest fails; it prefers auth-int where auth is offered
too; it goes on with a nonce that was refused without a new challenge; every request under way sends a wrong
password once more; and it leaves the 401 that it answers unread, which can cost the connection.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final, Protocol, cast, override

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, DigestAuthMiddleware, hdrs
from multidict import CIMultiDict
from yarl import URL

from ..errors import AuthFailed, BadAnswer

_TOKEN: Final = re.compile(r"""([\w!#$%&'*+.^`|~-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?""", re.ASCII)
_ESCAPED: Final = re.compile(r"\\(.)")
_STRENGTH: Final[Mapping[str, int]] = {"MD5": 1, "MD5-SESS": 1, "SHA-256": 2, "SHA-256-SESS": 2}
"""Algorithms answered; the strongest offered wins (RFC 7616 section 3.7)."""


class Scheme(StrEnum):
    """How to log in."""

    AUTO = "auto"
    """Digest where offered, Basic where nothing else is."""
    DIGEST = "digest"
    BASIC = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An account on the device; the password stays out of its text form."""

    username: str
    password: str

    @override
    def __repr__(self) -> str:
        """Tell nothing: a traceback or a log must not carry the account."""
        return "Credentials(**)"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to log in that the device offers; names in lower case."""

    scheme: str
    fields: Mapping[str, str]

    @property
    def stale(self) -> bool:
        """Whether the device says that only the nonce was too old, not the password wrong."""
        return self.fields.get("stale", "").lower() == "true"

    @property
    def algorithm(self) -> str:
        """Hash to use, MD5 where the device names none."""
        return self.fields.get("algorithm", "MD5").upper()

    @property
    def answerable(self) -> bool:
        """Whether this is a digest challenge that can be answered."""
        # A realm in a local code page arrives as lone surrogates and cannot be hashed.
        return (
            self.scheme == "digest"
            and "realm" in self.fields
            and bool(self.fields.get("nonce"))
            and self.algorithm in _STRENGTH
            and all(_encodable(value) for value in self.fields.values())
            and _quality(self.fields.get("qop", "")) is not None
        )


def parse_challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """Read all challenges of all `WWW-Authenticate` headers; what cannot be read is left out."""
    found: list[tuple[str, dict[str, str]]] = []
    for header in headers:
        for match in _TOKEN.finditer(header):
            name, quoted, plain = match.groups()
            if quoted is None and plain is None:
                found.append((name.lower(), {}))
            elif found:
                value = plain if quoted is None else _ESCAPED.sub(r"\1", quoted)
                found[-1][1].setdefault(name.lower(), value)
    return tuple(Challenge(scheme, fields) for scheme, fields in found)


def challenges_of(response: ClientResponse) -> tuple[Challenge, ...]:
    """Read the challenges of a 401."""
    return parse_challenges(response.headers.getall(hdrs.WWW_AUTHENTICATE, ()))


class Signer(Protocol):
    """Adds credentials to a request and sends it; a 401 comes back as it is, nothing is repeated."""

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send the request signed."""
        ...


def pick_signer(credentials: Credentials, offered: Iterable[Challenge], scheme: Scheme = Scheme.AUTO) -> Signer | None:
    """Choose how to answer: the strongest digest, Basic only where no digest is offered at all, else None."""
    offered = tuple(offered)
    digests = [challenge for challenge in offered if challenge.scheme == "digest"]
    answerable = [challenge for challenge in digests if challenge.answerable]
    if answerable and scheme is not Scheme.BASIC:
        return DigestSigner(credentials, max(answerable, key=lambda challenge: _STRENGTH[challenge.algorithm]))
    basic = any(challenge.scheme == "basic" for challenge in offered)
    if basic and scheme is not Scheme.DIGEST and (scheme is Scheme.BASIC or not digests):
        return BasicSigner(credentials)
    return None


class BasicSigner:
    """Basic (RFC 7617), in UTF-8."""

    def __init__(self, credentials: Credentials) -> None:
        """Take the account."""
        pair = f"{credentials.username}:{credentials.password}".encode()
        self._header = f"Basic {base64.b64encode(pair).decode()}"

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send the request signed."""
        request.headers[hdrs.AUTHORIZATION] = self._header
        return await handler(request)


@dataclass(frozen=True, slots=True)
class _Primer:
    """Stands in for the 401 that brought the challenge: as much of a response as the middleware reads."""

    url: URL
    headers: CIMultiDict[str]
    status: int = 401


class _Refused(Exception):
    """Carries a 401 past the middleware, which would answer it at once and forget the nonce others use."""

    def __init__(self, response: ClientResponse) -> None:
        super().__init__()
        self.response = response


class DigestSigner:
    """Digest (RFC 7616, and RFC 2069 where the challenge has no qop) for one nonce, nc rising."""

    def __init__(self, credentials: Credentials, challenge: Challenge) -> None:
        """Take the account and the challenge to answer."""
        if ":" in credentials.username:
            raise AuthFailed("a user name cannot contain a colon")
        self.nonce = challenge.fields["nonce"]
        self._middleware = DigestAuthMiddleware(credentials.username, credentials.password)
        self._challenge: Challenge | None = challenge

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send the request signed."""
        sent = False

        async def step(request: ClientRequest) -> ClientResponse:
            nonlocal sent
            if self._challenge is not None:
                primer = _Primer(request.url, CIMultiDict({hdrs.WWW_AUTHENTICATE: _header(self._challenge)}))
                self._challenge = None
                return cast("ClientResponse", primer)
            sent = True
            response = await handler(request)
            if response.status == 401:
                raise _Refused(response)
            return response

        try:
            response = await self._middleware(request, step)
        except _Refused as refused:
            return refused.response
        if not sent:
            raise BadAnswer("the login challenge cannot be answered")
        return response


def _header(challenge: Challenge) -> str:
    """Write a challenge anew: one quality, no `domain` (it may name an address behind a NAT)."""
    fields = challenge.fields
    quoted = {name: fields[name] for name in ("realm", "nonce", "opaque") if name in fields}
    parts = [f'{name}="{value.replace("\\", "\\\\").replace('"', '\\"')}"' for name, value in quoted.items()]
    if "algorithm" in fields:
        parts.append(f"algorithm={fields['algorithm']}")
    if quality := _quality(fields.get("qop", "")):
        parts.append(f'qop="{quality}"')
    return f"Digest {', '.join(parts)}"


def _quality(offered: str) -> str | None:
    """Pick a quality of protection: auth before auth-int, empty for RFC 2069, None when unknown."""
    names = {name.strip().lower() for name in offered.split(",")} - {""}
    if not names:
        return ""
    return next((name for name in ("auth", "auth-int") if name in names), None)


def _encodable(value: str) -> bool:
    """Whether a header's value is clean text."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
