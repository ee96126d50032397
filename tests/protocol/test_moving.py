"""Timed moves on a clock that only moves when slept on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    Busy,
    CannotConnect,
    DeviceError,
    Rejected,
)
from custom_components.ip_surveillance.protocol.moving import Mover, run_move, surely


@dataclass
class Motor:
    """Notes what it is told and when; `fails` are the errors of the next commands by name."""

    now: float = 0.0
    told: list[tuple[float, str]] = field(default_factory=list)
    fails: dict[str, list[DeviceError | None]] = field(default_factory=dict)
    takes: float = 0.0
    """Seconds that each command lasts."""

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def command(self, name: str) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            self.told.append((round(self.now, 3), name))
            await self.sleep(self.takes)
            queue = self.fails.get(name)
            if queue and (error := queue.pop(0)):
                raise error

        return run

    async def move(self, seconds: float) -> None:
        await run_move(self.command("go"), self.command("stop"), seconds, clock=self.clock, sleep=self.sleep)

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.told]


async def test_a_move_is_repeated_and_stopped_in_time() -> None:
    motor = Motor()
    await motor.move(1.0)
    assert motor.told == [(0.0, "go"), (0.4, "go"), (0.8, "go"), (1.0, "stop")]


async def test_a_slow_device_is_stopped_in_time_all_the_same() -> None:
    motor = Motor(takes=0.5)
    await motor.move(1.0)
    assert motor.told == [(0.0, "go"), (0.9, "go"), (1.4, "stop")]


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_no_time_is_a_start_and_a_stop(seconds: float) -> None:
    motor = Motor()
    await motor.move(seconds)
    assert motor.names == ["go", "stop"]


async def test_an_error_of_a_repeat_stops_and_is_told() -> None:
    motor = Motor(fails={"go": [None, CannotConnect("gone")]})
    with pytest.raises(CannotConnect, match="gone"):
        await motor.move(2.0)
    assert motor.names == ["go", "go", "stop"]


async def test_the_first_error_is_told_even_if_the_stop_fails_too() -> None:
    motor = Motor(fails={"go": [Busy("full")], "stop": [CannotConnect("gone")] * 3})
    with pytest.raises(Busy, match="full"):
        await motor.move(1.0)
    assert motor.names == ["go", "stop", "stop", "stop"]


async def test_a_stop_is_tried_again_until_it_succeeds() -> None:
    motor = Motor(fails={"stop": [CannotConnect(), Busy()]})
    await motor.move(0.1)
    assert motor.names == ["go", "stop", "stop", "stop"]


async def test_a_stop_that_never_succeeds_is_told() -> None:
    motor = Motor(fails={"stop": [CannotConnect("a"), CannotConnect("b"), CannotConnect("c")]})
    with pytest.raises(CannotConnect, match="c"):
        await motor.move(0.1)
    assert motor.names.count("stop") == 3


async def test_a_refused_stop_is_not_repeated() -> None:
    motor = Motor(fails={"stop": [Rejected("no")]})
    with pytest.raises(Rejected):
        await motor.move(0.1)
    assert motor.names.count("stop") == 1


async def test_a_refused_password_is_not_tried_again_with_a_stop() -> None:
    motor = Motor(fails={"go": [AuthFailed("wrong")]})
    with pytest.raises(AuthFailed):
        await motor.move(1.0)
    assert motor.names == ["go"]


async def test_a_cancelled_move_is_stopped() -> None:
    motor = Motor()
    started = asyncio.Event()

    async def forever(seconds: float) -> None:
        started.set()
        await asyncio.Event().wait()

    work = run_move(motor.command("go"), motor.command("stop"), 9.0, clock=motor.clock, sleep=forever)
    task = asyncio.create_task(work)
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert motor.names == ["go", "stop"]


async def test_a_second_cancellation_does_not_break_the_stop_off() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def stop() -> None:
        entered.set()
        await leave.wait()
        done.append("stop")

    task = asyncio.create_task(surely(stop))
    await entered.wait()
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    leave.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["stop"]


async def test_a_failing_stop_does_not_hide_the_cancellation() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def stop() -> None:
        entered.set()
        await leave.wait()
        raise Rejected("no")

    task = asyncio.create_task(surely(stop))
    await entered.wait()
    task.cancel()
    await asyncio.sleep(0)
    leave.set()
    with pytest.raises(asyncio.CancelledError):
        await task


class Gate:
    """A sleep that ends when the test says so."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        self._open = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.waiting.set()
        await self._open.wait()

    def open(self) -> None:
        self._open.set()


async def test_a_new_move_takes_the_motor_over() -> None:
    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    first = asyncio.create_task(mover.move("ptz", motor.command("left"), motor.command("stop 1"), 5))
    await gate.waiting.wait()
    gate.waiting.clear()
    second = asyncio.create_task(mover.move("ptz", motor.command("right"), motor.command("stop 2"), 5))
    await gate.waiting.wait()
    motor.now = 6.0
    gate.open()
    await asyncio.gather(first, second)
    assert motor.names == ["left", "right", "stop 2"]


async def test_a_stop_ends_the_running_move() -> None:
    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    moving = asyncio.create_task(mover.move("ptz", motor.command("left"), motor.command("own stop"), 5))
    await gate.waiting.wait()
    await mover.stop("ptz", motor.command("stop"))
    assert motor.names == ["left", "stop"]
    gate.open()
    await moving
    assert motor.names == ["left", "stop"]


