"""The three ways to log in, and what is sent instead of the password. Pure.

Which way it is the device decides by what it answers to the question for its login capabilities, so that a password
is never tried in one way after another. The document describes the digest with a licence key alone (002…txt
l.688-703) and shows the question without a word about it (l.388); devices answer it with a challenge.
"""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
import hashlib
import re
import secrets
from typing import Final

from ...errors import BadAnswer
from ...transport.auth import NO_LOGIN
from ...transport.loose_json import to_text
from .docs import Doc

ENCRYPTION: Final = "sha256-1"
"""The only kind known (002…txt l.641)."""
MOST_ITERATIONS: Final = 10_000
"""Rounds of the digest; devices ask for 100."""
_LONGEST: Final = 256
_PLAUSIBLE: Final = timedelta(minutes=2)
_ZONES: Final = timedelta(hours=15)
"""The most that a header in UTC or in local time differs from a clock that is the same as when it was read."""
_COOKIE_NAME: Final = "sessionID"
_COOKIE: Final = re.compile(r"[!-+\--:<-~]{1,512}", re.ASCII)
"""Visible characters but for comma and semicolon."""
_SET_COOKIE: Final = re.compile(rf"(?:^|[;,\s])({_COOKIE_NAME}=[^;,\s]+)", re.IGNORECASE)


class LoginMode(StrEnum):
    """How to log in, in the order in which they are looked for."""

    CHALLENGE = "challenge"
    """The device gives a salt and a challenge."""
    SESSION_ID = "session_id"
    """The device gives a session id only; the licence key takes the place of the salt."""
    LICENCE_KEY = "licence_key"
    """The device gives nothing: the digest as documented, with a session id of our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the device answered to the question for its login capabilities."""

    mode: LoginMode
    session_id: str = field(repr=False)
    salt: str = field(default="", repr=False)
    challenge: str = field(default="", repr=False)
    iterations: int = 0
    """Rounds on top of the two; 0 unless the device asks for them."""


def no_offer() -> Offer:
    """Stand in for the answer of a device that is not asked, or has none."""
    return Offer(mode=LoginMode.LICENCE_KEY, session_id=secrets.token_hex(16))


def read_offer(data: object) -> Offer | None:
    """Read the device's login capabilities; None when these are none. Raises `BadAnswer` for what cannot be done."""
    doc = Doc(data)
    param = doc.doc("param")
    session_id = _word(doc, "sessionID")
    salt = _word(param, "salt") or _word(doc, "salt")
    if not salt and not session_id:
        return None
    kinds = doc.get("encryptionType")
    kinds = kinds if isinstance(kinds, list) else [kinds] if kinds else []
    if kinds and ENCRYPTION not in (str(kind).strip().lower() for kind in kinds):
        raise BadAnswer("no way to log in that is known here", code=NO_LOGIN)
    if not salt:
        return Offer(mode=LoginMode.SESSION_ID, session_id=session_id)
    challenge = _word(param, "challenge") or _word(doc, "challenge")
    if not challenge:
        raise BadAnswer("the login challenge is incomplete", code=NO_LOGIN)
    return Offer(
        mode=LoginMode.CHALLENGE,
        session_id=session_id or secrets.token_hex(16),
        salt=salt,
        challenge=challenge,
        iterations=_iterations(param if "iterations" in param else doc, param.truth("enableIteration")),
    )


def documented_digest(username: str, key: str, stamp: str, password: str) -> str:
    """Hash as documented: 64 hex digits. `key` is the licence key, or the salt in its place (002…txt l.690-699)."""
    encoded = base64.b64encode(stamp.encode()).decode()
    return hashlib.sha256(f"{username}{key}{encoded}{password}".encode()).hexdigest()


def challenge_digest(first: str, challenge: str, iterations: int) -> str:
    """Hash the documented digest together with the challenge, then again as often as the device asks."""
    digest = hashlib.sha256(bytes.fromhex(first) + challenge.encode()).digest()
    for _ in range(iterations):
        digest = hashlib.sha256(digest).digest()
    return digest.hex()


def login_data(offer: Offer, username: str, password: str, key: str, stamp: str) -> dict[str, str]:
    """Compose what is sent to log in; it holds no password but a hash of it that must not be shown either."""
    first = documented_digest(username, offer.salt or key, stamp, password)
    if offer.mode is LoginMode.CHALLENGE:
        first = challenge_digest(first, offer.challenge, offer.iterations)
    return {
        "username": username,
        "loginEncryptionType": ENCRYPTION,
        "password": first,
        "sessionID": offer.session_id,
        "datetime": stamp,
    }


def device_stamp(now: datetime, ahead: timedelta | None = None, date_header: str | None = None) -> str:
    """Tell the device's local time for the digest, `YYYY-MM-DDThh:mm:ss`. Devices refuse one that is far off.

    `now` is aware, in our own zone. `ahead` is what the device's wall clock adds to UTC, where that is known; else
    its `Date` header tells how far its clock is off, and the zone is taken to be ours. So it does where the clock has
    leapt since it was read: by a restart without a battery, or when the device found its time server.
    """
    utc = (now - (now.utcoffset() or timedelta())).replace(tzinfo=None)
    local = now.replace(tzinfo=None)
    told = _date(date_header)
    if ahead is not None and (told is None or abs(told - _shifted(utc, ahead)) <= _ZONES):
        local = _shifted(utc, ahead)
    elif told is not None:
        # Some put their local time into the header and call it GMT.
        off = told - utc
        if abs(off) > _PLAUSIBLE:
            local = told if abs(told - local) <= _PLAUSIBLE else _shifted(local, off)
    return local.replace(microsecond=0).isoformat()


def read_cookie(data: object, set_cookie: str = "") -> str | None:
    """Find the cookie as it is to be sent back: in the answer's body first, with or without its name (l.655)."""
    told = Doc(data).get("cookie")
    cookie = told.strip() if isinstance(told, str) else ""
    if not cookie and (found := _SET_COOKIE.search(set_cookie)):
        cookie = found[1]
    cookie = cookie.partition(";")[0].strip()
    if "=" not in cookie.rstrip("=") and not cookie.endswith(f"{_COOKIE_NAME}="):
        # Bare, though it may be padded as base64 is.
        cookie = f"{_COOKIE_NAME}={cookie}"
    name, _, value = cookie.partition("=")
    return cookie if name and value and _COOKIE.fullmatch(cookie) else None


def _word(doc: Doc, name: str) -> str:
    """Take a salt, challenge or id; anything longer than those are is nothing."""
    text = to_text(doc.get(name), _LONGEST + 1) or ""
    return text if len(text) <= _LONGEST else ""


def _iterations(doc: Doc, wanted: bool | None) -> int:
    if not (doc.truth("enableIteration") if wanted is None else wanted):
        return 0
    rounds = doc.integer("iterations")
    if rounds is None or not 0 <= rounds <= MOST_ITERATIONS:
        raise BadAnswer("the login asks for a number of rounds that makes no sense", code=NO_LOGIN)
    return rounds


def _date(header: str | None) -> datetime | None:
    try:
        told = parsedate_to_datetime(header or "")
        return (told if told.tzinfo is None else told.astimezone(UTC)).replace(tzinfo=None)
    except ValueError, OverflowError:
        return None


def _shifted(local: datetime, off: timedelta) -> datetime:
    try:
        return local + off
    except OverflowError:
        return local
