"""Digest login of RTSP (RFC 2326 with RFC 2069, 2617, 7616), one object for one connection.

The arithmetic is written out here, other than for HTTP: aiohttp signs the path of an address, RTSP the whole of it.
"""

import base64
from collections.abc import Callable, Iterable
import hashlib
import secrets
from typing import Final

from ...errors import AuthFailed
from ..challenge import Challenge, Credentials, parse_challenges

_FUNCTIONS: Final = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_SESSION: Final = "-SESS"


class RtspLogin:
    """Signs requests with the nonce that came last."""

    def __init__(self, credentials: Credentials | None, make_cnonce: Callable[[], str] | None = None) -> None:
        """Take the account; None: never log in. Raises `AuthFailed` for a name that digest cannot carry."""
        if credentials is not None and ":" in credentials.username:
            raise AuthFailed("a user name cannot contain a colon")
        self._credentials = credentials
        self._make_cnonce = make_cnonce or (lambda: secrets.token_hex(8))
        self._challenge: Challenge | None = None
        self._count = 0
        self.proven = False
        """A signed request was let in: from here on a 401 is not about the password."""

    @property
    def ready(self) -> bool:
        """Whether requests are signed."""
        return self._challenge is not None

    @property
    def nonce(self) -> str | None:
        """What the next request is signed with; empty for Basic, None before the first challenge."""
        return None if self._challenge is None else self._challenge.fields.get("nonce", "")

    def take(self, headers: Iterable[str]) -> Challenge | None:
        """Take the challenge of a 401 into use: the strongest digest, Basic only where no digest is offered at all."""
        if self._credentials is None:
            return None
        offered = parse_challenges(headers)
        digests = [challenge for challenge in offered if challenge.scheme == "digest"]
        usable = [challenge for challenge in digests if challenge.answerable]
        if not digests:
            usable = [challenge for challenge in offered if challenge.scheme == "basic"]
        if not usable:
            return None
        self._challenge = max(usable, key=lambda challenge: challenge.algorithm.startswith("SHA"))
        self._count = 0
        return self._challenge

    def sign(self, method: str, uri: str) -> str | None:
        """Write the `Authorization` of a request; None before the first challenge."""
        if self._challenge is None or self._credentials is None:
            return None
        if self._challenge.scheme == "basic":
            pair = f"{self._credentials.username}:{self._credentials.password}".encode("utf-8", "replace")
            return f"Basic {base64.b64encode(pair).decode()}"
        return self._digest(self._challenge, self._credentials, method, uri)

    def _digest(self, challenge: Challenge, credentials: Credentials, method: str, uri: str) -> str:
        fields = challenge.fields
        function = _FUNCTIONS[challenge.algorithm.removesuffix(_SESSION)]

        def digest(*parts: str) -> str:
            return function(":".join(parts).encode("utf-8", "replace")).hexdigest()

        self._count += 1
        count, cnonce, quality = f"{self._count:08x}", self._make_cnonce(), _quality(fields.get("qop", ""))
        who = digest(credentials.username, fields["realm"], credentials.password)
        if challenge.algorithm.endswith(_SESSION):
            who = digest(who, fields["nonce"], cnonce)
        # With auth-int the body counts too; none is ever sent.
        what = digest(method, uri, digest("")) if quality == "auth-int" else digest(method, uri)
        middle = (fields["nonce"], count, cnonce, quality) if quality else (fields["nonce"],)
        quoted = {
            "username": credentials.username,
            "realm": fields["realm"],
            "nonce": fields["nonce"],
            "uri": uri,
            "response": digest(who, *middle, what),
        }
        if "opaque" in fields:
            quoted["opaque"] = fields["opaque"]
        parts = [f'{name}="{_escaped(value)}"' for name, value in quoted.items()]
        if "algorithm" in fields:
            parts.append(f"algorithm={fields['algorithm']}")
        if quality:
            parts += [f"qop={quality}", f"nc={count}", f'cnonce="{cnonce}"']
        elif challenge.algorithm.endswith(_SESSION):
            parts.append(f'cnonce="{cnonce}"')
        return f"Digest {', '.join(parts)}"


def _quality(offered: str) -> str:
    names = {name.strip().lower() for name in offered.split(",")}
    return next((name for name in ("auth", "auth-int") if name in names), "")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
