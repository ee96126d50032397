"""Head, lens, presets and routes of the JSON dialect, against a head that really moves."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.commands import Acts, Moves, Optics, Presets
from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import NOT_TAKEN
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc
from custom_components.ip_surveillance.protocol.drivers.herospeed.ptz import rectangle, speed, turn
from custom_components.ip_surveillance.protocol.drivers.herospeed.ptz_facts import features_of, presets_of
from custom_components.ip_surveillance.protocol.errors import (
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
    Rejected,
)
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.herospeed import ENDPOINTS, HerospeedSimulator, Quirk

from .hero_driver import until
from .hero_knobs import CHANNEL, knobs

pytestmark = pytest.mark.usefixtures("socket_enabled")

PTZ = "/api/image/ptz-ctrl"
CRUISE = "/api/image/ptz-cruise"
LENS = {Feature.PTZ_ZOOM, Feature.FOCUS, Feature.IRIS, Feature.AUTO_FOCUS, Feature.LENS_RESET}
HEAD = {Feature.PTZ_CONTINUOUS, Feature.PTZ_RELATIVE}
TOURS = {Feature.PRESETS, Feature.PATROLS}


def kinds(camera: HerospeedSimulator) -> list[str]:
    return [move.kind for move in camera.world.head.log]


# --- pure


@pytest.mark.parametrize(
    ("pan", "tilt", "expected"),
    [
        (0, 0, None),
        (1, 0, (13, 10)),
        (-1, 0, (12, 10)),
        (0, 0.5, (10, 5)),
        (0, -0.05, (11, 1)),
        (0.5, 0.5, (16, 5)),
        (0.5, -0.4, (17, 5)),
        (-0.5, 0.5, (14, 5)),
        (-0.3, -0.5, (15, 5)),
        # Nearly straight is straight.
        (1, 0.3, (13, 10)),
        (-0.1, -1, (11, 10)),
        (5, 0, (13, 10)),
    ],
)
def test_directions_and_speeds(pan: float, tilt: float, expected: tuple[int, int] | None) -> None:
    assert turn(pan, tilt) == expected


def test_a_speed_is_never_none() -> None:
    assert [speed(each) for each in (0.01, 0.14, -0.5, 1, -3)] == [1, 1, 5, 10, 10]


def box(found: dict[str, int]) -> tuple[int, int, int, int]:
    return found["x1"], found["y1"], found["x2"], found["y2"]


@pytest.mark.parametrize(
    ("pan", "tilt", "zoom", "expected"),
    [
        (0, 0, 0, (0, 0, 1000, 1000)),
        (0, 0, 0.5, (250, 250, 750, 750)),
        # The right edge of what remains is the edge of the picture; up is towards 0.
        (0.5, 0, 0, (500, 250, 1000, 750)),
        (0, 0.5, 0, (250, 0, 750, 500)),
        (-0.5, -0.5, 0, (0, 500, 500, 1000)),
        (1, 0, 0, (950, 475, 1000, 525)),
        (0, 0, 1, (475, 475, 525, 525)),
        (0.2, 0, 0.9, (550, 450, 650, 550)),
    ],
)
def test_a_move_by_a_part_of_the_picture_is_a_rectangle(
    pan: float, tilt: float, zoom: float, expected: tuple[int, int, int, int]
) -> None:
    found = rectangle(pan, tilt, zoom)
    assert box(found) == expected
    assert (found["width"], found["height"]) == (1000, 1000)


def test_values_of_the_flag() -> None:
    assert features_of(0) == frozenset()
    assert features_of(1) == LENS | HEAD
    assert features_of(2) == features_of(3) == LENS
    assert features_of(4) == features_of(None) == LENS | HEAD | TOURS


def test_presets_are_those_that_are_stored() -> None:
    rows: list[Any] = [
        {"presetIdx": "3", "presetName ": "Gate", "enablePreset": "1"},
        {"presetIdx": 4, "presetName": "Off", "enablePreset": 0},
        {"presetIdx": 5, "presetName": "", "enablePreset": True},
        {"presetIdx": 5, "presetName": "again", "enablePreset": 1},
        {"presetIdx": -1, "enablePreset": 1},
        {"presetIdx": None, "enablePreset": 1},
        [],
        "x",
        {},
    ]
    assert presets_of(Doc({"presetList": rows})) == {3: "Gate", 5: "preset5"}
    assert presets_of(Doc({"presetList": {}})) == presets_of(Doc([])) == {}


# --- what there is


@pytest.mark.parametrize(
    ("model", "features"), [("ptz", LENS | HEAD | TOURS), ("sd", LENS), ("fixed", set()), ("light", set())]
)
async def test_what_moves(model: str, features: set[Feature]) -> None:
    async with HerospeedSimulator(model) as camera, knobs(camera) as made:
        part = made.part(CHANNEL)
        assert part.features == features
        assert part.unprobed == frozenset()
        if model == "ptz":
            # 255 are listed, four are stored, two of them the device's own.
            assert part.presets == {1: "Gate", 2: "Drive", 92: "Left limit", 93: "Right limit"}
            assert part.patrols == {1: "Cruise 1"}
        for kind in (Moves, Optics, Presets, Acts):
            assert isinstance(made, kind)


async def test_a_head_that_could_not_be_asked_for_is_marked() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        camera.fault.status_next(500, path=PTZ, times=1)
        await made.look()
        assert made.part(CHANNEL).unprobed == LENS | HEAD | TOURS
        camera.fault.status_next(500, path=CRUISE, times=1)
        await made.look()
        assert made.part(CHANNEL).unprobed == {Feature.PATROLS}
        assert Feature.PATROLS in made.part(CHANNEL).features


async def test_a_head_without_routes() -> None:
    async with HerospeedSimulator("ptz") as camera:
        camera.fault.not_support.add(CRUISE)
        async with knobs(camera) as made:
            assert made.part(CHANNEL).features == LENS | HEAD | {Feature.PRESETS}


# --- moving


async def test_a_move_ends_in_its_stop() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        await made.move(CHANNEL, 0.5, 0.5, 0, 0.05)
        head = camera.world.head
        assert kinds(camera) == ["right_up", "stop"]
        assert [move.speed for move in head.log] == [5, 1]
        assert head.position["pan"] > 0
        assert head.position["tilt"] > 0
        assert head.moving == {}


async def test_head_and_zoom_move_at_once_each_with_its_stop() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        await made.move(CHANNEL, -1, 0, -1, 0.05)
        found = kinds(camera)
        assert sorted(found) == ["left", "stop", "zoom_out", "zoom_stop"]
        assert camera.world.head.moving == {}
        camera.world.head.log.clear()
        await made.move(CHANNEL, 0, 0, 0.3, 0.05)
        assert kinds(camera) == ["zoom_in", "zoom_stop"]
        camera.world.head.log.clear()
        await made.move(CHANNEL, 0, 0, 0, 1)
        assert kinds(camera) == ["stop", "zoom_stop"]


async def test_a_cancelled_move_is_stopped() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        task = asyncio.create_task(made.move(CHANNEL, 1, 0, 1, 60))
        await until(lambda: camera.world.head.moving.keys() == {"pan", "zoom"})
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert camera.world.head.moving == {}
        assert sorted(kinds(camera)[-2:]) == ["stop", "zoom_stop"]


@pytest.mark.parametrize(("what", "name"), [("focus", "focus_far"), ("iris", "iris_open")])
async def test_a_cancelled_lens_is_stopped(what: str, name: str) -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        task = asyncio.create_task(getattr(made, what)(CHANNEL, 0.4, 60))
        await until(lambda: camera.world.head.moving)
        assert kinds(camera) == [name]
        assert camera.world.head.log[0].speed == 4
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert camera.world.head.moving == {}


async def test_a_move_that_fails_is_stopped_too() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        real = camera.world.head.operate

        def operate(data: Any) -> None:
            real(data)
            if data["optType"] == 20:
                camera.fault.drop_next()

        camera.world.head.operate = operate  # type: ignore[method-assign]
        camera.fault.delays[PTZ] = 0.0
        camera.refuse_next(1, path=PTZ)
        with pytest.raises(DeviceError):
            await made.move(CHANNEL, 1, 0, 1, 60)
        assert camera.world.head.moving == {}


async def test_closing_stops_what_moves() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        task = asyncio.create_task(made.move(CHANNEL, 1, 0, 0, 60))
        await until(lambda: camera.world.head.moving)
        await made.mover.close()
        assert camera.world.head.moving == {}
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_later_move_takes_over_and_stop_stops_all() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        first = asyncio.create_task(made.move(CHANNEL, 1, 0, 0, 0.2))
        await until(lambda: kinds(camera) == ["right"])
        second = asyncio.create_task(made.move(CHANNEL, 0, 1, 1, 60))
        lens = asyncio.create_task(made.focus(CHANNEL, -1, 60))
        await until(lambda: {"up", "zoom_in", "focus_near"} <= set(kinds(camera)))
        await first
        assert "stop" not in kinds(camera)
        await made.stop(CHANNEL)
        assert camera.world.head.moving.keys() <= {"pan"} - {"pan"}
        assert set(kinds(camera)[-3:]) == {"stop", "zoom_stop", "focus_stop"}
        for task in (second, lens):
            task.cancel()
        await asyncio.gather(second, lens, return_exceptions=True)


async def test_the_lens_moves_and_stops() -> None:
    async with HerospeedSimulator("sd") as camera, knobs(camera) as made:
        await made.focus(CHANNEL, -0.2, 0.02)
        await made.iris(CHANNEL, -1, 0.02)
        await made.move(CHANNEL, 0, 0, 1, 0.02)
        assert kinds(camera) == ["focus_near", "focus_stop", "iris_close", "stop", "zoom_in", "zoom_stop"]
        with pytest.raises(DeviceError):
            await made.move(CHANNEL, 1, 0, 0, 0.02)


async def test_things_done_once() -> None:
    async with HerospeedSimulator("sd") as camera, knobs(camera) as made:
        await made.act(CHANNEL, Feature.AUTO_FOCUS)
        await made.act(CHANNEL, Feature.LENS_RESET)
        assert kinds(camera) == ["auto_focus", "lens_init"]
        with pytest.raises(NotSupported):
            await made.act(CHANNEL, Feature.WASHER)


async def test_a_move_by_a_part_of_the_picture() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        await made.move_by(CHANNEL, 0.5, 0.25, 0.3)
        where = camera.world.head.position
        assert kinds(camera) == ["position_3d"]
        assert where["pan"] > 0
        assert where["tilt"] > 0
        assert where["zoom"] == pytest.approx(2)
        with pytest.raises(NotSupported):
            await made.move_by(CHANNEL, 0, 0, -0.1)
        with pytest.raises(Rejected):
            await made.move_by(CHANNEL, 1.1, 0, 0)


async def test_what_the_dialect_lacks() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        for call in (
            made.move_to(CHANNEL, 0, 0, None),
            made.position(CHANNEL),
            made.goto_home(CHANNEL),
            made.auxiliary(CHANNEL, Feature.WIPER, True),
        ):
            with pytest.raises(NotSupported):
                await call
        assert kinds(camera) == []


# --- presets and routes


@pytest.mark.parametrize("quirk", [None, Quirk.STRING_NUMBERS, Quirk.TRAILING_COMMA])
async def test_going_to_presets(quirk: Quirk | None) -> None:
    async with HerospeedSimulator("ptz", quirks=[quirk] if quirk else []) as camera, knobs(camera) as made:
        await made.goto_preset(CHANNEL, 2)
        assert camera.world.head.at_preset == 2
        # The device's own are good to go to.
        await made.goto_preset(CHANNEL, 92)
        assert camera.world.head.at_preset == 92
        for number in (3, 0, 256, -1):
            with pytest.raises(Rejected):
                await made.goto_preset(CHANNEL, number)
        del camera.world.head.presets[255]
        with pytest.raises(Rejected):
            await made.goto_preset(CHANNEL, 255)
        assert kinds(camera) == ["preset_goto"] * 2


async def test_a_preset_ends_our_move_without_a_stop() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        task = asyncio.create_task(made.move(CHANNEL, 1, 0, 0, 0.1))
        await until(lambda: camera.world.head.moving)
        await made.goto_preset(CHANNEL, 1)
        await task
        assert kinds(camera) == ["right", "preset_goto"]
        assert camera.world.head.at_preset == 1


async def test_storing_and_forgetting_presets() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        presets = camera.world.head.presets
        await made.save_preset(CHANNEL, 7, "Größe")
        assert (presets[7].name, presets[7].enabled) == ("Größe", True)
        await made.save_preset(CHANNEL, 7, None)
        assert presets[7].name == "Größe"
        await made.save_preset(CHANNEL, 8, None)
        assert (presets[8].name, presets[8].enabled) == ("preset8", True)
        await made.delete_preset(CHANNEL, 7)
        assert not presets[7].enabled
        await made.look()
        assert made.part(CHANNEL).presets.keys() == {1, 2, 8, 92, 93}


async def test_presets_of_the_device_and_beyond_its_numbers_are_never_written() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        for number in (92, 0, 256):
            with pytest.raises(Rejected):
                await made.save_preset(CHANNEL, number, None)
            with pytest.raises(Rejected):
                await made.delete_preset(CHANNEL, number)
        with pytest.raises(Rejected):
            await made.save_preset(CHANNEL, 7, "ä" * 11)
        await made.save_preset(CHANNEL, 7, "ä" * 10)
        assert kinds(camera) == ["preset_set"]


async def test_a_preset_that_was_not_stored_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: Any) -> Any:
        return {}

    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        monkeypatch.setitem(ENDPOINTS, PTZ, replace(ENDPOINTS[PTZ], set=nothing))
        for call in (made.save_preset(CHANNEL, 7, None), made.delete_preset(CHANNEL, 1)):
            with pytest.raises(Rejected) as refused:
                await call
            assert refused.value.code == NOT_TAKEN


async def test_routes_run_and_stop() -> None:
    async with HerospeedSimulator("ptz") as camera, knobs(camera) as made:
        await made.patrol(CHANNEL, 1, True)
        assert camera.world.head.cruising == 1
        await made.patrol(CHANNEL, 1, False)
        assert kinds(camera) == ["cruise_start", "cruise_stop"]
        assert not camera.world.head.cruising
        with pytest.raises(Rejected):
            await made.patrol(CHANNEL, 2, True)
        with pytest.raises(DeviceError):
            await made.patrol(CHANNEL, 99, True)
        assert kinds(camera) == ["cruise_start", "cruise_stop"]


async def test_rights_and_a_lost_link_are_told() -> None:
    async with HerospeedSimulator("ptz") as camera:
        camera.username, camera.password = "viewer", "Viewer123"
        async with knobs(camera) as made:
            with pytest.raises(Forbidden):
                await made.act(CHANNEL, Feature.AUTO_FOCUS)
            await camera.go_down()
            with pytest.raises(CannotConnect):
                await made.act(CHANNEL, Feature.AUTO_FOCUS)
            await camera.come_up()
