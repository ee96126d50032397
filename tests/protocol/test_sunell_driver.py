"""What a device is found to have."""

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.channels import bound_channels, facts_of
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref, input_ref, storage_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.errors import (
    CannotConnect,
)
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST_PART,
    Finding,
    FindingKind,
    PartKind,
    Placement,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.simulators.sunell_cgi import Noise, SunellSimulator, available

from .sunell_core import CHANNEL, asked, connected, few_knobs, opened

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")
INFO = "deviceID=21BAxxx\nMACAddress=00:1C:27:15:93:56\nproductModel=M\ndeviceType=22\nsoftwareVer=v1\n"


async def test_a_camera() -> None:
    async with opened() as (_, driver):
        assert driver.topology
        parts = driver.topology.parts
    assert [ref.key for ref in parts] == ["device", "channel1", "input1", "storage1"]
    camera = parts[CHANNEL]
    assert camera.placement is Placement.INLINE
    assert [(each.number, each.codec, each.width, each.height) for each in camera.streams] == [
        (1, "H.264", 1920, 1080),
        (2, "H.264", 704, 576),
        (3, "MJPEG", 640, 480),
    ]
    assert {Feature.SNAPSHOT, Feature.STREAM, Feature.EVENTS, Feature.RECORDINGS} <= camera.features
    assert {Detection.MOTION, Detection.LINE_CROSSING, Detection.SMOKE} <= camera.detections.keys()
    assert Detection.LOITERING not in camera.detections
    assert not any(spec.pushed for part in parts.values() for spec in part.detections.values())
    assert driver.topology.host.hardware.manufacturer == "Sunell"
    assert driver.topology.host.hardware.firmware == "v3.5.0804.1003.3.0.27.4.0"
    assert Feature.PUSH in parts[HOST_PART].features
    assert driver.pushes


async def test_a_recorder_and_its_cameras() -> None:
    async with SunellSimulator("nvr") as device:
        device.world.channels[2].status = 0
        async with connected(device) as driver:
            assert driver.topology
            parts = driver.topology.parts
            channels = list(driver.topology.of(PartKind.CHANNEL))
    assert [part.ref.number for part in channels] == [1, 3]
    first = channels[0]
    assert first.placement is Placement.UNIT
    assert (first.name, first.hardware.model) == ("Device", "SN-Q204M-B")
    assert first.hardware.firmware == "t4.4.1207.1004.0.0.2.12.0"
    assert [(each.codec, each.width) for each in first.streams] == [("H.264", 2560), ("H.264", 704)]
    assert all(Feature.ONLINE in part.features for part in channels)
    assert Detection.VIDEO_LOSS in first.detections
    assert Feature.PUSH not in parts[HOST_PART].features
    assert not driver.pushes
    assert {input_ref(number) for number in range(1, 5)} <= parts.keys()
    # The empty slot is none.
    assert [ref for ref in parts if ref.kind is PartKind.STORAGE] == [storage_ref(1)]


async def test_a_large_recorder_costs_no_more_than_a_small_one() -> None:
    async with SunellSimulator("nvr") as device, connected(device, discover=False) as driver:
        await driver.discover()
        small = len(device.requests)
    async with SunellSimulator("nvr64") as device, connected(device, discover=False) as driver:
        assert len(list((await driver.discover()).of(PartKind.CHANNEL))) == 64
        assert len(device.requests) == small


async def test_a_thermal_camera_has_two_lenses_and_areas() -> None:
    async with opened("thermal") as (_, driver):
        assert driver.topology
        visible, thermal = (driver.topology.parts[channel_ref(number)] for number in (1, 2))
    assert visible.placement is thermal.placement is Placement.CHILD
    assert (visible.name, thermal.name) == ("Visible", "Thermal")
    assert not any(reading.quantity is Quantity.TEMPERATURE for reading in visible.readings)
    slots = {reading.slot for reading in thermal.readings if reading.quantity is Quantity.TEMPERATURE}
    assert slots == {"", *(f"region{area}_{word}" for area in (0, 2) for word in ("highest", "lowest", "average"))}
    assert thermal.details == {"region2": "Area22"}
    assert Detection.TEMPERATURE_ALARM in thermal.detections
    assert Detection.TEMPERATURE_ALARM not in visible.detections


async def test_a_camera_for_plates() -> None:
    async with opened("lpr") as (_, driver):
        assert driver.topology
        camera = driver.topology.parts[CHANNEL]
    assert Reading(Quantity.PLATE) in camera.readings
    assert Detection.PLATE in camera.detections


@pytest.mark.parametrize("model", ["ipc", "nvr", "thermal"])
@pytest.mark.parametrize("noise", Noise)
async def test_the_same_is_found_whatever_ails_the_answers(model: str, noise: Noise) -> None:
    async with opened(model) as (_, driver):
        clean = driver.topology
    async with opened(model, noise={noise}) as (_, driver):
        noisy = driver.topology
    assert clean
    assert noisy
    if noise is Noise.GARBAGE:
        assert clean.parts.keys() <= noisy.parts.keys()
    elif noise is Noise.COMMENTS:
        assert clean.parts.keys() == noisy.parts.keys()
    else:
        assert noisy == clean


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "latin-1"])
async def test_names_in_any_code_page(charset: str) -> None:
    name = {"utf-8": "Größe 大门", "gbk": "大门口", "latin-1": "Zufahrt Süd é"}[charset]
    async with SunellSimulator("nvr", charset=charset) as device:
        device.world.channels[1].name = name
        async with connected(device) as driver:
            assert driver.topology
            found = driver.topology.parts[CHANNEL].name
    # Two letters of Latin-1 in a row may as well be one of GBK; these are not.
    assert found == name


