"""What goes wrong: logins, sessions, answers that are broken, and firmware that says things its own way."""

import asyncio
import contextlib

import pytest

from custom_components.ip_surveillance.protocol.drivers.herospeed.codes import LICENCE_KEY, PASSWORD_OR_KEY
from custom_components.ip_surveillance.protocol.drivers.herospeed.login import LoginMode
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
)
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from tests.reading import settings_of
from tests.simulators.herospeed import FIRMWARES, HerospeedSimulator, Quirk

from .hero_driver import CHANNEL, LOGIN, LOGINS, MODELS, connected, everything, listening, until, writes

pytestmark = pytest.mark.usefixtures("socket_enabled")

MODES = {
    "challenge": LoginMode.CHALLENGE,
    "challenge_plain": LoginMode.CHALLENGE,
    "licence": LoginMode.SESSION_ID,
    "bare": LoginMode.LICENCE_KEY,
}


def logins(camera: HerospeedSimulator) -> int:
    return len([each for each in camera.requests if each.path == LOGIN])


# --- logging in


@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("model", MODELS)
async def test_every_way_to_log_in(model: str, login: str, firmware: str) -> None:
    async with (
        HerospeedSimulator(model, firmware=firmware, login=login) as camera,
        connected(camera, key=camera.sessions.licence_key) as driver,
    ):
        assert driver.client.session.mode is MODES[login]
        assert driver.memory()["login"] == MODES[login].value
        assert logins(camera) == 1
        assert camera.sessions.refused == []


@pytest.mark.parametrize("login", LOGINS)
async def test_a_wrong_password_is_sent_once(login: str) -> None:
    async with (
        HerospeedSimulator("fixed", login=login) as camera,
        connected(camera, discover=False, password="wrong", key=camera.sessions.licence_key) as driver,
    ):
        attempts = (driver.identify, driver.discover, driver.check, lambda: driver.poll(frozenset()), driver.reboot)
        for attempt in attempts:
            with pytest.raises(AuthFailed):
                await attempt()
        with pytest.raises(AuthFailed):
            await driver.listen(lambda _: None, lambda: None)
        assert logins(camera) == 1


@pytest.mark.parametrize("login", ["licence", "bare"])
async def test_whether_the_licence_key_is_at_fault(login: str) -> None:
    async with HerospeedSimulator("fixed", login=login) as camera:
        # Without a key a refusal may be of either, unless the camera says which.
        camera.sessions.known_keys.clear()
        async with connected(camera, discover=False) as driver:
            with pytest.raises(AuthFailed) as refused:
                await driver.identify()
            assert refused.value.code == PASSWORD_OR_KEY
        camera.sessions.known_keys.add("")
        async with connected(camera, discover=False) as driver:
            with pytest.raises(AuthFailed) as refused:
                await driver.identify()
            assert refused.value.code == LICENCE_KEY
        async with connected(camera, discover=False, key="other") as driver:
            with pytest.raises(AuthFailed) as refused:
                await driver.identify()
            assert refused.value.code not in (LICENCE_KEY, PASSWORD_OR_KEY)
        async with connected(camera, discover=False, key=camera.sessions.licence_key) as driver:
            assert (await driver.identify()).uid


async def test_a_key_is_not_in_the_way_where_none_is_needed() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera, key="needless") as driver:
        await driver.check()


async def test_logins_are_one_at_a_time() -> None:
    async with HerospeedSimulator("light") as camera, connected(camera) as driver:
        camera.kill_sessions()
        assert driver.topology
        wanted = everything(driver.topology)
        await asyncio.gather(*(driver.poll(wanted) for _ in range(5)), driver.discover())
        assert camera.sessions.logins == 2


# --- sessions


@pytest.mark.parametrize("end", ["kill_sessions", "expire_sessions"])
@pytest.mark.parametrize("login", LOGINS)
async def test_a_session_that_is_over_is_opened_again(login: str, end: str) -> None:
    async with (
        HerospeedSimulator("light", login=login) as camera,
        connected(camera, key=camera.sessions.licence_key) as driver,
    ):
        for count in (2, 3):
            getattr(camera, end)()
            await driver.poll(frozenset())
            assert camera.sessions.logins == count
        assert camera.sessions.refused == []


async def test_a_full_table_recovers_without_anybody() -> None:
    async with HerospeedSimulator("fixed", max_sessions=1) as camera:
        async with connected(camera), connected(camera, discover=False) as second:
            with pytest.raises(Busy):
                await second.discover()
            with pytest.raises(Busy):
                await second.listen(lambda _: None, lambda: None)
            # Not asked again and again: the camera is given a rest.
            assert camera.sessions.refused == ["table full"]
            waits = second.client.session._opening
            camera.sessions.limit = 2
            waits._until = 0.0
            await second.discover()
        assert camera.sessions.open == {}


