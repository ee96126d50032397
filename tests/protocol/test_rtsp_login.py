"""Digest login over sockets: with and without qop, nonces that change, and a password that is tried once."""

from collections.abc import Callable
import hashlib
import re

import pytest

from custom_components.ip_surveillance.protocol.errors import AuthFailed, CannotConnect, Forbidden
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.rtsp.login import RtspLogin
from tests.protocol.rtsp_client import Running, client_of, following
from tests.protocol.rtsp_server import NONCE, PASSWORD, PATH, REALM, USER, Asked, Reply, ScriptedServer, frame, rtp
from tests.protocol.servers import until

URL = "rtsp://10.10.36.212:554/ISAPI/Streaming/channels/101"
CHALLENGE = f'Digest realm="{REALM}", nonce="{NONCE}"'


DOCUMENT = b"<Metadata></Metadata>"


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def fields(header: str | None) -> dict[str, str]:
    assert header is not None
    return {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header)}


def login(*challenges: str, user: str = "admin", password: str = "12345") -> RtspLogin:
    made = RtspLogin(Credentials(username=user, password=password), lambda: "0a4f113b")
    made.take(challenges)
    return made


def test_the_form_of_the_document() -> None:
    # 001_11da3581811fffe4.txt l.128-146: no qop, no algorithm.
    header = login(CHALLENGE + ', stale="FALSE"').sign("DESCRIBE", URL)
    one, two = md5(f"admin:{REALM}:12345"), md5(f"DESCRIBE:{URL}")
    response = md5(f"{one}:{NONCE}:{two}")
    assert header == (f'Digest username="admin", realm="{REALM}", nonce="{NONCE}", uri="{URL}", response="{response}"')


def test_the_example_of_rfc_2617() -> None:
    made = login(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"',
        user="Mufasa",
        password="Circle Of Life",
    )
    found = fields(made.sign("GET", "/dir/index.html"))
    assert found["response"] == "6629fae49393a05397450978507c4ef1"
    assert (found["qop"], found["nc"], found["cnonce"]) == ("auth", "00000001", "0a4f113b")
    assert found["opaque"] == "5ccc069c403ebaf9f0171e9517f40e41"
    assert fields(made.sign("GET", "/"))["nc"] == "00000002"
    made.take([CHALLENGE + ', qop="auth"'])
    assert fields(made.sign("GET", "/"))["nc"] == "00000001"


def test_other_forms() -> None:
    one = md5(f"{md5(f'admin:{REALM}:12345')}:{NONCE}:0a4f113b")
    found = fields(login(CHALLENGE + ", algorithm=md5-sess").sign("PLAY", URL))
    assert found["response"] == md5(f"{one}:{NONCE}:{md5(f'PLAY:{URL}')}")
    assert (found["algorithm"], found["cnonce"]) == ("md5-sess", "0a4f113b")
    one = md5(f"admin:{REALM}:12345")
    found = fields(login(CHALLENGE + ', qop="auth-int"').sign("PLAY", URL))
    two = md5(f"PLAY:{URL}:{md5('')}")
    assert found["response"] == md5(f"{one}:{NONCE}:00000001:0a4f113b:auth-int:{two}")
    assert (login("Basic realm=x").sign("PLAY", URL) or "") == "Basic YWRtaW46MTIzNDU="


@pytest.mark.parametrize(
    ("challenges", "start"),
    [
        ([CHALLENGE + ", algorithm=SHA-256", CHALLENGE], "algorithm=SHA-256"),
        ([CHALLENGE, "Basic realm=x"], 'Digest username="admin"'),
        (["Basic realm=x", CHALLENGE], 'Digest username="admin"'),
    ],
)
def test_the_strongest_is_answered(challenges: list[str], start: str) -> None:
    assert start in (login(*challenges).sign("PLAY", URL) or "")


@pytest.mark.parametrize(
    "challenge",
    ["", "Bearer x", "Digest realm=x", f"{CHALLENGE}, algorithm=XYZ", f"{CHALLENGE}, qop=xyz, Basic realm=x"],
)
def test_no_challenge_to_answer(challenge: str) -> None:
    made = login(challenge)
    assert not made.ready
    assert made.sign("PLAY", URL) is None


def test_names_and_passwords() -> None:
    with pytest.raises(AuthFailed):
        RtspLogin(Credentials(username="a:b", password=""))
    header = login(CHALLENGE, user='a"b\\c', password="\ud800").sign("PLAY", URL)
    assert header is not None
    assert 'username="a\\"b\\\\c"' in header


@pytest.mark.parametrize(
    ("qop", "algorithm"), [(None, None), ("auth", None), ("auth", "MD5"), ("auth", "SHA-256"), ("auth,auth-int", "MD5")]
)
async def test_logins(qop: str | None, algorithm: str | None) -> None:
    async with ScriptedServer(qop=qop, algorithm=algorithm, playing=frame(6, rtp(DOCUMENT, 1))) as server:
        async with following(server) as running:
            await until(lambda: running.documents == [DOCUMENT])
        assert server.refused == 0
        assert server.methods == ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
        signed = [asked.auth for asked in server.requests[1:]]
        assert len({each["response"] for each in signed}) == 4
        if qop:
            assert [each["nc"] for each in signed] == ["00000001", "00000002", "00000003", "00000004"]


async def test_no_login_wanted() -> None:
    async with ScriptedServer(password=None) as server, following(server, credentials=None):
        assert server.methods == ["DESCRIBE", "SETUP", "PLAY"]


