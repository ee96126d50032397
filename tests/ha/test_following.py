"""After a move the position is read until the camera stands still, not at the next poll."""

import asyncio

from homeassistant.const import Platform
import pytest

from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from tests.ha.simulated import Seen, until
from tests.simulators.base import Rule

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)


@pytest.fixture
def model() -> str:
    return "ptz"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BUTTON, Platform.SELECT, Platform.SENSOR)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make steps and the pauses between looks short."""
    monkeypatch.setattr("custom_components.ip_surveillance.button._STEP_SECONDS", 0.05)
    monkeypatch.setattr("custom_components.ip_surveillance.following._INTERVAL", 0.02)


def task(seen: Seen) -> asyncio.Task[None] | None:
    return seen.coordinator.following.get(CHANNEL)


@pytest.mark.parametrize(
    ("platform", "action", "key", "data"),
    [
        ("button", "press", "ptz_right", {}),
        ("button", "press", "ptz_home", {}),
        ("select", "select_option", "preset", {"option": "Gate"}),
    ],
)
async def test_position_follows_a_move(
    all_enabled: None, seen: Seen, platform: str, action: str, key: str, data: dict[str, str]
) -> None:
    head = seen.device.world.ptz[1]
    head.pan.value = 200.0
    await seen.act(platform, action, "channel1", key, **data)
    await until(lambda: (running := task(seen)) is not None and running.done())
    assert float(seen.value("sensor", "channel1", "pan")) == pytest.approx(head.pan.value, abs=0.2)
    assert float(seen.value("sensor", "channel1", "pan")) != pytest.approx(0.0)


async def test_nothing_is_read_when_nobody_shows_the_position(seen: Seen) -> None:
    await seen.act("button", "press", "channel1", "ptz_right")
    assert task(seen) is None


async def test_a_later_move_begins_anew(all_enabled: None, seen: Seen) -> None:
    await seen.act("button", "press", "channel1", "ptz_right")
    first = task(seen)
    assert first is not None
    await seen.act("button", "press", "channel1", "ptz_left")
    second = task(seen)
    assert second is not first
    await until(first.done)


async def test_a_position_that_cannot_be_read_is_left_to_the_poll(all_enabled: None, seen: Seen) -> None:
    before = seen.value("sensor", "channel1", "pan")
    seen.device.fault.rules.append(Rule(status=503, sub="deviceBusy", path="PTZCtrl/channels/1/absoluteEx", times=99))
    seen.device.fault.rules.append(Rule(status=503, sub="deviceBusy", path="PTZCtrl/channels/1/status", times=99))
    await seen.act("button", "press", "channel1", "ptz_right")
    await until(lambda: (running := task(seen)) is not None and running.done())
    assert seen.value("sensor", "channel1", "pan") == before
