"""HTTP to a device: bounds, faults, redirects, streams, TLS."""

import asyncio
from collections.abc import AsyncIterator
import gc
import socket
from typing import override
import zlib

from aiohttp import ClientSession, CookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest
import pytest_socket

from custom_components.ip_surveillance.protocol.errors import (
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
    TimedOut,
    TlsError,
)
from custom_components.ip_surveillance.protocol.transport.answers import Response, fault_error
from custom_components.ip_surveillance.protocol.transport.auth import Login
from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.http import HttpTransport, Stats, device_url
from tests.simulators.tls import server_context

from .servers import PASSWORD, USER, DigestDevice, Reply, Request, Server, until

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    # Takes cookies of addresses too, so that the tests see whether any are kept.
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


def transport_to(session: ClientSession, server: Server, *, timeout: float = 5.0, tls: bool = False) -> HttpTransport:
    return HttpTransport(session, device_url(server.host, server.port, tls=tls), Login(None), timeout=timeout)


def replying(reply: Reply | None) -> Server:
    async def answer(_: Request) -> Reply | None:
        return reply

    return Server(answer)


async def test_answer(session: ClientSession) -> None:
    headers = [("Content-Type", "Application/XML; charset=UTF-8")]
    async with replying(Reply(200, b"<a/>", headers)) as server:
        transport = transport_to(session, server)
        answer = await transport.request("GET", "relative", query=[("b", "1"), ("a", "2"), ("b", "3")])
    assert (answer.status, answer.body, answer.content_type) == (200, b"<a/>", "application/xml")
    assert (answer.method, answer.path) == ("GET", "relative")
    assert server.requests[0].target == "/relative?b=1&a=2&b=3"
    assert "accept-encoding" not in server.requests[0].headers
    assert transport.stats == Stats(requests=1, received=4)


async def test_path_cannot_leave_the_device(session: ClientSession) -> None:
    async with replying(Reply()) as server:
        transport = transport_to(session, server)
        await transport.request("GET", "@127.0.0.2/x?y#z")
        await transport.request("GET", "//127.0.0.2/x")
    assert [request.target for request in server.requests] == ["/@127.0.0.2/x%3Fy%23z", "//127.0.0.2/x"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadAnswer),
        (403, Forbidden),
        (404, NotSupported),
        (405, NotSupported),
        (500, BadAnswer),
        (501, NotSupported),
        (503, Busy),
        (304, BadAnswer),
    ],
)
async def test_statuses(session: ClientSession, status: int, error: type[DeviceError]) -> None:
    async with replying(Reply(status, b"")) as server:
        transport = transport_to(session, server)
        with pytest.raises(DeviceError) as raised:
            await transport.request("GET", "/a")
        assert type(raised.value) is error
        assert raised.value.code == f"HTTP {status}"
        assert transport.stats.failures == {error.__name__: 1}
        assert (await transport.request("GET", "/a", check=False)).status == status


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("999999", 3600.0), ("soon", None), ("-1", None), ("9" * 4000, None), ("", None)],
)
async def test_retry_after(session: ClientSession, header: str, seconds: float | None) -> None:
    async with replying(Reply(503, b"", [("Retry-After", header)])) as server:
        with pytest.raises(Busy) as error:
            await transport_to(session, server).request("GET", "/a")
    assert error.value.retry_after == seconds


async def test_family_reads_the_failure(session: ClientSession) -> None:
    def interpret(response: Response) -> DeviceError | None:
        if b"lowPrivilege" in response.body:
            return Forbidden("rights", code="lowPrivilege")
        return Rejected("excluded", code="conflict", details=["line"]) if response.status == 400 else None

    replies = [Reply(404, b"lowPrivilege"), Reply(400, b"?"), Reply(500, b"?")]

    async def answer(_: Request) -> Reply:
        return replies.pop(0)

    async with Server(answer) as server:
        transport = HttpTransport(
            session, device_url(server.host, server.port, tls=False), Login(None), interpret=interpret
        )
        with pytest.raises(Forbidden):
            await transport.request("GET", "/a")
        with pytest.raises(Rejected) as rejected:
            await transport.request("PUT", "/a", body=b"x")
        assert rejected.value.details == ("line",)
        with pytest.raises(BadAnswer):
            await transport.request("GET", "/a")


async def test_size_is_bounded_while_reading(session: ClientSession) -> None:
    async with replying(Reply(200, b"x" * 100_000)) as server:
        transport = transport_to(session, server)
        assert len((await transport.request("GET", "/a", max_size=100_000)).body) == 100_000
        with pytest.raises(BadAnswer, match="larger than 99999"):
            await transport.request("GET", "/a", max_size=99_999)
        assert (await transport.request("GET", "/a")).status == 200


