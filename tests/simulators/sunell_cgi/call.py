"""One request as the handlers see it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from ..base import Answer, Recorded
from . import catalogue
from .refused import CHANNEL_FAULT, NOT_CONFIGURED, WRONG_PARAMETER, Refused
from .text import Pair, plain

if TYPE_CHECKING:
    from .simulator import SunellSimulator

type Reply = list[Pair] | str | Answer | None
"""Pairs; a bare text; a whole answer; None when the handler wrote to the connection itself."""
type Handler = Callable[[Call], Reply | Awaitable[Reply]]

OK = "OK"


@dataclass(kw_only=True)
class Call:
    """One request: the program, and the parameters in order."""

    sim: SunellSimulator
    http: web.BaseRequest
    record: Recorded
    cgi: str
    """Name of the program without .cgi."""
    pairs: list[tuple[str, str]]

    def __post_init__(self) -> None:
        """Index the parameters; the first of a repeated key counts."""
        self.query = {plain(key): value for key, value in reversed(self.pairs)}

    @property
    def action(self) -> str:
        """The verb; empty when there is none."""
        return self.query.get("action", "")

    @property
    def kind(self) -> str:
        """The type, as asked."""
        return self.query.get("type", "")

    @property
    def page(self) -> str:
        """Type of the page the request is about."""
        return catalogue.SAME_PAGE.get(self.kind, self.kind)

    @property
    def camera(self) -> int:
        """Number of the camera; 1 when none is named, which a recorder does not allow."""
        given = next((self.query[key] for key in catalogue.CAMERA_KEYS if key in self.query), None)
        if given is None:
            if self.sim.recorder and self.sim.strict_camera:
                raise Refused(WRONG_PARAMETER)
            return 1
        return self._number(given)

    @staticmethod
    def _number(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise Refused(WRONG_PARAMETER) from None

    def reachable(self) -> int:
        """Return the number of a camera that is there; an unbound or unreachable channel refuses."""
        number = self.camera
        channel = self.sim.world.channels.get(number)
        if channel is None:
            inside = 1 <= number <= self.sim.world.capacity
            raise Refused(NOT_CONFIGURED if inside else WRONG_PARAMETER)
        if channel.status != 5:
            raise Refused(CHANNEL_FAULT)
        return number

    def number(self, key: str, low: float, high: float, *, default: int | None = None) -> int:
        """Return a whole number of the request; outside its range or missing it is a wrong parameter."""
        return int(self.decimal(key, low, high, default=default))

    def decimal(self, key: str, low: float, high: float, *, default: float | None = None) -> float:
        """Return a number of the request."""
        text = self.query.get(plain(key))
        if text is None:
            if default is None:
                raise Refused(WRONG_PARAMETER)
            return default
        try:
            value = float(text)
        except ValueError:
            raise Refused(WRONG_PARAMETER) from None
        if not low <= value <= high:
            raise Refused(WRONG_PARAMETER)
        return value

    def text(self, key: str, default: str = "") -> str:
        """Return a text of the request."""
        return self.query.get(plain(key), default)

    def note(self, what: str) -> None:
        """Keep what was asked for among the operations of the world."""
        self.sim.world.operations.append((what, {key: value for key, value in self.pairs if plain(key) != "password"}))
