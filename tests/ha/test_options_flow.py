"""The options flow, and that the options do what they say."""

from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.diagnostics import async_get_config_entry_diagnostics
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_panel import FakePanel
from tests.simulators.isapi import IsapiSimulator

from .flows import suggested
from .simulated import Seen

DEFAULTS = {"streams": ["1"], "poll_interval": 30}


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.CAMERA)


async def choose(hass: HomeAssistant, entry: MockConfigEntry, form: dict[str, Any]) -> Any:
    shown = await hass.config_entries.options.async_init(entry.entry_id)
    assert shown["type"] is FlowResultType.FORM
    result = await hass.config_entries.options.async_configure(shown["flow_id"], form)
    await hass.async_block_till_done()
    return result


async def test_defaults(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    result = await choose(hass, setup_entry, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert setup_entry.options == DEFAULTS


async def test_change_reloads_and_is_shown_again(
    hass: HomeAssistant, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    before = setup_entry.runtime_data
    chosen = {"streams": ["1", "2"], "rtsp_port": 5554.0, "hold_time": 20, "poll_interval": 60}
    await choose(hass, setup_entry, chosen)
    assert setup_entry.options == chosen
    assert isinstance(setup_entry.options["rtsp_port"], int)
    assert setup_entry.state is ConfigEntryState.LOADED
    assert setup_entry.runtime_data is not before
    await device.wait_streams(1)

    shown = await hass.config_entries.options.async_init(setup_entry.entry_id)
    assert suggested(shown) == chosen


async def test_optional_fields_can_be_emptied(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    await choose(hass, setup_entry, {**DEFAULTS, "rtsp_port": 5554, "hold_time": 20})
    await choose(hass, setup_entry, {**DEFAULTS, "streams": []})
    assert setup_entry.options == {**DEFAULTS, "streams": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"streams": ["5"]},
        {"rtsp_port": 0},
        {"rtsp_port": 65536},
        {"hold_time": 0},
        {"hold_time": 3601},
        {"poll_interval": 9},
        {"poll_interval": 3601},
    ],
)
async def test_bounds(hass: HomeAssistant, setup_entry: MockConfigEntry, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidData):
        await choose(hass, setup_entry, wrong)
    assert setup_entry.options == {}


async def test_streams_chosen_later_switch_their_cameras(hass: HomeAssistant, seen: Seen) -> None:
    """Cameras exist since set-up, so that a default for new entities alone would never count."""

    def enabled() -> list[bool]:
        return [not seen.registered("camera", "channel1", f"stream{number}").disabled for number in (1, 2, 3)]

    assert enabled() == [True, False, False]
    await choose(hass, seen.entry, {**DEFAULTS, "streams": ["2", "3"]})
    assert enabled() == [False, True, True]
    assert seen.state("camera", "channel1", "stream2").state == "idle"

    by_hand = seen.registered("camera", "channel1", "stream3").entity_id
    er.async_get(hass).async_update_entity(by_hand, disabled_by=er.RegistryEntryDisabler.USER)
    await choose(hass, seen.entry, {**DEFAULTS, "streams": ["2"]})
    await choose(hass, seen.entry, {**DEFAULTS, "streams": ["1", "2", "3"]})
    assert enabled() == [True, True, False]


# Alarm panels


@pytest.fixture
async def with_panel(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> MockConfigEntry:
    """An entry that fronts alarm panels."""
    return await fake_driver.start(hass, set_up, monkeypatch, FakePanel())


PANEL_DEFAULTS = {**DEFAULTS, "code_arm_required": True, "show_silent": False}


async def fields(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """The fields of the form and what they show."""
    shown = await hass.config_entries.options.async_init(entry.entry_id)
    hass.config_entries.options.async_abort(shown["flow_id"])
    schema = shown["data_schema"]
    assert schema is not None
    return {str(key): suggested(shown).get(str(key)) for key in schema.schema}


async def test_a_camera_has_no_options_of_panels(hass: HomeAssistant, setup_entry: MockConfigEntry) -> None:
    assert set(await fields(hass, setup_entry)) == {"streams", "rtsp_port", "hold_time", "poll_interval"}


async def test_options_of_panels(hass: HomeAssistant, with_panel: MockConfigEntry) -> None:
    await choose(hass, with_panel, {})
    assert with_panel.options == PANEL_DEFAULTS
    await choose(hass, with_panel, {"show_silent": True, "code_arm_required": False})
    assert with_panel.options == {**DEFAULTS, "code_arm_required": False, "show_silent": True}


async def test_the_code_is_kept_replaced_and_removed_but_never_shown(
    hass: HomeAssistant, with_panel: MockConfigEntry
) -> None:
    assert "remove_code" not in await fields(hass, with_panel)
    await choose(hass, with_panel, {"alarm_code": " 1234 "})
    assert with_panel.options == {**PANEL_DEFAULTS, "alarm_code": "1234"}
    shown = await fields(hass, with_panel)
    assert shown["alarm_code"] is None
    assert "1234" not in str(shown)

    await choose(hass, with_panel, {"show_silent": True})
    assert with_panel.options == {**PANEL_DEFAULTS, "alarm_code": "1234", "show_silent": True}
    await choose(hass, with_panel, {"alarm_code": "open sesame", "remove_code": True})
    assert with_panel.options == {**PANEL_DEFAULTS, "alarm_code": "open sesame"}
    await choose(hass, with_panel, {"alarm_code": "  ", "remove_code": True})
    assert with_panel.options == PANEL_DEFAULTS


async def test_options_of_panels_outlive_a_host_that_is_away(hass: HomeAssistant, with_panel: MockConfigEntry) -> None:
    await choose(hass, with_panel, {"alarm_code": "1234", "show_silent": True})
    await hass.config_entries.async_unload(with_panel.entry_id)
    vars(with_panel).pop("runtime_data", None)
    before = dict(with_panel.options)
    await choose(hass, with_panel, {"show_silent": True})
    assert with_panel.options == before


async def test_an_entry_that_was_never_loaded_has_no_options_of_panels(hass: HomeAssistant) -> None:
    entry = fake_driver.fake_entry()
    entry.add_to_hass(hass)
    assert "alarm_code" not in await fields(hass, entry)


async def test_the_code_is_not_in_diagnostics(hass: HomeAssistant, with_panel: MockConfigEntry) -> None:
    await choose(hass, with_panel, {"alarm_code": "98765"})
    told = await async_get_config_entry_diagnostics(hass, with_panel)
    assert told["entry"]["options"]["alarm_code"] == REDACTED
    assert "98765" not in str(told)
