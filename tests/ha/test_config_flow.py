"""The config flow against simulated devices: every way in, every error and the way out of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
import socket
from typing import Any
from unittest.mock import AsyncMock, patch

from aiohttp import web
from homeassistant.config_entries import SOURCE_IGNORE, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ip_surveillance.const import DOMAIN, FAMILY_AUTO
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.simulators.isapi import IsapiSimulator

from .flows import logins, start, submit, submitted, suggested, typed

PACKAGE = f"custom_components.{DOMAIN}"


@pytest.fixture(autouse=True)
def setup_of_entries() -> Iterator[AsyncMock]:
    """Keep entries from being set up: this is about the flow."""
    with (
        patch(f"{PACKAGE}.async_setup_entry", return_value=True) as mock,
        patch(f"{PACKAGE}.async_unload_entry", return_value=True),
    ):
        yield mock


@pytest.fixture
async def web_server() -> AsyncIterator[web.TCPSite]:
    """Serve a web page that belongs to no camera."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>It works!</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield site
    await runner.cleanup()


async def assert_recovers(hass: HomeAssistant, result: ConfigFlowResult, device: IsapiSimulator) -> None:
    """The same flow, with everything right, makes the entry."""
    assert result["type"] is FlowResultType.FORM
    done = await submit(hass, result, typed(device))
    assert done["type"] is FlowResultType.CREATE_ENTRY, done.get("errors")


