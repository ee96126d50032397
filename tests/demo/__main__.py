"""Command line of the demo: `scripts/demo` for a person, `scripts/demo --check` for a machine."""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
import fcntl
from pathlib import Path
import shutil
import signal
import sys
import tempfile

import aiohttp

from .check import check
from .client import Client
from .fleet import Fleet
from .hass import ROOT, HomeAssistant, free_port
from .onboarding import User, log_in
from .progress import DemoError, say, write
from .setup import set_up

_FOLDER = ROOT / ".demo"
_PORT = 8123


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="A real Home Assistant with simulated devices, set up through its own API; Ctrl-C ends it.",
    )
    parser.add_argument(
        "--check", action="store_true", help="use it without a person, print what was seen, exit with 0 or 1"
    )
    parser.add_argument("--fresh", action="store_true", help="forget the demo of before (the folder .demo)")
    parser.add_argument(
        "--port", type=int, default=_PORT, help="port of Home Assistant; a free one when somebody has it (%(default)s)"
    )
    parser.add_argument(
        "--listen", default="127.0.0.1", help="address to listen at: 0.0.0.0 lets other machines in (%(default)s)"
    )
    parser.add_argument("--user", default="demo", help="user of Home Assistant (%(default)s)")
    parser.add_argument("--password", default="demo", help="password of the user (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="with --check: keep its folder, and say where it is")
    return parser.parse_args()


async def _demo(options: argparse.Namespace) -> int:
    """Run until Ctrl-C."""
    if options.fresh:
        shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir(exist_ok=True)
    with _alone(_FOLDER):
        hass = HomeAssistant(_FOLDER, free_port(options.port, options.listen), listen=options.listen)
        async with aiohttp.ClientSession() as session, Fleet(_FOLDER / "ports.json") as fleet:
            try:
                await _start(hass, session)
                client = Client(session, hass.url)
                await log_in(client, User(name=options.user, password=options.password))
                await client.running()
                await set_up(client, fleet)
                await client.close()
                _welcome(hass, fleet, options)
                return await _live(hass, fleet)
            finally:
                say("stopping Home Assistant")
                await hass.stop()


async def _live(hass: HomeAssistant, fleet: Fleet) -> int:
    """Let things happen until somebody stops Home Assistant or this program."""
    play = asyncio.create_task(fleet.play())
    try:
        code = await hass.keep()
    finally:
        play.cancel()
        with suppress(asyncio.CancelledError):
            await play
    say("Home Assistant was stopped from inside")
    return code


def _welcome(hass: HomeAssistant, fleet: Fleet, options: argparse.Namespace) -> None:
    say("ready")
    write(f"\n    {hass.url}/demo-surveillance\n    user {options.user}, password {options.password}\n")
    write(
        "Something happens in front of a camera every twelve seconds, and from time to time at an alarm panel that is"
    )
    write("not armed. To open a window of the house yourself (and with close instead of open to close it):\n")
    write(f"    curl {fleet.control.url}open -d '{{\"zone\": 3}}'\n")
    write("Ctrl-C ends the demo.\n")


async def _start(hass: HomeAssistant, session: aiohttp.ClientSession) -> None:
    say(f"starting Home Assistant at {hass.url} (log: {hass.log})")
    hass.prepare()
    await hass.start()
    await hass.wait(session)
    say("Home Assistant answers")


async def _check(options: argparse.Namespace) -> int:
    """Do everything once in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="demo-check-"))
    hass = HomeAssistant(folder, free_port(0))
    passed = False
    try:
        async with aiohttp.ClientSession() as session, Fleet(folder / "ports.json") as fleet:
            try:
                await _start(hass, session)
                client = Client(session, hass.url)
                await log_in(client, User())
                await client.running()
                passed = await check(hass, client, fleet)
                await client.close()
            finally:
                await hass.stop()
    finally:
        if options.keep or not passed:
            say(f"logs and configuration are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if passed else 1


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second demo from the same folder."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError("the demo is running already") from None
        yield


async def _run(options: argparse.Namespace) -> int:
    """Run with signals turned into a cancellation, so that everything is stopped in its order."""
    work = asyncio.ensure_future(_check(options) if options.check else _demo(options))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, work.cancel)
    try:
        return await work
    except asyncio.CancelledError:
        say("stopped")
        return 130 if options.check else 0


def main() -> int:
    """Run the demo; returns the exit code."""
    try:
        return asyncio.run(_run(_arguments()))
    except (DemoError, aiohttp.ClientError, OSError) as err:
        say(f"failed: {err}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
