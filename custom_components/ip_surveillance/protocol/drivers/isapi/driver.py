"""The driver: composition of discovery, polling, pushing and commands over one client."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final, override

from aiohttp import ClientSession

from ...driver import USUAL_PACE, Access, Emit, Identity
from ...errors import BadAnswer
from ...hikvision.status import interpret
from ...model.events import Event, Polled
from ...model.parts import Finding, FindingKind, Part, PartKind, PartRef, SettingValue, Topology
from ...model.setting_words import Setting, SettingKey
from ...moving import Mover
from ...sights import Sights
from ...transport import xml
from ...transport.auth import Login
from ...transport.challenge import Credentials
from ...transport.http import HttpTransport, device_url
from .aiop.commands import Analysis
from .aiop.fading import Fading
from .capabilities import aliases, channel_streams, head_facts, identity, topology
from .channels import ChannelMap
from .client import IsapiClient
from .codec import device_info, rtsp_port
from .events import AlertReader
from .lights import Lamps, light_options, light_path
from .listening import Listening
from .maintenance import Maintenance, time_drift
from .metadata import Metadata
from .optics import Lens
from .outputs import Outputs
from .pictures import PictureMemory, Pictures
from .polling import Polling, PollMemory
from .port_parts import relays
from .probing import Found, survey
from .ptz import Tours
from .replies import ACCESSES, CAPABILITIES, DEVICE_INFO, INPUTS, OUTPUTS, PROXIED_INPUTS, STORAGE, TIME, Replies
from .sets import JsonKnob, Settings

LIMIT: Final = 3
"""Requests at once; devices of the dialect choke on more."""


_LISTS: Final = {PartKind.STORAGE: STORAGE, PartKind.INPUT: INPUTS, PartKind.OUTPUT: OUTPUTS}


class IsapiDriver(Polling, Listening, Settings, Tours, Lens, Outputs, Lamps, Pictures, Maintenance, Analysis):
    """One camera or recorder; the mixins hold the commands, this class what they share."""

    def __init__(self, session: ClientSession, access: Access) -> None:
        """Make the driver; no I/O."""
        port = access.port or (443 if access.ssl else 80)
        credentials = Credentials(username=access.username, password=access.password) if access.username else None
        transport = HttpTransport(
            session,
            device_url(access.host, port, tls=access.ssl),
            Login(credentials),
            verify_ssl=access.verify_ssl,
            limit=LIMIT,
            interpret=interpret,
        )
        self.access = access
        self.client = IsapiClient(transport)
        self.channels = ChannelMap()
        self.reader = AlertReader(self.channels)
        self.topology = None
        self.mutex = False
        self.subscribes = False
        self.rtsp_port = None
        self.poll_memory = PollMemory()
        self.mover = Mover()
        self.ptz_facts = {}
        self.output_ports = {}
        self.light_modes = {}
        self.light_rests = {}
        self.siren_tasks = {}
        self.picture_sizes = {}
        self.picture_memory = PictureMemory()
        self.ai = None
        self.ai_installing = set()
        self.ai_locks = {}
        self.ai_stale = False
        self.fading = Fading(self.tell)
        self.sights = Sights()
        self.metadata = Metadata(self.client, access, self.sights)
        self._emit: Emit | None = None
        self._firmware: str | None = None

    @property
    def pushes(self) -> bool:
        """The family has a push channel."""
        return True

    @property
    def pace(self) -> float:
        """Seconds between polls while nothing is pushed."""
        return USUAL_PACE

    @property
    def findings(self) -> frozenset[Finding]:
        """A change that the device took and will follow after a restart (statusCode 7), and rights that lack."""
        found = {Finding(kind=FindingKind.REBOOT_REQUIRED)} if self.client.reboot_required else set()
        if self.metadata.refused:
            found.add(Finding(kind=FindingKind.LOW_RIGHTS, detail="metadata over RTSP"))
        return frozenset(found)

    async def identify(self) -> Identity:
        """Log in and tell who answers."""
        info = device_info(await self.client.xml(DEVICE_INFO))
        uid, source = identity(info)
        if not uid:
            raise BadAnswer("the device tells neither serial number nor MAC")
        hardware = info.hardware
        return Identity(
            uid=uid,
            source=source,
            name=info.name,
            model=hardware.model,
            mac=hardware.mac,
            aliases=aliases(info),
        )

    async def discover(self) -> Topology:
        """Tell what exists. What could not be asked now is kept as it was known before.

        After a first sight nothing is asked: it is added to what was known.
        """
        if self.metadata.pending and self.topology is not None and not self.ai_stale:
            self.topology = replace(self.topology, parts=self.metadata.merge(self.topology.parts))
            return self.topology
        found = await survey(self.client)
        if self._firmware not in (None, found.info.hardware.firmware):
            self.client.forget()
            found = await survey(self.client)
        self._firmware = found.info.hardware.firmware
        if self.channels.recorder and found.replies.failed(PROXIED_INPUTS):
            # Without the list of its cameras a recorder would look like another device: what is known stays.
            raise found.replies.errors[PROXIED_INPUTS]
        self._learn(found)
        fresh = topology(found.info, found.channels, found.replies, datetime.now(UTC))
        if not fresh.host.uid:
            raise BadAnswer("the device tells neither serial number nor MAC")
        await self.survey_platform(found.replies)
        self.topology = self.with_platform(replace(fresh, parts={**self._kept(found.replies), **fresh.parts}))
        self.metadata.learn(found.channels, found.replies, self.rtsp_port, fresh.parts)
        self.topology = replace(self.topology, parts=self.metadata.merge(self.topology.parts))
        self.reader.inputs = {ref.number for ref in self.topology.parts if ref.kind is PartKind.INPUT}
        return self.topology

    def _learn(self, found: Found) -> None:
        """Keep what commands and the reader of alerts need."""
        replies = found.replies
        capabilities = replies.get(CAPABILITIES)
        self.channels = self.reader.channels = found.channels
        self.rtsp_port = rtsp_port(replies.get(ACCESSES)) or self.rtsp_port
        if capabilities is not None:
            self.mutex = xml.boolean(capabilities, "isSupportGetmutexFuncErrMsg") is True
            if self.topology is None:
                self.subscribes = xml.boolean(capabilities, "SysCap/isSupportSubscribeEvent") is True
        numbers = [each.number for each in found.channels]
        if (now := replies.get(TIME)) is not None:
            self.reader.drift = time_drift(now, datetime.now(UTC))
        self.ptz_facts = {number: head_facts(number, replies) for number in numbers}
        self.output_ports = {port.number: port for port in relays(replies)}
        self.light_modes = {
            number: modes
            for number in numbers
            if (modes := light_options(replies.get(f"{light_path(number)}/capabilities")))
        }
        self.picture_sizes = {
            (number, stream.number): (stream.width, stream.height)
            for number, streams in channel_streams(found.channels, replies).items()
            for stream in streams
            if stream.width and stream.height
        }

    def _kept(self, replies: Replies) -> Mapping[PartRef, Part]:
        """Parts of lists that could not be read this time: a passing failure makes nothing vanish."""
        if self.topology is None:
            return {}
        failed = {kind for kind, path in _LISTS.items() if replies.failed(path)}
        return {ref: part for ref, part in self.topology.parts.items() if ref.kind in failed}

    @override
    async def set_setting(self, part: PartRef, setting: SettingKey, value: SettingValue) -> Polled:
        """Change one setting; the mode of a light also switches the lamps, which are parts of their own."""
        if self.is_model(setting):
            return await self.set_model(part, value)
        polled = await super().set_setting(part, setting, value)
        if setting.setting is Setting.LIGHT_MODE:
            polled = replace(polled, parts=await self.read_lamps(part.number))
        if setting.setting is Setting.METADATA:
            self.metadata.renew(part.number)
        return polled

    @override
    def json_knob(self, part: PartRef, key: SettingKey) -> JsonKnob | None:
        """Find a setting that lives in a JSON document, of the device or of its platform."""
        return self.platform_knob(part, key) or super().json_knob(part, key)

    @override
    async def listen(self, emit: Emit, alive: Callable[[], None]) -> None:
        """Push events until cancelled; raises when the stream is lost or there is none."""
        self._emit = emit
        await super().listen(self.heard(emit), alive)

    @override
    def tell(self, event: Event) -> None:
        """Tell an event of our own making, such as a siren that ended."""
        if self._emit is not None:
            self._emit(event)

    @property
    def feeds(self) -> bool:
        """Whether a channel measures something in its picture."""
        return bool(self.metadata.sources)

    async def feed(self, emit: Emit) -> None:
        """Follow what channels measure in their pictures, until cancelled."""
        await self.metadata.feed(emit)

    def memory(self) -> Mapping[str, Any]:
        """What only events told."""
        memory = {"sights": self.sights.memory(), "rules": self.metadata.book.memory()}
        return {name: content for name, content in memory.items() if content}

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Take what an earlier driver remembered."""
        self.sights.recall(memory.get("sights"))
        self.metadata.book.recall(memory.get("rules"))

    async def close(self) -> None:
        """Stop what we set going; the session belongs to someone else."""
        self._emit = None
        self.fading.close()
        await self.close_sirens()
        await self.mover.close()

    def diagnostics(self) -> Mapping[str, Any]:
        """Counters and what was found out, without secrets."""
        return {
            "subscribes": self.subscribes,
            "reboot_required": self.client.reboot_required,
            "lacking": self.client.lacking,
            "channels": {
                each.number: {"proxied": each.proxied, "model": each.hardware.model} for each in self.channels
            },
            "alerts": asdict(self.reader.counts),
            "clock_drift": self.reader.drift,
            "metadata": self.metadata.diagnostics(),
            "platform": self.platform_facts(),
            "http": asdict(self.client.transport.stats),
        }
