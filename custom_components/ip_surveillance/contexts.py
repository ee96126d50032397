"""Contexts of what devices do by themselves."""

from typing import Final

from homeassistant.core import Context, Event

from .const import DOMAIN

_ORIGIN: Final = Event(f"{DOMAIN}_device")
"""Stands for whatever happened at a device. Never fired, so no history and no logbook knows it."""


def device_context() -> Context:
    """Return a new context for one change that neither a person nor an automation asked for.

    Home Assistant would make one that is as good, but takes the event that tells the change as its origin: the two
    then hold each other, and the state before, until Python's garbage collector finds them. In a storm of alarms it
    has to look through all objects of Home Assistant again and again, and nothing else runs for a second each time.
    With an origin at hand nothing is left to be found.
    """
    context = Context()
    context.origin_event = _ORIGIN
    return context
