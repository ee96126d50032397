"""The simulator is an oracle: these tests look at it with raw HTTP, independent of the product."""

import json
import re
import ssl
import xml.etree.ElementTree as ET

import aiohttp
from aiohttp import ClientSession
import pytest

from tests.simulators.isapi import PROFILES, IsapiSimulator, Scheme
from tests.simulators.rawclient import HEAD, challenge, client, digest, get, nonce_of, put, tag

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize("scheme", [Scheme.MD5, Scheme.SHA256, Scheme.RFC2069, Scheme.DIGEST_BASIC, Scheme.MD5_SHA256])
async def test_digest_variants_let_the_right_password_in(scheme: Scheme) -> None:
    async with IsapiSimulator(scheme=scheme) as sim, client(sim) as session:
        status, text = await get(session, "System/deviceInfo")
        assert status == 200
        assert tag(text, "serialNumber") == sim.world.identity.serial
        assert sim.auth.refused == []
        assert [record.status for record in sim.requests] == [401, 200]


async def test_basic_only() -> None:
    async with (
        IsapiSimulator(scheme="basic") as sim,
        ClientSession(
            base_url=sim.url, headers={"Authorization": aiohttp.encode_basic_auth(sim.username, sim.password)}
        ) as session,
    ):
        assert (await get(session, "System/deviceInfo"))[0] == 200


async def test_wrong_passwords_lock_and_a_retry_restarts_the_lock() -> None:
    now = 0.0
    target = "/ISAPI/Security/userCheck"
    async with IsapiSimulator() as sim:
        sim.auth.clock = lambda: now
        for left in ("4", "3", "2", "1"):
            wrong = digest(sim, await nonce_of(sim), target, password="wrong")
            answer, text = await challenge(sim, "Security/userCheck", wrong)
            assert (answer.status, tag(text, "retryLoginTime")) == (401, left)
        _, text = await challenge(sim, "Security/userCheck", wrong)
        assert (tag(text, "lockStatus"), tag(text, "unlockTime")) == ("lock", "1800")
        now = 1700.0
        right = digest(sim, await nonce_of(sim), target)
        assert (await challenge(sim, "Security/userCheck", right))[0].status == 401
        assert sim.auth.unlock_time == 1800
        now = 3600.0
        assert (await challenge(sim, "Security/userCheck", right))[0].status == 200


async def test_uri_must_hold_the_query() -> None:
    async with IsapiSimulator() as sim:
        wrong = digest(sim, await nonce_of(sim), "/ISAPI/System/deviceInfo")
        assert (await challenge(sim, "System/deviceInfo?format=json", wrong))[0].status == 401
        assert len(sim.auth.violations) == 1


async def test_nonce_goes_stale_and_counts_may_not_repeat() -> None:
    async with IsapiSimulator() as sim:
        nonce, uri = await nonce_of(sim), "/ISAPI/System/deviceInfo"
        assert (await challenge(sim, "System/deviceInfo", digest(sim, nonce, uri)))[0].status == 200
        replayed, _ = await challenge(sim, "System/deviceInfo", digest(sim, nonce, uri))
        assert replayed.status == 401
        assert (await challenge(sim, "System/deviceInfo", digest(sim, nonce, uri, nc=2)))[0].status == 200
        sim.auth.rotate_nonce()
        stale, _ = await challenge(sim, "System/deviceInfo", digest(sim, nonce, uri, nc=3))
        assert 'stale="TRUE"' in stale.headers["WWW-Authenticate"]
        assert sim.auth.refused == []


async def test_limited_nonce_is_survived_by_a_client() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        sim.auth.nonce_uses = 1
        for _ in range(3):
            assert (await get(session, "System/deviceInfo"))[0] == 200
        assert sim.auth.refused == []


async def test_door_station_refuses_a_used_nonce_without_a_challenge() -> None:
    async with IsapiSimulator() as sim:
        sim.auth.one_shot = True
        nonce, uri = await nonce_of(sim), "/ISAPI/System/deviceInfo"
        await challenge(sim, "System/deviceInfo", digest(sim, nonce, uri))
        again, _ = await challenge(sim, "System/deviceInfo", digest(sim, nonce, uri, nc=2))
        assert again.status == 401
        assert "WWW-Authenticate" not in again.headers


async def test_viewer_may_look_and_not_touch() -> None:
    async with IsapiSimulator(level="viewer") as sim, client(sim) as session:
        async with session.get("/ISAPI/Streaming/channels/101/picture") as picture:
            assert picture.status == 200
        assert tag((await get(session, "Security/adminAccesses"))[1], "subStatusCode") == "lowPrivilege"
        body = f"{HEAD}<IOPortData><outputState>high</outputState></IOPortData>"
        status, text = await put(session, "System/IO/outputs/1/trigger", body)
        assert (status, tag(text, "subStatusCode")) == (403, "lowPrivilege")
        assert sim.world.outputs[1].active is False


