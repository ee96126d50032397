"""The README's examples are what Home Assistant takes: automations, scripts and actions, with the fields they have."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import async_validate_actions_config
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest

from custom_components.ip_surveillance.const import DOMAIN

_README = (Path(__file__).parents[2] / "README.md").read_text()
_EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", _README, re.MULTILINE | re.DOTALL)
_TITLES = [example.partition("\n")[0] for example in _EXAMPLES]


@pytest.fixture
async def ready(hass: HomeAssistant) -> HomeAssistant:
    """Home Assistant with what the examples are checked by."""
    for domain in ("automation", "script", DOMAIN):
        assert await async_setup_component(hass, domain, {})
    await hass.async_block_till_done()
    return hass


@pytest.mark.parametrize("text", _EXAMPLES, ids=_TITLES)
async def test_an_example_is_taken(ready: HomeAssistant, text: str) -> None:
    example: Any = parse_yaml(text)
    assert isinstance(example, dict)
    if "logger" in example:
        assert example["logger"]["logs"] == {f"custom_components.{DOMAIN}": "debug"}
        return
    # Some show what to do and leave open when.
    example.setdefault("triggers", [])
    actions = example.get("actions") or example.get("sequence") or [_single(example)]
    automation = await async_validate_config_item(ready, "readme", _automation(example, actions))
    assert automation is not None
    assert automation.validation_error is None, automation.validation_error
    assert await async_validate_actions_config(ready, cv.SCRIPT_SCHEMA(actions))
    for call in _calls(actions):
        _check(ready, call)


def _single(example: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in example.items() if key not in ("triggers", "conditions", "mode")}


def _automation(example: dict[str, Any], actions: list[Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        key: example[key] for key in ("triggers", "conditions", "mode", "max_exceeded") if key in example
    }
    return {"alias": "readme", **kept, "actions": actions}


def _calls(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every call of an action."""
    if isinstance(node, list):
        for each in node:
            yield from _calls(each)
    elif isinstance(node, dict):
        if "action" in node:
            yield node
        for each in node.values():
            yield from _calls(each)


def _check(hass: HomeAssistant, call: dict[str, Any]) -> None:
    """Our own actions must exist and take the fields, and tell what is asked for."""
    domain, _, name = call["action"].partition(".")
    if domain != DOMAIN:
        return
    service = hass.services.async_services_for_domain(DOMAIN)[name]
    assert service.schema is not None
    service.schema({**call.get("target", {}), **call.get("data", {})})
    if "response_variable" in call:
        assert service.supports_response.value != "none"


def test_every_action_is_in_the_readme() -> None:
    services = parse_yaml((Path(__file__).parents[2] / "custom_components" / DOMAIN / "services.yaml").read_text())
    assert isinstance(services, dict)
    table = _README.partition("\n## Actions\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = [name for row in rows for name in re.findall(rf"`{DOMAIN}\.(\w+)`", row)]
    assert sorted(told) == sorted(services)


@pytest.mark.parametrize("anchor", sorted(set(re.findall(r"\]\(#([\w-]+)\)", _README))))
def test_links_inside_the_readme_lead_somewhere(anchor: str) -> None:
    heads = re.findall(r"^#+ (.+)$", _README, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    assert anchor in anchors


@pytest.mark.parametrize("file", sorted(set(re.findall(r"\]\((docs/[^)]+|[A-Z]+\.md)\)", _README))))
def test_files_that_the_readme_shows_are_there(file: str) -> None:
    assert (Path(__file__).parents[2] / file).is_file()
