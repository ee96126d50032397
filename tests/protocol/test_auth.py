"""Logging in: every kind of challenge, and never more than one wrong password."""

import asyncio
from collections.abc import AsyncIterator, Callable
import itertools
import logging
import re
from typing import Any, override

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    DeviceError,
    Forbidden,
    NotActivated,
    NotSupported,
    TimedOut,
)
from custom_components.ip_surveillance.protocol.transport.answers import Response
from custom_components.ip_surveillance.protocol.transport.auth import PATH_REFUSED, Login
from custom_components.ip_surveillance.protocol.transport.calls import Call
from custom_components.ip_surveillance.protocol.transport.challenge import (
    Credentials,
    Scheme,
    parse_challenges,
    pick_signer,
)
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, device_url

from .servers import PASSWORD, USER, DigestDevice, Reply, Request, Server, basic_ok, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

GOOD = Credentials(username=USER, password=PASSWORD)
WRONG = Credentials(username=USER, password="wrong one")


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def transport_to(
    session: ClientSession,
    server: Server,
    login: Login | None = None,
    *,
    interpret: Callable[[Response], DeviceError | None] | None = None,
    timeout: float = 5.0,
) -> HttpTransport:
    base = device_url(server.host, server.port, tls=False)
    return HttpTransport(session, base, login or Login(GOOD), interpret=interpret, timeout=timeout)


@pytest.mark.parametrize("algorithm", [None, "MD5", "SHA-256"])
@pytest.mark.parametrize("qop", [None, "auth", "auth,auth-int"])
async def test_digest_kinds(session: ClientSession, algorithm: str | None, qop: str | None) -> None:
    async with DigestDevice(algorithm=algorithm, qop=qop) as device:
        transport = transport_to(session, device)
        for _ in range(3):
            assert (await transport.request("GET", "/a")).body == b"in"
        await transport.request("PUT", "/b", body=b"<x/>", content_type="application/xml")
    assert device.wrong == []
    # One request without credentials, then the nonce is kept.
    assert len(device.requests) == 5
    assert device.requests[-1].body == b"<x/>"


async def test_query_is_part_of_the_digest_and_blanks_are_percent_encoded(session: ClientSession) -> None:
    async with DigestDevice() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/a b/c", query=[("format", "json"), ("x", "a b"), ("x", "ü&+=")])
    assert device.wrong == []
    assert device.requests[-1].target == "/a%20b/c?format=json&x=a%20b&x=%C3%BC%26%2B%3D"


async def test_nonce_count_never_repeats_under_concurrency(session: ClientSession) -> None:
    async with DigestDevice(delay=0.001) as device:
        transport = transport_to(session, device)
        await asyncio.gather(*(transport.request("GET", f"/{number}") for number in range(40)))
    assert device.wrong == []
    assert device.good == 40
    assert device.most_running <= 3
    assert len(device.requests) == 41


async def test_stale_nonce_is_renewed_at_once(session: ClientSession) -> None:
    async with DigestDevice(nonce_uses=2) as device:
        transport = transport_to(session, device)
        for _ in range(6):
            await transport.request("GET", "/a")
    assert device.wrong == []
    assert device.good == 6
    # 3 nonces of 2 uses: one unsigned request and two refusals of used nonces.
    assert len(device.requests) == 9


async def test_stale_nonce_under_concurrency(session: ClientSession) -> None:
    async with DigestDevice(nonce_uses=3, delay=0.001) as device:
        transport = transport_to(session, device)
        await asyncio.gather(*(transport.request("GET", f"/{number}") for number in range(40)))
    assert device.wrong == []
    assert device.good == 40 + 1, "a refused nonce that is not called stale makes sure of the password, once"


async def test_device_that_keeps_only_its_latest_nonce(session: ClientSession) -> None:
    class Forgetful(DigestDevice):
        @override
        def _challenge(self, *, stale: bool = False) -> Reply:
            self.counts.clear()
            return super()._challenge(stale=True)

    async with Forgetful(delay=0.001) as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        device.expire()
        await asyncio.gather(*(transport.request("GET", f"/{number}") for number in range(12)))
    assert device.wrong == []
    assert transport.login.refusal is None


