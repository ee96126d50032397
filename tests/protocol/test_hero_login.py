"""The digests against the formula written out step by step, the three ways to log in, and the device's time."""

import base64
from datetime import datetime, timedelta, timezone
import hashlib
import random
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.login import (
    MOST_ITERATIONS,
    LoginMode,
    Offer,
    challenge_digest,
    device_stamp,
    documented_digest,
    login_data,
    no_offer,
    read_cookie,
    read_offer,
)
from custom_components.ip_surveillance.protocol.errors import BadAnswer

STAMP = "2021-03-05T17:50:02"
LOCAL = timezone(timedelta(hours=2))
NOW = datetime(2026, 3, 5, 14, 0, 0, 999999, LOCAL)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@pytest.mark.parametrize("key", ["", "LICENCE", "schlüssel"])
@pytest.mark.parametrize("password", ["admin123", "pässwörd", ""])
def test_documented_digest(key: str, password: str) -> None:
    stamp = base64.b64encode(STAMP.encode()).decode()
    assert stamp == "MjAyMS0wMy0wNVQxNzo1MDowMg=="
    wanted = sha(f"admin{key}{stamp}{password}".encode()).hex()
    assert documented_digest("admin", key, STAMP, password) == wanted
    assert len(wanted) == 64


@pytest.mark.parametrize("rounds", [0, 1, 100])
def test_challenge_digest(rounds: int) -> None:
    first = sha(b"admin" + b"salt" + base64.b64encode(STAMP.encode()) + b"secret")
    wanted = sha(first + b"0123456789abcdef")
    for _ in range(rounds):
        wanted = sha(bytes.fromhex(wanted.hex()))
    assert challenge_digest(documented_digest("admin", "salt", STAMP, "secret"), "0123456789abcdef", rounds) == (
        wanted.hex()
    )


def test_each_way_sends_its_own_digest() -> None:
    def sent(offer: Offer) -> str:
        data = login_data(offer, "admin", "secret", "KEY", STAMP)
        assert data["username"] == "admin"
        assert data["loginEncryptionType"] == "sha256-1"
        assert data["datetime"] == STAMP
        assert data["sessionID"] == offer.session_id
        assert "secret" not in repr(data)
        return data["password"]

    stamp = base64.b64encode(STAMP.encode())
    keyed = sha(b"adminKEY" + stamp + b"secret").hex()
    salted = sha(sha(b"adminSALT" + stamp + b"secret") + b"CHALLENGE")
    assert sent(Offer(mode=LoginMode.LICENCE_KEY, session_id="1")) == keyed
    assert sent(Offer(mode=LoginMode.SESSION_ID, session_id="2")) == keyed
    challenged = Offer(mode=LoginMode.CHALLENGE, session_id="3", salt="SALT", challenge="CHALLENGE")
    assert sent(challenged) == salted.hex()
    twice = Offer(mode=LoginMode.CHALLENGE, session_id="3", salt="SALT", challenge="CHALLENGE", iterations=2)
    assert sent(twice) == sha(sha(salted)).hex()


def offered(**param: Any) -> dict[str, Any]:
    return {"encryptionType": ["sha256-1"], "sessionID": "abc", "param": {"salt": "s", "challenge": "c", **param}}


@pytest.mark.parametrize(
    ("param", "rounds"),
    [
        ({"iterations": 100, "enableIteration": True}, 100),
        ({"iterations": "100", "enableIteration": "1"}, 100),
        ({"iterations": 100, "enableIteration": False}, 0),
        ({"iterations": 100, "enableIteration": 0}, 0),
        ({"iterations": 100}, 0),
        ({}, 0),
    ],
)
def test_rounds_only_where_the_device_asks(param: dict[str, Any], rounds: int) -> None:
    offer = read_offer(offered(**param))
    assert offer is not None
    assert (offer.mode, offer.salt, offer.challenge, offer.session_id) == (LoginMode.CHALLENGE, "s", "c", "abc")
    assert offer.iterations == rounds


@pytest.mark.parametrize("rounds", [MOST_ITERATIONS + 1, -1, None, "many", 10**30, [], True and 2.5])
def test_rounds_that_make_no_sense(rounds: object) -> None:
    with pytest.raises(BadAnswer):
        read_offer(offered(iterations=rounds, enableIteration=True))


