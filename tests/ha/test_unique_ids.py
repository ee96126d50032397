"""Unique ids and device identifiers never change: whoever changes one loses people's history and automations.

After a deliberate addition, write the file anew and look at what differs:

    UPDATE_GOLDEN=1 scripts/test tests/ha/test_unique_ids.py
"""

from collections import defaultdict
import json
import os
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.receiver import behind
from tests.ha.simulated import come_alive, until
from tests.simulators.base import BaseSimulator
from tests.simulators.herospeed import DETECTIONS, FIRMWARES, PROFILES as HEROES, HerospeedSimulator
from tests.simulators.ip_receiver import PROFILES as RECEIVERS, ReceiverSimulator
from tests.simulators.isapi import METADATA_PROFILES, MODELS, IsapiSimulator
from tests.simulators.rtsp.generator import KINDS
from tests.simulators.sunell_cgi import PROFILES as SUNELLS

GOLDEN = Path(__file__).with_name("unique_ids.json")
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    return found


def identities(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """All unique ids by platform, and all device identifiers, of an entry."""
    entities: defaultdict[str, list[str]] = defaultdict(list)
    for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        entities[each.domain].append(each.unique_id)
    registry = dr.async_get(hass)
    shown = (
        *dr.async_entries_for_config_entry(registry, entry.entry_id),
        *dr.async_child_entries_for_config_entry(registry, entry.entry_id),
    )
    devices = [identifier for device in shown for domain, identifier in device.identifiers if domain == DOMAIN]
    return {
        "entry": entry.unique_id,
        "devices": sorted(devices),
        "entities": {platform: sorted(found) for platform, found in sorted(entities.items())},
    }


CASES = [
    *(pytest.param("isapi", model, id=model) for model in MODELS),
    # The large installation only repeats what the others have.
    *(pytest.param("ip_receiver", model, id=f"ip_receiver {model}") for model in RECEIVERS if model != "large"),
    *(pytest.param("sunell_cgi", model, id=f"sunell_cgi {model}") for model in SUNELLS if model != "nvr64"),
    *(pytest.param("herospeed", model, id=f"herospeed {model} {each}") for model in HEROES for each in FIRMWARES),
]
HEARD = "ip_receiver mixed after messages"
"""What only messages bring into being, beside what is there without them."""
PUSHED = "herospeed fixed after packets"
"""The same of packets."""
MEASURED = "isapi {} after measurements"
"""The same of what cameras tell of their pictures."""

TOLD = {
    5: ("VMD", "IO", "fielddetection", "linedetection", "regionEntrance", "regionExiting", "rapidMove", "shelteralarm"),
    6: ("videoloss", "recordException", "diskerror", "diskfull"),
    7: ("fireDetection", "TMA", "TMPA", "TDA"),
    8: ("requestVoiceTalkEvent",),
    9: ("fallingDown", "longTimeLeave", "heartBeatAbnormal", "respireAbnormal"),
}
"""Messages by the device that sends them: a camera, a recorder, a thermal camera, a door station and a radar."""

# A rule goes by its task and, after a dot, its channel.
_WELL_FORMED = re.compile(r"[0-9a-z]+(_[0-9A-Za-z]+(\.\d+)?)+")


def check(name: str, found: dict[str, Any]) -> None:
    """Compare with what is written down, or write it down."""
    owners = {found["entry"], *found["devices"]}
    for unique_id in (each for ids in found["entities"].values() for each in ids):
        assert _WELL_FORMED.fullmatch(unique_id), unique_id
        assert unique_id.partition("_")[0] in owners, unique_id
    if UPDATE:
        GOLDEN.write_text(json.dumps({**known(), name: found}, indent=2, sort_keys=True) + "\n")
    assert found == known()[name]


@pytest.fixture
def simulation(request: pytest.FixtureRequest, family: str) -> dict[str, Any]:
    """Take the firmware that the name of a case ends with, where a family has several."""
    return {"firmware": request.node.callspec.id.rpartition(" ")[2]} if family == "herospeed" else {}


@pytest.mark.parametrize(("family", "model"), CASES)
async def test_identities(
    hass: HomeAssistant, request: pytest.FixtureRequest, device: BaseSimulator, setup_entry: MockConfigEntry
) -> None:
    check(request.node.callspec.id, identities(hass, setup_entry))


def arrived(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is there now and was not before."""
    old = before["entities"]
    assert all(set(old[platform]) <= set(ids) for platform, ids in after["entities"].items() if platform in old)
    entities = {platform: sorted({*ids} - {*old.get(platform, ())}) for platform, ids in after["entities"].items()}
    return {**after, "entities": {platform: ids for platform, ids in entities.items() if ids}}


@pytest.mark.parametrize(("family", "model"), [("ip_receiver", "mixed")])
async def test_identities_of_what_messages_tell(
    hass: HomeAssistant, device: ReceiverSimulator, setup_entry: MockConfigEntry
) -> None:
    house = behind(await come_alive(hass, setup_entry, device))
    before = identities(hass, setup_entry)
    for number, events in TOLD.items():
        for event in events:
            await device.happen(house.other(number).index, event)
    await device.happen(house.other(6).index, "VMD", channel=3)
    await device.pir(house.index, 3)
    await until(lambda: "binary_sensor detection_pir" in house.keys("zone3"))
    await hass.async_block_till_done()
    check(HEARD, arrived(before, identities(hass, setup_entry)))


@pytest.mark.parametrize(("family", "model"), [pytest.param("herospeed", "fixed", id="herospeed fixed new")])
async def test_identities_of_what_packets_tell(
    hass: HomeAssistant, device: HerospeedSimulator, setup_entry: MockConfigEntry
) -> None:
    seen = await come_alive(hass, setup_entry, device)
    before = identities(hass, setup_entry)
    for kind in DETECTIONS:
        await device.event(kind, always=True, input=2)
    await device.face(name="Somebody")
    await device.plate("AB 123")
    await device.line_count(entered=1, left=1)
    for target in ("human", "vehicle"):
        await device.smart_object(target)
    registry = er.async_get(hass)
    last = seen.unique_id("channel1", "detection_vehicle")
    await until(lambda: registry.async_get_entity_id("binary_sensor", DOMAIN, last))
    await seen.coordinator.async_rediscover()
    await hass.async_block_till_done()
    check(PUSHED, arrived(before, identities(hass, setup_entry)))


@pytest.mark.parametrize(("family", "model"), [pytest.param("isapi", model, id=model) for model in METADATA_PROFILES])
async def test_identities_of_what_cameras_measure(
    hass: HomeAssistant, model: str, device: IsapiSimulator, setup_entry: MockConfigEntry
) -> None:
    await come_alive(hass, setup_entry, device)
    before = identities(hass, setup_entry)
    channels = [number for number in device.metadata.uploads if device.world.channels[number].online is not False]
    await until(lambda: len(device.rtsp.playing()) == len(channels))
    documents = [device.metadata.write(message()) for message in KINDS.values()]
    heard = setup_entry.runtime_data.driver.metadata.reader(channels[0]).counts
    already = heard.documents
    for document in documents:
        device.rtsp.feed(channels[0], document)
    await until(lambda: heard.documents - already == len(documents))
    # The last first sight was looked at.
    driver, state = setup_entry.runtime_data.driver, setup_entry.runtime_data.state
    await until(lambda: not driver.metadata.pending and state.topology == driver.topology)
    await hass.async_block_till_done()
    check(MEASURED.format(model), arrived(before, identities(hass, setup_entry)))


def test_nothing_else_is_written_down() -> None:
    assert set(known()) == {
        *(str(case.id) for case in CASES),
        HEARD,
        PUSHED,
        *(MEASURED.format(model) for model in METADATA_PROFILES),
    }
