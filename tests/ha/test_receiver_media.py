"""Pictures and clips that alarms leave on a receiver, and whose password goes where."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from homeassistant.components.image import async_get_image
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ip_surveillance.const import CONF_SHOW_SILENT, DOMAIN
from tests.ha.receiver_faults import *  # noqa: F403 - fixtures
from tests.ha.receiver_faults import HOUSE, Receiver, part
from tests.ha.simulated import until
from tests.simulators.ip_receiver import ReceiverSimulator

pytestmark = pytest.mark.usefixtures("calm")

CAMERA_ZONE = 3
PANIC_ZONE = 7
RECORD = f"{DOMAIN}_panel_event"


def picture_entity(house: Receiver, zone: int = CAMERA_ZONE) -> str:
    return house.registered("image", part(f"zone{zone}"), "alarm_picture").entity_id


async def picture(house: Receiver, zone: int = CAMERA_ZONE) -> bytes:
    component = house.hass.data["image"]
    entity = component.get_entity(picture_entity(house, zone))
    return bytes(await entity.async_image() or b"")


def fetched(receiver: ReceiverSimulator) -> list[str]:
    return [each.path.lstrip("/") for each in receiver.requests if not each.path.startswith("/ISAPI")]


def capture(url: str, zone: int = CAMERA_ZONE) -> dict[str, Any]:
    return {
        "ZoneNo": zone,
        "zoneName": "Garden camera",
        "CaptureList": [{"resourcesContentType": "url", "resourcesContent": url}],
    }


async def settled(house: Receiver) -> None:
    """Wait until a message sent now was read, so that all before it were."""
    before = house.entry.runtime_data.driver.reader.counts.documents
    await house.device.device_heartbeat(HOUSE)
    await until(lambda: house.entry.runtime_data.driver.reader.counts.documents > before)
    await house.hass.async_block_till_done()


async def kept(house: Receiver, uuid: str) -> None:
    """Wait until the clip of an alarm is known."""
    await until(lambda: uuid in house.entry.runtime_data.driver.media.ids(HOUSE))


def contents(saved: dict[str, Any]) -> list[bytes]:
    """What is in the files that were saved."""
    return [Path(each).read_bytes() for each in saved["files"]]


def folders(saved: dict[str, Any]) -> set[Path]:
    """Where the files were really saved."""
    return {Path(each).resolve().parent for each in saved["files"]}


def is_empty(folder: Path) -> bool:
    return not list(folder.iterdir())


@pytest.fixture
async def elsewhere(socket_enabled: None) -> AsyncIterator[ReceiverSimulator]:
    """Run another host, which would ask for a password."""
    async with ReceiverSimulator("otap") as simulator:
        yield simulator


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """A folder that may be written to."""
    hass.config.allowlist_external_dirs = {str(tmp_path / "allowed")}
    (tmp_path / "allowed").mkdir()
    return tmp_path / "allowed"


async def save(house: Receiver, folder: Path, **data: Any) -> dict[str, Any]:
    device = dr.async_get(house.hass).async_get_device_by_identifier((DOMAIN, part()), house.entry.entry_id)
    assert device is not None
    answer = await house.hass.services.async_call(
        DOMAIN,
        "save_alarm_media",
        {"device_id": device.id, "directory": str(folder), **data},
        blocking=True,
        return_response=True,
    )
    assert isinstance(answer, dict)
    return dict(answer)


# Pictures


@pytest.mark.parametrize("style", ["relative", "rooted", "absolute"])
@pytest.mark.parametrize("protected", [True, False])
async def test_pictures_of_a_detector_with_a_camera(house: Receiver, style: str, protected: bool) -> None:
    receiver = house.device
    receiver.media_urls = style
    [url] = await receiver.pir(HOUSE, CAMERA_ZONE, protected=protected)
    body = receiver.world.media[url.removeprefix(receiver.url).lstrip("/")].body
    await until(lambda: house.value("image", part("zone3"), "alarm_picture") != "unknown")
    assert await picture(house) == body
    image = await async_get_image(house.hass, picture_entity(house))
    assert (image.content_type, image.content) == ("image/jpeg", body)
    assert house.value("binary_sensor", part("zone3"), "alarm") == "off"
    assert house.logins_refused() == 0


async def test_several_pictures_of_one_alarm(house: Receiver) -> None:
    urls = await house.device.pir(HOUSE, CAMERA_ZONE, pictures=3)
    await until(lambda: set(fetched(house.device)) == set(urls))
    last = house.device.world.media[urls[-1]].body
    await until(lambda: house.value("image", part("zone3"), "alarm_picture") != "unknown")
    await house.hass.async_block_till_done()
    assert await picture(house) == last


async def test_a_picture_that_comes_twice_is_fetched_once(house: Receiver) -> None:
    url = house.device.add_media()
    for _ in range(3):
        await house.device.emit(HOUSE, "PIR", **capture(url))
    await until(lambda: fetched(house.device))
    await settled(house)
    assert fetched(house.device) == [url]


async def test_pictures_of_other_zones_stay(house: Receiver) -> None:
    await house.device.pir(HOUSE, CAMERA_ZONE)
    await until(lambda: house.value("image", part("zone3"), "alarm_picture") != "unknown")
    before = await picture(house)
    other = house.device.add_media(body=b"\xff\xd8\xff" + b"hall")
    await house.device.emit(HOUSE, "PIR", **capture(other, 2))
    await until(lambda: house.has("image", part("zone2"), "alarm_picture"))
    await until(lambda: house.value("image", part("zone2"), "alarm_picture") != "unknown")
    assert await picture(house) == before
    assert await picture(house, 2) == b"\xff\xd8\xffhall"


@pytest.mark.parametrize(
    "body",
    [b"<html>no</html>", b"", b"\xff\xd8\xff" + bytes(11 * 2**20)],
    ids=["page", "empty", "oversize"],
)
async def test_what_is_no_picture_or_too_large(house: Receiver, body: bytes) -> None:
    driver = house.entry.runtime_data.driver
    await house.device.emit(HOUSE, "PIR", **capture(house.device.add_media(body=body)))
    await until(lambda: driver.pictures_lost == 1)
    assert house.value("image", part("zone3"), "alarm_picture") == "unknown"
    await house.device.pir(HOUSE, CAMERA_ZONE)
    await until(lambda: house.value("image", part("zone3"), "alarm_picture") != "unknown")
    assert house.device.push_streams.opened == 1


async def test_a_picture_that_is_gone(house: Receiver) -> None:
    driver = house.entry.runtime_data.driver
    await house.device.emit(HOUSE, "PIR", **capture("alarmFile/gone.jpg"))
    await until(lambda: driver.pictures_lost == 1)
    assert house.value("image", part("zone3"), "alarm_picture") == "unknown"
    assert house.coordinator.last_update_success


# Other addresses


@pytest.mark.parametrize("certificate", [None, "no", "digest"])
async def test_the_password_goes_to_no_other_address(
    house: Receiver, elsewhere: ReceiverSimulator, folder: Path, certificate: str | None
) -> None:
    driver = house.entry.runtime_data.driver
    url = f"{elsewhere.url}/{elsewhere.add_media(protected=certificate != 'no')}"
    told = capture(url) | ({} if certificate is None else {"URLCertificationType": certificate})
    await house.device.emit(HOUSE, "PIR", **told)
    await until(lambda: driver.pictures_lost == 1)
    assert elsewhere.requests == []
    assert house.value("image", part("zone3"), "alarm_picture") == "unknown"

    if certificate == "no":
        saved = await save(house, folder)
        assert [each[:3] for each in contents(saved)] == [b"\xff\xd8\xff"]
    else:
        with pytest.raises(HomeAssistantError):
            await save(house, folder)
    assert all("Authorization" not in each.headers for each in elsewhere.requests)
    assert elsewhere.auth.refused == []


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/a.jpg", "file:///etc/passwd", "http://", "http://[::1/a.jpg", "//127.0.0.1:9/a.jpg", "a b"]
)
async def test_links_that_lead_nowhere(house: Receiver, url: str) -> None:
    await house.device.emit(HOUSE, "PIR", **capture(url))
    await house.device.pir(HOUSE, CAMERA_ZONE)
    await until(lambda: house.value("image", part("zone3"), "alarm_picture") != "unknown")
    assert house.device.push_streams.opened == 1


# Clips


@pytest.mark.parametrize("lenses", [1, 2])
async def test_a_clip_that_follows_its_alarm(hass: HomeAssistant, house: Receiver, folder: Path, lenses: int) -> None:
    """One event tells of the alarm; the clip is joined to it by its UUID."""
    records = async_capture_events(hass, RECORD)
    house.device.media_delay = 0.2
    uuid = await house.device.emit_code(HOUSE, "1103", partition=1, zone=5, lenses=lenses)
    await until(lambda: house.device.world.media)
    await kept(house, uuid)
    await settled(house)
    alarms = [each.data for each in records if each.data["event_type"] == "burglary_alarm"]
    assert [each["uuid"] for each in alarms] == [uuid]
    assert alarms[0]["zone"] == 5

    saved = await save(house, folder, media_id=uuid)
    assert saved["media_id"] == uuid
    files = [Path(each) for each in saved["files"]]
    assert sorted(each.read_bytes() for each in files) == sorted(
        each.body for each in house.device.world.media.values()
    )
    assert len(files) == lenses
    assert all(each.parent == folder and each.suffix == ".mp4" for each in files)
    if lenses == 2:
        assert {each.stem.rpartition("-")[2] for each in files} == {"left", "right"}


async def test_the_latest_alarm_is_saved_when_none_is_named(house: Receiver, folder: Path) -> None:
    for zone in (2, 5):
        uuid = await house.device.emit_code(HOUSE, "1103", partition=1, zone=zone, lenses=1)
        await kept(house, uuid)
    assert (await save(house, folder))["media_id"] == uuid


async def test_saving_is_refused_elsewhere(house: Receiver, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await save(house, folder)
    assert caught.value.translation_key == "no_media"
    uuid = await house.device.emit_code(HOUSE, "1103", partition=1, zone=5, lenses=1)
    await kept(house, uuid)
    house.device.requests.clear()
    for forbidden in (tmp_path, tmp_path / "other", folder / ".." / "other", Path("/etc")):
        with pytest.raises(ServiceValidationError) as caught:
            await save(house, forbidden)
        assert caught.value.translation_key == "directory_not_allowed"
    assert fetched(house.device) == []
    assert is_empty(folder)
    with pytest.raises(HomeAssistantError):
        await save(house, folder, media_id="unknown")


async def test_a_clip_that_is_gone(house: Receiver, folder: Path) -> None:
    uuid = await house.device.emit_code(HOUSE, "1103", partition=1, zone=5, lenses=1)
    await kept(house, uuid)
    house.device.world.media.clear()
    with pytest.raises(HomeAssistantError):
        await save(house, folder, media_id=uuid)
    assert is_empty(folder)
    await house.poll()
    assert house.coordinator.last_update_success


async def test_a_uuid_that_is_a_path(house: Receiver, folder: Path) -> None:
    await house.device.emit_code(HOUSE, "1103", partition=1, zone=5, lenses=1, uuid="../../x/../e")
    await until(lambda: house.entry.runtime_data.driver.media.ids(HOUSE))
    saved = await save(house, folder)
    assert folders(saved) == {folder}


# Silent alarms


async def test_the_picture_of_a_silent_alarm(hass: HomeAssistant, house: Receiver) -> None:
    """It is neither fetched nor shown, whichever message brings it."""
    records = async_capture_events(hass, RECORD)
    uuid = await house.device.emit_code(HOUSE, "1122", partition=1, zone=PANIC_ZONE, lenses=1)
    await house.device.emit(HOUSE, "PIR", **capture(house.device.add_media(), PANIC_ZONE), UUID=uuid)
    await house.device.emit_code(HOUSE, "1121", partition=1, zone=CAMERA_ZONE, uuid="duress")
    await house.device.emit(HOUSE, "PIR", **capture(house.device.add_media()), UUID="duress")
    await settled(house)
    await settled(house)
    assert fetched(house.device) == []
    assert not house.has("image", part(f"zone{PANIC_ZONE}"), "alarm_picture")
    assert house.value("image", part("zone3"), "alarm_picture") == "unknown"
    assert not [each for each in records if each.data["event_type"] == "silent_alarm"]
    assert house.value("alarm_control_panel", part("partition1"), "panel") == "disarmed"


async def test_the_picture_of_a_silent_alarm_that_the_user_wants_to_see(hass: HomeAssistant, house: Receiver) -> None:
    hass.config_entries.async_update_entry(house.entry, options={CONF_SHOW_SILENT: True})
    await hass.config_entries.async_reload(house.entry.entry_id)
    await house.live()
    records = async_capture_events(hass, RECORD)
    await house.device.emit_code(HOUSE, "1122", partition=1, zone=PANIC_ZONE)
    await until(lambda: [each for each in records if each.data["event_type"] == "silent_alarm"])
