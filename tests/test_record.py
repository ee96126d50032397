"""A capture of a simulated device holds nothing secret, and played back it is the same device."""

import asyncio
import json
from pathlib import Path
import re
from typing import Any

from aiohttp import ClientSession, ServerDisconnectedError
import pytest
from yarl import URL

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.errors import AuthFailed
from custom_components.ip_surveillance.protocol.model.parts import PartRef, Topology
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.protocol.isapi_captures import captured
from tests.recording import __main__ as command
from tests.recording.capture import Capture, answers_of, record
from tests.recording.proxy import Exchange, Proxy, upstream_session
from tests.recording.redact import Kind, Redactor, kind_of
from tests.simulators.isapi import IsapiSimulator

SERIAL = "DS-1234A-5620240131AAWRK12345678"


def access_of(device: IsapiSimulator) -> Access:
    return Access(
        host=device.host, port=device.port, ssl=device.tls, username=device.username, password=device.password
    )


async def discovered(device: IsapiSimulator) -> Topology:
    async with ClientSession() as session:
        driver = FAMILIES["isapi"].connect(session, access_of(device))
        try:
            return await driver.discover()
        finally:
            await driver.close()


def shape(topology: Topology) -> dict[PartRef, tuple[Any, ...]]:
    """Everything about the parts but names and serial numbers."""
    return {
        ref: (
            part.streams,
            dict(part.detections),
            dict(part.settings),
            part.features,
            part.readings,
            part.placement,
            part.role,
            sorted(part.presets),
            sorted(part.patrols),
            part.unprobed,
            part.hardware.model,
            part.hardware.firmware,
        )
        for ref, part in topology.parts.items()
    }


def secrets_of(device: IsapiSimulator) -> set[str]:
    """Everything of the simulated world that must not get out."""
    who, world = device.world.identity, device.world
    secrets = {who.serial, who.mac, who.mac.replace(":", ""), who.name, who.device_id, device.password}
    for channel in world.channels.values():
        secrets |= {channel.name} | ({channel.source.address, channel.source.serial or ""} if channel.source else set())
    secrets |= {port.name for port in (*world.inputs.values(), *world.outputs.values())}
    secrets |= {preset.name for head in world.ptz.values() for preset in head.presets.values()}
    return {each for each in secrets if each} | ({who.sub_serial} if who.sub_serial else set())


@pytest.mark.parametrize("model", ["camera", "cube", "ptz", "thermal", "nvr", "nvr_v1", "dvr"])
async def test_a_capture_played_back_is_the_same_device(model: str, tmp_path: Path) -> None:
    async with IsapiSimulator(model) as device:
        original = await discovered(device)
        device.requests.clear()
        capture = await record(access_of(device))
        assert {each.method for each in device.requests} == {"GET"}
        secrets = secrets_of(device)
    assert not capture.notes

    text = capture.dump()
    assert not [each for each in secrets if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.IGNORECASE)]

    path = tmp_path / "capture.json"
    path.write_text(text)
    async with IsapiSimulator.from_capture(path) as replayed:
        again = await discovered(replayed)
    assert shape(again) == shape(original)


@pytest.mark.parametrize("path", captured("devices/*.json"))
async def test_real_devices_are_recorded_as_they_are(path: Path, tmp_path: Path) -> None:
    async with IsapiSimulator.from_capture(path) as device:
        original = await discovered(device)
        capture = await record(access_of(device))
        serial = device.world.identity.serial
    assert not capture.notes
    assert original.host.hardware.serial == serial
    assert serial not in capture.dump()

    again = tmp_path / "capture.json"
    again.write_text(capture.dump())
    async with IsapiSimulator.from_capture(again) as replayed:
        assert shape(await discovered(replayed)) == shape(original)


async def test_relations_between_redacted_values_stay() -> None:
    async with IsapiSimulator("camera") as device:
        capture = await record(access_of(device))
        who = device.world.identity
    info = capture.answers["System/deviceInfo"]["response"]["DeviceInfo"]
    assert len(info["serialNumber"]) == len(who.serial)
    assert info["serialNumber"].startswith(who.model)
    assert info["serialNumber"].endswith(info["subSerialNumber"])
    streams = capture.answers["Streaming/channels"]["response"]["StreamingChannelList"]["StreamingChannel"]
    assert {each["channelName"] for each in streams} == {info["deviceName"]}


async def test_a_refused_password_is_an_error_and_tried_once() -> None:
    async with IsapiSimulator("camera") as device:
        wrong = Access(host=device.host, port=device.port, username=device.username, password="Wrong123")
        with pytest.raises(AuthFailed):
            await record(wrong)
        assert len(device.auth.refused) == 1


async def test_over_tls_any_certificate_will_do() -> None:
    async with IsapiSimulator("cube", tls=True) as device:
        capture = await record(access_of(device))
    assert "System/deviceInfo" in capture.answers


async def test_the_proxy_passes_nothing_on_but_reading() -> None:
    async with (
        IsapiSimulator("camera") as device,
        upstream_session() as upstream,
        Proxy(upstream, URL(device.url)) as proxy,
        ClientSession() as session,
    ):
        for method in ("PUT", "POST", "DELETE"):
            async with session.request(method, f"{proxy.url}/ISAPI/System/reboot", data=b"") as response:
                assert response.status == 405
        assert not device.requests
        assert proxy.refused == [f"{each} /ISAPI/System/reboot" for each in ("PUT", "POST", "DELETE")]


