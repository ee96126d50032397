"""Engines and models of a device that runs detection models, from the simulated device to the entities."""

import json
from pathlib import Path

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.diagnostics import async_get_config_entry_diagnostics
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop import model_commands
from tests.ha.measuring import CHANNEL, HOST, ROUND_TASK, WATCH_TASK, Watching
from tests.ha.simulated import until
from tests.simulators.base import Rule
from tests.simulators.isapi.aiop.chips import EngineStatus
from tests.simulators.isapi.aiop.refusals import Refusal
from tests.simulators.isapi.aiop.seed import HELMET, LOCKED, PARCEL

OPTIONS = ["none", "Helmet", "Parcel", "Fire lane"]


@pytest.fixture
def model() -> str:
    """Simulate a recorder with two engines."""
    return "ai_recorder"


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.BUTTON, Platform.SELECT, Platform.SENSOR)


async def choose(watching: Watching, engine: int, option: str) -> None:
    await watching.act("select", "select_option", f"engine{engine}", "model", option=option)


async def test_computing_power_is_shown(all_enabled: None, watching: Watching) -> None:
    shown = {
        name: watching.value("sensor", HOST, name)
        for name in ("algorithm", "platform", "models", "model_capacity", "model_free", "model_progress")
    }
    assert shown == {
        "algorithm": "AV1.5.0",
        "platform": "P4",
        "models": "3",
        "model_capacity": "1024.0",
        "model_free": "634.0",
        "model_progress": "unknown",
    }
    # A word of the model's that is one of ours too.
    assert watching.state("sensor", CHANNEL, "count_vehicle").name.endswith("Count of vehicle")
    assert watching.value("sensor", "engine1", "engine_status") == "running"
    assert watching.value("sensor", "engine2", "engine_status") == "idle"
    assert watching.attributes("select", "engine1", "model")["options"] == OPTIONS
    assert watching.value("select", "engine1", "model") == "Helmet"
    assert watching.value("select", "engine2", "model") == "none"
    assert watching.value("sensor", WATCH_TASK, "task_status") == "running"
    assert watching.value("binary_sensor", ROUND_TASK, "running") == "on"


@pytest.mark.parametrize(
    ("status", "word", "fault", "task"),
    [
        (EngineStatus.MODEL_ABNORMAL, "model_fault", "on", "fault"),
        (EngineStatus.INITIALISING, "starting", "off", "starting"),
        (EngineStatus.ABNORMAL, "fault", "on", "fault"),
        (EngineStatus.FACES, "face", "off", "fault"),
        (99, "unknown", "unknown", None),
    ],
)
async def test_what_an_engine_says(watching: Watching, status: int, word: str, fault: str, task: str | None) -> None:
    if task is None:
        watching.platform.task(WATCH_TASK.removeprefix("task0")).pinned = 1
        watching.platform.task(ROUND_TASK.removeprefix("task0")).pinned = 1
    watching.platform.engine(1).status = status
    await watching.poll()
    assert watching.value("sensor", "engine1", "engine_status") == word
    assert watching.value("binary_sensor", "engine1", "fault") == fault
    assert watching.value("sensor", WATCH_TASK, "task_status") == (task or "running")
    assert watching.value("binary_sensor", WATCH_TASK, "running") == ("on" if task is None else "off")
    assert watching.value("sensor", "engine2", "engine_status") == "idle"
    assert watching.writes() == []


async def test_a_retrained_model_is_rolled_out(watching: Watching) -> None:
    assert watching.has("sensor", CHANNEL, "count_person")
    await choose(watching, 1, "Parcel")
    assert watching.written() == ["DELETE /algorithmModel/unloading/1", "PUT /algorithmModel/loading/1"]
    assert watching.platform.engine(1).model == PARCEL
    assert watching.value("select", "engine1", "model") == "Parcel"
    assert watching.value("sensor", "engine1", "engine_status") == "running"
    # What it sees has other names, and each has a count of its own.
    await until(
        lambda: watching.has("sensor", CHANNEL, "count_parcel") and watching.has("sensor", CHANNEL, "count_cart")
    )
    await until(lambda: f"{CHANNEL}_count_person" in watching.unavailable())
    assert watching.state("sensor", CHANNEL, "count_parcel").name.endswith("Count of parcel")


async def test_an_engine_without_a_model(watching: Watching) -> None:
    await choose(watching, 1, "none")
    assert watching.written() == ["DELETE /algorithmModel/unloading/1"]
    assert watching.platform.engine(1).model is None
    assert watching.value("select", "engine1", "model") == "none"
    assert watching.value("sensor", "engine1", "engine_status") == "idle"
    await watching.poll()
    assert watching.value("sensor", WATCH_TASK, "task_status") == "idle"
    await choose(watching, 1, "Helmet")
    await watching.poll()
    assert watching.value("sensor", WATCH_TASK, "task_status") == "running"