async def under_way() -> tuple[Motor, Mover, asyncio.Task[None]]:
    """Begin a move to the left that ends by itself unless it is taken over at once."""
    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    moving = asyncio.create_task(mover.move("ptz", motor.command("left"), motor.command("stop"), 5))
    await gate.waiting.wait()
    motor.now = 6.0
    gate.open()
    return motor, mover, moving


async def test_a_command_instead_of_a_move_needs_no_stop() -> None:
    motor, mover, moving = await under_way()
    async with mover.instead("ptz", "focus"):
        await motor.command("preset")()
    await moving
    assert motor.names == ["left", "preset"]


@pytest.mark.parametrize("error", [Rejected("no preset"), CannotConnect("gone"), asyncio.CancelledError()])
async def test_a_move_is_stopped_where_what_came_instead_fails(error: BaseException) -> None:
    motor, mover, moving = await under_way()
    with pytest.raises(type(error)):
        async with mover.instead("ptz"):
            raise error
    await moving
    assert motor.names == ["left", "stop"]
    with pytest.raises(type(error)):
        async with mover.instead("ptz"):
            raise error
    assert motor.names == ["left", "stop"]


async def test_nothing_is_sent_after_a_refused_password() -> None:
    motor, mover, moving = await under_way()
    with pytest.raises(AuthFailed):
        async with mover.instead("ptz"):
            raise AuthFailed("changed")
    await moving
    assert motor.names == ["left"]


async def test_a_newer_move_is_left_alone_where_what_came_instead_fails() -> None:
    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    first = asyncio.create_task(mover.move("ptz", motor.command("left"), motor.command("stop 1"), 5))
    await gate.waiting.wait()
    gate.waiting.clear()
    with pytest.raises(Rejected):  # noqa: PT012 - the other move begins within
        async with mover.instead("ptz"):
            second = asyncio.create_task(mover.move("ptz", motor.command("right"), motor.command("stop 2"), 5))
            await gate.waiting.wait()
            raise Rejected("no preset")
    motor.now = 6.0
    gate.open()
    await asyncio.gather(first, second)
    assert motor.names == ["left", "right", "stop 2"]


async def test_motors_do_not_hinder_each_other() -> None:
    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    moving = asyncio.create_task(mover.move("ptz", motor.command("left"), motor.command("own stop"), 5))
    await gate.waiting.wait()
    await mover.stop("focus", motor.command("focus stop"))
    motor.now = 6.0
    gate.open()
    await moving
    assert motor.names == ["left", "focus stop", "own stop"]


async def test_a_stop_waits_for_a_repeat_under_way() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()
    order: list[str] = []
    motor = Motor()

    async def slow() -> None:
        entered.set()
        await leave.wait()
        order.append("left")

    async def stop() -> None:
        order.append("stop")

    mover = Mover(clock=motor.clock, sleep=motor.sleep)
    moving = asyncio.create_task(mover.move("ptz", slow, stop, 0.1))
    await entered.wait()
    stopping = asyncio.create_task(mover.stop("ptz", stop))
    await asyncio.sleep(0)
    leave.set()
    await asyncio.gather(moving, stopping)
    assert order == ["left", "stop"]


async def test_closing_stops_what_moves() -> None:
    motor, gate = Motor(fails={"focus stop": [CannotConnect("gone")] * 3}), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    tasks = [
        asyncio.create_task(mover.move(name, motor.command(f"{name} go"), motor.command(f"{name} stop"), 5))
        for name in ("ptz", "focus")
    ]
    await gate.waiting.wait()
    gate.open()
    await mover.close()
    await asyncio.gather(*tasks)
    assert motor.names.count("ptz stop") == 1
    assert motor.names.count("focus stop") == 3


async def test_closing_does_not_wait_for_a_dead_device() -> None:
    entered, broken = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken.set()

    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    moving = asyncio.create_task(mover.move("ptz", motor.command("go"), hang, 5))
    await gate.waiting.wait()
    await mover.close(within=0.01)
    assert entered.is_set()
    assert broken.is_set()
    gate.open()
    await moving


async def test_halting_is_for_what_we_move() -> None:
    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)
    await mover.halt("ptz")
    assert motor.told == []
    moving = asyncio.create_task(mover.move("ptz", motor.command("go"), motor.command("stop"), 5))
    await gate.waiting.wait()
    await mover.halt("ptz")
    assert motor.names == ["go", "stop"]
    gate.open()
    await moving
    assert motor.names == ["go", "stop"]


async def test_a_move_that_begins_while_the_one_before_is_halted_goes_on() -> None:
    entered, leave = asyncio.Event(), asyncio.Event()
    motor, gate = Motor(), Gate()
    mover = Mover(clock=motor.clock, sleep=gate.sleep)

    async def slow_stop() -> None:
        entered.set()
        await leave.wait()

    first = asyncio.create_task(mover.move("ptz", motor.command("left"), slow_stop, 5))
    await gate.waiting.wait()
    halting = asyncio.create_task(mover.halt("ptz"))
    await entered.wait()
    second = asyncio.create_task(mover.move("ptz", motor.command("right"), motor.command("stop"), 5))
    await asyncio.sleep(0)
    leave.set()
    await halting
    motor.now = 6.0
    gate.open()
    await asyncio.gather(first, second)
    assert motor.names == ["left", "right", "stop"]
