"""The push channel's supervisor, on a clock that only moves when told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
import heapq
import itertools

import pytest

from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotActivated,
    NotSupported,
    TimedOut,
)
from custom_components.ip_surveillance.protocol.model.events import Connected, Disconnected, Event, Happened
from custom_components.ip_surveillance.protocol.model.parts import HOST, PartKind, PartRef
from custom_components.ip_surveillance.protocol.supervisor import Emit, LinkState, LinkStatus, Supervisor

type Act = Callable[[Emit], Awaitable[None]]

EVENT = Happened(part=PartRef(HOST, PartKind.DEVICE), what="ring")


class Clock:
    """Time that stands still between calls of `advance`."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked: list[float] = []
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        end = self.now + seconds
        await settle()
        while self._waiting and self._waiting[0][0] <= end:
            at, _, future = heapq.heappop(self._waiting)
            if not future.done():
                self.now = max(self.now, at)
                future.set_result(None)
                await settle()
        self.now = end


async def settle() -> None:
    """Let all tasks run until each waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)


@dataclass
class Channel:
    """A push channel played by the test: each opening takes the next act, the last one again and again."""

    acts: list[Act]
    opened: int = 0
    open_now: int = 0
    most_open: int = 0

    async def listen(self, emit: Emit) -> None:
        act = self.acts[min(self.opened, len(self.acts) - 1)]
        self.opened += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await act(emit)
        finally:
            await asyncio.sleep(0)
            self.open_now -= 1


@dataclass
class Stage:
    """A supervisor with everything around it."""

    channel: Channel
    clock: Clock = field(default_factory=Clock)
    events: list[Event] = field(default_factory=list)
    refused: list[AuthFailed] = field(default_factory=list)
    statuses: list[LinkStatus] = field(default_factory=list)
    probes: list[float] = field(default_factory=list)
    probe_error: DeviceError | None = None
    jitter: float = 1.0

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(
            self.channel.listen,
            self.events.append,
            probe=self._probe,
            on_auth_failed=self.refused.append,
            on_status=self.statuses.append,
            clock=self.clock,
            sleep=self.clock.sleep,
            random=lambda: self.jitter,
        )
        self.task = asyncio.create_task(self.supervisor.run())

    async def _probe(self) -> None:
        self.probes.append(self.clock.now)
        if self.probe_error is not None:
            raise self.probe_error

    @property
    def state(self) -> LinkState:
        return self.supervisor.status.state

    def alive(self, _: Emit) -> None:
        self.supervisor.alive()


type Start = Callable[..., Stage]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    stages: list[Stage] = []

    def start(*acts: Act) -> Stage:
        stages.append(Stage(Channel(list(acts))))
        return stages[-1]

    yield start
    for stage in stages:
        stage.task.cancel()
        await asyncio.gather(stage.task, return_exceptions=True)


def failing(error: DeviceError, *, after: float = 0.0) -> Act:
    async def act(_: Emit) -> None:
        await asyncio.sleep(after)
        raise error

    return act


async def forever(_: Emit) -> None:
    await asyncio.Event().wait()


def opened(stage: Callable[[], Stage], *, seconds: float | None = None, event: bool = False) -> Act:
    """Come up, perhaps say something, and end after some seconds (None: never)."""

    async def act(emit: Emit) -> None:
        stage().supervisor.alive()
        if event:
            emit(EVENT)
        if seconds is None:
            await asyncio.Event().wait()
        else:
            await stage().clock.sleep(seconds)

    return act


async def test_comes_up_and_passes_events_on(start: Start) -> None:
    stage = start(opened(lambda: stage, event=True))
    assert stage.state is LinkState.CONNECTING
    await settle()
    assert stage.events == [Connected(), EVENT]
    assert stage.supervisor.status == LinkStatus(state=LinkState.LIVE, since=1000.0, connections=1)


async def test_back_off_grows_to_a_minute_for_ever(start: Start) -> None:
    stage = start(failing(CannotConnect("refused")))
    await stage.clock.advance(3600)
    assert stage.clock.asked[0:1] == [90.0]
    pauses = [seconds for seconds in stage.clock.asked if seconds != 90.0]
    assert pauses[:8] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert stage.channel.opened == len(pauses) > 60
    # Told once, not at every try.
    assert stage.events == [Disconnected(reason="refused")]
    assert stage.supervisor.status.attempts == len(pauses)
    assert stage.state is LinkState.WAITING


async def test_jitter_spans_from_one_second(start: Start) -> None:
    stage = start(failing(TimedOut()))
    stage.jitter = 0.0
    await stage.clock.advance(10)
    assert {seconds for seconds in stage.clock.asked if seconds != 90.0} == {1.0}
    assert stage.supervisor.status.reason == "TimedOut"


async def test_stream_that_ends_at_once_is_not_hammered(start: Start) -> None:
    """A door station that answers 200 with a few bytes and closes."""
    stage = start(opened(lambda: stage, seconds=0))
    await stage.clock.advance(3600)
    assert stage.channel.opened < 80
    assert stage.events[:3] == [Connected(), Disconnected(reason="the device ended the event stream"), Connected()]


@pytest.mark.parametrize(("seconds", "event"), [(30.0, False), (0.0, True)])
async def test_back_off_starts_anew_once_the_stream_worked(start: Start, seconds: float, event: bool) -> None:
    bad = failing(CannotConnect())
    stage = start(bad, bad, bad, bad, opened(lambda: stage, seconds=seconds, event=event), bad)
    await stage.clock.advance(2 + 4 + 8 + 16 + seconds)
    assert stage.supervisor.status.attempts == 1
    await stage.clock.advance(2)
    assert stage.channel.opened == 6


async def test_busy_waits_as_long_as_the_device_asks(start: Start) -> None:
    stage = start(failing(Busy("deployExceedMax", retry_after=300)), failing(Busy("soon", retry_after=0)), forever)
    await stage.clock.advance(299)
    assert stage.channel.opened == 1
    await stage.clock.advance(1)
    assert stage.channel.opened == 2
    await stage.clock.advance(1)
    assert stage.channel.opened == 3


@pytest.mark.parametrize(
    ("error", "state", "pause"),
    [(NotSupported("404"), LinkState.UNSUPPORTED, 3600), (Forbidden("rights"), LinkState.WAITING, 300)],
)
async def test_what_time_will_not_heal_is_asked_rarely(
    start: Start, error: DeviceError, state: LinkState, pause: float
) -> None:
    stage = start(failing(error), opened(lambda: stage))
    await stage.clock.advance(pause - 1)
    assert (stage.state, stage.channel.opened) == (state, 1)
    assert stage.events == [Disconnected(reason=error.detail)]
    await stage.clock.advance(1)
    assert stage.state is LinkState.LIVE


@pytest.mark.parametrize("error", [AuthFailed("wrong"), NotActivated("new")])
async def test_refused_credentials_stop_it_for_good(start: Start, error: AuthFailed) -> None:
    stage = start(opened(lambda: stage, seconds=5), failing(error))
    await stage.clock.advance(1_000_000)
    assert stage.task.done()
    assert stage.channel.opened == 2
    assert stage.refused == [error]
    assert stage.state is LinkState.STOPPED
    assert stage.supervisor.status.reason == error.detail
    assert stage.events == [Connected(), Disconnected(reason="the device ended the event stream")]


async def test_lock_is_waited_out_once(start: Start) -> None:
    stage = start(failing(AccountLocked("locked", retry_after=600)), failing(AccountLocked("locked")))
    await stage.clock.advance(600)
    assert (stage.state, stage.channel.opened) == (LinkState.WAITING, 1)
    await stage.clock.advance(1_000_000)
    assert stage.channel.opened == 2
    assert stage.task.done()
    assert len(stage.refused) == 2


async def test_lock_without_a_time_lasts_half_an_hour_and_may_heal(start: Start) -> None:
    lock = failing(AccountLocked("locked"))
    stage = start(lock, opened(lambda: stage, seconds=100), lock, opened(lambda: stage))
    await stage.clock.advance(1800)
    assert stage.channel.opened == 1
    await stage.clock.advance(101)
    await stage.clock.advance(2000)
    assert stage.state is LinkState.LIVE


def beating(stage: Callable[[], Stage], every: float, times: int) -> Act:
    async def act(_: Emit) -> None:
        stage().supervisor.alive()
        for _beat in range(times):
            await stage().clock.sleep(every)
            stage().supervisor.alive()
        await asyncio.Event().wait()

    return act


async def test_heartbeats_keep_it_up_without_a_probe(start: Start) -> None:
    stage = start(beating(lambda: stage, 30, 1000))
    await stage.clock.advance(20_000)
    assert stage.probes == []
    assert stage.channel.opened == 1
    assert stage.supervisor.heard == 1000 + 19_980


async def test_silence_after_heartbeats_renews_the_stream_quietly(start: Start) -> None:
    stage = start(beating(lambda: stage, 10, 5), opened(lambda: stage))
    await stage.clock.advance(50 + 89)
    assert stage.channel.opened == 1
    await stage.clock.advance(1)
    assert stage.probes == [1000 + 140]
    assert stage.channel.opened == 2
    assert stage.channel.most_open == 1
    # The device answers: no loss is told, the new Connected brings the poll that catches up.
    assert stage.events == [Connected(), Connected()]
    status = stage.supervisor.status
    assert (status.state, status.renewals, status.connections) == (LinkState.LIVE, 1, 2)


async def test_silence_of_a_dead_device_is_a_loss(start: Start) -> None:
    stage = start(beating(lambda: stage, 10, 5), forever)
    stage.probe_error = TimedOut("no answer")
    await stage.clock.advance(141)
    assert stage.events == [Connected(), Disconnected(reason="no answer")]
    assert stage.state is LinkState.WAITING


async def test_quiet_stream_is_left_alone_for_long(start: Start) -> None:
    """A device that sends one heartbeat and then only events."""
    stage = start(opened(lambda: stage))
    await stage.clock.advance(899)
    assert stage.channel.opened == 1
    assert stage.probes == [1000 + 90 * window for window in range(1, 10)]
    await stage.clock.advance(1)
    assert stage.channel.opened == 2


async def test_data_during_the_probe_counts(start: Start) -> None:
    stage = start(beating(lambda: stage, 10, 5))

    async def probe() -> None:
        stage.supervisor.alive()

    stage.supervisor._probe = probe
    await stage.clock.advance(140)
    await stage.clock.advance(89)
    assert stage.channel.opened == 1


async def test_renewal_that_fails_is_a_loss(start: Start) -> None:
    stage = start(beating(lambda: stage, 10, 5), failing(BadAnswer("odd")), opened(lambda: stage))
    await stage.clock.advance(141)
    assert stage.events == [Connected(), Disconnected(reason="odd")]
    await stage.clock.advance(10)
    assert stage.events[2:] == [Connected()]


async def test_late_data_of_an_ended_stream_does_not_bring_it_up(start: Start) -> None:
    stage = start(failing(CannotConnect("refused")))
    await settle()
    stage.supervisor.alive()
    assert stage.state is LinkState.WAITING
    assert stage.events == [Disconnected(reason="refused")]


@pytest.mark.parametrize("when", [0, 1])
async def test_cancelling_ends_everything(start: Start, when: int) -> None:
    before = asyncio.all_tasks()
    stage = start(*[opened(lambda: stage), failing(CannotConnect())][when:])
    await settle()
    stage.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stage.task
    assert stage.state is LinkState.STOPPED
    assert stage.channel.open_now == 0
    assert asyncio.all_tasks() == before
    # Being unloaded is no loss to tell.
    assert stage.events == [[Connected()], [Disconnected(reason="CannotConnect")]][when]


async def test_fault_of_the_program_is_not_hidden(start: Start) -> None:
    async def broken(emit: Emit) -> None:
        emit(EVENT)
        raise KeyError("bug")

    stage = start(broken)
    with pytest.raises(KeyError):
        await stage.task
    assert stage.state is LinkState.STOPPED
    assert stage.events[-1] == Disconnected(reason="internal error")


async def test_status_is_reported_at_every_change(start: Start) -> None:
    stage = start(opened(lambda: stage, seconds=40), failing(NotSupported("gone")))
    await stage.clock.advance(100)
    states = [status.state for status in stage.statuses]
    assert states == [
        LinkState.CONNECTING,
        LinkState.LIVE,
        LinkState.WAITING,
        LinkState.CONNECTING,
        LinkState.UNSUPPORTED,
    ]
    assert stage.statuses[2].since == 1040
    assert stage.statuses[2].attempts == 1
