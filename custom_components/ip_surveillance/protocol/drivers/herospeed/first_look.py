"""Asking a camera what it has. Nothing but its identity can make that fail; what could not be asked now is noted."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ...errors import AuthFailed, CannotConnect, DeviceError, Forbidden, NotSupported
from ...model.parts import Stream
from ...model.setting_words import Setting, SettingKey
from . import stores
from .client import HerospeedClient
from .clocks import TIME
from .docs import Doc
from .facts import Facts, read_facts
from .knobs import Knobs, survey_channel, survey_host, survey_input
from .learned import Learned
from .paths import (
    ALARM_OUT,
    ALL_FLAGS,
    ALL_PORTS,
    AN_EXCEPTION,
    CAPABILITIES,
    DETECTIONS,
    DEVICE_INFO,
    ENCODING,
    EXCEPTION,
    INTERFACES,
    P2P_STATUS,
    PORTS,
    WIFI,
    DetectionSource,
)
from .wire import dropped

_GIVE_UP: Final = 4
"""Requests in a row without an answer after which a camera counts as gone."""
_RTSP: Final = 1
"""Of `type` in the list of ports (002…txt l.2219)."""
_MOST_STREAMS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look told; `failed` names the documents that could not be asked for."""

    facts: Facts
    docs: Mapping[str, Doc | None]
    failed: frozenset[str] = frozenset()
    denied: tuple[str, ...] = ()
    """Of the failed, those that the account must not read."""
    channel: Knobs = field(default_factory=Knobs)
    host: Knobs = field(default_factory=Knobs)
    inputs: Mapping[int, Knobs] = field(default_factory=dict)

    def doc(self, path: str) -> Doc | None:
        """A document; None where the camera has it not or could not tell."""
        return self.docs.get(path)

    def detects(self, source: DetectionSource) -> bool | None:
        """Whether the channel detects something; None where that could not be asked."""
        granted = None if source.flag is None else self.facts.has(source.flag)
        if granted is not None:
            return granted
        if source.path is None:
            return False
        if SettingKey(Setting.DETECTION, source.what.value) in self.channel.settings:
            return True
        return None if source.path in self.failed else self.doc(source.path) is not None


class Asking:
    """Documents asked for one after the other or together; failures are kept apart from "has not"."""

    def __init__(self, client: HerospeedClient) -> None:
        """Start with nothing asked."""
        self.docs: dict[str, Doc | None] = {}
        self.failed: dict[str, DeviceError] = {}
        self._client = client
        self._silent = 0

    async def ask(self, path: str, data: Any = None) -> Doc | None:
        """Ask for one; a refused login and a camera that is gone raise."""
        try:
            self.docs[path] = await self._client.probe(path, data)
            self._silent = 0
        except DeviceError as error:
            self._silent = self._silent + 1 if isinstance(error, CannotConnect) and not dropped(error) else 0
            if isinstance(error, AuthFailed) or self._silent >= _GIVE_UP:
                raise
            self.failed[path] = error
        return self.docs.get(path)

    async def together(self, questions: Mapping[str, Any]) -> None:
        """Ask for several, as many at once as the transport allows."""
        try:
            async with asyncio.TaskGroup() as group:
                for path, data in questions.items():
                    group.create_task(self.ask(path, data))
        except* DeviceError as failures:
            raise first_of(failures) from None


def first_of(failures: BaseExceptionGroup[DeviceError]) -> DeviceError:
    """The refused login if there is one: it must not hide behind a broken connection."""
    leaves = [each for each in failures.exceptions if isinstance(each, DeviceError)]
    return next((each for each in leaves if isinstance(each, AuthFailed)), leaves[0])


async def look_who(client: HerospeedClient) -> Facts:
    """Ask who answers: the two documents that tell an identity. Raises any `DeviceError`."""
    info = await client.get(DEVICE_INFO)
    return read_facts(info, await client.probe(INTERFACES), None)


