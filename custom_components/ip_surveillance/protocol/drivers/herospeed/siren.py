"""The spoken warning as a siren (002…txt l.4731-4790).

The camera plays its sound once when asked for a test, so it is asked again and again until it is enough. As loud as it
is set; one task for each siren, ended by `close_sirens`.
"""

import asyncio
import logging
import time
from typing import Final

from ...driver import Emit
from ...errors import AuthFailed, DeviceError, Forbidden, NotSupported
from ...model.events import Patched, Polled
from ...model.parts import HOST, Gate, Part, PartKind, PartRef
from ...model.state import LineState
from ...model.vocabulary import Feature
from ...moving import Clock, Sleep
from .looking import Looker
from .sets import Settings
from .settings_host import AUDIO_ALARM

_LOGGER = logging.getLogger(__name__)

SIREN: Final = PartRef(HOST, PartKind.SIREN, 1)
_TEST: Final = "playListenTest"
_SOUND: Final = "selAudioType"
_CLIP: Final = 5.0
"""Seconds that one sound takes, about; no request breaks it off."""
_PAUSE: Final = 1.0
_MISSES: Final = 10
"""Refusals in a row after which a siren is given up."""


async def look_at_siren(look: Looker) -> tuple[Part, ...]:
    """Make the part of the spoken warning."""
    if look.facts.has("enableAudioAlarm") is False:
        return ()
    doc = await look.ask(AUDIO_ALARM)
    features = frozenset({Feature.SIREN})
    if doc is not None:
        return (Part(ref=SIREN, features=features),) if _SOUND in doc else ()
    if not look.failed(AUDIO_ALARM):
        return ()
    gates: frozenset[Gate] = frozenset(features)
    return (Part(ref=SIREN, features=features, unprobed=gates),)


class Sounders(Settings):
    """The `Sirens` commands."""

    tell: Emit
    """Takes the event that a siren ended by itself."""
    siren_clock: Clock = staticmethod(time.monotonic)
    siren_sleep: Sleep = staticmethod(asyncio.sleep)

    async def set_siren(self, siren: PartRef, on: bool, seconds: float | None = None) -> Polled:
        """Start or stop a siren. A sound under way plays to its end."""
        if on:
            pause = _PAUSE
            if siren not in self.knob_memory.sounding:
                # The first one is played here, so that a refusal is told.
                await self._play()
                pause = _CLIP
            self._silence(siren)
            until = None if seconds is None else self.siren_clock() + seconds
            self.knob_memory.sounding[siren] = asyncio.create_task(self._sound(siren, until, pause))
        else:
            self._silence(siren)
        return self.poll_sirens(siren)

    def poll_sirens(self, *sirens: PartRef) -> Polled:
        """Tell which of these sirens sound; it is known here only, cameras do not say."""
        states = {siren: LineState(active=siren in self.knob_memory.sounding) for siren in sirens}
        return Polled(asked_at=time.monotonic(), readback=True, parts=states)

    async def close_sirens(self) -> None:
        """End every siren."""
        tasks = [task for siren in tuple(self.knob_memory.sounding) if (task := self._silence(siren))]
        await asyncio.gather(*tasks, return_exceptions=True)

    def _silence(self, siren: PartRef) -> asyncio.Task[None] | None:
        task = self.knob_memory.sounding.pop(siren, None)
        if task is not None:
            task.cancel()
        return task

    async def _sound(self, siren: PartRef, until: float | None, pause: float) -> None:
        """Play again and again; the first sound is under way already, and so is the first pause."""
        misses = 0
        while misses < _MISSES and (until is None or self.siren_clock() < until):
            await self.siren_sleep(pause if until is None else min(pause, until - self.siren_clock()))
            if until is not None and self.siren_clock() >= until:
                break
            misses, pause = await self._again(misses)
        self.knob_memory.sounding.pop(siren, None)
        self.tell(Patched(part=siren, state=LineState(active=False)))

    async def _again(self, misses: int) -> tuple[int, float]:
        """Play once; returns the refusals in a row and how long to wait now."""
        try:
            await self._play()
        except (AuthFailed, Forbidden, NotSupported) as error:
            _LOGGER.debug("siren given up: %s", error)
            return _MISSES, 0.0
        except DeviceError as error:
            _LOGGER.debug("siren not played again yet: %s", error)
            return misses + 1, _PAUSE
        return 0, _CLIP

    async def _play(self) -> None:
        await self.command(AUDIO_ALARM, lambda doc: doc.put(_TEST, 1, add=True))
