"""What can be commanded and set: which settings, features and parts of their own the first looks found.

`survey_channel`, `survey_input` and `survey_host` ask, `Knobs` is what they found; whoever composes the driver gives
each of them to `commands.Commands.learn_knobs` and adds it to its part by `Knobs.on`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from ...model.parts import Gate, Part, PartRef, SettingSpec
from ...model.setting_words import SettingKey
from ...model.vocabulary import Feature, Reading
from .client import HerospeedClient
from .facts import Facts

_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})


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
    """Look at one channel: its settings, lights, head and lens.

    Raises `AuthFailed`, and `CannotConnect` when the host is gone; whatever else fails is noted as unprobed.
    """
    raise NotImplementedError


async def survey_input(client: HerospeedClient, facts: Facts, number: int) -> Knobs:
    """Look at one alarm input: its switch and its type."""
    raise NotImplementedError


async def survey_host(client: HerospeedClient, facts: Facts) -> Knobs:
    """Look at what belongs to the device as a whole; its output and its siren come as parts."""
    raise NotImplementedError
