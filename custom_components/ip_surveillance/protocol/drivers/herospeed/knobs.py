"""What can be commanded and set: which settings, features and parts of their own the first looks found.

`survey_channel`, `survey_input` and `survey_host` ask, `Knobs` is what they found; whoever composes the driver gives
each of them to `commands.Commands.learn_knobs` and adds it to its part by `Knobs.on`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from ...model.parts import HOST, HOST_PART, Gate, Part, PartKind, PartRef, SettingSpec
from ...model.setting_words import SettingKey
from ...model.vocabulary import Feature, Reading
from .client import HerospeedClient
from .facts import Facts
from .lights import LIGHT_LEVEL, look_at_lamps
from .looking import Looker, Settled
from .outputs import look_at_output
from .ptz_facts import look_at_head
from .settings import Row, SettingRef
from .settings_alarms import input_detection_rows, input_rows, look_at_alarms, motion_rows
from .settings_events import EVENT_ROWS
from .settings_host import HOST_ROWS
from .settings_image import FILL_LIGHT, IMAGE_ROWS
from .settings_media import AUDIO_ROWS, STORAGE_ROWS, STREAM_ROWS, WATERMARK_ROWS
from .siren import look_at_siren

_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})
_CHANNEL_ROWS: Final = (*IMAGE_ROWS, *STREAM_ROWS, *AUDIO_ROWS, *WATERMARK_ROWS, *STORAGE_ROWS, *EVENT_ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What one part can be told to do, and the parts that hang on it (lights of a channel, the output of the host)."""

    features: frozenset[Feature] = frozenset()
    settings: Mapping[SettingKey, SettingSpec] = field(default_factory=lambda: _EMPTY)
    readings: frozenset[Reading] = frozenset()
    unprobed: frozenset[Gate] = frozenset()
    """Of the above, what could not be asked for now."""
    presets: Mapping[int, str] = field(default_factory=lambda: _EMPTY)
    patrols: Mapping[int, str] = field(default_factory=lambda: _EMPTY)
    parts: tuple[Part, ...] = ()
    rows: Mapping[SettingRef, Row] = field(default_factory=lambda: _EMPTY)
    """Where the settings are, those of `parts` too."""

    def on(self, part: Part) -> Part:
        """A part with all of it added; `parts` are left to the caller."""
        return replace(
            part,
            features=part.features | self.features,
            settings={**part.settings, **self.settings},
            readings=part.readings | self.readings,
            unprobed=part.unprobed | self.unprobed,
            presets=self.presets or part.presets,
            patrols=self.patrols or part.patrols,
        )


async def survey_channel(client: HerospeedClient, facts: Facts, channel: int) -> Knobs:
    """Look at one channel: its settings, lamps, head and lens. No document names a channel: only the first has any.

    Raises `AuthFailed`, and `CannotConnect` when the host is gone; whatever else fails is noted as unprobed.
    """
    if facts.recorder or channel != facts.channels[0].number:
        return Knobs()
    look = Looker(client, facts)
    ref = PartRef(HOST, PartKind.CHANNEL, channel)
    found = await look.settle(ref, _CHANNEL_ROWS)
    alarms = await look_at_alarms(look)
    await alarms.settle(look, found, ref, motion_rows, alarms.motion)
    if facts.inputs:
        await alarms.settle(look, found, ref, input_detection_rows, alarms.input)
    head = await look_at_head(look)
    lamps = await look_at_lamps(look, channel)
    readings: frozenset[Reading] = frozenset()
    light = await look.ask(FILL_LIGHT) if facts.has("enableSmartir") is not False else None
    if light is not None and "realTimeVal" in light:
        readings = frozenset({LIGHT_LEVEL})
    return Knobs(
        features=head.features,
        settings=found.settings,
        readings=readings,
        unprobed=frozenset(found.unprobed) | head.unprobed,
        presets=head.presets,
        patrols=head.patrols,
        parts=lamps,
        rows=found.rows,
    )


async def survey_input(client: HerospeedClient, facts: Facts, number: int) -> Knobs:
    """Look at one alarm input: its contact. What it does is a setting of the channel, as with every detection."""
    look = Looker(client, facts)
    ref = PartRef(HOST, PartKind.INPUT, number)
    found = Settled()
    alarms = await look_at_alarms(look)
    await alarms.settle(look, found, ref, input_rows, alarms.input)
    return Knobs(settings=found.settings, unprobed=frozenset(found.unprobed), rows=found.rows)


async def survey_host(client: HerospeedClient, facts: Facts) -> Knobs:
    """Look at what belongs to the device as a whole; its output and its siren come as parts."""
    look = Looker(client, facts)
    found = await look.settle(HOST_PART, HOST_ROWS)
    outputs, rows = await look_at_output(look)
    sirens = await look_at_siren(look)
    return Knobs(
        settings=found.settings,
        unprobed=frozenset(found.unprobed),
        parts=(*outputs, *sirens),
        rows={**found.rows, **rows},
    )
