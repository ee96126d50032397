"""How tests go through flows."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.core import HomeAssistant

from custom_components.ip_surveillance.const import DOMAIN
from tests.simulators.base import BaseSimulator


def typed(device: BaseSimulator, **changes: Any) -> dict[str, Any]:
    """What a person enters for a device; None leaves a field out."""
    form = {
        "host": device.host,
        "port": device.port,
        "ssl": device.tls,
        "verify_ssl": False,
        "username": device.username,
        "password": device.password,
        "family": "auto",
        **changes,
    }
    return {key: value for key, value in form.items() if value is not None}


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def reconfigure(hass: HomeAssistant, entry: ConfigEntry) -> ConfigFlowResult:
    """Open the form for address and account, as the frontend does."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    )


async def submit(hass: HomeAssistant, flow: ConfigFlowResult, form: dict[str, Any]) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], form)
    await hass.async_block_till_done()
    return result


async def submitted(hass: HomeAssistant, form: dict[str, Any]) -> ConfigFlowResult:
    return await submit(hass, await start(hass), form)


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """What the form shows in its fields."""
    schema = result["data_schema"]
    assert schema is not None
    return {
        str(key): (key.description or {}).get("suggested_value")
        for key in schema.schema
        if (key.description or {}).get("suggested_value") is not None
    }


def logins(device: BaseSimulator) -> int:
    """Requests that carried credentials."""
    return sum("Authorization" in request.headers for request in device.requests)
