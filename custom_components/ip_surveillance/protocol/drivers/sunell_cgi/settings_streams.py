"""Rows of the settings of the encoded streams: codec, resolution, rates. Pure.

Lines: 003_f90f6ea635efbe94.txt.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from ...model.parts import Choice, Range, SettingSpec, SettingValue
from ...model.setting_words import STREAMS, Setting, SettingKey
from .grammar import Record
from .settings import Codec, Flag, Knob, Look, Number, Page, Words, place
from .values import to_float, to_int

_ABILITY: Final = ("streamAbility",)  # l.5082
_CODECS: Final[Mapping[str, str]] = {  # l.5261-5266
    "1": "h264",
    "2": "mjpeg",
    "4": "h264_main",
    "5": "h264_high",
    "8": "h265",
}
_ENCODER: Final = place("videoEncoderType")
_SIZE: Final = place("resolution")
_FRAMES: Final = (("minFrameRate",), ("maxFrameRate",))
_BITS: Final = (("minBit", "minBitRate"), ("maxBit", "maxBitRate"))


def stream_page(number: int) -> Page:
    """The page of one stream of a channel (l.5051)."""
    return Page(kinds=("AVStream",), extra=(("streamID", str(number)),), ability=_ABILITY)


def stream_number(page: Page) -> int | None:
    """Number of the stream that a page is about, None for other pages."""
    return to_int(dict(page.extra).get("streamID")) if page.kinds == ("AVStream",) else None


def encoders(ability: Record | None, stream: int) -> tuple[Record, ...]:
    """What one stream can be encoded as, from the answer about all of them."""
    streams = ability.lists("AVStream") if ability is not None else ()
    found = next((each for each in streams if to_int(each.get("streamID")) == stream), None)
    return found.lists("AVStreamEncoderAbility") if found is not None else ()


def resolutions(ability: Record | None, stream: int, encoder: str | None) -> tuple[Record, ...]:
    """Resolutions of one stream as it is encoded now, with their rates; of any encoder where that one is not listed."""
    listed = encoders(ability, stream)
    of = [each for each in listed if to_int(each.get("streamEncoderType")) == to_int(encoder)]
    return tuple(size for each in of or listed for size in each.lists("videoResolution"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """How a stream is encoded: of the words those that its ability has."""

    stream: int
    words: Words = Words(field=_ENCODER, words=_CODECS)  # noqa: RUF009 - frozen

    def at(self, number: int) -> Self:
        """The same: it has no numbers."""
        return self

    @property
    def fallback(self) -> SettingSpec:
        """All words."""
        return self.words.fallback

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """The words of this stream."""
        now = self.read(record, look)
        texts = (str(to_int(each.get("streamEncoderType"))) for each in encoders(look.ability, self.stream))
        options = tuple(dict.fromkeys((*(_CODECS.get(text, text) for text in texts), str(now))))
        return None if now is None else Choice(options=options) if len(options) > 1 else self.fallback

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The word."""
        return self.words.read(record, look)

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write the device's number."""
        return self.words.write(record, value, look)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The resolution of a stream, in the device's own words."""

    stream: int

    def at(self, number: int) -> Self:
        """The same: it has no numbers."""
        return self

    @property
    def fallback(self) -> SettingSpec:
        """No resolution is known beforehand."""
        return Choice(options=())

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """The resolutions of the stream's encoder, and the present one."""
        now = self.read(record, look)
        if now is None:
            return None
        listed = resolutions(look.ability, self.stream, _ENCODER.first(record))
        texts = (text.strip() for each in listed if (text := each.get("resolution")))
        options = tuple(dict.fromkeys((*texts, str(now))))
        return Choice(options=options) if len(options) > 1 else None

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The resolution."""
        return (_SIZE.first(record) or "")[:32] or None

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write it."""
        return _SIZE.put(record, str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A number whose bounds depend on the present resolution."""

    stream: int
    number: Number
    bounds: tuple[tuple[str, ...], tuple[str, ...]]
    """Names of the least and of the most; real cameras have other ones than the document."""

    def at(self, number: int) -> Self:
        """The same: it has no numbers."""
        return self

    @property
    def fallback(self) -> SettingSpec:
        """The range of the document."""
        return self.number.range

    def spec(self, record: Record, look: Look) -> SettingSpec | None:
        """The range at the present resolution."""
        if self.number.read(record, look) is None:
            return None
        listed = resolutions(look.ability, self.stream, _ENCODER.first(record))
        size = _SIZE.first(record)
        found = next((each for each in listed if (each.get("resolution") or "").strip() == size), None)
        ends = [to_float(found.get(*names)) for names in self.bounds] if found is not None else []
        numbers = [end for end in ends if end is not None]
        if len(numbers) < 2 or numbers[0] >= numbers[1]:
            return self.number.range
        return replace(self.number.range, low=numbers[0], high=numbers[1])

    def read(self, record: Record, look: Look) -> SettingValue | None:
        """The number."""
        return self.number.read(record, look)

    def write(self, record: Record, value: SettingValue, look: Look) -> Record:
        """Write it."""
        return self.number.write(record, value, look)


def _number(name: str, low: float, high: float) -> Number:
    return Number(field=place(name), range=Range(low=low, high=high))


def _codecs(stream: int) -> Iterator[tuple[Setting, Codec]]:
    yield Setting.CODEC, Encoder(stream=stream)
    yield Setting.RESOLUTION, Size(stream=stream)
    yield (
        Setting.FRAME_RATE,
        Rate(stream=stream, number=_number("frameRate", 1, 60), bounds=_FRAMES),
    )
    yield Setting.BIT_RATE, Rate(stream=stream, number=_number("bitRate", 100, 12000), bounds=_BITS)
    yield Setting.RATE_MODE, Words(field=place("bitRateType"), words={"1": "cbr", "2": "vbr"})  # l.5229
    # The document has 1 to 45 and an example with 50 (l.5060, l.5222).
    yield Setting.KEY_FRAMES, _number("iFrameInterval", 1, 200)
    yield Setting.QUALITY, _number("quality", 1, 9)
    yield Setting.SMART_CODEC, Flag(field=place("streamEncoderFlag"))


STREAM_KNOBS: Final = tuple(
    Knob(key=SettingKey(setting, of), page=stream_page(stream), codec=codec)
    for stream, of in enumerate(STREAMS, 1)
    for setting, codec in _codecs(stream)
)
"""Of channels."""
