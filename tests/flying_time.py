"""Time that flies: whatever waits is woken at once, in order, while real sockets stay real.

The clock jumps to the next timer whenever nothing is under way on any socket. So an hour of a quiet connection takes
as long as what happens in it, with every pause and limit of the product as it is.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import time
from typing import Any

import pytest

_GRACE = 0.002
"""Real seconds that bytes between two ends in this process may take."""


@contextmanager
def flying_time() -> Iterator[None]:
    """Let the time of the running loop, and `time.monotonic`, fly until the end of the block."""
    loop: Any = asyncio.get_running_loop()
    selector = loop._selector
    monotonic, select = time.monotonic, selector.select
    ahead = 0.0

    def jump(timeout: float | None = None) -> Any:
        nonlocal ahead
        if timeout is None or timeout <= 0:
            return select(timeout)
        ready = select(min(timeout, _GRACE))
        if not ready:
            ahead += timeout
        return ready

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: monotonic() + ahead)
        patch.setattr(selector, "select", jump)
        yield
