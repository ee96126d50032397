"""Run a simulated device by hand: `python -m tests.simulators.sunell_cgi --model ptz --port 8030`."""

import argparse
import asyncio
import contextlib
from itertools import count

from ..by_hand import serve
from .attach import Framing, Idle
from .auth import Access
from .control import Control
from .noise import Noise
from .profiles import PROFILES
from .simulator import SunellSimulator

# Alarms the script raises in turn, where the device has what is behind them: major, minor.
SCRIPT = ((1, 2), (9, 52), (6, 24), (1, 1))
SCRIPT_PLATES = ("DD651", "5MVL305", "BERN42")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulators.sunell_cgi", description=__doc__)
    parser.add_argument("--model", choices=[*PROFILES, "capture"], default="ipc")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0, metavar="PORT", help="port of the control endpoint")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="Secret123")
    parser.add_argument("--auth", choices=list(Access), default=Access.DIGEST)
    parser.add_argument("--idle", choices=list(Idle), default=Idle.PART)
    parser.add_argument("--framing", choices=list(Framing), default=Framing.STANDARD)
    parser.add_argument("--noise", choices=list(Noise), nargs="*", default=[])
    parser.add_argument("--charset", default="utf-8")
    parser.add_argument("--downtime", type=float, default=5.0, metavar="SECONDS", help="how long a restart takes")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument(
        "--script", type=float, nargs="?", const=15.0, metavar="SECONDS", help="raise an alarm now and then"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line instead of text")
    return parser.parse_args()


def _device(given: argparse.Namespace) -> SunellSimulator:
    return SunellSimulator(
        given.model,
        port=given.port,
        username=given.user,
        password=given.password,
        tls=given.tls,
        auth=given.auth,
        idle=given.idle,
        framing=given.framing,
        noise=frozenset(Noise(word) for word in given.noise),
        charset=given.charset,
        downtime=given.downtime,
    )


async def script(sim: SunellSimulator, seconds: float) -> None:
    """Raise an alarm and end it, in turn; read a plate, change a temperature and count people where there are any."""
    cameras = [channel.number for channel in sim.world.bound]
    for turn in count():
        major, minor = SCRIPT[turn % len(SCRIPT)]
        source = cameras[turn // len(SCRIPT) % len(cameras)]
        await sim.alarm(major, minor, source, 1)
        if sim.world.plates:
            await sim.plate(SCRIPT_PLATES[turn % len(SCRIPT_PLATES)])
        if sim.world.areas:
            await sim.temperature(30.0 + turn % 4 * 10)
        if sim.world.people:
            sim.count_people(1, turn % 2)
        await asyncio.sleep(seconds / 3)
        await sim.alarm(major, minor, source, 0)
        await asyncio.sleep(seconds * 2 / 3)


async def main() -> None:
    """Run until interrupted."""
    given = _arguments()
    await serve(given, _device(given), Control, script, lambda sim: sim.model)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
