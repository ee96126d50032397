"""Asking a device what it has: what it lacks and what could not be told now are kept apart."""

from collections.abc import Awaitable, Callable
from typing import Final

from ...errors import AuthFailed, CannotConnect, DeviceError, Forbidden
from .client import PARAM, SunellClient
from .codes import kind_of
from .grammar import Pair, Record

_GIVE_UP: Final = 3
"""Requests without an answer in a row after which the device counts as gone."""


class Asker:
    """Asks for one thing after the other; only a refused login and a device that is gone raise."""

    def __init__(self, client: SunellClient) -> None:
        """Take the client."""
        self.client = client
        self.failed: set[str] = set()
        """What could not be told now."""
        self.denied: set[str] = set()
        """What the account has no right to."""
        self._unreached = 0

    async def record(self, kind: str | tuple[str, ...], *pairs: Pair, cgi: tuple[str, ...] = PARAM) -> Record | None:
        """A record; None where the device lacks it, or could not tell (then it is in `failed`)."""
        name = kind if isinstance(kind, str) else kind[0]
        return await self.one(name, lambda: self.client.probe(kind, *pairs, cgi=cgi))

    async def one[T](self, name: str, ask: Callable[[], Awaitable[T | None]]) -> T | None:
        """Whatever `ask` returns; None and a note of its name where it fails."""
        try:
            found = await ask()
        except AuthFailed:
            raise
        except DeviceError as error:
            # With a code of its own the device did answer: a camera behind it may be off (-503).
            silent = isinstance(error, CannotConnect) and kind_of(error) is None
            self._unreached = self._unreached + 1 if silent else 0
            if self._unreached >= _GIVE_UP:
                raise
            self.failed.add(name)
            if isinstance(error, Forbidden):
                self.denied.add(name)
            return None
        self._unreached = 0
        return found
