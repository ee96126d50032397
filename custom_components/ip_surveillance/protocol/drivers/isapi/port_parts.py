"""Alarm inputs and outputs: of the device itself, and of cameras behind a recorder. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from ...hikvision.event_types import IGNORED, detection_of, plain
from ...model.detections import Detection
from ...model.parts import DetectionSpec, Part, PartRef
from ...model.vocabulary import Feature
from ...transport import xml
from .channels import ChannelMap, input_ref
from .codec import Port, ports, triggers
from .outputs import OutputPort, output_parts, output_ports
from .replies import (
    CAPABILITIES,
    INPUTS,
    OUTPUTS,
    PROXIED_IN_PORTS,
    PROXIED_OUT_PORTS,
    TRIGGERS,
    Replies,
    status_path,
)

_PROXIED_FROM = 101
"""Ports of cameras behind a recorder are numbered channel * 100 + port (seen on DS-7608NXI-I2)."""
_MOST = 256


def input_parts(channels: ChannelMap, replies: Replies) -> Iterator[Part]:
    """Inputs from the lists, from the count in the capabilities, and those that only triggers name."""
    found: dict[int, Part] = {}
    listed = {path: ports(replies.get(path)) for path in (INPUTS, PROXIED_IN_PORTS)}
    if not any(port.number < _PROXIED_FROM for ports_ in listed.values() for port in ports_):
        listed[INPUTS] = _counted(INPUTS, replies)
    for path, group in listed.items():
        readable = _readable(path, group, replies)
        for port in group[:_MOST]:
            found.setdefault(port.number, _input(port, channels, readable=readable))
    for number in _triggered(replies)[:_MOST]:
        found.setdefault(number, _input(Port(number=number), channels, readable=False))
    yield from found.values()


def _input(port: Port, channels: ChannelMap, *, readable: bool) -> Part:
    """An input whose state cannot be read is known by its alarms alone."""
    alarm = {} if readable else {Detection.INPUT: DetectionSpec()}
    return Part(
        ref=input_ref(port.number),
        name=port.name,
        parent=_camera(port.number, channels),
        role=port.role,
        features=frozenset({Feature.ACTIVE} if readable else ()),
        detections=MappingProxyType(alarm),
    )


def relays(replies: Replies) -> tuple[OutputPort, ...]:
    """Outputs from the lists, or as many as the capabilities count."""
    listed = output_ports(replies.get(OUTPUTS), replies.get(PROXIED_OUT_PORTS))[: 2 * _MOST]
    if any(port.number < _PROXIED_FROM for port in listed):
        return listed
    counted = _counted(OUTPUTS, replies)
    return (*(OutputPort(number=port.number, path=f"{OUTPUTS}/{port.number}") for port in counted), *listed)


def relay_parts(channels: ChannelMap, replies: Replies) -> Iterator[Part]:
    """Outputs as parts."""
    found = relays(replies)
    for path in (OUTPUTS, PROXIED_OUT_PORTS):
        group = tuple(port for port in found if port.path.startswith(f"{path}/"))
        listed = [Port(number=port.number) for port in group]
        for part in output_parts(group, readable=_readable(path, listed, replies)):
            yield replace(part, parent=_camera(part.ref.number, channels))


def _camera(number: int, channels: ChannelMap) -> PartRef | None:
    """The camera behind the recorder that a port belongs to; None for the device's own."""
    camera = number // 100
    return ChannelMap.ref(camera) if number >= _PROXIED_FROM and channels.proxied(camera) else None


def _readable(path: str, listed: list[Port], replies: Replies) -> bool:
    """The first port was asked for its state and stands for all; in doubt it is taken as readable."""
    if not listed:
        return False
    status = status_path(path, listed[0].number)
    return replies.get(status) is not None or replies.failed(status)


def _counted(path: str, replies: Replies) -> list[Port]:
    """As many ports as the capabilities count, or one where they are silent but port 1 answers.

    Cameras that count none may answer for a virtual port.
    """
    name = "IOInputPortNums" if path == INPUTS else "IOOutputPortNums"
    count = xml.integer(replies.get(CAPABILITIES), f"SysCap/IOCap/{name}")
    if count is None:
        count = 1 if replies.get(status_path(path, 1)) is not None else 0
    return [Port(number=number) for number in range(1, min(count, _MOST) + 1)]


def _triggered(replies: Replies) -> list[int]:
    """Inputs that have a trigger; virtual ones are linkages inside the device."""
    return sorted(
        {
            trigger.input
            for trigger in triggers(replies.get(TRIGGERS))
            if trigger.input and plain(trigger.event) not in IGNORED and detection_of(trigger.event) is Detection.INPUT
        }
    )