async def test_compressed_body_is_bounded(session: ClientSession) -> None:
    bomb = zlib.compress(b"\0" * 50_000_000)
    async with replying(Reply(200, bomb, [("Content-Encoding", "deflate")])) as server:
        with pytest.raises(BadAnswer, match="larger"):
            await transport_to(session, server).request("GET", "/a")


@pytest.mark.parametrize("raw", [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"HTT", b""])
async def test_slow_answers_time_out(session: ClientSession, raw: bytes) -> None:
    async with replying(Reply(raw=raw, hang=True)) as server:
        transport = transport_to(session, server, timeout=0.1)
        with pytest.raises(TimedOut):
            await transport.request("GET", "/a")
        with pytest.raises(TimedOut):
            await transport.request("GET", "/a", timeout=0.05)
        assert transport.stats.failures == {"TimedOut": 2}


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", CannotConnect),
        (b"", CannotConnect),
        (b"SSH-2.0-dropbear\r\n", BadAnswer),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", DeviceError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n", BadAnswer),
    ],
)
async def test_broken_answers(session: ClientSession, raw: bytes, error: type[DeviceError]) -> None:
    async with replying(Reply(raw=raw, close=True)) as server:
        with pytest.raises(error):
            await transport_to(session, server).request("GET", "/a")


async def test_no_connection(session: ClientSession) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    transport = HttpTransport(session, device_url("127.0.0.1", port, tls=False), Login(None))
    with pytest.raises(CannotConnect) as error:
        await transport.request("GET", "/a")
    assert type(error.value) is CannotConnect
    assert error.value.detail
    with pytest.raises(CannotConnect):
        async with transport.stream("GET", "/a"):
            pass


async def test_unknown_host_name() -> None:
    class Nowhere(AbstractResolver):
        @override
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            raise OSError(-2, "Name or service not known")

        @override
        async def close(self) -> None:
            pass

    async with ClientSession(connector=TCPConnector(resolver=Nowhere())) as session:
        transport = HttpTransport(session, device_url("camera.invalid", 80, tls=False), Login(None))
        with pytest.raises(CannotConnect, match="host name not found"):
            await transport.request("GET", "/a")


def test_faults_have_words() -> None:
    assert fault_error(OSError(113, "No route to host")).detail == "No route to host"
    assert type(fault_error(OSError())) is CannotConnect
    assert type(fault_error(RuntimeError("http://u:p@h/?password=x"))) is CannotConnect
    assert fault_error(RuntimeError("http://u:p@h/?password=x")).detail == "RuntimeError"


@pytest.mark.parametrize(("method", "works"), [("GET", True), ("PUT", False), ("POST", False)])
async def test_connection_closed_while_idle(session: ClientSession, method: str, works: bool) -> None:
    """The device drops the kept connection as the second request arrives."""

    async def answer(request: Request) -> Reply | None:
        first = next(seen for seen in server.requests if seen.connection == request.connection)
        return Reply() if first is request else None

    async with Server(answer) as server:
        transport = transport_to(session, server)
        await transport.request("GET", "/a")
        if works:
            assert (await transport.request(method, "/a")).status == 200
        else:
            with pytest.raises(CannotConnect):
                await transport.request(method, "/a", body=b"x")
        assert [request.method for request in server.requests[1:]] == [method] * (2 if works else 1)
        assert transport.stats.resent == works


async def test_idempotent_write_is_sent_again_and_no_request_twice(session: ClientSession) -> None:
    async with replying(None) as server:
        transport = transport_to(session, server)
        for idempotent, count in ((True, 2), (False, 1)):
            server.requests.clear()
            with pytest.raises(CannotConnect):
                await transport.request("PUT", "/a", body=b"x", idempotent=idempotent)
            assert [request.body for request in server.requests] == [b"x"] * count


