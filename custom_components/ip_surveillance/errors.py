"""From what the protocol package raises to what Home Assistant and its user are told: one table, four adapters."""

from collections.abc import Mapping
from typing import Final

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryError,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN, LEAST_RETRY
from .protocol.errors import (
    LOCK_TIME,
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    KeyNeeded,
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
    KeyNeeded: "key_needed",
    Forbidden: "insufficient_rights",
    NotSupported: "not_supported",
    Rejected: "rejected",
    BadAnswer: "bad_answer",
    Busy: "device_busy",
    DeviceError: "device_error",
}
"""Keys below `exceptions` in the translations. The nearest class in the method resolution order counts."""

REFUSAL_KEYS: Mapping[str, str] = {
    "armingfailed": "arming_refused",
    "zonefault": "zones_faulted",
    "armedstatus": "partition_armed",
    "arming": "arming_under_way",
    "disarmingfailed": "disarming_refused",
    "clearalarmfailed": "clearing_refused",
    "bypassfailed": "bypass_refused",
    "bypassrecoverfailed": "bypass_end_refused",
    "bypassstatus": "zones_bypassed",
    "zonenotsupport": "zones_unfit",
    "inprogrammode": "programming_mode",
    "inpacetest": "walk_test",
    "nottaken": "not_taken",
    "notlisted": "not_listed",
}
"""Keys of texts that say in words why a device refused, by its reason in lower case.

Reasons of alarm panels are those of `000_29ae79f8e0fdbaf4.txt` L6271-6301. `notTaken` is a driver's own: a command was
accepted, and what was read back is not what it asked for.
"""
NAMING_ZONES: Final = "_named"
"""Ending of the keys of the same texts with the zones that are in the way."""

MODEL_REFUSAL_KEYS: Mapping[str, str] = {
    "engineabnormal": "engine_fault",
    "engineinitialization": "engine_starting",
    "algorithmloadingfailed": "model_not_loaded",
    "algorithmdownloadfailed": "model_not_fetched",
    "algorithmdecryptionfailed": "model_not_decrypted",
    "unboundchannel": "engine_in_use",
    "unsupportedresolution": "video_resolution",
    "unsupportedstreamtype": "video_type",
    "insufficientdecres": "decoding_exhausted",
    "insufficientengineperformance": "engine_exhausted",
    "improperresolution": "resolution_too_high",
    "improperpicsize": "picture_too_large",
    "urldownloadfailed": "picture_not_fetched",
    "unsupportedimageformat": "picture_format",
    "unsupportedpollingintervaltime": "polling_too_fast",
    "exceedimagesnumber": "too_many_pictures",
    "unsupportedmpid": "model_unknown",
    "modelpackagenotmatchlabel": "model_description_wrong",
    "modelpackagenotmatchtask": "model_unfit",
    "insufficientspace": "models_no_space",
    "engineunloadingmodelpackage": "engine_without_model",
    "enginewithmodelpackage": "engine_with_other_model",
    "modelpackagedelete": "model_gone",
    "deletetaskfailed": "task_not_deleted",
    "modelpackagenumberslimited": "models_full",
    "modelpackagedeletefailed": "model_not_deleted",
    "notassociatedwithownchannel": "channel_not_linked",
    "aitargetbpcapturefail": "reference_not_taken",
    "aitargetbptodspfail": "reference_not_used",
    "aitargetbpduplicatename": "reference_name_used",
    "behaviorcannotpacktopic": "model_not_for_pictures",
    "tasknumberoverflow": "tasks_full",
    "invalidtaskid": "task_unknown",
    "enginetypemismatch": "engine_unfit",
    "deviceresourcenotenough": "resources_exhausted",
    "invalidchannel": "channel_unknown",
    "nameexist": "name_used",
}
"""Keys of texts for what devices that run models of their own refuse, by the reason in lower case.

Reasons: `000_29ae79f8e0fdbaf4.txt` L5735-5765, L6221-6226, L6433-6450, and of those of modules L6502-6511.
"""

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
    return _put_off(error, name, max(LEAST_RETRY, asked or 0.0))


def locked_error(error: AccountLocked, name: str) -> UpdateFailed:
    """What an update raises for a lock, which ends by itself: the next one follows when it is over."""
    # A second more, so that the transport's own lock is over by then.
    return _put_off(error, name, (LOCK_TIME if error.retry_after is None else error.retry_after) + 1)


def _put_off(error: DeviceError, name: str, seconds: float) -> UpdateFailed:
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=translation_key(error),
        translation_placeholders=_placeholders(error, name),
        retry_after=seconds,
    )


def action_error(error: DeviceError, name: str) -> HomeAssistantError:
    """What an action raises: the user's fault where the device understood and refused, else the device's."""
    if isinstance(error, Rejected):
        if key := REFUSAL_KEYS.get(error.code.lower()):
            return _refusal(error, key, name)
        if key := MODEL_REFUSAL_KEYS.get(error.code.lower()):
            return ServiceValidationError(
                translation_domain=DOMAIN, translation_key=key, translation_placeholders={"name": name}
            )
        return _translated(ServiceValidationError, error, name)
    return _translated(HomeAssistantError, error, name)


def _refusal(error: Rejected, key: str, name: str) -> ServiceValidationError:
    """What an alarm panel refused, in words, with the zones in the way where they are known."""
    # A mere repetition of the reason in the panel's own words names no zone.
    zones = ", ".join(each for each in error.details if each not in (error.detail, error.code))
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=f"{key}{NAMING_ZONES}" if zones else key,
        translation_placeholders={"name": name, "zones": zones},
    )


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
