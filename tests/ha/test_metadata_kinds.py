"""What cameras tell over RTSP of what they see: each kind of message becomes entities, with the values it tells."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.image import async_get_image
from homeassistant.components.sensor import SensorStateClass
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.metadata import pace
from tests.ha.measuring import CHANNEL, Watching
from tests.ha.simulated import until
from tests.simulators.rtsp import generator as make
from tests.simulators.rtsp.documents import Message
from tests.simulators.rtsp.samples import printed

type Shown = dict[str, str]

SENSORS = "sensor"
ALARMS = "binary_sensor"
THERMAL = pytest.mark.parametrize("model", ["thermal_metadata"])
COUNTING = pytest.mark.parametrize("model", ["counting"])
ANPR = pytest.mark.parametrize("model", ["anpr"])
RADAR = pytest.mark.parametrize("model", ["radar"])


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.EVENT, Platform.IMAGE, Platform.SENSOR)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show values sooner after each other than once a second; how often they are shown is tested elsewhere."""
    monkeypatch.setattr(pace, "PERIOD", 0.02)


async def shows(watching: Watching, message: Message, shown: Shown, platform: str = SENSORS) -> None:
    """Let the camera tell something, and wait until all entities are there and show it."""
    await watching.tell(message)
    await until(lambda: all(watching.has(platform, CHANNEL, key) for key in shown))
    await until(lambda: {key: watching.value(platform, CHANNEL, key) for key in shown} == shown)


async def strikes(watching: Watching, message: Message, *keys: str, **data: Any) -> None:
    """Let the camera tell an alarm; the newest event has all that is given."""
    await shows(watching, message, {f"detection_{key}": "on" for key in keys}, ALARMS)
    told = watching.attributes("event", CHANNEL, "detection")
    assert {name: told.get(name) for name in data} == data


KINDS: list[Any] = [
    pytest.param(
        "thermal_metadata",
        lambda: make.thermometry(make.line(1, 20, 25, 31.5)),
        {"temperature_rule1_lowest": "20.0", "temperature_rule1_average": "25.0", "temperature_rule1_highest": "31.5"},
        id="temperatures of a line",
    ),
    pytest.param(
        "thermal_metadata",
        lambda: make.thermometry(make.line(7, 50, 68, 212, unit="fahrenheit")),
        {"temperature_rule7_lowest": "10.0", "temperature_rule7_average": "20.0", "temperature_rule7_highest": "100.0"},
        id="temperatures in another unit",
    ),
    pytest.param(
        "thermal_metadata",
        lambda: make.thermometry([make.Spot(rule=3, value=21.5, measured=None)]),
        {"temperature_rule3": "21.5"},
        id="temperature of a spot",
    ),
    pytest.param(
        "thermal_metadata",
        lambda: make.fire(temperature=240, distance=85),
        {"fire_temperature": "240.0", "fire_distance": "85.0"},
        id="fire",
    ),
    pytest.param(
        "thermal_metadata",
        lambda: make.behaviour_targets(
            [make.Mover(number=1), make.Mover(number=2), make.Mover(number=3, recognition="vehicle")]
        ),
        {"targets_human": "2", "targets_vehicle": "1"},
        id="targets",
    ),
    pytest.param("anpr", lambda: make.plates([make.Vehicle(plate="AB123CD")]), {"plate": "AB123CD"}, id="plate"),
    pytest.param(
        "counting",
        lambda: make.queue_counts(2, count=7, limit=9),
        {"queue_length_rule2": "7.0", "queue_limit_rule2": "9.0"},
        id="queue",
    ),
    pytest.param(
        "counting",
        lambda: make.queue_times(
            [make.Waiting(number=1, waited=61, limit=300), make.Waiting(number=2, waited=240, limit=300)]
        ),
        {"waiting_time_rule1": "240.0", "waiting_limit_rule1": "300.0"},
        id="waiting time",
    ),
    pytest.param(
        "counting", lambda: make.faces([make.Face(number=1), make.Face(number=2)]), {"faces": "2"}, id="faces"
    ),
    pytest.param(
        "radar",
        lambda: make.radar_targets(
            [
                make.Echo(number=1, speed=18, angle=-10, distance=90),
                make.Echo(number=2, speed=5, angle=30, distance=40),
            ],
            live=True,
        ),
        {"radar_targets": "2", "radar_distance": "40.0", "radar_speed": "5.0", "radar_angle": "30.0"},
        id="radar",
    ),
    pytest.param(
        "anpr",
        lambda: make.position(elevation=12.5, azimuth=181.25, zoom=4, focus=1200, preset=3),
        {"pan": "181.25", "tilt": "12.5", "zoom": "4.0", "focus_position": "1200.0", "preset": "3.0"},
        id="position",
    ),
    pytest.param(
        "radar", lambda: make.heat_map(make.heat_picture(), people=3), {"people": "3.0"}, id="people of a heat map"
    ),
    pytest.param("anpr", lambda: make.people_in_region(4), {"people": "4.0"}, id="people in a region"),
    pytest.param(
        "counting", lambda: make.people_counted(12, 9), {"entered": "12.0", "left": "9.0"}, id="people who pass"
    ),
    pytest.param(
        "counting", lambda: make.tracking([make.Tracked(), make.Tracked(number="2")]), {"tracked": "2"}, id="tracking"
    ),
]
"""Model, what it tells, and what sensors show."""


