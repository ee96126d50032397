"""A real Home Assistant as a process of its own, with the integration linked into its configuration folder."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
import json
from pathlib import Path
import socket
import sys
from typing import Any

import aiohttp

from .progress import DemoError

ROOT = Path(__file__).parents[2]
_RESTART = 100
"""Exit code with which Home Assistant asks to be started again."""
_STOP_SECONDS = 30

_CONFIGURATION = """\
# Written by scripts/demo at every start.
frontend:
history:
logbook:
stream:
automation: !include automations.yaml
logger:
  default: warning
  logs:
    custom_components.ip_surveillance: {level}
"""
# The frontend, in its own core_config step, would have Home Assistant set up a weather service, a radio directory and a
# speech service of the internet. The demo needs none of them, so this one step counts as done from the start; what it
# asks (name, place, units) is set by its own command.
_ONBOARDED = {"done": ["core_config"]}
# Kept where Home Assistant itself keeps the address it listens at: from configuration.yaml it is read only once, and
# taken back after five minutes unless a person confirms it in the browser.
_HTTP = {
    "cors_allowed_origins": ["https://cast.home-assistant.io"],
    "login_attempts_threshold": -1,
    "ip_ban_enabled": True,
    "ssl_profile": "modern",
    "use_x_frame_options": True,
    "created_at": "2026-01-01T00:00:00+00:00",
    "error": None,
    "error_message": None,
}


def free_port(wanted: int, listen: str = "127.0.0.1") -> int:
    """Return the wanted port, or any free one when somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((listen, port))
            return int(probe.getsockname()[1])
    raise DemoError(f"no free port on {listen}")


class HomeAssistant:
    """One Home Assistant with its configuration in a folder of its own."""

    def __init__(self, folder: Path, port: int, *, listen: str = "127.0.0.1", level: str = "info") -> None:
        """Prepare; `start` starts it. `level` is the log level of the integration."""
        self.config = folder / "config"
        self.log = folder / "home-assistant.log"
        self.console = folder / "console.log"
        self.port = port
        self.listen = listen
        self.level = level
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Address for this machine's own programs."""
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Make the configuration folder, or bring it up to date."""
        storage, components = self.config / ".storage", self.config / "custom_components"
        storage.mkdir(parents=True, exist_ok=True)
        components.mkdir(exist_ok=True)
        link = components / "ip_surveillance"
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT / "custom_components" / "ip_surveillance")
        (self.config / "configuration.yaml").write_text(_CONFIGURATION.format(level=self.level))
        (self.config / "automations.yaml").touch()
        http = {"server_host": [self.listen], "server_port": self.port, **_HTTP}
        _store(storage, "http", (2, 2), {"stable": http, "pending": None, "yaml_migration_done": True})
        if not (storage / "onboarding").exists():
            _store(storage, "onboarding", (4, 1), _ONBOARDED)

    async def start(self) -> None:
        """Start the process; `wait` tells when it answers."""
        with self.console.open("ab") as console:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "homeassistant", "--skip-pip", "--config", self.config, "--log-file", self.log),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                # Not the repository: Python would find the integration there, not by the link.
                cwd=self.config,
                # Ctrl-C in the terminal reaches this program only, which then stops things in their order.
                start_new_session=True,
            )

    async def wait(self, session: aiohttp.ClientSession, *, within: float = 120.0) -> None:
        """Wait until its pages answer."""
        try:
            async with asyncio.timeout(within):
                while not await self._answers(session):
                    self.check()
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise DemoError(f"Home Assistant does not answer at {self.url}; see {self.log}") from None

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/manifest.json") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def check(self) -> None:
        """Complain when the process has ended."""
        if self._process is None or self._process.returncode is not None:
            said = self.console.read_text(errors="replace").splitlines()[-15:] if self.console.exists() else []
            raise DemoError("\n".join(("Home Assistant ended. Its last words:", *said)))

    async def keep(self) -> int:
        """Wait for the end of the process; start it again when somebody asked for that in the browser."""
        assert self._process is not None
        while (code := await self._process.wait()) == _RESTART:
            await self.start()
        return code

    async def stop(self) -> None:
        """Stop it as its service manager would, the hard way only if it does not follow."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _store(folder: Path, key: str, version: tuple[int, int], data: Mapping[str, Any]) -> None:
    """Write a file of Home Assistant's own storage."""
    whole = {"version": version[0], "minor_version": version[1], "key": key, "data": data}
    (folder / key).write_text(json.dumps(whole, indent=2))