async def test_device_that_hands_out_one_nonce_and_minds_the_order_of_counts(session: ClientSession) -> None:
    class Orderly(DigestDevice):
        last = 0
        out_of_order = 0

        @override
        async def answer(self, request: Request) -> Reply | None:
            found = re.search("nc=([0-9a-f]{8})", request.headers.get("authorization", ""))
            count = int(found[1], 16) if found else None
            await asyncio.sleep(0.004 if count and count % 3 == 0 else 0)
            self._numbers = itertools.repeat(1)
            if count is not None and count <= self.last:
                self.out_of_order += 1
                return self._challenge()
            self.last = count or self.last
            return await super().answer(request)

    async with Orderly() as device:
        transport = transport_to(session, device)
        await asyncio.gather(*(transport.request("GET", f"/{number}") for number in range(40)))
    assert device.out_of_order > 0
    assert device.wrong == []
    assert device.good == 40 + 1


async def test_nonce_reuse_refused_without_challenge(session: ClientSession) -> None:
    async with DigestDevice(nonce_uses=1, silent_refusal=True) as device:
        transport = transport_to(session, device)
        for _ in range(3):
            assert (await transport.request("GET", "/a")).body == b"in"
    assert device.wrong == []
    # The first refusal teaches to open with a fresh unsigned request: 2 + 3 + 2.
    assert len(device.requests) == 7


async def test_wrong_password_reaches_the_device_once(session: ClientSession) -> None:
    async with DigestDevice(delay=0.002) as device:
        transport = transport_to(session, device, Login(WRONG))
        results = await asyncio.gather(
            *(transport.request("GET", f"/{number}") for number in range(20)), return_exceptions=True
        )
        assert all(type(result) is AuthFailed for result in results)
        assert device.wrong == ["response"]
        seen = len(device.requests)
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/later")
        with pytest.raises(AuthFailed):
            async with transport.stream("GET", "/stream"):
                pass
        assert len(device.requests) == seen == 2
        transport.reset_auth()
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/again")
        assert len(device.wrong) == 2


async def test_password_changed_later_is_refused_once(session: ClientSession) -> None:
    async with DigestDevice(delay=0.002) as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/a")
        device.password = "new"
        device.expire()
        results = await asyncio.gather(
            *(transport.request("GET", f"/{number}") for number in range(20)), return_exceptions=True
        )
        assert all(type(result) is AuthFailed for result in results)
        assert device.wrong == ["response"]


async def test_stale_flag_is_believed_once(session: ClientSession) -> None:
    class Liar(DigestDevice):
        @override
        def _challenge(self, *, stale: bool = False) -> Reply:
            return super()._challenge(stale=True)

    async with Liar() as device:
        transport = transport_to(session, device, Login(WRONG))
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/a")
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/a")
        assert len(device.wrong) == 2


@pytest.mark.parametrize(("close", "first"), [(False, TimedOut), (True, AuthFailed)])
async def test_refusal_latches_even_if_its_body_never_ends_or_breaks_off(
    session: ClientSession, close: bool, first: type[DeviceError]
) -> None:
    class Stalling(DigestDevice):
        @override
        def _challenge(self, *, stale: bool = False) -> Reply:
            if not self.wrong:
                return super()._challenge(stale=stale)
            raw = b"HTTP/1.1 401 X\r\nContent-Length: 9\r\n\r\n<"
            return Reply(raw=raw, hang=not close, close=close)

    async with Stalling() as device:
        transport = transport_to(session, device, Login(WRONG), timeout=0.2)
        with pytest.raises(first):
            await transport.request("GET", "/a")
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/a")
        assert len(device.wrong) == 1


async def test_digest_is_found_beside_other_schemes(session: ClientSession) -> None:
    async with DigestDevice(extra_challenges=('Basic realm="x"', "Negotiate")) as device:
        await transport_to(session, device).request("GET", "/a")
    assert device.good == 1
    assert not any("Basic" in request.headers.get("authorization", "") for request in device.requests)


