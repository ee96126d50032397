"""Where devices say what they can measure, and how it is subscribed to."""

from collections.abc import Iterable
from typing import Any, cast

import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.client import IsapiClient
from custom_components.ip_surveillance.protocol.drivers.isapi.codec import VideoInput
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.config import (
    Source,
    Subscription,
    doubtful,
    is_supported,
    look,
    offered,
    read_switch,
    sources,
    switches,
    write_switch,
)
from custom_components.ip_surveillance.protocol.drivers.isapi.replies import CAPABILITIES, Replies
from custom_components.ip_surveillance.protocol.errors import (
    AuthFailed,
    Busy,
    CannotConnect,
    DeviceError,
    NotSupported,
    Rejected,
    TimedOut,
)
from custom_components.ip_surveillance.protocol.model.setting_words import METADATA, Setting, SettingKey
from custom_components.ip_surveillance.protocol.transport import xml

NAMESPACE = b' xmlns="http://www.isapi.org/ver20/XMLSchema"'
CAMERA = ChannelMap([VideoInput(number=1)])
RECORDER = ChannelMap([VideoInput(number=number, proxied=True) for number in (1, 2, 3)], recorder=True)
LISTED = b"""<MetadataCfg><MetadataList size="2"><Metadata><type opt="thermometry,
 fireDetection ,ANPR, newThing"></type></Metadata></MetadataList></MetadataCfg>"""
BY_TYPE = LISTED.replace(b"</MetadataList>", b"</MetadataList><isSupportSubscribeType/>")


def device(flag: bytes = b"<isSupportMetadata>true</isSupportMetadata>") -> xml.Element:
    return xml.parse(b"<DeviceCap" + NAMESPACE + b"><SysCap>" + flag + b"</SysCap></DeviceCap>")


def path(number: int, name: str = "metadata/capabilities") -> str:
    return f"Streaming/channels/{number}/{name}"


def replies(answers: dict[str, bytes], errors: dict[str, DeviceError] | None = None) -> Replies:
    found = Replies(xml={name: xml.parse(body) for name, body in answers.items()}, errors=errors or {})
    found.xml[CAPABILITIES] = device()
    return found


class Device:
    """Answers documents by path; whatever it has not it does not support."""

    def __init__(self, *, failing: Iterable[str] = ()) -> None:
        self.answers: dict[str, bytes] = {}
        self.failing = set(failing)
        self.asked: list[str] = []

    async def ask(self, paths: Iterable[str]) -> Replies:
        found = Replies()
        for each in paths:
            self.asked.append(each)
            if each in self.answers:
                found.xml[each] = xml.parse(self.answers[each])
            else:
                found.errors[each] = TimedOut("late") if each in self.failing else NotSupported("none")
        return found


@pytest.mark.parametrize(
    ("flag", "supported"),
    [
        (b"<isSupportMetadata>true</isSupportMetadata>", True),
        (b"<isSupportMetadata/>", True),
        (b"<isSupportMetadata>false</isSupportMetadata>", False),
        (b"", False),
    ],
)
async def test_only_devices_that_say_so_are_asked(flag: bytes, supported: bool) -> None:
    known = Replies(xml={CAPABILITIES: device(flag)})
    asked = Device()
    await look(asked.ask, CAMERA, known)
    assert is_supported(known) is supported
    assert bool(asked.asked) is supported


async def test_channel_by_either_number() -> None:
    one, other = Device(), Device()
    one.answers = {path(1): LISTED, path(1, "metadata"): b"<MetadataCfg/>"}
    other.answers = {path(101): BY_TYPE}
    for each, channel_id, by_type, listed in ((one, 1, False, True), (other, 101, True, False)):
        known = replies({})
        known.merge(await look(each.ask, CAMERA, known))
        (source,) = sources(CAMERA, known, {}).values()
        assert (source.id, source.by_type, source.listed) == (channel_id, by_type, listed)
        assert source.types == ("thermometry", "fireDetection", "ANPR", "newThing")
        assert source.path == "/ISAPI/Streaming/channels/101"
    assert one.asked == [path(1), path(1, "metadata")]
    assert other.asked == [path(1), path(101), path(101, "metadata")]


async def test_channels_of_a_recorder_that_answer() -> None:
    asked = Device(failing=[path(3)])
    asked.answers = {path(2): LISTED}
    known = replies({})
    known.merge(await look(asked.ask, RECORDER, known))
    before = Source(channel=3, id=3, types=("ANPR",))
    assert set(sources(RECORDER, known, {})) == {2}
    assert sources(RECORDER, known, {3: before})[3] == before
    # What failed for a passing reason is not asked under another number.
    assert path(301) not in asked.asked
    assert path(101) in asked.asked


