"""Lamps of Sunell-type cameras over sockets."""

from urllib.parse import parse_qsl

import pytest

from custom_components.ip_surveillance.protocol.commands import Lights, Sirens
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.knob_memory import Watch
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.lights import LAMPS, watch_lamp
from custom_components.ip_surveillance.protocol.errors import AuthFailed, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.sunell_cgi import SunellSimulator

from .sunell_commands import CHANNEL, Rig, rig, sent

pytestmark = pytest.mark.usefixtures("socket_enabled")


def lamp(label: str, channel: int = 1) -> PartRef:
    return PartRef(HOST, PartKind.LIGHT, channel, label)


async def polled(made: Rig, *lamps: PartRef) -> list[LineState]:
    found = await made.poll_knobs({Want(each) for each in lamps})
    assert found
    states = [found.parts[each] for each in lamps]
    assert all(isinstance(each, LineState) for each in states)
    return [each for each in states if isinstance(each, LineState)]


@pytest.mark.parametrize(
    ("model", "labels"),
    [
        ("ipc", {"white": False, "ir": True, "red_blue": False}),
        ("lite", {"white": False}),
        ("nvr", {}),
    ],
)
async def test_lamps_that_are_there(model: str, labels: dict[str, bool]) -> None:
    async with SunellSimulator(model) as device, rig(device) as made:
        lamps = {ref.label: part for ref, part in made.parts.items() if ref.kind is PartKind.LIGHT}
        assert {label: Feature.BRIGHTNESS in part.features for label, part in lamps.items()} == labels
        assert all(part.parent == CHANNEL and part.role == label for label, part in lamps.items())
        assert isinstance(made, Lights)
        # Nothing can be made to sound.
        assert not isinstance(made, Sirens)


async def test_the_indicator_is_the_thermal_camera_s() -> None:
    async with SunellSimulator("thermal") as device, rig(device) as made:
        assert [ref.number for ref in made.parts if ref.label == "led"] == [2]


@pytest.mark.parametrize(
    ("label", "on", "off"),
    [
        # l.4701
        (
            "white",
            "type=WhiteLedManualControl&cameraID=1&WhiteLedManualMode=1",
            "type=WhiteLedManualControl&cameraID=1&WhiteLedManualMode=0",
        ),
        # l.31129: 0 is on (l.31165)
        ("red_blue", "type=RedBlueLamp&RedBlueLampMode=0", "type=RedBlueLamp&RedBlueLampMode=1"),
    ],
)
async def test_on_and_off(label: str, on: str, off: str) -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        assert await polled(made, lamp(label)) == [LineState(active=False)]
        for switched, expected in ((True, on), (False, off)):
            answer = await made.set_light(lamp(label), switched)
            assert answer.readback
            assert answer.parts == {lamp(label): LineState(active=switched)}
            assert sent(device)[-1] == [("action", "set"), *parse_qsl(expected)]
            assert await polled(made, lamp(label)) == [LineState(active=switched)]


@pytest.mark.parametrize(("label", "mode"), [("white", "WhiteLedManualMode"), ("red_blue", "RedBlueLampMode")])
async def test_a_lamp_that_went_off_by_itself_can_be_switched_on_again(label: str, mode: str) -> None:
    """Its page may go on to say what it was told last."""
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        for _ in range(2):
            answer = await made.set_light(lamp(label), True)
            assert answer.parts == {lamp(label): LineState(active=True)}
        assert sent(device)[-1] == sent(device)[-2]
        assert [name for name, _ in sent(device)[-1]][-1] == mode
        assert len(sent(device)) == 2


async def test_infrared_is_dimmed_by_hand_until_it_is_off() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        assert await polled(made, lamp("ir")) == [LineState(active=True, level=0.5)]
        await made.set_light(lamp("ir"), False)
        # l.30462
        assert sent(device)[-1] == parse_qsl("action=set&type=infraredLight&cameraID=1&mode=0")
        answer = await made.set_light(lamp("ir"), True, 0.3)
        assert answer.parts == {lamp("ir"): LineState(active=True, level=0.3)}
        # l.30459, in the spelling of the device
        assert sent(device)[-1] == parse_qsl(
            "action=set&type=infraredLight&cameraID=1&mode=1&brigthnessMode=2&far=30&near=30"
        )
        # Another brightness leaves the mode from before remembered.
        await made.set_light(lamp("ir"), True, 0.9)
        await made.set_light(lamp("ir"), False)
        assert device.store.get("infraredLight", "brigthnessMode") == "1"
        # On again without a brightness leaves it to the device.
        await made.set_light(lamp("ir"), True)
        assert device.store.get("infraredLight", "brigthnessMode") == "1"