async def test_basic_only_where_nothing_else_is_offered(session: ClientSession) -> None:
    async def answer(request: Request) -> Reply:
        if basic_ok(request):
            return Reply(body=b"in")
        return Reply(401, b"", [("WWW-Authenticate", 'Basic realm="x"')])

    async with Server(answer) as server:
        transport = transport_to(session, server)
        for _ in range(2):
            assert (await transport.request("GET", "/a")).body == b"in"
        assert len(server.requests) == 3
        wrong = transport_to(session, server, Login(WRONG))
        for _ in range(2):
            with pytest.raises(AuthFailed):
                await wrong.request("GET", "/a")
        assert len(server.requests) == 5
        with pytest.raises(BadAnswer, match="offered: basic"):
            await transport_to(session, server, Login(GOOD, scheme=Scheme.DIGEST)).request("GET", "/a")


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "NTLM",
        "Digest",
        'Digest realm="x"',
        'Digest realm="x", nonce="", qop="auth"',
        'Digest nonce="n"',
        'Digest realm="x", nonce="n", algorithm=SHA-512-256',
        'Digest realm="x", nonce="n", qop="odd"',
    ],
)
async def test_unanswerable_challenges_send_no_password(session: ClientSession, challenge: str) -> None:
    async def answer(request: Request) -> Reply:
        return Reply(401, b"", [("WWW-Authenticate", challenge)])

    async with Server(answer) as server:
        transport = transport_to(session, server)
        with pytest.raises(BadAnswer):
            await transport.request("GET", "/a")
        assert [request.headers.get("authorization") for request in server.requests] == [None]
        assert transport.login.refusal is None


async def test_realm_in_a_local_code_page_is_no_crash(session: ClientSession) -> None:
    async def answer(request: Request) -> Reply:
        challenge = 'WWW-Authenticate: Digest realm="摄像机", nonce="n"'
        return Reply(raw=f"HTTP/1.1 401 X\r\nContent-Length: 0\r\n{challenge}\r\n\r\n".encode("gbk"))

    async with Server(answer) as server:
        with pytest.raises(BadAnswer):
            await transport_to(session, server).request("GET", "/a")


async def test_user_name_with_a_colon_is_refused_without_being_sent(session: ClientSession) -> None:
    async with DigestDevice() as device:
        login = Login(Credentials(username="a:b", password="x"))
        with pytest.raises(AuthFailed):
            await transport_to(session, device, login).request("GET", "/a")
        assert device.wrong == []


async def test_lock_is_latched_for_its_time(session: ClientSession) -> None:
    now = 1000.0

    def interpret(response: Response) -> DeviceError | None:
        return AccountLocked("locked", code="userNameLocked", retry_after=60) if b"lock" in response.body else None

    async with DigestDevice(refusal_body=b"<lock/>") as device:
        transport = transport_to(session, device, Login(GOOD, clock=lambda: now), interpret=interpret)
        with pytest.raises(AccountLocked):
            await transport.request("GET", "/a")
        # The device said so before any password was sent: none is.
        assert [request.headers.get("authorization") for request in device.requests] == [None]
        now += 20
        with pytest.raises(AccountLocked) as error:
            await transport.request("GET", "/a")
        assert error.value.retry_after == 40
        assert error.value.code == "userNameLocked"
        assert len(device.requests) == 1
        now += 41
        device.refusal_body = b""
        assert (await transport.request("GET", "/a")).status == 200


async def test_lock_without_a_time_lasts_half_an_hour(session: ClientSession) -> None:
    now = 0.0
    async with DigestDevice() as device:
        transport = transport_to(session, device, Login(GOOD, clock=lambda: now))
        transport.login.refuse(AccountLocked())
        now = 1799.0
        with pytest.raises(AccountLocked):
            await transport.request("GET", "/a")
        now = 1800.0
        assert (await transport.request("GET", "/a")).status == 200


