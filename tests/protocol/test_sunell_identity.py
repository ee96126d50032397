"""That a device is recognised, is not taken for another, and keeps its identity."""

from collections.abc import Callable

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.channels import facts_of
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.recognise import recognises
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    NotActivated,
)
from custom_components.ip_surveillance.protocol.registry import FAMILIES
from tests.simulators.base import BaseSimulator
from tests.simulators.herospeed import HerospeedSimulator
from tests.simulators.ip_receiver import ReceiverSimulator
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.sunell_cgi import PROFILES, SunellSimulator

from .cgi_devices import Recorder
from .servers import Reply, Request, Server
from .sunell_core import connected, few_knobs, opened

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")
INFO = "deviceID=21BAxxx\nMACAddress=00:1C:27:15:93:56\nproductModel=M\ndeviceType=22\nsoftwareVer=v1\n"


def access(device: BaseSimulator) -> Access:
    return Access(host=device.host, port=device.port, username=device.username, password=device.password)


# --- recognition


@pytest.mark.parametrize("model", PROFILES)
@pytest.mark.parametrize("login", ["digest", "basic", "query"])
async def test_every_model_is_recognised_without_a_password(model: str, login: str) -> None:
    async with SunellSimulator(model, auth=login) as device, ClientSession() as session:
        assert await recognises(session, access(device))
        assert not any("Authorization" in each.headers or "password" in each.path for each in device.requests)
        assert not device.auth.refused


async def test_a_device_whose_information_is_open_to_all_is_recognised() -> None:
    async with SunellSimulator(open_info=True) as device, ClientSession() as session:
        assert await recognises(session, access(device))
        assert len(device.requests) == 1


@pytest.mark.parametrize("make", [IsapiSimulator, ReceiverSimulator, HerospeedSimulator])
async def test_devices_of_other_families_are_not_taken_for_it(make: Callable[[], BaseSimulator]) -> None:
    async with make() as device, ClientSession() as session:
        assert not await recognises(session, access(device))


async def test_no_other_family_takes_it_for_its_own() -> None:
    async with SunellSimulator() as device, ClientSession() as session:
        found = [name for name, family in FAMILIES.items() if await family.probe(session, access(device))]
    assert found == ["sunell_cgi"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b""),
        (401, b"<html>401 Unauthorized</html>"),
        (200, b"<html>param</html>"),
        (200, b'{"deviceID": 5}'),
        (200, b"OK"),
        (200, b"-8"),
        (200, b"Error"),
        (200, b"error: return=1"),
        (200, b"root.Brand.Brand=AXIS\r\nroot.Brand.ProdNbr=M3045\r\n"),
        (200, b"deviceID=5\r\nname=x\r\n"),
        (404, b"Error,return=-508"),
        (200, b"\xff\xd8\xff" * 100),
    ],
)
async def test_what_proves_nothing_is_not_believed(status: int, body: bytes) -> None:
    async def answer(_: Request) -> Reply:
        return Reply(status, body)

    async with Server(answer) as device, ClientSession() as session:
        assert not await recognises(session, Access(host=device.host, port=device.port))


async def test_nobody_there_is_nobody() -> None:
    async with SunellSimulator() as device, ClientSession() as session:
        await device.go_down()
        assert not await recognises(session, access(device))


# --- identity


async def test_identity_is_the_serial_number_and_the_mac_an_alias() -> None:
    async with SunellSimulator() as device, connected(device, discover=False) as driver:
        found = await driver.identify()
    assert (found.uid, found.source, found.mac) == ("159356", "serial", "00:1c:27:15:93:56")
    assert found.aliases == {"159356", "001c27159356"}


@pytest.mark.parametrize(
    ("change", "uid", "source"),
    [
        (("deviceID=21BAxxx", "deviceID="), "001c27159356", "mac"),
        (("deviceID=21BAxxx", "deviceID=000000"), "001c27159356", "mac"),
        (("00:1C:27:15:93:56", "00:1C:27:XX:XX:XX"), "21baxxx", "serial"),
        (("00:1C:27:15:93:56", "00:00:00:00:00:00"), "21baxxx", "serial"),
        (("deviceID=21BAxxx", "deviceID=21-BA xxx"), "21baxxx", "serial"),
    ],
)
def test_placeholders_are_no_identity(change: tuple[str, str], uid: str, source: str) -> None:
    facts = facts_of(parse(INFO.replace(*change)), None)
    assert (facts.uid, facts.source) == (uid, source)
    assert not facts.recorder


async def test_a_device_without_identity_is_refused() -> None:
    async with opened() as (device, driver):
        device.store.put("deviceInfo", "deviceID", "")
        device.store.put("deviceInfo", "MACAddress", "")
        with pytest.raises(BadAnswer):
            await driver.identify()
        with pytest.raises(BadAnswer):
            await driver.discover()


async def test_open_information_does_not_prove_the_password() -> None:
    async with SunellSimulator(open_info=True) as device, connected(device, discover=False, password="wrong") as driver:
        for attempt in (driver.identify, driver.discover, driver.check):
            with pytest.raises(AuthFailed):
                await attempt()
        assert len(device.auth.refused) == 1


async def test_a_recorder_that_wants_the_password_in_the_address_gets_it_once() -> None:
    async with Recorder() as device:
        async with ClientSession() as session:
            driver = FAMILIES["sunell_cgi"].connect(
                session, Access(host=device.host, port=device.port, username="admin", password="wr0ng-secret")
            )
            for attempt in (driver.identify, driver.discover, driver.check):
                with pytest.raises(AuthFailed):
                    await attempt()
        assert device.passwords == 1


async def test_a_locked_account_is_left_alone() -> None:
    async with SunellSimulator() as device, connected(device, discover=False) as driver:
        device.lock_out()
        with pytest.raises(AccountLocked):
            await driver.identify()
        sent = len(device.requests)
        with pytest.raises(AccountLocked):
            await driver.poll(frozenset())
        assert len(device.requests) == sent


async def test_a_device_without_a_password_of_its_own_says_so() -> None:
    async with SunellSimulator(initialised=False) as device, connected(device, discover=False) as driver:
        with pytest.raises(NotActivated):
            await driver.identify()