@pytest.mark.parametrize("chosen", ["auto", "isapi"])
@pytest.mark.parametrize("model", ["camera", "nvr"])
async def test_set_up(hass: HomeAssistant, device: IsapiSimulator, chosen: str) -> None:
    form = await start(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "user"
    assert not form["errors"]

    result = await submit(hass, form, typed(device, family=chosen))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    identity = device.world.identity
    assert result["title"] == identity.name
    data = result["data"]
    assert {**data, "uid": ..., "uid_source": ...} == {
        **typed(device),
        "family": "isapi",
        "uid": ...,
        "uid_source": ...,
    }
    entry = result["result"]
    assert entry.unique_id == data["uid"]
    assert data["uid_source"] in {"serial", "mac"}
    assert "127" not in data["uid"]
    assert logins(device) == 1


async def test_fields_are_the_contract(hass: HomeAssistant) -> None:
    """Tools that set up devices rely on these names."""
    form = await start(hass)
    assert form["data_schema"] is not None
    names = [str(key) for key in form["data_schema"].schema]
    assert names == ["host", "port", "ssl", "verify_ssl", "username", "password", "family"]


async def test_everything_in_a_pasted_url(hass: HomeAssistant, device: IsapiSimulator) -> None:
    url = f"http://{device.username}:{device.password}@{device.host}:{device.port}/doc/page/login.asp"
    result = await submitted(hass, {"host": url})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    data = result["data"]
    assert (data["host"], data["port"], data["ssl"]) == (device.host, device.port, False)
    assert (data["username"], data["password"]) == (device.username, device.password)


async def test_pasted_https_url(hass: HomeAssistant) -> None:
    async with IsapiSimulator("camera", tls=True) as device:
        result = await submitted(hass, typed(device, host=device.url, port=None, ssl=None))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert (result["data"]["ssl"], result["data"]["port"]) == (True, device.port)


async def test_wrong_password_is_tried_once(hass: HomeAssistant, device: IsapiSimulator) -> None:
    result = await submitted(hass, typed(device, password="wrong"))
    assert result["errors"] == {"base": "invalid_auth"}
    assert device.auth.refused == [device.username]
    assert logins(device) == 1
    await assert_recovers(hass, result, device)
    assert device.auth.refused == [device.username]


async def test_form_keeps_what_was_typed_but_the_password(hass: HomeAssistant, device: IsapiSimulator) -> None:
    form = typed(device, password="wrong", family="isapi", verify_ssl=True)
    result = await submitted(hass, form)
    shown = suggested(result)
    del form["password"]
    assert shown == form


async def test_pasted_password_is_not_shown_again(hass: HomeAssistant, device: IsapiSimulator) -> None:
    result = await submitted(hass, {"host": f"http://admin:wrong@{device.host}:{device.port}/"})
    assert result["errors"] == {"base": "invalid_auth"}
    shown = suggested(result)
    assert (shown["host"], shown["port"], shown["username"]) == (device.host, device.port, "admin")
    assert "wrong" not in str(shown)
    await assert_recovers(hass, result, device)


async def test_locked_account_is_left_alone(hass: HomeAssistant, device: IsapiSimulator) -> None:
    device.auth.lock()
    result = await submitted(hass, typed(device))
    assert result["errors"] == {"base": "account_locked"}
    placeholders = result["description_placeholders"]
    assert placeholders
    assert 29 <= int(placeholders["minutes"]) <= 30
    asked = len(device.requests)

    again = await submit(hass, result, typed(device))
    assert again["errors"] == {"base": "account_locked"}
    assert len(device.requests) == asked

    # A new dialog is a deliberate try: the lock may have been lifted on the device.
    device.auth.unlock()
    await assert_recovers(hass, await start(hass), device)


async def test_not_activated(hass: HomeAssistant, device: IsapiSimulator) -> None:
    device.world.activated = False
    result = await submitted(hass, typed(device))
    assert result["errors"] == {"base": "not_activated"}
    device.world.activated = True
    await assert_recovers(hass, result, device)


async def test_account_without_rights(hass: HomeAssistant) -> None:
    async with IsapiSimulator("camera", level="viewer", rights=frozenset()) as device:
        device.fault.status_next(403, "lowPrivilege", times=50)
        result = await submitted(hass, typed(device))
        assert result["errors"] == {"base": "insufficient_rights"}
        device.fault.rules.clear()
        await assert_recovers(hass, result, device)


async def test_viewer_may_set_up(hass: HomeAssistant) -> None:
    """What such an account cannot do is told by a repair, not by refusing the device."""
    async with IsapiSimulator("camera", level="viewer") as device:
        result = await submitted(hass, typed(device))
        assert result["type"] is FlowResultType.CREATE_ENTRY, result["errors"]


async def test_busy(hass: HomeAssistant, device: IsapiSimulator) -> None:
    device.fault.busy = True
    result = await submitted(hass, typed(device))
    assert result["errors"] == {"base": "device_busy"}
    device.fault.busy = False
    await assert_recovers(hass, result, device)


async def test_nothing_answers(hass: HomeAssistant, device: IsapiSimulator) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = await submitted(hass, typed(device, port=port))
    assert result["errors"] == {"base": "cannot_connect"}
    await assert_recovers(hass, result, device)


async def test_connection_breaks(hass: HomeAssistant, device: IsapiSimulator) -> None:
    device.fault.drop_next(50)
    result = await submitted(hass, typed(device))
    assert result["errors"] == {"base": "cannot_connect"}
    device.fault.drop_next(-50 + sum(request.status == 0 for request in device.requests))
    await assert_recovers(hass, result, device)


@pytest.mark.parametrize("chosen", ["auto", "isapi"])
async def test_some_other_web_server(
    hass: HomeAssistant, device: IsapiSimulator, web_server: web.TCPSite, chosen: str
) -> None:
    runner = web_server._runner
    port = runner.addresses[0][1]
    result = await submitted(hass, typed(device, port=port, family=chosen))
    assert result["errors"] == {"base": "unsupported_device"}
    await assert_recovers(hass, result, device)


async def test_no_web_server_at_all(hass: HomeAssistant, device: IsapiSimulator) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-dropbear\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        result = await submitted(hass, typed(device, port=server.sockets[0].getsockname()[1]))
    assert result["errors"] == {"base": "unsupported_device"}
    await assert_recovers(hass, result, device)


@pytest.mark.usefixtures("refused_handshakes")
async def test_self_signed_certificate(hass: HomeAssistant) -> None:
    async with IsapiSimulator("camera", tls=True) as device:
        result = await submitted(hass, typed(device, verify_ssl=True))
        assert result["errors"] == {"base": "tls_error"}
        assert logins(device) == 0
        await assert_recovers(hass, result, device)


@pytest.mark.usefixtures("refused_handshakes")
async def test_plain_http_to_a_tls_port(hass: HomeAssistant) -> None:
    async with IsapiSimulator("camera", tls=True) as device:
        result = await submitted(hass, typed(device, ssl=False))
        assert result["errors"] == {"base": "tls_error", "ssl": "use_tls"}
        assert logins(device) == 0
        await assert_recovers(hass, result, device)


async def test_tls_to_a_plain_port(hass: HomeAssistant, device: IsapiSimulator) -> None:
    result = await submitted(hass, typed(device, ssl=True))
    assert result["errors"] == {"base": "tls_error", "ssl": "use_plain"}
    assert logins(device) == 0
    await assert_recovers(hass, result, device)


@pytest.mark.parametrize("host", ["two words", "http://admin:hunter2@two words/"])
async def test_no_host(hass: HomeAssistant, device: IsapiSimulator, host: str) -> None:
    result = await submitted(hass, typed(device, host=host))
    assert result["errors"] == {"host": "invalid_host"}
    assert "hunter2" not in str(suggested(result))
    await assert_recovers(hass, result, device)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"password": None}, {"password"}),
        ({"username": ""}, {"username"}),
        ({"username": None, "password": ""}, {"username", "password"}),
    ],
)
async def test_missing_credentials_are_not_tried(
    hass: HomeAssistant, device: IsapiSimulator, changes: dict[str, Any], missing: set[str]
) -> None:
    result = await submitted(hass, typed(device, **changes))
    assert result["errors"] == dict.fromkeys(missing, "required")
    assert not device.requests
    await assert_recovers(hass, result, device)


