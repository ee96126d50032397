"""The fields of the flow's forms."""

from collections.abc import Iterable
from typing import Any, Final

from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.helpers import selector as sel
import voluptuous as vol

from .const import (
    CONF_CODE,
    CONF_CODE_ARM_REQUIRED,
    CONF_FAMILY,
    CONF_HOLD_TIME,
    CONF_LICENCE_KEY,
    CONF_METADATA,
    CONF_POLL_INTERVAL,
    CONF_RECEIVE,
    CONF_REMOVE_CODE,
    CONF_RTSP_PATH,
    CONF_RTSP_PORT,
    CONF_SHOW_SILENT,
    CONF_STREAMS,
    DEFAULT_POLL_INTERVAL,
    DEFAULT_STREAMS,
    FAMILY_AUTO,
    MAX_POLL_INTERVAL,
    MIN_POLL_INTERVAL,
)

type _Fields = dict[vol.Marker, Any]

_MAX_HOLD_TIME: Final = 3600
_STREAMS: Final = ("1", "2", "3", "4")


def _number(low: int, high: int, unit: str | None = None) -> vol.All:
    """Make a whole number to be typed."""
    config = sel.NumberSelectorConfig(min=low, max=high, mode=sel.NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return vol.All(sel.NumberSelector(config), vol.Coerce(int))


_PORT: Final = _number(1, 65535)
_NAME: Final = sel.TextSelector(sel.TextSelectorConfig(autocomplete="username"))
_SECRET: Final = sel.TextSelector(
    sel.TextSelectorConfig(type=sel.TextSelectorType.PASSWORD, autocomplete="current-password")
)
_CODE: Final = sel.TextSelector(sel.TextSelectorConfig(type=sel.TextSelectorType.PASSWORD, autocomplete="new-password"))
# The form does not require credentials, since a pasted URL may bring them: the flow asks for what is missing.
_LOGIN: Final[_Fields] = {
    vol.Optional(CONF_USERNAME, default=""): _NAME,
    vol.Optional(CONF_PASSWORD, default=""): _SECRET,
}
_CONNECTION: Final[_Fields] = {
    vol.Required(CONF_HOST): sel.TextSelector(),
    vol.Optional(CONF_PORT): _PORT,
    vol.Required(CONF_SSL, default=False): sel.BooleanSelector(),
    vol.Required(CONF_VERIFY_SSL, default=False): sel.BooleanSelector(),
    **_LOGIN,
}
_RECEIVING: Final[_Fields] = {vol.Required(CONF_RECEIVE, default=False): sel.BooleanSelector()}
_MEASUREMENTS: Final[_Fields] = {vol.Required(CONF_METADATA, default=True): sel.BooleanSelector()}


# Home Assistant's annotations name probatio, of which voluptuous is an alias at run time: hence the return types.


def user_form(families: Iterable[str]) -> Any:
    """Make the form of the set-up; only families that have a driver are offered."""
    config = sel.SelectSelectorConfig(
        options=[FAMILY_AUTO, *families],
        translation_key=CONF_FAMILY,
        mode=sel.SelectSelectorMode.DROPDOWN,
    )
    return vol.Schema({**_CONNECTION, vol.Required(CONF_FAMILY, default=FAMILY_AUTO): sel.SelectSelector(config)})


def reconfigure_form() -> Any:
    """Make the form for address and account."""
    return vol.Schema(_CONNECTION)


def reauth_form() -> Any:
    """Make the form for the account alone."""
    return vol.Schema(_LOGIN)


def key_form() -> Any:
    """Make the form for the licence key."""
    return vol.Schema({vol.Required(CONF_LICENCE_KEY): _SECRET})


_STREAM_PATH: Final[_Fields] = {vol.Optional(CONF_RTSP_PATH): sel.TextSelector()}


def options_form(
    *, feeds: bool = True, panel: bool = True, has_code: bool = True, path: bool = True, receives: bool = True
) -> Any:
    """Make the form for the user's preferences; some only where there are cameras that measure, or an alarm panel."""
    streams = sel.SelectSelectorConfig(
        options=list(_STREAMS),
        multiple=True,
        translation_key=CONF_STREAMS,
        mode=sel.SelectSelectorMode.LIST,
    )
    interval = _number(MIN_POLL_INTERVAL, MAX_POLL_INTERVAL, "s")
    return vol.Schema(
        {
            vol.Required(CONF_STREAMS, default=list(DEFAULT_STREAMS)): sel.SelectSelector(streams),
            vol.Optional(CONF_RTSP_PORT): _PORT,
            **(_STREAM_PATH if path else {}),
            vol.Optional(CONF_HOLD_TIME): _number(1, _MAX_HOLD_TIME, "s"),
            vol.Required(CONF_POLL_INTERVAL, default=DEFAULT_POLL_INTERVAL): interval,
            **(_MEASUREMENTS if feeds else {}),
            **(_RECEIVING if receives else {}),
            **(_panel_options(has_code) if panel else {}),
        }
    )


def _panel_options(has_code: bool) -> _Fields:
    """Make the fields for alarm panels; the code that is set is never shown, so removing it takes a box."""
    fields: _Fields = {vol.Optional(CONF_CODE): _CODE}
    if has_code:
        fields[vol.Required(CONF_REMOVE_CODE, default=False)] = sel.BooleanSelector()
    return fields | {
        vol.Required(CONF_CODE_ARM_REQUIRED, default=True): sel.BooleanSelector(),
        vol.Required(CONF_SHOW_SILENT, default=False): sel.BooleanSelector(),
    }