async def test_choosing_what_runs_already_changes_nothing(watching: Watching) -> None:
    await choose(watching, 1, "Helmet")
    assert watching.writes() == []


async def test_a_model_that_cannot_be_deciphered(watching: Watching) -> None:
    error = await watching.refused("select", "select_option", "engine2", "model", option="Fire lane")
    assert error.translation_key == "model_not_decrypted"
    assert watching.value("select", "engine2", "model") == "none"


async def test_what_runs_is_not_given_up_for_a_model_that_is_known_to_be_broken(watching: Watching) -> None:
    error = await watching.refused("select", "select_option", "engine1", "model", option="Fire lane")
    assert error.translation_key == "model_not_decrypted"
    assert watching.writes() == []
    assert watching.platform.engine(1).model == HELMET


async def test_after_a_failed_change_the_truth_is_shown(watching: Watching) -> None:
    """The old model had to go first: the engine is empty then, and says so."""
    watching.platform.switches.channels_block = True
    error = await watching.refused("select", "select_option", "engine1", "model", option="Parcel")
    assert error.translation_key == "engine_in_use"
    await watching.poll()
    assert watching.value("select", "engine1", "model") == "none"
    assert watching.value("sensor", "engine1", "engine_status") == "idle"
    assert watching.platform.engine(1).model is None


@pytest.mark.parametrize(
    ("prepare", "key"),
    [
        ("abnormal", "engine_fault"),
        ("starting", "engine_starting"),
        ("broken", "model_not_loaded"),
        ("gone", "model_gone"),
    ],
)
async def test_refusals_of_engines_are_told_in_words(watching: Watching, prepare: str, key: str) -> None:
    state = watching.platform
    match prepare:
        case "abnormal":
            state.engine(2).status = EngineStatus.ABNORMAL
        case "starting":
            state.engine(2).status = EngineStatus.INITIALISING
        case "broken":
            state.models[PARCEL].abnormal = True
        case "gone":
            del state.models[PARCEL]
    error = await watching.refused("select", "select_option", "engine2", "model", option="Parcel")
    assert error.translation_key == key
    assert error.translation_placeholders == {"name": watching.entry.title}


async def test_a_device_that_takes_it_without_effect(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_commands, "PATIENCE", 0.3)
    path = "Intelligent/AIOpenPlatform/algorithmModel/loading"
    watching.device.refusals.append(Refusal(path=path, sub="ok"))
    error = await watching.refused("select", "select_option", "engine2", "model", option="Parcel")
    assert error.translation_key == "not_taken"


async def test_slow_loading_is_waited_for(watching: Watching) -> None:
    watching.platform.timing.loading = 0.4
    await choose(watching, 2, "Parcel")
    assert watching.value("select", "engine2", "model") == "Parcel"
    assert watching.value("sensor", "engine2", "engine_status") == "running"


async def test_an_engine_is_restarted(watching: Watching) -> None:
    watching.platform.engine(1).status = EngineStatus.ABNORMAL
    await watching.poll()
    await watching.act("button", "press", "engine1", "engine_reset")
    assert watching.written() == ["PUT /algorithmModel/engine/1/reset"]
    assert watching.platform.engine(1).resets == 1
    await until(lambda: watching.platform.engine(1).status == EngineStatus.RUNNING)
    await watching.poll()
    assert watching.value("binary_sensor", "engine1", "fault") == "off"


async def test_a_restart_that_is_refused(watching: Watching) -> None:
    watching.platform.engine(2).status = EngineStatus.INITIALISING
    with pytest.raises(ServiceValidationError) as caught:
        await watching.act("button", "press", "engine2", "engine_reset")
    assert caught.value.translation_key == "engine_starting"


# Models as actions


async def test_models_are_listed(watching: Watching) -> None:
    answer = await watching.call("get_models")
    assert {key: answer[key] for key in ("total", "free")} == {"total": 1024, "free": 634}
    assert [(each["model_id"], each["name"], each["status"], each["engines"]) for each in answer["models"]] == [
        (HELMET, "Helmet", "loaded", [1]),
        (PARCEL, "Parcel", "not_loaded", []),
        (LOCKED, "Fire lane", "decryption_failed", []),
    ]
    assert answer["models"][0]["labels"] == {"1": "person", "2": "vehicle"}
    assert watching.writes() == []


