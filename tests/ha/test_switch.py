"""Switches against simulated devices: commands with read-back, and what a device refuses."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from lxml import etree
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.conftest import MakeEntry, SetUp
from tests.ha.simulated import Seen
from tests.simulators.base import Rule
from tests.simulators.isapi import IsapiSimulator

PLATFORM = "switch"
LINE = "Smart/LineDetection/1"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SWITCH,)


def leaves(document: bytes) -> list[tuple[object, str | None]]:
    """What a document says, but for the switch at its top."""
    root = etree.fromstring(document)
    return [(node.tag, (node.text or "").strip()) for node in root.iter() if node is not root[1]]


@pytest.mark.parametrize(
    ("model", "part", "path"),
    [
        ("camera", "output1", "System/IO/outputs/1"),
        ("thermal", "output2", "System/IO/outputs/2"),
        ("nvr", "output1", "System/IO/outputs/1"),
        ("nvr", "output101", "ContentMgmt/IOProxy/outputs/101"),
    ],
)
async def test_an_output_is_switched_and_read_back(seen: Seen, part: str, path: str) -> None:
    number = int(part.removeprefix("output"))
    for action, shown in (("turn_on", "on"), ("turn_off", "off")):
        seen.device.requests.clear()
        await seen.act(PLATFORM, action, part, "output")
        assert seen.device.world.outputs[number].active is (shown == "on")
        assert seen.value(PLATFORM, part, "output") == shown
        sent = [(request.method, request.path) for request in seen.device.requests if "outputs" in request.path]
        assert sent[0] == ("PUT", f"/ISAPI/{path}/trigger")
        assert ("GET", f"/ISAPI/{path}/status") in sent[1:]


async def test_an_output_switched_by_others_is_polled(seen: Seen) -> None:
    seen.device.world.outputs[1].active = True
    await seen.poll()
    assert seen.value(PLATFORM, "output1", "output") == "on"


async def test_an_output_that_the_device_ignores_shows_the_truth(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown was read back, not assumed."""
    monkeypatch.setattr("tests.simulators.isapi.handlers.ports.switch", lambda call, port, *, on: None)
    await seen.act(PLATFORM, "turn_on", "output1", "output")
    assert seen.value(PLATFORM, "output1", "output") == "off"


@pytest.mark.parametrize("model", ["ptz", "camera"])
async def test_a_detection_is_switched_in_its_whole_document(seen: Seen) -> None:
    part, path = ("channel2", "Smart/LineDetection/2") if seen.device.world.ptz else ("channel1", LINE)
    before = seen.device.dialect.render(seen.device.world.documents[path])
    on = seen.device.world.enabled(path)
    assert seen.value(PLATFORM, part, "detection_line_crossing") == ("on" if on else "off")
    seen.device.requests.clear()
    await seen.act(PLATFORM, "turn_off" if on else "turn_on", part, "detection_line_crossing")
    assert seen.value(PLATFORM, part, "detection_line_crossing") == ("off" if on else "on")
    sent = seen.device.seen("PUT")[0].body
    assert etree.QName(etree.fromstring(before)[1]).localname == "enabled"
    assert leaves(sent) == leaves(before)
    assert [request.path for request in seen.device.seen("PUT")] == [f"/ISAPI/{path}"]


async def test_what_excludes_a_detection_is_named(seen: Seen) -> None:
    await seen.act(PLATFORM, "turn_off", "channel1", "detection_region_entrance")
    await seen.act(PLATFORM, "turn_on", "channel1", "detection_scene_change")
    error = await seen.refused(PLATFORM, "turn_on", "channel1", "detection_region_entrance")
    assert error.translation_key == "rejected"
    assert error.translation_placeholders is not None
    assert "sceneChangeDetection" in error.translation_placeholders["reason"]
    assert not seen.device.world.enabled("Smart/regionEntrance/1")
    await seen.act(PLATFORM, "turn_off", "channel1", "detection_scene_change")
    await seen.act(PLATFORM, "turn_on", "channel1", "detection_region_entrance")
    assert seen.value(PLATFORM, "channel1", "detection_region_entrance") == "on"


async def test_the_limit_of_the_analysis_engine_is_told(seen: Seen) -> None:
    for what in ("line_crossing", "intrusion", "region_exiting", "region_entrance", "scene_change"):
        await seen.act(PLATFORM, "turn_off", "channel1", f"detection_{what}")
    seen.device.world.vca_limit = 1
    await seen.act(PLATFORM, "turn_on", "channel1", "detection_line_crossing")
    error = await seen.refused(PLATFORM, "turn_on", "channel1", "detection_intrusion")
    assert error.translation_placeholders is not None
    reason = error.translation_placeholders["reason"]
    assert "limit" in reason.lower()
    assert error.translation_placeholders["name"] == seen.entry.title


