"""The simulated receiver: what its panels do and tell, how the subscription is framed, the control endpoint."""

from contextlib import suppress
import json

from aiohttp import ClientError, ClientSession
import pytest

from tests.simulators.ip_receiver import MAIN, Actor, Blemish, Control, Framing, ReceiverSimulator, index
from tests.simulators.ip_receiver.rawclient import ALL_EVENTS, SUBSCRIBE, client, listening
from tests.simulators.ip_receiver.scenes import SCENES
from tests.simulators.ip_receiver.words import EVENT_TEXTS

pytestmark = pytest.mark.usefixtures("socket_enabled")
FRONT, HALL, GARDEN, SMOKE, WATER, PANIC, GARAGE = 1, 2, 3, 4, 5, 7, 10


# --- panels


async def test_arming_away_and_disarming() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:
        status, tree = await raw.panel("PUT", "control/arm/1", MAIN, ways="away")
        assert (status, tree["statusCode"], tree["subStatusCode"]) == (200, 1, "ok")
        partitions = await raw.partitions(MAIN)
        assert [partitions[n]["arming"] for n in (1, 2)] == ["away", "disarm"]
        assert sim.zone(MAIN, HALL).armed
        await raw.panel("PUT", "control/disarm/1", MAIN)
        assert (await raw.partitions(MAIN))[1]["arming"] == "disarm"
        await heard.until(b'"1401"')
        assert heard.codes == ["3401", "1401"]
        assert heard.alerts[0]["CIDAlarm"]["CIDParam"] == "2,1,-1,-1,-1,-1,-1,admin"
        assert heard.alerts[0]["deviceID"] == "1001"


async def test_exit_delay_and_disarming_meanwhile() -> None:
    async with ReceiverSimulator(exit_delay=0.05) as sim, client(sim) as raw, listening(raw, sim) as heard:
        await raw.panel("PUT", "control/arm/1", MAIN, ways="stay")
        assert (await raw.partitions(MAIN))[1]["arming"] == "arming"
        zone = (await raw.zones(MAIN))["ZoneList"][HALL - 1]["Zone"]
        assert zone["isArming"] is True
        await sim.disarm_locally(MAIN, 1)
        await raw.panel("PUT", "control/arm/1", MAIN, ways="away")
        await heard.until(b'"3401"')
        assert heard.codes == ["1401", "3401"]
        assert sim.world.panel(MAIN).partitions[1].arming == "away"


async def test_all_partitions_leave_out_disabled_ones() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        _, tree = await raw.panel("PUT", "control/arm/0xffffffff", MAIN, ways="stay")
        assert tree["statusCode"] == 1
        partitions = await raw.partitions(MAIN)
        assert [row["arming"] for row in partitions.values()] == ["stay", "stay", "disarm"]
        for number in ("0", "3", "7", "x"):
            _, tree = await raw.panel("PUT", f"control/arm/{number}", MAIN, ways="stay")
            assert tree["subStatusCode"] == "badParameters"


async def test_open_or_broken_zones_refuse_arming_unless_bypassed() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:

        async def arm() -> str:
            _, tree = await raw.panel("PUT", "control/arm/2", MAIN, ways="away")
            return str(tree["subStatusCode"])

        await sim.open_zone(MAIN, GARAGE)
        assert await arm() == "armingFailed"
        await raw.panel("PUT", "control/bypass", MAIN, {"List": [{"id": GARAGE}]})
        assert await arm() == "ok"
        _, tree = await raw.panel("PUT", "control/bypassRecover", MAIN, {"List": [{"id": FRONT}]})
        assert tree["subStatusCode"] == "armedStatus"
        await raw.panel("PUT", "control/disarm/2", MAIN)
        assert sim.zone(MAIN, GARAGE).bypassed is False
        await sim.close_zone(MAIN, GARAGE)
        await sim.break_zone(MAIN, GARAGE)
        assert await arm() == "zoneFault"
        sim.refuse_arming(MAIN, "arming")
        assert await arm() == "arming"
        await heard.until(b'"1822"', 2)
        assert heard.codes == ["1822", "1570", "3401", "1401", "3570", "1380", "1822"]