async def test_camera_without_the_document_is_tried() -> None:
    known = replies({})
    known.merge(await look(Device().ask, CAMERA, known))
    assert sources(CAMERA, known, {}) == {1: Source(channel=1, id=1)}
    assert switches(1, known) == ({}, frozenset())


def test_what_could_not_be_asked_stays() -> None:
    before = {1: Source(channel=1, id=101)}
    assert sources(CAMERA, Replies(errors={CAPABILITIES: TimedOut("late")}), before) == before
    # It was there: a device that is just starting denies what it has. One that tells and has none is believed.
    denied = Replies(errors={CAPABILITIES: NotSupported("none")})
    assert sources(CAMERA, denied, before) == before
    assert sources(CAMERA, denied, {}) == {}
    assert sources(CAMERA, Replies(xml={CAPABILITIES: device(b"")}), before) == {}
    failed = replies({}, {path(1): TimedOut("late")})
    assert sources(CAMERA, failed, before) == before
    found, unsure = switches(1, failed)
    assert {key.of for key in found} == set(METADATA)
    assert unsure == set(found)


@pytest.mark.parametrize("error", [TimedOut("late"), Busy("later"), NotSupported("none")])
@pytest.mark.parametrize("channels", [CAMERA, RECORDER])
def test_a_channel_that_told_once_stays(error: DeviceError, channels: ChannelMap) -> None:
    before = {1: Source(channel=1, id=101, types=("ANPR",), by_type=True, listed=True)}
    lacking: dict[str, DeviceError] = {path(1): NotSupported("none")}
    assert sources(channels, replies({}, {**lacking, path(101): error}), before) == before
    # Nor does it connect anew, or look for its switches elsewhere, because of one document.
    told = replies({path(101): BY_TYPE}, {**lacking, path(101, "metadata"): error})
    (source,) = (each for each in sources(channels, told, before).values() if each.channel == 1)
    assert source.listed
    assert source.id == 101


def test_a_camera_that_could_not_be_asked_is_tried() -> None:
    assert sources(CAMERA, replies({}, {path(1): Busy("later")}), {}) == {1: Source(channel=1, id=1)}
    assert sources(RECORDER, replies({}, {path(1): Busy("later")}), {}) == {}


def test_what_is_asked_again() -> None:
    refused = NotSupported("HTTP 403", code="HTTP 403")
    denied = {CAPABILITIES: refused, path(1): refused, "PTZCtrl/channels/1/capabilities": refused}
    assert list(doubtful(Replies(errors=dict(denied)), {})) == [CAPABILITIES, path(1)]
    certain = NotSupported("none", code="notSupport")
    said: dict[str, DeviceError] = {CAPABILITIES: certain, path(1): certain, path(101): certain}
    said |= {path(101, "metadata"): certain, path(2): certain}
    assert list(doubtful(Replies(errors=said), {})) == []
    told = {1: Source(channel=1, id=101, types=("ANPR",))}
    assert list(doubtful(Replies(errors=said), told)) == [CAPABILITIES, path(101)]
    listed = {1: Source(channel=1, id=101, types=("ANPR",), listed=True)}
    assert list(doubtful(Replies(errors=said), listed)) == [CAPABILITIES, path(101), path(101, "metadata")]


def test_formats_are_told() -> None:
    format_list = b'<uploadDataFormat opt="xml, json"/></MetadataCfg>'
    (source,) = sources(CAMERA, replies({path(1): LISTED.replace(b"</MetadataCfg>", format_list)}), {}).values()
    assert source.formats == ("xml", "json")


def test_switches_of_what_has_a_word() -> None:
    found, unsure = switches(1, replies({path(1): LISTED}))
    assert set(found) == {SettingKey(Setting.METADATA, word) for word in ("thermometry", "fire", "plates")}
    assert not unsure


def test_types_one_by_one() -> None:
    entries = b"".join(
        b"<Metadata><type>%s</type></Metadata>" % each for each in (b"ANPR", b" faceSnap ", b"", b"x" * 99)
    )
    found = offered(
        xml.parse(b"<MetadataCfg" + NAMESPACE + b"><MetadataList>" + entries + b"</MetadataList></MetadataCfg>")
    )
    assert found == ("ANPR", "faceSnap", "x" * 64)


ALL = (
    b"<MetadataCfg"
    + NAMESPACE
    + b"><MetadataList><Metadata><type>ANPR</type><enable>false</enable></Metadata>"
    + b"<Metadata><type>thermometry</type><enable>true</enable></Metadata></MetadataList>"
    + b"<uploadDataFormat>xml</uploadDataFormat></MetadataCfg>"
)
ONE = (
    b"<SingleMetadataCfg"
    + NAMESPACE
    + b"><Metadata><type>anpr</type><enable>false</enable></Metadata></SingleMetadataCfg>"
)


