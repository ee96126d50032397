"""A simulated device in a process of its own, seen from the process that measures."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import sys
from typing import Any, Final

from custom_components.ip_surveillance.protocol.driver import Access

_ROOT: Final = Path(__file__).parents[1]


class Remote:
    """The process, seen from outside."""

    def __init__(self, process: Process) -> None:
        """Take the running process."""
        self._process = process

    async def read(self) -> dict[str, Any]:
        """Wait for its next line."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the simulated device ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def push(self, *, count: int, rate: int, repeats: int) -> dict[str, Any]:
        """Let it push events, until it is done."""
        return await self.ask(count=count, rate=rate, repeats=repeats)

    async def ask(self, **command: Any) -> dict[str, Any]:
        """Have it do something, until it is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()
        return await self.read()


@asynccontextmanager
async def remote_device(module: str = "benchmarks.device", *arguments: object) -> AsyncIterator[tuple[Remote, Access]]:
    """Start the process; it ends with its input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *map(str, arguments), cwd=_ROOT, stdin=PIPE, stdout=PIPE
    )
    try:
        remote = Remote(process)
        where = await remote.read()
        yield remote, Access(**where)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
