"""What a device is found to be, and that it is found without being mistaken for another."""

from collections.abc import Callable

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.channels import bound_channels, facts_of
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref, input_ref, storage_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.recognise import recognises
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    CannotConnect,
    NotActivated,
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
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.simulators.base import BaseSimulator
from tests.simulators.herospeed import HerospeedSimulator
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.sunell_cgi import PROFILES, Noise, SunellSimulator, available

from .cgi_devices import Recorder
from .servers import Reply, Request, Server
from .sunell_core import CHANNEL, asked, connected, few_knobs, opened

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")
INFO = "deviceID=21BAxxx\nMACAddress=00:1C:27:15:93:56\nproductModel=M\ndeviceType=22\nsoftwareVer=v1\n"


def access(device: BaseSimulator) -> Access:
    return Access(host=device.host, port=device.port, username=device.username, password=device.password)


# --- recognition


@pytest.mark.parametrize("model", PROFILES)
@pytest.mark.parametrize("login", ["digest", "basic", "query"])
async def test_every_model_is_recognised_without_a_password(model: str, login: str) -> None:
    async with SunellSimulator(model, auth=login) as device, ClientSession() as session:
        assert await recognises(session, access(device))
        assert not any("Authorization" in each.headers or "password" in each.path for each in device.requests)
        assert not device.auth.refused


async def test_a_device_whose_information_is_open_to_all_is_recognised() -> None:
    async with SunellSimulator(open_info=True) as device, ClientSession() as session:
        assert await recognises(session, access(device))
        assert len(device.requests) == 1


@pytest.mark.parametrize("make", [IsapiSimulator, ReceiverSimulator, HerospeedSimulator])
async def test_devices_of_other_families_are_not_taken_for_it(make: Callable[[], BaseSimulator]) -> None:
    async with make() as device, ClientSession() as session:
        assert not await recognises(session, access(device))


async def test_no_other_family_takes_it_for_its_own() -> None:
    async with SunellSimulator() as device, ClientSession() as session:
        found = [name for name, family in FAMILIES.items() if await family.probe(session, access(device))]
    assert found == ["sunell_cgi"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b""),
        (401, b"<html>401 Unauthorized</html>"),
        (200, b"<html>param</html>"),
        (200, b'{"deviceID": 5}'),
        (200, b"OK"),
        (200, b"-8"),
        (200, b"Error"),
        (200, b"error: return=1"),
        (200, b"root.Brand.Brand=AXIS\r\nroot.Brand.ProdNbr=M3045\r\n"),
        (200, b"deviceID=5\r\nname=x\r\n"),
        (404, b"Error,return=-508"),
        (200, b"\xff\xd8\xff" * 100),
    ],
)
async def test_what_proves_nothing_is_not_believed(status: int, body: bytes) -> None:
    async def answer(_: Request) -> Reply:
        return Reply(status, body)

    async with Server(answer) as device, ClientSession() as session:
        assert not await recognises(session, Access(host=device.host, port=device.port))


async def test_nobody_there_is_nobody() -> None:
    async with SunellSimulator() as device, ClientSession() as session:
        await device.go_down()
        assert not await recognises(session, access(device))


# --- identity


async def test_identity_is_the_serial_number_and_the_mac_an_alias() -> None:
    async with SunellSimulator() as device, connected(device, discover=False) as driver:
        found = await driver.identify()
    assert (found.uid, found.source, found.mac) == ("159356", "serial", "00:1c:27:15:93:56")
    assert found.aliases == {"159356", "001c27159356"}


@pytest.mark.parametrize(
    ("change", "uid", "source"),
    [
        (("deviceID=21BAxxx", "deviceID="), "001c27159356", "mac"),
        (("deviceID=21BAxxx", "deviceID=000000"), "001c27159356", "mac"),
        (("00:1C:27:15:93:56", "00:1C:27:XX:XX:XX"), "21baxxx", "serial"),
        (("00:1C:27:15:93:56", "00:00:00:00:00:00"), "21baxxx", "serial"),
        (("deviceID=21BAxxx", "deviceID=21-BA xxx"), "21baxxx", "serial"),
    ],
)
def test_placeholders_are_no_identity(change: tuple[str, str], uid: str, source: str) -> None:
    facts = facts_of(parse(INFO.replace(*change)), None)
    assert (facts.uid, facts.source) == (uid, source)
    assert not facts.recorder


async def test_a_device_without_identity_is_refused() -> None:
    async with opened() as (device, driver):
        device.store.put("deviceInfo", "deviceID", "")
        device.store.put("deviceInfo", "MACAddress", "")
        with pytest.raises(BadAnswer):
            await driver.identify()
        with pytest.raises(BadAnswer):
            await driver.discover()


async def test_open_information_does_not_prove_the_password() -> None:
    async with SunellSimulator(open_info=True) as device, connected(device, discover=False, password="wrong") as driver:
        for attempt in (driver.identify, driver.discover, driver.check):
            with pytest.raises(AuthFailed):
                await attempt()
        assert len(device.auth.refused) == 1


async def test_a_recorder_that_wants_the_password_in_the_address_gets_it_once() -> None:
    async with Recorder() as device:
        async with ClientSession() as session:
            driver = FAMILIES["sunell_cgi"].connect(
                session, Access(host=device.host, port=device.port, username="admin", password="wr0ng-secret")
            )
            for attempt in (driver.identify, driver.discover, driver.check):
                with pytest.raises(AuthFailed):
                    await attempt()
        assert device.passwords == 1


async def test_a_locked_account_is_left_alone() -> None:
    async with SunellSimulator() as device, connected(device, discover=False) as driver:
        device.lock_out()
        with pytest.raises(AccountLocked):
            await driver.identify()
        sent = len(device.requests)
        with pytest.raises(AccountLocked):
            await driver.poll(frozenset())
        assert len(device.requests) == sent


async def test_a_device_without_a_password_of_its_own_says_so() -> None:
    async with SunellSimulator(initialised=False) as device, connected(device, discover=False) as driver:
        with pytest.raises(NotActivated):
            await driver.identify()


# --- topology


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
