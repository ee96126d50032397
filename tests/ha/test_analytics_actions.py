"""Actions for models, tasks, rules and reference pictures: what reaches the driver, and what people are told."""

from pathlib import Path
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.ip_surveillance import services_analytics, services_references
from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.analytics import NewModel, TaskKind
from custom_components.ip_surveillance.protocol.errors import Rejected
from custom_components.ip_surveillance.protocol.model.parts import HOST, Part, PartKind, PartRef, Placement
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_analyst import BARE_RULE, CHANNEL, PARTS, RULE, Analyst
from tests.ha.fake_driver import FakeDriver, entity_id, topology


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.CAMERA, Platform.SENSOR)


@pytest.fixture
def driver() -> FakeDriver:
    return Analyst(topology=topology(PARTS))


@pytest.fixture
async def entry_id(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver, tmp_path: Path
) -> str:
    """Set the device up, with a folder that may be used."""
    hass.config.allowlist_external_dirs = {str(tmp_path / "allowed")}
    (tmp_path / "allowed").mkdir()
    return (await fake_driver.start(hass, set_up, monkeypatch, driver)).entry_id


async def act(hass: HomeAssistant, action: str, **data: Any) -> Any:
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)


def camera(hass: HomeAssistant) -> dict[str, str]:
    return {"entity_id": entity_id(hass, "camera", CHANNEL, "stream1")}


def device_of(hass: HomeAssistant, platform: str, part: PartRef, key: str) -> str:
    """Return the registry device that an entity of a part is shown on."""
    entity = er.async_get(hass).async_get(entity_id(hass, platform, part, key))
    assert entity is not None
    assert entity.device_id is not None
    return entity.device_id


@pytest.mark.parametrize(
    ("action", "data", "call"),
    [
        ("get_models", {}, ("models",)),
        (
            "install_model",
            {"name": "Helmets", "url": "http://files/h.bin", "engines": [1, 2], "description": [{"label": "helmet"}]},
            (
                "install_model",
                NewModel(name="Helmets", url="http://files/h.bin", engines=(1, 2), description=[{"label": "helmet"}]),
            ),
        ),
        ("update_model", {"model_id": "m1", "name": "Vests"}, ("update_model", "m1", "Vests", None, None)),
        ("delete_model", {"model_id": "m1"}, ("delete_model", "m1")),
        ("get_model_progress", {"model_id": "m1"}, ("model_progress", "m1")),
        ("get_tasks", {}, ("tasks", None)),
        ("get_tasks", {"kind": "history"}, ("tasks", TaskKind.HISTORY)),
        ("create_task", {"kind": "video", "options": {"engine": 1}}, ("create_task", TaskKind.VIDEO, {"engine": 1})),
        (
            "edit_task",
            {"kind": "video", "task_id": "t1", "options": {"frameRate": 100}},
            ("edit_task", TaskKind.VIDEO, "t1", {"frameRate": 100}),
        ),
        ("delete_task", {"kind": "picture", "task_id": "t1"}, ("delete_task", TaskKind.PICTURE, "t1")),
        (
            "analyze_pictures",
            {"engine": 2, "model_id": "m1", "urls": ["http://files/a.jpg"]},
            ("analyse_pictures", 2, "m1", ["http://files/a.jpg"]),
        ),
    ],
)
async def test_what_concerns_a_device_as_a_whole(
    hass: HomeAssistant, entry_id: str, driver: Analyst, action: str, data: dict[str, Any], call: tuple[Any, ...]
) -> None:
    assert await act(hass, action, **data) == {"asked": call[0]}
    assert driver.calls == [call]


async def test_a_change_is_looked_at_soon(hass: HomeAssistant, entry_id: str, driver: Analyst) -> None:
    before = driver.discoveries
    await act(hass, "get_models")
    await hass.async_block_till_done(wait_background_tasks=False)
    assert driver.discoveries == before
    await act(hass, "delete_model", model_id="m1")
    await hass.async_block_till_done(wait_background_tasks=False)
    assert driver.discoveries == before + 1


