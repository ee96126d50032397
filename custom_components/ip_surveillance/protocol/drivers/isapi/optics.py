"""Lens and accessories: focus, iris, wiper and auxiliary light."""

from collections.abc import Mapping
from typing import Final

from ...errors import NotSupported
from ...model.parts import PartRef
from ...model.vocabulary import Feature
from ...moving import Mover
from .bodies import body
from .client import IsapiClient
from .ptz import speed
from .ptz_facts import PtzFacts

_TYPES: Final = {Feature.WIPER: "WIPER", Feature.AUXILIARY_LIGHT: "LIGHT"}


class Lens:
    """The `Optics` commands."""

    client: IsapiClient
    mover: Mover
    ptz_facts: Mapping[int, PtzFacts]
    """By channel, as discovered."""

    async def focus(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Focus nearer (negative) or farther for a time."""
        await self._drive(channel, "focus", "FocusData", speed, seconds)

    async def iris(self, channel: PartRef, speed: float, seconds: float) -> None:
        """Close (negative) or open the iris for a time."""
        await self._drive(channel, "iris", "IrisData", speed, seconds)

    async def auxiliary(self, channel: PartRef, feature: Feature, on: bool) -> None:
        """Switch the wiper or the auxiliary light."""
        kind = _TYPES.get(feature)
        if kind is None:
            raise NotSupported("no such accessory", code="notSupport")
        facts = self.ptz_facts.get(channel.number)
        number = facts.auxiliaries.get(feature, 1) if facts else 1
        document = body("PTZAux", {"id": number, "type": kind, "status": "on" if on else "off"})
        root = f"PTZCtrl/channels/{channel.number}"
        try:
            await self.client.send_xml("PUT", f"{root}/auxcontrols/{number}", document)
        except NotSupported:
            # Older heads know one command for all accessories.
            await self.client.send_xml("PUT", f"{root}/auxcommand", document)

    async def _drive(self, channel: PartRef, what: str, root: str, rate: float, seconds: float) -> None:
        path = f"System/Video/inputs/channels/{channel.number}/{what}"

        async def send() -> None:
            await self.client.send_xml("PUT", path, body(root, {what: speed(rate)}))

        async def stop() -> None:
            await self.client.send_xml("PUT", path, body(root, {what: 0}))

        await self.mover.move((channel, what), send, stop, seconds)
