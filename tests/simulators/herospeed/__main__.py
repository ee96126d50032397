"""Run a simulated camera by hand: `python -m tests.simulators.herospeed --model light --port 8030`."""

import argparse
import asyncio
import contextlib
from itertools import count

from ..by_hand import serve
from .control import Control
from .happenings import DETECTIONS
from .profiles import FIRMWARES, PROFILES
from .quirks import Quirk
from .sessions import Login
from .simulator import HerospeedSimulator

SCRIPT_TARGETS = ("human", "vehicle")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulators.herospeed", description=__doc__)
    parser.add_argument("--model", choices=PROFILES, default="fixed")
    parser.add_argument("--firmware", choices=FIRMWARES, default="new")
    parser.add_argument("--login", choices=list(Login), default=Login.CHALLENGE)
    parser.add_argument("--websocket", action=argparse.BooleanOptionalAction, help="default: as the firmware")
    parser.add_argument("--licence-key", default="LICENCE-0001")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0, metavar="PORT", help="port of the control endpoint")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="Secret123")
    parser.add_argument("--sessions", type=int, default=5, help="most sessions at a time")
    parser.add_argument("--heartbeat", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--downtime", type=float, default=20.0, metavar="SECONDS", help="how long a restart takes")
    parser.add_argument("--quirk", action="append", choices=list(Quirk), default=[], help="may be repeated")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument(
        "--script", type=float, nargs="?", const=15.0, metavar="SECONDS", help="raise an alarm now and then"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line instead of text")
    return parser.parse_args()


def _camera(given: argparse.Namespace) -> HerospeedSimulator:
    return HerospeedSimulator(
        given.model,
        firmware=given.firmware,
        login=given.login,
        websocket=given.websocket,
        licence_key=given.licence_key,
        port=given.port,
        username=given.user,
        password=given.password,
        tls=given.tls,
        max_sessions=given.sessions,
        heartbeat=given.heartbeat,
        restart_seconds=given.downtime,
        format_seconds=10.0,
        rtsp=True,
        quirks=given.quirk,
    )


async def script(sim: HerospeedSimulator, seconds: float) -> None:
    """Let every detection the camera has begin and end, in turn."""
    kinds = [kind for kind, detection in DETECTIONS.items() if detection.path and sim.armed(kind)]
    for turn in count():
        kind, target = kinds[turn % len(kinds)], SCRIPT_TARGETS[turn % len(SCRIPT_TARGETS)]
        await sim.event(kind, picture=True, target=target)
        await asyncio.sleep(seconds / 3)
        await sim.event(kind, active=False)
        await asyncio.sleep(seconds * 2 / 3)


async def main() -> None:
    """Run until interrupted."""
    given = _arguments()
    await serve(given, _camera(given), Control, script, lambda sim: sim.model)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