@pytest.mark.parametrize("qop", [None, "auth"])
async def test_a_wrong_password_is_tried_once(qop: str | None) -> None:
    async with ScriptedServer(password="another", qop=qop) as server:
        client = client_of(server)
        for _ in range(3):
            with pytest.raises(AuthFailed) as caught:
                await Running(client).run()
            assert type(caught.value) is AuthFailed
            assert PASSWORD not in f"{caught.value!r} {caught.value} {caught.value.code}"
        assert server.refused == 1
        assert server.connections == 1
        assert server.methods == ["DESCRIBE"] * 2
        assert client.counts.refusals == {401: 1}


async def test_a_nonce_that_changes_with_each_refusal_gives_no_second_try() -> None:
    numbers = iter(range(100))
    async with ScriptedServer(lambda asked: server.challenge(nonce=f"n{next(numbers)}")) as server:
        with pytest.raises(AuthFailed):
            await Running(client_of(server)).run()
        assert server.methods == ["DESCRIBE"] * 2


@pytest.mark.parametrize("account", [None, Credentials(username=USER, password=PASSWORD)])
async def test_no_login_that_can_be_answered(account: Credentials | None) -> None:
    reply = Reply(status=401, headers=[("WWW-Authenticate", CHALLENGE if account is None else "Bearer x")])
    async with ScriptedServer(lambda asked: reply) as server:
        with pytest.raises(AuthFailed) as caught:
            await Running(client_of(server, credentials=account)).run()
        assert caught.value.code == "noLogin"
        assert server.methods == ["DESCRIBE"]


def renewing(*methods: str, stale: bool) -> Callable[[ScriptedServer], Callable[[Asked], Reply | None]]:
    """Refuse the first signed request of each method, with a new nonce."""

    def script(server: ScriptedServer) -> Callable[[Asked], Reply | None]:
        left = list(methods)

        def answer(asked: Asked) -> Reply | None:
            if asked.method not in left or not asked.auth:
                return None
            left.remove(asked.method)
            return server.challenge(stale=stale, nonce=f"{asked.method}{len(left)}")

        return answer

    return script


@pytest.mark.parametrize(
    ("methods", "stale"),
    [(("DESCRIBE",), True), (("SETUP",), True), (("SETUP",), False), (("PLAY", "SETUP", "TEARDOWN"), False)],
)
@pytest.mark.parametrize("qop", [None, "auth"])
async def test_a_nonce_that_is_used_up(methods: tuple[str, ...], stale: bool, qop: str | None) -> None:
    async with ScriptedServer(qop=qop, playing=frame(6, rtp(DOCUMENT, 1))) as server:
        server.script = renewing(*methods, stale=stale)(server)
        async with following(server) as running:
            await until(lambda: running.documents == [DOCUMENT])
        assert server.refused == 0
        for method in methods:
            assert len(server.of(method)) == (3 if method == "DESCRIBE" else 2)


async def test_a_nonce_that_is_always_stale() -> None:
    numbers = iter(range(100))
    async with ScriptedServer(lambda asked: server.challenge(nonce=f"n{next(numbers)}", stale=True)) as server:
        with pytest.raises(AuthFailed):
            await Running(client_of(server)).run()
        assert server.methods == ["DESCRIBE"] * 3


@pytest.mark.parametrize("renew", [True, False])
async def test_a_track_signed_with_the_address_of_the_stream(renew: bool) -> None:
    # 001_11da3581811fffe4.txt l.200 and 205.
    def answer(asked: Asked) -> Reply | None:
        if asked.method != "SETUP":
            return None
        if server.allowed(asked, f"rtsp://127.0.0.1:{server.port}{PATH}"):
            return server.usual(asked)
        return server.challenge(nonce=f"n{next(numbers)}" if renew else None)

    numbers = iter(range(100))
    async with ScriptedServer(answer, playing=frame(6, rtp(DOCUMENT, 1))) as server:
        async with following(server) as running:
            await until(lambda: running.documents == [DOCUMENT])
        assert {asked.url for asked in server.of("SETUP")} == {f"rtsp://127.0.0.1:{server.port}{PATH}/trackID=3"}
        assert [asked.auth["uri"].endswith("/trackID=3") for asked in server.of("SETUP")] == [True] * (1 + renew) + [
            False
        ]


@pytest.mark.parametrize("offered", [True, False])
@pytest.mark.parametrize("method", ["SETUP", "PLAY"])
async def test_a_refusal_after_the_password_was_right(method: str, offered: bool) -> None:
    async with ScriptedServer() as server:
        server.script = lambda asked: (
            (server.challenge() if offered else Reply(status=401)) if asked.method == method else None
        )
        client = client_of(server)
        for number in (1, 2):
            with pytest.raises(Forbidden) as caught:
                await Running(client).run()
            assert caught.value.code == "401"
            assert server.connections == number


@pytest.mark.parametrize("lasting", [True, False])
async def test_a_refusal_while_playing(lasting: bool) -> None:
    numbers = iter(range(100))
    async with ScriptedServer(timeout=";timeout=1") as server:
        running = Running(client_of(server))

        def answer(asked: Asked) -> Reply | None:
            if asked.method != "GET_PARAMETER" or (not lasting and server.allowed(asked, asked.url) and next(numbers)):
                return None
            return server.challenge(nonce=f"n{next(numbers)}")

        server.script = answer
        if lasting:
            # What the password is worth now, the next connection tells.
            with pytest.raises(CannotConnect) as caught:
                await running.run()
            assert caught.value.code == "401"
            assert len(server.of("GET_PARAMETER")) == 2
            return
        async with following(server):
            await until(lambda: len(server.of("GET_PARAMETER")) >= 4)
            assert server.connections == 1
