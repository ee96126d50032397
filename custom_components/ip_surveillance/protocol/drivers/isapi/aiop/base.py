"""What the commands of the platform share."""

import asyncio
from collections.abc import Mapping
from typing import Any

from ....errors import AuthFailed, DeviceError, NotSupported
from ....model.events import Event, Restructured
from ....model.parts import Topology
from ..channels import ChannelMap
from ..client import IsapiClient, Json
from ..events import AlertReader
from .known import Known


class OnPlatform:
    """The driver, as far as its platform is concerned."""

    client: IsapiClient
    channels: ChannelMap
    reader: AlertReader
    topology: Topology | None
    ai: Known | None
    """What is known of the platform; None where the device has none."""
    ai_installing: set[str]
    """Models that the device fetches just now, by our own doing."""
    ai_locks: dict[int, asyncio.Lock]
    """One change at a time of the model of each engine."""

    ai_stale: bool
    """What is known may have changed: the next look must ask for it."""

    def tell(self, event: Event) -> None:
        """Tell an event of our own making."""
        raise NotImplementedError

    def changed(self) -> None:
        """Have everything looked at again."""
        self.ai_stale = True
        self.tell(Restructured())

    @property
    def platform(self) -> Known:
        """What is known of the platform. Raises `NotSupported` where there is none."""
        self.require_platform()
        assert self.ai is not None
        return self.ai

    def require_platform(self) -> None:
        """Raise `NotSupported` where there is none."""
        if self.ai is None:
            raise NotSupported("the device runs no models of its own", code="notSupport")

    def learn_platform(self, known: Known | None) -> None:
        """Keep what is known, also for the reader of events."""
        self.ai = known
        self.reader.names = known.names(self.channels) if known else None

    async def limits(self, path: str) -> Mapping[str, Any]:
        """A document of capabilities, empty where the device has none or cannot tell now: it refuses by itself."""
        try:
            found: Json = await self.client.once(path, self.client.json)
        except AuthFailed:
            raise
        except DeviceError:
            return {}
        return found
