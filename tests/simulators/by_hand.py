"""What running a simulated device by hand is, whatever the device: serve, say where, and go on until interrupted."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
import json
import signal
from typing import Any, Protocol, Self

from .base import BaseSimulator


class ControlServer(Protocol):
    """The HTTP server that steers a device."""

    @property
    def url(self) -> str:
        """Where it listens."""

    async def __aenter__(self) -> Self:
        """Begin."""

    async def __aexit__(self, *error: Any) -> None:
        """End."""


def _announce(sim: BaseSimulator, control: ControlServer, model: str, *, as_json: bool) -> None:
    facts = {
        "url": sim.url,
        "user": sim.username,
        "password": sim.password,
        "control": control.url,
        "model": model,
    }
    print(
        json.dumps(facts) if as_json else "\n".join(f"{name:>9}: {value}" for name, value in facts.items()),
        flush=True,
    )


async def serve[S: BaseSimulator](
    given: argparse.Namespace,
    device: S,
    control: Callable[..., ControlServer],
    script: Callable[[S, float], Coroutine[Any, Any, None]],
    model: Callable[[S], str],
) -> None:
    """Run until interrupted. `given` has `control` (port), `json` and `script` (seconds a turn, or nothing)."""
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    async with device as sim, control(sim, port=given.control) as steering:
        _announce(sim, steering, model(sim), as_json=given.json)
        if given.script:
            sim.spawn(script(sim, given.script))
        await done.wait()
