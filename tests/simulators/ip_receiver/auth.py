"""The receiver's login: digest without qop, auth and auth-int, MD5 and MD5-sess, and the attempts left."""

from dataclasses import dataclass
import hashlib
import hmac
import secrets
from typing import override

from ..isapi.auth import Gatekeeper, Nonce, Scheme, Verdict
from ..isapi.world import User

__all__ = ["Gate", "Scheme", "User", "Verdict"]


def _md5(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


@dataclass(kw_only=True)
class Gate(Gatekeeper):
    """Checks logins as chapter 2 of the document says (l.179-225)."""

    qop: str | None = "auth"
    """Offered protection: auth, auth-int, a list of both, or None for none at all."""
    algorithm: str | None = "MD5"
    """MD5, MD5-sess or None, which leaves the member out."""
    hex_nonce: bool = True
    """Nonces are hexadecimal text of Base64 text, as in the sample (l.445)."""
    strict_uri: bool = False
    """Refuse a uri without the query, which the sample shows (l.446)."""
    body: bytes = b""
    """Body of the request being judged; auth-int covers it."""

    def judge(self, method: str, target: str, header: str | None, body: bytes) -> Verdict:
        """Judge one request."""
        self.body = body
        return self.check(method, target, header)

    @override
    def _challenge(self, algorithm: str, stale: bool) -> str:
        nonce = secrets.token_hex(12)
        if self.hex_nonce:
            nonce = secrets.token_urlsafe(24)[:24].encode().hex()
        self._nonces[nonce] = Nonce()
        parts = [f'realm="{self.realm}"', f'nonce="{nonce}"']
        if self.qop:
            parts.append(f'qop="{self.qop}"')
        if self.algorithm:
            parts.append(f"algorithm={self.algorithm}")
        if stale:
            parts.append("stale=true")
        return "Digest " + ", ".join(parts)

    @override
    def _wrong(self, name: str, reason: str = "wrong") -> Verdict:
        """Count a wrong login; with no attempts left the next one locks (l.224)."""
        self.refused.append(name)
        if self.failures >= self.max_tries:
            self._locked_until = self.clock() + self.lock_seconds
            return self._refuse("locked")
        self.failures += 1
        return self._refuse(reason)

    @override
    def _digest(self, method: str, target: str, sent: dict[str, str]) -> Verdict:
        name, uri = sent.get("username", ""), sent.get("uri")
        if uri != target and (self.strict_uri or uri != target.partition("?")[0]):
            self.violations.append(f"uri {uri} sent for {target}")
            return self._wrong(name, "uri")
        user = self.users.get(name)
        if user is None:
            return self._wrong(name)
        expected = self._expected(method, user.password, sent)
        if expected is None or not hmac.compare_digest(expected, sent.get("response", "")):
            return self._wrong(name)
        return self._spend(user, sent)

    @override
    def _expected(self, method: str, password: str, sent: dict[str, str]) -> str | None:
        if sent.get("realm") != self.realm or sent.get("algorithm", "MD5") != (self.algorithm or "MD5"):
            return None
        nonce, cnonce, qop = sent.get("nonce", ""), sent.get("cnonce", ""), sent.get("qop")
        first = _md5(f"{sent['username']}:{self.realm}:{password}")
        if self.algorithm == "MD5-sess":
            first = _md5(f"{first}:{nonce}:{cnonce}")
        second = f"{method}:{sent['uri']}"
        if qop == "auth-int":
            second = f"{second}:{_md5(self.body)}"
        if not self.qop:
            return _md5(f"{first}:{nonce}:{_md5(second)}")
        if qop not in [word.strip() for word in self.qop.split(",")]:
            return None
        return _md5(f"{first}:{nonce}:{sent.get('nc')}:{cnonce}:{qop}:{_md5(second)}")

    @override
    def _count(self, nonce: Nonce, sent: dict[str, str]) -> bool:
        return not self.qop or super()._count(nonce, sent)