async def test_what_the_device_breaks_off_is_told() -> None:
    async with (
        IsapiSimulator("cube") as device,
        upstream_session() as upstream,
        Proxy(upstream, URL(device.url)) as proxy,
        ClientSession() as session,
    ):
        device.fault.drop_next(20)
        with pytest.raises(ServerDisconnectedError):
            await session.get(f"{proxy.url}/ISAPI/System/time")
        assert not proxy.exchanges
        assert set(proxy.broken) == {"/ISAPI/System/time: ServerDisconnectedError"}


def test_what_is_no_document_is_left_out_and_told() -> None:
    page = Exchange(path="/ISAPI/System/logo", status=200, body=b"\xff\xd8\xff")
    refusal = Exchange(path="/ISAPI/System/time?format=json", status=403, body=b"")
    assert answers_of([page, refusal]) == ({"System/time": {"status_code": 403}}, ["System/logo"])


async def test_the_command_writes_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "capture.json"
    async with IsapiSimulator("cube") as device:
        monkeypatch.setenv(command.PASSWORD, device.password)
        arguments = [device.host, "--port", str(device.port), "--user", device.username, "-o", str(path)]
        monkeypatch.setattr("sys.argv", ["record", *arguments])
        assert await asyncio.to_thread(command.main) == 0
    written = json.loads(path.read_text())["data"]["ISAPI"]
    assert f"{len(written)} answers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("serialNumber", Kind.SERIAL),
        ("subSerialNumber", Kind.SERIAL),
        ("deviceName", Kind.NAME),
        ("name", Kind.NAME),
        ("userName", Kind.NAME),
        ("hddName", None),
        ("path", Kind.NAME),
        ("platformName", None),
        ("eventType", None),
        ("isSupportPassword", None),
        ("supportUserNums", None),
        ("password", Kind.SECRET),
        ("@salt", Kind.SECRET),
        ("encryptKey", Kind.SECRET),
        ("keyFrameInterval", None),
        ("latitude", Kind.COORDINATE),
        ("phoneNumber", Kind.PHONE),
        ("firmwareVersion", None),
    ],
)
def test_what_an_element_holds(element: str, kind: Kind | None) -> None:
    assert kind_of(element) is kind


def redacted(document: dict[str, Any]) -> dict[str, Any]:
    redactor = Redactor()
    redactor.learn(document)
    found = redactor.apply(document)
    assert isinstance(found, dict)
    return found


def test_patterns_are_found_anywhere_and_replaced_alike() -> None:
    found = redacted(
        {
            "macAddress": "4C:11:AE:5A:00:01",
            "note": "4c:11:ae:5a:00:01 and 4c11ae5a0001 at 10.1.2.3, fe80::4e11:aeff:fe5a:1, me@site.org",
            "gateway": "10.1.2.3",
            "mask": "255.255.255.0",
            "any": ["0.0.0.0", "::", "127.0.0.1"],
            "id": "6aff4000-1f90-11b0-0000-4c11ae5a0001",
            "firmwareVersion": "V5.7.15.1",
            "dateTime": "2026-01-31T12:34:56+08:00",
        }
    )
    assert found == {
        "macAddress": "02:00:00:00:00:01",
        "note": "02:00:00:00:00:01 and 020000000001 at 192.0.2.1, 2001:db8::1, user1@example.org",
        "gateway": "192.0.2.1",
        "mask": "255.255.255.0",
        "any": ["0.0.0.0", "::", "127.0.0.1"],
        "id": "00000000-0000-4000-8000-000000000001",
        "firmwareVersion": "V5.7.15.1",
        "dateTime": "2026-01-31T12:34:56+08:00",
    }


def test_serials_are_replaced_wherever_they_are() -> None:
    found = redacted({"serialNumber": SERIAL, "subSerialNumber": SERIAL[-9:], "event": f"VMD&&{SERIAL},1"})
    new = found["serialNumber"]
    assert new != SERIAL
    assert len(new) == len(SERIAL)
    assert new.startswith("DS-1234A-56"[:9])
    assert found == {"serialNumber": new, "subSerialNumber": new[-9:], "event": f"VMD&&{new},1"}


def test_names_do_not_take_words_of_the_protocol_along() -> None:
    found = redacted(
        {"deviceName": "NVR", "deviceType": "NVR", "description": "NVR in the hall", "channelName": "Old Barn"}
    )
    assert found == {
        "deviceName": "Name 2",
        "deviceType": "NVR",
        "description": "Name 2 in the hall",
        "channelName": "Name 1",
    }


def test_secrets_and_coordinates_keep_their_form() -> None:
    found = redacted(
        {
            "password": "hunter22",
            "note": "login with hunter22",
            "verificationCode": "ABCDEF",
            "pin": "1234",
            "passwordEnabled": True,
            "Latitude": {"degree": "48", "direction": "N", "sec": 12.5},
            "phone": "+49123",
        }
    )
    assert found == {
        "password": "xxxxxxxx",
        "note": "login with xxxxxxxx",
        "verificationCode": "xxxxxx",
        "pin": "0000",
        "passwordEnabled": True,
        "Latitude": {"degree": "0", "direction": "N", "sec": 0},
        "phone": "xxxxxx",
    }


def test_a_capture_is_written_in_the_form_of_the_simulator() -> None:
    capture = Capture(answers={"a": {"status_code": 403}})
    assert json.loads(capture.dump()) == {"data": {"ISAPI": {"a": {"status_code": 403}}}}