@pytest.mark.parametrize("body", [ALL, ONE])
def test_one_switch_is_written(body: bytes) -> None:
    document = xml.parse(body)
    assert read_switch(document, "plates") is False
    assert write_switch(document, "plates", True)
    assert read_switch(document, "plates") is True
    assert read_switch(document, "faces") is None
    assert not write_switch(document, "faces", True)
    wanted = body.replace(b"<enable>false</enable>", b"<enable>true</enable>")
    assert xml.serialize(document) == xml.serialize(xml.parse(wanted))


def test_documents_of_a_switch() -> None:
    assert Source(channel=2, id=201, listed=True).switches("fire") == (path(201, "metadata"),)
    alone = Source(channel=2, id=2).switches("fire")
    assert alone == (path(2, "Metadata/fireDetection"), path(2, "metadata/fireDetection"))


class Subscribing:
    """A client whose device refuses some types."""

    def __init__(self, *refused: str, error: DeviceError | None = None, answer: Any = None) -> None:
        self.refused = set(refused)
        self.error = error
        self.answer = answer or {"rtspURI": "rtsp://10.0.0.1/ISAPI/Streaming/channels/101/metadata/x"}
        self.asked: list[tuple[str, ...]] = []
        self.switched_on = "a"

    async def xml(self, where: str) -> xml.Element:
        assert where == path(1, "metadata")
        if self.switched_on == "unknown":
            raise NotSupported("none")
        entries = f"<Metadata><type>{self.switched_on}</type><enable>true</enable></Metadata>".encode()
        return xml.parse(b"<MetadataCfg" + NAMESPACE + b">" + entries + b"</MetadataCfg>")

    async def send_json(self, method: str, where: str, body: dict[str, list[str]]) -> Any:
        assert (method, where) == ("POST", path(1, "metadata/subscribeType"))
        self.asked.append(tuple(body["type"]))
        if self.error is not None:
            raise self.error
        if self.refused & set(body["type"]):
            raise Rejected("type not supported", code="subscribeTypeErr")
        return self.answer

    def subscription(self, *, by_type: bool = True) -> Subscription:
        source = Source(channel=1, id=1, types=("a", "b", "c"), by_type=by_type)
        return Subscription(cast("IsapiClient", self), source)


async def test_all_types_at_once() -> None:
    client = Subscribing()
    subscription = client.subscription()
    assert await subscription.address() == client.answer["rtspURI"]
    assert client.asked == [("a", "b", "c")]


async def test_types_that_are_taken() -> None:
    client = Subscribing("b")
    subscription = client.subscription()
    assert await subscription.address() == client.answer["rtspURI"]
    assert client.asked == [("a", "b", "c"), ("a",), ("b",), ("c",), ("a", "c")]
    client.asked.clear()
    await subscription.address()
    assert client.asked == [("a", "c")]


@pytest.mark.parametrize("switched_on", ["b", "unknown"])
async def test_what_cannot_be_subscribed_comes_with_the_whole_channel(switched_on: str) -> None:
    client = Subscribing("b")
    client.switched_on = switched_on
    subscription = client.subscription()
    assert await subscription.address() is None
    assert await subscription.address() is None
    assert client.asked == [("a", "b", "c"), ("a",), ("b",), ("c",)]


async def test_no_type_is_taken() -> None:
    client = Subscribing("a", "b", "c")
    subscription = client.subscription()
    assert await subscription.address() is None
    assert subscription.types == ()
    client.asked.clear()
    assert await subscription.address() is None
    assert not client.asked


@pytest.mark.parametrize("error", [NotSupported("no"), Rejected("no", code="badParameters")])
async def test_no_subscription_at_all(error: DeviceError) -> None:
    client = Subscribing(error=error)
    assert await client.subscription().address() is None
    assert len(client.asked) == 1


@pytest.mark.parametrize("error", [AuthFailed("no"), CannotConnect("no"), Busy("no")])
async def test_vain_questions_are_not_repeated(error: DeviceError) -> None:
    client = Subscribing(error=error)
    subscription = client.subscription()
    with pytest.raises(type(error)):
        await subscription.address()
    assert len(client.asked) == 1
    assert subscription.types == ("a", "b", "c")


@pytest.mark.parametrize("answer", [{"other": 1}, {"rtspURI": ""}, {"rtspURI": None}, {"rtspURI": ["x"]}])
async def test_answer_without_an_address(answer: Any) -> None:
    assert await Subscribing(answer=answer).subscription().address() is None


async def test_devices_that_do_not_subscribe_by_type() -> None:
    client = Subscribing()
    assert await client.subscription(by_type=False).address() is None
    assert not client.asked
