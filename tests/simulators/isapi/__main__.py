"""Run a simulated device by hand: `python -m tests.simulators.isapi --model ptz --port 8001`."""

import argparse
import asyncio
import contextlib
from itertools import count

from ..by_hand import serve
from .auth import Scheme
from .control import Control
from .framing import Framing
from .profiles_metadata import MODELS
from .simulator import IsapiSimulator

SCRIPT_TARGETS = ("human", "vehicle", None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulators.isapi", description=__doc__)
    parser.add_argument("--model", choices=MODELS, default="camera")
    parser.add_argument("--capture", help="answer as the device recorded in this file")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0, metavar="PORT", help="port of the control endpoint")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="Secret123")
    parser.add_argument("--channels", type=int, help="cameras behind a recorder")
    parser.add_argument("--scheme", choices=list(Scheme), default=Scheme.MD5)
    parser.add_argument("--framing", choices=list(Framing), default=Framing.STANDARD)
    parser.add_argument("--heartbeat", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--downtime", type=float, default=5.0, metavar="SECONDS", help="how long a restart takes")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument(
        "--script", type=float, nargs="?", const=15.0, metavar="SECONDS", help="raise motion now and then"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line instead of text")
    return parser.parse_args()


def _device(given: argparse.Namespace) -> IsapiSimulator:
    options = {
        "port": given.port,
        "username": given.user,
        "password": given.password,
        "scheme": given.scheme,
        "framing": given.framing,
        "heartbeat": given.heartbeat,
        "downtime": given.downtime,
        "tls": given.tls,
    }
    if given.capture:
        return IsapiSimulator.from_capture(given.capture, **options)
    return IsapiSimulator(given.model, channels=given.channels, **options)


async def script(sim: IsapiSimulator, seconds: float) -> None:
    """Raise an alarm and clear it, in turn for every configured detection."""
    events = [(item.event, item.channel or item.dyn or 1) for item in sim.world.triggers if item.channel or item.dyn]
    for turn in count():
        event, channel = events[turn % len(events)]
        target = SCRIPT_TARGETS[turn % len(SCRIPT_TARGETS)]
        await sim.raise_alarm(event, channel, target=target, region=1 if target else None, picture=True)
        await asyncio.sleep(seconds / 3)
        await sim.clear(event, channel)
        await asyncio.sleep(seconds * 2 / 3)


async def main() -> None:
    """Run until interrupted."""
    given = _arguments()
    await serve(given, _device(given), Control, script, lambda sim: sim.world.identity.model)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
