"""The lists of plates of a camera that reads them, through the actions of its camera entity."""

from typing import Any

from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.sunell_seen import *  # noqa: F403 - fixtures
from tests.ha.sunell_seen import CHANNEL, Sunell
from tests.simulators.sunell_cgi.world import Listed


async def plates(seen: Sunell) -> list[dict[str, Any]]:
    """What the action answers."""
    entity = seen.state("camera", CHANNEL, "stream1").entity_id
    answer = await seen.hass.services.async_call(
        DOMAIN, "get_plates", {"entity_id": entity}, blocking=True, return_response=True
    )
    assert answer is not None
    found: Any = answer[entity]
    rows: list[dict[str, Any]] = found["plates"]
    return rows


@pytest.mark.parametrize("model", ["lpr"])
async def test_plates_are_listed_added_and_removed(seen: Sunell) -> None:
    seen.device.world.listed = [Listed(text="DD652", kind=0, start=1540373771, end=1540460171)]
    (first,) = await plates(seen)
    assert (first["plate"], first["plate_list"]) == ("DD652", "block")
    start = dt_util.parse_datetime(first["start"])
    assert start is not None
    assert start.timestamp() == 1540373771
    await seen.do("add_plate", plate="AB 123")
    await seen.do("add_plate", plate="DD652", plate_list="allow", end="2030-01-01 12:00:00")
    found = {each["plate"]: each for each in await plates(seen)}
    assert {text: each["plate_list"] for text, each in found.items()} == {"AB 123": "allow", "DD652": "allow"}
    assert (found["AB 123"]["start"], found["AB 123"]["end"]) == (None, None)
    assert found["DD652"]["end"].startswith("2030-01-01T12:00:00")
    await seen.do("remove_plate", plate="DD652")
    assert [each["plate"] for each in await plates(seen)] == ["AB 123"]
    with pytest.raises(ServiceValidationError) as caught:
        await seen.do("remove_plate", plate="DD652")
    assert caught.value.translation_key == "not_listed_named"


@pytest.mark.parametrize("model", ["ipc"])
async def test_a_camera_without_lists_says_so(seen: Sunell) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await seen.do("add_plate", plate="AB 123")
    assert caught.value.translation_key == "feature_missing"
    assert seen.device.writes == []
