"""Supplement lights as lamps, and the audio alarm as a siren.

A camera has one supplement light with several modes; each lamp in it is shown as a part of its own, on while
the mode is the lamp's. The strobe (`whiteLightAlarm`) is no part: that document only configures what an alarm
does, and no request makes it flash.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import logging
import time
from typing import Any, Final

from ...driver import Emit
from ...errors import AuthFailed, BadAnswer, DeviceError, Forbidden, NotSupported, Rejected
from ...model.events import Patched, Polled
from ...model.parts import HOST, Part, PartKind, PartRef
from ...model.setting_words import Setting, SettingKey
from ...model.state import LineState
from ...model.vocabulary import Feature
from ...moving import Clock, Sleep
from ...transport import xml
from .client import IsapiClient

_LOGGER = logging.getLogger(__name__)

_MODE: Final = "supplementLightMode"
_REGULATION: Final = "mixedLightBrightnessRegulatMode"  # the device's spelling
_MANUAL: Final = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lamp:
    """One lamp of a supplement light."""

    label: str
    modes: tuple[str, ...]
    """Modes in which it is on, best first."""
    level: str
    """Leaf of its brightness, percent."""
    rest: tuple[str, ...]
    """Modes to leave it in when it is not known which one was before, best first."""


_LAMPS: Final = (
    _Lamp(
        label="white",
        modes=("colorVuWhiteLight", "whiteLight"),
        level="whiteLightBrightness",
        # Not dark: the camera shall still see by night.
        rest=("eventIntelligence", "irLight", "close"),
    ),
    _Lamp(label="ir", modes=("irLight",), level="irLightBrightness", rest=("close", "eventIntelligence")),
)
_BY_LABEL: Final = {lamp.label: lamp for lamp in _LAMPS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How a light was before it was switched on."""

    mode: str
    regulation: str | None = None
    """How brightness was regulated; None when the device knows no such thing."""


def light_path(channel: int) -> str:
    """Tell the document of a channel's supplement light; its options are in `{path}/capabilities`."""
    return f"Image/channels/{channel}/supplementLight"


def light_options(capabilities: xml.Element | None) -> tuple[str, ...]:
    """List the modes that a supplement light offers; there are no others."""
    found = xml.find(capabilities, _MODE)
    listed = found.get("opt") or found.text or "" if found is not None else ""
    return tuple(option for each in listed.split(",") if (option := each.strip()))


def light_parts(capabilities: xml.Element | None, channel: int) -> list[Part]:
    """Make the lamps of a channel from SupplementLight capabilities, one per mode that is a lamp."""
    options = light_options(capabilities)
    parent = PartRef(HOST, PartKind.CHANNEL, channel)
    return [
        Part(
            ref=PartRef(HOST, PartKind.LIGHT, channel, lamp.label),
            parent=parent,
            role=lamp.label,
            features=frozenset(
                {Feature.LIGHT} | ({Feature.BRIGHTNESS} if xml.find(capabilities, lamp.level) is not None else set())
            ),
        )
        for lamp in _LAMPS
        if _first(lamp.modes, options)
    ]


def light_states(document: xml.Element, channel: int) -> dict[PartRef, LineState]:
    """Read the state of every lamp of a channel from its SupplementLight document."""
    mode = xml.text(document, _MODE)
    states = {}
    for lamp in _LAMPS:
        level = xml.decimal(document, lamp.level)
        states[PartRef(HOST, PartKind.LIGHT, channel, lamp.label)] = LineState(
            active=mode in lamp.modes if mode else None,
            level=min(1.0, max(0.0, level / 100)) if level is not None else None,
        )
    return states


def _first(wanted: Sequence[str], options: Sequence[str]) -> str | None:
    return next((each for each in wanted if each in options), None)


class _Unchanged(DeviceError):
    """Raised to leave a document alone that is as wanted; never leaves this module."""