@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_a_restart_recovers_without_anybody(firmware: str) -> None:
    async with (
        HerospeedSimulator("light", firmware=firmware, restart_seconds=0.3) as camera,
        connected(camera) as driver,
    ):
        restart = asyncio.create_task(camera.reboot())
        await until(lambda: camera._listener is None)
        with pytest.raises(CannotConnect):
            await driver.poll(frozenset())
        await restart
        await driver.poll(frozenset())
        async with listening(driver):
            assert driver.source == ("push" if firmware == "new" else "log")
        assert camera.sessions.logins == 2
        assert camera.sessions.refused == []


async def test_a_password_that_was_changed_meanwhile_is_sent_once() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera) as driver:
        camera.change_password("Other456")
        await driver.check()
        camera.kill_sessions()
        for _ in range(5):
            with pytest.raises(AuthFailed):
                await driver.check()
        assert camera.sessions.refused == ["wrong password"]
        assert driver._beats
        await asyncio.sleep(0)


# --- rights


async def test_a_viewer_sees_all_and_changes_nothing() -> None:
    async with HerospeedSimulator("light") as camera:
        camera.username, camera.password = "viewer", "Viewer123"
        async with connected(camera) as driver:
            assert driver.topology
            await driver.poll(everything(driver.topology))
            for command in (driver.reboot, driver.sync_time):
                with pytest.raises(Forbidden):
                    await command()
            assert camera.world.reboots == 0


# --- answers


@pytest.mark.parametrize("quirk", Quirk)
async def test_every_way_of_writing(quirk: Quirk) -> None:
    async with HerospeedSimulator("sd", firmware="new") as plain, connected(plain) as driver:
        expected = driver.topology
    async with HerospeedSimulator("sd", firmware="new", quirks=[quirk]) as camera, connected(camera) as driver:
        assert driver.topology
        assert expected
        assert driver.topology.host == expected.host
        assert driver.topology.parts.keys() == expected.parts.keys()
        for ref, part in expected.parts.items():
            again = driver.topology.parts[ref]
            assert (again.features, again.detections, again.readings, again.streams) == (
                part.features,
                part.detections,
                part.readings,
                part.streams,
            )
        polled = await driver.poll(everything(driver.topology))
        assert polled.readings[HOST_PART, Reading(Quantity.NETWORK_NAME)] == "TP-LINK_48E708"
        assert polled.readings[HOST_PART, Reading(Quantity.CLOCK_DRIFT)] in (-1, 0)
        keys = frozenset((ref, key) for ref, part in driver.topology.parts.items() for key in part.settings)
        assert keys
        assert camera.ignored == []
        assert writes(camera) == []


async def test_no_answer_is_anything_but_an_error() -> None:
    async with HerospeedSimulator("light", firmware="new") as camera, connected(camera) as driver:
        for fault in ("garble", "truncate", "drop", "status"):
            for number in range(40):
                match fault:
                    case "garble":
                        camera.garble_next()
                    case "truncate":
                        camera.fault.truncate_next()
                    case "drop":
                        camera.fault.drop_next()
                    case "status":
                        camera.fault.status_next(503)
                with contextlib.suppress(DeviceError):
                    await (driver.discover() if number % 20 == 0 else driver.poll(frozenset()))
                # Nothing of this was taken for a refused password, which would hold for good.
                driver.client.session.login.check()
        camera._garbled = 0
        camera.fault.rules.clear()
        driver.client.session._opening._until = 0.0
        await driver.discover()
        assert camera.sessions.refused == []


async def test_an_identity_that_cannot_be_read() -> None:
    async with HerospeedSimulator("fixed") as camera, connected(camera, discover=False) as driver:
        camera.world.documents["/api/system/device-info"] |= {"devId": "0"}
        camera.world.documents["/api/network/interfaces"]["mac"] = ""
        with pytest.raises(BadAnswer):
            await driver.discover()


async def test_hostile_values_do_no_harm() -> None:
    async with HerospeedSimulator("sd", firmware="new") as camera:
        for path in (
            "/api/system/device-info",
            "/api/network/p2p-status",
            "/api/network/wifi",
            "/api/video/video-encode",
            "/api/event/motion",
        ):
            document = camera.world.documents[path]
            for name in document:
                if name != "devName":
                    document[name] = {"x": [[[]]], "y": "\x00" * 5000}
        async with connected(camera) as driver:
            assert driver.topology
            await driver.poll(everything(driver.topology))
            await settings_of(driver, frozenset())
            assert all(each.width is None for each in driver.topology.parts[CHANNEL].streams)
