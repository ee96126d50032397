"""What a receiver does wrong: the state is right again within one resync, nothing is lost that panels still report."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import time

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.drivers.ip_receiver.driver import LIMIT
from custom_components.ip_surveillance.protocol.supervisor import LinkState, Supervisor
from tests.conftest import MakeEntry, SetUp
from tests.ha.flows import submit
from tests.ha.receiver_faults import *  # noqa: F403 - fixtures
from tests.ha.receiver_faults import FAMILY, HOST, HOUSE, LIST, STATUS, SUBSCRIBE, Receiver, come_up, part
from tests.ha.simulated import later, until
from tests.simulators.base import Rule
from tests.simulators.ip_receiver import Framing, ReceiverSimulator, Refused
from tests.simulators.ip_receiver.profiles import index
from tests.simulators.ip_receiver.world import Device

REAL_PAUSE = Supervisor._pause

pytestmark = pytest.mark.usefixtures("calm")


def alarm(house: Receiver, zone: int, device: str = HOUSE) -> str:
    return house.value("binary_sensor", part(f"zone{zone}", device), "alarm")


# Connections


async def test_a_receiver_that_restarts(house: Receiver) -> None:
    """It has lost the subscription and all nonces."""
    receiver = house.device
    restart = asyncio.create_task(receiver.restart(0.3))
    await house.lost()
    house.change()
    receiver.world.panel(HOUSE).zones[1].alarm = True
    receiver.requests.clear()
    await restart
    await house.live()
    await house.right()
    assert (receiver.streams, receiver.push_streams.opened) == (1, 2)
    assert (house.logins_refused(), receiver.auth.violations) == (0, [])
    # The poll that the connection asks for, and the look at every panel.
    assert len(receiver.seen(path="status/zones")) <= 2
    assert house.coordinator.last_update_success


async def test_alarms_that_began_or_ended_during_a_restart(house: Receiver) -> None:
    """What panels report then counts, in both directions."""
    receiver = house.device
    await receiver.arm_locally(HOUSE, 1)
    await receiver.trigger(HOUSE, 5)
    await until(lambda: house.value("alarm_control_panel", part("partition1"), "panel") == "triggered")
    await house.right()
    panel = receiver.world.panel(HOUSE)
    restart = asyncio.create_task(receiver.restart(0.3))
    await house.lost()
    panel.partitions[1].alarm = panel.zones[5].alarm = False
    panel.zones[6].alarm = panel.partitions[2].alarm = True
    await restart
    await house.live()
    await house.right()
    shown = house.shown()
    assert (shown["partition1"], shown["partition2"]) == ("armed_away", "triggered")
    assert (alarm(house, 5), alarm(house, 6)) == ("off", "on")


async def test_pushes_after_a_restart(house: Receiver) -> None:
    await house.device.restart(0.1)
    await house.device.wait_streams()
    await house.live()
    await house.device.open_zone(HOUSE, 2)
    await house.device.trigger(HOUSE, 5)
    await until(lambda: alarm(house, 5) == "on")
    await house.right()


@pytest.mark.parametrize("silence", [0.5])
async def test_a_connection_that_is_half_open(house: Receiver) -> None:
    receiver, first = house.device, house.device.subscriptions
    receiver.fault.silent = True
    house.change()
    await until(lambda: receiver.push_streams.opened == 2)
    receiver.fault.silent = False
    await house.live()
    await house.right()
    assert receiver.unsubscribed == first
    await until(lambda: receiver.streams == 1)


@pytest.mark.parametrize("silence", [1.0])
async def test_no_heartbeats(house: Receiver) -> None:
    """Events are signs of life too; without either the subscription is renewed."""
    receiver = house.device
    receiver.fault.no_heartbeat = True
    for number in range(8):
        await receiver.emit(HOUSE, "videoloss", state="active" if number % 2 else "inactive")
        await asyncio.sleep(0.2)
    assert receiver.push_streams.opened == 1
    house.change()
    await until(lambda: receiver.push_streams.opened == 2)
    await house.right()


async def test_a_stream_that_breaks_off_within_a_message(house: Receiver) -> None:
    receiver = house.device
    await receiver.push_bytes(b'--boundary\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"EventN')
    house.change()
    receiver.close_streams()
    await until(lambda: receiver.push_streams.opened == 2)
    await house.live()
    await house.right()


async def test_connections_that_break_within_answers(house: Receiver) -> None:
    house.change()
    house.device.fault.truncate_next(2)
    house.device.fault.drop_next(2)
    house.device.close_streams()
    await house.lost()
    await house.live()
    await house.right()


async def test_answers_shorter_than_announced(house: Receiver) -> None:
    house.device.fault.wrong_length = True
    await house.poll()
    assert not house.coordinator.last_update_success
    house.change()
    house.device.fault.wrong_length = False
    await house.poll()
    assert house.shown() == house.real()


# Logins


async def test_the_password_was_changed(hass: HomeAssistant, house: Receiver) -> None:
    """One refusal, nothing after it, and all is back once the user gave the new password."""
    receiver = house.device
    before = house.unavailable()
    receiver.change_password("Another1")
    receiver.requests.clear()
    await house.poll()
    assert not house.coordinator.last_update_success
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    # A nonce from before is answered as if it were used up: the fresh one settles it.
    assert house.logins_refused() <= 2

    receiver.requests.clear()
    receiver.close_streams()
    await until(lambda: house.entry.runtime_data.push.supervisor.status.state is LinkState.STOPPED)
    await house.poll()
    await asyncio.sleep(0.3)
    assert receiver.requests == []
    assert house.value("alarm_control_panel", part("partition1"), "panel") == "unavailable"

    house.change()
    form = await hass.config_entries.flow.async_configure(flow["flow_id"])
    result = await submit(hass, form, {"username": receiver.username, "password": "Another1"})
    assert result["reason"] == "reauth_successful"
    await house.live()
    await house.right()
    assert house.unavailable() == before


@pytest.mark.parametrize("installation", ["mixed"])
async def test_the_password_was_changed_in_the_middle_of_much(hass: HomeAssistant, house: Receiver) -> None:
    """Of all requests under way together none but these are refused; the stream meets it at the same time."""
    receiver = house.device
    receiver.change_password("Another1")
    receiver.auth.forget_nonces()
    receiver.close_streams()
    await asyncio.gather(*(house.coordinator.async_refresh() for _ in range(3)))
    await until(lambda: house.entry.runtime_data.push.supervisor.status.state is LinkState.STOPPED)
    assert 1 <= house.logins_refused() <= LIMIT + 1
    assert not receiver.auth.locked
    receiver.requests.clear()
    await house.poll()
    assert receiver.requests == []
    assert len(hass.config_entries.flow.async_progress()) == 1


async def test_the_account_is_locked(house: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try during the lock would start it afresh; after it all comes back by itself."""
    receiver, login = house.device, house.entry.runtime_data.driver.client.transport.login
    over = asyncio.Event()

    async def pause(seconds: float) -> None:
        """Wait out the lock only; the pause after a broken connection and the watchdog's are shortened."""
        await (over.wait() if seconds >= receiver.auth.lock_seconds else asyncio.sleep(0.02))

    supervisor = house.entry.runtime_data.push.supervisor
    monkeypatch.setattr(supervisor, "_sleep", pause)
    monkeypatch.setattr(Supervisor, "_pause", REAL_PAUSE)
    receiver.lock_out()
    receiver.close_streams()
    await house.lost()
    await until(lambda: house.logins_refused())
    await until(lambda: not house.coordinator.last_update_success)
    await until(lambda: supervisor.status.state is LinkState.WAITING)
    assert house.logins_refused() == 1
    receiver.requests.clear()
    house.change()
    await house.poll()
    await asyncio.sleep(0.2)
    assert receiver.requests == []
    assert house.value("alarm_control_panel", part("partition1"), "panel") == "unavailable"
    [flow] = house.hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH

    receiver.auth.unlock()
    monkeypatch.setattr(login, "_clock", lambda: time.monotonic() + receiver.auth.lock_seconds + 1)
    monkeypatch.setattr(supervisor, "_sleep", asyncio.sleep)
    over.set()
    await house.live()
    await house.right()
    assert house.logins_refused() == 1


