"""Login and the table of sessions.

The digest of the document (l.684-699) takes a licence key where later firmware takes a salt, and hashes the result
again with a challenge; some of that firmware repeats the last step. The device knows the password in clear.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
import hashlib
import re
import secrets
import time

from .status import Code, Json, Refused

ENCRYPTION = "sha256-1"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
TOKEN = re.compile(r"[0-9a-fA-F]{32}")


class Login(StrEnum):
    """How the device wants the password."""

    CHALLENGE = "challenge"
    """Salt, challenge and repeated rounds."""
    CHALLENGE_PLAIN = "challenge_plain"
    """Salt and challenge; a number of rounds is told and not meant."""
    LICENCE = "licence"
    """The capabilities tell a session only; the digest takes the licence key."""
    BARE = "bare"
    """No capabilities; the digest takes the licence key, the client makes a session up."""


CAPABILITY_PATHS: dict[Login, frozenset[str]] = {
    Login.CHALLENGE: frozenset({"/api/session/login-capabilities"}),
    Login.CHALLENGE_PLAIN: frozenset({"/api/session/login-capabilities", "/api/login-capabilities"}),
    Login.LICENCE: frozenset({"/api/login-capabilities"}),
    Login.BARE: frozenset(),
}
SALTED = frozenset({Login.CHALLENGE, Login.CHALLENGE_PLAIN})


def documented(user: str, key: str, stamp: str, password: str) -> str:
    """Return the document's digest: 64 hexadecimal digits."""
    stamped = base64.b64encode(stamp.encode()).decode()
    return hashlib.sha256(f"{user}{key}{stamped}{password}".encode()).hexdigest()


def challenged(first: str, challenge: str, rounds: int) -> str:
    """Return the digest of newer firmware from the document's, which has the salt for a key."""
    found = hashlib.sha256(bytes.fromhex(first) + challenge.encode()).hexdigest()
    for _ in range(rounds):
        found = hashlib.sha256(bytes.fromhex(found)).hexdigest()
    return found


@dataclass(kw_only=True)
class User:
    """One account."""

    name: str
    password: str
    viewer: bool = False
    """May look, may not change anything."""


@dataclass(kw_only=True)
class Session:
    """One session."""

    cookie: str
    user: User
    seen: float = field(default_factory=time.monotonic)
    beats: int = 0