async def test_bypass_may_survive_disarming() -> None:
    async with ReceiverSimulator() as sim:
        panel = sim.world.panel(MAIN)
        panel.bypass_survives = True
        panel.zones[HALL].bypassed = True
        await sim.disarm_locally(MAIN, 1)
        assert panel.zones[HALL].bypassed


async def test_alarm_restore_clear() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:
        await sim.open_zone(MAIN, HALL)
        await sim.close_zone(MAIN, HALL)
        await sim.arm_locally(MAIN, 1)
        await sim.open_zone(MAIN, HALL)
        await sim.close_zone(MAIN, HALL)
        partition = sim.world.panel(MAIN).partitions[1]
        assert (partition.alarm, sim.zone(MAIN, HALL).alarm) == (True, False)
        await raw.panel("PUT", "control/clearAlarm/1", MAIN)
        assert (partition.alarm, partition.arming) == (False, "away")
        await heard.until(b'"1406"')
        assert heard.codes == ["3401", "1132", "3132", "1406"]
        assert heard.alerts[1]["CIDAlarm"]["zoneNo"] == HALL


async def test_entry_delay() -> None:
    async with ReceiverSimulator(entry_delay=0.05) as sim, client(sim) as raw, listening(raw, sim) as heard:
        await sim.arm_locally(MAIN, 1)
        await sim.open_zone(MAIN, FRONT)
        await sim.disarm_locally(MAIN, 1)
        await sim.close_zone(MAIN, FRONT)
        await sim.arm_locally(MAIN, 1)
        await sim.open_zone(MAIN, FRONT)
        assert sim.world.panel(MAIN).partitions[1].alarm is False
        await heard.until(b'"1134"')
        assert heard.codes == ["3401", "1401", "3401", "1134"]


async def test_zones_that_always_watch_and_stay_mode() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:
        for zone in (SMOKE, WATER, PANIC):
            await sim.open_zone(MAIN, zone)
        await sim.arm_locally(MAIN, 1, "stay")
        await sim.open_zone(MAIN, HALL)
        await sim.tamper(MAIN, HALL)
        await sim.tamper(MAIN, HALL, False)
        await sim.link_zone(MAIN, HALL, False)
        await sim.mains(MAIN, False)
        await heard.until(b'"1301"')
        assert heard.codes == ["1110", "1154", "1123", "3441", "1137", "3137", "1914", "1301"]


async def test_video_follows_with_the_same_uuid() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:
        uuid = await sim.trigger(MAIN, GARDEN)
        await heard.until(b'"videoReview"')
        record, review = heard.alerts
        params = review["VideoReview"]["HikCIDParams"]
        assert record["CIDAlarm"]["UUID"] == params["UUID"] == uuid
        assert (record["CIDAlarm"]["zoneNo"], params["ZoneNo"], record["CIDAlarm"]["isVideo"]) == (GARDEN, GARDEN, 2)
        assert [info["cameraPosition"] for info in params["videoInfoList"]] == ["left", "right"]
        async with raw.session.get("/" + params["videoURL"]) as answer:
            assert answer.content_type == "video/mp4"


async def test_codes_numbers_and_users() -> None:
    async with ReceiverSimulator("mixed") as sim, client(sim) as raw, listening(raw, sim) as heard:
        user = Actor(kind=1, number=4, name="Ann, B", keypad=2)
        await sim.emit_code(index(3), "1103", zone=5, partition=1, user=user, uuid="u-1", isTalk=1, UUID=None)
        await sim.emit_code(MAIN, "1121", user="Bob")
        await heard.until(b'"1121"')
        first, second = (alert["CIDAlarm"] for alert in heard.alerts)
        assert (first["zoneNo"], first["CIDParam"]) == (105, "1,4,5,2,-1,-1,-1,Ann, B")
        assert (first["isTalk"], "UUID" in first) == (1, False)
        assert (second["subSys"], second["CIDType"], "zoneNo" in second) == (0, 4, False)


# --- other messages


