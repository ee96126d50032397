"""Settings that are read and written, heads that move, plates, temperatures and people."""

from datetime import datetime

import pytest

from tests.simulators.sunell_cgi import Partial, SunellSimulator
from tests.simulators.sunell_cgi.rawclient import client, eventually

pytestmark = pytest.mark.usefixtures("socket_enabled")
WEEK = "&weekDayBegin=1&weekDay=3&startTime=60&endTime=120&weekDayEnd=1"
MOTION = "&cameraID=1"


async def test_a_partial_set_keeps_the_rest() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        before = await raw.get("motionAlarm", MOTION)
        assert await raw.set("motionAlarm", f"{MOTION}&motionDetectionEnableFlag=0") == "OK"
        after = await raw.get("motionAlarm", MOTION)
        assert after == ["motionDetectionEnableFlag=0", *before[1:]]
        assert sim.store.ignored == []


async def test_a_partial_set_may_reset_the_rest_or_want_the_lists() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        await raw.set("motionAlarm", f"{MOTION}&sensitivity=9")
        sim.store.partial = Partial.RESETS
        await raw.set("motionAlarm", f"{MOTION}&motionDetectionEnableFlag=0")
        assert await raw.value("motionAlarm", "sensitivity", MOTION) == "3"
        sim.store.partial = Partial.LOOPS
        assert await raw.set("motionAlarm", f"{MOTION}&sensitivity=9") == "error, Return=-23"
        area = "&motionDetectionAreaBegin=1&topX=1&topY=2&width=3&height=4&motionDetectionAreaEnd=1"
        assert await raw.set("motionAlarm", f"{MOTION}&sensitivity=9{area}{WEEK}") == "OK"


async def test_lists_grow_unless_the_request_says_cover() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        await raw.set("motionAlarm", MOTION + WEEK)
        lines = await raw.get("motionAlarm", MOTION)
        assert [text for text in lines if text.startswith("weekDay=")] == ["weekDay=1", "weekDay=2", "weekDay=3"]
        assert "weekDayCount=3" in lines
        assert lines[-1] == "weekDayEnd=3"
        await raw.set("motionAlarm", f"{MOTION}&scheduleTimeAction=cover{WEEK}")
        lines = await raw.get("motionAlarm", MOTION)
        assert [text for text in lines if text.startswith("weekDay=")] == ["weekDay=3"]
        await raw.set("motionAlarm", f"{MOTION}&scheduleTimeAction=clean")
        assert not [text for text in await raw.get("motionAlarm", MOTION) if text.startswith("weekDay=")]


async def test_the_whole_answer_can_be_written_back() -> None:
    async with SunellSimulator("nvr") as sim, client(sim) as raw:
        lines = await raw.get("motionAlarm", "&cameraID=2")
        query = "&".join(lines) + "&scheduleTimeAction=cover&AlarmLinkageParam=cover&motionDetectionAction=cover"
        assert await raw.set("motionAlarm", f"&cameraID=2&{query}") == "OK"
        assert await raw.get("motionAlarm", "&cameraID=2") == lines
        assert sim.store.ignored == []


async def test_numbered_areas_are_replaced_not_added() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        area = "&areaBegin=1&areaID=2&enable=1&level=5&areaName=&topX=1&topY=2&width=3&height=4&areaEnd=1"
        assert await raw.set("ROI", f"&cameraID=1&streamID=1{area}") == "OK"
        lines = await raw.get("ROI", "&cameraID=1&streamID=1")
        assert [text for text in lines if text.startswith("areaID=")] == [f"areaID={number}" for number in range(1, 9)]
        assert lines.count("enable=1") == 1


async def test_regions_are_cleared_only_while_the_detection_is_off() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.set("perimeterParam", "&cameraID=1&clearArea=1") == "error, Return=-8"
        assert await raw.set("perimeterParam", "&cameraID=1&enableFlag=0") == "OK"
        assert await raw.set("perimeterParam", "&cameraID=1&clearArea=1") == "OK"
        assert "regionCount=0" in await raw.get("perimeterParam", "&cameraID=1")


@pytest.mark.parametrize(
    ("kind", "more", "cgi"),
    [
        ("dayNight", "&cameraID=1&schemeID=0&dayNightMode=9", "sensor"),
        ("imaging", "&cameraID=1&schemeID=0&brightness=101", "sensor"),
        ("imaging", "&cameraID=1&schemeID=0&brightness=much", "sensor"),
        ("imaging", "&cameraID=1&brightness=50", "sensor"),
        ("deviceName", "&deviceName=a%3Bb", "param"),
        ("deviceInfo", "&productModel=x", "param"),
        ("recordPolicy", "&cameraID=1&RecordOpenFlag=1", "param"),
        ("AVStream", "&cameraID=1&streamID=4&frameRate=5", "param"),
    ],
)
async def test_wrong_values_are_refused(kind: str, more: str, cgi: str) -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.set(kind, more, cgi=cgi) == "error, Return=-8"