async def survey(client: HerospeedClient, learned: Learned, known: Facts | None) -> Found:
    """Ask a camera what it is and has; `known` is what an earlier look told."""
    info = await client.get(DEVICE_INFO)
    # Not a matter of taste: with another identity the camera would be another device.
    interfaces = await client.probe(INTERFACES)
    asking = Asking(client)
    flags = await _flags(client, asking)
    facts = read_facts(info, interfaces, flags)
    if facts.mac is None and known is not None:
        # It does not lose its MAC while it runs.
        facts = replace(facts, mac=known.mac, address=known.address)
    if flags is None and asking.failed and known is not None:
        facts = replace(facts, flags=known.flags, inputs=known.inputs, outputs=known.outputs, thermal=known.thermal)
    await asking.together(_questions(facts))
    if facts.flag("enableIo") is None and asking.docs.get(ALARM_OUT) is not None:
        # An output and no flag: such boards have both (002…txt l.1328).
        facts = replace(facts, inputs=1, outputs=1)
    found = Found(facts=facts, docs=asking.docs)
    found = replace(
        found,
        channel=await survey_channel(client, facts, facts.channels[0].number),
        host=await survey_host(client, facts),
        inputs={
            number: await survey_input(client, facts, number)
            for number in sorted({*range(1, facts.inputs + 1), *learned.inputs})
        },
    )
    await asking.together(_unanswered(found))
    denied = sorted(path for path, error in asking.failed.items() if isinstance(error, Forbidden))
    return replace(found, failed=frozenset(asking.failed), denied=tuple(denied))


async def _flags(client: HerospeedClient, asking: Asking) -> Doc | None:
    try:
        return (await client.first(CAPABILITIES, dict(ALL_FLAGS)))[1]
    except AuthFailed, CannotConnect:
        raise
    except NotSupported:
        return None
    except DeviceError as error:
        asking.failed[CAPABILITIES[0]] = error
        return None


def _questions(facts: Facts) -> Mapping[str, Any]:
    """What is asked of every camera, but for what its flags deny."""
    questions: dict[str, Any] = {
        ENCODING: None,
        PORTS: dict(ALL_PORTS),
        TIME: None,
        P2P_STATUS: None,
        EXCEPTION: dict(AN_EXCEPTION),
    }
    gated: dict[str, tuple[str, Any]] = {
        "enableWifi": (WIFI, None),
        "enableSdCard": (stores.PATH, dict(stores.CARD)),
    }
    if facts.flag("enableIo") is None:
        questions[ALARM_OUT] = None
    questions.update(question for flag, question in gated.items() if facts.has(flag) is not False)
    return questions


def _unanswered(found: Found) -> Mapping[str, Any]:
    """Documents that show a detection of which neither a flag nor a setting has told."""
    paths = [
        source.path
        for source in DETECTIONS
        if source.path is not None
        and (source.flag is None or found.facts.has(source.flag) is None)
        and SettingKey(Setting.DETECTION, source.what.value) not in found.channel.settings
    ]
    return dict.fromkeys(paths)


def read_streams(doc: Doc | None) -> tuple[Stream, ...]:
    """Read the streams; the example numbers all of them 0 (002…txt l.4252), so their order counts.

    `isSupport` is 0 for those there are (l.4427).
    """
    rows = () if doc is None else doc.docs("streamEncode")[:_MOST_STREAMS]
    return tuple(
        Stream(
            number=number,
            codec=_codec(row),
            width=_pixels(row.integer("width")),
            height=_pixels(row.integer("height")),
        )
        for number, row in enumerate(rows, 1)
        if number == 1 or row.truth("isSupport") is not True
    )


def _codec(row: Doc) -> str | None:
    """Name of the codec; the numbers that most cameras tell are defined nowhere (002…txt l.4405)."""
    name = row.get("encodeType")
    return row.text("encodeType") if isinstance(name, str) and row.integer("encodeType") is None else None


def _pixels(number: int | None) -> int | None:
    return number if number is not None and 0 < number <= 16384 else None


def read_rtsp_port(doc: Doc | None) -> int | None:
    """Find the port of RTSP in the list of ports."""
    for row in () if doc is None else doc.rows:
        inner = row.doc("property") if "property" in row else row
        if "rtspProtocol" not in inner and row.integer("type") != _RTSP:
            continue
        protocol = inner.doc("rtspProtocol") if "rtspProtocol" in inner else inner
        port = protocol.integer("port")
        if port is not None and 0 < port < 65536:
            return port
    return None


def connected_network(doc: Doc | None) -> Doc | None:
    """The wireless network that the camera is in."""
    rows = () if doc is None else doc.docs("wifiInfo")
    return next((row for row in rows if row.truth("connectStatus") is True), None)