@pytest.mark.parametrize(
    ("verdict", "raised", "latched"),
    [
        (AuthFailed("no"), AuthFailed, True),
        (NotActivated("activate first"), NotActivated, True),
        (Forbidden("rights"), Forbidden, False),
        (Busy("sessions"), Busy, False),
        # A 401 to fresh credentials is a refusal whatever else the body may say.
        (NotSupported("invalidOperation"), AuthFailed, True),
        (None, AuthFailed, True),
    ],
)
async def test_the_body_of_a_refusal_is_interpreted(
    session: ClientSession, verdict: DeviceError | None, raised: type[DeviceError], latched: bool
) -> None:
    async with DigestDevice() as device:
        transport = transport_to(
            session, device, Login(WRONG), interpret=lambda response: verdict if device.wrong else None
        )
        with pytest.raises(DeviceError) as error:
            await transport.request("GET", "/a")
        assert type(error.value) is raised
        assert (transport.login.refusal is not None) is latched


async def test_what_the_body_of_a_plain_challenge_says_does_not_count(session: ClientSession) -> None:
    async with DigestDevice() as device:
        transport = transport_to(
            session, device, interpret=lambda _: NotSupported("Invalid Operation", code="invalidOperation")
        )
        assert (await transport.request("GET", "/a")).body == b"in"


async def test_unsigned_401_without_challenge_is_told_by_its_body(session: ClientSession) -> None:
    async def answer(request: Request) -> Reply:
        return Reply(401, b"busy")

    async with Server(answer) as server:
        transport = transport_to(session, server, interpret=lambda _: Busy("full"))
        with pytest.raises(Busy):
            await transport.request("GET", "/a")


async def test_without_an_account_nothing_is_sent_or_latched(session: ClientSession) -> None:
    async with DigestDevice() as device:
        transport = transport_to(session, device, Login(None))
        for _ in range(2):
            with pytest.raises(AuthFailed):
                await transport.request("GET", "/a")
        answer = await transport.request("GET", "/a", check=False)
        assert answer.status == 401
        assert "IP Camera" in answer.headers["WWW-Authenticate"]
        assert device.wrong == []


async def test_refusal_by_another_status_latches(session: ClientSession) -> None:
    class Banning(DigestDevice):
        @override
        async def serve(self, request: Request) -> Reply:
            return Reply(403, b"ban")

    async with Banning() as device:
        transport = transport_to(
            session,
            device,
            interpret=lambda response: AccountLocked("ban") if response.status == 403 else None,
        )
        for _ in range(2):
            with pytest.raises(AccountLocked):
                await transport.request("GET", "/a")
        assert len(device.requests) == 2


async def test_waiting_requests_fail_without_reaching_the_device(session: ClientSession) -> None:
    release = asyncio.Event()

    class Slow(DigestDevice):
        @override
        async def serve(self, request: Request) -> Reply:
            if request.target != "/first":
                await release.wait()
            return Reply()

    async with Slow() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        tasks = [asyncio.create_task(transport.request("GET", f"/{number}")) for number in range(6)]
        await until(lambda: device.good == 3)
        transport.login.refuse(AuthFailed("refused meanwhile"))
        release.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [Response] * 2 + [AuthFailed] * 4
    assert device.good == 3


async def test_cancelled_login_lets_others_on(session: ClientSession) -> None:
    async with DigestDevice(delay=0.05) as device:
        transport = transport_to(session, device)
        first = asyncio.create_task(transport.request("GET", "/a"))
        second = asyncio.create_task(transport.request("GET", "/b"))
        await until(lambda: bool(device.requests))
        first.cancel()
        assert (await second).body == b"in"
        with pytest.raises(asyncio.CancelledError):
            await first
        assert not transport.login.lock.locked()


