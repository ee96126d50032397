"""Takes a picture of the running demo's dashboard, for the README and for whoever changes the dashboard."""

import argparse
import asyncio
from collections.abc import Callable, Mapping
from io import BytesIO
import json
from pathlib import Path
import sys
import time

import aiohttp
from PIL import Image

from .board import Board, Seen
from .browser import Page, open_page
from .client import Client
from .dashboard import URL_PATH
from .hass import ROOT
from .onboarding import User, log_in
from .progress import DemoError, say

_SHOWN = "document.querySelector('home-assistant')?.shadowRoot?.querySelector('home-assistant-main')"

_COLOURS = 256

_ALARMS: Mapping[str, Callable[[Seen], bool]] = {
    "camera": lambda seen: seen.state == "on" and seen.attributes.get("device_class") == "motion",
    "panel": lambda seen: seen.state == "triggered",
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/screenshot", description="Picture of the running demo (scripts/demo) in headless Chromium."
    )
    parser.add_argument("--url", default="http://127.0.0.1:8123", help="address of Home Assistant (%(default)s)")
    parser.add_argument("--user", default="demo")
    parser.add_argument("--password", default="demo")
    parser.add_argument("--path", default=f"{URL_PATH}/cameras", help="page to show (%(default)s)")
    parser.add_argument("--size", default="1600x1000", help="width and height (%(default)s)")
    parser.add_argument("--wait", type=float, default=6.0, help="seconds for pictures to load (%(default)s)")
    parser.add_argument(
        "--alarm",
        nargs="?",
        const="camera",
        choices=_ALARMS,
        help="wait until somebody is seen, or a panel is in alarm",
    )
    parser.add_argument("--dark", action="store_true", help="dark colours")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "dashboard.png", help="file (%(default)s)")
    return parser.parse_args()


async def _log_in(page: Page, client: Client) -> None:
    """Give the page the tokens as Home Assistant's own login page keeps them."""
    kept = client.tokens | {
        "hassUrl": client.url,
        "clientId": f"{client.url}/",
        "expires": int((time.time() + client.tokens["expires_in"]) * 1000),
    }
    await page.go(f"{client.url}/manifest.json")
    await page.run(f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(kept))})")


async def _alarm_begins(client: Client, kind: str) -> None:
    """Wait for the beginning of an alarm, and until the page shows it."""
    board, goes_on = await Board.of(client), _ALARMS[kind]
    await board.until(lambda: not any(goes_on(seen) for seen in board.states.values()), "no alarm", within=60)
    await board.until(lambda: any(goes_on(seen) for seen in board.states.values()), "an alarm", within=240)
    await asyncio.sleep(3)


async def _run(options: argparse.Namespace) -> None:
    width, _, height = options.size.partition("x")
    async with aiohttp.ClientSession() as session:
        client = Client(session, options.url)
        await log_in(client, User(name=options.user, password=options.password))
        async with open_page(session, (int(width), int(height)), dark=options.dark) as page:
            await _log_in(page, client)
            await page.go(f"{options.url}/{options.path}", _SHOWN)
            await asyncio.sleep(options.wait)
            if options.alarm:
                await _alarm_begins(client, options.alarm)
            picture = await page.picture()
        await client.close()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    small = _small(picture)
    options.out.write_bytes(small)
    say(f"{options.out} ({len(small) // 1024} kB)")


def _small(picture: bytes) -> bytes:
    """Return the picture with few colours: half the bytes."""
    target = BytesIO()
    with Image.open(BytesIO(picture)) as shown:
        full = shown.convert("RGB")
    # The colours of signs are rare and must stay; between those of the sky dots make the missing ones.
    palette = full.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
    full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(target, "PNG", optimize=True)
    return target.getvalue()


def main() -> int:
    """Take the picture; returns the exit code."""
    try:
        asyncio.run(_run(_arguments()))
    except (DemoError, TimeoutError, aiohttp.ClientError) as err:
        say(f"failed: {err}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
