"""The code that Home Assistant asks for before it arms or disarms; the panel itself never learns it."""

from collections.abc import Mapping
import hmac
from typing import Any, Final

from homeassistant.components.alarm_control_panel import CodeFormat
from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import ServiceValidationError

from .const import CONF_CODE, CONF_CODE_ARM_REQUIRED, CONF_REMOVE_CODE, CONF_SHOW_SILENT, DOMAIN
from .protocol.model.vocabulary import Feature

_OPTIONS: Final = frozenset({CONF_CODE, CONF_CODE_ARM_REQUIRED, CONF_SHOW_SILENT})


def code_format(entry: ConfigEntry) -> CodeFormat | None:
    """What is typed on: a keypad for a code of digits, a text field for others, nothing without a code."""
    code = _code(entry)
    if not code:
        return None
    return CodeFormat.NUMBER if code.isascii() and code.isdigit() else CodeFormat.TEXT


def needs_code(entry: ConfigEntry, *, arming: bool) -> bool:
    """Whether arming, or else disarming, takes the code."""
    return bool(_code(entry)) and (not arming or entry.options.get(CONF_CODE_ARM_REQUIRED, True))


def check_code(entry: ConfigEntry, given: str | None, *, arming: bool) -> None:
    """Raise an error for people when the code is needed and not the one given."""
    if needs_code(entry, arming=arming) and not hmac.compare_digest((given or "").encode(), _code(entry).encode()):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="wrong_code")


def require_no_code(entry: ConfigEntry, entity_id: str, *, arming: bool) -> None:
    """Raise an error for people where the code is needed: a switch or a button cannot ask for it."""
    if needs_code(entry, arming=arming):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="code_needed", translation_placeholders={"name": entity_id}
        )


def has_panel(entry: ConfigEntry) -> bool:
    """Whether the preferences of alarm panels concern an entry, as far as is known."""
    if not _OPTIONS.isdisjoint(entry.options):
        return True
    if not hasattr(entry, "runtime_data"):
        return False
    return any(Feature.DISARM in part.features for part in entry.runtime_data.state.topology.parts.values())


def without_code(options: Mapping[str, Any]) -> dict[str, Any]:
    """What a form may show of the options."""
    return {key: value for key, value in options.items() if key != CONF_CODE}


def with_code(typed: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The options as typed; the code stays when its field was left empty, unless it is to be removed."""
    options = without_code(typed)
    remove = options.pop(CONF_REMOVE_CODE, False)
    code = typed.get(CONF_CODE, "").strip() or ("" if remove else stored.get(CONF_CODE, ""))
    return {**options, CONF_CODE: code} if code else options


def _code(entry: ConfigEntry) -> str:
    code: str = entry.options.get(CONF_CODE, "")
    return code
