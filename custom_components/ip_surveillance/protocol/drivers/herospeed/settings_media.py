"""Settings of streams, sound and recordings (002…txt l.4002-4800, l.5905-6450)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, override

from ...model.parts import Choice, Range, SettingSpec, SettingValue
from ...model.setting_words import STREAMS, Setting, SettingKey
from .docs import Doc
from .settings import EACH, Kind, Listed, Number, Row, Source, Truth, Words

ENCODE: Final = Source(path="/api/video/video-encode")
SCOPE: Final = Source(path="/api/video/video-encode-scope")
AUDIO: Final = Source(path="/api/video/audio")
WATERMARK: Final = Source(path="/api/video/watermark")
RECORDING: Final = Source(path="/api/storage/regular-record-property")
# 1 is the memory card, 255 any of its kind (002…txt l.135, l.6139); the answer names some other type.
STORAGE: Final = Source(path="/api/storage/storage-property", asked=(("storageType", 1), ("id", 255)))
SNAPSHOT: Final = Source(path="/api/storage/snapshot")

_ON_OFF: Final = Truth()
_PERCENT: Final = Number(low=0, high=100)
_CODEC_NAMES: Final = ("h264", "h265", "mjpeg")
_CODECS: Final = tuple(f"{name}Attr" for name in _CODEC_NAMES)
_MOST: Final = 64
"""Resolutions offered at most."""
_FASTEST: Final = 60.0


def _scope(beside: Doc | None, stream: int) -> Doc:
    """What one stream offers; the list of the streams is nested once more than needed (002…txt l.4022)."""
    rows = beside.rows if beside is not None else ()
    return rows[stream] if stream < len(rows) else Doc({})


def _sizes(scope: Doc) -> Iterator[tuple[int, int, Doc]]:
    """Resolutions of all codecs; which codec a number stands for is nowhere told."""
    for attribute in _CODECS:
        for row in scope.doc(attribute).docs("resolutionList")[:_MOST]:
            width, height = row.integer("width"), row.integer("height")
            if width and height and 0 < width <= 1 << 16 and 0 < height <= 1 << 16:
                yield width, height, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width and height, as one choice."""

    stream: int

    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """The resolutions that the scope lists."""
        words = tuple(dict.fromkeys(f"{width}x{height}" for width, height, _ in _sizes(_scope(beside, self.stream))))
        return Choice(options=words) if words else None

    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The present resolution."""
        width, height = holder.integer("width"), holder.integer("height")
        return f"{width}x{height}" if width and height else None

    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put both in."""
        width, _, height = str(value).partition("x")
        holder.put("width", int(width))
        holder.put("height", int(height))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRate(Number):
    """Pictures a second, up to the most that the scope allows at the present size."""

    stream: int

    @override
    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Take the device's range, else the scope's most."""
        if holder.range(name):
            return Number.spec(self, holder, name, beside)
        size = holder.integer("width"), holder.integer("height")
        rates = [
            row.number("maxFrameRate") or 0.0
            for width, height, row in _sizes(_scope(beside, self.stream))
            if (width, height) == size
        ]
        most = min(max(rates, default=0.0), _FASTEST)
        return Range(low=self.low, high=most if most > self.low else self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class BitRate(Number):
    """Kilobits a second; the document says bytes, devices do not mean them."""

    stream: int

    @override
    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Take the device's range, else the scope's."""
        scope = _scope(beside, self.stream)
        low, high = scope.number("encodeBiterateMin"), scope.number("encodeBiterateMax")
        if holder.range(name) or low is None or high is None or not low < high:
            return Number.spec(self, holder, name, beside)
        return Range(low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec(Listed):
    """The codec by its name, where the scope tells the numbers of all of them apart; else by the number."""

    stream: int
    names: tuple[tuple[str, str], ...] = ()
    """Number as a word, and name."""

    def resolved(self, beside: Doc) -> Codec:
        """Take the names; the document's example has one number for all three (002…txt l.4029-4062)."""
        scope = _scope(beside, self.stream)
        told = [(scope.doc(f"{name}Attr"), name) for name in _CODEC_NAMES]
        found = [(str(doc.integer("encodeType")), name) for doc, name in told if doc.integer("encodeType") is not None]
        apart = len(found) > 1 and len(dict(found)) == len(found)
        return replace(self, names=tuple(found)) if apart else self

    @override
    def spec(self, holder: Doc, name: str, beside: Doc | None) -> SettingSpec | None:
        """Offer the names, of those listed where there is a list."""
        if not self.names:
            return Listed.spec(self, holder, name, beside)
        listed = [str(each) for each in holder.options(name)]
        words = tuple(word for number, word in self.names if not listed or number in listed)
        return Choice(options=words) if len(words) > 1 else None

    @override
    def read(self, holder: Doc, name: str) -> SettingValue | None:
        """The name, or whatever the device has."""
        number = holder.integer(name)
        value = Listed.read(self, holder, name)
        return value if number is None else dict(self.names).get(str(number), value)

    @override
    def write(self, holder: Doc, name: str, value: SettingValue) -> None:
        """Put its number in."""
        number = next((number for number, word in self.names if word == value), None)
        if number is None:
            Listed.write(self, holder, name, value)
        else:
            holder.put(name, int(number))


def _encoded(holder: Doc) -> bool:
    """Whether a stream exists: 0 says that it does (002…txt l.4427)."""
    return holder.truth("isSupport") is not True


def _stream_rows(index: int, slot: str) -> Iterator[Row]:
    def row(setting: Setting, name: str, kind: Kind, shown: tuple[int, ...] | None = None) -> Row:
        return Row(
            key=SettingKey(setting, slot),
            source=ENCODE,
            at=("streamEncode", index, name),
            kind=kind,
            flags=("enableH265",) if shown else (),
            shown=frozenset(shown) if shown else None,
            when=_encoded,
            beside=SCOPE,
        )

    yield row(Setting.RESOLUTION, "width", Size(stream=index))
    yield row(Setting.CODEC, "encodeType", Codec(stream=index))
    yield row(Setting.RATE_MODE, "bitrateType", Words(words={0: "cbr", 1: "vbr"}))
    yield row(
        Setting.QUALITY,
        "quality",
        Words(words={0: "lowest", 1: "low", 2: "medium", 3: "good", 4: "high", 5: "best"}),
    )
    yield row(Setting.FRAME_RATE, "frameRate", FrameRate(low=1, high=30, stream=index))
    yield row(Setting.BIT_RATE, "bitRate", BitRate(low=16, high=16384, stream=index))
    # 0 takes away the interval of key frames too, 2 the smart codec alone (002…txt l.1078).
    yield row(Setting.KEY_FRAMES, "keyFrameInterval", Number(low=1, high=400), (1, 2))
    yield row(Setting.SMART_CODEC, "enableSmartEnc", _ON_OFF, (1,))


STREAM_ROWS: Final = tuple(row for index, slot in enumerate(STREAMS) for row in _stream_rows(index, slot))


def _audio(setting: Setting, name: str, kind: Kind, *shown: int) -> Row:
    flags = ("enableAudioOut", "enableAudio") if shown else ("enableAudio",)
    return Row(
        key=SettingKey(setting),
        source=AUDIO,
        at=(name,),
        kind=kind,
        flags=flags,
        shown=frozenset(shown) if shown else None,
    )


AUDIO_ROWS: Final = (
    _audio(Setting.AUDIO, "enable", _ON_OFF),
    _audio(Setting.MICROPHONE_VOLUME, "inputVolume", _PERCENT),
    # 0 and 3 have no output, 2 has one way in and out, 4 shows neither (002…txt l.1217-1225).
    _audio(Setting.SPEAKER_VOLUME, "outputVolume", _PERCENT, 1, 2),
    _audio(Setting.AUDIO_INPUT, "inputModel", Words(words={0: "microphone", 1: "line"}), 1, 3),
    _audio(Setting.AUDIO_OUTPUT, "outputModel", Words(words={0: "builtin", 1: "external"}), 1),
)

_CARD: Final = ("enableSdCard", "enableRec")


def _stored(
    source: Source,
    setting: Setting,
    at: tuple[str, ...],
    kind: Kind,
    *flags: str,
    shown: tuple[int, ...] | None = None,
) -> Row:
    return Row(
        key=SettingKey(setting),
        source=source,
        at=at,
        kind=kind,
        flags=flags,
        shown=None if shown is None else frozenset(shown),
    )


# The words of waiting times are their seconds (002…txt l.257-297).
_BEFORE: Final = {0: "off", 1: "5", 2: "10", 3: "15", 4: "20", 5: "25", 6: "30", 7: "auto"}
_AFTER: Final = {0: "off", 1: "5", 2: "10", 3: "30", 4: "60", 5: "120", 6: "300", 7: "600"}
_CAPTURE: Final = "enableJpegCaptureHide"

STORAGE_ROWS: Final = (
    _stored(RECORDING, Setting.RECORDING_SCHEDULE, ("videoRecord", "enable"), _ON_OFF, *_CARD),
    _stored(
        RECORDING,
        Setting.RECORDING_STREAM,
        ("videoRecord", "videoStreamType"),
        Words(words=dict(enumerate(STREAMS))),
        *_CARD,
    ),
    _stored(STORAGE, Setting.LOOP_RECORDING, ("lackSpaceModel",), _ON_OFF, *_CARD),
    _stored(STORAGE, Setting.PRE_RECORD, ("preRecordTime",), Words(words=_BEFORE), *_CARD),
    _stored(STORAGE, Setting.POST_RECORD, ("recordDelay",), Words(words=_AFTER), *_CARD),
    _stored(STORAGE, Setting.STORAGE_SHARE, ("videoStoragePercentage",), _PERCENT, *_CARD),
    # 1 hides what an event takes pictures of, 2 all of it (002…txt l.1298-1306).
    _stored(SNAPSHOT, Setting.EVENT_SNAPSHOTS, ("eventCapture", "enable"), _ON_OFF, _CAPTURE, *_CARD, shown=(0,)),
    _stored(SNAPSHOT, Setting.TIMED_SNAPSHOTS, ("timerCapture", "enable"), _ON_OFF, _CAPTURE, *_CARD),
    _stored(
        SNAPSHOT,
        Setting.SNAPSHOT_QUALITY,
        ("quality",),
        Words(words={0: "high", 1: "medium", 2: "low"}),
        _CAPTURE,
        *_CARD,
    ),
)

WATERMARK_ROWS: Final = (
    Row(
        key=SettingKey(Setting.WATERMARK),
        source=WATERMARK,
        at=(EACH, "enable"),
        kind=_ON_OFF,
        flags=("enableWaterMark",),
    ),
)