class Lamps:
    """The `Lights` commands, by changing the one document that holds the mode and the brightness."""

    client: IsapiClient
    light_modes: Mapping[int, tuple[str, ...]]
    """Modes offered by channel (`light_options`), as discovered."""
    light_rests: dict[int, Rest]
    """How each channel's light was before we switched it on; starts empty."""

    async def set_light(self, light: PartRef, on: bool, level: float | None = None) -> Polled:
        """Switch a lamp; `level` is 0 to 1 and makes the brightness manual until it is switched off.

        Off brings back the mode from before. White stays dark while the picture is in day mode.
        """
        lamp = _BY_LABEL.get(light.label)
        if lamp is None:
            raise NotSupported("no such lamp", code="notSupport")
        channel = light.number
        change = self._on(lamp, channel, level) if on else self._off(lamp, channel)
        asked_at = time.monotonic()
        try:
            document = await self.client.edit(light_path(channel), change)
        except _Unchanged:
            document = await self.client.xml(light_path(channel))
        known = self._lamps_of(document, channel)
        # The mode is a setting of the channel too.
        mode = (PartRef(HOST, PartKind.CHANNEL, channel), SettingKey(Setting.LIGHT_MODE))
        settings = {mode: xml.text(document, _MODE)}
        return Polled(asked_at=asked_at, readback=True, parts=known, settings=settings)

    async def read_lamps(self, channel: int) -> Mapping[PartRef, LineState]:
        """Read the lamps of a channel."""
        return self._lamps_of(await self.client.xml(light_path(channel)), channel)

    def _lamps_of(self, document: xml.Element, channel: int) -> dict[PartRef, LineState]:
        return {ref: state for ref, state in light_states(document, channel).items() if self._has(ref)}

    def _has(self, ref: PartRef) -> bool:
        return _first(_BY_LABEL[ref.label].modes, self.light_modes.get(ref.number, ())) is not None

    def _on(self, lamp: _Lamp, channel: int, level: float | None) -> Callable[[xml.Element], None]:
        def change(document: xml.Element) -> None:
            mode = _first(lamp.modes, self.light_modes.get(channel, ())) or lamp.modes[0]
            before = Rest(mode=xml.text(document, _MODE) or "", regulation=xml.text(document, _REGULATION))
            if before.mode not in lamp.modes:
                self.light_rests[channel] = before
            _write(document, _MODE, mode)
            if level is not None:
                self.light_rests.setdefault(channel, Rest(mode="", regulation=before.regulation))
                xml.set_text(document, _REGULATION, _MANUAL)
                _write(document, lamp.level, round(min(1.0, max(0.0, level)) * 100))

        return change

    def _off(self, lamp: _Lamp, channel: int) -> Callable[[xml.Element], None]:
        def change(document: xml.Element) -> None:
            mode = xml.text(document, _MODE)
            if mode not in lamp.modes:
                raise _Unchanged
            before = self.light_rests.pop(channel, Rest(mode=""))
            options = self.light_modes.get(channel, ())
            wanted = (before.mode, *lamp.rest) if before.mode else lamp.rest
            rest = _first([each for each in wanted if each not in lamp.modes], options)
            if rest is None:
                raise Rejected("the light has no other mode", code="noMode")
            _write(document, _MODE, rest)
            if before.regulation:
                xml.set_text(document, _REGULATION, before.regulation)

        return change


def _write(document: xml.Element, leaf: str, value: str | int) -> None:
    if not xml.set_text(document, leaf, value):
        raise NotSupported(f"the light has no {leaf}", code="notSupport")


# --- sirens

SIREN_PATH: Final = "Event/triggers/notifications/AudioAlarm"
"""Settings of the audio alarm, JSON."""
_CLIP: Final = 5.0
"""Seconds that one test of the audio alarm plays."""
_BUSY_PAUSE: Final = 1.0
_MISSES: Final = 10
"""Refusals in a row after which a siren is given up."""