def test_other_offers() -> None:
    plain = read_offer({"sessionID ": "abc"})
    assert plain is not None
    assert (plain.mode, plain.session_id) == (LoginMode.SESSION_ID, "abc")
    flat = read_offer({"Salt": "s", "CHALLENGE": "c", "encryptionType ": "SHA256-1"})
    assert flat is not None
    assert flat.mode is LoginMode.CHALLENGE
    assert len(flat.session_id) == 32
    nothings: list[object] = [None, [], {}, "x", {"param": {"challenge": "c"}}, {"sessionID": "x" * 300}]
    assert [read_offer(nothing) for nothing in nothings] == [None] * 6
    with pytest.raises(BadAnswer):
        read_offer({"encryptionType": ["rsa"], "sessionID": "abc"})
    with pytest.raises(BadAnswer):
        read_offer({"param": {"salt": "s"}})


def test_no_offer_makes_a_session_id_of_its_own() -> None:
    one, other = no_offer(), no_offer()
    assert one.mode is LoginMode.LICENCE_KEY
    assert one.session_id != other.session_id
    assert bytes.fromhex(one.session_id).hex() == one.session_id
    assert len(one.session_id) == 32


def test_an_offer_shows_nothing() -> None:
    offer = Offer(mode=LoginMode.CHALLENGE, session_id="SECRET1", salt="SECRET2", challenge="SECRET3")
    assert "SECRET" not in repr(offer)


@pytest.mark.parametrize(
    ("date", "ahead", "stamp"),
    [
        (None, None, "2026-03-05T14:00:00"),
        ("Thu, 05 Mar 2026 12:00:40 GMT", None, "2026-03-05T14:00:00"),
        # The clock of the device is three hours slow.
        ("Thu, 05 Mar 2026 09:00:00 GMT", None, "2026-03-05T11:00:00"),
        # The device calls its local time GMT.
        ("Thu, 05 Mar 2026 14:00:30 GMT", None, "2026-03-05T14:00:30"),
        ("Thu, 01 Jan 1970 00:00:10 GMT", None, "1970-01-01T02:00:10"),
        ("Thu, 05 Mar 2026 17:00:00 +0500", None, "2026-03-05T14:00:00"),
        ("Thu, 05 Mar 2026 09:00:00 GMT", timedelta(hours=8), "2026-03-05T20:00:00"),
        # It was lost since it was read, and found again since.
        ("Sat, 01 Jan 2000 00:01:00 GMT", timedelta(hours=2), "2000-01-01T02:01:00"),
        ("Thu, 05 Mar 2026 12:00:00 GMT", timedelta(days=-9560), "2026-03-05T14:00:00"),
        (None, timedelta(days=-9560), "2000-01-01T12:00:00"),
        ("soon", None, "2026-03-05T14:00:00"),
        ("Thu, 99 Mar 2026 09:00:00 GMT", None, "2026-03-05T14:00:00"),
    ],
)
def test_time_of_the_device(date: str | None, ahead: timedelta | None, stamp: str) -> None:
    assert device_stamp(NOW, ahead, date) == stamp


def test_no_date_breaks_the_time() -> None:
    random.seed(5)
    pieces = ["Thu", ",", " ", "05", "Mar", "2026", "9999", "0", ":", "-", "+9999", "GMT", "31 Dec 9999 23:59:59 GMT"]
    for _ in range(3000):
        header = "".join(random.choices(pieces, k=random.randrange(10)))
        assert len(device_stamp(NOW, None, header)) == 19, header


@pytest.mark.parametrize(
    ("data", "header", "cookie"),
    [
        ({"cookie": "sessionID=a1"}, "", "sessionID=a1"),
        ({"cookie": "a1"}, "", "sessionID=a1"),
        ({"Cookie ": " sessionID=a1; path=/ "}, "sessionID=zz", "sessionID=a1"),
        ({"cookie": ""}, "lang=en; Path=/, sessionid=b2; HttpOnly", "sessionid=b2"),
        (None, "sessionID=b2", "sessionID=b2"),
        ({"cookie": "YWJj=="}, "", "sessionID=YWJj=="),
        ({"cookie": "sessionID="}, "", None),
        ({"cookie": "a\r\nX-Other: 1"}, "", None),
        ({"cookie": "x" * 600}, "", None),
        ({"cookie": ["a"]}, "", None),
        (None, "", None),
    ],
)
def test_cookie(data: object, header: str, cookie: str | None) -> None:
    assert read_cookie(data, header) == cookie