async def test_nothing_secret_in_logs_or_texts(session: ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with DigestDevice() as device:
        transport = transport_to(session, device, Login(WRONG))
        with pytest.raises(AuthFailed) as error:
            await transport.request("GET", "/a", query=[("userPassword", "hunter2"), ("id", "7")])
        good = transport_to(session, device)
        await good.request("GET", "/a", query=[("userPassword", "hunter2"), ("id", "7")])
    said = caplog.text + repr(error.value) + str(error.value) + repr(GOOD)
    for secret in ("hunter2", PASSWORD, "wrong one", "Digest"):
        assert secret not in said
    assert "GET /a?userPassword=**&id=7: 200 in" in caplog.text


def test_challenges_in_one_header_or_several() -> None:
    first, second, third = parse_challenges(
        ['Basic realm="a, b=\\"c\\"", DIGEST Realm="r",NONCE = "n" , qop="auth", algorithm=md5', "Negotiate"]
    )
    assert (first.scheme, dict(first.fields)) == ("basic", {"realm": 'a, b="c"'})
    assert second.scheme == "digest"
    assert dict(second.fields) == {"realm": "r", "nonce": "n", "qop": "auth", "algorithm": "md5"}
    assert second.answerable
    assert not second.stale
    assert (third.scheme, third.answerable) == ("negotiate", False)
    assert parse_challenges(["", '=,="', 'x="1", y=2']) == ()


def test_the_stronger_digest_wins_and_basic_never_beside_digest() -> None:
    offered = parse_challenges(
        ['Digest realm="r", nonce="a"', 'Digest realm="r", nonce="b", algorithm=SHA-256', "Basic"]
    )
    signer = pick_signer(GOOD, offered)
    assert signer is not None
    assert type(signer).__name__ == "DigestSigner"
    broken = parse_challenges(['Digest realm="r", nonce="a", algorithm=ODD', "Basic"])
    assert pick_signer(GOOD, broken) is None
    assert pick_signer(GOOD, broken, Scheme.BASIC) is not None
    assert pick_signer(GOOD, (), Scheme.AUTO) is None


async def test_device_that_wants_no_login_gets_no_password(session: ClientSession) -> None:
    async def answer(_: Request) -> Reply:
        return Reply()

    async with Server(answer) as server:
        transport = transport_to(session, server)
        await asyncio.gather(*(transport.request("GET", f"/{number}") for number in range(4)))
    assert len(server.requests) == 4
    assert all("authorization" not in request.headers for request in server.requests)


# --- a path that is refused though the password is right


class Choosy(DigestDevice):
    """Answers 401 to a right password where the rights are too low, as some devices do."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.dropping = False

    @override
    async def serve(self, request: Request) -> Reply:
        return self._challenge() if request.target.startswith("/admin") else await super().serve(request)

    @override
    async def answer(self, request: Request) -> Reply | None:
        if self.dropping and request.target == "/first":
            return None
        return await super().answer(request)


async def test_refusal_of_one_path_is_none_of_the_password(session: ClientSession) -> None:
    async with Choosy() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        for _ in range(2):
            with pytest.raises(Forbidden) as caught:
                await transport.request("GET", "/admin")
            assert caught.value.code == PATH_REFUSED
        assert (await transport.request("GET", "/other")).body == b"in"
    assert transport.login.refusal is None
    assert device.wrong == []


async def test_the_first_path_of_all_decides(session: ClientSession) -> None:
    async with Choosy() as device:
        transport = transport_to(session, device)
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/admin")
        seen = len(device.requests)
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/first")
        assert len(device.requests) == seen


async def test_changed_password_is_tried_twice_at_most(session: ClientSession) -> None:
    """Once with the nonce in use, once where it was right before; then nothing is sent any more."""
    async with DigestDevice() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        device.password = "changed"
        results = await asyncio.gather(
            *(transport.request("GET", f"/{number}") for number in range(5)), return_exceptions=True
        )
        assert [type(result) for result in results] == [AuthFailed] * 5
        # Those under way with the nonce in use could not know yet: reads take two slots.
        assert len(device.wrong) <= 3
        seen = len(device.requests)
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/later")
        assert len(device.requests) == seen


class Watchful(DigestDevice):
    """Tells refused passwords on nonces that were in use from those on nonces that it has just handed out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.in_use = 0
        self.fresh = 0
        self.answering = asyncio.Event()
        self.answering.set()

    @override
    async def answer(self, request: Request) -> Reply | None:
        await self.answering.wait()
        return await super().answer(request)

    @override
    def _fault(self, request: Request, fields: dict[str, str], uses: list[int]) -> str:
        if fault := super()._fault(request, fields, uses):
            self.in_use += bool(uses)
            self.fresh += not uses
        return fault


@pytest.mark.parametrize("proof", [True, False])
@pytest.mark.parametrize("forgets", [True, False])
async def test_of_many_under_way_one_tries_the_changed_password_anew(
    session: ClientSession, forgets: bool, proof: bool
) -> None:
    """What was sent with the nonce in use cannot be called back; all others wait for the one that tries a fresh one."""
    async with Watchful() as device:
        base = device_url(device.host, device.port, tls=False)
        call = Call(method="GET", path="/proof") if proof else None
        transport = HttpTransport(session, base, Login(GOOD), limit=3, proof=call)
        await transport.request("GET", "/proof")
        device.answering.clear()
        asked = [asyncio.create_task(transport.request("PUT", "/write"))]
        asked += [asyncio.create_task(transport.request("GET", f"/{number}")) for number in range(20)]
        await until(lambda: device.running == 3)
        device.password = "changed"
        if forgets:
            device.expire()
        device.answering.set()
        results = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(result) for result in results] == [AuthFailed] * 21
        assert device.fresh == 1
        assert device.in_use == (0 if forgets else 3)