async def test_the_indicator_is_written_with_its_list() -> None:
    async with SunellSimulator("thermal") as device, rig(device, discover=False) as made:
        led = lamp("led", 2)
        assert await polled(made, led) == [LineState(active=False, level=1.0)]
        answer = await made.set_light(led, True, 0.4)
        assert answer.parts == {led: LineState(active=True, level=0.4)}
        # l.24527
        written = sent(device)[-1]
        assert written[:2] == [("action", "set"), ("type", "ledControlParam")]
        assert written[2] == ("cameraID", "2")
        for pair in (("LedControlBegin", "1"), ("ID", "0"), ("DisplayMode", "1"), ("Brightness", "40")):
            assert pair in written
        device.store.page("ledControlParam", 2)
        assert (await polled(made, led))[0].active is True


@pytest.mark.parametrize(("mode", "active"), [(1, True), (2, False), (3, True), (4, True), (8, True), (7, None)])
def test_modes_of_the_indicator(mode: int, active: bool | None) -> None:
    record = parse(f"LedControlBegin=1\r\nID=0\r\nDisplayMode={mode}\r\nBrightness=130\r\nLedControlEnd=1")
    assert LAMPS["led"].state(record) == LineState(active=active, level=1.0)


async def test_white_light_by_the_other_program() -> None:
    """The address and the example name different programs (l.4679, l.4685)."""
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.programs["WhiteLedManualControl"] = (frozenset({"sensor"}), frozenset({"sensor"}))
        assert (await made.set_light(lamp("white"), True)).parts == {lamp("white"): LineState(active=True)}
        assert device.store.get("WhiteLedManualControl", "WhiteLedManualMode") == "1"


def test_a_lamp_that_never_goes_out_has_its_values_the_other_way_round() -> None:
    on, off = (parse(f"RedBlueLampMode={mode}\r\nRedBlueManualDuration=100") for mode in (0, 1))
    row, watch = LAMPS["red_blue"], Watch()
    assert not watch_lamp(watch, row, on, 0.0)
    assert not watch_lamp(watch, row, on, 100.0)
    assert not watch_lamp(watch, row, off, 105.0)
    assert not watch_lamp(watch, row, on, 106.0)
    assert not watch_lamp(watch, row, on, 200.0)
    assert watch_lamp(watch, row, on, 217.0)
    # Once known it stays so.
    assert watch_lamp(watch, row, off, 218.0)
    assert row.inverse().state(on) == LineState(active=False)
    # What we switched on ourselves proves nothing.
    ours = Watch(commanded=True)
    assert not watch_lamp(ours, row, on, 0.0)
    assert not watch_lamp(ours, row, on, 1e6)
    # White light is the documented way round.
    assert not watch_lamp(Watch(), LAMPS["white"], parse("WhiteLedManualMode=1"), 1e6)


async def test_a_lamp_with_its_values_the_other_way_round_is_switched_so() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.store.put("RedBlueLamp", "RedBlueLampMode", 0)
        made.knob_memory.watches[1] = Watch(since=-1e6)
        assert await polled(made, lamp("red_blue")) == [LineState(active=False)]
        answer = await made.set_light(lamp("red_blue"), True)
        assert answer.parts == {lamp("red_blue"): LineState(active=True)}
        assert device.store.get("RedBlueLamp", "RedBlueLampMode") == "1"
        assert await polled(made, lamp("red_blue")) == [LineState(active=True)]


async def test_a_lamp_that_stays_dark_is_an_error() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.store.deaf.add("WhiteLedManualControl")
        with pytest.raises(Rejected) as raised:
            await made.set_light(lamp("white"), True)
        assert raised.value.code == "notTaken"
        with pytest.raises(NotSupported):
            await made.set_light(lamp("green"), True)


async def test_what_cannot_be_read_is_unknown() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        device.fail(-505, "type=WhiteLedManualControl", 1)
        assert await polled(made, lamp("white"), lamp("ir")) == [LineState(), LineState(active=True, level=0.5)]
        device.lacking.add("infraredLight")
        assert await polled(made, lamp("ir"), lamp("nonsense")) == [LineState(), LineState()]
        device.change_password("Other")
        with pytest.raises(AuthFailed):
            await made.poll_knobs({Want(lamp("white"))})


async def test_nothing_is_read_that_nobody_shows() -> None:
    async with SunellSimulator("ptz") as device, rig(device) as made:
        before = len(device.requests)
        assert await made.poll_knobs({Want(CHANNEL), Want(CHANNEL, Feature.SNAPSHOT)}) is None
        made.facts = None
        assert await made.poll_knobs({Want(lamp("white"))}) is None
        assert len(device.requests) == before
