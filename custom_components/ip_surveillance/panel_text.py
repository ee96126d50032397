"""Records of an alarm panel in words: the code's text in the language of the house, and where and by whom."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN

EVENT_PANEL: Final = f"{DOMAIN}_panel_event"
"""Event on Home Assistant's bus for each record of a panel."""

_CODE_TEXT: Final = f"component.{DOMAIN}.entity.event.panel_event.state_attributes.code.state."
_LONGEST: Final = 255
"""Characters of a text that a panel made up."""


@callback
def code_text(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """What the code of a record means; the panel's own words, or the bare code, where nobody translated it."""
    code = str(data.get("code", ""))
    texts = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
    return texts.get(f"{_CODE_TEXT}{code}") or str(data.get("device_text") or code)[:_LONGEST]


def sentence(data: Mapping[str, Any]) -> str:
    """One line for people, of a record that has its `text` already."""
    pieces = [str(data.get("text", ""))]
    for kind, word in (("zone", "zone"), ("partition", "partition")):
        if name := data.get(f"{kind}_name") or data.get(kind):
            pieces.append(f"{word} {name}")
    if user := data.get("user") or data.get("user_number"):
        pieces.append(f"by {user}")
    return ", ".join(pieces)
