"""What tests of the driver share: a driver connected to a simulated device."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientSession, DummyCookieJar

from custom_components.ip_surveillance.protocol.driver import Access, Want
from custom_components.ip_surveillance.protocol.drivers.isapi import FAMILY
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from tests.simulators.isapi import IsapiSimulator

MODELS = ("camera", "cube", "ptz", "thermal", "nvr", "nvr_v1", "dvr")
JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"
CHANNEL = ChannelMap.ref(1)


def access(device: IsapiSimulator, password: str | None = None) -> Access:
    return Access(host="127.0.0.1", port=device.port, username=device.username, password=password or device.password)


@asynccontextmanager
async def connected(device: IsapiSimulator, *, discover: bool = True) -> AsyncIterator[IsapiDriver]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        driver = FAMILY.connect(session, access(device))
        assert isinstance(driver, IsapiDriver)
        try:
            if discover:
                await driver.discover()
            yield driver
        finally:
            await driver.close()


def everything(driver: IsapiDriver) -> set[Want]:
    assert driver.topology
    return {Want(ref) for ref in driver.topology.parts}


def key(setting: Setting, of: str = "") -> SettingKey:
    return SettingKey(setting, of)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the simulator has no event for everything
            await asyncio.sleep(0.005)
