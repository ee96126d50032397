"""What happens in front of simulated cameras, as the driver tells it, and streams that are no good."""

import asyncio
from collections.abc import Callable
from math import inf
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Measured, Pictured
from custom_components.ip_surveillance.protocol.model.reduce import expire, reduce
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import State
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.rtsp import Alone, Fold, Marker

from .isapi_driver import connected, until
from .metadata_feed import Heard, feeding, live, metadata_of, tells
from .metadata_world import CHANNEL, document, reading, sample, target, warm

THERMAL = ChannelMap.ref(2)


async def played(
    model: str, script: str, check: Callable[[Heard], object], *, channel: int = 1, **options: Any
) -> Heard:
    """Play a script as fast as it goes, and wait until its effect is there."""
    async with IsapiSimulator(model) as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(len(device.world.channels))
        if script == "ship_pass":
            await driver.set_setting(ChannelMap.ref(channel), SettingKey(Setting.METADATA, "ships"), True)
            await until(lambda: len(device.rtsp.seen("PLAY")) == len(device.world.channels) + 1)
            await device.rtsp.wait_playing(len(device.world.channels))
        told = await device.play(script, channel, speed=inf, **options)
        assert told
        await until(lambda: check(heard))
        counts = metadata_of(driver, channel)["counts"]
        assert (counts["bad"], counts["repaired"], counts["unknown"], counts["refused"]) == (0, 0, {}, 0)
        topology = await driver.discover()
        gates = {
            reading for event in heard.measured() if event.part == ChannelMap.ref(channel) for reading in event.readings
        }
        assert gates <= topology.parts[ChannelMap.ref(channel)].readings
    return heard


async def test_fire() -> None:
    hottest = reading(Quantity.FIRE_TEMPERATURE)
    heard = await played("thermal_metadata", "fire", lambda heard: heard.value(hottest, THERMAL) == 325, channel=2)
    assert heard.value(reading(Quantity.FIRE_DISTANCE), THERMAL) == 120
    assert heard.detected(Detection.FIRE)[0].data["temperature"] == 100


async def test_ships() -> None:
    heard = await played(
        "thermal_metadata", "ship_pass", lambda heard: len(heard.happened(Detection.SHIP)) == 2, channel=2
    )
    assert [each.data["length"] for each in heard.happened(Detection.SHIP)] == [84, 12]
    assert {each.data["direction"] for each in heard.happened(Detection.SHIP)} == {"left", "right"}


async def test_queue() -> None:
    length = reading(Quantity.QUEUE_LENGTH, "rule1")
    heard = await played("counting", "queue", lambda heard: heard.values(length)[-1:] == [0])
    over = heard.detected(Detection.QUEUE_LENGTH)
    assert (over[0].active, over[0].region) == (True, 1)
    assert not over[-1].active
    late = heard.detected(Detection.WAITING_TIME)
    assert (late[0].active, late[0].data["limit"]) == (True, 480)
    assert heard.value(reading(Quantity.QUEUE_LIMIT, "rule1")) == 8


async def test_intrusion() -> None:
    heard = await played("counting", "intrusion", lambda heard: heard.detected(Detection.INTRUSION))
    news = [(each.target, each.region) for each in heard.detected(Detection.INTRUSION) if not each.restored]
    assert news == [(Target.HUMAN, 2)]


async def test_radar() -> None:
    count = reading(Quantity.RADAR_TARGETS)
    async with IsapiSimulator("radar") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(1)
        await device.play("radar_crossing", speed=inf)
        await until(lambda: heard.value(reading(Quantity.RADAR_ANGLE)) == 60)
        assert heard.value(count) == 1
        assert [each.data.get("direction") for each in heard.detected(Detection.LINE_CROSSING)]
        # Whoever is told of no more is gone after three seconds.
        await until(lambda: heard.value(count) == 0)
        lasting = {event.lasts for event in heard.measured() if reading(Quantity.RADAR_DISTANCE) in event.readings}
        assert lasting == {3.0}


async def test_people() -> None:
    entered, inside = reading(Quantity.ENTERED), reading(Quantity.PEOPLE)
    heard = await played("counting", "people", lambda heard: len(heard.values(entered)) == 2)
    # Counted anew since the fourteenth turn: told as the device tells it.
    assert heard.values(entered)[-1] == sum(turn % 3 for turn in range(14, 24))
    assert heard.values(inside)