async def test_a_model_from_a_file(hass: HomeAssistant, entry_id: str, driver: Analyst, tmp_path: Path) -> None:
    file = tmp_path / "allowed" / "model.bin"
    file.write_bytes(b"model")
    await act(hass, "install_model", name="Helmets", file=str(file))
    assert driver.calls == [("install_model", NewModel(name="Helmets", data=b"model"))]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({}, "url_or_file"),
        ({"url": "http://files/h.bin", "file": "/x"}, "url_or_file"),
        ({"file": "{outside}"}, "directory_not_allowed"),
        ({"file": "{missing}"}, "read_failed"),
        ({"file": "{large}"}, "file_too_large"),
    ],
)
async def test_a_model_that_cannot_be_taken(
    hass: HomeAssistant,
    entry_id: str,
    driver: Analyst,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    data: dict[str, str],
    key: str,
) -> None:
    monkeypatch.setattr(services_analytics, "_LARGEST_MODEL", 4)
    (tmp_path / "outside").write_bytes(b"x")
    (tmp_path / "allowed" / "large").write_bytes(b"12345")
    places = {
        "{outside}": tmp_path / "outside",
        "{missing}": tmp_path / "allowed" / "missing",
        "{large}": tmp_path / "allowed" / "large",
    }
    given = {name: str(places.get(value, value)) for name, value in data.items()}
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "install_model", name="Helmets", **given)
    assert caught.value.translation_key == key
    assert driver.calls == []


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("create_task", {"kind": "sound", "options": {}}),
        ("analyze_pictures", {"engine": 1, "model_id": "m1", "urls": []}),
        ("analyze_pictures", {"engine": 0, "model_id": "m1", "urls": ["http://files/a.jpg"]}),
        ("delete_model", {"model_id": "x" * 65}),
        ("update_model", {"model_id": "m", "url": "no address"}),
    ],
)
async def test_nonsense_is_refused(hass: HomeAssistant, entry_id: str, action: str, data: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await act(hass, action, **data)


async def test_the_reason_of_the_device_is_told(hass: HomeAssistant, entry_id: str, driver: Analyst) -> None:
    driver.trouble = Rejected("the model is in use", code="modelInUse")
    with pytest.raises(HomeAssistantError, match="the model is in use"):
        await act(hass, "delete_model", model_id="m1")


async def test_only_administrators_change_a_device(
    hass: HomeAssistant, entry_id: str, driver: Analyst, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(DOMAIN, "delete_model", {"model_id": "m1"}, blocking=True, context=context)
    assert driver.calls == []


async def test_linkage_of_a_rule(hass: HomeAssistant, entry_id: str, driver: Analyst) -> None:
    rule = device_of(hass, "sensor", RULE, "count")
    assert await act(hass, "get_rule_linkage", device_id=rule) == {"asked": "linkage"}
    count = entity_id(hass, "sensor", RULE, "count")
    await act(hass, "set_rule_linkage", entity_id=count, methods=["center", "record"])
    assert driver.calls == [("linkage", RULE), ("set_linkage", RULE, ["center", "record"])]


async def test_linkage_of_something_else(hass: HomeAssistant, entry_id: str, driver: Analyst) -> None:
    for data, key in (
        ({}, "no_rule"),
        ({"device_id": device_of(hass, "camera", CHANNEL, "stream1")}, "no_rule"),
        ({"device_id": device_of(hass, "sensor", BARE_RULE, "count")}, "feature_missing"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "get_rule_linkage", **data)
        assert caught.value.translation_key == key
    assert driver.calls == []


@pytest.mark.parametrize(
    ("action", "data", "calls"),
    [
        ("get_reference_pictures", {}, [("references", CHANNEL)]),
        ("capture_reference_picture", {}, [("capture_reference", CHANNEL)]),
        (
            "rename_reference_picture",
            {"picture_id": "p1", "name": "Empty"},
            [("rename_reference", CHANNEL, "p1", "Empty")],
        ),
        (
            "delete_reference_pictures",
            {"picture_ids": ["p1", "p2"]},
            [("delete_references", CHANNEL, ["p1", "p2"]), ("references", CHANNEL)],
        ),
    ],
)
async def test_reference_pictures(
    hass: HomeAssistant, entry_id: str, driver: Analyst, action: str, data: dict[str, Any], calls: list[Any]
) -> None:
    answer = await act(hass, action, **camera(hass), **data)
    assert list(answer.values()) == [{"asked": calls[-1][0]}]
    assert driver.calls == calls


async def test_reference_pictures_as_files(hass: HomeAssistant, entry_id: str, driver: Analyst, tmp_path: Path) -> None:
    file = tmp_path / "allowed" / "yard.jpg"
    await act(hass, "save_reference_picture", **camera(hass), picture_id="p1", file=str(file))
    assert file.read_bytes() == b"\xff\xd8p1"
    await act(hass, "add_reference_picture", **camera(hass), name="Yard", file=str(file))
    assert driver.calls == [("fetch_reference", CHANNEL, "p1"), ("add_reference", CHANNEL, "Yard", b"\xff\xd8p1")]


async def test_a_reference_picture_that_cannot_be_written(
    hass: HomeAssistant, entry_id: str, driver: Analyst, tmp_path: Path
) -> None:
    for file, key in ((tmp_path / "x.jpg", "directory_not_allowed"), (tmp_path / "allowed", "write_failed")):
        with pytest.raises(HomeAssistantError) as caught:
            await act(hass, "save_reference_picture", **camera(hass), picture_id="p1", file=str(file))
        assert caught.value.translation_key == key


PLAIN = Part(ref=PartRef(HOST, PartKind.CHANNEL, 1), placement=Placement.CHILD, features=frozenset({Feature.SNAPSHOT}))


@pytest.mark.parametrize("driver", [FakeDriver(topology=topology((PLAIN,)))])
async def test_devices_without_models(hass: HomeAssistant, entry_id: str, driver: FakeDriver) -> None:
    for action in services_analytics.HOST_ACTIONS:
        data = {"kind": "video", "task_id": "t", "model_id": "m", "name": "n", "engine": 1, "options": {}}
        data |= {"urls": ["http://a/b"], "url": "http://a/b"}
        needed = {str(marker.schema) for marker in action.fields if isinstance(marker, vol.Required)}
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, action.name, **{name: data[name] for name in needed})
        assert caught.value.translation_key == "feature_missing"
    for action_name in services_references.REFERENCE_FIELDS:
        given = {"picture_id": "p", "picture_ids": ["p"], "name": "n", "file": "/x"}
        fields = {str(marker.schema) for marker in services_references.REFERENCE_FIELDS[action_name]}
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, action_name, **camera(hass), **{name: given[name] for name in fields})
        assert caught.value.translation_key == "feature_missing"
    assert driver.calls == []
