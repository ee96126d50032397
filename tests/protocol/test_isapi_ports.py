"""Alarm inputs and outputs, whether or not the device lists them."""

import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap, input_ref
from custom_components.ip_surveillance.protocol.drivers.isapi.replies import Replies
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.parts import PartKind
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.transport import xml

from .test_isapi_capabilities import info, make, proxy, survey, trigger, triggers


def io_cap(inputs: int | None) -> xml.Element:
    count = (
        ""
        if inputs is None
        else f"<IOInputPortNums>{inputs}</IOInputPortNums><IOOutputPortNums>{inputs}</IOOutputPortNums>"
    )
    return make(f"<DeviceCap><SysCap><IOCap>{count}</IOCap></SysCap></DeviceCap>")


STATUS = "<IOPortStatus><ioState>inactive</ioState></IOPortStatus>"


@pytest.mark.parametrize(
    ("count", "answers", "inputs", "readable"),
    [(2, True, 2, True), (2, False, 2, False), (0, True, 0, False), (None, True, 1, True), (None, False, 0, False)],
)
def test_ports_without_a_list(count: int | None, answers: bool, inputs: int, readable: bool) -> None:
    replies = Replies(xml={"System/capabilities": io_cap(count)})
    if answers:
        replies.xml |= {f"System/IO/{each}/1/status": make(STATUS) for each in ("inputs", "outputs")}
    found = survey(info(), replies)
    ports = list(found.of(PartKind.INPUT))
    assert len(ports) == len(list(found.of(PartKind.OUTPUT))) == inputs
    assert all((Feature.ACTIVE in port.features) is readable for port in ports)
    assert all((Detection.INPUT in port.detections) is not readable for port in ports)


def test_ports_of_cameras_behind_a_recorder() -> None:
    replies = Replies(
        xml={
            "ContentMgmt/InputProxy/channels": proxy(3),
            "Event/triggers": triggers(trigger("IO", port=301), trigger("IO", port=901)),
            "ContentMgmt/IOProxy/outputs": make(
                "<IOProxyOutputPortList><IOProxyOutputPort><id>302</id></IOProxyOutputPort></IOProxyOutputPortList>"
            ),
        }
    )
    found = survey(info("NVR"), replies)
    assert found.parts[input_ref(301)].parent == ChannelMap.ref(3)
    assert found.parts[input_ref(901)].parent is None
    (output,) = found.of(PartKind.OUTPUT)
    assert (output.ref.number, output.parent) == (302, ChannelMap.ref(3))
