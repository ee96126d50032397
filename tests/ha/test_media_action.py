"""The action that saves what alarms left on the host."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.commands import Clip
from custom_components.ip_surveillance.protocol.errors import NotSupported
from custom_components.ip_surveillance.protocol.model.parts import HOST, HOST_PART, Part, PartKind, PartRef, Placement
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, ReadOnlyDriver, entity_id, topology

ZONE = PartRef(HOST, PartKind.ZONE, 1)
PARTS = (
    Part(ref=HOST_PART, name="Panel", features=frozenset({Feature.PANEL_LOG, Feature.MEDIA})),
    Part(ref=ZONE, name="Hall", placement=Placement.CHILD, readings=frozenset({Reading(Flag.OPEN)})),
)


def clip(name: str, data: bytes = b"video") -> Clip:
    return Clip(name=name, content_type="video/mp4", data=data)


@dataclass(kw_only=True)
class Recorder(FakeDriver):
    """A driver whose alarms left something."""

    clips: Mapping[str, Sequence[Clip]] = field(default_factory=dict)

    def media_ids(self, device: PartRef) -> Sequence[str]:
        return list(self.clips)

    async def fetch_media(self, device: PartRef, media_id: str) -> Sequence[Clip]:
        self.record("fetch_media", device, media_id)
        if media_id not in self.clips:
            raise NotSupported(media_id)
        return self.clips[media_id]


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR, Platform.EVENT)


@pytest.fixture
def driver() -> FakeDriver:
    return Recorder(
        topology=topology(PARTS),
        clips={"a1": [clip("a1.mp4", b"first")], "b2": [clip("b2.mp4", b"second"), clip("b2.jpg", b"picture")]},
    )


@pytest.fixture
async def panel(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch, driver: FakeDriver, tmp_path: Path
) -> str:
    """The panel's registry device, with a folder that may be written to."""
    hass.config.allowlist_external_dirs = {str(tmp_path / "allowed")}
    (tmp_path / "allowed").mkdir()
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver)
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, fake_driver.UID), entry.entry_id)
    assert device is not None
    return device.id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "allowed"


async def save(hass: HomeAssistant, **fields: Any) -> dict[str, Any]:
    answer = await hass.services.async_call(
        DOMAIN,
        "save_alarm_media",
        {key: str(value) for key, value in fields.items()},
        blocking=True,
        return_response=True,
    )
    assert isinstance(answer, dict)
    return dict(answer)


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_the_latest_is_saved(hass: HomeAssistant, panel: str, folder: Path) -> None:
    answer = await save(hass, device_id=panel, directory=folder)
    assert answer == {"media_id": "b2", "files": [str(folder / "b2.mp4"), str(folder / "b2.jpg")]}
    assert written(folder) == {"b2.mp4": b"second", "b2.jpg": b"picture"}


async def test_one_that_is_named_is_saved(hass: HomeAssistant, panel: str, folder: Path, driver: Recorder) -> None:
    await save(hass, device_id=panel, media_id="a1", directory=folder)
    assert driver.calls == [("fetch_media", HOST_PART, "a1")]
    assert written(folder) == {"a1.mp4": b"first"}


@pytest.mark.parametrize(
    ("platform", "part", "key"), [("event", HOST_PART, "panel_event"), ("binary_sensor", ZONE, "open")]
)
async def test_a_panel_is_meant_by_its_entities_too(
    hass: HomeAssistant, panel: str, folder: Path, platform: str, part: PartRef, key: str
) -> None:
    await save(hass, entity_id=entity_id(hass, platform, part, key), directory=folder)
    assert len(written(folder)) == 2


async def test_nothing_is_overwritten(hass: HomeAssistant, panel: str, folder: Path) -> None:
    (folder / "a1.mp4").write_bytes(b"mine")
    for number in (2, 3):
        answer = await save(hass, device_id=panel, media_id="a1", directory=folder)
        assert answer["files"] == [str(folder / f"a1_{number}.mp4")]
    assert written(folder) == {"a1.mp4": b"mine", "a1_2.mp4": b"first", "a1_3.mp4": b"first"}


@pytest.mark.parametrize(
    ("hostile", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("/etc/passwd", "_etc_passwd"),
        (".bashrc", "bashrc"),
        ("a b\x00ü.mp4", "a_b_.mp4"),
        ("", "clip"),
        ("..", "clip"),
        ("x" * 300 + ".mp4", "x" * 96 + ".mp4"),
    ],
)
async def test_a_name_stays_in_its_folder(
    hass: HomeAssistant, panel: str, folder: Path, driver: Recorder, hostile: str, name: str
) -> None:
    driver.clips = {"a1": [clip(hostile)]}
    await save(hass, device_id=panel, directory=folder)
    assert written(folder) == {name: b"video"}


async def test_a_folder_is_made(hass: HomeAssistant, panel: str, folder: Path) -> None:
    await save(hass, device_id=panel, directory=folder / "new", media_id="a1")
    assert written(folder) == {"new/a1.mp4": b"first"}


@pytest.mark.parametrize("where", ["..", "../other", "link"])
async def test_other_folders_are_not_written_to(
    hass: HomeAssistant, panel: str, folder: Path, driver: Recorder, where: str
) -> None:
    (folder / "link").symlink_to(folder.parent)
    with pytest.raises(ServiceValidationError) as caught:
        await save(hass, device_id=panel, directory=folder / where)
    assert caught.value.translation_key == "directory_not_allowed"
    assert driver.calls == []
    assert not [path for path in folder.parent.rglob("*") if path.is_file()]


async def test_a_folder_that_cannot_be_made(hass: HomeAssistant, panel: str, folder: Path) -> None:
    (folder / "file").write_bytes(b"")
    with pytest.raises(HomeAssistantError) as caught:
        await save(hass, device_id=panel, directory=folder / "file")
    assert caught.value.translation_key == "write_failed"


async def test_an_alarm_that_is_not_known(hass: HomeAssistant, panel: str, folder: Path) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await save(hass, device_id=panel, directory=folder, media_id="zz")
    assert caught.value.translation_key == "not_supported"


async def test_nothing_was_left(hass: HomeAssistant, panel: str, folder: Path, driver: Recorder) -> None:
    driver.clips = {}
    with pytest.raises(ServiceValidationError) as caught:
        await save(hass, device_id=panel, directory=folder)
    assert caught.value.translation_key == "no_media"


@pytest.mark.parametrize("driver", [ReadOnlyDriver(topology=topology(PARTS)), Recorder(topology=topology(PARTS[1:]))])
async def test_a_device_that_leaves_nothing(hass: HomeAssistant, panel: str, folder: Path) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await save(hass, device_id=panel, directory=folder)
    assert caught.value.translation_key == "feature_missing"


async def test_a_panel_must_be_named(hass: HomeAssistant, panel: str, folder: Path) -> None:
    for fields in ({}, {"entity_id": "event.nobody"}):
        with pytest.raises(ServiceValidationError) as caught:
            await save(hass, directory=folder, **fields)
        assert caught.value.translation_key == "no_panel"
    with pytest.raises(vol.Invalid):
        await save(hass, directory=folder, device_id=panel, entity_id="event.nobody")


async def test_a_device_that_is_gone_from_the_topology(
    hass: HomeAssistant, panel: str, folder: Path, driver: Recorder
) -> None:
    entry: MockConfigEntry = hass.config_entries.async_entries(DOMAIN)[0]
    gone = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "old")}, name="Old"
    )
    with pytest.raises(ServiceValidationError) as caught:
        await save(hass, device_id=gone.id, directory=folder)
    assert caught.value.translation_key == "no_panel"