async def test_heat_map() -> None:
    heard = await played("counting", "heat", lambda heard: heard.value(reading(Quantity.PEOPLE)) == 8)
    (picture, *_) = [event.picture for event in heard.events if isinstance(event, Pictured)]
    assert picture.of is Feature.HEAT_MAP
    assert picture.content_type == "image/jpeg"


async def test_tracks() -> None:
    heard = await played("counting", "tracks", lambda heard: heard.value(reading(Quantity.TRACKED)) == 0)
    (odd,) = heard.happened(Detection.ANOMALY)
    assert odd.data == {"person": "12498", "patterns": 1, "pattern": 5, "confidence": 0.81}


async def test_faces() -> None:
    heard = await played("counting", "faces", lambda heard: heard.value(reading(Quantity.FACES)) == 3)
    assert [each.data["gender"] for each in heard.happened(Detection.FACE)] == ["male", "female", "unknown"]
    assert {each.data["age_group"] for each in heard.happened(Detection.FACE)} == {"young"}


async def test_tour() -> None:
    heard = await played("thermal_metadata", "tour", lambda heard: heard.value(reading(Quantity.PRESET)) == 1)
    assert heard.value(reading(Quantity.PAN)) in (0, 360)


async def test_new_rules() -> None:
    async with IsapiSimulator("counting") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(1)
        await device.play("new_rules", speed=inf)
        await until(heard.restructured)
        await until(lambda: 2 in driver.metadata.book.memory().get("1", {}).get("intrusion", ()))
        topology = await driver.discover()
        assert 2 in topology.parts[CHANNEL].detections[Detection.INTRUSION].regions


async def test_sixteen_channels_at_once() -> None:
    """Eight hundred documents make few values, of which the last is the last."""
    async with IsapiSimulator("nvr_metadata") as device, connected(device) as driver, feeding(driver) as heard:
        parts = [ChannelMap.ref(number) for number, each in device.world.channels.items() if each.online is not False]
        await device.rtsp.wait_playing(len(parts))
        await device.play("storm", seconds=2, speed=inf)
        human, hottest = reading(Quantity.TARGETS, "human"), reading(Quantity.TEMPERATURE, "rule1_highest")
        await until(lambda: all(heard.value(hottest, part) == 78 for part in parts))
        for part in parts:
            assert 1 in heard.values(human, part)
            counts = metadata_of(driver, part.number)["counts"]
            assert counts["kinds"]["activityTarget/thermometry"] == 25
            assert (counts["bad"], counts["refused"]) == (0, 0)
            assert len(heard.values(hottest, part)) < 12
        assert driver.diagnostics()["metadata"]["held"] > 100


async def test_values_fade_in_the_state() -> None:
    """As the state has it: what is told lasts as long as it does, and no longer."""
    async with IsapiSimulator("counting") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(1)
        device.rtsp.feed(1, warm(20))
        device.rtsp.feed(1, sample("b13_queue", "corrected"))
        length, degrees = reading(Quantity.QUEUE_LENGTH, "rule1"), reading(Quantity.TEMPERATURE, "rule9")
        await until(lambda: heard.value(length) == 5 and heard.value(degrees) == 20)
    state = State()
    for event in heard.events:
        state = reduce(state, event, 100.0).state
    assert state.reading(CHANNEL, degrees) == 20
    later = expire(state, 161.0).state
    assert later.reading(CHANNEL, degrees) is None
    assert later.reading(CHANNEL, length) == 5
    assert expire(state, 401.0).state.reading(CHANNEL, length) is None


# --- streams that are no good


@pytest.mark.parametrize("fold", Fold)
@pytest.mark.parametrize("says_cseq", [True, False])
async def test_answers_of_all_sorts(fold: Fold, says_cseq: bool) -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.options.fold = fold
        device.rtsp.options.says_cseq = says_cseq
        device.rtsp.options.data_first = True
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            device.rtsp.feed(1, warm(20))
            await until(tells(heard, reading(Quantity.TEMPERATURE, "rule9"), 20))