async def test_instances_are_apart() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.value("AVStream", "resolution", "&cameraID=1&streamID=2") == "704*576"
        await raw.set("imaging", "&cameraID=1&schemeID=1&brightness=70", cgi="sensor")
        assert await raw.value("imaging", "brightness", "&cameraID=1&schemeID=0", cgi="sensor") == "1"
        assert await raw.value("imaging", "brightness", "&cameraID=1&schemeID=1", cgi="sensor") == "70"
        sim.store.put("SceneMode", "MirrorMode", 1)
        assert "MirrorMode=1" in await raw.get("SceneMode", "&cameraID=1&schemeID=0", cgi="sensor")


async def test_one_of_three_ways_to_fight_back_light() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        await raw.set("EnhanceImage", "&cameraID=1&HLC=1", cgi="sensor")
        assert sim.store.get("EnhanceImage", "WDR") == "0"
        assert sim.store.get("EnhanceImage", "HLC") == "1"


async def test_a_set_that_does_not_take_and_one_nobody_knows() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        sim.store.deaf = {"voiceDenoise", "WhiteLedManualControl.WhiteLedManualDuration"}
        assert await raw.set("voiceDenoise", "&voiceDenoiseEnable=1") == "OK"
        assert await raw.value("voiceDenoise", "voiceDenoiseEnable") == "0"
        await raw.set("WhiteLedManualControl", "&cameraID=1&WhiteLedManualMode=1&WhiteLedManualDuration=99")
        assert await raw.get("WhiteLedManualControl", "&cameraID=1") == [
            "WhiteLedManualMode=1",
            "WhiteLedManualDuration=10",
        ]
        await raw.set("devicePort", "&nonsense=1")
        assert sim.store.ignored == [("devicePort", "nonsense")]


async def test_masks_outputs_recording_and_lens() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.text("param", "action=delete&type=blindArea&cameraID=1&areaID=4") == "OK\r\n"
        assert "areaID=4" not in await raw.get("blindArea", "&cameraID=1")
        await raw.text("param", "action=delete&type=blindArea&cameraID=1")
        assert await raw.get("blindArea", "&cameraID=1") == []
        await raw.text("alarm", "action=manualControl&alarmOutID=1&controlFlag=1")
        assert sim.world.outputs == {1: True}
        await raw.text("param", "action=start&type=manualRecord&cameraID=1")
        assert sim.world.manual == {1}
        assert await raw.set("zoomFocus", "&cameraID=1&zoomIN=1&duration=1500", cgi="sensor") == "OK"
        assert sim.world.operations[-1][1]["duration"] == "1500"
    async with SunellSimulator("lite") as sim, client(sim) as raw:
        answer = await raw.text("alarm", "action=manualControl&alarmOutID=1&controlFlag=1")
        assert answer == "error, Return=-506\r\n"


async def test_the_clock_is_read_and_set() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        sim.world.clock = lambda: datetime(2018, 9, 25, 14, 5, 20)  # noqa: DTZ001
        assert (await raw.get("dateTime"))[:3] == ["year=2018", "month=9", "day=25"]
        await raw.set("dateTime", "&hour=15&minute=0&second=0")
        assert sim.world.clock_skew == 3280
        assert await raw.value("dateTime", "hour") == "15"
        assert await raw.set("dateTime", "&month=13") == "error, Return=-8"


# --- heads


async def test_a_head_moves_until_it_is_stopped() -> None:
    async with SunellSimulator("ptz") as sim, client(sim) as raw:
        head = sim.world.ptz[1]
        now = 100.0
        head.motor.clock = lambda: now
        assert await raw.ptz("cameraID=1&action=rotate&pan=63&tilt=0") == "OK"
        now += 1
        assert head.position[0] == 135.0
        assert head.moving
        assert not head.stopped
        await raw.ptz("cameraID=1&action=stop")
        assert (head.moving, head.stopped) == (False, True)
        assert await raw.ptz("cameraID=1&action=rotate&pan=64&tilt=0") == "error, Return=-8"
        assert head.verbs == ["rotate", "stop"]


