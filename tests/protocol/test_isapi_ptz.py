"""Pan, tilt, zoom, presets, patrols and the lens, against a head that really moves."""

import asyncio

import pytest

from custom_components.ip_surveillance.protocol.commands import Moves, Optics, Presets
from custom_components.ip_surveillance.protocol.drivers.isapi.ptz_facts import (
    Position,
    PtzFacts,
    auxiliaries_of,
    patrols_of,
    position_of,
    presets_of,
    ptz_facts,
    ptz_features,
)
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    Busy,
    CannotConnect,
    Forbidden,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from tests.simulators.isapi import IsapiSimulator

from .isapi_commands import Commands, channel, commands, document
from .servers import until

pytestmark = pytest.mark.usefixtures("socket_enabled")

BASE = "PTZCtrl/channels/1"


async def with_facts(made: Commands) -> Commands:
    """Learn what the head can do, as discovery does."""
    client = made.client
    names = ("capabilities", "presets", "patrols", "auxcontrols")
    made.ptz_facts[1] = ptz_facts(*[await client.xml(f"{BASE}/{name}") for name in names])
    return made


# --- pure


async def test_abilities_of_a_dome_and_of_a_fixed_camera() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        dome = ptz_features(await made.client.xml(f"{BASE}/capabilities"))
        fixed = ptz_features(await made.client.xml("PTZCtrl/channels/2/capabilities"))
    assert dome == {
        Feature.PTZ_CONTINUOUS,
        Feature.PTZ_RELATIVE,
        Feature.PTZ_ABSOLUTE,
        Feature.PTZ_ZOOM,
        Feature.FOCUS,
        Feature.IRIS,
        Feature.PRESETS,
        Feature.PATROLS,
        Feature.HOME,
    }
    assert fixed == frozenset()


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("<PTZChanelCap><maxPresetNum>255</maxPresetNum></PTZChanelCap>", set()),
        (
            (
                "<PTZChannelCap><ContinuousPanTiltSpace><XRange><min>-100</min><max>100</max></XRange>"
                "</ContinuousPanTiltSpace><homePositionSupport>true</homePositionSupport></PTZChannelCap>"
            ),
            {Feature.PTZ_CONTINUOUS, Feature.HOME},
        ),
        (
            (
                "<PTZChanelCap><ContinuousZoomSpace><ZRange><Min>-100</Min><Max> 100</Max></ZRange>"
                "</ContinuousZoomSpace></PTZChanelCap>"
            ),
            {Feature.PTZ_ZOOM, Feature.FOCUS, Feature.IRIS},
        ),
        ("<PTZChanelCap><ContinuousPanTiltSpace><XRange/></ContinuousPanTiltSpace></PTZChanelCap>", set()),
        (
            (
                "<PTZChanelCap><ContinuousPanTiltSpace><XRange><Min>a</Min><Max>b</Max></XRange>"
                "</ContinuousPanTiltSpace></PTZChanelCap>"
            ),
            set(),
        ),
    ],
)
def test_only_a_range_with_a_width_is_a_motor(text: str, features: set[Feature]) -> None:
    assert ptz_features(document(text)) == features


def test_nothing_known_is_no_head() -> None:
    assert ptz_facts(None) == PtzFacts()
    assert (presets_of(None), patrols_of(None), auxiliaries_of(None)) == ({}, {}, {})


def test_presets_that_are_commands_are_hidden() -> None:
    listed = document(
        "<PTZPresetList>"
        "<PTZPreset><id>1</id><presetName>Gate</presetName><enabled>true</enabled></PTZPreset>"
        "<PTZPreset><id>2</id><presetName>Off</presetName><enabled>false</enabled></PTZPreset>"
        "<PTZPreset><id>3</id><specialNo>true</specialNo></PTZPreset>"
        "<PTZPreset><id>4</id></PTZPreset>"
        "<PTZPreset><id>33</id></PTZPreset><PTZPreset><id>45</id></PTZPreset>"
        "<PTZPreset><id>46</id></PTZPreset>"
        "<PTZPreset><id>92</id></PTZPreset><PTZPreset><id>105</id></PTZPreset>"
        "<PTZPreset><id>94</id><presetName>Yard</presetName><specialNo>false</specialNo></PTZPreset>"
        "<PTZPreset><id>x</id></PTZPreset><PTZPreset><id>0</id></PTZPreset>"
        "</PTZPresetList>"
    )
    assert presets_of(listed) == {1: "Gate", 4: "Preset 4", 46: "Preset 46", 94: "Yard"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "<PTZStatus><AbsoluteHigh><elevation>-15</elevation><azimuth>3599</azimuth>"
                "<absoluteZoom>25</absoluteZoom></AbsoluteHigh></PTZStatus>"
            ),
            Position(pan=359.9, tilt=-1.5, zoom=2.5),
        ),
        (
            "<PTZAbsoluteEx><elevation> 12.345</elevation><azimuth>1</azimuth></PTZAbsoluteEx>",
            Position(pan=1.0, tilt=12.345),
        ),
        ("<PTZStatus/>", Position()),
    ],
)
def test_positions(text: str, expected: Position) -> None:
    assert position_of(document(text)) == expected


