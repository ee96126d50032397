"""What models of a device detect, from the alarm channel to the entities."""

from typing import Any

from homeassistant.components.image import async_get_image
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.protocol.drivers.isapi.aiop import events as driver_events
from tests.ha.measuring import CHANNEL, HELMET_RULE, HOST, VEHICLES_RULE, WATCH_TASK, YARD_RULE, Watching
from tests.ha.simulated import Seen, come_alive, later, until
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.aiop import happenings
from tests.simulators.isapi.aiop.seed import HELMET, PARCEL, VEHICLE, WATCH

DOCK_RULE = f"rule1{WATCH}.2"


@pytest.fixture
def model() -> str:
    """Simulate a recorder whose first camera has three rules."""
    return "ai_recorder"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.CAMERA, Platform.EVENT, Platform.IMAGE, Platform.SENSOR, Platform.SWITCH)


def ai_rule(watching: Watching, part: str = CHANNEL) -> str:
    return watching.value("binary_sensor", part, "detection_ai_rule")


async def test_a_rule_that_strikes(hass: HomeAssistant, watching: Watching) -> None:
    assert await watching.device.see(rule=1, attributes=[[1, 0, 870]]) == 1
    await until(lambda: ai_rule(watching) == "on")
    told = watching.attributes("event", CHANNEL, "detection")
    assert told["event_type"] == "ai_rule"
    facts = {name: told.get(name) for name in ("rule", "rule_id", "trigger", "label", "confidence", "model")}
    assert facts == {
        "rule": "No helmet at the gate",
        "rule_id": 1,
        "trigger": "region_target",
        "label": "person",
        "confidence": 90.0,
        "model": "Helmet",
    }
    assert told["properties"] == [
        {"attribute": 1, "name": "helmet", "value": 0, "value_name": "no helmet", "confidence": 87.0}
    ]
    assert ai_rule(watching, HELMET_RULE) == "on"
    assert ai_rule(watching, VEHICLES_RULE) == "off"
    assert ai_rule(watching, "channel2") == "off"
    await until(lambda: watching.value("image", CHANNEL, "alarm_picture") != "unknown")
    picture = await async_get_image(hass, watching.state("image", CHANNEL, "alarm_picture").entity_id)
    assert picture.content.startswith(b"\xff\xd8")
    # Nobody tells the end: it is over by itself.
    with later(hass, driver_events.HOLD + 1):
        await until(lambda: ai_rule(watching) == ai_rule(watching, HELMET_RULE) == "off")


async def test_counts_by_label_fall_back(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching.entry.runtime_data.driver.fading, "_hold", 0.2)
    targets = [happenings.target(number, kind, mpid=HELMET) for number, kind in ((1, 1), (2, 1), (3, VEHICLE))]
    await watching.device.see(rule=1, targets=targets)
    await watching.shows("sensor", CHANNEL, "count_person", "2")
    await watching.shows("sensor", CHANNEL, "count_vehicle", "1")
    await watching.shows("sensor", CHANNEL, "count_person", "0")
    assert watching.value("sensor", CHANNEL, "count_vehicle") == "0"
    assert watching.value("sensor", "channel2", "count_person") == "unknown"


async def test_counting_rules_count_and_strike_not(watching: Watching) -> None:
    for step, total in ((2, "2"), (3, "5")):
        await watching.device.see(rule=2, kind=VEHICLE, step=step)
        await watching.shows("sensor", VEHICLES_RULE, "count", total)
    assert ai_rule(watching, VEHICLES_RULE) == "off"
    assert watching.value("sensor", YARD_RULE, "count") == "unknown"


@pytest.mark.parametrize(
    "how",
    [
        {"wrapped": True},
        {"as_text": True},
        {"link": "content-id"},
        {"link": "filename", "before": True},
        {"wrapped": True, "as_text": True, "link": "content-id", "before": True},
        {"pictures": 2},
    ],
    ids=lambda how: "-".join(how),
)
async def test_forms_of_a_message(hass: HomeAssistant, watching: Watching, how: dict[str, Any]) -> None:
    assert await watching.device.see(rule=1, **how) == 1
    await until(lambda: ai_rule(watching) == "on")
    assert watching.attributes("event", CHANNEL, "detection")["rule_id"] == 1
    image = watching.state("image", CHANNEL, "alarm_picture")
    await until(lambda: watching.value("image", CHANNEL, "alarm_picture") != "unknown")
    assert (await async_get_image(hass, image.entity_id)).content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("event", "channel", "part"),
    [("AIOP_Polling_Snap", 4, "channel4"), ("AIOP_Polling_Video", 2, "channel2")],
)
async def test_other_live_tasks_have_no_rules(watching: Watching, event: str, channel: int, part: str) -> None:
    seen = happenings.Sighting(
        event=event, channel=channel, mpid=HELMET, targets=[happenings.target(mpid=HELMET)], task="t" * 64
    )
    await happenings.push(watching.device, seen)
    await until(lambda: ai_rule(watching, part) == "on")
    assert watching.attributes("event", part, "detection")["label"] == "person"
    await watching.shows("sensor", part, "count_person", "1")
    assert ai_rule(watching) == "off"


