"""Whom a change is put down to, and what it leaves behind."""

from collections.abc import Iterator
from contextlib import contextmanager
import gc
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.logbook.const import DOMAIN as LOGBOOK
from homeassistant.components.logbook.models import LogbookConfig, async_event_to_row
from homeassistant.components.logbook.processor import EventProcessor
from homeassistant.const import EVENT_STATE_CHANGED, Platform
from homeassistant.core import Context, Event, EventStateChangedData, HomeAssistant, callback
import pytest

from custom_components.ip_surveillance.panel_text import EVENT_PANEL
from custom_components.ip_surveillance.protocol.model.events import Happened, Patched
from custom_components.ip_surveillance.protocol.model.panel_words import PanelEvent
from custom_components.ip_surveillance.protocol.model.parts import HOST, HOST_PART, Part, PartKind, PartRef
from custom_components.ip_surveillance.protocol.model.state import LineState
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, entity_id, topology

OUTPUT = PartRef(HOST, PartKind.OUTPUT, 1)
PARTS = (
    Part(ref=HOST_PART, features=frozenset({Feature.PANEL_LOG})),
    Part(ref=OUTPUT, features=frozenset({Feature.SWITCH})),
)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.SWITCH, Platform.EVENT)


@pytest.fixture
async def driver(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> FakeDriver:
    """A device with a relay that also keeps records."""
    driver = FakeDriver(topology=topology(PARTS))
    await fake_driver.start(hass, set_up, monkeypatch, driver)
    await hass.async_block_till_done()
    return driver


@pytest.fixture
def relay(hass: HomeAssistant, driver: FakeDriver) -> str:
    return entity_id(hass, "switch", OUTPUT, "output")


def switched(driver: FakeDriver, *, on: bool) -> None:
    """The device switches its relay by itself."""
    driver.push(Patched(part=OUTPUT, state=LineState(active=on)))


@contextmanager
def changes(hass: HomeAssistant) -> Iterator[list[Event[EventStateChangedData]]]:
    """The changes of states meanwhile."""
    found: list[Event[EventStateChangedData]] = []
    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, callback(lambda event: found.append(event)))
    yield found
    stop()


@contextmanager
def left_behind() -> Iterator[list[Any]]:
    """The events meanwhile that only the garbage collector can free."""
    found: list[Any] = []
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
        found += [each for each in gc.garbage if isinstance(each, Event)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


async def test_the_garbage_collector_finds_nothing_after_a_storm(
    hass: HomeAssistant, driver: FakeDriver, relay: str
) -> None:
    # As the recorder does: of what nobody listens to no event is made.
    for kind in (EVENT_STATE_CHANGED, EVENT_PANEL):
        hass.bus.async_listen(kind, callback(lambda _: None))
    with left_behind() as usual:
        hass.states.async_set("switch.another", "on")
        hass.states.async_remove("switch.another")
    assert usual, "nothing leaves anything behind here, so this shows nothing"
    with left_behind() as left:
        for number in range(20):
            switched(driver, on=number % 2 == 0)
            driver.push(Happened(part=HOST_PART, what=PanelEvent.BURGLARY_ALARM.value, data={"zone": number}))
    assert hass.states.get(relay).state == "off"
    assert hass.states.get(entity_id(hass, "event", HOST_PART, "panel_event")).attributes["zone"] == 19
    assert left == []


async def test_each_change_by_the_device_stands_for_itself(hass: HomeAssistant, driver: FakeDriver, relay: str) -> None:
    with changes(hass) as found:
        for on in (True, False, True):
            switched(driver, on=on)
    contexts = [event.context for event in found]
    assert len({each.id for each in contexts}) == 3
    assert {(each.user_id, each.parent_id) for each in contexts} == {(None, None)}
    assert hass.states.get(relay).context is contexts[-1]


async def test_what_somebody_asked_for_is_put_down_to_them(
    hass: HomeAssistant, driver: FakeDriver, relay: str, hass_admin_user: User
) -> None:
    switched(driver, on=False)
    asked = Context(user_id=hass_admin_user.id)
    await hass.services.async_call("switch", "turn_on", {"entity_id": relay}, blocking=True, context=asked)
    assert hass.states.get(relay).context == asked
    assert hass.states.get(relay).context.user_id == hass_admin_user.id


async def test_what_a_change_sets_off_is_put_down_to_who_set_it_off(
    hass: HomeAssistant, driver: FakeDriver, relay: str
) -> None:
    """An automation answers while the state is being written."""
    switched(driver, on=False)
    asked = Context(parent_id="01JQZZZZZZZZZZZZZZZZZZZZZZ")

    @callback
    def answer(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == relay and event.data["new_state"].state == "on":
            hass.async_create_task(hass.services.async_call("switch", "turn_off", {"entity_id": relay}, context=asked))

    hass.bus.async_listen(EVENT_STATE_CHANGED, answer)
    switched(driver, on=True)
    await hass.async_block_till_done()
    assert hass.states.get(relay).state == "off"
    assert hass.states.get(relay).context == asked


async def test_the_logbook_names_no_cause_for_it(hass: HomeAssistant, driver: FakeDriver, relay: str) -> None:
    """Neither while it reads what was nor live, when it remembers no contexts."""
    with changes(hass) as found:
        switched(driver, on=True)
    hass.data[LOGBOOK] = LogbookConfig({}, None, None)
    processor = EventProcessor(hass, (EVENT_STATE_CHANGED,), for_live_stream=True)
    for live in (False, True):
        if live:
            processor.switch_to_live()
        (line,) = processor.humanify([async_event_to_row(event) for event in found])
        assert line["entity_id"] == relay
        assert not [key for key in line if key.startswith("context_")]
