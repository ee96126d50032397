"""All rows of the settings, and which of them a part may have. Pure."""

from collections.abc import Iterable, Iterator, Mapping
import re
from typing import Final

from ...model.parts import PartKind, PartRef
from ...model.setting_words import REGION, SettingKey
from .facts import ChannelFacts, Facts
from .settings import Knob, Page
from .settings_detections import DETECTION_KNOBS, HOST_DETECTION_KNOBS, INPUT_KNOBS
from .settings_device import CHANNEL_KNOBS, HOST_KNOBS, OUTPUT_KNOBS
from .settings_pictures import PICTURE_KNOBS
from .settings_streams import STREAM_KNOBS, stream_number

KNOBS: Final[Mapping[PartKind, tuple[Knob, ...]]] = {
    PartKind.CHANNEL: (*DETECTION_KNOBS, *PICTURE_KNOBS, *CHANNEL_KNOBS, *STREAM_KNOBS),
    PartKind.DEVICE: (*HOST_KNOBS, *HOST_DETECTION_KNOBS),
    PartKind.OUTPUT: OUTPUT_KNOBS,
    PartKind.INPUT: INPUT_KNOBS,
}
"""Rows by kind of part."""
_NUMBERED: Final = re.compile(rf"{REGION}(\d{{1,4}})")


def _by_key(rows: Iterable[Knob]) -> dict[SettingKey, tuple[Knob, ...]]:
    found: dict[SettingKey, tuple[Knob, ...]] = {}
    for row in rows:
        found[row.key] = (*found.get(row.key, ()), row)
    return found


_BY_KEY: Final = {kind: _by_key(rows) for kind, rows in KNOBS.items()}


def rows_of(part: PartRef, key: SettingKey) -> tuple[Knob, ...]:
    """Rows that a setting of a part may be, the likeliest first; none for what is no setting of a page."""
    rows = _BY_KEY.get(part.kind, {})
    if (numbered := _NUMBERED.fullmatch(key.of)) is None:
        return rows.get(key, ())
    return tuple(row.at(key, int(numbered[1])) for row in rows.get(key._replace(of=REGION), ()))


def pages(kind: PartKind) -> dict[Page, list[Knob]]:
    """Rows of a kind of part by their pages."""
    found: dict[Page, list[Knob]] = {}
    for row in KNOBS[kind]:
        found.setdefault(row.page, []).append(row)
    return found


def worth(page: Page, channel: ChannelFacts) -> bool:
    """Whether a channel may have a page at all."""
    if page.analysis is not None and not channel.may(page.analysis):
        return False
    if page.thermal and not channel.thermal:
        return False
    stream, known = stream_number(page), {each.number for each in channel.streams}
    return stream is None or not known or stream in known


def numbered_key(key: SettingKey, number: int) -> SettingKey:
    """Key of one numbered record."""
    return key._replace(of=f"{REGION}{number}")


def pairs_of(page: Page, part: PartRef, facts: Facts) -> Iterator[tuple[str, str]]:
    """What says which part a request is about, in the order of the document's examples."""
    if page.address and (not page.lenses or facts.recorder or len(facts.channels) > 1):
        yield page.address, str(part.number)
    yield from page.extra
