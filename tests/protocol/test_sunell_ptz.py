"""Moving heads of Sunell-type cameras over sockets."""

import asyncio
from urllib.parse import parse_qsl

import pytest

from custom_components.ip_surveillance.protocol.commands import Acts, Moves, Optics, Patterns, Presets
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import channel_ref
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.ptz_facts import (
    Reach,
    Span,
    numbered,
    reach_of,
    speed,
)
from custom_components.ip_surveillance.protocol.errors import AuthFailed, Busy, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from tests.simulators.sunell_cgi import SunellSimulator

from .servers import until
from .sunell_commands import CHANNEL, rig

pytestmark = pytest.mark.usefixtures("socket_enabled")

EVERY = frozenset(
    {
        Feature.PTZ_CONTINUOUS,
        Feature.PTZ_ZOOM,
        Feature.PTZ_ABSOLUTE,
        Feature.PTZ_RELATIVE,
        Feature.PRESETS,
        Feature.PATROLS,
        Feature.PATTERNS,
        Feature.SCANS,
        Feature.HOME,
        Feature.FOCUS,
        Feature.IRIS,
        Feature.AUTO_FOCUS,
        Feature.AUTO_IRIS,
        Feature.WIPER,
        Feature.WASHER,
    }
)


def queries(device: SunellSimulator, *verbs: str) -> list[list[tuple[str, str]]]:
    """Parameters of the requests with these verbs, in order; of all without any."""
    found = device.queries(cgi="ptz")
    return [pairs for pairs in found if not verbs or dict(pairs).get("action") in verbs]


# --- pure


@pytest.mark.parametrize(
    ("value", "wire"), [(0, "0"), (1, "63"), (-1, "-63"), (0.5, "32"), (5, "63"), (0.001, "1"), (-0.001, "-1")]
)
def test_speeds(value: float, wire: str) -> None:
    assert speed(value) == wire


def test_reach_as_in_the_document() -> None:
    """Each name comes twice, with the most and the least of its axis (l.1728-1733)."""
    record = parse("P anmax=360\r\nP anmin = 0\r\nT iltmax=100\r\nT iltmax=0\r\nZoom =0\r\nZoom =90")
    assert reach_of(record) == Reach(pan=Span(low=0, high=360), tilt=Span(low=0, high=100), zoom=Span(low=0, high=90))
    assert reach_of(None) == reach_of(parse("Panmax=0\r\nPanmin=0\r\nTilt=x")) == Reach()


def test_numbers_and_names() -> None:
    record = parse("tourBegin=1\r\ntourID=0\r\ntourName=\r\nnext_tourURL=2\r\ntourID=x\r\ntourName=b\r\ntourEnd=2")
    assert numbered(record, "tour") == {0: "Tour 0"}
    assert numbered(parse("presetCount=0"), "preset") == {}


# --- what is there


async def test_a_dome_has_everything() -> None:
    async with SunellSimulator("ptz") as device, rig(device) as made:
        part = made.part()
        assert part.features == EVERY
        assert part.presets == {1: "A", 2: "sd", 3: "fd"}  # l.1038-1047
        assert part.patrols == {0: "sdf", 1: "bt"}  # l.1387-1402
        assert part.readings == {Reading(Quantity.PAN), Reading(Quantity.TILT), Reading(Quantity.ZOOM)}
        assert all(isinstance(made, each) for each in (Moves, Presets, Patterns, Optics, Acts))
        # l.851
        assert queries(device, "get")[0] == parse_qsl("action=get&type=ptzCap&cameraID=1")


async def test_a_recorder_moves_and_does_not_tell_where_it_looks() -> None:
    async with SunellSimulator("nvr") as device:
        for number in (2, 3):
            device.world.channels[number].model = f"Fixed {number}"
        async with rig(device) as made:
            moved = made.part()
            assert {Feature.PTZ_CONTINUOUS, Feature.PRESETS, Feature.PATROLS} <= moved.features
            assert not {Feature.PTZ_ABSOLUTE, Feature.SCANS, Feature.WIPER, Feature.AUTO_IRIS} & moved.features
            assert not moved.readings
            assert Feature.PTZ_CONTINUOUS not in made.part(channel_ref(2)).features
            await made.move(CHANNEL, 0.2, 0, 0, 0.01)
            assert device.world.ptz[1].stopped
            assert all(("cameraID", "1") in each for each in queries(device, "rotate", "stop"))


async def test_a_head_that_says_it_does_not_move() -> None:
    async with SunellSimulator("ipc") as device, rig(device) as made:
        assert not made.part().features & {Feature.PTZ_CONTINUOUS, Feature.PRESETS, Feature.HOME}


# --- moves


async def test_a_move_ends_in_a_stop() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        before = device.world.ptz[1].position
        await made.move(CHANNEL, 0.5, -1, 0, 0.1)
        head = device.world.ptz[1]
        # l.941, l.925
        assert queries(device) == [
            parse_qsl("cameraID=1&action=rotate&pan=32&tilt=-63"),
            parse_qsl("cameraID=1&action=stop"),
        ]
        assert head.stopped
        assert head.position[0] > before[0]
        assert head.position[1] < before[1]


