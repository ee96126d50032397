"""The options flow, and that the options do what they say."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

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
