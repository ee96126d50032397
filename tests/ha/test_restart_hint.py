"""A change that a device follows after a restart only is told as a repair, until it was restarted."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.ip_surveillance.const import DOMAIN
from tests.ha.simulated import Seen
from tests.simulators.base import Rule


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BUTTON, Platform.SELECT)


def shown(hass: HomeAssistant) -> set[str | None]:
    return {issue.translation_key for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN}


async def test_hint(hass: HomeAssistant, seen: Seen) -> None:
    assert "reboot_required" not in shown(hass)
    seen.device.fault.rules.append(
        Rule(path="Image/channels/1", method="PUT", status=200, sub="rebootRequired", times=1)
    )
    await seen.act("select", "select_option", "channel1", "day_night", option="night")
    assert "reboot_required" in shown(hass)
    await seen.act("button", "press", "", "reboot")
    assert "reboot_required" not in shown(hass)
