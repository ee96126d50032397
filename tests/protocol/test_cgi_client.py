"""The client of Sunell-type devices over sockets: candidates, records, commands, changes."""

from collections.abc import AsyncIterator, Callable

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.client import (
    NOT_TAKEN,
)
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import Pair, Record
from custom_components.ip_surveillance.protocol.errors import (
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
)

from .cgi_devices import NO_ALARM, Camera, Recorder, client_of, kind, open_device, usual
from .servers import Reply

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as made:
        yield made


@pytest.mark.parametrize("body", [b"", b"OK", NO_ALARM, b"error, Return=-311", b"-16"])
async def test_nothing_to_list(session: ClientSession, body: bytes) -> None:
    async with open_device(session, lambda *_: body) as (client, _):
        for record in (await client.get("currentAlarmStatus", cgi=("alarm",)), await client.read("alarm", ("a", "1"))):
            assert not record
            assert record.lists("alarmInfo") == ()


@pytest.mark.parametrize(
    ("body", "error", "code"),
    [
        (b"error, Return=-8", Rejected, "-8"),
        (b"Error,return=-511", Busy, "-511"),
        (b"-506", NotSupported, "-506"),
        (b"error, Return=-309", DeviceError, "-309"),
        (b"<html>x=1</html>", BadAnswer, "noRecord"),
        (b'{"a": "x=1"}', BadAnswer, "noRecord"),
        (b"Please use a browser", BadAnswer, "noRecord"),
    ],
)
async def test_answers_that_are_none(session: ClientSession, body: bytes, error: type[DeviceError], code: str) -> None:
    async with open_device(session, lambda *_: body) as (client, _):
        with pytest.raises(DeviceError) as raised:
            await client.get("OSD", ("cameraID", "1"))
        assert (type(raised.value), raised.value.code) == (error, code)
        assert client.counts[f"error {code}"] == 1


async def test_codes_in_other_statuses(session: ClientSession) -> None:
    replies = {"a": Reply(404, b"<html/>"), "b": Reply(500, b"Error,return=-505"), "c": Reply(503, b"")}
    async with open_device(session, lambda program, _: replies[program]) as (client, _):
        for program, error in (("a", NotSupported), ("b", Busy), ("c", Busy)):
            with pytest.raises(error):
                await client.read(program, ("action", "get"))


async def test_texts_and_pictures(session: ClientSession) -> None:
    bodies = {
        "video": b"rtsp://10.0.0.1:554/snl/live/1/1/-\r\n",
        "image": b"\xff\xd8\xff picture",
        "bad": b"error, Return=-8",
    }
    async with open_device(session, lambda program, _: bodies[program]) as (client, heard):
        assert await client.text("video", ("type", "RTSP"), ("cameraID", "1")) == "rtsp://10.0.0.1:554/snl/live/1/1/-"
        assert (await client.picture("image", ("cameraID", "1"), ("quality", "5"))).data == bodies["image"]
        assert heard == [
            ("video", (("type", "RTSP"), ("cameraID", "1"))),
            ("image", (("cameraID", "1"), ("quality", "5"))),
        ]
        for ask in (client.text("bad"), client.picture("bad")):
            with pytest.raises(Rejected):
                await ask
        with pytest.raises(BadAnswer):
            await client.picture("video")


async def test_parameters_keep_their_order_and_names_come_again(session: ClientSession) -> None:
    pairs = (("action", "set"), ("weekDay", "1"), ("name", "a b&c=ü"), ("weekDay", "2"), ("end", ""))
    async with open_device(session, lambda *_: b"Ok\r\n") as (client, heard):
        await client.operate("param", *pairs)
        assert heard == [("param", pairs)]


@pytest.mark.parametrize(
    ("body", "error"),
    [(b"", Rejected), (b"error, Return=-16", Rejected), (b"The test failed!!", Rejected), (b"-506", NotSupported)],
)
async def test_a_command_that_was_not_carried_out(
    session: ClientSession, body: bytes, error: type[DeviceError]
) -> None:
    async with open_device(session, lambda *_: body) as (client, heard):
        with pytest.raises(error):
            await client.operate("operate", ("action", "restart"))
        assert len(heard) == 1


