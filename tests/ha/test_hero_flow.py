"""Setting up, logging in again and moving a camera of the JSON dialect; and what diagnostics and logs tell of one."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from typing import Any

from aiohttp import web
from homeassistant.components.camera import async_get_stream_source
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.ip_surveillance.const import CONF_FAMILY, CONF_LICENCE_KEY, CONF_UID, DOMAIN
from custom_components.ip_surveillance.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from tests.ha.flows import reconfigure, submit, submitted, suggested, typed
from tests.ha.hero import *  # noqa: F403 - fixtures
from tests.ha.hero import CHANNEL, FAMILY, HOST, LOGIN, Hero, come_up, digests, logins
from tests.ha.receiver_faults import calm  # noqa: F401 - fixture
from tests.ha.simulated import until
from tests.simulators.base import BaseSimulator
from tests.simulators.herospeed import HerospeedSimulator, Login
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.sunell_cgi import SunellSimulator

pytestmark = pytest.mark.usefixtures("calm", "quick")

KEYED = ("licence", "bare")
"""Ways to log in that take a key."""


@pytest.fixture(autouse=True)
async def unloaded(hass: HomeAssistant) -> AsyncIterator[None]:
    """Unload what flows set up."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


async def loaded(hass: HomeAssistant, camera: HerospeedSimulator, result: ConfigFlowResult) -> Hero:
    """The entry that a flow made, in use."""
    assert result["type"] is FlowResultType.CREATE_ENTRY, result.get("errors")
    return await come_up(hass, hass.config_entries.async_entries(DOMAIN)[-1], camera)


async def added(hass: HomeAssistant, camera: HerospeedSimulator, key: str | None = None, **changes: Any) -> Hero:
    """Set a camera up through the form."""
    result = await submitted(hass, typed(camera, **changes))
    if key is not None:
        assert result["step_id"] == "licence_key"
        result = await submit(hass, result, {CONF_LICENCE_KEY: key})
    return await loaded(hass, camera, result)


# Ways to log in


@pytest.mark.parametrize("firmware", ["old", "new"])
@pytest.mark.parametrize("chosen", ["auto", FAMILY])
@pytest.mark.parametrize("login", ["challenge", "challenge_plain"])
async def test_with_a_challenge(hass: HomeAssistant, firmware: str, chosen: str, login: str) -> None:
    async with HerospeedSimulator("fixed", firmware=firmware, login=login) as camera:
        result = await submitted(hass, typed(camera, family=chosen))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_FAMILY] == FAMILY
        assert result["data"][CONF_UID] == camera.profile.mac.replace(":", "").lower()
        assert not result["data"].get(CONF_LICENCE_KEY)
        # One login asks who answers and ends with a logout, the other is of the entry.
        assert (camera.sessions.logins, camera.sessions.logouts) == (2, 1)
        assert camera.sessions.refused == []
        hero = await loaded(hass, camera, result)
        assert hero.source == ("push" if firmware == "new" else "log")
        assert (camera.violations, camera.ignored, camera.risks) == ([], [], [])
        await hass.config_entries.async_unload(hero.entry.entry_id)


@pytest.mark.parametrize("chosen", ["auto", FAMILY])
@pytest.mark.parametrize("login", KEYED)
async def test_with_a_licence_key(hass: HomeAssistant, chosen: str, login: str) -> None:
    """It is asked for once the camera wants one, and tried again when it was wrong."""
    async with HerospeedSimulator("fixed", login=login, licence_key="KEY-1") as camera:
        camera.sessions.known_keys.add("KEY-2")
        form = await submitted(hass, typed(camera, family=chosen))
        assert (form["step_id"], form["errors"]) == ("licence_key", {})
        form = await submit(hass, form, {CONF_LICENCE_KEY: "KEY-2"})
        assert (form["step_id"], form["errors"]) == ("licence_key", {"base": "key_needed"})
        assert suggested(form) == {}
        assert logins(camera) == 2
        result = await submit(hass, form, {CONF_LICENCE_KEY: " KEY-1 "})
        hero = await loaded(hass, camera, result)
        assert hero.entry.data[CONF_LICENCE_KEY] == "KEY-1"
        assert camera.sessions.refused == ["wrong key", "wrong key"]
        await hass.config_entries.async_unload(hero.entry.entry_id)


