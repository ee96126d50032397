"""HTTP authentication as devices do it: digest and Basic, nonce expiry, and the lock after wrong passwords."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib
import re
import secrets
import time

from .world import User

_PAIR = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


class Scheme(StrEnum):
    """What the device offers in its challenge."""

    MD5 = "md5"
    SHA256 = "sha256"
    RFC2069 = "rfc2069"
    BASIC = "basic"
    DIGEST_BASIC = "digest+basic"
    MD5_SHA256 = "md5+sha256"


# Scheme -> digest algorithms offered, in the order of the challenge headers.
_ALGORITHMS = {
    Scheme.MD5: ("MD5",),
    Scheme.SHA256: ("SHA-256",),
    Scheme.RFC2069: ("MD5",),
    Scheme.BASIC: (),
    Scheme.DIGEST_BASIC: ("MD5",),
    Scheme.MD5_SHA256: ("SHA-256", "MD5"),
}


@dataclass(kw_only=True)
class Nonce:
    """What the device remembers of a nonce it gave out."""

    uses: int = 0
    counts: set[int] = field(default_factory=set)
    stale: bool = False


@dataclass(kw_only=True)
class Verdict:
    """Outcome of one login: a user, or why not and which challenges to send."""

    user: User | None = None
    reason: str = ""
    """One of missing, stale, wrong, locked, replay, uri; empty when let in."""
    challenges: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Gatekeeper:
    """Checks the Authorization header of each request. All limits may be changed while it runs."""

    users: dict[str, User]
    realm: str
    scheme: Scheme = Scheme.MD5
    nonce_uses: int | None = None
    """Requests a nonce is good for; the next gets a stale challenge."""
    one_shot: bool = False
    """Door station: a nonce used twice is answered 401 without any challenge."""
    strict_count: bool = False
    """Refuse a request count below one already seen (parallel requests may overtake each other)."""
    max_tries: int = 5
    lock_seconds: float = 1800.0
    clock: Callable[[], float] = time.monotonic
    refused: list[str] = field(default_factory=list)
    """User name of each login refused for its password, while locked ones included."""
    violations: list[str] = field(default_factory=list)
    """Breaches of the digest rules: wrong uri, repeated count."""
    failures: int = 0
    _locked_until: float = 0.0
    _nonces: dict[str, Nonce] = field(default_factory=dict)

    def check(self, method: str, target: str, header: str | None) -> Verdict:
        """Judge one request; `target` is the request target with its query, as sent."""
        if not header:
            return self._refuse("missing")
        if self.locked:
            self._locked_until = self.clock() + self.lock_seconds
            self.refused.append("(locked)")
            return self._refuse("locked")
        kind, _, rest = header.partition(" ")
        if kind.lower() == "basic" and self.scheme in (Scheme.BASIC, Scheme.DIGEST_BASIC):
            return self._basic(rest)
        if kind.lower() == "digest" and self.scheme is not Scheme.BASIC:
            return self._digest(
                method,
                target,
                {m[1].lower(): m[2] if m[2] is not None else m[3] for m in _PAIR.finditer(rest)},
            )
        return self._refuse("missing")

    @property
    def locked(self) -> bool:
        """Whether the device refuses every login for now."""
        return self.clock() < self._locked_until

    @property
    def unlock_time(self) -> int:
        """Seconds until the lock opens."""
        return max(0, round(self._locked_until - self.clock()))

    @property
    def tries_left(self) -> int:
        """Wrong passwords left before the lock."""
        return max(0, self.max_tries - self.failures)

    def lock(self) -> None:
        """Lock as after too many wrong passwords."""
        self.failures = self.max_tries
        self._locked_until = self.clock() + self.lock_seconds

    def unlock(self) -> None:
        """Open the lock and forget the failures."""
        self.failures = 0
        self._locked_until = 0.0

    def rotate_nonce(self) -> None:
        """Make every nonce given out stale."""
        for nonce in self._nonces.values():
            nonce.stale = True

    def forget_nonces(self) -> None:
        """Lose all nonces, as a restart does."""
        self._nonces.clear()

    def challenges(self, *, stale: bool = False) -> list[str]:
        """Return the WWW-Authenticate values of a fresh challenge."""
        found = [self._challenge(algorithm, stale) for algorithm in _ALGORITHMS[self.scheme]]
        if self.scheme in (Scheme.BASIC, Scheme.DIGEST_BASIC):
            found.append(f'Basic realm="{self.realm}"')
        return found

    def _challenge(self, algorithm: str, stale: bool) -> str:
        nonce = secrets.token_hex(16)
        self._nonces[nonce] = Nonce()
        parts = [f'realm="{self.realm}"', f'nonce="{nonce}"', f'stale="{"TRUE" if stale else "FALSE"}"']
        if self.scheme is not Scheme.RFC2069:
            parts = ['qop="auth"', *parts, f"algorithm={algorithm}", f'opaque="{secrets.token_hex(8)}"']
        return "Digest " + ", ".join(parts)

    def _refuse(self, reason: str, *, silent: bool = False) -> Verdict:
        offered = [] if silent else self.challenges(stale=reason == "stale")
        return Verdict(reason=reason, challenges=offered)

    def _wrong(self, name: str, reason: str = "wrong") -> Verdict:
        self.refused.append(name)
        self.failures += 1
        if self.failures >= self.max_tries:
            self._locked_until = self.clock() + self.lock_seconds
            reason = "locked"
        return self._refuse(reason)

    def _accept(self, user: User) -> Verdict:
        self.failures = 0
        return Verdict(user=user)

    def _basic(self, encoded: str) -> Verdict:
        try:
            name, _, password = base64.b64decode(encoded).decode().partition(":")
        except binascii.Error, UnicodeDecodeError:
            return self._wrong("(malformed)")
        user = self.users.get(name)
        return self._accept(user) if user and user.password == password else self._wrong(name)

    def _digest(self, method: str, target: str, sent: dict[str, str]) -> Verdict:
        name = sent.get("username", "")
        if sent.get("uri") != target:
            self.violations.append(f"uri {sent.get('uri')} sent for {target}")
            return self._wrong(name, "uri")
        user = self.users.get(name)
        if user is None or self._expected(method, user.password, sent) != sent.get("response"):
            return self._wrong(name)
        return self._spend(user, sent)

    def _expected(self, method: str, password: str, sent: dict[str, str]) -> str | None:
        algorithm = sent.get("algorithm", "MD5")
        if algorithm not in _ALGORITHMS[self.scheme] or sent.get("realm") != self.realm:
            return None
        digest = _HASHES[algorithm]
        first = digest(f"{sent['username']}:{self.realm}:{password}".encode())
        second = digest(f"{method}:{sent['uri']}".encode())
        nonce = sent.get("nonce", "")
        if self.scheme is Scheme.RFC2069:
            return digest(f"{first}:{nonce}:{second}".encode())
        if sent.get("qop") != "auth":
            return None
        return digest(f"{first}:{nonce}:{sent.get('nc')}:{sent.get('cnonce')}:auth:{second}".encode())

    def _spend(self, user: User, sent: dict[str, str]) -> Verdict:
        nonce = self._nonces.get(sent.get("nonce", ""))
        if nonce is None or nonce.stale:
            return self._refuse("stale")
        if self.one_shot and nonce.uses:
            return self._refuse("replay", silent=True)
        if self.nonce_uses is not None and nonce.uses >= self.nonce_uses:
            return self._refuse("stale")
        if self.scheme is not Scheme.RFC2069 and not self._count(nonce, sent):
            return self._refuse("stale")
        nonce.uses += 1
        return self._accept(user)

    def _count(self, nonce: Nonce, sent: dict[str, str]) -> bool:
        try:
            count = int(sent.get("nc", ""), 16)
        except ValueError:
            count = 0
        floor = max(nonce.counts, default=0) if self.strict_count else 0
        if count <= floor or count in nonce.counts:
            self.violations.append(f"nc {count} repeated")
            return False
        nonce.counts.add(count)
        return True