@pytest.mark.parametrize("marker", Marker)
async def test_marker(marker: Marker) -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.options.marker = marker
        device.rtsp.options.mtu = 300
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            for degrees in range(3):
                device.rtsp.feed(1, warm(degrees, rule=degrees))
            # Where nothing ends a document, the next one does.
            device.rtsp.feed(1, sample("b10_plate", "corrected"))
            device.rtsp.feed(1, warm(0))
            await until(lambda: heard.happened(Detection.PLATE))
            for degrees in range(3):
                assert heard.value(reading(Quantity.TEMPERATURE, f"rule{degrees}")) == degrees


async def test_lost_repeated_and_reordered_packets() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.options.mtu = 300
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            device.rtsp.feed(1, warm(1, rule=1))
            await until(tells(heard, reading(Quantity.TEMPERATURE, "rule1"), 1))
            device.rtsp.fault.lose_packets(1)
            device.rtsp.feed(1, warm(2, rule=2))
            device.rtsp.feed(1, warm(3, rule=3))
            await until(tells(heard, reading(Quantity.TEMPERATURE, "rule3"), 3))
            device.rtsp.fault.swap_packets(1)
            device.rtsp.feed(1, warm(4, rule=4))
            await until(tells(heard, reading(Quantity.TEMPERATURE, "rule4"), 4))
            device.rtsp.fault.repeat_packets(2)
            device.rtsp.feed(1, warm(5, rule=5))
            await until(tells(heard, reading(Quantity.TEMPERATURE, "rule5"), 5))
            assert heard.value(reading(Quantity.TEMPERATURE, "rule2")) is None
            rtsp = metadata_of(driver)["rtsp"]
            assert rtsp["lost"] == 1
            assert metadata_of(driver)["counts"]["bad"] == 0


async def test_metadata_only_along_with_video() -> None:
    async with IsapiSimulator("thermal_metadata") as device, connected(device) as driver:
        device.rtsp.options.alone = Alone.REFUSED
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(2)
            device.rtsp.feed(1, warm(20))
            await until(tells(heard, reading(Quantity.TEMPERATURE, "rule9"), 20))


async def test_session_that_the_device_ends() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(1)
        device.rtsp.expire()
        await until(lambda: len(device.rtsp.seen("PLAY")) == 2)
        await device.rtsp.wait_playing(1)
        device.rtsp.feed(1, warm(20))
        await until(tells(heard, reading(Quantity.TEMPERATURE, "rule9"), 20))


async def test_connection_that_is_half_open() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.options.timeout = 1
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            await until(live(driver, 1))
            device.rtsp.fault.half_open = True
            await until(lambda: metadata_of(driver)["state"] != "live")
            device.rtsp.fault.half_open = False
            await until(live(driver, 1))
            device.rtsp.feed(1, warm(20))
            await until(tells(heard, reading(Quantity.TEMPERATURE, "rule9"), 20))


async def test_channel_that_is_not_there() -> None:
    async with IsapiSimulator("anpr") as device, connected(device) as driver:
        device.rtsp.reachable = lambda channel: False
        async with feeding(driver):
            await until(lambda: metadata_of(driver).get("attempts", 0) > 1)
            assert metadata_of(driver)["state"] == "waiting"
            device.rtsp.reachable = lambda channel: True
            await until(live(driver, 1))


async def test_reboot_of_the_device() -> None:
    async with IsapiSimulator("thermal_metadata") as device, connected(device) as driver, feeding(driver) as heard:
        await device.rtsp.wait_playing(2)
        await device.go_down()
        await until(live(driver, 0))
        await device.come_up()
        await until(live(driver, 2))
        await device.rtsp.wait_playing(2)
        device.rtsp.feed(2, warm(20))
        await until(tells(heard, reading(Quantity.TEMPERATURE, "rule9"), 20, THERMAL))


async def test_nothing_is_left_behind() -> None:
    async with IsapiSimulator("counting") as device, connected(device) as driver:
        async with feeding(driver) as heard:
            await device.rtsp.wait_playing(1)
            for _ in range(3):
                device.rtsp.feed(
                    1, document("activityTarget", "behaviorAnalysis", target(number=1, recognition="human"))
                )
                device.rtsp.feed(1, warm(20))
            await until(tells(heard, reading(Quantity.TARGETS, "human"), 1))
        told = len(heard.events)
        await device.rtsp.wait_playing(0)
        await asyncio.sleep(1.2)
        assert [event for event in heard.events[told:] if isinstance(event, Measured)] == []
        assert not [task for task in asyncio.all_tasks() if "Supervisor" in repr(task)]