@pytest.mark.parametrize("login", KEYED)
async def test_a_camera_that_does_not_tell_key_from_password(hass: HomeAssistant, login: str) -> None:
    async with HerospeedSimulator("fixed", login=login, licence_key="KEY-1") as camera:
        camera.sessions.known_keys.clear()
        form = await submitted(hass, typed(camera))
        assert (form["step_id"], form["errors"]) == ("licence_key", {})
        # With a key nobody can say which of both is wrong: both are asked for again.
        form = await submit(hass, form, {CONF_LICENCE_KEY: "KEY-9"})
        assert (form["step_id"], form["errors"]) == ("user", {"base": "invalid_auth"})
        assert logins(camera) == 2
        form = await submit(hass, form, typed(camera))
        assert (form["step_id"], form["errors"]) == ("licence_key", {})
        hero = await loaded(hass, camera, await submit(hass, form, {CONF_LICENCE_KEY: "KEY-1"}))
        assert camera.sessions.refused == ["wrong password"] * 3
        await hass.config_entries.async_unload(hero.entry.entry_id)


@pytest.mark.parametrize("login", KEYED)
async def test_a_camera_without_a_key(hass: HomeAssistant, login: str) -> None:
    """Where the key is empty nobody is asked for one."""
    async with HerospeedSimulator("fixed", login=login, licence_key="") as camera:
        hero = await added(hass, camera)
        assert camera.sessions.refused == []
        await hass.config_entries.async_unload(hero.entry.entry_id)


# What stands in the way


@pytest.mark.parametrize("chosen", ["auto", FAMILY])
async def test_a_wrong_password_is_sent_once(hass: HomeAssistant, device: HerospeedSimulator, chosen: str) -> None:
    form = await submitted(hass, typed(device, password="wrong", family=chosen))
    assert (form["step_id"], form["errors"]) == ("user", {"base": "invalid_auth"})
    assert "password" not in suggested(form)
    assert logins(device) == 1
    assert device.requests[-1].path == LOGIN
    await loaded(hass, device, await submit(hass, form, typed(device)))
    assert device.sessions.refused == ["wrong password"]


async def test_a_full_table_of_sessions(hass: HomeAssistant, device: HerospeedSimulator) -> None:
    device.sessions.limit = 0
    form = await submitted(hass, typed(device))
    assert form["errors"] == {"base": "device_busy"}
    assert logins(device) == 1
    device.sessions.limit = 5
    await loaded(hass, device, await submit(hass, form, typed(device)))


async def test_a_camera_that_is_down(hass: HomeAssistant, device: HerospeedSimulator) -> None:
    await device.go_down()
    form = await submitted(hass, typed(device))
    assert form["errors"] == {"base": "cannot_connect"}
    await device.come_up()
    await loaded(hass, device, await submit(hass, form, typed(device)))


@pytest.mark.parametrize("unknown", ["404", "202", "drop"])
async def test_the_family_is_found_out(hass: HomeAssistant, device: HerospeedSimulator, unknown: str) -> None:
    """However unknown paths are answered; nothing of the password is sent to any path but the login."""
    device.unknown = unknown
    result = await submitted(hass, typed(device))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_FAMILY] == FAMILY
    assert not any("Authorization" in each.headers for each in device.requests)
    assert not any(device.password.encode() in each.body for each in device.requests)