@pytest.mark.parametrize(("model", "message", "shown"), KINDS)
async def test_values(all_enabled: None, watching: Watching, message: Callable[[], Message], shown: Shown) -> None:
    before = {key for key in shown if watching.has(SENSORS, CHANNEL, key)}
    if before:
        # A rule that is set was told already: there is something to show, though not yet a value.
        assert {watching.value(SENSORS, CHANNEL, key) for key in before} <= {"unknown", "0"}
    await shows(watching, message(), shown)
    # What they measure is for people, with names of its own.
    assert all(watching.attributes(SENSORS, CHANNEL, key)["friendly_name"] for key in shown)
    assert watching.written() == []


@THERMAL
async def test_fire(all_enabled: None, watching: Watching) -> None:
    await strikes(
        watching, make.fire(temperature=240, distance=85), "fire", event_type="fire", temperature=240, distance=85
    )
    assert watching.attributes(ALARMS, CHANNEL, "detection_fire")["device_class"] in ("heat", "smoke")


@THERMAL
async def test_ships(all_enabled: None, watching: Watching) -> None:
    watching.device.metadata.uploads[1].enabled["shipsDetection"] = True
    watching.device.metadata.renew(1, announce=True)
    await until(lambda: watching.has(SENSORS, CHANNEL, "ships"))
    ship = make.Ship(number=4, direction="left", state="crossing", length=84, speed=4.5)
    with watching.counting() as written:
        for state in ("nose", "crossing", "crossing", "tail"):
            await watching.tell(make.ships([make.Ship(number=4, direction="left", state=state, length=84, speed=4.5)]))
        await strikes(watching, make.ships([ship]), "ship", event_type="ship", direction="left", length=84, speed=4.5)
        await shows(watching, make.ships([ship]), {"ships": "1", "ship_speed": "4.5", "ship_length": "84.0"})
    # Bow, middle and stern are of one crossing.
    assert written[watching.state("event", CHANNEL, "detection").entity_id] == 1


RULES = [
    (make.LINE, "line_crossing", "human", "human"),
    (make.FIELD, "intrusion", "vehicle", "vehicle"),
    ("regionEntrance", "region_entrance", "human", "human"),
    ("regionExiting", "region_exiting", "zoology", "animal"),
    ("parking", "parking", "vehicle", "vehicle"),
    ("loitering", "loitering", "human", "human"),
    ("group", "gathering", "human", "human"),
    ("rapidMove", "fast_moving", "human", "human"),
    ("unattendedBaggage", "unattended_object", "human", "human"),
    ("attendedBaggage", "object_removed", "human", "human"),
]


@ANPR
async def test_rules_of_behaviour(all_enabled: None, watching: Watching) -> None:
    for number, (event, word, recognition, target) in enumerate(RULES, 11):
        quiet = make.behaviour_rules([make.BehaviourRule(number=number, event=event)])
        # A rule that is set can be seen, before it strikes for the first time.
        await shows(watching, quiet, {f"detection_{word}": "off"}, ALARMS)
        mover = make.Mover(number=number, recognition=recognition, triggered=True, event=event, rule=number)
        await strikes(watching, make.behaviour_targets([mover]), word, event_type=word, target=target, region=number)
        assert watching.value(ALARMS, CHANNEL, f"detection_{word}") == "on"


@ANPR
async def test_a_plate_is_told_once(watching: Watching) -> None:
    await watching.shown(make.plates([make.Vehicle(plate="AB123CD", number=1)]), SENSORS, "plate", "AB123CD")
    event = watching.state("event", CHANNEL, "detection").entity_id
    with watching.counting() as written:
        for number, plate in ((1, "AB123CD"), (1, "AB123CD"), (2, "XA12345"), (2, "XA12345"), (3, "XA12345")):
            vehicle = make.Vehicle(
                plate=plate, number=number, confidence=90 + number, color="deepBlue", direction="reverse"
            )
            await watching.tell(make.plates([vehicle]))
        await watching.shows(SENSORS, CHANNEL, "plate", "XA12345")
        await until(lambda: watching.attributes("event", CHANNEL, "detection")["confidence"] == 93)
    # The same plate on another vehicle, or the same vehicle after a while, is news; the same one is not.
    assert written[event] == 2
    told = watching.attributes("event", CHANNEL, "detection")
    assert {name: told[name] for name in ("event_type", "plate", "vehicle_color", "direction")} == {
        "event_type": "plate",
        "plate": "XA12345",
        "vehicle_color": "deep_blue",
        "direction": "reverse",
    }