async def test_devices_come_and_go() -> None:
    async with ReceiverSimulator("mixed") as sim, client(sim) as raw, listening(raw, sim) as heard:
        await sim.set_online(index(5), False)
        await sim.remove_device(index(6))
        await sim.hpp_connection(False)
        await sim.device_heartbeat(index(5))
        await heard.until(b'"1602"')
        changed, deleted, cloud, sign = heard.alerts
        assert (changed["status"], changed["devIndex"]) == ("offline", index(5))
        assert (deleted["eventType"], deleted["devIndex"]) == ("devicedeleted", index(6))
        assert (cloud["eventType"], cloud["status"], "devIndex" in cloud) == (
            "hppConnectionStatusChanged",
            "abnormal",
            False,
        )
        assert sign["CIDAlarm"].keys() == {"CIDCode", "CIDDescribe", "CIDParam"}
        assert (await raw.devices())["totalMatches"] == 12


@pytest.mark.parametrize("event", SCENES)
async def test_scenes(event: str) -> None:
    async with ReceiverSimulator("mixed") as sim, client(sim) as raw, listening(raw, sim) as heard:
        assert await sim.happen(index(7), event, state="inactive", channel=2, review=True) == 1
        await heard.until(b'"VideoReview"')
        alert = heard.alerts[0]
        assert (alert["eventType"], alert["eventState"], alert["channelID"]) == (event, "inactive", "2")
        assert alert["eventDescription"] == EVENT_TEXTS.get(event, f"{event} alarm")


async def test_pictures_of_a_detector() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:
        urls = await sim.pir(MAIN, GARDEN, pictures=2)
        await heard.until(b'"PIR"')
        alert = heard.alerts[0]
        assert [row["resourcesContent"] for row in alert["CaptureList"]] == urls
        assert alert["ZoneNo"] == GARDEN


# --- framing


@pytest.mark.parametrize("framing", Framing)
async def test_framing(framing: Framing) -> None:
    async with ReceiverSimulator(framing=framing, heartbeat=0.05) as sim, client(sim) as raw:
        async with listening(raw, sim) as heard:
            assert "boundary" in heard.answer.headers["Content-Type"]
            assert await sim.push({"EventNotificationAlert": {"eventType": "a"}}, b'{"EventNotificationAlert') == 1
            await heard.until(b"heartBeat")
            first, pushed, cut, *_ = heard.bodies
            assert json.loads(first) == {"SubscribeDeviceMgmtRsp": {"id": 5939}}
            assert json.loads(pushed)["EventNotificationAlert"] == {"eventType": "a"}
            assert cut == b'{"EventNotificationAlert'
            assert (b"\r\n--boundary" in heard.data) is (framing not in (Framing.BARE_LF, Framing.SAMPLE))
            assert (b"Content-Length" in heard.data) is (framing is not Framing.NO_LENGTH)
        await sim.wait_streams(0)


async def test_heartbeats_count_for_each_subscriber() -> None:
    async with ReceiverSimulator(heartbeat=0.02) as sim, client(sim) as raw, listening(raw, sim) as first:
        await first.until(b'"activePostCount":2')
        async with listening(raw, sim) as second:
            await second.until(b'"activePostCount":1')
            assert sim.subscriptions == [5939, 5940]
            await sim.emit(MAIN, "VMD")
            for heard in (first, second):
                await heard.until(b'"VMD"')


async def test_small_segments_and_silence() -> None:
    async with ReceiverSimulator(heartbeat=0.02) as sim, client(sim) as raw:
        sim.fault.no_heartbeat = True
        async with listening(raw, sim) as heard:
            sim.push_streams.segment = 20
            await sim.emit_code(MAIN, "1301")
            assert (await heard.until(b'"1301"')).count(b"heartBeat") == 0
            sim.fault.silent = True
            assert await sim.emit(MAIN, "VMD") == 0
            assert sim.streams == 1


async def test_ways_to_end() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw:
        async with listening(raw, sim) as heard:
            path = "/ISAPI/Event/notification/unSubscribeDeviceMgmt"
            status, tree = await raw.ask("DELETE", f"{path}/{sim.subscriptions[0]}?format=json")
            assert (status, tree["statusCode"]) == (200, 1)
            assert not (await heard.end()).rstrip().endswith(b"--")
            assert sim.unsubscribed == [5939]
            _, tree = await raw.ask("DELETE", f"{path}/5939?format=json")
            assert tree["subStatusCode"] == "theSessionIdDoesNotExist"
        async with listening(raw, sim) as heard:
            sim.fault.close_streams()
            with suppress(ClientError):
                await heard.end()
            await sim.wait_streams(0)
        async with listening(raw, sim):
            await sim.arm_locally(MAIN, 1)
            await sim.restart(0)
            await sim.wait_streams(0)
        assert (await raw.partitions(MAIN))[1]["arming"] == "away"


