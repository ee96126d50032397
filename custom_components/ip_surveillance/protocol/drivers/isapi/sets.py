"""Reading and writing settings: each document once, whole, and read back."""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from functools import partial
import time
from typing import Final

from ...errors import AuthFailed, DeviceError, NotSupported, Rejected
from ...model.detections import Detection
from ...model.events import Polled
from ...model.parts import PartRef, SettingValue, Topology
from ...model.setting_words import Setting, SettingKey
from ...transport import xml
from .channels import ChannelMap
from .client import IsapiClient, Json
from .codec import json_list
from .metadata import Metadata, config as metadata
from .metadata.words import TYPES
from .settings import (
    DETECTION_DOCUMENTS,
    DISTURB,
    ENTRIES,
    HOLIDAYS,
    LEAVES,
    disturbance,
    first_holiday,
    fits,
    sensitivity_leaves,
    whole,
)

_MUTEX: Final = "System/mutexFunction"

type SettingRef = tuple[PartRef, SettingKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob[D]:
    """How one setting is read from and written into its document."""

    paths: tuple[str, ...]
    """Alternatives; the first that the device has counts."""
    read: Callable[[D], SettingValue | None]
    write: Callable[[D, SettingValue], bool]
    """False when the document has no place for it."""


type XmlKnob = Knob[xml.Element]
type JsonKnob = Knob[Json]


def xml_knob(part: PartRef, key: SettingKey, channels: ChannelMap) -> XmlKnob | None:
    """Find a setting that lives in an XML document."""
    if key.setting in (Setting.DETECTION, Setting.SENSITIVITY):
        return _detection_knob(part, key, channels)
    if key.setting is Setting.HOLIDAY_MODE:
        return Knob(paths=(HOLIDAYS,), read=_read_holiday, write=_write_holiday)
    if leaf := LEAVES.get(key.setting):
        return Knob(paths=(leaf.path.format(n=part.number),), read=leaf.read, write=leaf.write)
    return None


def json_knob(part: PartRef, key: SettingKey) -> JsonKnob | None:
    """Find a setting that lives in a JSON document."""
    if key.setting is Setting.NOTIFICATIONS:
        return _notifications_knob(part.number)
    if entry := ENTRIES.get(key.setting):
        return Knob(paths=(entry.path,), read=entry.read, write=entry.write)
    return None


def metadata_knob(source: metadata.Source | None, key: SettingKey) -> XmlKnob | None:
    """Find the switch of something that a channel measures."""
    if source is None or key.of not in TYPES:
        return None
    return Knob(
        paths=source.switches(key.of),
        read=partial(metadata.read_switch, word=key.of),
        write=lambda document, value: metadata.write_switch(document, key.of, value),
    )


def _detection_knob(part: PartRef, key: SettingKey, channels: ChannelMap) -> XmlKnob | None:
    row = DETECTION_DOCUMENTS.get(Detection(key.of)) if key.of in Detection else None
    if row is None:
        return None
    paths = row.paths(part.number, proxied=channels.proxied(part.number))
    if key.setting is Setting.DETECTION:
        return Knob(
            paths=paths,
            read=lambda document: xml.boolean(document, "enabled"),
            write=lambda document, value: xml.set_text(document, "enabled", value),
        )

    def read(document: xml.Element) -> SettingValue | None:
        leaves = sensitivity_leaves(document, row)
        return xml.decimal(leaves[0]) if leaves else None

    def write(document: xml.Element, value: SettingValue) -> bool:
        leaves = sensitivity_leaves(document, row)
        for leaf in leaves:
            xml.set_text(leaf, "", whole(value))
        return bool(leaves)

    return Knob(paths=paths, read=read, write=write)


def _read_holiday(document: xml.Element) -> SettingValue | None:
    return xml.boolean(first_holiday(document), "enabled")


def _write_holiday(document: xml.Element, value: SettingValue) -> bool:
    holiday = first_holiday(document)
    return holiday is not None and xml.set_text(holiday, "enabled", value)


def _notifications_knob(channel: int) -> JsonKnob:
    """The device states the opposite: whether reports are suppressed."""

    def read(document: Json) -> SettingValue | None:
        suppressed = (disturbance(document, channel) or {}).get("disturbEnabled")
        return not suppressed if isinstance(suppressed, bool) else None

    def write(document: Json, value: SettingValue) -> bool:
        entry = disturbance(document, channel)
        if entry is None:
            return False
        entry["disturbEnabled"] = not value
        return True

    return Knob(paths=(DISTURB,), read=read, write=write)


class Settings:
    """`read_settings` of every driver, and the `Sets` commands."""

    client: IsapiClient
    channels: ChannelMap
    topology: Topology | None
    metadata: Metadata
    mutex: bool
    """The device can tell which functions exclude each other."""

    def json_knob(self, part: PartRef, key: SettingKey) -> JsonKnob | None:
        """Find a setting that lives in a JSON document."""
        return json_knob(part, key)

    async def read_settings(self, wanted: AbstractSet[SettingRef]) -> AsyncIterator[Polled]:
        """Read settings, each document once; a document that fails leaves only its own keys unknown."""
        for paths, knobs in _grouped(wanted, self._xml_knob).items():
            asked_at = time.monotonic()
            yield Polled(asked_at=asked_at, settings=await self._read(paths, knobs, self._first_xml))
        for paths, json_knobs in _grouped(wanted, self.json_knob).items():
            asked_at = time.monotonic()
            yield Polled(asked_at=asked_at, settings=await self._read(paths, json_knobs, self._first_json))

    async def set_setting(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        """Change one setting in its document, leave the rest as read, and tell what the device has then.

        Raises `Rejected` with the device's reason: excluded by another function (named in `details`), limit reached,
        or taken without effect.
        """
        self._check_value(part, setting, value)
        asked_at = time.monotonic()
        if knob := self._xml_knob(part, setting):
            if setting.setting is Setting.DETECTION and value is True:
                await self._check_mutex(part, setting)
            path = knob.paths[0] if len(knob.paths) == 1 else (await self._first_xml(knob.paths))[0]
            before, after = await self._edit(path, knob, value, self.client.edit)
        elif json := self.json_knob(part, setting):
            before, after = await self._edit(json.paths[0], json, value, self.client.edit_json)
        else:
            raise NotSupported(f"no setting {setting.key}", code="notSupport")
        if after == before and after != value and not self.client.reboot_required:
            raise Rejected("the device took the value without effect", code="notApplied")
        return Polled(asked_at=asked_at, readback=True, settings={(part, setting): after})

    def _xml_knob(self, part: PartRef, key: SettingKey) -> XmlKnob | None:
        if key.setting is Setting.METADATA:
            return metadata_knob(self.metadata.sources.get(part.number), key)
        return xml_knob(part, key, self.channels)

    def _check_value(self, part: PartRef, setting: SettingKey, value: SettingValue) -> None:
        known = self.topology.parts.get(part) if self.topology else None
        spec = known.settings.get(setting) if known else None
        if spec is not None and not fits(value, spec):
            raise Rejected("value out of range", code="badParameters", details=(str(value),))

    async def _edit[D](
        self,
        path: str,
        knob: Knob[D],
        value: SettingValue,
        edit: Callable[[str, Callable[[D], None]], Awaitable[D]],
    ) -> tuple[SettingValue | None, SettingValue | None]:
        """Write one value; returns what the device had before and has after."""
        before: SettingValue | None = None

        def change(document: D) -> None:
            nonlocal before
            before = knob.read(document)
            if not knob.write(document, value):
                raise NotSupported("the document has no place for the setting", code="notSupport")

        document = await edit(path, change)
        return before, knob.read(document)

    async def _check_mutex(self, part: PartRef, setting: SettingKey) -> None:
        """Ask which functions that are on exclude the one to be switched on."""
        row = DETECTION_DOCUMENTS[Detection(setting.of)]
        if not self.mutex:
            return
        try:
            answer = await self.client.send_json("POST", _MUTEX, {"function": row.function, "channelID": part.number})
        except AuthFailed:
            raise
        except DeviceError:
            # Only a courtesy: the device itself refuses what cannot be.
            return
        entries = json_list((answer or {}).get("MutexFunctionList"))
        names = [str(each["mutexFunction"])[:64] for each in entries if each.get("mutexFunction")]
        if names:
            raise Rejected("excluded by another function", code="mutexFunction", details=names)

    async def _read[D](
        self,
        paths: tuple[str, ...],
        knobs: Mapping[SettingRef, Knob[D]],
        first: Callable[[tuple[str, ...]], Awaitable[tuple[str, D]]],
    ) -> dict[SettingRef, SettingValue | None]:
        try:
            _, document = await first(paths)
        except AuthFailed:
            raise
        except DeviceError:
            return dict.fromkeys(knobs)
        return {ref: knob.read(document) for ref, knob in knobs.items()}

    async def _first_xml(self, paths: tuple[str, ...]) -> tuple[str, xml.Element]:
        return await self.client.first(paths)

    async def _first_json(self, paths: tuple[str, ...]) -> tuple[str, Json]:
        return paths[0], await self.client.json(paths[0])


def _grouped[D](
    wanted: AbstractSet[SettingRef], find: Callable[[PartRef, SettingKey], Knob[D] | None]
) -> Mapping[tuple[str, ...], dict[SettingRef, Knob[D]]]:
    """Group settings by the document they live in."""
    found: defaultdict[tuple[str, ...], dict[SettingRef, Knob[D]]] = defaultdict(dict)
    for ref in wanted:
        if (knob := find(*ref)) is not None:
            found[knob.paths][ref] = knob
    return found
