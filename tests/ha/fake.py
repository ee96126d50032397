"""A family that does what a test says, for what no socket can produce."""

from dataclasses import dataclass, field
from typing import cast
from unittest.mock import AsyncMock

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance import config_flow
from custom_components.ip_surveillance.protocol.driver import Access, Driver, Family, Identity
from custom_components.ip_surveillance.protocol.errors import DeviceError

IDENTITY = Identity(uid="serial1", source="serial", name="Yard", model="X1", mac="aa:bb:cc:00:00:01")


def install(monkeypatch: pytest.MonkeyPatch, *fakes: FakeFamily) -> None:
    """Put families in the place of the real ones, at hosts that always answer."""
    monkeypatch.setattr(config_flow, "FAMILIES", {fake.name: fake.family for fake in fakes})
    monkeypatch.setattr(config_flow, "_reach", AsyncMock())


@dataclass(kw_only=True)
class FakeFamily:
    """Answers probes and logins with what it holds: an error is raised, anything else returned."""

    name: str = "fake"
    found: bool | DeviceError = True
    found_with_tls: bool | DeviceError = False
    who: Identity | Exception = IDENTITY
    probed: list[Access] = field(default_factory=list)
    used: list[Access] = field(default_factory=list)
    closed: int = 0

    @property
    def family(self) -> Family:
        return Family(name=self.name, probe=self._probe, connect=self._connect)

    async def _probe(self, _session: ClientSession, access: Access) -> bool:
        self.probed.append(access)
        found = self.found_with_tls if access.ssl else self.found
        if isinstance(found, DeviceError):
            raise found
        return found

    def _connect(self, _session: ClientSession, access: Access) -> Driver:
        self.used.append(access)
        return cast(Driver, self)

    async def identify(self) -> Identity:
        if isinstance(self.who, Exception):
            raise self.who
        return self.who

    async def close(self) -> None:
        self.closed += 1
