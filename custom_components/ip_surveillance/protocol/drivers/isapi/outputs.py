"""Relay outputs: the device's own, and those of cameras behind a recorder."""

from collections.abc import Mapping
from dataclasses import dataclass
import time
from typing import Final

from ...errors import NotSupported
from ...model.events import Polled
from ...model.parts import HOST, Part, PartKind, PartRef
from ...model.state import LineState
from ...model.vocabulary import Feature
from ...moving import Mover
from ...transport import xml
from .bodies import body
from .client import IsapiClient

LOCAL: Final = "System/IO/outputs"
PROXIED: Final = "ContentMgmt/IOProxy/outputs"
"""Ports of cameras behind a recorder; newer recorders keep all ports there."""
_FIRST_PROXIED: Final = 101
"""Proxied ports are numbered channel * 100 + port (seen on DS-7608NXI-I2)."""
_LOCK_USES: Final = frozenset({"electriclock", "lock"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPort:
    """How one output is reached and what it does when it is triggered."""

    number: int
    path: str
    name: str | None = None
    pulse: float | None = None
    """Seconds after which the device itself ends it; None when it stays as switched."""
    lock: bool = False
    """Drives a door lock (door stations)."""

    @property
    def ref(self) -> PartRef:
        """The output's identity."""
        return PartRef(HOST, PartKind.OUTPUT, self.number)


def output_ports(local: xml.Element | None, proxied: xml.Element | None = None) -> tuple[OutputPort, ...]:
    """Read IOOutputPortList and IOProxyOutputPortList, either may be absent; of equal numbers the local counts."""
    found: dict[int, OutputPort] = {}
    for listed, name, path in ((local, "IOOutputPort", LOCAL), (proxied, "IOProxyOutputPort", PROXIED)):
        for entry in xml.children(listed, name):
            number = xml.integer(entry, "id")
            if number is not None and number > 0:
                found.setdefault(number, _port(entry, number, f"{path}/{number}"))
    return tuple(found.values())


def _port(entry: xml.Element, number: int, path: str) -> OutputPort:
    use = xml.text(entry, "IOUseType") or ""
    return OutputPort(
        number=number,
        path=path,
        name=xml.text(entry, "name") or xml.text(entry, "IODescriptor/name"),
        pulse=_pulse(entry) or _pulse(xml.find(entry, "PowerOnState")),
        lock=use.lower() in _LOCK_USES,
    )


def _pulse(settings: xml.Element | None) -> float | None:
    """Read the seconds of a pulse; the device counts in milliseconds."""
    duration = xml.decimal(settings, "pulseDuration")
    if (xml.text(settings, "outputState") or "").lower() != "pulse" or not duration or duration < 0:
        return None
    return duration / 1000


def output_parts(ports: tuple[OutputPort, ...], *, readable: bool = True) -> list[Part]:
    """Make the parts; `readable` says whether the status of ports could be read."""
    features = frozenset({Feature.SWITCH, Feature.PULSE, *((Feature.ACTIVE,) if readable else ())})
    return [Part(ref=port.ref, name=port.name, role="lock" if port.lock else None, features=features) for port in ports]


def output_state(status: xml.Element) -> LineState:
    """Read an IOPortStatus."""
    state = (xml.text(status, "ioState") or "").lower()
    return LineState(active={"active": True, "inactive": False}.get(state))


class Outputs:
    """The `Switches` commands. Needs the right "trigger alarm output", else `Forbidden`."""

    client: IsapiClient
    mover: Mover
    output_ports: Mapping[int, OutputPort]
    """By number, as discovered."""

    async def set_output(self, output: PartRef, on: bool) -> Polled:
        """Switch an output and read it back; ends a running pulse of ours."""
        port = self._output_port(output)
        async with self.mover.instead(output):
            await self._trigger(port, on)
        return await self._read_output(port, output)

    async def pulse_output(self, output: PartRef, seconds: float) -> Polled:
        """Switch an output on for a time; the device's own pulse ends by itself, whatever `seconds`."""
        port = self._output_port(output)
        if port.pulse is not None:
            async with self.mover.instead(output):
                await self._trigger(port, True)
        else:
            await self.mover.move(
                output,
                lambda: self._trigger(port, True),
                lambda: self._trigger(port, False),
                seconds,
                resend=None,
            )
        return await self._read_output(port, output)

    def _output_port(self, output: PartRef) -> OutputPort:
        number = output.number
        if known := self.output_ports.get(number):
            return known
        return OutputPort(number=number, path=f"{PROXIED if number >= _FIRST_PROXIED else LOCAL}/{number}")

    async def _trigger(self, port: OutputPort, on: bool) -> None:
        document = body("IOPortData", {"outputState": "high" if on else "low"})
        await self.client.send_xml("PUT", f"{port.path}/trigger", document)

    async def _read_output(self, port: OutputPort, output: PartRef) -> Polled:
        """Read back; some models switch but do not tell (403 seen on DS-2CD2386G2-IU)."""
        asked_at = time.monotonic()
        try:
            status = await self.client.once(f"{port.path}/status", self.client.xml)
        except NotSupported:
            return Polled(asked_at=asked_at, readback=True)
        return Polled(asked_at=asked_at, readback=True, parts={output: output_state(status)})