@dataclass(kw_only=True)
class Sessions:
    """All sessions and what is needed to open one; everything may be changed while it runs."""

    mode: Login
    users: dict[str, User]
    licence_key: str
    known_keys: set[str] = field(default_factory=lambda: {""})
    """Keys the device recognises as keys of others: code 230. With any other it cannot tell key from password."""
    limit: int = 5
    seconds: float = 60.0
    """A session without heartbeat for so long is over."""
    iterations: int = 100
    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    full_code: int = Code.TOO_MANY
    wrong_code: int = Code.PARAMETER
    """Code for a wrong user or password; the document defines none."""
    locked: bool = False
    """Refuse everything, right or wrong."""
    tolerance: timedelta = timedelta(days=1)
    """How far the time of a login may be from the device's."""
    prefixed: bool = True
    """The cookie is given as `sessionID=<value>`, as in the example; else the bare value."""
    set_cookie: bool = True
    cookie_in_body: bool = True
    open: dict[str, Session] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    """Cookies that were good once -> code they are answered with."""
    pending: dict[str, str] = field(default_factory=dict)
    """Sessions of the capabilities -> challenge; each is good for one login."""
    logins: int = 0
    logouts: int = 0
    refused: list[str] = field(default_factory=list)
    """Why logins were refused."""

    def capabilities(self) -> Json:
        """Answer a request for the login's capabilities, which needs no login."""
        number, challenge = secrets.token_hex(16), secrets.token_hex(16)
        self.pending[number] = challenge
        while len(self.pending) > 64:
            del self.pending[next(iter(self.pending))]
        answer: Json = {"encryptionType": [ENCRYPTION], "sessionID": number}
        if self.mode in SALTED:
            answer["param"] = {
                "challenge": challenge,
                "iterations": self.iterations,
                "enableIteration": self.mode is Login.CHALLENGE,
                "salt": self.salt,
            }
        return answer

    def login(self, data: Json, now: datetime) -> Session:
        """Open a session; raises what the device answers otherwise."""
        try:
            user = self._checked(data, now)
        except Refused as err:
            self.refused.append(err.why)
            raise
        self.tidy()
        if len(self.open) >= self.limit:
            self.refused.append("table full")
            raise Refused(self.full_code, "table full")
        session = Session(cookie=secrets.token_hex(16), user=user)
        self.open[session.cookie] = session
        self.logins += 1
        return session

    def _checked(self, data: Json, now: datetime) -> User:
        words = [data.get(name) for name in ("username", "password", "sessionID", "datetime")]
        if data.get("loginEncryptionType") != ENCRYPTION or not all(isinstance(word, str) for word in words):
            raise Refused(Code.PARAMETER, "login is not complete")
        name, digest, number, stamp = words
        if not STAMP.fullmatch(stamp) or not TOKEN.fullmatch(number):
            raise Refused(Code.PARAMETER, "form of the time or of the session")
        if abs(datetime.fromisoformat(stamp).replace(tzinfo=now.tzinfo) - now) > self.tolerance:
            raise Refused(Code.PARAMETER, "time of the login is not plausible")
        challenge = self.pending.pop(number, None)
        if challenge is None and self.mode is not Login.BARE:
            raise Refused(Code.NOT_LOGGED_IN, "session was not given out")
        user = self.users.get(name)
        if user is None or self.locked:
            raise Refused(self.wrong_code, "locked" if user else "unknown user")
        if digest != self._expected(user, stamp, challenge or "", self.licence_key):
            self._blame(user, stamp, digest)
        return user

    def _expected(self, user: User, stamp: str, challenge: str, key: str) -> str:
        if self.mode not in SALTED:
            return documented(user.name, key, stamp, user.password)
        rounds = self.iterations if self.mode is Login.CHALLENGE else 0
        return challenged(documented(user.name, self.salt, stamp, user.password), challenge, rounds)

    def _blame(self, user: User, stamp: str, digest: str) -> None:
        if self.mode not in SALTED and any(
            digest == documented(user.name, key, stamp, user.password) for key in self.known_keys
        ):
            raise Refused(Code.KEY, "wrong key")
        raise Refused(self.wrong_code, "wrong password")

    def find(self, cookie: str) -> Session:
        """Return the session of a cookie; raises code 101 or 103."""
        self.tidy()
        found = self.open.get(cookie)
        if found is None:
            raise Refused(self.over.get(cookie, Code.NOT_LOGGED_IN), "no such session")
        return found

    def beat(self, session: Session) -> None:
        """Keep a session alive."""
        session.seen = time.monotonic()
        session.beats += 1

    def logout(self, cookie: str) -> None:
        """End one session."""
        if self.open.pop(cookie, None):
            self.logouts += 1

    def tidy(self) -> None:
        """Drop what is too old: answered with 103 from now on."""
        now = time.monotonic()
        for cookie in [cookie for cookie, item in self.open.items() if now - item.seen > self.seconds]:
            del self.open[cookie]
            self.over[cookie] = Code.TIMEOUT

    def age(self, seconds: float) -> None:
        """Let so many seconds pass for the sessions."""
        for session in self.open.values():
            session.seen -= seconds

    def kill(self) -> None:
        """End all sessions at once: answered with 101 from now on."""
        for cookie in self.open:
            self.over[cookie] = Code.NOT_LOGGED_IN
        self.open.clear()
        self.pending.clear()

    def cookie_text(self, session: Session) -> str:
        """Return the cookie as the answer gives it."""
        return f"sessionID={session.cookie}" if self.prefixed else session.cookie


def cookie_of(header: str) -> str:
    """Return the session in a Cookie header, or in the member of a request."""
    for item in header.split(";"):
        name, found, value = item.strip().partition("=")
        if found and name == "sessionID":
            return value
    return "" if "=" in header else header.strip()