def siren_parts(capabilities: Mapping[str, Any] | None) -> list[Part]:
    """Make the siren from the audio alarm's capabilities (JSON); a device has one or none."""
    found = (capabilities or {}).get("AudioAlarm")
    if not isinstance(found, Mapping) or not found:
        return []
    return [Part(ref=PartRef(HOST, PartKind.SIREN, 1), features=frozenset({Feature.SIREN}))]


class Sounders:
    """The `Sirens` commands: the device only plays its clip once, so it is played again until it is enough.

    As loud as the device is set, nothing is written. One task per siren, ended by `close_sirens`.
    """

    client: IsapiClient
    tell: Emit
    """Takes the event that a siren ended by itself."""
    siren_tasks: dict[PartRef, asyncio.Task[None]]
    """Sirens that sound; starts empty."""
    siren_clock: Clock = staticmethod(time.monotonic)
    siren_sleep: Sleep = staticmethod(asyncio.sleep)

    async def set_siren(self, siren: PartRef, on: bool, seconds: float | None = None) -> Polled:
        """Start or stop a siren. A clip under way plays to its end (about 5 s): no request breaks it off."""
        if on:
            await self._start(siren, seconds)
        else:
            self._silence(siren)
        return self.poll_sirens(siren)

    async def _start(self, siren: PartRef, seconds: float | None) -> None:
        """Play the first clip, so that a refusal is told; a siren that sounds already only gets another end."""
        test, pause = await self._siren_test(), _BUSY_PAUSE
        if siren not in self.siren_tasks:
            await self.client.send_json("PUT", test)
            pause = _CLIP
        self._silence(siren)  # somebody else may have started it meanwhile
        until = None if seconds is None else self.siren_clock() + seconds
        self.siren_tasks[siren] = asyncio.create_task(self._sound(siren, test, until, pause))

    def poll_sirens(self, *sirens: PartRef) -> Polled:
        """Tell which of these sirens sound; it is known here only, devices do not say."""
        states = {siren: LineState(active=siren in self.siren_tasks) for siren in sirens}
        return Polled(asked_at=time.monotonic(), readback=True, parts=states)

    async def close_sirens(self) -> None:
        """End every siren."""
        tasks = [task for siren in tuple(self.siren_tasks) if (task := self._silence(siren))]
        await asyncio.gather(*tasks, return_exceptions=True)

    def _silence(self, siren: PartRef) -> asyncio.Task[None] | None:
        task = self.siren_tasks.pop(siren, None)
        if task is not None:
            task.cancel()
        return task

    async def _siren_test(self) -> str:
        """Tell the request that plays the sound which the device is set to."""
        settings = (await self.client.json(SIREN_PATH)).get("AudioAlarm")
        sound = settings.get("audioID") if isinstance(settings, Mapping) else None
        if isinstance(sound, bool) or not isinstance(sound, int):
            raise BadAnswer("the audio alarm has no sound")
        return f"{SIREN_PATH}/{sound}/test"

    async def _sound(self, siren: PartRef, test: str, until: float | None, pause: float) -> None:
        """Play the clip again and again; the first one is under way already, and so is the first pause."""
        misses = 0
        while misses < _MISSES and (until is None or self.siren_clock() < until):
            left = pause if until is None else min(pause, until - self.siren_clock())
            await self.siren_sleep(left)
            if until is not None and self.siren_clock() >= until:
                break
            misses, pause = await self._play(test, misses)
        self.siren_tasks.pop(siren, None)
        self.tell(Patched(part=siren, state=LineState(active=False)))

    async def _play(self, test: str, misses: int) -> tuple[int, float]:
        """Play once; returns the refusals in a row and how long to wait now."""
        try:
            await self.client.send_json("PUT", test)
        except (AuthFailed, Forbidden, NotSupported) as error:
            _LOGGER.debug("siren given up: %s", error)
            return _MISSES, 0.0
        except DeviceError as error:
            # Mostly the clip before, which still plays (403 while busy).
            _LOGGER.debug("siren not played again yet: %s", error)
            return misses + 1, _BUSY_PAUSE
        return 0, _CLIP
