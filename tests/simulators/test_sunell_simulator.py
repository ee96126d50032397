"""The simulator is an oracle: these tests look at it with raw HTTP, independent of the product."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from tests.simulators.sunell_cgi import PROFILES, Access, Capture, Noise, SunellSimulator, available, pages
from tests.simulators.sunell_cgi.media import CLIP
from tests.simulators.sunell_cgi.rawclient import client, eventually, plain
from tests.simulators.sunell_cgi.text import flat, line, parse

pytestmark = pytest.mark.usefixtures("socket_enabled")
INFO = "action=get&type=deviceInfo"


# --- the login


@pytest.mark.parametrize("access", [Access.DIGEST, Access.BASIC])
async def test_right_password_by_header(access: Access) -> None:
    async with SunellSimulator(auth=access) as sim, client(sim) as raw:
        assert (await raw.value("deviceInfo", "MACAddress")) == "00:1C:27:15:93:56"
        assert sim.auth.refused == []
    assert sim.requests[-1].status == 200


async def test_no_password_is_asked_for_with_a_challenge() -> None:
    async with SunellSimulator() as sim:
        status, _, challenges = await plain(sim, "param", INFO)
        assert status == 401
        assert challenges[0].startswith("Digest ")
        assert "MD5" in challenges[0]
        assert sim.auth.failures == 0
    async with SunellSimulator(auth="basic") as sim:
        assert (await plain(sim, "param", INFO))[2] == ['Basic realm="IPCamera Login"']


@pytest.mark.parametrize(("refusal", "status"), [(401, 401), (200, 200)])
async def test_wrong_password_and_the_lock(refusal: int, status: int) -> None:
    async with SunellSimulator(refusal=refusal) as sim:
        async with client(sim, "wrong") as raw:
            answers = [await raw.ask("param", INFO) for _ in range(3)]
        assert {answer[0] for answer in answers} == {status}
        assert answers[0][1] == b"error, Return=-508\r\n"
        assert sim.auth.locked
        async with client(sim) as raw:
            assert b"-527" in (await raw.ask("param", INFO))[1]
            sim.unlock()
            assert (await raw.ask("param", INFO))[0] == 200


async def test_credentials_as_first_two_parameters_only() -> None:
    async with SunellSimulator("nvr", auth="query") as sim:
        right = f"userName={sim.username}&password={sim.password}&{INFO}"
        assert (await plain(sim, "param", right))[1].startswith("deviceID=159360")
        late = f"{INFO}&userName={sim.username}&password={sim.password}"
        status, body, challenges = await plain(sim, "param", late)
        assert (status, body, challenges) == (200, "error, Return=-507", [])
        assert (await plain(sim, "param", f"userName=admin&password=no&{INFO}"))[1] == "error, Return=-508"
        assert (await plain(sim, "param", f"userName=nobody&password=no&{INFO}"))[1] == "error, Return=-507"
        assert (await plain(sim, "param", f"userName=admin&password=no&{INFO}"))[1] == "error, Return=-527"


async def test_device_information_may_be_open() -> None:
    async with SunellSimulator(open_info=True) as sim:
        assert (await plain(sim, "param", INFO))[0] == 200
        assert (await plain(sim, "param", "action=get&type=devicePort"))[0] == 401


async def test_low_rights_and_a_device_without_password() -> None:
    async with SunellSimulator("ptz", level="viewer") as sim, client(sim) as raw:
        assert len(await raw.get("deviceInfo")) == 16
        assert await raw.set("deviceName", "&deviceName=x") == "error, Return=-512"
        assert await raw.ptz("cameraID=1&action=rotate&pan=1&tilt=0") == "error, Return=-512"
        assert await raw.ptz("cameraID=1&action=listPreset") != "error, Return=-512"
    async with SunellSimulator(initialised=False) as sim:
        assert (await plain(sim, "param", INFO))[1] == "error, Return=-528"


# --- shapes


def test_every_page_survives_being_read_and_written() -> None:
    assert len(pages.library()) > 150
    for (name, _), page in pages.library().items():
        assert flat(parse(page)) == page, name


def test_nested_lists_are_found() -> None:
    page = pages.page("streamAbility", "C")
    assert page
    streams = parse(page)[1]
    assert streams.__class__.__name__ == "Listing"
    assert [line(pair) for pair in flat(parse(page))].count("next_AVStreamURL=2") == 1


async def test_answers_end_their_lines_as_the_document_counts_them() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        status, body = await raw.ask("sensor", "action=get&type=SceneMode&cameraID=1&schemeID=0")
        assert (status, body) == (200, b"Scene =0\r\nCorridorMode = 0\r\nMirrorMode=3\r\n")
        assert await raw.text("alarm", "action=get&type=currentAlarmStatus") == "Not Find AlarmInfo\r\n"
        async with raw.session.get(raw.url("param", INFO)) as answer:
            assert answer.headers["Content-Type"] == "text/plain"


async def test_addresses_of_streams_carry_an_inner_host() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.text("video", "type=RTSP&cameraID=1&streamID=3") == "rtsp://192.168.1.121:554/snl/live/1/3\r\n"
        assert await raw.text("video", "type=rtsp&cameraID=1&streamID=4") == "error, Return=-8\r\n"


async def test_pictures_want_a_quality() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.text("image", "cameraID=1") == "error, Return=-8\r\n"
        status, body = await raw.ask("image", "cameraID=1&quality=5")
        assert (status, body[:2]) == (200, b"\xff\xd8")
    async with SunellSimulator("nvr") as sim, client(sim) as raw:
        assert (await raw.ask("image", "cameraID=1&quality=5"))[1] == b"error, Return=-22\r\n"
        assert (await raw.ask("image", "type=snap&cameraID=2&quality=5"))[1][:2] == b"\xff\xd8"


@pytest.mark.parametrize("model", PROFILES)
async def test_every_model_answers_what_a_client_asks_first(model: str) -> None:
    async with SunellSimulator(model) as sim, client(sim) as raw:
        assert await raw.value("deviceInfo", "deviceID") == PROFILES[model].info["deviceID"]
        for kind in ("devicePort", "dateTime", "deviceDiskInfo"):
            assert not (await raw.get(kind))[0].startswith("error"), kind
        for kind in ("cameraInfo", "AVStream", "streamAbility", "motionAlarm"):
            assert not (await raw.get(kind, "&cameraID=1&streamID=1"))[0].startswith("error"), kind


async def test_unknown_types_and_programs() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.get("nonsense") == ["error, Return=-22"]
        assert await raw.get("deviceInfo", cgi="nonsense") == ["error, Return=-21"]
        assert await raw.get("deviceInfo", cgi="sensor") == ["error, Return=-21"]
        assert await raw.get("channelInfo") == ["error, Return=-22"]
        async with raw.session.get(f"{sim.url}/") as answer:
            assert answer.status == 404


async def test_a_type_can_be_bound_to_one_program() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.value("WhiteLedManualControl", "WhiteLedManualMode", "&cameraID=1") == "0"
        sim.programs["WhiteLedManualControl"] = (frozenset({"sensor"}), frozenset({"sensor"}))
        assert await raw.get("WhiteLedManualControl", "&cameraID=1") == ["error, Return=-21"]
        assert await raw.set("WhiteLedManualControl", "&cameraID=1&WhiteLedManualMode=1", cgi="sensor") == "OK"
        assert sim.store.get("WhiteLedManualControl", "WhiteLedManualMode") == "1"


async def test_only_the_listed_analyses_exist() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        listed = await raw.get("getSupportIntelligences", "&cameraID=1")
        assert listed[0] == "intelligenceAnalyseCount=11"
        assert listed[-1] == "intelligenceAnalyseEnd=1"
        assert sum(text.startswith("intelligenceAnalyse=") for text in listed) == 10
        assert await raw.value("perimeterParam", "enableFlag", "&cameraID=1") == "1"
        assert await raw.get("smokeParam", "&cameraID=1") == ["error, Return=-22"]


# --- recorders


async def test_a_recorder_lists_its_channels() -> None:
    async with SunellSimulator("nvr") as sim, client(sim) as raw:
        lines = await raw.get("channelInfo")
        assert lines[:3] == ["channelNum=16", "channelBinded=3", "channelBegin=1"]
        assert lines.count("channelStatus=5") == 2
        assert lines[-1] == "channelEnd=3"
        await sim.go_offline(2)
        assert (await raw.get("channelInfo")).count("channelStatus=5") == 1
        assert (await raw.get("currentAlarmStatus", cgi="alarm"))[1:4] == [
            "alarmMajorType=1",
            "alarmMinorType=4",
            "sourceID=2",
        ]
        await sim.channel_status(3, 0)
        assert "channelBinded=2" in await raw.get("channelInfo")


async def test_a_recorder_wants_a_camera_number_and_has_no_push() -> None:
    async with SunellSimulator("nvr") as sim, client(sim) as raw:
        assert await raw.get("cameraInfo") == ["error, Return=-8"]
        assert await raw.get("motionAlarm", "&cameraID=3") == ["error, Return=-502"]
        assert await raw.get("motionAlarm", "&cameraID=9") == ["error, Return=-513"]
        assert await raw.text("alarm", "action=attach") == "error, Return=-506\r\n"
        assert await raw.value("dayNight", "DTNhour", "&cameraID=1", cgi="sensor") == "18"
        assert await raw.set("HTTPS", "&httpsEnable=7", cgi="network") == "error, Return=-5002"
    async with SunellSimulator("nvr64") as sim, client(sim) as raw:
        assert "channelBinded=64" in await raw.get("channelInfo")


# --- recordings and streams


async def test_recordings_are_found_and_played() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        first = sim.world.recordings[0]
        span = f"&startTime={first.start:%Y%m%d%H%M%S}&endTime={first.end + timedelta(minutes=1):%Y%m%d%H%M%S}"
        lines = (await raw.text("record", f"action=query&cameraID=1{span}")).splitlines()
        assert lines[:2] == ["resultCount=2", "resultBegin=1"]
        assert "resultNext = 2" in lines
        assert lines[-2:] == ["dataLenth=2554168", "resultEnd=1"]
        status, clip = await raw.ask("record", f"action=playBack&cameraID=1&streamID=1{span}")
        assert (status, clip.count(b"Content-Type: video/h264")) == (200, len(CLIP))
        empty = "&startTime=19710101010000&endTime=19710101020000"
        assert await raw.text("record", f"action=query&cameraID=1{empty}") == "resultCount=0\r\n"


async def test_motion_jpeg_goes_on_until_the_client_leaves() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        sim.frame_seconds = 0.01
        async with raw.session.get(raw.url("video", "type=HTTP&cameraID=1&streamID=1&mjpegplay=1")) as answer:
            data = b""
            while data.count(b"Content-Type: image/jpeg") < 2:
                data += await answer.content.readany()
        assert data.startswith(b"--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: ")


async def test_sound_follows_a_head_that_announces_none() -> None:
    async with SunellSimulator(auth="basic") as sim:
        reader, writer = await asyncio.open_connection(sim.host, sim.port)
        head = (
            "POST /cgi-bin/audio.cgi?action=play&cameraID=1&EncoderType=G711_ALAW HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {aiohttp.encode_basic_auth(sim.username, sim.password)}\r\nContent-Length:0\r\n\r\n"
        )
        writer.write(head.encode() + b"\xd5" * 800)
        await reader.readuntil(b"OK")
        writer.write(b"\x55" * 800 + b"--myboundary--\r\n")
        await eventually(lambda: sim.world.sound[0].endswith(b"--myboundary--\r\n"))
        assert sim.world.sound[0].startswith(b"\xd5" * 800 + b"\x55" * 800)
        writer.write(b"GET /cgi-bin/param.cgi?action=get&type=deviceInfo HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"401")
        writer.close()


# --- noise, faults and limits


@pytest.mark.parametrize(
    ("noise", "text"),
    [
        (Noise.SPACED, "regionCount = 1\r\n"),
        (Noise.LF, "regionCount=1\nregionBegin=1\n"),
        (Noise.COUNTS, "regionCount=2\r\n"),
        (Noise.END_ONE, "pointEnd=1\r\n"),
        (Noise.NEXT_ONE, "next_pointURL=1\r\npointX=47"),
        (Noise.BARE, "\r\nregionBegin\r\n"),
        (Noise.NO_NEXT, "pointY=21.367521\r\npointX="),
        (Noise.DUPLICATE, "enableFlag=1\r\nenableFlag=1\r\n"),
        (Noise.GARBAGE, "next_weekDayURL=99\r\nendTime=1026575698\r\nweekDayEnd=2\r\n"),
        (Noise.CASE, "regioncount=1\r\n"),
        (Noise.COMMENTS, "enableFlag=1 //enableFlag of it\r\n"),
        (Noise.TRAILING_OK, "weekDayEnd=2\r\nOK\r\n"),
    ],
)
async def test_noise(noise: Noise, text: str) -> None:
    async with SunellSimulator(noise={noise}) as sim, client(sim) as raw:
        body = await raw.text("param", "action=get&type=perimeterParam&cameraID=1")
        assert text in body, body


async def test_damaged_words_and_code_pages() -> None:
    async with SunellSimulator(noise={Noise.DAMAGED}, charset="gbk") as sim, client(sim) as raw:
        assert await raw.get("voiceDenoise") == ["voiceDenoiRefer tonable=0"]
        sim.world.channels[1].name = "门口"
        _, body = await raw.ask("param", "action=get&type=cameraInfo&cameraID=1")
        assert body == "cameraName=门口\r\n".encode("gbk")


async def test_errors_can_be_spelled_and_forced() -> None:
    async with SunellSimulator(error_style="Error,return = {}") as sim, client(sim) as raw:
        sim.fail(-505, "type=devicePort", times=2)
        assert await raw.get("devicePort") == ["Error,return = -505"]
        assert await raw.get("devicePort") == ["Error,return = -505"]
        assert "httpPort=80" in await raw.get("devicePort")
        sim.fault.status_next(500, path="/cgi-bin/param")
        assert (await raw.ask("param", INFO))[0] == 500
        sim.fault.busy = True
        assert await raw.get("devicePort") == ["Error,return = -505"]


async def test_too_many_requests_at_once() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        await raw.get("devicePort")
        sim.max_parallel = 1
        sim.fault.delay = 0.05
        found = await asyncio.gather(raw.get("devicePort"), raw.get("devicePort"))
        assert ["error, Return=-511"] in found
        assert sim.peak == 2


async def test_journal_keeps_the_order_of_parameters() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        await raw.set("deviceName", "&deviceName=Gate")
        assert sim.queries(kind="deviceName") == [[("action", "set"), ("type", "deviceName"), ("deviceName", "Gate")]]
        assert sim.writes == sim.queries(kind="deviceName")


async def test_https_with_a_certificate_of_its_own() -> None:
    async with SunellSimulator(tls=True, auth="query") as sim, aiohttp.ClientSession() as session:
        address = f"{sim.url}/cgi-bin/param.cgi?userName=admin&password={sim.password}&{INFO}"
        async with session.get(address, ssl=False) as answer:
            assert answer.status == 200


# --- a recorded camera


@pytest.mark.skipif(not available(), reason="the recordings are not beside the repository")
async def test_a_recorded_camera_answers_what_was_recorded() -> None:
    async with SunellSimulator("capture") as sim, client(sim) as raw:
        for path, pairs, body in Capture.load().answers:
            query = "&".join(f"{key}={value}" for key, value in pairs)
            assert await raw.text(path.removeprefix("/cgi-bin/").removesuffix(".cgi"), query) == body
        assert await raw.get("motionAlarm", "&cameraID=1") == ["Error,return=-22"]
        assert (await plain(sim, "param", INFO))[0] == 200
        assert (await plain(sim, "param", "action=get&type=devicePort"))[0] == 401