async def test_pictures_that_were_sent_in_are_analysed(watching: Watching) -> None:
    told = await watching.call(
        "analyze_pictures", engine=1, model_id=HELMET, urls=["http://files.test/a.jpg", "http://files.test/b.jpg"]
    )
    (last,) = [each["picture_id"] for each in told["pictures"]][1:]

    def facts() -> dict[str, object]:
        return watching.attributes("event", HOST, "other_event")

    await until(lambda: facts().get("picture_id") == last)
    assert facts()["event"] == "picture_analysed"
    assert facts()["labels"] == {"person": 1}
    assert facts()["ok"] is True


async def test_a_recording_is_analysed(watching: Watching) -> None:
    await happenings.push(
        watching.device,
        happenings.Sighting(event="AIOP_History_Video", channel=1, mpid=HELMET, targets=[happenings.target()]),
    )
    await until(lambda: watching.attributes("event", HOST, "other_event").get("event") == "recording_analysed")
    assert ai_rule(watching) == "off"


async def test_an_updated_model_is_told_and_looked_at(watching: Watching) -> None:
    watching.platform.models[HELMET].name = "Helmet 2"
    await happenings.model_updated(watching.device)
    await until(lambda: watching.attributes("event", HOST, "other_event").get("event") == "model_updated")
    await until(lambda: watching.device.seen("GET", "algorithmModel/management"))
    await until(lambda: watching.entry.runtime_data.driver.ai.models[0].name == "Helmet 2")


async def test_what_a_rule_may_not_tell_is_not_told(watching: Watching) -> None:
    """Neither a rule without the linkage, nor one that is off, nor a task at rest."""
    assert await watching.device.see(channel=2, rule=1) == 0
    await watching.act("switch", "turn_off", HELMET_RULE, "detection_ai_rule")
    assert await watching.device.see(rule=1) == 0
    await watching.act("switch", "turn_on", HELMET_RULE, "detection_ai_rule")
    assert await watching.device.see(rule=1) == 1
    await until(lambda: ai_rule(watching) == "on")
    assert ai_rule(watching, DOCK_RULE) == "off"


async def test_after_a_reload_rules_are_what_they_were(watching: Watching) -> None:
    before = watching.entities()
    again = await watching.reload()
    assert again.entities() == before
    await again.device.see(rule=1)
    await until(lambda: ai_rule(again) == "on")


async def test_upgrading_device_loses_nothing(watching: Watching) -> None:
    before = watching.entities()
    watching.platform.switches.upgrading = True
    await watching.poll()
    await watching.coordinator.async_rediscover()
    watching.platform.switches.upgrading = False
    await watching.poll()
    assert watching.entities() == before
    assert watching.value("sensor", WATCH_TASK, "task_status") == "running"


async def test_unloading_leaves_nothing_running(hass: HomeAssistant, watching: Watching) -> None:
    await watching.device.see(rule=1)
    await until(lambda: ai_rule(watching) == "on")
    driver = watching.entry.runtime_data.driver
    assert driver.fading._timers
    assert await hass.config_entries.async_unload(watching.entry.entry_id)
    await hass.async_block_till_done()
    assert driver.fading._timers == {}
    await until(lambda: watching.device.streams == 0)
    watching.device.requests.clear()
    assert await watching.device.see(rule=1) == 0
    assert watching.device.requests == []


# Devices without


@pytest.mark.parametrize("model", ["nvr", "camera"])
async def test_a_device_without_the_platform_has_nothing_of_it(
    hass: HomeAssistant, all_enabled: None, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    seen: Seen = await come_alive(hass, setup_entry, device)
    watching = Watching(hass=hass, entry=seen.entry, device=device)
    words = ("engine", "task0", "rule", "model", "references", "count", "ai_rule", "algorithm")
    assert [key for key in watching.entities() if any(word in key.partition(" ")[2] for word in words)] == []
    asked = {each.path.partition("?")[0] for each in device.requests if "AIOpenPlatform" in each.path}
    assert asked <= {"/ISAPI/Intelligent/AIOpenPlatform/capabilities"}
    device.requests.clear()
    await watching.poll()
    assert device.seen(path="AIOpenPlatform") == []
    with pytest.raises(ServiceValidationError) as caught:
        await watching.call("get_models")
    assert caught.value.translation_key == "feature_missing"


@pytest.mark.parametrize("model", ["ai_camera"])
async def test_a_camera_with_one_engine(watching: Watching) -> None:
    assert {key for key in watching.entities() if key.startswith("sensor engine")} == {"sensor engine1_engine_status"}
    await watching.device.see(rule=1)
    await until(lambda: ai_rule(watching, f"rule1{WATCH}.1") == "on")
    assert watching.attributes("event", CHANNEL, "detection")["rule"] == "Person at the door"
    assert watching.attributes("event", CHANNEL, "detection")["model_id"] == PARCEL
    await watching.shows("sensor", CHANNEL, "count_person", "1")
