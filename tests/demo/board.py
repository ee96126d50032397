"""The states of all entities as the WebSocket tells them, and waiting for one of them to change."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import time
from typing import Any, Self

from .client import Client, Json
from .progress import DemoError


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A state and when the message about it arrived."""

    state: str
    attributes: Json = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)


class Board:
    """States by entity id, kept up to date by push."""

    def __init__(self) -> None:
        """Start empty."""
        self.states: dict[str, Seen] = {}
        self._waiting: dict[asyncio.Future[None], Callable[[], bool]] = {}

    @classmethod
    async def of(cls, client: Client) -> Self:
        """Listen to a client's Home Assistant."""
        board = cls()
        await client.subscribe(board._changed, "subscribe_events", event_type="state_changed")
        for state in await client.command("get_states"):
            board.states[state["entity_id"]] = _seen(state)
        return board

    def _changed(self, event: Json) -> None:
        entity, state = event["data"]["entity_id"], event["data"]["new_state"]
        if state is None:
            self.states.pop(entity, None)
        else:
            self.states[entity] = _seen(state)
        for done in [waiting for waiting, wanted in self._waiting.items() if not waiting.done() and wanted()]:
            done.set_result(None)

    def state(self, entity: str) -> str:
        """Return the state of an entity; "missing" when there is none."""
        seen = self.states.get(entity)
        return seen.state if seen else "missing"

    async def until(self, wanted: Callable[[], bool], what: str, *, within: float = 20.0) -> None:
        """Wait until something is true of the states."""
        if wanted():
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[done] = wanted
        try:
            async with asyncio.timeout(within):
                await done
        except TimeoutError:
            raise DemoError(f"not within {within:.0f} s: {what}") from None
        finally:
            del self._waiting[done]

    async def until_state(self, entity: str, *states: str, within: float = 20.0) -> Seen:
        """Wait until an entity has one of these states."""
        try:
            await self.until(lambda: self.state(entity) in states, f"{entity} {' or '.join(states)}", within=within)
        except DemoError as err:
            raise DemoError(f"{err} (it is {self.state(entity)})") from None
        return self.states[entity]


def _seen(state: dict[str, Any]) -> Seen:
    return Seen(state=state["state"], attributes=state["attributes"])