async def test_changed_password_met_by_one_request(session: ClientSession) -> None:
    async with DigestDevice() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        device.password = "changed"
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/other")
        assert len(device.wrong) == 2


async def test_proof_that_gets_no_answer_proves_nothing(session: ClientSession) -> None:
    async with Choosy() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        device.dropping = True
        with pytest.raises(AuthFailed):
            await transport.request("GET", "/admin")
        assert transport.login.refusal is not None


async def test_password_changed_after_a_path_was_refused(session: ClientSession) -> None:
    """A proof made for a refused path shows no habit of dropping nonces: it must not cost a try more later."""
    async with Choosy() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        with pytest.raises(Forbidden):
            await transport.request("GET", "/admin")
        await transport.request("GET", "/other")
        device.password = "changed"
        for _ in range(2):
            with pytest.raises(AuthFailed):
                await transport.request("GET", "/other")
        assert len(device.wrong) == 2


async def test_refused_stream_makes_sure_of_the_password(session: ClientSession) -> None:
    async with Choosy() as device:
        device.stale_flag = True
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        with pytest.raises(AuthFailed):
            async with transport.stream("GET", "/admin/stream"):
                pass
        assert transport.login.refusal is None
        device.password = "changed"
        device.expire()
        for _ in range(3):
            with pytest.raises(AuthFailed):
                async with transport.stream("GET", "/stream"):
                    pass
        assert len(device.wrong) == 2


class Tarpit(DigestDevice):
    """Takes a wrong password at its first path without ever answering, or drops the connection."""

    hangs = False

    @override
    async def answer(self, request: Request) -> Reply | None:
        before = len(self.wrong)
        reply = await super().answer(request)
        if len(self.wrong) == before or request.target != "/first":
            return reply
        if self.hangs:
            await asyncio.Event().wait()
        return None


@pytest.mark.parametrize(("hangs", "tries"), [(False, 3), (True, 4)])
async def test_proof_without_an_answer_does_not_go_on_for_ever(session: ClientSession, hangs: bool, tries: int) -> None:
    async with Tarpit() as device:
        device.hangs = hangs
        transport = transport_to(session, device, timeout=0.2)
        await transport.request("GET", "/first")
        device.password = "changed"
        for _ in range(5):
            with pytest.raises((AuthFailed, TimedOut)):
                await transport.request("GET", "/other")
        assert len(device.wrong) == tries
        with pytest.raises(AuthFailed):
            transport.login.check()


