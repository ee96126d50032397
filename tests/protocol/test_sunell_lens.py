"""Lens and accessories of Sunell-type cameras over sockets: of domes, and of cameras without a head."""

import asyncio
from urllib.parse import parse_qsl

import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.knob_memory import LensKind
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.lens import lens_features, lens_kind
from custom_components.ip_surveillance.protocol.errors import NotSupported
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.simulators.sunell_cgi import SunellSimulator

from .servers import until
from .sunell_commands import CHANNEL, Rig, rig

pytestmark = pytest.mark.usefixtures("socket_enabled")


def lens_queries(device: SunellSimulator) -> list[list[tuple[str, str]]]:
    """What the lens was told, in order."""
    return [pairs for pairs in device.queries(kind="zoomFocus") if ("action", "get") not in pairs]


# --- of domes


@pytest.mark.parametrize(
    ("speed", "focus", "iris"), [(0.5, "focusFar", "irisIncrease"), (-1, "focusNear", "irisDecrease")]
)
async def test_the_lens_of_a_dome(speed: float, focus: str, iris: str) -> None:
    async with SunellSimulator("ptz") as device, rig(device) as made:
        head = device.world.ptz[1]
        head.log.clear()
        await made.focus(CHANNEL, speed, 0.01)
        await made.iris(CHANNEL, speed, 0.01)
        assert head.verbs == [focus, "stop", iris, "stop"]


async def test_a_cancelled_focus_is_stopped() -> None:
    async with SunellSimulator("ptz") as device, rig(device) as made:
        head = device.world.ptz[1]
        focus = asyncio.ensure_future(made.focus(CHANNEL, 1, 60))
        await until(lambda: "focusFar" in head.verbs)
        focus.cancel()
        with pytest.raises(asyncio.CancelledError):
            await focus
        assert head.verbs[-1] == "stop"


async def test_what_a_dome_does_once() -> None:
    async with SunellSimulator("ptz") as device, rig(device) as made:
        head = device.world.ptz[1]
        head.log.clear()
        for feature in (Feature.AUTO_FOCUS, Feature.AUTO_IRIS, Feature.WASHER):
            assert feature in made.part().features
            await made.act(CHANNEL, feature)
        assert head.verbs == ["runAutoFocus", "runAutoIris", "open"]
        assert head.washes == 1
        # l.1856
        assert device.queries(kind="Wash") == [parse_qsl("cameraID=1&type=Wash&action=open")]
        with pytest.raises(NotSupported):
            await made.act(CHANNEL, Feature.PRESETS)


async def test_the_wiper_as_an_accessory() -> None:
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        for on in (True, False):
            await made.auxiliary(CHANNEL, Feature.WIPER, on)
            assert device.world.ptz[1].aux["wiper"] is on
        with pytest.raises(NotSupported):
            await made.auxiliary(CHANNEL, Feature.AUXILIARY_LIGHT, True)


async def test_settings_of_the_wiper_that_read_ok_count() -> None:
    """The document shows no other answer (l.1791)."""
    async with SunellSimulator("ptz") as device, rig(device, discover=False) as made:
        device.store.factory["WiperParam"] = []
        await made.discover()
        assert Feature.WIPER not in made.part().features
        device.store.factory["WiperParam"] = [("OK", None)]
        device.store.pages.clear()
        await made.discover()
        assert {Feature.WIPER, Feature.WASHER} <= made.part().features


# --- without a head


@pytest.mark.parametrize(
    ("answer", "kind", "features"),
    [
        # l.30151: a dome's, whose head drives the lens
        ("digitalZoom=0\r\nfocusMode=0\r\nfocusSensitivity=30\r\nfocusSwitch=1", None, set()),
        # l.30194
        (
            "DNFocusSwitch=0",
            LensKind.TIMED,
            {Feature.PTZ_ZOOM, Feature.FOCUS, Feature.AUTO_FOCUS, Feature.LENS_RESET},
        ),
        ("DNFocusSwitch=-1", None, set()),
        # l.30198: -1 is what it has not
        (
            "zoomEnable=0\r\nzoomOut=0\r\nzoomIn=0\r\nfarFocus=0\r\nnearFocus=0\r\nautoFocus=1\r\ninit=-1",
            LensKind.SWITCHED,
            {Feature.PTZ_ZOOM, Feature.FOCUS, Feature.AUTO_FOCUS},
        ),
        ("zoomIn=-1\r\nnearFocus=-1\r\nautoFocus=-1", None, set()),
    ],
)
def test_kinds_of_lenses(answer: str, kind: LensKind | None, features: set[Feature]) -> None:
    assert lens_kind(parse(answer)) is kind
    assert lens_features(parse(answer)) == features


