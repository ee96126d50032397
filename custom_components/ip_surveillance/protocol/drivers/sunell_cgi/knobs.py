"""What can be commanded and set: which settings, features and parts of their own a device has.

`survey_channels`, `survey_host` and `survey_input` ask, `Knobs` is what they found; the commands are in
`commands.Commands`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from ...model.parts import Gate, Part, SettingSpec, Topology
from ...model.setting_words import SettingKey
from ...model.vocabulary import Feature, Reading
from .client import SunellClient
from .facts import ChannelFacts, Facts
from .settings import Page
from .surveying import Survey

_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})
_SURELY: Final = 2
"""Makes of camera that must lack a page until a recorder is taken not to know it."""


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


def _knobs(survey: Survey) -> Knobs:
    return Knobs(
        name=survey.name,
        features=frozenset(survey.features),
        settings=survey.settings,
        readings=frozenset(survey.readings),
        unprobed=frozenset(survey.unprobed - survey.surely),
        presets=survey.presets,
        patrols=survey.patrols,
        parts=tuple(survey.parts),
    )


async def survey_channels(client: SunellClient, facts: Facts, before: Topology | None = None) -> Mapping[int, Knobs]:
    """Look at all channels, one after the other.

    Behind a recorder cameras of one make share what one of them told, but for what is set up on each; those that are
    offline are not asked: what no other camera of the make told is unprobed, and `before` tells which masks they had.
    Raises `AuthFailed`, and `CannotConnect` when the device is gone; whatever else fails is noted as unprobed.
    """
    found: dict[int, Knobs] = {}
    makes: dict[tuple[str | None, str | None], Survey] = {}
    for channel in sorted(facts.channels, key=lambda each: (each.online is False, each.number)):
        like = makes.get(_make(channel)) if facts.recorder and channel.hardware.model else None
        skip = _unknown(makes.values()) if facts.recorder else frozenset()
        survey = Survey(client, facts, before=before, skip=skip)
        await survey.channel(channel, like)
        if like is None and channel.online is not False and not survey.asker.failed:
            makes[_make(channel)] = survey
        found[channel.number] = _knobs(survey)
    return found


def _make(channel: ChannelFacts) -> tuple[str | None, str | None]:
    return channel.hardware.model, channel.hardware.firmware


def _unknown(surveys: Iterable[Survey]) -> frozenset[Page]:
    """Pages that cameras of several makes lack: the recorder itself does not know them."""
    lacking = [page for survey in surveys for page in survey.lacking]
    return frozenset(page for page in lacking if lacking.count(page) >= _SURELY) - {
        page for survey in surveys for page in survey.has
    }


async def survey_channel(client: SunellClient, facts: Facts, channel: int, before: Topology | None = None) -> Knobs:
    """Look at one channel."""
    survey = Survey(client, facts, before=before)
    if (known := facts.channel(channel)) is not None:
        await survey.channel(known)
    return _knobs(survey)


async def survey_input(client: SunellClient, facts: Facts, number: int) -> Knobs:
    """Look at one alarm input: its name, its switch and its type."""
    survey = Survey(client, facts)
    await survey.input(number)
    return _knobs(survey)


async def survey_host(client: SunellClient, facts: Facts) -> Knobs:
    """Look at what belongs to the device as a whole; its outputs come as parts."""
    survey = Survey(client, facts)
    await survey.host()
    return _knobs(survey)