# --- moves


async def test_a_move_turns_the_head_and_stops_it() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        assert isinstance(made, Moves)
        before = device.world.ptz[1].position
        await made.move(channel(), 0.5, -0.25, 1.0, 0.1)
        head = device.world.ptz[1]
        assert [move.kind for move in head.log] == ["continuous", "stop"]
        assert list(head.log[0].values) == [50, -25, 100]
        assert head.position != before
        assert not head.moving


async def test_a_move_is_sent_again_while_it_lasts() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await made.move(channel(), 1, 0, 0, 0.6)
        assert [move.kind for move in device.world.ptz[1].log] == ["continuous", "continuous", "stop"]


async def test_a_cancelled_move_is_stopped() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        task = asyncio.create_task(made.move(channel(), 1, 0, 0, 30))
        await until(lambda: device.world.ptz[1].moving)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert device.world.ptz[1].stopped_by_command


async def test_closing_stops_a_running_move() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        task = asyncio.create_task(made.move(channel(), 1, 0, 0, 30))
        await until(lambda: device.world.ptz[1].moving)
        await made.close()
        assert not device.world.ptz[1].moving
        await task
        assert [move.kind for move in device.world.ptz[1].log][-1] == "stop"


async def test_a_repeat_that_fails_is_stopped_and_told() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        task = asyncio.create_task(made.move(channel(), 1, 0, 0, 30))
        await until(lambda: device.world.ptz[1].moving)
        device.fault.status_next(503, "deviceBusy", path=f"{BASE}/continuous", times=2)
        with pytest.raises(Busy):
            await task
        assert device.world.ptz[1].stopped_by_command
        assert not device.world.ptz[1].moving


async def test_a_stop_ends_a_running_move_and_lens() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        moving = asyncio.create_task(made.move(channel(), 1, 0, 0, 30))
        focusing = asyncio.create_task(made.focus(channel(), 1, 30))
        head = device.world.ptz[1]
        await until(lambda: {"continuous", "focus"} <= {move.kind for move in head.log})
        await made.stop(channel())
        await asyncio.gather(moving, focusing)
        assert not head.moving
        assert [move.kind for move in head.log][-2:] == ["stop", "stop"]


async def test_a_locked_head_says_so() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        device.fault.status_next(403, "PTZLocked", path=f"{BASE}/continuous", times=9)
        with pytest.raises(Rejected) as caught:
            await made.move(channel(), 1, 0, 0, 1)
        assert caught.value.code == "PTZLocked"


async def test_without_the_right_it_is_forbidden() -> None:
    async with IsapiSimulator("ptz", level="viewer") as device, commands(device) as made:
        with pytest.raises(Forbidden):
            await made.move(channel(), 1, 0, 0, 1)
        assert len(device.seen("PUT", "continuous")) <= 3


async def test_a_refused_password_is_tried_once() -> None:
    async with IsapiSimulator("ptz") as device, commands(device, password="wrong") as made:
        with pytest.raises(AuthFailed):
            await made.move(channel(), 1, 0, 0, 1)
        signed = [each for each in device.requests if "Authorization" in each.headers]
        assert len(signed) == 1


async def test_relative() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await with_facts(made)
        await made.move_by(channel(), 0.5, -0.1, 0)
        assert device.world.ptz[1].log[-1].kind == "relative"
        device.world.ptz[1].relative = False
        with pytest.raises(NotSupported):
            await made.move_by(channel(), 0.5, 0, 0)


@pytest.mark.parametrize("exact", [True, False])
async def test_absolute_and_position(exact: bool) -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        if exact:
            await with_facts(made)
        await made.move_to(channel(), 12.5, 20, 2)
        assert device.world.ptz[1].log[-1].values == (12.5, 20.0, 2.0)
        used = "absoluteEx" if exact else "absolute"
        assert device.seen("PUT", BASE)[-1].path.endswith(used)
        await until(lambda: not device.world.ptz[1].moving)
        polled = await made.position(channel())
    assert polled.readings == {
        (channel(), Reading(Quantity.PAN)): 12.5,
        (channel(), Reading(Quantity.TILT)): 20.0,
        (channel(), Reading(Quantity.ZOOM)): 2.0,
    }


async def test_the_zoom_stays_where_none_is_given() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        device.world.ptz[1].zoom.value = 5.0
        await made.move_to(channel(), 370, 0, None)
        assert device.world.ptz[1].log[-1].values == (10.0, 0.0, 5.0)


async def test_a_capability_that_lies_falls_back_to_tenths() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await with_facts(made)
        device.fault.not_support = {f"{BASE}/absoluteEx"}
        await made.move_to(channel(), 360, 4.44, None)
        assert device.world.ptz[1].log[-1].values == (360.0, 4.4, 1.0)


