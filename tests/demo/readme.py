"""The README's examples as it prints them, made ready to run in the demo."""

from collections.abc import Mapping
from functools import cache
import re
from typing import Any, Final

from homeassistant.util.yaml import parse_yaml

from .hass import ROOT

_BLOCK: Final = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PHONE: Final = re.compile(r"notify\.mobile_app_\w+")


@cache
def examples() -> tuple[str, ...]:
    """Return the text of all examples."""
    return tuple(_BLOCK.findall((ROOT / "README.md").read_text()))


def example(begins: str, words: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the example whose comment begins so; `words` are replaced, and phones by Home Assistant's own notices."""
    (text,) = (each for each in examples() if each.startswith(f"# {begins}"))
    for old, new in (words or {}).items():
        text = text.replace(old, new)
    loaded = parse_yaml(text)
    assert isinstance(loaded, dict)
    _notify_here(loaded)
    return loaded


def _notify_here(node: Any) -> None:
    """Send what would go to a phone to the notifications of the sidebar, which show no pictures."""
    if isinstance(node, list):
        for each in node:
            _notify_here(each)
    elif isinstance(node, dict):
        if _PHONE.fullmatch(str(node.get("action"))):
            node["action"] = "persistent_notification.create"
            node["data"].pop("data", None)
        for each in node.values():
            _notify_here(each)