@pytest.mark.parametrize("port", [0, 65536, "http"])
async def test_port_out_of_range(hass: HomeAssistant, device: IsapiSimulator, port: object) -> None:
    flow = await start(hass)
    with pytest.raises(InvalidData):
        await submit(hass, flow, typed(device, port=port))
    assert not device.requests


async def test_same_device_at_a_new_address(
    hass: HomeAssistant, device: IsapiSimulator, entry: MockConfigEntry
) -> None:
    """A device that is set up already only moves; what else is stored of it stays."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, "host": "192.0.2.9", "password": "kept"})
    result = await submitted(hass, typed(device))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert (entry.data["host"], entry.data["password"]) == (device.host, "kept")
    assert len(hass.config_entries.async_entries(DOMAIN)) == 1


async def test_two_devices(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    async with IsapiSimulator("cube") as other:
        result = await submitted(hass, typed(other))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].unique_id != entry.unique_id


async def test_ignored_discovery_does_not_hinder(hass: HomeAssistant, device: IsapiSimulator) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id="aa:bb:cc:00:00:01", source=SOURCE_IGNORE).add_to_hass(hass)
    result = await submitted(hass, typed(device))
    assert result["type"] is FlowResultType.CREATE_ENTRY


# Over Home Assistant's own API, as the frontend and tools do it


async def test_over_http(hass: HomeAssistant, device: IsapiSimulator, hass_client: ClientSessionGenerator) -> None:
    assert await async_setup_component(hass, "config", {})
    client = await hass_client()
    url = "/api/config/config_entries/flow"
    form = await (await client.post(url, json={"handler": DOMAIN})).json()
    fields = {field["name"]: field for field in form["data_schema"]}
    assert fields["port"]["selector"]["number"]["max"] == 65535
    assert fields["password"]["selector"]["text"]["type"] == "password"
    assert fields["family"]["selector"]["select"]["options"] == [FAMILY_AUTO, *FAMILIES]

    refused = await (await client.post(f"{url}/{form['flow_id']}", json=typed(device, password="wrong"))).json()
    assert refused["errors"] == {"base": "invalid_auth"}
    done = await (await client.post(f"{url}/{form['flow_id']}", json=typed(device))).json()
    assert done["type"] == FlowResultType.CREATE_ENTRY
    assert done["title"] == device.world.identity.name
    assert device.password not in str(done)

    entry_id = done["result"]["entry_id"]
    options = "/api/config/config_entries/options/flow"
    form = await (await client.post(options, json={"handler": entry_id})).json()
    assert [field["name"] for field in form["data_schema"]] == ["streams", "rtsp_port", "hold_time", "poll_interval"]
    done = await (await client.post(f"{options}/{form['flow_id']}", json={"streams": ["2"]})).json()
    assert done["type"] == FlowResultType.CREATE_ENTRY
