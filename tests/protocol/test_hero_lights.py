"""Lamps, the light level and the siren of the JSON dialect."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.commands import Lights, Sirens
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import NOT_TAKEN
from custom_components.ip_surveillance.protocol.drivers.herospeed.docs import Doc
from custom_components.ip_surveillance.protocol.drivers.herospeed.lights import LIGHT_LEVEL, lamp_states, light_ref
from custom_components.ip_surveillance.protocol.drivers.herospeed.siren import SIREN
from custom_components.ip_surveillance.protocol.errors import AuthFailed, Forbidden, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.events import Patched
from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.herospeed import ENDPOINTS, HerospeedSimulator, Quirk

from .hero_driver import until
from .hero_knobs import CHANNEL, Knobbed, knobs

pytestmark = pytest.mark.usefixtures("socket_enabled")

WHITE = light_ref(1, "white")
IR = light_ref(1, "ir")
LIGHT = "/api/image/fill-light"
OSD = "/api/image/osd"
VOICE = "/api/video/audio-alarm"


def light(camera: HerospeedSimulator, *names: str) -> list[Any]:
    return [camera.world.documents[LIGHT][name] for name in names]


async def state(made: Knobbed, ref: PartRef) -> LineState:
    polled = await made.poll_knobs({Want(ref)})
    assert polled is not None
    found = polled.parts[ref]
    assert isinstance(found, LineState)
    return found


# --- which there are


@pytest.mark.parametrize(
    ("flag", "lamps"),
    [
        (1, {WHITE: True, IR: False}),
        (5, {WHITE: False, IR: False}),
        (6, {WHITE: True, IR: False}),
        (0, {IR: False}),
        (2, {IR: False}),
    ],
)
async def test_lamps_are_there_by_flag_and_field(flag: int, lamps: dict[PartRef, bool]) -> None:
    async with HerospeedSimulator("fixed") as camera:
        camera.world.capabilities["enableSmartir"] = flag
        async with knobs(camera) as made:
            assert made.topology is not None
            found = {part.ref: part for part in made.topology.of(PartKind.LIGHT)}
            assert {ref: Feature.BRIGHTNESS in part.features for ref, part in found.items()} == lamps
            assert all(part.parent == CHANNEL and part.role == ref.label for ref, part in found.items())
            assert isinstance(made, Lights)
            assert isinstance(made, Sirens)


async def test_a_lamp_that_the_device_does_not_list_is_not_there() -> None:
    async with HerospeedSimulator("fixed") as camera:
        camera.world.documents[LIGHT]["dayNightModeList"] = [0, 1]
        del camera.world.documents[OSD]["enableIrLed"]
        async with knobs(camera) as made:
            assert made.topology is not None
            assert list(made.topology.of(PartKind.LIGHT)) == []
            with pytest.raises(NotSupported):
                await made.set_light(IR, True)
            with pytest.raises(NotSupported):
                await made.set_light(light_ref(1, "blue"), True)


async def test_lamps_that_could_not_be_asked_for_are_marked() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        for path in (LIGHT, OSD, VOICE):
            camera.fault.status_next(500, path=path, times=1)
        await made.look()
        for ref in (WHITE, IR, SIREN):
            assert made.part(ref).unprobed == made.part(ref).features
        await made.look()
        for ref in (WHITE, IR, SIREN):
            assert made.part(ref).unprobed == frozenset()


# --- switching


async def test_white_takes_the_mode_and_gives_it_back() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        camera.world.documents[LIGHT] |= {"dayNightMode": 1, "lightMode": 1, "lightVal": 30}
        polled = await made.set_light(WHITE, True)
        assert light(camera, "dayNightMode", "lightMode", "lightVal") == [2, 1, 30]
        assert polled.readback
        assert polled.parts[WHITE] == LineState(active=True, level=0.3)
        assert polled.settings[CHANNEL, SettingKey(Setting.LIGHT_MODE)] == "whiteLight"

        polled = await made.set_light(WHITE, True, 0.8)
        assert light(camera, "dayNightMode", "lightMode", "lightVal") == [2, 0, 80]
        assert polled.parts[WHITE] == LineState(active=True, level=0.8)

        polled = await made.set_light(WHITE, False)
        assert light(camera, "dayNightMode", "lightMode", "lightVal") == [1, 1, 30]
        assert polled.parts[WHITE] == LineState(active=False, level=0.3)
        assert camera.unknown_names == []

        # Off already: nothing to write.
        camera.requests.clear()
        await made.set_light(WHITE, False)
        assert len(camera.requests) == 1


async def test_white_that_was_on_before_us_leaves_infrared() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        camera.world.documents[LIGHT] |= {"dayNightMode": 2, "lightMode": 1, "lightVal": 40}
        await made.set_light(WHITE, True, 0.0)
        # On is never quite dark.
        assert light(camera, "lightMode", "lightVal") == [0, 1]
        await made.set_light(WHITE, False)
        assert light(camera, "dayNightMode", "lightMode") == [0, 1]


async def test_a_dark_white_is_off_and_comes_on_bright() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        camera.world.documents[LIGHT] |= {"dayNightMode": 2, "lightMode": 0, "lightVal": 0}
        assert await state(made, WHITE) == LineState(active=False, level=0.0)
        polled = await made.set_light(WHITE, True)
        assert polled.parts[WHITE] == LineState(active=True, level=1.0)


async def test_a_camera_with_white_alone_is_darkened() -> None:
    async with HerospeedSimulator("fixed") as camera:
        camera.world.documents[LIGHT] |= {"dayNightMode": 2, "lightMode": 1, "dayNightModeList": [2]}
        async with knobs(camera) as made:
            polled = await made.set_light(WHITE, False)
            assert polled.parts[WHITE] == LineState(active=False, level=0.0)
            assert light(camera, "dayNightMode", "lightMode", "lightVal") == [2, 0, 0]


async def test_infrared_is_a_switch_of_its_own() -> None:
    async with HerospeedSimulator("fixed", quirks=[Quirk.PARTIAL_WIPES]) as camera, knobs(camera) as made:
        before = dict(camera.world.documents[OSD])
        polled = await made.set_light(IR, True)
        assert camera.world.documents[OSD] == before | {"enableIrLed": 1}
        assert polled.parts[IR] == LineState(active=True)
        polled = await made.set_light(IR, False)
        assert polled.parts[IR] == LineState(active=False)


async def test_a_mode_set_as_a_setting_shows_on_the_lamp() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        polled = await made.put(Setting.LIGHT_MODE, "whiteLight")
        state = polled.parts[WHITE]
        assert isinstance(state, LineState)
        assert state.active


async def test_a_lamp_that_does_not_follow_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: Any) -> Any:
        return {}

    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        monkeypatch.setitem(ENDPOINTS, LIGHT, replace(ENDPOINTS[LIGHT], set=nothing))
        with pytest.raises(Rejected) as refused:
            await made.set_light(WHITE, True)
        assert refused.value.code == NOT_TAKEN


# --- polls


async def test_lamps_and_the_light_level_cost_one_request_a_document() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        assert LIGHT_LEVEL in made.part(CHANNEL).readings
        camera.requests.clear()
        polled = await made.poll_knobs({Want(WHITE), Want(IR, Feature.LIGHT), Want(CHANNEL, LIGHT_LEVEL)})
        assert polled is not None
        assert not polled.readback
        assert sorted(each.path for each in camera.requests) == [LIGHT, OSD]
        assert set(polled.parts) == {WHITE, IR}
        level = polled.readings[CHANNEL, LIGHT_LEVEL]
        assert isinstance(level, float)
        assert 0 <= level <= 100

        camera.requests.clear()
        assert await made.poll_knobs({Want(CHANNEL, Feature.STREAM), Want(PartRef(HOST, PartKind.LIGHT, 9))}) is None
        assert await made.poll_knobs(set()) is None
        assert camera.requests == []


async def test_what_cannot_be_read_is_unknown() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        camera.fault.status_next(500, path=LIGHT, times=1)
        polled = await made.poll_knobs({Want(WHITE), Want(IR)})
        assert polled is not None
        assert polled.parts == {WHITE: LineState(), IR: LineState(active=False)}
        assert polled.readings == {(CHANNEL, LIGHT_LEVEL): None}
        camera.kill_sessions()
        camera.change_password("another")
        with pytest.raises(AuthFailed):
            await made.poll_knobs({Want(WHITE)})


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"dayNightMode": "2", "lightMode": 1, "lightVal": "50"}, LineState(active=True, level=0.5)),
        ({"dayNightMode ": 0, "lightVal": 900}, LineState(active=False, level=1.0)),
        ({"dayNightMode": 2, "lightMode": 0, "lightVal": 0}, LineState(active=False, level=0.0)),
        ({"dayNightMode": None, "lightVal": []}, LineState()),
        ([], LineState()),
    ],
)
def test_states_of_the_fill_light(document: Any, expected: LineState) -> None:
    assert lamp_states(LIGHT, Doc(document), 1) == {WHITE: expected}
    assert lamp_states("/api/image/image", Doc(document), 1) == {}


# --- siren


async def test_a_siren_plays_again_and_again_until_it_is_enough() -> None:
    async with HerospeedSimulator("light", quirks=[Quirk.PARTIAL_WIPES]) as camera, knobs(camera) as made:
        now, naps = [0.0], []

        async def sleep(seconds: float) -> None:
            naps.append(seconds)
            now[0] += seconds
            await asyncio.sleep(0)

        made.siren_clock, made.siren_sleep = lambda: now[0], sleep
        await made.put(Setting.WARNING_SOUND, "dangerousArea", ref=SIREN.owner)
        before = dict(camera.world.documents[VOICE])
        polled = await made.set_siren(SIREN, True, 12)
        assert polled.parts[SIREN] == LineState(active=True)
        assert polled.readback
        await until(lambda: made.told_events)
        assert made.told_events == [Patched(part=SIREN, state=LineState(active=False))]
        assert camera.world.played == [5, 5, 5]
        assert naps == [5.0, 5.0, 2.0]
        assert camera.world.documents[VOICE] == before
        assert made.poll_sirens(SIREN).parts[SIREN] == LineState(active=False)


async def test_a_siren_is_stopped_by_hand_and_by_the_end() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        await made.set_siren(SIREN, True)
        assert (await state(made, SIREN)).active
        # Already sounding: another end, no sound in between.
        await made.set_siren(SIREN, True, 60)
        assert camera.world.played == [0]
        polled = await made.set_siren(SIREN, False)
        assert polled.parts[SIREN] == LineState(active=False)
        await made.set_siren(SIREN, True, 60)
        await made.close_knobs()
        assert made.knob_memory.sounding == {}
        assert made.told_events == []


async def test_a_siren_that_is_refused_says_so_and_gives_up_later() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        camera.refuse_next(102, path=VOICE)
        with pytest.raises(Forbidden):
            await made.set_siren(SIREN, True)
        assert made.knob_memory.sounding == {}

        async def sleep(_: float) -> None:
            await asyncio.sleep(0)

        made.siren_sleep = sleep
        await made.set_siren(SIREN, True)
        await until(lambda: len(camera.world.played) > 2)
        camera.refuse_next(1, path=VOICE, times=None)
        await until(lambda: made.told_events)
        assert made.told_events == [Patched(part=SIREN, state=LineState(active=False))]


async def test_a_siren_ends_at_once_where_the_rights_went() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        made.siren_sleep = lambda _: asyncio.sleep(0)
        await made.set_siren(SIREN, True)
        camera.refuse_next(102, path=VOICE, times=None)
        await until(lambda: made.told_events)
        assert len(camera.fault.rules) == 1


async def test_no_siren_without_the_spoken_warning() -> None:
    async with HerospeedSimulator("fixed") as camera, knobs(camera) as made:
        assert made.topology is not None
        assert list(made.topology.of(PartKind.SIREN)) == []
