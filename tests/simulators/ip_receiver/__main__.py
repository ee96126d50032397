"""Run a simulated receiver by hand: `python -m tests.simulators.ip_receiver --model single --port 8020`."""

import argparse
import asyncio
import contextlib
from itertools import count

from ..by_hand import serve
from .auth import Scheme
from .control import Control
from .profiles import PROFILES
from .simulator import ReceiverSimulator
from .status import Refused
from .stream import Framing
from .world import Device

# Device source -> what the script lets happen there; anything else sees motion.
SCRIPTED = {5: "requestVoiceTalkEvent", 6: "fallingDown"}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulators.ip_receiver", description=__doc__)
    parser.add_argument("--model", choices=PROFILES, default="single")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0, metavar="PORT", help="port of the control endpoint")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", default="Secret123")
    parser.add_argument("--scheme", choices=list(Scheme), default=Scheme.MD5)
    parser.add_argument("--framing", choices=list(Framing), default=Framing.STANDARD)
    parser.add_argument("--heartbeat", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--exit-delay", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--entry-delay", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--devices", type=int, default=200, help="devices of the large installation")
    parser.add_argument("--zones", type=int, default=64, help="zones of each of its panels")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument(
        "--script", type=float, nargs="?", const=15.0, metavar="SECONDS", help="let something happen now and then"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON line instead of text")
    return parser.parse_args()


def _receiver(given: argparse.Namespace) -> ReceiverSimulator:
    return ReceiverSimulator(
        given.model,
        port=given.port,
        username=given.user,
        password=given.password,
        scheme=given.scheme,
        framing=given.framing,
        heartbeat=given.heartbeat,
        exit_delay=given.exit_delay,
        entry_delay=given.entry_delay,
        devices=given.devices,
        zones=given.zones,
        tls=given.tls,
        restart_seconds=5.0,
    )


async def _happen(sim: ReceiverSimulator, device: Device, turn: int, pause: float) -> None:
    """Let something happen on a device and end again."""
    panel = device.panel
    if panel is None or not panel.zones:
        event = SCRIPTED.get(device.source, "VMD")
        await sim.happen(device.index, event)
        await asyncio.sleep(pause)
        await sim.happen(device.index, event, state="inactive")
        return
    zone = list(panel.zones)[turn % len(panel.zones)]
    if turn % 3 == 1:
        with contextlib.suppress(Refused):
            await sim.arm_locally(device.index, 1, "stay" if turn % 2 else "away")
    await sim.open_zone(device.index, zone)
    await asyncio.sleep(pause)
    await sim.close_zone(device.index, zone)
    if turn % 3 == 2:
        await sim.disarm_locally(device.index, 1)


async def script(sim: ReceiverSimulator, seconds: float) -> None:
    """Open and close zones in turn on every device that is online; arm and disarm its panel now and then."""
    for turn in count():
        devices = [device for device in sim.world.devices.values() if device.online]
        if devices:
            await _happen(sim, devices[turn % len(devices)], turn // len(devices), seconds / 3)
        await asyncio.sleep(seconds * 2 / 3)


async def main() -> None:
    """Run until interrupted."""
    given = _arguments()
    await serve(given, _receiver(given), Control, script, lambda sim: sim.model)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