async def test_positions_are_told_and_taken() -> None:
    async with SunellSimulator("ptz") as sim, client(sim) as raw:
        head = sim.world.ptz[1]
        now = 100.0
        head.motor.clock = lambda: now
        assert (await raw.ptz("action=getPosition&cameraID=1")).splitlines() == [
            "pan=45.000000",
            "tilt=10.000000",
            "zoom=3.000000",
        ]
        assert await raw.ptz("action=setPosition&pan=90.5&tilt=30.1&cameraID=1") == "OK"
        now += 60
        assert list(head.position) == [90.5, 30.1, 3]
        assert await raw.ptz("action=setRelativePosition&pan=-10.5&tilt=3&zoom=3&cameraID=1") == "Ok"
        now += 60
        assert list(head.position) == [80, 33.1, 6]
        told = (await raw.ptz("action=getPositionRange&cameraID=1")).splitlines()
        assert told[2:4] == ["T iltmax=90", "T iltmax=0"]
        sim.relative_signed = False
        assert await raw.ptz("action=setRelativePosition&pan=-1&cameraID=1") == "error, Return=-8"


async def test_presets_and_a_tour_added_step_by_step() -> None:
    async with SunellSimulator("ptz") as sim, client(sim) as raw:
        assert (await raw.ptz("cameraID=1&action=listPreset")).splitlines() == [
            "presetBegin=1",
            "presetID=1",
            "presetName=A",
            "next_presetURL=2",
            "presetID=2",
            "presetName=sd",
            "next_presetURL=3",
            "presetID=3",
            "presetName=fd",
            "presetEnd=3",
        ]
        await raw.ptz("cameraID=1&action=presetAdd&presetID=7&presetName=Door")
        await raw.ptz("cameraID=1&action=presetDelete&presetID=1")
        assert {number: name for number, (name, _) in sim.world.ptz[1].presets.items()} == {2: "sd", 3: "fd", 7: "Door"}
        assert await raw.ptz("cameraID=1&action=presetInvoke&presetID=1") == "error, Return=-8"
        assert await raw.ptz("action=tourAddPreset&cameraID=1&presetID=1&time=10") == "error, Return=-8"
        for query in (
            "tourAddBegin&tourID=2",
            "tourAddPreset&presetID=2&time=10&speed=3",
            "tourAddEnd&tourID=2&tourName=t",
        ):
            assert await raw.ptz(f"cameraID=1&action={query}") == "OK"
        told = (await raw.ptz("action=listTour&cameraID=1")).splitlines()
        assert told[-8:] == [
            "tourID=2",
            "tourName=t",
            "presetBegin=1",
            "presetID=2",
            "time=10",
            "speed=3",
            "presetEnd=1",
            "tourEnd=3",
        ]
        await raw.ptz("action=tourRun&cameraID=1&tourID=2")
        assert sim.world.ptz[1].running == ("tour", 2)
        await raw.ptz("action=tourStop&cameraID=1&tourID=2")
        assert sim.world.ptz[1].running is None


async def test_guard_wiper_washer_and_heater() -> None:
    async with SunellSimulator("ptz") as sim, client(sim) as raw:
        head = sim.world.ptz[1]
        await raw.ptz("action=keeperSet&cameraID=1&keeperType=1&keeperID=3&time=5")
        await raw.ptz("action=keeperRun&cameraID=1&StatusId=0")
        told = (await raw.ptz("action=getKeeper&cameraID=1")).splitlines()
        assert told == ["keeperType=1", "keeperID=3", "StatusId=0", "time=5"]
        await raw.ptz("type=Wiper&action=open")
        await raw.ptz("type=Wash&action=open")
        await raw.ptz("cameraID=1&action=heating&HeatingSwitch=1")
        assert head.aux == {"wiper": True, "heater": True}
        assert head.washes == 1
        assert await raw.value("WiperParam", "IntervalTime", cgi="ptz") == "30"


async def test_a_camera_without_head() -> None:
    async with SunellSimulator() as sim, client(sim) as raw:
        assert await raw.ptz("action=get&type=ptzCap&cameraID=1") == "error, Return=-506"
        assert await raw.ptz("action=listPreset&cameraID=1") == "error, Return=-506"
    async with SunellSimulator("nvr") as sim, client(sim) as raw:
        assert (await raw.ptz("action=listPreset&cameraID=1")).startswith("presetBegin")
        assert await raw.ptz("action=listPreset&cameraID=2") == "error, Return=-506"


# --- what cameras measure