async def test_a_lens_that_is_told_for_how_long() -> None:
    async with SunellSimulator("ipc") as device, rig(device) as made:
        assert {Feature.PTZ_ZOOM, Feature.FOCUS, Feature.AUTO_FOCUS, Feature.LENS_RESET} <= made.part().features
        await made.move(CHANNEL, 0, 0, 1, 0.05)
        await made.move(CHANNEL, 0, 0, -1, 0.05)
        await made.move(CHANNEL, 1, 1, 0, 0.05)
        await made.focus(CHANNEL, -1, 0.05)
        await made.focus(CHANNEL, 1, 0.05)
        await made.act(CHANNEL, Feature.AUTO_FOCUS)
        await made.act(CHANNEL, Feature.LENS_RESET)
        await made.stop(CHANNEL)
        # l.30266, l.30281, l.30296, l.30310, l.30251, l.30236
        assert lens_queries(device) == [
            parse_qsl("action=set&type=zoomFocus&zoomIN=1&duration=50"),
            parse_qsl("action=set&type=zoomFocus&zoomOut=1&duration=50"),
            parse_qsl("action=set&type=zoomFocus&nearFocus=1&duration=50"),
            parse_qsl("action=set&type=zoomFocus&farFocus=1&duration=50"),
            parse_qsl("action=set&type=zoomFocus&focusOnce=1"),
            parse_qsl("action=init&type=zoomFocus"),
        ]
        assert not [pairs for pairs in device.queries(cgi="ptz") if dict(pairs).get("action") != "get"]


async def test_a_long_move_is_told_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three seconds are the longest (l.30375)."""
    monkeypatch.setattr("custom_components.ip_surveillance.protocol.drivers.sunell_cgi.lens._LONGEST", 0.1)
    async with SunellSimulator("ipc") as device, rig(device) as made:
        await made.focus(CHANNEL, 1, 0.25)
        durations = [dict(pairs)["duration"] for pairs in lens_queries(device)]
        assert durations == ["100", "100", "50"]


async def test_a_lens_that_is_started_and_ended() -> None:
    async with SunellSimulator("lite") as device, rig(device) as made:
        assert Feature.LENS_RESET not in made.part().features
        await made.move(CHANNEL, 0, 0, 1, 0.01)
        await made.focus(CHANNEL, -1, 0.01)
        await made.act(CHANNEL, Feature.AUTO_FOCUS)
        # l.30178: a change from 0 to 1 begins it
        assert lens_queries(device) == [
            parse_qsl("action=set&type=zoomFocus&cameraID=1&zoomIn=1"),
            parse_qsl("action=set&type=zoomFocus&cameraID=1&zoomIn=0"),
            parse_qsl("action=set&type=zoomFocus&cameraID=1&nearFocus=1"),
            parse_qsl("action=set&type=zoomFocus&cameraID=1&nearFocus=0"),
            parse_qsl("action=set&type=zoomFocus&cameraID=1&autoFocus=0"),
            parse_qsl("action=set&type=zoomFocus&cameraID=1&autoFocus=1"),
        ]


async def test_a_stop_ends_a_lens_that_was_started() -> None:
    async with SunellSimulator("lite") as device, rig(device) as made:
        move = asyncio.ensure_future(_zoom(made))
        await until(lambda: bool(lens_queries(device)))
        await made.stop(CHANNEL)
        await move
        assert ("zoomOut", "0") in lens_queries(device)[-1]
        assert len(lens_queries(device)) == 2


async def _zoom(made: Rig) -> None:
    await made.move(CHANNEL, 0, 0, -1, 0.2)


@pytest.mark.parametrize(("now", "then"), [("0", "1"), ("1", "0")])
async def test_any_change_brings_a_lens_to_its_start(now: str, then: str) -> None:
    """l.30405."""
    async with SunellSimulator("lite") as device:
        device.store.put("zoomFocus", "init", now)
        async with rig(device) as made:
            await made.act(CHANNEL, Feature.LENS_RESET)
            assert lens_queries(device) == [parse_qsl(f"action=set&type=zoomFocus&cameraID=1&init={then}")]


async def test_a_lens_without_a_motor() -> None:
    async with SunellSimulator("ipc") as device:
        device.store.put("zoomFocus", "DNFocusSwitch", -1)
        async with rig(device) as made:
            assert Feature.FOCUS not in made.part().features
            with pytest.raises(NotSupported):
                await made.focus(CHANNEL, 1, 0.01)
            with pytest.raises(NotSupported):
                await made.act(CHANNEL, Feature.LENS_RESET)
