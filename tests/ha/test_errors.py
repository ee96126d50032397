"""From errors of the protocol package to what Home Assistant is told."""

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed
import pytest

from custom_components.ip_surveillance import errors
from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol import errors as protocol
from custom_components.ip_surveillance.protocol.errors import DeviceError

CLASSES = [each for each in vars(protocol).values() if isinstance(each, type) and issubclass(each, DeviceError)]
AUTH = (protocol.AuthFailed, protocol.AccountLocked, protocol.NotActivated, protocol.KeyNeeded)


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_is_translated_everywhere(cls: type[DeviceError]) -> None:
    error = cls("because", code="someCode")
    for adapted in (
        errors.setup_error(error, "Yard"),
        errors.poll_error(error, "Yard"),
        errors.action_error(error, "Yard"),
    ):
        assert adapted.translation_domain == DOMAIN
        assert adapted.translation_key == errors.TRANSLATION_KEYS[cls]
        assert adapted.translation_placeholders == {"name": "Yard", "reason": "because"}
    assert errors.flow_error(error)


@pytest.mark.parametrize("cls", CLASSES)
def test_set_up(cls: type[DeviceError]) -> None:
    wanted = ConfigEntryAuthFailed if cls in AUTH else ConfigEntryNotReady
    if cls is protocol.Forbidden:
        wanted = ConfigEntryError
    assert type(errors.setup_error(cls(), "Yard")) is wanted


@pytest.mark.parametrize("cls", CLASSES)
def test_poll(cls: type[DeviceError]) -> None:
    assert type(errors.poll_error(cls(), "Yard")) is (ConfigEntryAuthFailed if cls in AUTH else UpdateFailed)


@pytest.mark.parametrize("cls", CLASSES)
def test_action(cls: type[DeviceError]) -> None:
    wanted = ServiceValidationError if cls is protocol.Rejected else HomeAssistantError
    assert type(errors.action_error(cls(), "Yard")) is wanted


def test_a_busy_device_says_when_to_come_back() -> None:
    adapted = errors.poll_error(protocol.Busy(retry_after=42), "Yard")
    assert isinstance(adapted, UpdateFailed)
    assert adapted.retry_after == 42


def test_what_stands_in_the_way_is_named() -> None:
    error = protocol.Rejected("excluded by another function", details=("faceDetect", "roadDetection"))
    placeholders = errors.action_error(error, "Yard").translation_placeholders
    assert placeholders is not None
    assert placeholders["reason"] == "excluded by another function (faceDetect, roadDetection)"


@pytest.mark.parametrize(
    ("error", "reason"), [(DeviceError(code="lowPrivilege"), "lowPrivilege"), (DeviceError(), "DeviceError")]
)
def test_there_is_always_a_reason(error: DeviceError, reason: str) -> None:
    placeholders = errors.action_error(error, "Yard").translation_placeholders
    assert placeholders is not None
    assert placeholders["reason"] == reason
