"""What can be commanded and set: which settings, features and parts of their own the first looks found.

`survey_channels` and `survey_host` ask, `Knobs` is what they found; the commands are in `commands.Commands`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from ...model.parts import Gate, Part, SettingSpec
from ...model.setting_words import SettingKey
from ...model.vocabulary import Feature, Reading
from .client import SunellClient
from .facts import Facts

_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What one part can be told to do, and the parts that hang on it (lights of a channel, outputs of the host)."""

    name: str | None = None
    """Name that the device knows it by, where the look told one (inputs)."""
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
            name=part.name or self.name,
            features=part.features | self.features,
            settings={**part.settings, **self.settings},
            readings=part.readings | self.readings,
            unprobed=part.unprobed | self.unprobed,
            presets=self.presets or part.presets,
            patrols=self.patrols or part.patrols,
        )


async def survey_channels(client: SunellClient, facts: Facts) -> Mapping[int, Knobs]:
    """Look at all channels, one after the other; cameras of one make behind a recorder share what one of them told.

    Raises `AuthFailed`, and `CannotConnect` when the host is gone; whatever else fails is noted as unprobed.
    """
    raise NotImplementedError


async def survey_channel(client: SunellClient, facts: Facts, channel: int) -> Knobs:
    """Look at one channel."""
    raise NotImplementedError


async def survey_input(client: SunellClient, facts: Facts, number: int) -> Knobs:
    """Look at one alarm input: its name, its switch and its type."""
    raise NotImplementedError


async def survey_host(client: SunellClient, facts: Facts) -> Knobs:
    """Look at what belongs to the device as a whole; its outputs come as parts."""
    raise NotImplementedError
