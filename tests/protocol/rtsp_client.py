"""A client under test, running against a scripted server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from custom_components.ip_surveillance.protocol.transport.challenge import Credentials
from custom_components.ip_surveillance.protocol.transport.rtsp.session import RtspMetadata
from tests.protocol.rtsp_server import PASSWORD, PATH, USER, ScriptedServer
from tests.protocol.servers import until

ACCOUNT = Credentials(username=USER, password=PASSWORD)


@dataclass
class Running:
    """What the client has told so far."""

    client: RtspMetadata
    documents: list[bytes] = field(default_factory=list)
    signs: int = 0

    def alive(self) -> None:
        """Count a sign of life."""
        self.signs += 1

    async def run(self, url: str = PATH) -> None:
        """Receive until the end."""
        await self.client.run(url, self.documents.append, self.alive)


def client_of(server: ScriptedServer, **how: Any) -> RtspMetadata:
    """Make a client for a server."""
    how.setdefault("credentials", ACCOUNT)
    return RtspMetadata("127.0.0.1", server.port, how.pop("credentials"), **how)


@asynccontextmanager
async def following(server: ScriptedServer, url: str = PATH, **how: Any) -> AsyncIterator[Running]:
    """Run a client until it plays; cancel it at the end."""
    running = Running(client_of(server, **how))
    task = asyncio.create_task(running.run(url))
    try:
        await until(lambda: running.signs > 0 or task.done())
        if task.done():
            task.result()
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
