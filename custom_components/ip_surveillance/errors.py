"""From what the protocol package raises to what Home Assistant and its user are told: one table, four adapters."""

from collections.abc import Mapping

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN, POLL_WITHOUT_PUSH
from .protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotActivated,
    NotSupported,
    Rejected,
    TimedOut,
    TlsError,
)

TRANSLATION_KEYS: Mapping[type[DeviceError], str] = {
    CannotConnect: "cannot_connect",
    TimedOut: "timed_out",
    TlsError: "tls_error",
    AuthFailed: "invalid_auth",
    AccountLocked: "account_locked",
    NotActivated: "not_activated",
    Forbidden: "insufficient_rights",
    NotSupported: "not_supported",
    Rejected: "rejected",
    BadAnswer: "bad_answer",
    Busy: "device_busy",
    DeviceError: "device_error",
}
"""Keys below `exceptions` in the translations. The nearest class in the method resolution order counts."""

FLOW_ERRORS: Mapping[type[DeviceError], str] = {
    TimedOut: "cannot_connect",
    NotSupported: "unsupported_device",
    Rejected: "unsupported_device",
    BadAnswer: "unsupported_device",
    DeviceError: "unsupported_device",
}
"""Keys below `config.error` where they differ from the table above."""


def translation_key(error: DeviceError) -> str:
    """Key of the text that explains an error."""
    return _nearest(TRANSLATION_KEYS, error)


def flow_error(error: DeviceError) -> str:
    """Key of the text shown in a config flow."""
    return _nearest({**TRANSLATION_KEYS, **FLOW_ERRORS}, error)


def _nearest(table: Mapping[type[DeviceError], str], error: DeviceError) -> str:
    return next(table[cls] for cls in type(error).__mro__ if cls in table)


def setup_error(error: DeviceError, name: str) -> HomeAssistantError:
    """What set-up of an entry raises."""
    if isinstance(error, AuthFailed):
        return _translated(ConfigEntryAuthFailed, error, name)
    if isinstance(error, Forbidden):
        return _translated(ConfigEntryError, error, name)
    return _translated(ConfigEntryNotReady, error, name)


def poll_error(error: DeviceError, name: str) -> HomeAssistantError:
    """What an update raises; the next one follows soon, unless the device asks for more time.

    A device that was away shall not stay unavailable for a whole long interval after it came back.
    """
    if isinstance(error, AuthFailed):
        return _translated(ConfigEntryAuthFailed, error, name)
    asked = error.retry_after if isinstance(error, Busy) else None
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=translation_key(error),
        translation_placeholders=_placeholders(error, name),
        retry_after=max(POLL_WITHOUT_PUSH.total_seconds(), asked or 0.0),
    )


def action_error(error: DeviceError, name: str) -> HomeAssistantError:
    """What an action raises: the user's fault where the device understood and refused, else the device's."""
    if isinstance(error, Rejected):
        return _translated(ServiceValidationError, error, name)
    return _translated(HomeAssistantError, error, name)


def _translated[E: HomeAssistantError](cls: type[E], error: DeviceError, name: str) -> E:
    return cls(
        translation_domain=DOMAIN,
        translation_key=translation_key(error),
        translation_placeholders=_placeholders(error, name),
    )


def _placeholders(error: DeviceError, name: str) -> dict[str, str]:
    details = ", ".join(error.details) if isinstance(error, Rejected) else ""
    reason = error.detail or error.code or type(error).__name__
    return {"name": name, "reason": f"{reason} ({details})" if details else reason}