async def test_zoom_and_both() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        await made.move(CHANNEL, 0, 0, -0.3, 0.01)
        await made.move(CHANNEL, 1, 0, 1, 0.01)
        # l.894: the parameter of zoom is called pan
        assert queries(device) == [
            parse_qsl("cameraID=1&action=zoom&pan=-1"),
            parse_qsl("cameraID=1&action=stop"),
            parse_qsl("cameraID=1&action=rotate&pan=63&tilt=0"),
            parse_qsl("cameraID=1&action=zoom&pan=1"),
            parse_qsl("cameraID=1&action=stop"),
        ]


async def test_a_cancelled_move_is_stopped() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        head = device.world.ptz[1]
        move = asyncio.ensure_future(made.move(CHANNEL, 1, 0, 0, 60))
        await until(lambda: head.moving)
        move.cancel()
        with pytest.raises(asyncio.CancelledError):
            await move
        assert not head.moving
        assert head.verbs == ["rotate", "stop"]


async def test_a_move_that_fails_is_stopped() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        device.fail(-505, "action=zoom", 1)
        with pytest.raises(Busy):
            await made.move(CHANNEL, 1, 0, 1, 1)
        assert device.world.ptz[1].verbs == ["rotate", "stop"]


async def test_a_stop_that_the_device_is_too_busy_for_is_sent_again() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        device.fail(-505, "action=stop", 1)
        await made.move(CHANNEL, 1, 0, 0, 0.01)
        assert device.world.ptz[1].stopped


@pytest.mark.parametrize("verb", ["presetInvoke", "goHome", "tourRun", "trackInvoke", "setPosition"])
async def test_what_should_have_replaced_a_move_and_was_refused_leaves_nothing_moving(verb: str) -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        commands = {
            "presetInvoke": lambda: made.goto_preset(CHANNEL, 3),
            "goHome": lambda: made.goto_home(CHANNEL),
            "tourRun": lambda: made.patrol(CHANNEL, 1, True),
            "trackInvoke": lambda: made.pattern(CHANNEL, 1, True),
            "setPosition": lambda: made.move_to(CHANNEL, 10, 10, None),
        }
        head = device.world.ptz[1]
        move = asyncio.ensure_future(made.move(CHANNEL, 1, 0, 0, 60))
        await until(lambda: head.moving)
        device.fail(-8, verb)
        with pytest.raises(Rejected):
            await commands[verb]()
        assert not head.moving
        await move
        # A refusal while nothing of ours moves stops nothing.
        device.fail(-8, verb)
        with pytest.raises(Rejected):
            await commands[verb]()
        assert head.verbs.count("stop") == 1


async def test_stop_and_taking_over() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        head = device.world.ptz[1]
        move = asyncio.ensure_future(made.move(CHANNEL, 1, 0, 0, 0.3))
        await until(lambda: head.moving)
        await made.goto_preset(CHANNEL, 3)
        await move
        # The preset replaced the move: no stop in between.
        assert head.verbs == ["rotate", "presetInvoke"]
        await made.stop(CHANNEL)
        assert head.verbs[-1] == "stop"


async def test_closing_stops_what_moves() -> None:
    async with SunellSimulator("ptz") as device:
        async with rig(device, discover=False) as made:
            move = asyncio.ensure_future(made.move(CHANNEL, 0, 1, 0, 60))
            await until(lambda: device.world.ptz[1].moving)
        assert not device.world.ptz[1].moving
        move.cancel()
        with pytest.raises(asyncio.CancelledError):
            await move


# --- positions


async def test_position() -> None:
    async with SunellSimulator("ptz") as device, rig(device) as made:
        axes = {Reading(each): value for each, value in zip(AXES, (45.0, 10.0, 3.0), strict=True)}
        assert (await made.position(CHANNEL)).readings == {(CHANNEL, each): value for each, value in axes.items()}
        # l.1554
        assert queries(device, "getPosition")[-1] == parse_qsl("cameraID=1&action=getPosition")
        polled = await made.poll_knobs({Want(CHANNEL, Reading(Quantity.TILT))})
        assert polled
        assert polled.readings[CHANNEL, Reading(Quantity.TILT)] == 10.0
        device.fail(-505, "getPosition", 1)
        unknown = await made.poll_knobs({Want(CHANNEL, Reading(Quantity.TILT))})
        assert unknown
        assert set(unknown.readings.values()) == {None}
        device.change_password("Other")
        with pytest.raises(AuthFailed):
            await made.poll_knobs({Want(CHANNEL, Reading(Quantity.TILT))})


AXES = (Quantity.PAN, Quantity.TILT, Quantity.ZOOM)


