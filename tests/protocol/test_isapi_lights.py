"""Supplement lights and the siren."""

import asyncio

import pytest

from custom_components.ip_surveillance.protocol.commands import Lights, Sirens
from custom_components.ip_surveillance.protocol.drivers.isapi.lights import (
    SIREN_PATH,
    light_options,
    light_parts,
    light_path,
    light_states,
    siren_parts,
)
from custom_components.ip_surveillance.protocol.errors import BadAnswer, Forbidden, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.events import Patched
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.isapi import IsapiSimulator

from .isapi_commands import Commands, channel, commands, document, part

pytestmark = pytest.mark.usefixtures("socket_enabled")

WHITE = part(PartKind.LIGHT, 1, "white")
IR = part(PartKind.LIGHT, 1, "ir")
SIREN = part(PartKind.SIREN, 1)
PATH = light_path(1)


async def with_modes(made: Commands) -> Commands:
    """Learn the modes, as discovery does."""
    made.light_modes[1] = light_options(await made.client.xml(f"{PATH}/capabilities"))
    return made


def leaf(device: IsapiSimulator, name: str) -> str:
    return str(device.world.tree(PATH)[name])


# --- pure


async def test_lamps_come_from_the_capabilities() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        capabilities = await made.client.xml(f"{PATH}/capabilities")
        parts = light_parts(capabilities, 1)
    assert [each.ref for each in parts] == [WHITE, IR]
    assert [each.parent for each in parts] == [channel(), channel()]
    assert [each.features for each in parts] == [{Feature.LIGHT, Feature.BRIGHTNESS}] * 2


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('<SupplementLight><supplementLightMode opt="irLight, close"/></SupplementLight>', ["ir"]),
        ('<SupplementLight><supplementLightMode opt="whiteLight,close"/></SupplementLight>', ["white"]),
        ('<SupplementLight><supplementLightMode opt="close"/></SupplementLight>', []),
        ("<SupplementLight/>", []),
    ],
)
def test_only_offered_modes_are_lamps(text: str, labels: list[str]) -> None:
    parts = light_parts(document(text), 3)
    assert [(each.ref.number, each.ref.label) for each in parts] == [(3, label) for label in labels]
    assert all(each.features == {Feature.LIGHT} for each in parts)


def test_no_document_no_lamp() -> None:
    assert light_parts(None, 1) == []
    assert siren_parts(None) == []
    assert siren_parts({"AudioAlarm": []}) == []


def test_states() -> None:
    text = (
        "<SupplementLight><supplementLightMode>irLight</supplementLightMode>"
        "<irLightBrightness>250</irLightBrightness></SupplementLight>"
    )
    assert light_states(document(text), 1) == {
        WHITE: LineState(active=False),
        IR: LineState(active=True, level=1.0),
    }
    assert light_states(document("<SupplementLight/>"), 1)[IR] == LineState()


# --- lamps


async def test_a_lamp_returns_to_the_mode_before() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        assert isinstance(made, Lights)
        await with_modes(made)
        device.world.tree(PATH)["supplementLightMode"] = "irLight"
        polled = await made.set_light(WHITE, True)
        assert polled.parts == {
            WHITE: LineState(active=True, level=0.8),
            IR: LineState(active=False, level=0.7),
        }
        assert polled.settings == {(channel(), SettingKey(Setting.LIGHT_MODE)): "colorVuWhiteLight"}
        assert leaf(device, "mixedLightBrightnessRegulatMode") == "auto"
        polled = await made.set_light(WHITE, False)
        assert polled.parts[WHITE] == LineState(active=False, level=0.8)
        assert leaf(device, "supplementLightMode") == "irLight"


async def test_brightness_is_manual_until_off() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_modes(made)
        polled = await made.set_light(WHITE, True, 0.253)
        assert polled.parts[WHITE] == LineState(active=True, level=0.25)
        assert leaf(device, "mixedLightBrightnessRegulatMode") == "manual"
        assert leaf(device, "irLightBrightness") == "70"
        await made.set_light(WHITE, True, 1.0)
        assert leaf(device, "whiteLightBrightness") == "100"
        await made.set_light(WHITE, False)
        assert leaf(device, "supplementLightMode") == "eventIntelligence"
        assert leaf(device, "mixedLightBrightnessRegulatMode") == "auto"


@pytest.mark.parametrize(
    ("lamp", "mode", "rest"), [(WHITE, "colorVuWhiteLight", "eventIntelligence"), (IR, "irLight", "close")]
)
async def test_a_lamp_that_somebody_else_switched_on(lamp: PartRef, mode: str, rest: str) -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_modes(made)
        device.world.tree(PATH)["supplementLightMode"] = mode
        await made.set_light(lamp, True, 0.5)
        await made.set_light(lamp, False)
        assert leaf(device, "supplementLightMode") == rest
        assert leaf(device, "mixedLightBrightnessRegulatMode") == "auto"


async def test_switching_off_what_is_off_writes_nothing() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_modes(made)
        polled = await made.set_light(WHITE, False)
        assert polled.parts[WHITE].active is False  # type: ignore[union-attr]
        assert device.seen("PUT") == []


