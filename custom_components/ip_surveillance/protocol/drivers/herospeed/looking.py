"""Asking a camera for its documents, each once, and telling "has not" from "could not tell now"."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ...errors import AuthFailed, CannotConnect, DeviceError
from ...model.parts import Gate, PartRef, SettingSpec
from ...model.setting_words import SettingKey
from .client import HerospeedClient
from .docs import Doc
from .facts import Facts
from .settings import Row, SettingRef, Source
from .wire import dropped

_GIVE_UP: Final = 4
"""Broken or unanswered requests in a row after which a camera counts as gone."""


@dataclass(slots=True, kw_only=True)
class Settled:
    """Settings that a part was found to have."""

    settings: dict[SettingKey, SettingSpec] = field(default_factory=dict)
    unprobed: set[Gate] = field(default_factory=set)
    rows: dict[SettingRef, Row] = field(default_factory=dict)


class Looker:
    """One look at a camera: what was asked for is remembered until it is over."""

    def __init__(self, client: HerospeedClient, facts: Facts) -> None:
        """Take the client and what the flags say."""
        self.facts = facts
        self._client = client
        self._docs: dict[Source, Doc | None] = {}
        self._failed: set[Source] = set()
        self._unreached = 0

    def failed(self, source: Source) -> bool:
        """Whether a document was asked for and there was no telling whether it exists."""
        return source in self._failed

    async def ask(self, source: Source) -> Doc | None:
        """Read a document; None where there is none, or none to be had now (`failed`).

        Raises `AuthFailed`, and the error of the last of several requests in a row that met no answer.
        """
        if source not in self._docs:
            self._docs[source] = await self._probe(source)
        return self._docs[source]

    async def settle(self, part: PartRef, rows: Iterable[Row]) -> Settled:
        """Find out which of these settings a part has."""
        found = Settled()
        granted = [row for row in rows if row.granted(self.facts)]
        await self._together(row.source for row in granted)
        for each in granted:
            row = each
            doc = await self.ask(row.source)
            beside = None if doc is None or row.beside is None else await self.ask(row.beside)
            row = row.resolved(beside)
            spec = None if doc is None else row.spec(doc, beside)
            if self.failed(row.source) or (spec is None and row.beside is not None and self.failed(row.beside)):
                spec = row.likely()
                found.unprobed.add(row.key)
            if spec is not None:
                found.settings[row.key] = spec
                found.rows[part, row.key] = row
        return found

    async def _together(self, sources: Iterable[Source]) -> None:
        """Ask for several documents, as many at once as the transport allows."""
        try:
            async with asyncio.TaskGroup() as group:
                for source in dict.fromkeys(sources):
                    group.create_task(self.ask(source))
        except* DeviceError as failures:
            # The refused login, if there is one, must not hide behind a broken connection.
            leaves = [each for each in failures.exceptions if isinstance(each, DeviceError)]
            raise next((each for each in leaves if isinstance(each, AuthFailed)), leaves[0]) from None

    async def _probe(self, source: Source) -> Doc | None:
        try:
            found = await self._client.probe(source.path, source.data)
            self._unreached = 0
        except AuthFailed:
            raise
        except DeviceError as error:
            # Some firmware breaks the connection on what it does not know: only a row of silence is a camera gone.
            silent = isinstance(error, CannotConnect) and not dropped(error)
            self._unreached = self._unreached + 1 if silent else 0
            if self._unreached >= _GIVE_UP:
                raise
            self._failed.add(source)
            return None
        return found