async def test_not_activated() -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        sim.world.activated = False
        assert tag((await get(session, "System/deviceInfo"))[1], "subStatusCode") == "notActivated"
        assert tag((await get(session, "Security/userCheck"))[1], "isActivated") == "false"


async def test_tls_with_its_own_certificate() -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with IsapiSimulator(tls=True) as sim, ClientSession(base_url=sim.url) as session:
        async with session.get("/ISAPI/System/deviceInfo", ssl=context) as answer:
            assert answer.status == 401
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get("/ISAPI/System/deviceInfo")


@pytest.mark.parametrize("model", PROFILES)
async def test_every_document_of_every_model_is_well_formed(model: str) -> None:
    async with IsapiSimulator(model) as sim, client(sim) as session:
        paths = ["System/deviceInfo", "System/status", "System/time", "Event/triggers", "Streaming/channels"]
        for path in [*paths, *sim.world.documents]:
            status, text = await get(session, path)
            if status == 200:
                ET.fromstring(text)
            else:
                assert tag(text, "statusCode") != "1"


async def test_models_differ_in_serial_and_address() -> None:
    assert len({profile.identity.serial for profile in PROFILES.values()}) == len(PROFILES)
    assert len({profile.identity.mac for profile in PROFILES.values()}) == len(PROFILES)


async def test_recorder_channels() -> None:
    async with IsapiSimulator("nvr", channels=6) as sim, client(sim) as session:
        root = ET.fromstring((await get(session, "ContentMgmt/InputProxy/channels"))[1])
        assert (root.get("size"), len(root)) == ("0", 6)
        text = (await get(session, "ContentMgmt/InputProxy/channels/status"))[1]
        assert text.count("<online>") == 5
        assert (await get(session, "Streaming/channels/301"))[0] == 403
        assert (await get(session, "Streaming/channels/201"))[0] == 200
        assert "VMD-3" not in (await get(session, "Event/triggers"))[1]
        sim.world.channels[3].online = True
        assert "VMD-3" in (await get(session, "Event/triggers"))[1]


async def test_analog_recorder_numbers_its_cameras_after_the_inputs() -> None:
    async with IsapiSimulator("dvr") as sim, client(sim) as session:
        assert re.findall(r"<id>(\d+)</id>\s*<name>", (await get(session, "ContentMgmt/InputProxy/channels"))[1]) == [
            "5",
            "6",
        ]
        assert (await get(session, "Streaming/channels/103"))[0] == 400
        assert (await get(session, "System/IO/inputs"))[0] == 403


async def test_old_recorder_knows_the_single_status_and_fallback_picture() -> None:
    async with IsapiSimulator("nvr_v1") as sim, client(sim) as session:
        assert (await get(session, "ContentMgmt/InputProxy/channels/status"))[0] == 404
        assert tag((await get(session, "ContentMgmt/InputProxy/channels/1/status"))[1], "online") == "true"
        assert (await get(session, "Streaming/channels/101/picture"))[0] == 403
        async with session.get("/ISAPI/ContentMgmt/StreamingProxy/channels/101/picture") as answer:
            assert answer.content_type == "image/jpeg"


async def test_panoramic_channel_hides_its_events_in_the_capabilities() -> None:
    async with IsapiSimulator("ptz") as sim, client(sim) as session:
        assert "linedetection" not in (await get(session, "Event/triggers"))[1]
        assert "linedetection" in (await get(session, "Event/channels/capabilities"))[1]
        assert tag((await get(session, "Event/triggers/regionentrance-2"))[1], "id") == "regionEntrance-2"


@pytest.mark.parametrize(("path", "status"), [("Nowhere", 404), ("ContentMgmt/InputProxy/channels", 403)])
async def test_unknown_paths(path: str, status: int) -> None:
    async with IsapiSimulator() as sim, client(sim) as session:
        found, text = await get(session, path)
        assert (found, tag(text, "subStatusCode")) == (status, "notSupport")
        found, text = await get(session, f"{path}?format=json")
        assert (found, json.loads(text)["subStatusCode"]) == (status, "notSupport")


@pytest.mark.parametrize("namespace", ["hikvision", "isapi", "std-cgi", "psia", "none"])
async def test_namespaces_and_byte_order_mark(namespace: str) -> None:
    async with IsapiSimulator(namespace=namespace, bom=True) as sim, client(sim) as session:
        async with session.get("/ISAPI/System/deviceInfo") as answer:
            data = await answer.read()
        assert data.startswith(b"\xef\xbb\xbf<?xml")
        assert ET.fromstring(data).tag.rpartition("}")[0].lstrip("{") == sim.dialect.namespace