async def test_a_model_is_fetched_loaded_renamed_and_deleted(watching: Watching) -> None:
    watching.platform.timing.download = 0.3
    url = "http://files.test/dogs.bin"
    labels = [{"labels": [{"id": 1, "label": "dog"}]}]
    made = await watching.call("install_model", name="Dogs", url=url, description=labels)
    model_id = made["model_id"]
    assert watching.platform.models[model_id].url == url
    progress = await watching.call("get_model_progress", model_id=model_id)
    assert 0 <= progress["percent"] <= 100
    await watching.poll()
    await until(lambda: watching.platform.models[model_id].stored)
    await watching.poll()
    await until(lambda: "Dogs" in watching.attributes("select", "engine2", "model")["options"])
    assert (await watching.call("get_model_progress", model_id=model_id))["percent"] == 100

    await choose(watching, 2, "Dogs")
    error = await watching.denied("delete_model", model_id=model_id)
    assert error.translation_key == "model_not_deleted"
    await watching.call("update_model", model_id=model_id, name="Hounds")
    await until(lambda: "Hounds" in watching.attributes("select", "engine2", "model")["options"])
    await watching.poll()
    assert watching.value("select", "engine2", "model") == "Hounds"
    await choose(watching, 2, "none")
    await watching.call("delete_model", model_id=model_id)
    assert model_id not in watching.platform.models
    await until(lambda: watching.attributes("select", "engine2", "model")["options"] == OPTIONS)


async def test_a_model_from_a_file(hass: HomeAssistant, watching: Watching, tmp_path: Path) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    file = tmp_path / "model.bin"
    file.write_bytes(b"\0model" * 1000)
    made = await watching.call("install_model", name="Cats", file=str(file), engines=[2])
    assert watching.written() == ["POST /algorithmModelBinaryPackets"]
    assert watching.platform.models[made["model_id"]].size == 1
    await until(lambda: watching.platform.engine(2).status == EngineStatus.RUNNING)
    await watching.poll()
    await until(lambda: watching.value("select", "engine2", "model") == "Cats")


async def test_progress_is_shown_while_something_is_fetched(all_enabled: None, watching: Watching) -> None:
    watching.platform.timing.download = 60
    await watching.call("install_model", name="Dogs", url="http://files.test/dogs.bin")
    await watching.poll()
    assert 0 <= float(watching.value("sensor", HOST, "model_progress")) < 100
    busy = Rule(path="Intelligent/AIOpenPlatform/algorithmModel/progress", status=503, sub="deviceBusy")
    watching.device.fault.rules = [busy]
    await watching.poll()
    assert watching.value("sensor", HOST, "model_progress") == "unknown"
    watching.device.fault.rules = []
    await watching.poll()
    assert 0 <= float(watching.value("sensor", HOST, "model_progress")) < 100
    for download in watching.platform.downloads.values():
        download.seconds = 0
    await watching.poll()
    await watching.poll()
    assert watching.value("sensor", HOST, "model_progress") in ("100", "100.0", "unknown")
    assert watching.value("sensor", HOST, "models") == "4"


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("install_model", {"name": "Large", "url": "http://files.test/large.bin"}, "models_no_space"),
        (
            "install_model",
            {"name": "Busy", "url": "http://files.test/x.bin", "engines": [1]},
            "engine_with_other_model",
        ),
        ("install_model", {"name": "Twice", "url": "http://files.test/x.bin", "model_id": HELMET}, "name_used"),
        ("update_model", {"model_id": "nobody", "name": "x"}, "model_unknown"),
        ("delete_model", {"model_id": HELMET}, "model_not_deleted"),
    ],
)
async def test_refusals_of_models_are_told_in_words(
    watching: Watching, action: str, data: dict[str, object], key: str
) -> None:
    watching.platform.sizes["http://files.test/large.bin"] = 5000
    before = dict(watching.platform.models)
    assert (await watching.denied(action, **data)).translation_key == key
    assert watching.platform.models == before


async def test_a_full_store(watching: Watching) -> None:
    for number in range(watching.platform.plan.most_models - len(watching.platform.models)):
        watching.platform.sizes[f"http://files.test/{number}.bin"] = 1
        await watching.call("install_model", name=f"m{number}", url=f"http://files.test/{number}.bin")
    error = await watching.denied("install_model", name="more", url="http://files.test/more.bin")
    assert error.translation_key == "models_full"


async def test_a_restart_that_a_model_needs_becomes_a_repair(hass: HomeAssistant, watching: Watching) -> None:
    watching.platform.switches.reboot_after_model = True
    watching.platform.timing.download = 0
    await watching.call("install_model", name="Dogs", url="http://files.test/dogs.bin")
    await watching.poll()
    await watching.act("button", "press", "engine1", "engine_reset")
    found = {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}
    assert any("reboot_required" in each for each in found), found


async def test_diagnostics_tell_what_was_found_and_no_address(hass: HomeAssistant, watching: Watching) -> None:
    url = "http://user:hidden@files.test/dogs.bin"  # names the account of a server of the user's
    await watching.call("install_model", name="Dogs", url=url)
    text = json.dumps(await async_get_config_entry_diagnostics(hass, watching.entry))
    assert "Helmet" in text
    assert "hidden" not in text
    assert watching.device.password not in text