async def test_a_command_is_not_repeated_on_a_dead_connection(session: ClientSession) -> None:
    async with open_device(session, lambda *_: None) as (client, heard):
        with pytest.raises(CannotConnect):
            await client.operate("operate", ("action", "restart"))
        assert len(heard) == 1


async def test_raw(session: ClientSession) -> None:
    async with Recorder(lambda *_: b"Error,return=-508") as recorder:
        recorder.handle = usual
        client = client_of(session, recorder)
        await client.check()
        recorder.handle = lambda *_: b"Error,return=-508"
        answer = await client.raw("GET", "/cgi-bin/param.cgi", (("action", "get"), ("type", "SMTPTest")))
        assert (answer.status, answer.body) == (200, b"Error,return=-508")
        recorder.handle = usual
        await client.check()


async def test_stream(session: ClientSession) -> None:
    part = b"--myboundary\r\nContent-Type: text/plain\r\n\r\nalarmInfoBegin=1\r\n"

    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes | Reply:
        if dict(pairs).get("action") == "attach":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=myboundary\r\n\r\n"
            return Reply(raw=head + part, hang=True)
        return usual(program, pairs)

    for device in (Camera(handle), Recorder(handle)):
        async with device:
            client = client_of(session, device)
            async with client.stream("alarm", ("action", "attach")) as stream:
                assert await anext(aiter(stream.chunks)) == part
                await client.check()


# What a device has.


async def test_candidates(session: ClientSession) -> None:
    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes | Reply:
        if program == "gone":
            return Reply(404, b"")
        if program == "param":
            return b"error, Return=-21"
        return b"mode=1\r\n" if kind(pairs) == "RedBlueLamp" else b"error, Return=-22"

    async with open_device(session, handle) as (client, heard):
        kinds, programs = ("RedBuleLamp", "RedBlueLamp"), ("gone", "param", "sensor")
        for _ in range(2):
            assert (await client.get(kinds, cgi=programs)).get("mode") == "1"
        assert [program for program, _ in heard] == [*programs, *programs, "sensor"]
        assert client.diagnostics()["programs"] == {
            "get RedBuleLamp|RedBlueLamp gone|param|sensor": "sensor RedBlueLamp"
        }
        client.forget("RedB")
        await client.get(kinds, cgi=programs)
        assert len(heard) == 13


async def test_candidates_of_commands(session: ClientSession) -> None:
    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        return b"OK" if program == "record" else b"error, Return=-22" if program == "operate" else b"error, Return=-8"

    async with open_device(session, handle) as (client, heard):
        for _ in range(2):
            await client.operate(("operate", "record"), ("action", "format"), ("diskID", "1"))
        assert [program for program, _ in heard] == ["operate", "record", "record"]
        with pytest.raises(Rejected):
            await client.operate(("param", "record"), ("action", "start"))
        assert len(heard) == 4


@pytest.mark.parametrize(
    "body",
    [f"error, Return={code}".encode() for code in (-8, -21, -22, -23, -401, -506, -513)] + [b"", Reply(404, b"")],
    ids=str,
)
async def test_what_is_lacking_is_asked_for_once(session: ClientSession, body: bytes | Reply) -> None:
    async with open_device(session, lambda *_: body) as (client, heard):
        for _ in range(3):
            assert await client.probe("perimeterParam", ("cameraID", "1")) is None
        assert len(heard) == 1
        assert len(client.lacking) == 1
        assert await client.probe("perimeterParam", ("cameraID", "2")) is None
        assert len(heard) == 2
        client.forget("cameraID=2")
        assert len(client.lacking) == 1
        client.forget()
        assert await client.probe("perimeterParam", ("cameraID", "1")) is None
        assert len(heard) == 3


