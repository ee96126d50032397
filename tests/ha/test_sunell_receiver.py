"""Cameras that send their alarms to Home Assistant by themselves: only where the user wants it."""

import json
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ip_surveillance import async_remove_entry, diagnostics, receiving
from custom_components.ip_surveillance.const import CONF_RECEIVE, CONF_RECEIVER, DOMAIN
from tests.ha.simulated import until
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, Sunell
from tests.simulators.sunell_cgi.posting import WAYS
from tests.simulators.sunell_cgi.text import find

PAGE = "alarmCenterService"
ADDRESSES = ("CGIUrlStart", "CGIUrlEnd")


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.EVENT)


@pytest.fixture
async def client(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> TestClient[Any, Any]:
    """Home Assistant as the camera reaches it."""
    assert await async_setup_component(hass, "http", {})
    receiving.async_view(hass)
    found: TestClient[Any, Any] = await hass_client_no_auth()
    hass.config.internal_url = str(found.make_url("")).rstrip("/")
    return found


def addresses(seen: Sunell) -> list[str]:
    fields = [find(seen.device.store.page(PAGE), name) for name in ADDRESSES]
    return [(field.value or "").strip() if field else "" for field in fields]


def fields(flow: Any) -> set[str]:
    """Names of the fields of a form."""
    return {str(key) for key in flow["data_schema"].schema}


async def choose(seen: Sunell, wanted: bool) -> None:
    """Submit the options."""
    flow = await seen.hass.config_entries.options.async_init(seen.entry.entry_id)
    assert CONF_RECEIVE in fields(flow)
    given = {"streams": ["1"], "poll_interval": 30, CONF_RECEIVE: wanted}
    await seen.hass.config_entries.options.async_configure(flow["flow_id"], given)
    await seen.hass.async_block_till_done()


async def switched_on(seen: Sunell) -> str:
    """Switch it on and wait until the camera is set; the secret of the entry."""
    await choose(seen, True)
    await until(
        lambda: CONF_RECEIVER in seen.entry.data and seen.entry.data[CONF_RECEIVER]["mark"] in addresses(seen)[1]
    )
    mark: str = seen.entry.data[CONF_RECEIVER]["mark"]
    return mark


async def counts(seen: Sunell) -> dict[str, Any]:
    told = await diagnostics.async_get_config_entry_diagnostics(seen.hass, seen.entry)
    found: dict[str, Any] = told["received"]
    return found


async def test_nothing_is_written_unless_it_is_wanted(client: TestClient[Any, Any], seen: Sunell) -> None:
    before = addresses(seen)
    await seen.poll()
    assert addresses(seen) == before
    assert not seen.device.queries(kind=PAGE)
    assert CONF_RECEIVER not in seen.entry.data
    assert await counts(seen) is None


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("way", WAYS)
async def test_what_the_camera_posts_shows(client: TestClient[Any, Any], seen: Sunell, way: str) -> None:
    mark = await switched_on(seen)
    seen.device.posting, seen.device.post_way = True, way
    await seen.device.alarm(1, 2, push=False)
    await seen.shows("binary_sensor", CHANNEL, "detection_motion", "on")
    await until(lambda: seen.device.world.posts)
    assert [status for _, status in seen.device.world.posts] == [200]
    assert (await counts(seen)) == {"received": 1, "unread": 0, "failed": 0, "problem": ""}
    # What comes over the stream as well is not told again.
    kept = dict(seen.state("event", CHANNEL, "detection").attributes)
    state = seen.state("event", CHANNEL, "detection").state
    await seen.device.push_alarms(*seen.device.history[-1:])
    await seen.poll()
    assert (seen.state("event", CHANNEL, "detection").state, kept["event_type"]) == (state, "motion")
    await seen.device.alarm(1, 2, flag=0, push=False)
    await seen.shows("binary_sensor", CHANNEL, "detection_motion", "off")
    assert mark not in json.dumps(await diagnostics.async_get_config_entry_diagnostics(seen.hass, seen.entry))


async def test_switched_off_the_setting_is_put_back(client: TestClient[Any, Any], seen: Sunell) -> None:
    before = addresses(seen)
    mark = await switched_on(seen)
    await choose(seen, False)
    await until(lambda: CONF_RECEIVER not in seen.entry.data)
    assert addresses(seen) == before
    async with client.post(f"/api/{DOMAIN}/received/{mark}/start", data=b"1&2") as answer:
        assert answer.status == 200
    assert await counts(seen) is None


async def test_a_removed_entry_leaves_the_camera_as_it_was(client: TestClient[Any, Any], seen: Sunell) -> None:
    before = addresses(seen)
    await switched_on(seen)
    await seen.hass.config_entries.async_unload(seen.entry.entry_id)
    await async_remove_entry(seen.hass, seen.entry)
    assert addresses(seen) == before


async def test_strangers_and_nonsense(
    client: TestClient[Any, Any], seen: Sunell, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = await switched_on(seen)
    alarm = b"MajorAlarmType=1&MinorAlarmType=2&AlarmTime=2026-11-21 20:30:40"
    for path, body in (("nobody/start", alarm), (f"{mark}/start", b"nonsense"), (f"{mark}/start", b"x" * (2**20 + 1))):
        async with client.post(f"/api/{DOMAIN}/received/{path}", data=body) as answer:
            assert (answer.status, await answer.read()) == (200, b"")
    monkeypatch.setattr(receiving, "is_local", lambda _: False)
    async with client.post(f"/api/{DOMAIN}/received/{mark}/start", data=alarm) as answer:
        assert answer.status == 200
    assert await counts(seen) == {"received": 2, "unread": 2, "failed": 0, "problem": ""}


async def test_the_picture_of_an_alarm_is_let_go_by(client: TestClient[Any, Any], seen: Sunell) -> None:
    mark = await switched_on(seen)
    alarm = b"MajorAlarmType=1&MinorAlarmType=2&AlarmTime=2026-11-21 20:30:40&Picture=" + b"A" * 3 * 2**20
    async with client.post(f"/api/{DOMAIN}/received/{mark}/start", data=alarm) as answer:
        assert answer.status == 200
    assert await counts(seen) == {"received": 1, "unread": 0, "failed": 0, "problem": ""}


async def test_a_camera_that_refuses_is_a_repair(client: TestClient[Any, Any], seen: Sunell) -> None:
    seen.device.lacking.add(PAGE)
    issues = ir.async_get(seen.hass)
    await choose(seen, True)
    await until(lambda: issues.async_get_issue(DOMAIN, f"receiver_{seen.entry.entry_id}"))
    assert (await counts(seen))["problem"]
    await choose(seen, False)
    assert issues.async_get_issue(DOMAIN, f"receiver_{seen.entry.entry_id}") is None


@pytest.mark.parametrize("model", ["nvr"])
async def test_recorders_do_not_offer_it(seen: Sunell) -> None:
    flow = await seen.hass.config_entries.options.async_init(seen.entry.entry_id)
    assert CONF_RECEIVE not in fields(flow)


async def test_an_address_that_no_device_reaches(
    client: TestClient[Any, Any], seen: Sunell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> str:
        raise NoURLAvailableError

    monkeypatch.setattr(receiving, "get_url", none)
    before = addresses(seen)
    await choose(seen, True)
    issues = ir.async_get(seen.hass)
    await until(lambda: issues.async_get_issue(DOMAIN, f"receiver_{seen.entry.entry_id}"))
    assert addresses(seen) == before


def test_nothing_is_told_of_an_entry_that_was_never_set_up(hass: HomeAssistant) -> None:
    assert receiving.async_counts(hass, MockConfigEntry(domain=DOMAIN)) is None
