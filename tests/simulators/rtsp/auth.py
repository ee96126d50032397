"""Digest login of RTSP as the document shows it (without qop, 001…txt l.128-146) and as newer devices do it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
import hashlib
import re
import secrets

_PAIR = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


class Scheme(StrEnum):
    """What the server asks for."""

    NONE = "none"
    RFC2069 = "rfc2069"
    """Neither qop nor algorithm, as in the document."""
    QOP = "qop"


class UriRule(StrEnum):
    """Which address the digest of a request for a track must be made of."""

    EITHER = "either"
    REQUEST = "request"
    AGGREGATE = "aggregate"
    """The address of the whole stream (001…txt l.200-205)."""


@dataclass(kw_only=True)
class Verdict:
    """Outcome of a login: let in, or the challenges to answer with."""

    granted: bool
    challenges: list[str] = field(default_factory=list)


def _nobody() -> bool:
    return False


def _unheard(_: str) -> None:
    """Stand in for what the device does with a refused login."""


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


@dataclass(kw_only=True)
class RtspAuth:
    """Checks the Authorization header of each request. Everything may be changed while it runs."""

    password_of: Callable[[str], str | None]
    """Password of a user, None for one that is unknown."""
    realm: str = "IP Camera(51289)"
    scheme: Scheme = Scheme.RFC2069
    uri_rule: UriRule = UriRule.EITHER
    nonce_uses: int | None = None
    """Requests a nonce is good for."""
    says_stale: bool = True
    """Whether the challenge for an old nonce says so; else it looks like the first one."""
    locked: Callable[[], bool] = _nobody
    on_refused: Callable[[str], None] = _unheard
    refused: list[str] = field(default_factory=list)
    """User name of each login refused for its password."""
    violations: list[str] = field(default_factory=list)
    """Breaches of the digest rules."""
    _nonces: dict[str, int] = field(default_factory=dict)
    """Nonce -> requests it was used for."""
    _counts: dict[str, set[int]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Forget all nonces: the next requests are answered with a fresh challenge."""
        self._nonces.clear()
        self._counts.clear()

    def check(self, method: str, url: str, aggregate: str, header: str | None) -> Verdict:
        """Judge one request; `aggregate` is the address of the stream that `url` is or belongs to."""
        if self.scheme is Scheme.NONE:
            return Verdict(granted=True)
        kind, _, rest = (header or "").partition(" ")
        if kind.lower() != "digest":
            return self._refuse()
        sent = {m[1].lower(): m[2] if m[2] is not None else m[3] for m in _PAIR.finditer(rest)}
        return self._digest(method, url, aggregate, sent)

    def _refuse(self, *, stale: bool = False) -> Verdict:
        nonce = secrets.token_hex(16)
        self._nonces[nonce] = 0
        parts = [f'realm="{self.realm}"', f'nonce="{nonce}"', f'stale="{"TRUE" if stale else "FALSE"}"']
        if self.scheme is Scheme.QOP:
            parts = ['qop="auth"', *parts, 'algorithm="MD5"']
        return Verdict(granted=False, challenges=["Digest " + ", ".join(parts)])

    def _wrong(self, name: str) -> Verdict:
        self.refused.append(name)
        self.on_refused(name)
        return self._refuse()

    def _digest(self, method: str, url: str, aggregate: str, sent: dict[str, str]) -> Verdict:
        name, nonce = sent.get("username", ""), sent.get("nonce", "")
        if nonce not in self._nonces:
            return self._refuse(stale=self.says_stale)
        allowed = {
            UriRule.EITHER: (url, aggregate),
            UriRule.REQUEST: (url,),
            UriRule.AGGREGATE: (aggregate,),
        }[self.uri_rule]
        if sent.get("uri") not in allowed:
            self.violations.append(f"uri {sent.get('uri')} sent for {url}")
            return self._refuse()
        password = self.password_of(name)
        if self.locked() or password is None or self._expected(method, name, password, sent) != sent.get("response"):
            return self._wrong(name)
        return self._spend(nonce, sent)

    def _expected(self, method: str, name: str, password: str, sent: dict[str, str]) -> str | None:
        if sent.get("realm") != self.realm or sent.get("algorithm", "MD5").upper() != "MD5":
            return None
        first, second = _md5(name, self.realm, password), _md5(method, sent["uri"])
        if self.scheme is Scheme.RFC2069:
            return _md5(first, sent["nonce"], second)
        if sent.get("qop") != "auth":
            return None
        return _md5(first, sent["nonce"], sent.get("nc", ""), sent.get("cnonce", ""), "auth", second)

    def _spend(self, nonce: str, sent: dict[str, str]) -> Verdict:
        if self.nonce_uses is not None and self._nonces[nonce] >= self.nonce_uses:
            del self._nonces[nonce]
            return self._refuse(stale=self.says_stale)
        if self.scheme is Scheme.QOP and not self._counted(nonce, sent.get("nc", "")):
            return self._refuse(stale=self.says_stale)
        self._nonces[nonce] += 1
        return Verdict(granted=True)

    def _counted(self, nonce: str, text: str) -> bool:
        used = self._counts.setdefault(nonce, set())
        count = int(text, 16) if re.fullmatch(r"[0-9a-fA-F]{8}", text) else 0
        if not count or count in used:
            self.violations.append(f"nc {text} repeated or malformed")
            return False
        used.add(count)
        return True