async def test_a_viewer_may_not_switch(
    hass: HomeAssistant, make_entry: MakeEntry, set_up: SetUp, socket_enabled: None
) -> None:
    async with IsapiSimulator("camera", level="viewer") as device:
        seen = Seen(hass=hass, entry=await set_up(await make_entry(device)), device=device)
        await seen.poll()
        await seen.read_settings()
        before = seen.value(PLATFORM, "output1", "output")
        with pytest.raises(HomeAssistantError) as caught:
            await seen.act(PLATFORM, "turn_on", "output1", "output")
        assert caught.value.translation_key == "insufficient_rights"
        assert seen.value(PLATFORM, "output1", "output") == before
        assert device.auth.refused == []
        assert seen.coordinator.last_update_success
        assert hass.config_entries.flow.async_progress() == []
        await hass.config_entries.async_unload(seen.entry.entry_id)


async def test_a_device_that_does_not_answer_is_told(seen: Seen) -> None:
    seen.device.fault.rules = [Rule(path="System/IO", status=503, sub="deviceBusy")]
    with pytest.raises(HomeAssistantError) as caught:
        await seen.act(PLATFORM, "turn_on", "output1", "output")
    assert caught.value.translation_key == "device_busy"
    assert seen.value(PLATFORM, "output1", "output") == "off"


@pytest.mark.parametrize("model", ["nvr"])
async def test_notifications_of_a_channel(seen: Seen) -> None:
    assert seen.value(PLATFORM, "channel2", "notifications") == "on"
    await seen.act(PLATFORM, "turn_off", "channel2", "notifications")
    assert seen.value(PLATFORM, "channel2", "notifications") == "off"
    assert seen.value(PLATFORM, "channel1", "notifications") == "on"
    assert await seen.device.raise_alarm("VMD", 2) == 0
    assert await seen.device.raise_alarm("VMD", 1) == 1
    await seen.act(PLATFORM, "turn_on", "channel2", "notifications")
    assert await seen.device.raise_alarm("VMD", 2) == 1


@pytest.mark.parametrize("model", ["nvr", "dvr"])
async def test_holiday_mode(seen: Seen) -> None:
    before = seen.value(PLATFORM, "", "holiday_mode")
    other = "turn_off" if before == "on" else "turn_on"
    await seen.act(PLATFORM, other, "", "holiday_mode")
    assert seen.value(PLATFORM, "", "holiday_mode") == other.removeprefix("turn_")
    await seen.read_settings()
    assert seen.value(PLATFORM, "", "holiday_mode") == other.removeprefix("turn_")


@pytest.mark.parametrize("model", ["ptz"])
async def test_park_action(seen: Seen) -> None:
    before = seen.value(PLATFORM, "channel1", "park_action")
    other = "turn_off" if before == "on" else "turn_on"
    await seen.act(PLATFORM, other, "channel1", "park_action")
    assert seen.value(PLATFORM, "channel1", "park_action") == other.removeprefix("turn_")


@pytest.mark.parametrize(("model", "enabled"), [("camera", True), ("thermal", True), ("nvr", False), ("dvr", False)])
async def test_detections_of_a_recorder_are_disabled_by_default(
    hass: HomeAssistant, setup_entry: MockConfigEntry, enabled: bool
) -> None:
    entries = er.async_entries_for_config_entry(er.async_get(hass), setup_entry.entry_id)
    detections = [entry for entry in entries if "_detection_" in entry.unique_id]
    assert detections
    assert {entry.disabled_by is None for entry in detections} == {enabled}
    others = [entry for entry in entries if "_detection_" not in entry.unique_id]
    assert others
    assert all(entry.disabled_by is None for entry in others)


async def test_a_setting_changed_by_others_is_seen_by_the_next_look(seen: Seen) -> None:
    path = "System/Video/inputs/channels/1/motionDetection"
    before = seen.value(PLATFORM, "channel1", "detection_motion")
    seen.device.world.tree(path)["enabled"] = before != "on"
    await seen.read_settings()
    assert seen.value(PLATFORM, "channel1", "detection_motion") == ("off" if before == "on" else "on")


async def test_pulse(seen: Seen) -> None:
    """The action switches on, and off again."""
    target = {"entity_id": seen.state(PLATFORM, "output1", "output").entity_id}
    await seen.hass.services.async_call(DOMAIN, "pulse_output", {**target, "seconds": 0.1}, blocking=True)
    assert seen.device.world.outputs[1].changes == 2
    assert not seen.device.world.outputs[1].active
    assert seen.value(PLATFORM, "output1", "output") == "off"


async def test_only_outputs_can_be_pulsed(seen: Seen) -> None:
    target = {"entity_id": seen.state(PLATFORM, "channel1", "detection_motion").entity_id}
    with pytest.raises(HomeAssistantError) as caught:
        await seen.hass.services.async_call(DOMAIN, "pulse_output", target, blocking=True)
    assert caught.value.translation_key == "feature_missing"