async def test_path_open_to_all_proves_nothing(session: ClientSession) -> None:
    class Open(DigestDevice):
        opened = False

        @override
        async def answer(self, request: Request) -> Reply | None:
            if request.target == "/open" or (self.opened and request.target == "/first"):
                return Reply()
            return await super().answer(request)

    async with Open() as device:
        transport = transport_to(session, device)
        await transport.request("PUT", "/set")
        await transport.request("GET", "/open")
        assert transport.login.proof is None
        transport.login.suspend()
        await transport.request("GET", "/first")
        device.opened = True
        device.password = "changed"
        for _ in range(3):
            with pytest.raises(AuthFailed):
                await transport.request("GET", "/other")
        assert len(device.wrong) == 2


async def test_nothing_is_tried_elsewhere_once_the_device_says_it_is_locked(session: ClientSession) -> None:
    class Locking(DigestDevice):
        @override
        async def answer(self, request: Request) -> Reply | None:
            before = len(self.wrong)
            reply = await super().answer(request)
            return Reply(401, b"lock") if reply and len(self.wrong) > before else reply

    async with Locking() as device:
        transport = transport_to(
            session, device, interpret=lambda answer: AccountLocked("lock") if b"lock" in answer.body else None
        )
        await transport.request("GET", "/first")
        transport.login.suspend()
        device.password = "changed"
        seen = len(device.requests)
        with pytest.raises(AccountLocked):
            await transport.request("GET", "/other")
        assert len(device.requests) == seen + 2


async def test_proof_that_tells_of_a_lock_latches_it(session: ClientSession) -> None:
    class Banning(DigestDevice):
        banned = False

        @override
        async def answer(self, request: Request) -> Reply | None:
            if self.banned and request.target == "/first":
                return Reply(403, b"lock")
            return await super().answer(request)

    async with Banning() as device:
        transport = transport_to(
            session, device, interpret=lambda answer: AccountLocked("lock") if b"lock" in answer.body else None
        )
        await transport.request("GET", "/first")
        device.banned = True
        device.password = "changed"
        with pytest.raises(AccountLocked):
            await transport.request("GET", "/other")
        assert len(device.wrong) == 1


async def test_end_of_a_lock_does_not_end_a_refusal() -> None:
    now = 0.0
    login = Login(GOOD, clock=lambda: now)
    login.refuse(AuthFailed("refused"))
    login.refuse(AccountLocked("told to a request still under way", retry_after=5))
    now = 6.0
    assert type(login.refusal) is AuthFailed
    login.reset()
    assert login.refusal is None


async def test_path_without_any_challenge_says_nothing_of_the_nonce(session: ClientSession) -> None:
    class Mute(DigestDevice):
        @override
        async def answer(self, request: Request) -> Reply | None:
            return Reply(401, b"") if request.target == "/mute" else await super().answer(request)

    async with Mute() as device:
        transport = transport_to(session, device)
        await transport.request("GET", "/first")
        with pytest.raises(BadAnswer):
            await transport.request("GET", "/mute")
        seen = len(device.requests)
        for _ in range(5):
            assert (await transport.request("GET", "/other")).status == 200
        # One login anew, then the nonce is used again.
        assert len(device.requests) == seen + 6
        assert transport.login.refusal is None


async def test_giving_up_on_a_refused_path_is_no_refusal_once_the_password_was_proved(session: ClientSession) -> None:
    class Endless(Choosy):
        @override
        async def serve(self, request: Request) -> Reply:
            if request.target == "/admin":
                return Reply(raw=b"HTTP/1.1 401 X\r\nContent-Length: 9\r\n\r\n<", hang=True)
            return await super().serve(request)

        @override
        async def answer(self, request: Request) -> Reply | None:
            if request.target == "/admin" and len(self.requests) == 3:
                return self._challenge()
            return await super().answer(request)

    async with Endless() as device:
        transport = transport_to(session, device, timeout=0.2)
        await transport.request("GET", "/first")
        with pytest.raises(TimedOut):
            await transport.request("GET", "/admin")
        assert transport.login.refusal is None
        assert (await transport.request("GET", "/first")).body == b"in"
    assert device.wrong == []
