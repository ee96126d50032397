"""Thousands of entities come without keeping everything else from running."""

import asyncio
from itertools import pairwise

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
import pytest

from custom_components.ip_surveillance.protocol.model.parts import HOST, Part, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, topology

RELAYS = 250
AT_ONCE = 100


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SWITCH,)


async def test_others_run_while_entities_are_added(
    hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    relays = [PartRef(HOST, PartKind.OUTPUT, number) for number in range(1, RELAYS + 1)]
    driver = FakeDriver(topology=topology(Part(ref=ref, features=frozenset({Feature.SWITCH})) for ref in relays))
    seen: list[int] = []

    async def look() -> None:
        while True:
            seen.append(hass.states.async_entity_ids_count("switch"))
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    await asyncio.sleep(0)
    looking.cancel()
    assert seen[-1] == RELAYS
    assert max(after - before for before, after in pairwise(seen)) <= AT_ONCE
