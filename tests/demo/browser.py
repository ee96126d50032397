"""A headless Chromium that shows one page of Home Assistant, driven over its DevTools protocol."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import shutil
import tempfile
from typing import Any

import aiohttp

from .onboarding import TIME_ZONE
from .progress import DemoError

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)


class Page:
    """The one tab of a browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Take the connection to the tab."""
        self._socket = socket
        self._number = 0
        self.console: list[str] = []
        """What the page wrote as errors."""

    async def send(self, method: str, **params: Any) -> Any:
        """Send a command and return its result."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        while (told := await self._socket.receive_json()).get("id") != self._number:
            if told.get("method") == "Runtime.exceptionThrown":
                self.console.append(str(told["params"]["exceptionDetails"]))
        if "error" in told:
            raise DemoError(f"{method}: {told['error']['message']}")
        return told["result"]

    async def run(self, script: str) -> Any:
        """Run JavaScript in the page and return its value."""
        answer = await self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise DemoError(f"in the page: {answer['exceptionDetails'].get('text')}")
        return answer["result"].get("value")

    async def go(self, url: str, shown: str = "true", *, within: float = 60.0) -> None:
        """Open a page and wait until the JavaScript expression `shown` is true there."""
        await self.send("Page.navigate", url=url)
        try:
            async with asyncio.timeout(within):
                while not await self.run(f"document.readyState == 'complete' && Boolean({shown})"):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise DemoError(f"{url} did not show: {self.console}") from None

    async def picture(self) -> bytes:
        """Return what is seen, as PNG."""
        answer = await self.send("Page.captureScreenshot", format="png")
        return b64decode(answer["data"])


@asynccontextmanager
async def open_page(
    session: aiohttp.ClientSession, size: tuple[int, int], *, dark: bool = False
) -> AsyncIterator[Page]:
    """Start a browser of its own and give its tab."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        raise DemoError("no Chromium on this machine: install the package chromium")
    profile = Path(tempfile.mkdtemp(prefix="demo-browser-"))
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        program,
        *(*_FLAGS, *root, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port(profile)
        async with session.get(f"http://127.0.0.1:{port}/json") as answer:
            address = next(tab["webSocketDebuggerUrl"] for tab in await answer.json() if tab["type"] == "page")
        async with session.ws_connect(address, max_msg_size=0) as socket:
            page = Page(socket)
            await _prepare(page, size, dark=dark)
            yield page
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(profile, ignore_errors=True)


async def _prepare(page: Page, size: tuple[int, int], *, dark: bool) -> None:
    await page.send("Page.enable")
    await page.send("Runtime.enable")
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    await page.send("Emulation.setEmulatedMedia", features=[scheme])
    await page.send("Emulation.setTimezoneOverride", timezoneId=TIME_ZONE)
    await page.send(
        "Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False
    )


async def _port(profile: Path) -> int:
    """Wait until the browser says where it listens."""
    told = profile / "DevToolsActivePort"
    async with asyncio.timeout(30):
        while not (told.exists() and told.read_text()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return int(told.read_text().splitlines()[0])
