"""The alarm output of the JSON dialect."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.commands import Switches
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import NOT_TAKEN
from custom_components.ip_surveillance.protocol.drivers.herospeed.outputs import OUTPUT
from custom_components.ip_surveillance.protocol.errors import Forbidden, Rejected
from custom_components.ip_surveillance.protocol.model.parts import Choice, PartKind
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.moving import Mover
from tests.simulators.herospeed import ENDPOINTS, HerospeedSimulator, Quirk

from .hero_driver import until, writes
from .hero_knobs import Knobbed, knobs

pytestmark = pytest.mark.usefixtures("socket_enabled")

OUT = "/api/event/alarm-out"


async def active(made: Knobbed) -> bool | None:
    polled = await made.poll_knobs({Want(OUTPUT)})
    assert polled is not None
    state = polled.parts[OUTPUT]
    assert isinstance(state, LineState)
    return state.active


@pytest.mark.parametrize(("flag", "there"), [(0, False), (1, True), (2, False)])
async def test_the_output_is_there_by_its_flag(flag: int, there: bool) -> None:
    async with HerospeedSimulator("light") as camera:
        camera.world.capabilities["enableIo"] = flag
        async with knobs(camera) as made:
            assert made.topology is not None
            assert [part.ref for part in made.topology.of(PartKind.OUTPUT)] == [OUTPUT] * there
            assert (OUT in {each.path for each in camera.requests}) is there
            assert isinstance(made, Switches)


async def test_a_document_without_the_switch_is_no_output() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera, discover=False) as made:
        camera.refuse_next(0, path=OUT, times=None)
        camera.refuse_next(0, path="/api/video/audio-alarm", times=None)
        await made.discover()
        assert made.topology is not None
        assert {ref.kind for ref in made.topology.parts}.isdisjoint({PartKind.OUTPUT, PartKind.SIREN})


async def test_an_output_that_could_not_be_asked_for_is_marked() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        part = made.part(OUTPUT)
        assert part.features == {Feature.SWITCH, Feature.PULSE, Feature.ACTIVE}
        assert part.unprobed == frozenset()
        camera.fault.status_next(500, path=OUT, times=1)
        await made.look()
        assert made.part(OUTPUT).features == part.features
        assert made.part(OUTPUT).unprobed == {*part.features, *part.settings}


@pytest.mark.parametrize("quirk", [Quirk.PARTIAL_WIPES, Quirk.STRING_CODE, Quirk.INT_BOOLEANS, Quirk.RANGES])
async def test_it_is_switched_and_read_back(quirk: Quirk) -> None:
    async with HerospeedSimulator("light", quirks=[quirk]) as camera, knobs(camera) as made:
        delay, times = camera.world.documents[OUT]["delayTime"], camera.world.documents[OUT]["schedule"]
        polled = await made.set_output(OUTPUT, True)
        assert camera.world.relay.log == [True]
        assert polled.readback
        assert polled.parts == {OUTPUT: LineState(active=True)}
        assert await active(made) is True
        polled = await made.set_output(OUTPUT, False)
        assert camera.world.relay.log == [True, False]
        assert polled.parts == {OUTPUT: LineState(active=False)}
        assert camera.world.documents[OUT]["delayTime"] == delay
        assert camera.world.documents[OUT]["schedule"] == times
        assert (camera.ignored, camera.risks) == ([], [])


async def test_the_device_switches_off_by_itself() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        camera.relay_seconds = 0.05
        await made.set_output(OUTPUT, True)
        await until(lambda: not camera.world.relay.on)
        assert await active(made) is False
        # On again although it was so last time we asked.
        await made.set_output(OUTPUT, True)
        assert camera.world.relay.log == [True, False, True]


async def test_a_pulse_ends_after_its_time() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        polled = await made.pulse_output(OUTPUT, 0.05)
        assert camera.world.relay.log == [True, False]
        assert polled.parts == {OUTPUT: LineState(active=False)}


async def test_a_pulse_longer_than_the_delay_is_kept_up() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        now = [0.0]

        async def sleep(seconds: float) -> None:
            now[0] += seconds
            await asyncio.sleep(0)

        made.mover = Mover(clock=lambda: now[0], sleep=sleep)
        await made.pulse_output(OUTPUT, 25)
        # The delay is ten seconds: on at 0, 9 and 18.
        assert camera.world.relay.log == [True, True, True, False]
        camera.world.relay.log.clear()
        await made.pulse_output(OUTPUT, 10)
        assert camera.world.relay.log == [True, False]


async def test_a_cancelled_pulse_is_ended() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        task = asyncio.create_task(made.pulse_output(OUTPUT, 60))
        await until(lambda: camera.world.relay.on)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert camera.world.relay.log == [True, False]


async def test_a_switch_by_hand_takes_a_pulse_over() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        task = asyncio.create_task(made.pulse_output(OUTPUT, 0.2))
        await until(lambda: camera.world.relay.on)
        await made.set_output(OUTPUT, True)
        await task
        assert camera.world.relay.on


async def test_its_duration_is_a_setting_of_it() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        key = SettingKey(Setting.OUTPUT_DURATION)
        assert made.spec(key, OUTPUT) == Choice(options=("5", "10", "30", "60", "120", "300", "600"))
        assert await made.values(key, ref=OUTPUT) == ["10"]
        camera.switch_relay(True)
        polled = await made.put(Setting.OUTPUT_DURATION, "120", ref=OUTPUT)
        assert camera.world.documents[OUT]["delayTime"] == 5
        assert polled.parts == {OUTPUT: LineState(active=True)}
        assert camera.world.relay.on


async def test_an_output_that_does_not_follow_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: Any) -> Any:
        return {}

    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        monkeypatch.setitem(ENDPOINTS, OUT, replace(ENDPOINTS[OUT], set=nothing))
        with pytest.raises(Rejected) as refused:
            await made.set_output(OUTPUT, True)
        assert refused.value.code == NOT_TAKEN


async def test_rights_that_do_not_suffice_are_told_and_nothing_is_switched() -> None:
    async with HerospeedSimulator("light") as camera:
        camera.username, camera.password = "viewer", "Viewer123"
        async with knobs(camera) as made:
            with pytest.raises(Forbidden):
                await made.set_output(OUTPUT, True)
            with pytest.raises(Forbidden):
                await made.pulse_output(OUTPUT, 1)
            assert camera.world.relay.log == []
            assert set(writes(camera)) == {OUT}


async def test_what_cannot_be_read_is_unknown() -> None:
    async with HerospeedSimulator("light") as camera, knobs(camera) as made:
        camera.fault.status_next(500, path=OUT, times=1)
        assert await active(made) is None