@pytest.mark.parametrize(("style", "status"), [("status", 403), ("ok", 200), ("part", 200)])
async def test_limit(style: str, status: int) -> None:
    async with ReceiverSimulator(max_streams=0) as sim, client(sim) as raw:
        sim.limit_style = style
        async with raw.session.post(SUBSCRIBE, json=ALL_EVENTS) as answer:
            assert answer.status == status
            assert b"maxSessionUserLink" in await answer.read()
            assert (answer.content_type == "multipart/mixed") is (style == "part")
        wrong = {"SubscribeDeviceMgmt": {"eventMode": "list", "defenceMode": "all"}}
        _, tree = await raw.ask("POST", SUBSCRIBE, wrong)
        assert tree["subStatusCode"] == "badParameters"


_MARKS = {
    Blemish.TRAILING_COMMA: '"status":" online",}}',
    Blemish.MISSING_COMMA: '"channelName":"House""',
    Blemish.OPEN_NAME: '"eventDescription: "',
    Blemish.FULL_WIDTH: '"status"：',
    Blemish.SPACED_NAME: '"status ":',
    Blemish.SPACED_VALUE: '"status":" online"',
    Blemish.WRONG_DATE_NAME: '"dataTime":',
    Blemish.QUOTED_NUMBERS: '"activePostCount":"1"',
    Blemish.REPEATED_NAME: '},"RegionCoordinates":{',
    Blemish.NO_ROOT: '{"channelID"',
    Blemish.BOM: "\ufeff",
}


@pytest.mark.parametrize("kind", Blemish)
async def test_blemishes(kind: Blemish) -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:
        extra = {Blemish.SPACED_VALUE} if kind is Blemish.TRAILING_COMMA else set()
        sim.blemishes = frozenset({kind} | extra)
        if kind is Blemish.REPEATED_NAME:
            await sim.happen(MAIN, "fielddetection")
        else:
            await sim.set_online(MAIN, True)
        await heard.until(b"--boundary", 2)
        await heard.until(b"}", 3)
        assert _MARKS[kind] in heard.bodies[1].decode()


async def test_malformed_part_between_good_ones() -> None:
    async with ReceiverSimulator() as sim, client(sim) as raw, listening(raw, sim) as heard:
        await sim.emit(MAIN, "VMD")
        sim.fault.malformed_part = True
        await sim.emit(MAIN, "VMD")
        sim.fault.malformed_part = False
        await sim.emit(MAIN, "IO")
        await heard.until(b'"IO"')
        with pytest.raises(json.JSONDecodeError):
            json.loads(heard.bodies[2])


async def test_upper_case_index_in_messages() -> None:
    async with ReceiverSimulator("old") as sim, client(sim) as raw, listening(raw, sim) as heard:
        await sim.set_online(MAIN, False)
        await heard.until(b"devStatusChanged")
        assert heard.alerts[0]["devIndex"] == MAIN.upper()


# --- control


async def test_control() -> None:
    async with (
        ReceiverSimulator() as sim,
        client(sim) as raw,
        listening(raw, sim) as heard,
        Control(sim) as control,
        ClientSession(base_url=control.url) as hand,
    ):

        async def post(action: str, **body: object) -> tuple[int, dict[str, object]]:
            async with hand.post(action, json=body) as answer:
                return answer.status, await answer.json()

        assert (await post("open", zone=FRONT))[0] == 200
        assert (await post("arm", partition=1)) == (409, {"refused": "armingFailed"})
        await post("close", zone=FRONT)
        await post("arm", partition=1, kind="stay")
        await post("code", code="1302")
        await post("event", event="VMD")
        assert (await post("nonsense"))[0] == 404
        assert (await post("open", zone=77))[0] == 400
        await heard.until(b'"VMD"')
        assert heard.codes == ["1822", "3441", "1302"]
        async with hand.get("state") as answer:
            seen = await answer.json()
        assert seen["devices"][MAIN]["partitions"]["1"]["arming"] == "stay"
        assert seen["streams"] == 1
        await post("online", online=False)
        await post("restart", seconds=0)
        await sim.wait_streams(0)
        assert sim.world.devices[MAIN].online is False