@COUNTING
async def test_a_line_that_is_too_long_or_too_slow(watching: Watching) -> None:
    await until(lambda: watching.has(ALARMS, CHANNEL, "detection_queue_length"))
    for count, state in ((5, "off"), (12, "on"), (3, "off")):
        await shows(watching, make.queue_counts(1, count=count, limit=10), {"detection_queue_length": state}, ALARMS)
    for waited, state in ((599, "off"), (600, "on"), (30, "off")):
        # Whoever waited longest is served first.
        waiting = make.queue_times([make.Waiting(number=1, waited=waited, limit=600)])
        await shows(watching, waiting, {"detection_waiting_time": state}, ALARMS)


@COUNTING
async def test_faces_have_no_name(watching: Watching) -> None:
    face = make.Face(number=3, gender="female", age_group="young", score=88)
    await strikes(watching, make.faces([face]), "face", gender="female", age_group="young", score=88)
    with watching.counting() as written:
        await watching.tell(make.faces([face]))
        await shows(watching, make.faces([face, make.Face(number=4)]), {"faces": "2"})
    assert written[watching.state("event", CHANNEL, "detection").entity_id] == 1


@RADAR
async def test_radar(watching: Watching) -> None:
    rule = make.radar_rules({1: ((30, 10),)}, event=make.LINE, triggered=True, crossing="lefttoright")
    await strikes(watching, rule, "line_crossing", event_type="line_crossing", direction="left_to_right", region=1)
    echo = make.Echo(number=3, speed=18, angle=-20, distance=60, triggered=True)
    await shows(watching, make.radar_targets([echo]), {"radar_targets": "1", "radar_distance": "60.0"})


@COUNTING
async def test_people_who_behave_oddly(watching: Watching) -> None:
    odd = make.Tracked(number="7", suspicious=((5, 1576657411095, 0.81),))
    await strikes(watching, make.tracking([odd]), "anomaly", event_type="anomaly", person="7", pattern=5)
    gone = make.tracking([make.Tracked(number="7", complete=True)])
    await shows(watching, gone, {"tracked": "0"})


@COUNTING
async def test_counters_that_begin_anew(watching: Watching) -> None:
    for entered, left in ((12, 9), (14, 9), (1, 0), (2, 2)):
        await shows(watching, make.people_counted(entered, left), {"entered": f"{entered}.0", "left": f"{left}.0"})
    assert watching.attributes(SENSORS, CHANNEL, "entered")["state_class"] == SensorStateClass.TOTAL_INCREASING


@RADAR
async def test_heat_map(hass: HomeAssistant, watching: Watching) -> None:
    first, second = make.heat_picture(0), make.heat_picture(3)
    for picture in (first, second):
        before = watching.value("image", CHANNEL, "heat_map") if watching.has("image", CHANNEL, "heat_map") else ""
        await watching.tell(make.heat_map(picture))
        await until(lambda: watching.has("image", CHANNEL, "heat_map"))
        await until(lambda before=before: watching.value("image", CHANNEL, "heat_map") not in (before, "unknown"))  # type: ignore[misc]
        shown = await async_get_image(hass, watching.state("image", CHANNEL, "heat_map").entity_id)
        assert shown.content == picture


@RADAR
async def test_what_the_document_prints_harms_nobody(watching: Watching) -> None:
    """All examples with their slips, then something sound: all of it on one connection."""
    for document in printed().values():
        await until(lambda document=document: watching.device.rtsp.feed(1, document))  # type: ignore[misc]
    await shows(watching, make.people_in_region(9), {"people": "9.0"})
    counts = watching.entry.runtime_data.driver.diagnostics()["metadata"]["channels"][1]["counts"]
    assert counts["documents"] > 20
    assert watching.device.rtsp.accepted == 1


@THERMAL
async def test_channels_are_told_apart(watching: Watching) -> None:
    await watching.tell(make.thermometry(make.line(1, 1, 2, 3)), 1)
    await watching.tell(make.thermometry(make.line(1, 4, 5, 6)), 2)
    await until(lambda: watching.has(SENSORS, "channel2", "temperature_rule1_highest"))
    await watching.shows(SENSORS, "channel1", "temperature_rule1_highest", "3.0")
    await watching.shows(SENSORS, "channel2", "temperature_rule1_highest", "6.0")
