"""Asking what a part has: each page once, the ability only where the page is there, lists of what moves.

Nothing is decided by the series of a device (003_f90f6ea635efbe94.txt l.185-194 marks them loosely).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ...errors import NotSupported, Rejected
from ...model.parts import HOST_PART, Gate, Part, PartKind, PartRef, SettingSpec, Text, Toggle, Topology
from ...model.setting_words import REGION, Setting, SettingKey
from ...model.vocabulary import Feature, Reading
from . import osd
from .asking import Asker
from .client import SunellClient
from .facts import ChannelFacts, Facts, channel_ref, input_ref, output_ref
from .grammar import Pair, Record
from .lens import lens_features
from .lights import LAMPS
from .outputs import OUTPUT_FEATURES, output_part
from .paging import Pager
from .ptz import guard_of
from .ptz_facts import AXES, numbered, position_of
from .settings import Knob, Page
from .settings_detections import ACTIONS
from .settings_device import NUMBERED, RECORDING
from .settings_pictures import FOCUS
from .settings_table import numbered_key, pages, worth
from .values import to_int

_MOST_NUMBERED: Final = 64
_HEAD: Final = frozenset(
    {
        Feature.PTZ_CONTINUOUS,
        Feature.PTZ_ZOOM,
        Feature.FOCUS,
        Feature.IRIS,
        Feature.AUTO_FOCUS,
        Feature.HOME,
    }
)
"""What every moving head takes (l.723-838)."""
_LISTS: Final = {
    Feature.PRESETS: ("listPreset", "preset"),
    Feature.PATROLS: ("listTour", "tour"),
    Feature.PATTERNS: ("listTrack", "track"),
    Feature.SCANS: ("listScan", "scan"),
}
_ASSUMED: Final = Toggle(assumed=True)
_AXES: Final = frozenset(Reading(quantity) for quantity in AXES)


class Survey:
    """One look at one part, and what came of it."""

    def __init__(
        self,
        client: SunellClient,
        facts: Facts,
        *,
        before: Topology | None = None,
        skip: frozenset[Page] = frozenset(),
    ) -> None:
        """Take the client and what is known; `skip` are pages that are sure to be lacking."""
        self.client = client
        self.facts = facts
        self.asker = Asker(client)
        self.pager = Pager(client, facts)
        self.name: str | None = None
        self.features: set[Feature] = set()
        self.settings: dict[SettingKey, SettingSpec] = {}
        self.readings: set[Reading] = set()
        self.unprobed: set[Gate] = set()
        self.surely: set[Gate] = set()
        """What one page tells although another could not."""
        self.presets: dict[int, str] = {}
        self.patrols: dict[int, str] = {}
        self.parts: list[Part] = []
        self.has: set[Page] = set()
        self.lacking: set[Page] = set(skip)
        self._before = before.parts if before is not None else {}

    async def channel(self, channel: ChannelFacts, like: Survey | None = None) -> None:
        """Look at a channel; one that is offline is not asked, one like another only for what is its own."""
        part = channel_ref(channel.number)
        rows = {page: self._apt(knobs) for page, knobs in pages(PartKind.CHANNEL).items() if worth(page, channel)}
        if like is not None:
            self._take(like, channel.number)
            rows = {page: knobs for page, knobs in rows.items() if page.own and page in like.has}
        if channel.online is False:
            self._unreached(part, rows, alone=like is None)
            return
        for page, knobs in rows.items():
            await self._page(page, part, knobs)
        if like is None:
            await self._lamps(channel)
            await self._manual_recording(part)
            await self._text(part)
            await self._head(part)
        elif Feature.PTZ_CONTINUOUS in self.features:
            await self._lists(part, self.features & _LISTS.keys())

    def _apt(self, knobs: Sequence[Knob]) -> list[Knob]:
        """Without what detections of a recorder do: it has lists instead of flags (l.8475), and dozens of cameras."""
        return [knob for knob in knobs if not (self.facts.recorder and knob.key.setting in ACTIONS)]

    async def input(self, number: int) -> None:
        """Look at an alarm input."""
        part = input_ref(number)
        for page, knobs in pages(PartKind.INPUT).items():
            record = await self._page(page, part, knobs)
            self.name = ((record.get("SourceName") if record is not None else None) or "").strip()[:64] or None

    async def host(self) -> None:
        """Look at the device as a whole, and at its outputs."""
        for page, knobs in pages(PartKind.DEVICE).items():
            await self._page(page, HOST_PART, knobs)
        for number in range(1, self.facts.outputs + 1):
            await self._output(number)

    async def _output(self, number: int) -> None:
        """An output is there where its settings are; lite cameras have neither these nor the command (l.508)."""
        part = output_ref(number)
        look = Survey(self.client, self.facts)
        for page, knobs in pages(PartKind.OUTPUT).items():
            record = await look._page(page, part, knobs)
            if record is not None:
                self.parts.append(replace(output_part(number, record), settings=look.settings))
            elif page not in look.lacking:
                unprobed = frozenset[Gate]({*OUTPUT_FEATURES, *look.settings})
                self.parts.append(Part(ref=part, features=OUTPUT_FEATURES, settings=look.settings, unprobed=unprobed))

    # --- settings

    async def _page(self, page: Page, part: PartRef, knobs: Iterable[Knob]) -> Record | None:
        """Note what of a page the device has."""
        if page in self.lacking:
            return None
        record = await self._ask(page, part)
        if record is None:
            if page not in self.lacking:
                self._missed(part, knobs)
            return None
        self.has.add(page)
        look = await self.asker.one("look", lambda: self.pager.look(page, part, ability=True))
        if look is None:
            self._missed(part, knobs)
            return None
        for knob in knobs:
            for row in _expanded(knob, record):
                spec = row.codec.spec(record, look)
                if spec is not None:
                    self.settings.setdefault(row.key, spec)
                    if row.key in self.unprobed:
                        self.settings[row.key] = spec
                    self.surely.add(row.key)
        return record

    async def _ask(self, page: Page, part: PartRef) -> Record | None:
        """Read a page; one that is not there is noted as lacking, one that failed is not."""
        answered = False

        async def read() -> Record | None:
            nonlocal answered
            record = await self.pager.page(page, part)
            answered = True
            return record

        record = await self.asker.one(page.kinds[0], read)
        if answered and record is None:
            self.lacking.add(page)
        return record

    def _missed(self, part: PartRef, knobs: Iterable[Knob]) -> None:
        """Note what may be on a page that could not be read now."""
        known = self._before[part].settings if part in self._before else {}
        for knob in knobs:
            keys = (
                [key for key in known if key.setting is knob.key.setting and key.of.startswith(REGION)]
                if knob.key.of == REGION
                else [knob.key]
            )
            for key in keys:
                self.settings.setdefault(key, known.get(key, knob.codec.fallback))
                self.unprobed.add(key)

    def _unreached(self, part: PartRef, rows: Mapping[Page, list[Knob]], *, alone: bool) -> None:
        """Note what a channel may have beyond what another of its make told; `alone`: there is none."""
        for knobs in rows.values():
            self._missed(part, knobs)
        known = self._before.get(part)
        if known is not None:
            self.presets, self.patrols = dict(known.presets), dict(known.patrols)
        if not alone:
            return
        self.features |= {*_HEAD, *_LISTS, Feature.AUTO_IRIS, Feature.PTZ_ABSOLUTE, Feature.PTZ_RELATIVE}
        self.readings |= _AXES
        self.unprobed |= self.features | self.readings
        lamps = [each for ref, each in self._before.items() if ref.kind is PartKind.LIGHT and each.parent == part]
        self.parts += [replace(lamp, unprobed=frozenset[Gate](lamp.features)) for lamp in lamps]

    def _take(self, like: Survey, number: int) -> None:
        """Take over what another camera of the make has."""
        own = {knob.key.setting for page, knobs in pages(PartKind.CHANNEL).items() if page.own for knob in knobs}
        self.features |= like.features
        self.readings |= like.readings
        self.settings |= {key: spec for key, spec in like.settings.items() if key.setting not in own}
        self.parts += [
            replace(part, ref=part.ref._replace(number=number), parent=channel_ref(number)) for part in like.parts
        ]

    # --- lamps, recording

    async def _lamps(self, channel: ChannelFacts) -> None:
        part = channel_ref(channel.number)
        for lamp in LAMPS.values():
            if not worth(lamp.page, channel) or lamp.page in self.lacking:
                continue
            record = await self._ask(lamp.page, part)
            if record is not None and (found := lamp.part(channel.number, record)) is not None:
                self.parts.append(found)
            elif record is None and lamp.page not in self.lacking:
                ref = PartRef(part.device, PartKind.LIGHT, channel.number, lamp.label)
                gates = frozenset({Feature.LIGHT})
                self.parts.append(
                    Part(ref=ref, parent=part, role=lamp.label, features=gates, unprobed=frozenset[Gate](gates))
                )

    async def _manual_recording(self, part: PartRef) -> None:
        """Cameras that record by a plan also do by hand; recorders and lite cameras do not (l.6259, l.5916)."""
        record = await self._ask(RECORDING, part) if RECORDING in self.has else None
        if record is None or self.facts.recorder or record.get("RecordGeneralOpen") is not None:
            return
        if record.get("RecordOpenFlag") is not None:
            self.settings[SettingKey(Setting.MANUAL_RECORDING)] = _ASSUMED

    async def _text(self, part: PartRef) -> None:
        """A text on the picture, where no page of the tables has one (l.3540)."""
        text = SettingKey(Setting.OSD_TEXT)
        if text in self.settings or self.facts.recorder:
            return
        canvas = await self.asker.one(osd.KIND, lambda: osd.find_canvas(self.client, part.number))
        if canvas is not None:
            self.settings[text] = Text(longest=osd.LONGEST)
        elif osd.KIND in self.asker.failed:
            self.settings[text] = Text(longest=osd.LONGEST)
            self.unprobed.add(text)

    # --- what moves

    async def _head(self, part: PartRef) -> None:
        """Look for a head, else for a lens with a motor."""
        camera = ("cameraID", str(part.number))
        record = await self.asker.record("ptzCap", camera, cgi=("ptz",))
        if record is None and "ptzCap" in self.asker.failed:
            self.features |= {*_HEAD, *_LISTS}
            self.unprobed |= self.features
            return
        if record is None or to_int(record.get("ptzSupport")) == 0:
            await self._lens(part)
            return
        self.features |= _HEAD
        if not self.facts.recorder:
            self.features.add(Feature.AUTO_IRIS)
        counts = {Feature.PRESETS: "presetMaxNum", Feature.PATROLS: "tourMaxNum", Feature.SCANS: "scanMaxNum"}
        none = {feature for feature, name in counts.items() if to_int(record.get(name)) == 0}
        await self._lists(part, _LISTS.keys() - none)
        await self._position(part)
        await self._accessories(part, camera)

    async def _lens(self, part: PartRef) -> None:
        record = await self._ask(FOCUS, part) if FOCUS not in self.lacking else None
        self.features |= lens_features(record)

    async def _lists(self, part: PartRef, features: Iterable[Feature]) -> None:
        """Presets and tours that are stored; what answers at all can be commanded."""
        for feature in sorted(features):
            verb, stem = _LISTS[feature]
            record = await self._verb(part, verb)
            if record is not None:
                self.features.add(feature)
                found = numbered(record, stem)
                if feature is Feature.PRESETS:
                    self.presets = found
                elif feature is Feature.PATROLS:
                    self.patrols = found
            elif verb in self.asker.failed:
                self.features.add(feature)
                self.unprobed.add(feature)

    async def _position(self, part: PartRef) -> None:
        record = await self._verb(part, "getPosition")
        features = {Feature.PTZ_ABSOLUTE, Feature.PTZ_RELATIVE}
        if record is None and "getPosition" in self.asker.failed:
            self.features |= features
            self.readings |= _AXES
            self.unprobed |= {*features, *_AXES}
        elif record is not None and position_of(record).pan is not None:
            self.features |= features
            self.readings |= _AXES

    async def _accessories(self, part: PartRef, camera: Pair) -> None:
        """Guard position; and wiper, washer and heater, of which only the wiper's settings can be asked for.

        Domes for outdoors have all three; an answer of `OK` counts, the document shows no other (l.1791).
        """
        guard = SettingKey(Setting.PARK_ACTION)
        record = await self._verb(part, "getKeeper")
        if record is not None and guard_of(record) is not None:
            self.settings[guard] = Toggle()
        elif "getKeeper" in self.asker.failed:
            self.settings[guard] = Toggle()
            self.unprobed.add(guard)
        wiper = await self._try("WiperParam", camera, ("type", "WiperParam"), ("action", "get"))
        there = wiper is not None and bool(wiper or wiper.free)
        if not there and "WiperParam" not in self.asker.failed:
            return
        keys = {SettingKey(Setting.WIPER), SettingKey(Setting.HEATER)}
        features = {Feature.WIPER, Feature.WASHER}
        self.settings |= dict.fromkeys(keys, _ASSUMED)
        self.features |= features
        if not there:
            self.unprobed |= {*keys, *features}

    async def _verb(self, part: PartRef, verb: str) -> Record | None:
        return await self._try(verb, ("cameraID", str(part.number)), ("action", verb))

    async def _try(self, name: str, *pairs: Pair) -> Record | None:
        """Ask a head; None where it does not know the question."""

        async def read() -> Record | None:
            try:
                return await self.client.read("ptz", *pairs)
            except NotSupported, Rejected:
                return None

        return await self.asker.one(name, read)


def _expanded(knob: Knob, record: Record) -> Iterable[Knob]:
    """Rows of one knob: one, or one for each numbered record of a list."""
    if knob.key.of != REGION:
        return (knob,)
    stem, name = NUMBERED[knob.page.kinds[0]]
    numbers = dict.fromkeys(to_int(entry.get(name)) for entry in record.lists(stem)[:_MOST_NUMBERED])
    return tuple(knob.at(numbered_key(knob.key, number), number) for number in numbers if number is not None)
