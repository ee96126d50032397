"""Adding the simulated devices to Home Assistant through the config flow, as a person's browser would."""

from typing import Any

from ..simulators.base import BaseSimulator
from .client import Client
from .progress import DemoError

DOMAIN = "ip_surveillance"
_FLOWS = "/api/config/config_entries/flow"


async def begin(client: Client) -> str:
    """Open the dialogue "Add integration" and return its id."""
    flow = await client.post(_FLOWS, {"handler": DOMAIN, "show_advanced_options": False})
    if flow.get("type") != "form" or flow.get("step_id") != "user":
        raise DemoError(f"the config flow began with {flow}")
    return str(flow["flow_id"])


async def submit(client: Client, flow: str, device: BaseSimulator, *, password: str | None = None) -> dict[str, Any]:
    """Send the form and return what comes next."""
    answer: dict[str, Any] = await client.post(f"{_FLOWS}/{flow}", form(device, password))
    return answer


def form(device: BaseSimulator, password: str | None = None) -> dict[str, Any]:
    """Return the filled-in form of a device."""
    return {
        "host": device.host,
        "port": device.port,
        "ssl": False,
        "verify_ssl": False,
        "username": device.username,
        "password": device.password if password is None else password,
        "family": "auto",
    }


async def add(client: Client, device: BaseSimulator) -> str:
    """Set up a device and return the id of its entry."""
    return created(await submit(client, await begin(client), device))


def created(answer: dict[str, Any]) -> str:
    """Return the id of the entry a flow ended with."""
    if answer.get("type") != "create_entry":
        raise DemoError(f"the device was not set up: {answer.get('errors') or answer.get('reason') or answer}")
    return str(answer["result"]["entry_id"])


async def known(client: Client) -> dict[str, str]:
    """Return the entries that exist by the serial numbers of their devices, those behind a receiver too."""
    listed = await client.command("config/device_registry/list")
    entries = {entry["entry_id"] for entry in await client.get(f"/api/config/config_entries/entry?domain={DOMAIN}")}
    return {
        item["serial_number"]: item["primary_config_entry"]
        for item in listed
        if item.get("serial_number") and item["primary_config_entry"] in entries
    }


async def entry_state(client: Client, entry: str) -> str:
    """Return the state of an entry: loaded, setup_retry, not_loaded ..."""
    found = await client.command("config_entries/get_single", entry_id=entry)
    return str(found["config_entry"]["state"])


async def move(client: Client, entry: str, device: BaseSimulator) -> None:
    """Tell an entry the device's present port through the reconfigure flow."""
    flow = await client.post(_FLOWS, {"handler": DOMAIN, "entry_id": entry, "show_advanced_options": False})
    fields = {field["name"] for field in flow["data_schema"]}
    filled = {name: value for name, value in form(device).items() if name in fields}
    answer = await client.post(f"{_FLOWS}/{flow['flow_id']}", filled)
    if answer.get("reason") != "reconfigure_successful":
        raise DemoError(f"the device was not found again: {answer.get('errors') or answer.get('reason')}")
