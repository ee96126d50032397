"""The login: a digest or Basic challenge, or credentials as the first two parameters (l.40, l.244)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import override

from ..isapi.auth import Gatekeeper, Scheme, Verdict
from ..isapi.world import User
from .refused import LOCKED, NO_RIGHT, WRONG_PASSWORD, WRONG_USER
from .text import plain

__all__ = ["Access", "Gate", "User", "Verdict", "code_of"]

CODES = {"missing": WRONG_USER, "user": WRONG_USER, "locked": LOCKED, "rights": NO_RIGHT}
"""Reason of a refusal -> code in the body; anything else is a wrong password."""


class Access(StrEnum):
    """How the device wants to be told who asks."""

    DIGEST = "digest"
    BASIC = "basic"
    QUERY = "query"
    """Only as userName and password in front of all other parameters; no challenge at all."""


@dataclass(kw_only=True)
class Gate(Gatekeeper):
    """Checks logins; after `max_tries` wrong ones every login is refused until `unlock`."""

    access: Access = Access.DIGEST

    def __post_init__(self) -> None:
        """Derive the challenge from the kind of access."""
        self.scheme = Scheme.BASIC if self.access is Access.BASIC else Scheme.MD5

    def judge(self, method: str, target: str, header: str | None, query: list[tuple[str, str]]) -> Verdict:
        """Judge one request; `query` are its parameters in order."""
        if self.access is not Access.DIGEST and [plain(key) for key, _ in query[:2]] == ["username", "password"]:
            return self._named(query[0][1], query[1][1])
        if self.access is Access.QUERY:
            return Verdict(reason="missing")
        return self.check(method, target, header)

    def _named(self, name: str, password: str) -> Verdict:
        if self.locked:
            self.refused.append("(locked)")
            return self._refuse("locked")
        user = self.users.get(name)
        if user is None:
            return self._wrong(name, "user")
        return self._accept(user) if user.password == password else self._wrong(name)

    @override
    def challenges(self, *, stale: bool = False) -> list[str]:
        return [] if self.access is Access.QUERY else super().challenges(stale=stale)


def code_of(verdict: Verdict) -> int:
    """Return the error code that belongs to a refusal."""
    return CODES.get(verdict.reason, WRONG_PASSWORD)