async def test_absolute_moves() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        await made.move_to(CHANNEL, 45.5, 30.1, 3)
        # l.1573
        expected = "cameraID=1&action=setPosition&pan=45.5&tilt=30.1&zoom=3"
        assert queries(device, "setPosition") == [parse_qsl(expected)]
        # Without a zoom the present one stays.
        await made.move_to(CHANNEL, -90, 0, None)
        assert ("pan", "270") in queries(device, "setPosition")[-1]
        assert ("zoom", "3") in queries(device, "setPosition")[-1]
        for position in ((0, 91, 1), (0, -1, 1), (0, 0, 91)):
            with pytest.raises(Rejected):
                await made.move_to(CHANNEL, *position)
        assert len(queries(device, "getPositionRange")) == 1


async def test_moves_by_a_fraction_of_the_picture() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        await made.move_by(CHANNEL, 0.2, -0.3, 0.5)
        await made.move_by(CHANNEL, -2, 1, -1)
        # l.1646; the top is negative, and so is seeing more (l.1637-1643)
        assert queries(device) == [
            parse_qsl("cameraID=1&action=3DPosition&PontX=20&PontY=30&ZoomRate=2"),
            parse_qsl("cameraID=1&action=3DPosition&PontX=-100&PontY=-100&ZoomRate=-4"),
        ]


async def test_moves_by_degrees_where_a_head_knows_no_points() -> None:
    """A relative move takes no negative degrees (l.1700-1707): they are added to where the head looks."""
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        device.fault.not_support.add("3DPosition")
        device.relative_signed = False
        await made.move_by(CHANNEL, 0.5, 0.5, 0)
        # l.1680
        assert queries(device, "setRelativePosition") == [
            parse_qsl("cameraID=1&action=setRelativePosition&pan=10&tilt=5.66667&zoom=0")
        ]
        await until(lambda: not device.world.ptz[1].moving)
        await made.move_by(CHANNEL, -0.5, 0, 0)
        assert len(queries(device, "setRelativePosition")) == 1
        assert len(queries(device, "setPosition")) == 1


# --- presets, tours, tracks, scans


async def test_presets() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        head = device.world.ptz[1]
        await made.save_preset(CHANNEL, 4, "Gate")
        await made.save_preset(CHANNEL, 2, None)
        await made.save_preset(CHANNEL, 9, None)
        await made.goto_preset(CHANNEL, 4)
        await made.delete_preset(CHANNEL, 1)
        assert {number: name for number, (name, _) in head.presets.items()} == {2: "sd", 3: "fd", 4: "Gate", 9: "009"}
        # l.983, l.998, l.1014
        assert queries(device, "presetAdd", "presetInvoke", "presetDelete") == [
            parse_qsl("cameraID=1&action=presetAdd&presetID=4&presetName=Gate"),
            parse_qsl("cameraID=1&action=presetAdd&presetID=2&presetName=sd"),
            parse_qsl("cameraID=1&action=presetAdd&presetID=9&presetName=009"),
            parse_qsl("cameraID=1&action=presetInvoke&presetID=4"),
            parse_qsl("cameraID=1&action=presetDelete&presetID=1"),
        ]


async def test_presets_that_cannot_be() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        for number in (0, 401):
            with pytest.raises(Rejected):
                await made.goto_preset(CHANNEL, number)
        with pytest.raises(Rejected):
            await made.save_preset(CHANNEL, 1, "50 %")
        assert not queries(device)
        with pytest.raises(Rejected):
            await made.goto_preset(CHANNEL, 77)


def running(device: SunellSimulator) -> tuple[str, int] | None:
    """What the head does by itself."""
    return device.world.ptz[1].running


async def test_tours_tracks_and_scans() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        await made.patrol(CHANNEL, 0, True)
        assert running(device) == ("tour", 0)
        await made.patrol(CHANNEL, 0, False)
        assert running(device) is None
        await made.pattern(CHANNEL, 1, True)
        assert running(device) == ("track", 1)
        await made.pattern(CHANNEL, 1, False)
        await made.scan(CHANNEL, 0, True)
        assert running(device) == ("scan", 0)
        await made.scan(CHANNEL, 0, False)
        assert running(device) is None
        # l.1346, l.1118, l.1228; a stop for the last two
        assert queries(device) == [
            parse_qsl("cameraID=1&action=tourRun&tourID=0"),
            parse_qsl("cameraID=1&action=tourStop&tourID=0"),
            parse_qsl("cameraID=1&action=trackInvoke&trackID=1"),
            parse_qsl("cameraID=1&action=stop"),
            parse_qsl("cameraID=1&action=scanInvoke&scanID=0"),
            parse_qsl("cameraID=1&action=stop"),
        ]
        with pytest.raises(Rejected):
            await made.patrol(CHANNEL, 9, True)


async def test_home() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        await made.goto_home(CHANNEL)
        assert queries(device) == [parse_qsl("cameraID=1&action=goHome")]


async def test_a_fixed_camera_cannot_move() -> None:
    async with SunellSimulator("ipc") as device, rig(device, discover=False) as made:
        with pytest.raises(NotSupported):
            await made.move(CHANNEL, 1, 0, 0, 0.01)
        with pytest.raises(NotSupported):
            await made.position(CHANNEL)