async def test_what_failed_otherwise_is_not_lacking(session: ClientSession) -> None:
    bodies = [b"Error,return=-505", b"error, Return=-512", b"error, Return=-108", NO_ALARM, b"a=1"]
    async with open_device(session, lambda *_: bodies.pop(0)) as (client, _):
        for error in (Busy, Forbidden, Rejected):
            with pytest.raises(error):
                await client.probe("PlateInfo")
        empty = await client.probe("PlateInfo")
        assert empty is not None
        assert not empty
        assert (await client.probe("PlateInfo") or empty).get("a") == "1"
        assert client.lacking == ()


# Changes.


class Settings:
    """A type of a device that can be written."""

    def __init__(
        self, *pairs: Pair, whole: bool = False, resets: bool = False, deaf: bool = False, drops: str = ""
    ) -> None:
        self.pairs = list(pairs)
        self.writes: list[tuple[Pair, ...]] = []
        self.whole = whole
        self.resets = resets
        self.deaf = deaf
        self.drops = drops

    def __call__(self, program: str, pairs: tuple[Pair, ...]) -> bytes:
        if dict(pairs)["action"] == "get":
            return "".join(f"{name}={value}\r\n" for name, value in self.pairs).encode()
        sent = pairs[2:]
        self.writes.append(sent)
        alone = len(sent) < len(self.pairs)
        if alone and self.whole:
            return b"error, Return=-23"
        if not self.deaf:
            wanted = dict(sent)
            self.pairs = [
                (name, wanted.get(name, "0" if self.resets and alone else value)) for name, value in self.pairs
            ]
        return b"OK"


CAMERA = ("cameraID", "1")
FIELDS = (("enableFlag", "0"), ("sensitivity", "3.000000"), ("draw", "1"))
LIST = (("weekDayBegin", "1"), ("weekDay", "0"), ("weekDayEnd", "1"))


def switch_on(record: Record) -> Record:
    return record.replaced("enableflag", "1")


async def edited(session: ClientSession, device: Settings, change: Callable[[Record], Record] = switch_on) -> Record:
    async with open_device(session, device) as (client, _):
        return await client.edit("motionAlarm", change, read=(CAMERA,), write=(CAMERA,))


async def test_a_change_is_written_alone_and_read_back(session: ClientSession) -> None:
    device = Settings(*FIELDS, *LIST)
    record = await edited(session, device)
    assert device.writes == [(CAMERA, ("enableFlag", "1"))]
    assert record.get("enableFlag") == "1"


async def test_no_change_is_not_written(session: ClientSession) -> None:
    device = Settings(*FIELDS)
    await edited(session, device, lambda record: record.replaced("enableFlag", "0"))
    assert device.writes == []


@pytest.mark.parametrize("how", ["refused", "reset"])
async def test_all_is_written_where_a_field_alone_will_not_do(session: ClientSession, how: str) -> None:
    device = Settings(*FIELDS, *LIST, whole=how == "refused", resets=how == "reset")
    whole = (CAMERA, ("enableFlag", "1"), *FIELDS[1:], ("scheduleTimeAction", "cover"), *LIST)
    async with open_device(session, device) as (client, _):
        record = await client.edit("motionAlarm", switch_on, read=(CAMERA,), write=(CAMERA,))
        assert record.get("draw") == "1"
        assert device.writes == [(CAMERA, ("enableFlag", "1")), whole]
        await client.edit("motionAlarm", lambda now: now.replaced("draw", "0"), write=(CAMERA,))
        assert len(device.writes) == 3
        assert len(device.writes[2]) == len(whole)
        assert client.diagnostics()["written_whole"] == ["set motionAlarm param"]


async def test_a_change_in_a_list_is_written_with_all(session: ClientSession) -> None:
    device = Settings(CAMERA, *FIELDS, *LIST)
    record = await edited(session, device, lambda now: now.replaced("weekDay", "6", at=(("weekDay", 0),)))
    assert device.writes == [(CAMERA, *FIELDS, ("scheduleTimeAction", "cover"), LIST[0], ("weekDay", "6"), LIST[2])]
    assert record.items("weekDay") == ("6",)


