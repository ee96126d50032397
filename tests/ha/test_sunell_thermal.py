"""A thermal camera: temperatures of each area, in degrees Celsius whatever it tells them in, and their alarms."""

from homeassistant.const import Platform, UnitOfTemperature
import pytest

from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import HOST, Sunell
from tests.simulators.sunell_cgi import Noise

THERMAL = "channel2"
AREAS = (0, 2)
WORDS = ("highest", "lowest", "average")

pytestmark = pytest.mark.parametrize("model", ["thermal"])


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.EVENT, Platform.NUMBER, Platform.SENSOR)


@pytest.fixture(autouse=True)
def enabled(all_enabled: None) -> None:
    """All there is."""


def shown(seen: Sunell, area: int) -> list[float]:
    return [float(seen.value("sensor", THERMAL, f"temperature_region{area}_{word}")) for word in WORDS]


def real(seen: Sunell, area: int) -> list[float]:
    found = seen.device.area(area)
    return [found.highest, found.lowest, found.average]


async def look_again(seen: Sunell) -> None:
    """Read all that is wanted, as if it had not been read for long."""
    seen.entry.runtime_data.driver.poll_memory.due.clear()
    await seen.poll()


async def test_each_area_has_its_temperatures(seen: Sunell) -> None:
    for area in AREAS:
        assert shown(seen, area) == pytest.approx(real(seen, area), abs=0.01)
        state = seen.state("sensor", THERMAL, f"temperature_region{area}_highest")
        assert state.attributes["unit_of_measurement"] == UnitOfTemperature.CELSIUS
        assert state.attributes["device_class"] == "temperature"
        assert state.attributes["state_class"] == "measurement"
    # The other lens measures nothing.
    assert not seen.has("sensor", "channel1", "temperature_region0_highest")


async def test_temperatures_follow(seen: Sunell) -> None:
    await seen.device.temperature(35.25, area=2, lowest=12.5)
    await look_again(seen)
    assert shown(seen, 2) == pytest.approx([35.25, 12.5, 23.88], abs=0.01)


async def test_degrees_fahrenheit_are_degrees_all_the_same(seen: Sunell) -> None:
    before = {area: shown(seen, area) for area in AREAS}
    seen.device.use_unit(1)
    seen.device.store.put("thermalImagerConfigureParam", "TemperatureUnit", 1, 2)
    assert real(seen, 0)[0] > 90
    await look_again(seen)
    assert {area: shown(seen, area) for area in AREAS} == {
        area: pytest.approx(values, abs=0.1) for area, values in before.items()
    }


@pytest.mark.parametrize("simulation", [{"noise": {each}} for each in (Noise.SPACED, Noise.COUNTS, Noise.BARE)])
async def test_temperatures_are_read_whatever_ails_the_answer(seen: Sunell) -> None:
    assert shown(seen, 0) == pytest.approx(real(seen, 0), abs=0.01)


async def test_too_hot(seen: Sunell) -> None:
    """The alarm comes with its push, the temperature with the next look."""
    limit = float(seen.device.temperature_limit())
    assert seen.value("binary_sensor", THERMAL, "detection_temperature_alarm") == "off"
    await seen.device.temperature(limit + 5)
    await seen.shows("binary_sensor", THERMAL, "detection_temperature_alarm", "on")
    assert (await seen.told("temperature_alarm", THERMAL))["code"] == "7/1"
    await look_again(seen)
    assert shown(seen, 0)[0] == limit + 5
    assert seen.value("binary_sensor", THERMAL, "detection_temperature_alarm") == "on"
    await seen.device.temperature(20)
    await seen.shows("binary_sensor", THERMAL, "detection_temperature_alarm", "off")


@pytest.mark.parametrize(
    ("minor", "what"), [(0, "temperature_warning"), (18, "fire_point"), (17, "smoke"), (13, "temperature_rise")]
)
async def test_what_else_it_sees(seen: Sunell, minor: int, what: str) -> None:
    await seen.device.alarm(7, minor, 2)
    await seen.shows("binary_sensor", THERMAL, f"detection_{what}", "on")
    await seen.told(what, THERMAL)
    assert seen.value("event", "channel1", "detection") == "unknown"


async def test_the_limit_is_set(seen: Sunell) -> None:
    """The device warns and alarms by its own limits; they are read back."""
    key = "alarm_temperature_region2"
    before = seen.device.store.lines("temperAlarmParam", 2)
    await seen.act("number", "set_value", THERMAL, key, value=66)
    assert float(seen.value("number", THERMAL, key)) == 66
    after = seen.device.store.lines("temperAlarmParam", 2)
    changed = [pair for pair in after if pair not in before]
    assert [pair[0].strip() for pair in changed] == ["alarmValue"]
    assert float(str(changed[0][1])) == 66


async def test_how_warm_the_camera_is(seen: Sunell) -> None:
    assert -40 < float(seen.value("sensor", THERMAL, "temperature")) < 100


async def test_an_area_that_cannot_be_read_is_unknown(seen: Sunell) -> None:
    """The others of the camera stay, and so does the camera."""
    seen.device.fault.not_support = {"areaTemperature"}
    await look_again(seen)
    assert seen.value("sensor", THERMAL, "temperature_region0_highest") == "unknown"
    assert seen.value("binary_sensor", THERMAL, "detection_motion") == "off"
    seen.device.fault.not_support = set()
    await look_again(seen)
    assert shown(seen, 0) == pytest.approx(real(seen, 0), abs=0.01)


async def test_lenses_are_pieces_of_one_device(seen: Sunell) -> None:
    assert seen.registry_device(HOST).model == "SN-TPC6401KT-F"
    for channel in ("channel1", THERMAL):
        assert seen.value("binary_sensor", channel, "detection_motion") == "off"
    await seen.device.alarm(1, 2, 2)
    await seen.shows("binary_sensor", THERMAL, "detection_motion", "on")
    assert seen.value("binary_sensor", "channel1", "detection_motion") == "off"
