"""Rules and reference pictures as commands, and where the settings of rules live."""

from collections.abc import Sequence
import contextlib
from dataclasses import replace
import time
from typing import Final

from ....analytics import Answer
from ....errors import AuthFailed, DeviceError, NotSupported, Rejected
from ....model.events import Polled
from ....model.parts import PartRef, SettingValue
from ....model.setting_words import SettingKey
from ....model.state import Picture
from ..client import Json
from .base import OnPlatform
from .known import Sheet
from .linkage import POSSIBLE, changed, entries, methods_of, possible, removal
from .parts import REFERENCES
from .paths import (
    DELETE_REFERENCES,
    download_path,
    linkage_path,
    reference_path,
    references_path,
    rules_path,
    upload_path,
)
from .pieces import CONTENT_ID, File, parts
from .references import checked_picture, delete_document, read_references, read_result, rename_document, upload_document
from .rules import knob_of

_BAD_CONTENT: Final = frozenset({"badjsoncontent", "badparameters", "messageparameterslack"})
_TIMEOUT: Final = 30.0
"""Seconds for what moves a picture."""


class RuleCommands(OnPlatform):
    """The `Linkages` commands."""

    def sheet(self, rule: PartRef) -> Sheet:
        """Where a rule is kept. Raises `NotSupported` for one that is gone."""
        if (found := self.platform.sheet_of(rule)) is None:
            raise NotSupported("there is no such rule", code="IDNotExist")
        return found

    def rule_path(self, rule: PartRef) -> str | None:
        """The document of a rule; None when it is gone."""
        sheet = self.ai.sheet_of(rule) if self.ai else None
        return rules_path(sheet.task_id, sheet.number) if sheet else None

    @staticmethod
    def read_rule(document: Json, rule: PartRef, setting: SettingKey) -> SettingValue | None:
        """A setting of a rule."""
        knob = knob_of(document, rule.number, setting)
        return knob.read(document, rule.number) if knob else None

    @staticmethod
    def write_rule(document: Json, rule: PartRef, setting: SettingKey, value: SettingValue) -> bool:
        """Put a value into the document of a rule."""
        knob = knob_of(document, rule.number, setting)
        return knob is not None and knob.write(document, rule.number, value)

    async def linkage(self, rule: PartRef) -> Answer:
        """What the device does when a rule strikes, and what it could do."""
        sheet = self.sheet(rule)
        document = await self.client.json(linkage_path(sheet.task_id, sheet.number))
        return {"methods": methods_of(document, rule.number), "possible": await self._possible(sheet)}

    async def set_linkage(self, rule: PartRef, methods: Sequence[str]) -> Answer:
        """Change it; ports and cameras of what stays are kept. Raises `Rejected` when the device kept what it had."""
        sheet = self.sheet(rule)
        could = await self._possible(sheet)
        names = {each.lower(): each for each in could}
        if strange := [each for each in methods if each.lower() not in names]:
            raise Rejected("the device cannot do this", code="badParameters", details=strange)
        wanted = list(dict.fromkeys(names[each.lower()] for each in methods))
        path = linkage_path(sheet.task_id, sheet.number)
        async with self.client.transport.exclusive():
            before = await self.client.json(path)
            after = await self._link(path, before, rule.number, wanted)
        told = methods_of(after, rule.number)
        if sorted(told) != sorted(wanted):
            raise Rejected("the device took this without effect", code="notTaken")
        self._heard(sheet, rule.number, "center" in told)
        return {"methods": told, "possible": could}

    async def _link(self, path: str, before: Json, rule: int, wanted: list[str]) -> Json:
        document = changed(before, rule, wanted)
        gone = set(methods_of(before, rule)) - set(wanted)
        if entries(document):
            await self.client.send_json("PUT", path, document)
            after = await self.client.json(path)
            if not gone & set(methods_of(after, rule)):
                return after
        elif not gone:
            return before
        # What is sent may only add: then the rule's list has to go first.
        await self.client.send_json("PUT", f"{path}/delete", removal(rule))
        if wanted:
            try:
                await self.client.send_json("PUT", path, document)
            except DeviceError:
                # Without any of them a rule would strike unheard.
                with contextlib.suppress(DeviceError):
                    await self.client.send_json("PUT", path, before)
                raise
        return await self.client.json(path)

    async def _possible(self, sheet: Sheet) -> list[str]:
        try:
            document = await self.client.json(f"{linkage_path(sheet.task_id, sheet.number)}/capabilities")
        except AuthFailed:
            raise
        except DeviceError:
            return list(POSSIBLE)
        return possible(document) or list(POSSIBLE)

    def _heard(self, sheet: Sheet, rule: int, heard: bool) -> None:
        """Note whether a rule tells anybody, as the finding says."""
        silent = tuple(each for each in sheet.silent if each != rule) + (() if heard else (rule,))
        sheets = {**self.platform.sheets, (sheet.task_id, sheet.number): replace(sheet, silent=silent)}
        self.learn_platform(replace(self.platform, sheets=sheets))
        if set(silent) != set(sheet.silent):
            self.changed()


class ReferenceCommands(OnPlatform):
    """The `References` commands."""

    async def references(self, channel: PartRef) -> Answer:
        """List the pictures of a channel's usual view."""
        self.require_platform()
        found = read_references(await self.client.json(references_path(channel.number)))
        return {"pictures": found}

    async def capture_reference(self, channel: PartRef) -> Answer:
        """Take one now."""
        self.require_platform()
        path = f"{references_path(channel.number)}/capture"
        return read_result(await self.client.send_json("POST", path, timeout=_TIMEOUT))

    async def add_reference(self, channel: PartRef, name: str, data: bytes) -> Answer:
        """Store a JPEG as one."""
        self.require_platform()
        file = File(name="picture", filename="picture.jpg", content_type="image/jpeg", data=checked_picture(data))
        body, content_type = parts("AITargetBPInfo", upload_document(name, CONTENT_ID), file)
        path = upload_path(channel.number)
        return read_result(await self.client.send_parts("POST", path, body, content_type, timeout=_TIMEOUT))

    async def fetch_reference(self, channel: PartRef, picture_id: str) -> Picture:
        """Fetch one."""
        self.require_platform()
        return await self.client.picture(download_path(picture_id), (("format", "json"),), timeout=_TIMEOUT)

    async def rename_reference(self, channel: PartRef, picture_id: str, name: str) -> Answer:
        """Rename one."""
        self.require_platform()
        path = reference_path(picture_id)
        try:
            await self.client.send_json("PUT", path, rename_document(name))
        except Rejected as error:
            if error.code.lower() not in _BAD_CONTENT:
                raise
            await self.client.send_json("PUT", path, rename_document(name, blank=True))
        return {"picture_id": picture_id, "name": name.strip()}

    async def delete_references(self, channel: PartRef, picture_ids: Sequence[str]) -> Polled:
        """Remove some, and tell how many are left."""
        self.require_platform()
        await self.client.send_json("PUT", DELETE_REFERENCES, delete_document(picture_ids))
        asked_at = time.monotonic()
        found = read_references(await self.client.json(references_path(channel.number)))
        left = {each["picture_id"] for each in found} & set(picture_ids)
        if left:
            raise Rejected("the device kept some of the pictures", code="notTaken", details=sorted(left))
        return Polled(asked_at=asked_at, readback=True, readings={(channel, REFERENCES): len(found)})