@pytest.mark.parametrize("make", [lambda: IsapiSimulator("camera"), lambda: SunellSimulator("ptz")])
async def test_a_camera_of_another_kind(hass: HomeAssistant, make: Callable[[], BaseSimulator]) -> None:
    """Chosen by hand, the dialect is asked for before anything made of the password is sent."""
    async with make() as camera:
        form = await submitted(hass, typed(camera, family=FAMILY))
        assert (form["step_id"], form["errors"]) == ("user", {CONF_FAMILY: "other_protocol"})
        assert LOGIN not in {each.path for each in camera.requests}
        assert not [each for each in camera.requests if "Authorization" in each.headers or "password" in each.path]
        result = await submit(hass, form, typed(camera, family="auto"))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"][CONF_FAMILY] != FAMILY


async def test_a_server_of_no_kind(hass: HomeAssistant) -> None:
    """What answers everything with a page gets no digest, and no licence key is asked for."""
    asked: list[str] = []

    async def page(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(text="<html>It works</html>", content_type="text/html")

    server = web.Server(page)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    try:
        port = listener.sockets[0].getsockname()[1]
        async with HerospeedSimulator("fixed") as camera:
            form = await submitted(hass, typed(camera, port=port, family=FAMILY))
            assert (form["step_id"], form["errors"]) == ("user", {"base": "unsupported_device"})
            assert asked
            assert LOGIN not in asked
    finally:
        listener.close()
        await server.shutdown()


async def test_moved_to_where_another_kind_answers(hass: HomeAssistant, device: HerospeedSimulator) -> None:
    """The family of an entry stays: at the new address it is looked for, and no login is tried."""
    hero = await added(hass, device)
    async with IsapiSimulator("camera") as camera:
        form = await reconfigure(hass, hero.entry)
        result = await submit(hass, form, typed(camera, family=None))
        assert result["errors"] == {"base": "unsupported_device"}
        assert LOGIN not in {each.path for each in camera.requests}


@pytest.mark.parametrize("chosen", ["auto", FAMILY])
@pytest.mark.usefixtures("refused_handshakes")
async def test_by_tls(hass: HomeAssistant, chosen: str) -> None:
    async with HerospeedSimulator("fixed", tls=True, firmware="new") as camera:
        form = await submitted(hass, typed(camera, ssl=False, family=chosen))
        assert form["errors"] == {"base": "tls_error", "ssl": "use_tls"}
        assert logins(camera) == 0
        hero = await loaded(hass, camera, await submit(hass, form, typed(camera, family=chosen)))
        assert hero.source == "push"
        await hass.config_entries.async_unload(hero.entry.entry_id)


async def test_the_same_camera_twice(hass: HomeAssistant, device: HerospeedSimulator) -> None:
    hero = await added(hass, device)
    again = await submitted(hass, typed(device))
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")
    await until(lambda: len(device.sessions.open) == 1)
    assert hero.entry.state is ConfigEntryState.LOADED


# Logging in again, and elsewhere


@pytest.mark.parametrize("login", list(Login))
async def test_reauthentication(hass: HomeAssistant, login: Login) -> None:
    """A key that is stored is used with the new password."""
    async with HerospeedSimulator("fixed", login=login, licence_key="KEY-1") as camera:
        hero = await added(hass, camera, "KEY-1" if login in KEYED else None)
        camera.change_password("Another1")
        camera.kill_sessions()
        camera.sessions.refused.clear()
        await hero.poll()
        await until(hass.config_entries.flow.async_progress)
        [flow] = hass.config_entries.flow.async_progress()
        assert flow["step_id"] == "reauth_confirm"
        assert camera.sessions.refused == ["wrong password"]
        form = await hass.config_entries.flow.async_configure(flow["flow_id"])
        form = await submit(hass, form, {"username": camera.username, "password": "wrong"})
        assert form["errors"] == {"base": "invalid_auth"}
        assert camera.sessions.refused == ["wrong password"] * 2
        result = await submit(hass, form, {"username": camera.username, "password": "Another1"})
        assert result["reason"] == "reauth_successful"
        await until(lambda: hero.entry.state is ConfigEntryState.LOADED)
        await hero.live()
        assert camera.sessions.refused == ["wrong password"] * 2
        await hass.config_entries.async_unload(hero.entry.entry_id)


async def test_another_port_keeps_everything(hass: HomeAssistant, device: HerospeedSimulator) -> None:
    hero = await added(hass, device)
    await device.go_down()
    device.port = 0
    await device.come_up()
    form = await reconfigure(hass, hero.entry)
    result = await submit(hass, form, typed(device, family=None))
    assert result["reason"] == "reconfigure_successful"
    await hero.live()
    await hero.poll()
    assert hero.entry.data["port"] == device.port
    assert hero.value("binary_sensor", CHANNEL, "detection_motion") == "off"


async def test_another_camera_is_refused(hass: HomeAssistant, device: HerospeedSimulator) -> None:
    hero = await added(hass, device)
    async with HerospeedSimulator("sd") as other:
        form = await reconfigure(hass, hero.entry)
        result = await submit(hass, form, typed(other, family=None))
        assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")


async def test_the_path_of_a_brand(hass: HomeAssistant, device: HerospeedSimulator) -> None:
    """No document tells it; what the user names is taken, and what is no path is refused."""
    hero = await added(hass, device)

    async def source() -> str:
        hero_camera = hero.registered("camera", CHANNEL, "stream1").entity_id
        return str(await async_get_stream_source(hass, hero_camera))

    assert (await source()).endswith("/h264/ch1/main/av_stream")
    form = await hass.config_entries.options.async_init(hero.entry.entry_id)
    filled = {"streams": ["1"], "poll_interval": 60}
    for wrong in ("live/1", "/live 1", "/live\r\nX: y"):
        form = await hass.config_entries.options.async_configure(form["flow_id"], {**filled, "rtsp_path": wrong})
        assert form["errors"] == {"rtsp_path": "invalid_path"}
    await hass.config_entries.options.async_configure(
        form["flow_id"], {**filled, "rtsp_path": "/live/{number}?type={stream}"}
    )
    await hass.async_block_till_done()
    assert (await source()).endswith("/live/1?type=main")
    told = await async_get_config_entry_diagnostics(hass, hero.entry)
    assert "/live/" not in json.dumps(told)


# Secrets


@pytest.mark.parametrize(("login", "firmware"), [("challenge", "new"), ("licence", "old"), ("bare", "new")])
async def test_nothing_is_given_away(
    hass: HomeAssistant, all_enabled: None, caplog: pytest.LogCaptureFixture, login: str, firmware: str
) -> None:
    """Neither diagnostics nor logs hold the password, what is made of it, the key or the session."""
    async with HerospeedSimulator("light", login=login, firmware=firmware, licence_key="KEY-1") as camera:
        hero = await added(hass, camera, "KEY-1" if login in KEYED else None)
        cookies = {*camera.sessions.open}
        camera.kill_sessions()
        await hero.poll()
        cookies |= {*camera.sessions.open, *camera.sessions.over}
        assert len(cookies) > 1
        registry = dr.async_get(hass)
        told = [json.dumps(await async_get_config_entry_diagnostics(hass, hero.entry))]
        told += [
            json.dumps(await async_get_device_diagnostics(hass, hero.entry, each))
            for each in dr.async_entries_for_config_entry(registry, hero.entry.entry_id)
        ]
        text = "\n".join(told).lower()
        made = {camera.password, camera.sessions.salt, *cookies, *digests(camera)}
        mac = camera.profile.mac
        address = camera.world.documents["/api/network/interfaces"]["ip"]
        assert hero.value("sensor", HOST, "ip_address") == address
        secrets = made | {"KEY-1", camera.host, mac, mac.replace(":", ""), f'"{address}"'}
        assert not {each for each in secrets if each.lower() in text}
        assert json.loads(told[0])["driver"]["login_mode"]
        await hass.config_entries.async_unload(hero.entry.entry_id)
        ours = "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("custom_components"))
        assert ours
        assert not {each for each in {*made, "KEY-1"} if each in ours}