async def test_redirects_stay_on_the_device(session: ClientSession) -> None:
    async def answer(request: Request) -> Reply:
        return Reply(302, b"moved", [("Location", "/new?x=1")]) if request.target == "/old" else Reply()

    async with Server(answer) as server:
        transport = transport_to(session, server)
        assert (await transport.request("GET", "/old")).body == b"ok"
        assert [request.target for request in server.requests] == ["/old", "/new?x=1"]
        with pytest.raises(BadAnswer, match="command"):
            await transport.request("PUT", "/old", body=b"x")


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("https://127.0.0.1/a", TlsError),
        ("https://127.0.0.1:8443/a", TlsError),
        ("http://127.0.0.2/a", BadAnswer),
        ("//127.0.0.2/a", BadAnswer),
        ("http://127.0.0.1:1/a", BadAnswer),
        ("https://other/a", BadAnswer),
        ("javascript:x", BadAnswer),
        ("http://[", BadAnswer),
        ("/a", BadAnswer),
        ("", BadAnswer),
    ],
)
async def test_redirects_that_are_refused(session: ClientSession, location: str, error: type[DeviceError]) -> None:
    class Redirecting(DigestDevice):
        @override
        async def serve(self, request: Request) -> Reply:
            return Reply(301, b"", [("Location", location)])

    async with Redirecting() as device:
        login = Login(Credentials(username=USER, password=PASSWORD))
        transport = HttpTransport(session, device_url(device.host, device.port, tls=False), login)
        with pytest.raises(error) as raised:
            await transport.request("GET", "/a")
        assert type(raised.value) is error


async def test_no_cookies(session: ClientSession) -> None:
    session.cookie_jar.update_cookies({"other": "kept"})
    async with replying(Reply(headers=[("Set-Cookie", "WebSession=abc; path=/")])) as server:
        transport = transport_to(session, server)
        for _ in range(2):
            await transport.request("GET", "/a")
        assert all("cookie" not in request.headers for request in server.requests)
    assert [cookie.key for cookie in session.cookie_jar] == ["other"]


async def test_three_requests_at_once(session: ClientSession) -> None:
    async def answer(_: Request) -> Reply:
        await asyncio.sleep(0.005)
        return Reply()

    async with Server(answer) as server:
        transport = transport_to(session, server)
        reads = (transport.request("GET", f"/{number}") for number in range(12))
        writes = (transport.request("PUT", f"/{number}", body=b"x") for number in range(6))
        await asyncio.gather(*reads, *writes)
    assert server.most_running == 3
    assert len(server.requests) == 18


async def test_a_write_does_not_queue_behind_slow_reads(session: ClientSession) -> None:
    release = asyncio.Event()

    async def answer(request: Request) -> Reply:
        if request.method == "GET":
            await release.wait()
        return Reply()

    async with Server(answer) as server:
        transport = transport_to(session, server)
        reads = [asyncio.create_task(transport.request("GET", f"/{number}")) for number in range(5)]
        await until(lambda: len(server.requests) == 2)
        await transport.request("PUT", "/stop", body=b"x")
        assert [request.method for request in server.requests] == ["GET", "GET", "PUT"]
        release.set()
        await asyncio.gather(*reads)


async def test_a_search_by_post_is_a_read(session: ClientSession) -> None:
    release = asyncio.Event()

    async def answer(request: Request) -> Reply:
        if request.method == "POST":
            await release.wait()
        return Reply()

    async with Server(answer) as server:
        transport = transport_to(session, server)
        searches = [
            asyncio.create_task(transport.request("POST", f"/{number}", body=b"x", idempotent=True))
            for number in range(5)
        ]
        await until(lambda: len(server.requests) == 2)
        await transport.request("PUT", "/stop", body=b"x")
        assert [request.method for request in server.requests] == ["POST", "POST", "PUT"]
        release.set()
        await asyncio.gather(*searches)


async def test_exclusive_keeps_others_out(session: ClientSession) -> None:
    order: list[str] = []
    async with replying(Reply()) as server:
        transport = transport_to(session, server)

        async def change(name: str) -> None:
            async with transport.exclusive():
                order.append(name)
                await transport.request("GET", "/a")
                await transport.request("PUT", "/a", body=b"x")
                order.append(name)

        await asyncio.gather(change("a"), change("b"), change("c"))
    assert order == ["a", "a", "b", "b", "c", "c"]


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"


async def test_stream(session: ClientSession) -> None:
    async with replying(Reply(raw=HEAD + b"one", close=True)) as server:
        transport = transport_to(session, server)
        async with transport.stream("GET", "/s", query=[("a", "1")]) as stream:
            assert stream.status == 200
            assert stream.headers["content-type"] == "multipart/mixed; boundary=x"
            assert b"".join([chunk async for chunk in stream.chunks]) == b"one"
        assert transport.stats == Stats(streams=1, received=3)


async def test_streams_take_no_slots(session: ClientSession) -> None:
    async def answer(request: Request) -> Reply:
        return Reply(raw=HEAD + b"x", hang=True) if request.target == "/s" else Reply()

    async with Server(answer) as server:
        transport = transport_to(session, server)
        async with (
            transport.stream("GET", "/s") as one,
            transport.stream("GET", "/s"),
            transport.stream("GET", "/s"),
            transport.stream("GET", "/s"),
        ):
            assert (await transport.request("GET", "/a")).status == 200
            assert await anext(one.chunks) == b"x"