@pytest.mark.parametrize(
    "kind", ["cameraInfo", "streamAbility", "AVStream", "getSupportIntelligences", "deviceDiskInfo", "dateTime", "RTSP"]
)
async def test_what_cannot_be_told_now_stays_as_it_was(kind: str) -> None:
    async with opened() as (device, driver):
        before = driver.topology
        addresses = driver.addresses
        device.fail(-9, f"type={kind}", times=9)
        assert await driver.discover() == before
        assert driver.addresses == addresses


async def test_what_a_first_look_cannot_tell_makes_nothing_new_and_takes_nothing_away() -> None:
    async with SunellSimulator("lpr") as device, connected(device, discover=False) as driver:
        for kind in ("p2pStatus", "dateTime", "PlateInfo"):
            device.fail(-9, f"type={kind}", times=9)
        parts = (await driver.discover()).parts
    host, camera = parts[HOST_PART], parts[CHANNEL]
    assert {Reading(Flag.P2P), Reading(Quantity.CLOCK_DRIFT)} == host.unprobed <= host.readings
    assert {Reading(Quantity.PLATE)} == camera.unprobed <= camera.readings
    assert Feature.TIME_SYNC not in host.features


async def test_a_device_without_a_list_of_alarms_is_looked_at_all_the_same() -> None:
    async with SunellSimulator() as device:
        device.lacking = {"currentAlarmStatus"}
        async with connected(device) as driver:
            await driver.check()
            assert (await driver.identify()).uid == "159356"
            assert (await driver.poll(frozenset())).alarms == {}


async def test_an_account_of_few_rights_is_told() -> None:
    async with SunellSimulator() as device, connected(device, discover=False) as driver:
        device.fail(-512, "deviceDiskInfo", times=9)
        found = (await driver.discover()).findings
    assert found == {Finding(kind=FindingKind.LOW_RIGHTS, detail="deviceDiskInfo")}


@pytest.mark.parametrize(
    ("seconds", "detail"),
    [(0, None), (30, None), (240, "4 min"), (-240, "-4 min"), (7200, None), (7200 + 240, "4 min")],
)
async def test_a_wrong_clock_is_told_but_another_zone_is_none(seconds: int, detail: str | None) -> None:
    async with SunellSimulator() as device, connected(device, discover=False) as driver:
        device.skew(seconds)
        found = (await driver.discover()).findings
    assert found == (frozenset() if detail is None else {Finding(kind=FindingKind.CLOCK_OFF, detail=detail)})


async def test_a_recorder_without_its_list_is_not_taken_for_a_camera() -> None:
    async with opened("nvr") as (device, driver):
        device.fail(-9, "channelInfo", times=9)
        with pytest.raises(Exception, match="not ready"):
            await driver.discover()
        assert driver.facts
        assert driver.facts.recorder


@pytest.mark.parametrize("code", [-21, -22, -506, -8])
@pytest.mark.parametrize(
    "kind", ["getSupportIntelligences", "deviceDiskInfo", "thermalAbility", "dateTime", "p2pStatus"]
)
async def test_what_the_device_lacks_is_asked_for_once(kind: str, code: int) -> None:
    async with SunellSimulator() as device:
        device.lacking = {kind}
        device.unknown_code = code
        async with connected(device) as driver:
            await driver.discover()
            assert asked(device, f"type={kind}") == 0


async def test_a_camera_that_answers_nothing_any_more_is_gone() -> None:
    async with opened() as (device, driver):
        await device.go_down()
        with pytest.raises(CannotConnect):
            await driver.discover()


async def test_new_firmware_is_looked_at_afresh() -> None:
    async with SunellSimulator() as device:
        device.lacking = {"deviceDiskInfo"}
        async with connected(device) as driver:
            assert driver.topology
            assert storage_ref(1) not in driver.topology.parts
            device.lacking = set()
            device.store.put("deviceInfo", "softwareVer", "v4")
            assert storage_ref(1) in (await driver.discover()).parts


def test_hostile_lists_are_bounded() -> None:
    rows = "\n".join(f"channelId={number}\nchannelStatus=5\nnext_channelURL=1" for number in range(2000))
    found = bound_channels(parse(f"channelBegin=1\n{rows}\nchannelEnd=1"))
    assert len(found) <= 256
    assert facts_of(parse(INFO + "channelNum=999999\nalarmInNum=99999\nalarmOutNum=-5"), None).inputs == 64
    assert len(facts_of(parse(INFO + "channelNum=999999"), None).channels) == 16


@pytest.mark.skipif(not available(), reason="the recording is not at hand")
async def test_a_recorded_camera() -> None:
    async with opened("capture") as (_, driver):
        assert driver.topology
        host, camera = driver.topology.parts[HOST_PART], driver.topology.parts[CHANNEL]
        assert driver.topology.host.uid == "21baxxx"
        assert driver.topology.host.hardware.model == "SN-IPP8085QAS-B2.8-23"
        first = camera.streams[0]
        assert (first.number, first.codec, first.width) == (1, "H.265", 4608)
        assert [each.number for each in camera.streams] == [1, 2]
        assert {Detection.MOTION, Detection.TAMPER} <= camera.detections.keys()
        assert Feature.PUSH in host.features
        url = driver.stream_url(CHANNEL, 1)
        assert url
        assert url.endswith("@127.0.0.1:554/snl/live/1/1/-")
        assert driver.stream_url(CHANNEL, 2) == url.replace("/1/1/-", "/1/2/-")
        polled = await driver.poll(frozenset())
        assert polled.alarms[CHANNEL] == frozenset()