@pytest.mark.parametrize(("tilt", "zoom"), [(-91, 1), (271, None), (0, 0.5)])
async def test_positions_out_of_range_are_not_sent(tilt: float, zoom: float | None) -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        with pytest.raises(Rejected):
            await made.move_to(channel(), 0, tilt, zoom)
        assert device.requests == []


# --- presets


async def test_presets_patrols_and_home() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        assert isinstance(made, Presets)
        await with_facts(made)
        assert made.ptz_facts[1].presets == {1: "Gate", 2: "Parking", 3: "Door"}
        assert made.ptz_facts[1].patrols == {1: "Round"}
        await made.goto_preset(channel(), 2)
        request = device.seen("PUT", "presets/2/goto")[-1]
        assert (request.body, request.headers["Content-Length"]) == (b"", "0")
        await made.patrol(channel(), 1, True)
        assert device.world.ptz[1].patrols[1].state == "start"
        await made.patrol(channel(), 1, False)
        assert device.world.ptz[1].patrols[1].state == "stop"
        await made.goto_home(channel())
        assert device.world.ptz[1].log[-1].kind == "home"


async def test_a_preset_takes_the_motor_from_a_running_move() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        task = asyncio.create_task(made.move(channel(), 1, 0, 0, 30))
        await until(lambda: device.world.ptz[1].moving)
        await made.goto_preset(channel(), 3)
        await task
        assert device.world.ptz[1].log[-1].kind == "preset"


async def test_saving_a_preset_keeps_its_name_unless_told() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        presets = device.world.ptz[1].presets
        await made.save_preset(channel(), 1, None)
        await made.save_preset(channel(), 2, "Tor & Hof")
        await made.save_preset(channel(), 50, None)
        assert [presets[number].name for number in (1, 2, 50)] == ["Gate", "Tor & Hof", "Preset 50"]


async def test_a_preset_is_forgotten() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await made.delete_preset(channel(), 1)
        assert not device.world.ptz[1].presets[1].enabled


@pytest.mark.parametrize("number", [0, -1, 33, 45, 92, 94, 105, 301])
async def test_commands_and_numbers_beyond_the_range_are_not_sent(number: int) -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await with_facts(made)
        sent = len(device.requests)
        with pytest.raises(Rejected):
            await made.goto_preset(channel(), number)
        with pytest.raises(Rejected):
            await made.save_preset(channel(), number, "x")
        with pytest.raises(Rejected):
            await made.delete_preset(channel(), number)
        assert len(device.requests) == sent
        assert device.world.reboots == 0


async def test_a_listed_preset_with_a_special_number_can_be_called() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        made.ptz_facts[1] = PtzFacts(presets={40: "Yard"})
        await made.goto_preset(channel(), 40)
        assert device.world.ptz[1].log[-1].values == (40,)


@pytest.mark.parametrize("number", [0, 9])
async def test_patrols_beyond_the_range_are_not_sent(number: int) -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await with_facts(made)
        with pytest.raises(Rejected):
            await made.patrol(channel(), number, True)


# --- lens


async def test_focus_and_iris_end_in_a_stop() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        assert isinstance(made, Optics)
        await made.focus(channel(), -0.5, 0.02)
        await made.iris(channel(), 2.0, 0.02)
        log = device.world.ptz[1].log
        assert [(move.kind, move.values) for move in log] == [
            ("focus", (-50,)),
            ("stop", (0,)),
            ("iris", (100,)),
            ("stop", (0,)),
        ]


async def test_wiper_and_light() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await with_facts(made)
        assert {Feature.WIPER, Feature.AUXILIARY_LIGHT} <= made.ptz_facts[1].features
        await made.auxiliary(channel(), Feature.WIPER, True)
        await made.auxiliary(channel(), Feature.AUXILIARY_LIGHT, True)
        await made.auxiliary(channel(), Feature.AUXILIARY_LIGHT, False)
        assert device.world.ptz[1].aux == {1: ("LIGHT", False), 2: ("WIPER", True)}
        with pytest.raises(NotSupported):
            await made.auxiliary(channel(), Feature.FOCUS, True)


async def test_accessories_of_older_heads_share_one_command() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        device.fault.not_support = {f"{BASE}/auxcontrols"}
        with pytest.raises(NotSupported):  # the simulated head has no such command either
            await made.auxiliary(channel(), Feature.WIPER, True)
        paths = [each.path for each in device.seen("PUT", BASE) if each.status != 401]
        assert paths == [f"/ISAPI/{BASE}/auxcontrols/1", f"/ISAPI/{BASE}/auxcommand"]


async def test_a_dead_device_is_told() -> None:
    async with IsapiSimulator("ptz") as device, commands(device) as made:
        await device.go_down()
        with pytest.raises(CannotConnect):
            await made.move(channel(), 1, 0, 0, 0.1)