async def test_stream_outlives_the_request_timeout_and_has_its_own(session: ClientSession) -> None:
    async with replying(Reply(raw=HEAD, hang=True)) as server:
        transport = transport_to(session, server, timeout=5)
        with pytest.raises(TimedOut):
            async with transport.stream("GET", "/s", read_timeout=0.05) as stream:
                await anext(stream.chunks)
        async with transport.stream("GET", "/s", timeout=0.05) as stream:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(stream.chunks), 0.2)
    async with replying(Reply(raw=b"", hang=True)) as server:
        with pytest.raises(TimedOut):
            async with transport_to(session, server, timeout=0.05).stream("GET", "/s"):
                pass


async def test_stream_refused_or_cut(session: ClientSession) -> None:
    async with replying(Reply(404, b"no")) as server:
        with pytest.raises(NotSupported):
            async with transport_to(session, server).stream("GET", "/s"):
                pass
    cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nx"
    async with replying(Reply(raw=cut, close=True)) as server:
        transport = transport_to(session, server)
        received = b""
        with pytest.raises(CannotConnect):  # noqa: PT012
            async with transport.stream("GET", "/s") as stream:
                async for chunk in stream.chunks:
                    received += chunk
        assert received == b"abcx"
        assert transport.stats.failures == {"CannotConnect": 1}


async def test_stream_logs_in(session: ClientSession) -> None:
    async with DigestDevice() as device:
        login = Login(Credentials(username=USER, password=PASSWORD))
        transport = HttpTransport(session, device_url(device.host, device.port, tls=False), login)
        async with transport.stream("POST", "/s", body=b"<subscribe/>", content_type="application/xml") as stream:
            assert b"".join([chunk async for chunk in stream.chunks]) == b"in"
        assert device.requests[-1].body == b"<subscribe/>"
        assert (await transport.request("GET", "/a")).body == b"in"
        assert len(device.requests) == 3


async def test_cancelling_leaves_nothing(session: ClientSession) -> None:
    async with replying(Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", hang=True)) as server:
        transport = transport_to(session, server)
        before = asyncio.all_tasks()
        tasks = [asyncio.create_task(transport.request("GET", "/a")) for _ in range(5)]

        async def listen() -> None:
            async with transport.stream("GET", "/s") as stream:
                async for _ in stream.chunks:
                    pass

        await until(lambda: len(server.requests) == 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        listening = asyncio.create_task(listen())
        await until(lambda: transport.stats.received == 1)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        assert isinstance(session.connector, TCPConnector)
        assert not session.connector._acquired
        assert not session.connector._conns
        assert transport.stats.failures == {}
        await until(lambda: server.running == 0)
        left = {task for task in asyncio.all_tasks() - before if "Server" not in repr(task.get_coro())}
        assert left == set()
        gc.collect()


async def test_tls(session: ClientSession) -> None:
    async def answer(_: Request) -> Reply:
        return Reply()

    async with Server(answer, tls=server_context()) as server:
        base = device_url(server.host, server.port, tls=True)
        with pytest.raises(TlsError) as error:
            await HttpTransport(session, base, Login(None)).request("GET", "/a")
        assert "self-signed certificate" in error.value.detail
        answered = await HttpTransport(session, base, Login(None), verify_ssl=False).request("GET", "/a")
        assert answered.body == b"ok"


async def test_tls_to_a_plain_port(session: ClientSession) -> None:
    class Plain(Server):
        @override
        async def _talk(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(b"HTTP/1.1 400 no\r\n\r\n")
            await writer.drain()
            writer.close()

    async with Plain() as server:
        transport = transport_to(session, server, tls=True)
        with pytest.raises(TlsError):
            await transport.request("GET", "/a")


async def test_ipv6(session: ClientSession) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"])
    device = DigestDevice(host="::1")
    try:
        await device.__aenter__()
    except OSError:
        pytest.skip("no IPv6 on this machine")
    try:
        login = Login(Credentials(username=USER, password=PASSWORD))
        for host in ("::1", "[::1]"):
            transport = HttpTransport(session, device_url(host, device.port, tls=False), login)
            assert (await transport.request("GET", "/a", query=[("x", "a b")])).body == b"in"
        assert device.requests[0].headers["host"] == f"[::1]:{device.port}"
        assert device.wrong == []
    finally:
        await device.__aexit__()