async def test_the_account_is_locked_while_the_stream_goes_on(house: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The poll meets the lock; nothing but the end of the lock brings it back."""
    receiver, login = house.device, house.entry.runtime_data.driver.client.transport.login
    receiver.lock_out()
    await house.poll()
    [flow] = house.hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert house.logins_refused() == 1
    receiver.requests.clear()
    # All that makes somebody look at a panel, or fetch something.
    for _ in range(3):
        await receiver.tamper(HOUSE, 4)
        await receiver.pir(HOUSE, 3)
        await house.poll()
    assert house.value("alarm_control_panel", part("partition1"), "panel") == "unavailable"
    assert receiver.requests == []

    receiver.auth.unlock()
    house.change()
    lock = receiver.auth.lock_seconds
    monkeypatch.setattr(login, "_clock", lambda: time.monotonic() + lock + 1)
    # The time passes for what waits for the end of the lock alone: the stream must live on.
    for timer in tuple(get_scheduled_timer_handles(house.hass.loop)):
        if not timer.cancelled() and lock - 10 < timer.when() - house.hass.loop.time() < lock + 10:
            timer._run()
            timer.cancel()
    await house.right()
    house.change()
    await receiver.tamper(HOUSE, 5)
    await house.right()
    assert (house.logins_refused(), receiver.push_streams.opened) == (1, 1)


@pytest.mark.parametrize("locked", [True, False])
async def test_a_login_that_fails_from_the_start(
    hass: HomeAssistant, make_entry: MakeEntry, set_up: SetUp, receiver: ReceiverSimulator, quick: None, locked: bool
) -> None:
    """One try; then nothing is sent, and set-up is not tried again, until the user acts."""
    entry = await make_entry(receiver, FAMILY)
    if locked:
        receiver.lock_out()
    else:
        receiver.change_password("Another1")
    await set_up(entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(receiver.auth.refused) == 1
    receiver.requests.clear()
    with later(hass, 3600):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
        await hass.async_block_till_done()
    assert receiver.requests == []
    assert entry.state is ConfigEntryState.SETUP_ERROR

    receiver.auth.unlock()
    [flow] = hass.config_entries.flow.async_progress()
    form = await hass.config_entries.flow.async_configure(flow["flow_id"])
    result = await submit(hass, form, {"username": receiver.username, "password": receiver.password})
    assert result["reason"] == "reauth_successful"
    house = await come_up(hass, entry, receiver)
    assert house.shown() == house.real()


async def test_nonces_that_went_stale(house: Receiver) -> None:
    receiver = house.device
    house.change()
    receiver.auth.rotate_nonce()
    await house.poll()
    assert house.shown() == house.real()
    receiver.auth.forget_nonces()
    house.change()
    await house.poll()
    assert house.shown() == house.real()
    receiver.auth.nonce_uses = 1
    house.change()
    await house.poll()
    assert house.shown() == house.real()
    assert (house.logins_refused(), receiver.auth.violations) == (0, [])
    assert receiver.push_streams.opened == 1


# Answers


@pytest.mark.parametrize(
    "rule",
    [
        Rule(status=503, sub="deviceBusy"),
        Rule(status=500, sub="internalError"),
        Rule(status=200, sub="networkError"),
        Rule(status=503, sub="deviceBusy", path=LIST),
        Rule(status=500, sub="deviceError", path=STATUS),
        Rule(status=403, sub="invalidOperation", path=STATUS),
    ],
    ids=lambda rule: f"{rule.status} {rule.sub} {rule.path}",
)
async def test_requests_that_fail(house: Receiver, rule: Rule) -> None:
    """As long as it goes on nothing is made up; then one poll suffices."""
    receiver = house.device
    before = house.shown()
    receiver.fault.rules.append(rule)
    house.change()
    for _ in range(3):
        await house.poll()
    assert set(house.shown().values()) == {"unavailable"} or house.shown() == before
    rule.times = 0
    # A panel that fails has a rest; the next that is heard of it ends that.
    await receiver.tamper(HOUSE, 4)
    await house.poll()
    await house.right()
    assert receiver.push_streams.opened == 1


async def test_pushes_while_requests_fail(house: Receiver) -> None:
    receiver = house.device
    receiver.fault.rules.append(rule := Rule(status=503, sub="deviceBusy", path=STATUS))
    await receiver.trigger(HOUSE, 5)
    await until(lambda: alarm(house, 5) == "on")
    await receiver.close_zone(HOUSE, 5)
    await receiver.open_zone(HOUSE, 2)
    rule.times = 0
    await receiver.open_zone(HOUSE, 1)
    await receiver.tamper(HOUSE, 4)
    await house.right()


async def test_a_slow_receiver(house: Receiver) -> None:
    """What was pushed while an answer was under way is not undone by it."""
    receiver = house.device
    receiver.fault.delays = {STATUS: 0.4}
    look = asyncio.create_task(house.coordinator.async_refresh())
    await until(lambda: receiver.seen(path=STATUS))
    await receiver.trigger(HOUSE, 5)
    await until(lambda: alarm(house, 5) == "on")
    await look
    await house.right()
    assert alarm(house, 5) == "on"
    receiver.fault.delays = {}


# The stream


GOOD = [b'{"EventNotificationAlert":{"eventType":"CIDAlarm"}}', b"[]", b"{", b"", b"\xff\xfe", b'"text"', b"{" * 400]


@pytest.mark.parametrize("broken", GOOD, ids=repr)
async def test_a_malformed_message_between_good_ones(house: Receiver, broken: bytes) -> None:
    receiver = house.device
    said: list[bytes | dict[str, object]] = []

    async def gather(what: bytes | dict[str, object], *more: bytes | dict[str, object]) -> int:
        said.extend([what, *more])
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiver, "push", gather)
        await receiver.trigger(HOUSE, 2)
        await receiver.trigger(HOUSE, 5)
    first, *others = said
    receiver.fault.delays = {STATUS: 1.5}
    await receiver.push(first, broken, *others)
    await until(lambda: (alarm(house, 2), alarm(house, 5)) == ("on", "on"))
    receiver.fault.delays = {}
    await house.right()
    assert receiver.push_streams.opened == 1


async def test_messages_that_are_all_broken(house: Receiver) -> None:
    """Nothing can be read of them; the next poll tells it all."""
    receiver = house.device
    receiver.fault.malformed_part = True
    await receiver.trigger(HOUSE, 5)
    await receiver.tamper(HOUSE, 6)
    await house.poll()
    assert house.shown() == house.real()
    receiver.fault.malformed_part = False
    await receiver.close_zone(HOUSE, 5)
    await house.right()
    assert receiver.push_streams.opened == 1


@pytest.mark.parametrize("framing", Framing)
async def test_lengths_and_boundaries_of_all_kinds(
    hass: HomeAssistant,
    make_entry: MakeEntry,
    set_up: SetUp,
    receiver: ReceiverSimulator,
    quick: None,
    framing: Framing,
) -> None:
    receiver.push_streams.framing = framing
    house = await come_up(hass, await set_up(await make_entry(receiver, FAMILY)), receiver)
    receiver.fault.delays = {STATUS: 1.0}
    for zone in (1, 2, 5):
        await receiver.trigger(HOUSE, zone)
    await until(lambda: [alarm(house, zone) for zone in (1, 2, 5)] == ["on"] * 3)
    receiver.fault.delays = {}
    await house.right()
    assert receiver.push_streams.opened == 1


@pytest.mark.parametrize("segment", [1, 7, 50])
async def test_messages_in_small_pieces(
    hass: HomeAssistant,
    make_entry: MakeEntry,
    set_up: SetUp,
    receiver: ReceiverSimulator,
    quick: None,
    segment: int,
) -> None:
    # No heartbeat may come between the pieces.
    receiver.heartbeat = 60
    house = await come_up(hass, await set_up(await make_entry(receiver, FAMILY)), receiver)
    receiver.push_streams.segment = segment
    receiver.fault.delays = {STATUS: 2.0}
    await receiver.trigger(HOUSE, 5)
    await until(lambda: alarm(house, 5) == "on")
    receiver.fault.delays = {}
    await house.right()
    assert receiver.push_streams.opened == 1


@pytest.mark.parametrize("style", ["status", "ok", "part"])
async def test_no_subscription_is_left(
    hass: HomeAssistant, make_entry: MakeEntry, set_up: SetUp, receiver: ReceiverSimulator, quick: None, style: str
) -> None:
    """Everything but what only messages tell works by polling, and the user is told; then the channel comes up."""
    limit, receiver.push_streams.limit, receiver.limit_style = receiver.push_streams.limit, 0, style
    entry = await set_up(await make_entry(receiver, FAMILY))
    house = Receiver(hass=hass, entry=entry, device=receiver)
    assert house.value("binary_sensor", HOST, "push") == "off"
    # What set-up read a moment ago is not read again by the first poll.
    await house.poll()
    house.change()
    await house.poll()
    assert house.shown() == house.real()
    await until(lambda: issues(hass) == {"push_dead"})
    receiver.push_streams.limit = limit
    house.change()
    await house.live()
    await house.right()
    await until(lambda: not issues(hass))


def issues(hass: HomeAssistant) -> set[str]:
    return {
        issue.translation_key or ""
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.active
    }


# Devices behind it


@pytest.mark.parametrize("installation", ["mixed"])
@pytest.mark.parametrize("sub", ["networkError", "deviceBusy", "internalError", "lowPrivilege", "loginPasswordError"])
async def test_one_of_many_devices_fails(house: Receiver, monkeypatch: pytest.MonkeyPatch, sub: str) -> None:
    receiver, failing, well = house.device, index(1), index(4)
    real = receiver.machine

    def machine(device: Device) -> object:
        if device.index == failing:
            raise Refused(sub, http=403 if sub == "loginPasswordError" else None)
        return real(device)

    with monkeypatch.context() as patch:
        patch.setattr(receiver, "machine", machine)
        house.change(failing)
        house.change(well)
        for _ in range(4):
            await house.poll()
        assert house.coordinator.last_update_success
        assert house.shown(well) == house.real(well)
        assert house.shown(failing) != house.real(failing)
        assert not house.hass.config_entries.flow.async_progress()
    await receiver.tamper(failing, 3)
    await house.right(failing)
    assert house.shown(well) == house.real(well)


@pytest.mark.parametrize("installation", ["mixed"])
async def test_a_device_goes_and_comes_back(house: Receiver) -> None:
    receiver, other = house.device, index(4)
    await receiver.set_online(HOUSE, False)
    await until(lambda: house.value("binary_sensor", part("zone1"), "open") == "unavailable")
    assert house.value("binary_sensor", part("zone1", other), "open") == "off"
    assert house.value("binary_sensor", part(), "online") == "off"
    house.change()
    await receiver.set_online(HOUSE, True)
    await until(lambda: house.value("binary_sensor", part(), "online") == "on")
    await house.right()


async def test_the_list_breaks_off(hass: HomeAssistant, house: Receiver) -> None:
    """A list that cannot be read deletes nothing."""
    receiver = house.device
    receiver.fault.ok_with_error = {LIST}
    await house.coordinator.async_rediscover()
    receiver.fault.ok_with_error = set()
    await house.poll()
    assert house.shown() == house.real()


# Unloading


def _silent(receiver: ReceiverSimulator) -> None:
    receiver.fault.silent = True


def _slow(receiver: ReceiverSimulator) -> None:
    receiver.fault.delay = 30


def _busy(receiver: ReceiverSimulator) -> None:
    receiver.fault.busy = True


def _locked(receiver: ReceiverSimulator) -> None:
    receiver.lock_out()


def _password(receiver: ReceiverSimulator) -> None:
    receiver.change_password("Another1")


def _down(receiver: ReceiverSimulator) -> None:
    receiver.spawn(receiver.go_down())


def _broken(receiver: ReceiverSimulator) -> None:
    receiver.close_streams()


def _nothing(_: ReceiverSimulator) -> None:
    pass


@pytest.mark.parametrize("fault", [_nothing, _silent, _slow, _busy, _locked, _password, _down, _broken])
async def test_unloading_waits_for_no_answer(
    hass: HomeAssistant, house: Receiver, fault: Callable[[ReceiverSimulator], None]
) -> None:
    fault(house.device)
    await asyncio.sleep(0.05)
    look = asyncio.create_task(house.coordinator.async_refresh())
    await asyncio.sleep(0.05)
    # Nothing waits for what a faulty receiver does not answer; the time is that of a busy machine.
    async with asyncio.timeout(3):
        await hass.config_entries.async_unload(house.entry.entry_id)
    assert house.entry.state is ConfigEntryState.NOT_LOADED
    look.cancel()
    house.device.fault.delay = 0
    await asyncio.gather(look, return_exceptions=True)


async def test_unloading_gives_the_subscription_back(hass: HomeAssistant, house: Receiver) -> None:
    mine = house.device.subscriptions
    await hass.config_entries.async_unload(house.entry.entry_id)
    assert house.device.unsubscribed == mine
    assert house.device.seen("DELETE", SUBSCRIBE.replace("subscribe", "unSubscribe"))
