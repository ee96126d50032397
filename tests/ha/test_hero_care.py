"""Actions of care on a camera of the JSON dialect: its log, its card, the cells of motion, the stations of a route."""

from typing import Any

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.hero import *  # noqa: F403 - fixtures
from tests.ha.hero import CHANNEL, Hero
from tests.ha.receiver_faults import calm  # noqa: F401 - fixture
from tests.ha.simulated import until

pytestmark = pytest.mark.usefixtures("calm")

CARD = "storage1"
MOTION = "/api/event/motion"


async def ask(hero: Hero, action: str, /, *, user: MockUser | None = None, **data: Any) -> Any:
    """Call an action that answers."""
    context = Context(user_id=user.id) if user else None
    return await hero.hass.services.async_call(DOMAIN, action, data, True, context, return_response=True)


async def do(hero: Hero, action: str, /, *, user: MockUser | None = None, **data: Any) -> None:
    """Call an action that does not."""
    context = Context(user_id=user.id) if user else None
    await hero.hass.services.async_call(DOMAIN, action, data, True, context)


async def test_the_log(hero: Hero) -> None:
    hero.device.world.log.clear()
    for text in ("Admin login", "Motion detection alarm", "Video tampering alarm"):
        hero.device.world.note(2, text)
    answer = await ask(hero, "get_log", config_entry_id=hero.entry.entry_id)
    assert answer["rows"][0]["text"] == "Admin login"
    assert {row["type"] for row in answer["rows"]} == {"2"}
    assert answer["total"] == 3
    # With one entry none has to be named.
    latest = await ask(hero, "get_log", limit=1)
    assert [row["text"] for row in latest["rows"]] == ["Video tampering alarm"]
    assert latest["total"] == 3
    assert not (await ask(hero, "get_log", start="2020-01-01 00:00:00", end="2020-02-01 00:00:00"))["rows"]
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hero, "get_log", start="2020-02-01 00:00:00", end="2020-01-01 00:00:00")
    assert refused.value.translation_key == "time_range_invalid"


async def test_the_log_is_cleared_only_when_that_is_meant(hero: Hero) -> None:
    hero.device.world.note(2, "Motion detection alarm")
    with pytest.raises(vol.Invalid):
        await do(hero, "clear_log")
    with pytest.raises(ServiceValidationError) as refused:
        await do(hero, "clear_log", confirm=False)
    assert refused.value.translation_key == "not_confirmed"
    assert len(hero.device.world.log) > 0
    assert "Clear system log" not in {row.message for row in hero.device.world.log}
    await do(hero, "clear_log", confirm=True)
    assert [row.message for row in hero.device.world.log] == ["Clear system log"]


@pytest.mark.parametrize("model", ["sd"])
async def test_the_card_is_formatted_only_when_that_is_meant(hero: Hero) -> None:
    card = hero.device.world.card
    assert card is not None
    hero.device.format_seconds = 0.5
    with pytest.raises(ServiceValidationError) as refused:
        await do(hero, "format_storage", confirm=False)
    assert refused.value.translation_key == "not_confirmed"
    with pytest.raises(ServiceValidationError) as refused:
        await do(hero, "format_storage", storage=3, confirm=True)
    assert refused.value.translation_key == "storage_unknown"
    assert card.formats == 0
    await do(hero, "format_storage", confirm=True)
    assert card.formats == 1
    assert hero.value("sensor", CARD, "storage_status") == "formating"
    with pytest.raises(ServiceValidationError) as refused:
        await do(hero, "format_storage", storage=1, confirm=True)
    assert refused.value.translation_key == "rejected"
    await until(lambda: card.status == 0)
    await hero.poll()
    assert hero.value("sensor", CARD, "storage_status") == "ok"


async def test_without_a_card_there_is_nothing_to_format(hero: Hero) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await do(hero, "format_storage", confirm=True)
    assert refused.value.translation_key == "storage_unknown"


@pytest.mark.parametrize("model", ["sd"])
async def test_only_administrators(hero: Hero, hass_read_only_user: MockUser, hass_admin_user: MockUser) -> None:
    for action, data in (("clear_log", {"confirm": True}), ("format_storage", {"confirm": True})):
        with pytest.raises(Unauthorized):
            await do(hero, action, user=hass_read_only_user, **data)
    with pytest.raises(Unauthorized):
        await ask(hero, "get_log", user=hass_read_only_user)
    assert hero.device.world.card is not None
    assert hero.device.world.card.formats == 0
    assert (await ask(hero, "get_log", user=hass_admin_user))["total"] >= 0


async def test_the_cells_of_motion(hero: Hero) -> None:
    camera = hero.registered("camera", CHANNEL, "stream1").entity_id
    answer = await ask(hero, "get_motion_grid", entity_id=camera)
    rows = answer[camera]["rows"]
    assert rows == ["." * 32] * 32
    wanted = ["#" + "." * 31, *rows[1:]]
    answer = await ask(hero, "set_motion_grid", entity_id=camera, rows=wanted)
    assert answer[camera]["rows"] == wanted
    assert hero.device.world.documents[MOTION]["region"]["area"] == [1] + [0] * 31
    with pytest.raises(ServiceValidationError):
        await do(hero, "set_motion_grid", entity_id=camera, rows=["##"])
    with pytest.raises(vol.Invalid):
        await do(hero, "set_motion_grid", entity_id=camera, rows=["#x"])


@pytest.mark.parametrize("model", ["ptz"])
async def test_the_stations_of_a_route(hero: Hero) -> None:
    camera = hero.registered("camera", CHANNEL, "stream1").entity_id
    stops = [{"preset": 2, "speed": 1, "dwell": 20}, {"preset": 1}]
    await do(hero, "ptz_set_patrol", entity_id=camera, patrol=2, stops=stops)
    route = hero.device.world.head.cruises[2]
    assert route["enableCruise"] == 1
    assert route["cruisePresetList"][:2] == [
        {"presetIdx": 2, "speed": 10, "presetDweelTime": 20},
        {"presetIdx": 1, "speed": 5, "presetDweelTime": 10},
    ]
    await do(hero, "ptz_patrol", entity_id=camera, patrol=2)
    assert hero.device.world.head.cruising == 2
    with pytest.raises(ServiceValidationError):
        await do(hero, "ptz_set_patrol", entity_id=camera, patrol=2, stops=[{"preset": 1, "dwell": 2}])


async def test_a_camera_without_routes(hero: Hero) -> None:
    camera = hero.registered("camera", CHANNEL, "stream1").entity_id
    with pytest.raises(ServiceValidationError) as refused:
        await do(hero, "ptz_set_patrol", entity_id=camera, patrol=1, stops=[{"preset": 1}])
    assert refused.value.translation_key == "feature_missing"