async def test_a_value_that_did_not_stick(session: ClientSession) -> None:
    device = Settings(*FIELDS, deaf=True)
    async with open_device(session, device) as (client, _):
        with pytest.raises(Rejected) as raised:
            await client.edit("motionAlarm", switch_on)
        assert (raised.value.code, raised.value.details) == (NOT_TAKEN, ("enableflag",))
        assert client.counts[NOT_TAKEN] == 1
        assert [len(write) for write in device.writes] == [1, 3]


async def test_a_list_that_grew_did_not_stick(session: ClientSession) -> None:
    rows = ["0"]

    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        if dict(pairs)["action"] == "set":
            rows.extend(value for name, value in pairs if name == "id")
            return b"OK"
        return "\n".join(["newBegin=1", *(f"id={row}" for row in rows), "newEnd=1"]).encode()

    async with open_device(session, handle) as (client, _):
        with pytest.raises(Rejected) as raised:
            await client.edit("other", lambda now: now.replaced("id", "5", at=(("new", 0),)))
        assert raised.value.details == ("id", "new")


async def test_the_same_value_written_otherwise_has_stuck(session: ClientSession) -> None:
    device = Settings(*FIELDS)
    record = await edited(session, device, lambda now: now.replaced("sensitivity", "4"))
    device.pairs[1] = ("sensitivity", "4.000000")
    assert record.get("sensitivity") == "4"


async def test_a_reading_among_the_settings_is_no_loss(session: ClientSession) -> None:
    """It differs at each look, and the device refuses to have it written."""
    state = {"enableFlag": "0", "warmth": "20"}

    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        sent = dict(pairs)
        if sent["action"] == "set":
            if "warmth" in sent:
                return b"error, Return=-8"
            state["enableFlag"] = sent["enableFlag"]
            return b"OK"
        state["warmth"] = str(int(state["warmth"]) + 1)
        return "".join(f"{name}={value}\n" for name, value in state.items()).encode()

    async with open_device(session, handle) as (client, _):
        for _ in range(2):
            record = await client.edit(
                "thermal", lambda now: now.replaced("enableFlag", str(1 - int(state["enableFlag"])))
            )
            assert record.get("enableFlag") == state["enableFlag"]
        assert state["enableFlag"] == "0"


async def test_a_temperature_that_changes_meanwhile_is_not_written(session: ClientSession) -> None:
    """The camera would take it (l.23377); but nobody asked to have the other forty fields written."""
    device = Settings(("enableFlag", "0"), ("DisplayMode", "2"), ("CavityTemoperature", "37.5"))

    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        answer = device(program, pairs)
        device.pairs[2] = ("CavityTemoperature", f"{float(device.pairs[2][1]) + 0.1:f}")
        return answer

    async with open_device(session, handle) as (client, _):
        await client.edit("motionAlarm", switch_on)
    assert device.writes == [(("enableFlag", "1"),)]


async def test_a_command_among_the_settings_is_sent_again(session: ClientSession) -> None:
    device = Settings(("enableFlag", "1"), ("draw", "1"))
    async with open_device(session, device) as (client, _):
        await client.edit("motionAlarm", switch_on, again=("enableFlag", "other"))
    assert device.writes == [(("enableFlag", "1"),)]


async def test_another_refusal_of_a_write_is_final(session: ClientSession) -> None:
    def handle(program: str, pairs: tuple[Pair, ...]) -> bytes:
        return b"enableFlag=0\r\n" if dict(pairs)["action"] == "get" else b"error, Return=-5002"

    async with open_device(session, handle) as (client, heard):
        with pytest.raises(Rejected) as raised:
            await client.edit("HTTPS", switch_on, set_cgis=("network",))
        assert raised.value.code == "-5002"
        assert [program for program, _ in heard] == ["param", "network"]
        with pytest.raises(NotSupported):
            await client.edit("HTTPS", lambda now: now.replaced("other", "1"))
        assert len(heard) == 3