async def test_a_light_with_one_mode_only_cannot_be_switched_off() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        made.light_modes[1] = ("irLight",)
        device.world.tree(PATH)["supplementLightMode"] = "irLight"
        with pytest.raises(Rejected):
            await made.set_light(IR, False)
        assert device.seen("PUT") == []


async def test_brightness_that_the_light_does_not_have() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await with_modes(made)
        del device.world.tree(PATH)["whiteLightBrightness"]
        with pytest.raises(NotSupported):
            await made.set_light(WHITE, True, 0.5)
        assert device.seen("PUT") == []


async def test_an_unknown_lamp() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        with pytest.raises(NotSupported):
            await made.set_light(part(PartKind.LIGHT, 1, "disco"), True)


# --- siren


class Time:
    """A clock that only moves when slept on; yields to the loop so that others run."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def timed(made: Commands) -> Time:
    clock = Time()
    made.siren_clock, made.siren_sleep = clock.clock, clock.sleep
    return clock


async def test_a_siren_part_comes_from_the_capabilities() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        parts = siren_parts(await made.client.json(f"{SIREN_PATH}/capabilities"))
    assert [(each.ref, set(each.features)) for each in parts] == [(SIREN, {Feature.SIREN})]


async def test_a_siren_plays_its_clip_until_the_time_is_over() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        assert isinstance(made, Sirens)
        device.siren_seconds = 0.0
        clock = timed(made)
        settings = str(device.world.settings)
        polled = await made.set_siren(SIREN, True, 12.0)
        assert polled.parts == {SIREN: LineState(active=True)}
        await asyncio.wait({made.siren_tasks[SIREN]})
        assert clock.slept == [5.0, 5.0, 2.0]
        assert device.world.siren_played == 3
        assert made.told == [Patched(part=SIREN, state=LineState(active=False))]
        assert made.poll_sirens(SIREN).parts == {SIREN: LineState(active=False)}
        assert str(device.world.settings) == settings
        assert device.seen("PUT", "AudioAlarm")[-1].path == f"/ISAPI/{SIREN_PATH}/1/test?format=json"


async def test_a_siren_waits_where_the_clip_still_plays() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        clock = timed(made)
        await made.set_siren(SIREN, True)  # plays for five real seconds, our clock runs ahead
        await asyncio.wait({made.siren_tasks[SIREN]})
        assert clock.slept == [5.0] + [1.0] * 9  # then it is given up
        assert device.world.siren_played == 1
        assert len(made.told) == 1


async def test_a_siren_is_stopped() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await made.set_siren(SIREN, True, 60)
        task = made.siren_tasks[SIREN]
        polled = await made.set_siren(SIREN, False)
        assert polled.parts == {SIREN: LineState(active=False)}
        await asyncio.wait({task})
        assert task.cancelled()
        assert made.told == []


async def test_nothing_sounds_after_close() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await made.set_siren(SIREN, True)
        task = made.siren_tasks[SIREN]
        await made.close()
        assert task.cancelled()
        assert made.siren_tasks == {}


async def test_a_second_start_replaces_the_first() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.siren_seconds = 0.0
        await asyncio.gather(made.set_siren(SIREN, True, 60), made.set_siren(SIREN, True, 60))
        running = [task for task in asyncio.all_tasks() if "_sound" in repr(task)]
        await asyncio.sleep(0)
        assert [task for task in running if not task.done()] == [made.siren_tasks[SIREN]]


async def test_a_siren_is_given_up_when_the_right_is_taken_away() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.siren_seconds = 0.0
        clock = timed(made)
        await made.set_siren(SIREN, True)
        device.fault.status_next(403, "lowPrivilege", path=SIREN_PATH, times=9)
        await asyncio.wait({made.siren_tasks[SIREN]})
        assert clock.slept[0] == 5.0
        assert len(clock.slept) == 1
        assert len(made.told) == 1


async def test_a_refusal_at_the_start_is_told() -> None:
    async with IsapiSimulator("camera", level="viewer") as device, commands(device) as made:
        with pytest.raises(Forbidden):
            await made.set_siren(SIREN, True)
        assert made.siren_tasks == {}


async def test_settings_without_a_sound() -> None:
    async with IsapiSimulator("camera") as device, commands(device) as made:
        device.world.settings[SIREN_PATH] = {"AudioAlarm": {"audioID": "loud"}}
        with pytest.raises(BadAnswer):
            await made.set_siren(SIREN, True)


async def test_a_device_without_siren() -> None:
    async with IsapiSimulator("cube") as device, commands(device) as made:
        with pytest.raises((NotSupported, Forbidden)):
            await made.set_siren(SIREN, True)


async def test_a_siren_that_sounds_already_only_gets_another_end() -> None:
    """The device refuses a second clip while one plays: that is no reason to fall silent."""
    async with IsapiSimulator("camera") as device, commands(device) as made:
        await made.set_siren(SIREN, True)
        polled = await made.set_siren(SIREN, True, 60)
        assert polled.parts == {SIREN: LineState(active=True)}
        assert device.world.siren_played == 1
        assert not made.siren_tasks[SIREN].done()
