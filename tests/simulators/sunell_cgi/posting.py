"""Posting an alarm to an address. How it looks on the wire is not said (l.28679): all ways that the text allows."""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import quote

import aiohttp
from yarl import URL

BODY = "body"
"""The words go into the body, with their names; the address is what stood before them."""
LINES = "lines"
"""The same, each in a line of its own."""
PATH = "path"
"""The words of the address become values."""
NAMED_PATH = "named_path"
"""The words of the address get values."""
WAYS = (BODY, LINES, PATH, NAMED_PATH)


async def post(target: str, words: Mapping[str, object], way: str) -> tuple[str, int]:
    """Post once; the address without the words, and the status of the answer (0: none)."""
    named = [f"{word}={value}" for word, value in words.items()]
    bodies = {BODY: "&".join(named), LINES: "\r\n".join(named)}
    paths = {PATH: "&".join(str(value) for value in words.values()), NAMED_PATH: "&".join(named)}
    status = 0
    with suppress(aiohttp.ClientError, OSError, ValueError):
        address = f"{target}/{quote(paths[way], safe='&=:-')}" if way in paths else target
        url = URL(address or "/", encoded=True)
        async with aiohttp.ClientSession() as session, session.post(url, data=bodies.get(way, "").encode()) as answer:
            status = answer.status
    return target, status