async def test_temperatures_and_the_alarm_of_crossing() -> None:
    async with SunellSimulator("thermal") as sim, client(sim) as raw:
        told = await raw.get("areaTemperature", "&cameraID=2&areaID=1")
        assert told[0] == "areaTemperatureBegin=1"
        assert "maxTemperature=41.500000" in told
        assert told[-1] == "areaTemperatureEnd"
        await sim.ramp(60, area=1, seconds=0.01, steps=4)
        assert sim.world.alarms[7, 1, 2].flag == 1
        assert await raw.value("areaTemperature", "maxTemperature", "&cameraID=2&areaID=1") == "60.000000"
        await sim.temperature(20, area=1)
        assert sim.world.alarms[7, 1, 2].flag == 0
        assert await raw.get("areaTemperature", "&cameraID=1&areaID=1") == ["error, Return=-8"]


async def test_the_thermal_one_of_two_cameras_and_its_unit() -> None:
    async with SunellSimulator("thermal") as sim, client(sim) as raw:
        assert await raw.get("thermalAbility", "&cameraID=1") == ["IsThermal=false"]
        assert (await raw.get("thermalAbility", "&cameraID=2"))[0] == "IsThermal=true"
        assert await raw.get("environmentTemperature", "&cameraID=1") == ["error, Return=-506"]
        await raw.set("thermalImagerConfigureParam", "&cameraID=2&TemperatureUnit=1")
        told = await raw.get("areaTemperature", "&cameraID=2&areaID=2")
        assert told[2] == "temperatureUnit=1"
        assert "maxTemperature=86.000000" in told


async def test_a_set_of_flat_fields_reaches_into_a_list_of_one() -> None:
    async with SunellSimulator("nvr") as sim, client(sim) as raw:
        assert await raw.set("recordDirInfo", "&diskId=2&enableFlag=0") == "OK"
        assert [text for text in await raw.get("recordDirInfo") if text.startswith("enableFlag")] == [
            "enableFlag=1",
            "enableFlag=0",
        ]


async def test_plates_and_their_lists() -> None:
    async with SunellSimulator("lpr") as sim, client(sim) as raw:
        await sim.plate("BERN42", list_type=1)
        assert (await raw.get("PlateInfo"))[0] == "UID=2"
        span = "&startTime=20000101000000&endTime=20991231000000&Country=ALL&Direction=4&ListType=3"
        found = (await raw.text("param", f"action=query&type=PlateInfo{span}")).splitlines()
        assert (found[0], found[8], found[-1]) == ("PlateBegin", "NextPlate", "PlateEnd")
        loop = "&PlateParamBegin=1&PlateText=NEW1&LprPlateType=1&StartTime=1&EndTime=2&PlateParamEnd=1"
        assert await raw.text("param", f"action=add&type=LprPlateNum{loop}") == "OK\r\n"
        assert await raw.get("PlateSize") == ["PlateSize=3"]
        await raw.text("param", f"action=delete&type=LprPlateNum{loop}")
        assert [item.text for item in sim.world.listed] == ["5MVL305", "DD652"]
        await raw.text("param", "action=delete&type=PlateInfo&Type=0&UIDBegin=1&UID=1&UIDEnd=1")
        assert [plate.text for plate in sim.world.plates] == ["BERN42"]
        await raw.set("LprListEvent", "&ListType=2&EnableFlag=1")
        lines = await raw.get("LprListEvent")
        assert lines[8:10] == ["ListType=2", "EnableFlag=1"]


async def test_people_are_counted_by_hour() -> None:
    async with SunellSimulator("multi") as sim, client(sim) as raw:
        now = sim.world.now()
        day = f"&cameraID=1&QueryType=1&QueryTimeYear={now.year}&QueryTimeMon={now.month}&QueryTimeDay={now.day}"
        assert await raw.value("statisticsInfo", "EnterNumber", day) == "5"
        sim.world.people.clear()
        sim.count_people(4, 1)
        assert await raw.get("statisticsInfo", day) == [
            "StatisticsNumber=1",
            f"StatisticsTime={now:%Y-%m-%d %H}:00:00",
            "EnterNumber=4",
            "OutNumber=1",
        ]


async def test_disks_and_a_restart() -> None:
    async with SunellSimulator(downtime=0.05) as sim, client(sim) as raw:
        await sim.disk_fault(1, 2)
        assert await raw.value("deviceDiskInfo", "diskStatus") == "2"
        assert (4, 2, 1) in sim.world.alarms
        assert await raw.text("operate", "action=restart") == "OK\r\n"
        await eventually(lambda: sim.world.reboots)
        assert sim.world.alarms == {}
        assert await raw.value("deviceInfo", "deviceType") == "1"
