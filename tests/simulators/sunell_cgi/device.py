"""What a simulated device is made of: profile, world, settings, login and push, and what tests look at."""

import asyncio
from typing import override
from urllib.parse import parse_qsl

from ..base import BaseSimulator
from . import catalogue
from .attach import Framing, Idle, Streams
from .auth import Access, Gate, User
from .capture import Capture
from .noise import Noise
from .profiles import PROFILES, Profile, build_world
from .refused import NOT_IN_RANGE, OCCUPIED, UNKNOWN_TYPE, WRONG_PARAMETER
from .speaker import ListeningServer
from .store import Store
from .world import Alarm, World

REALM = "IPCamera Login"
DOCUMENTED, REAL = "error, Return={}", "Error,return={}"
"""How errors read in the document (l.77) and on a real camera."""


class Device(BaseSimulator):
    """The parts of a device; `SunellSimulator` adds what happens and the answers."""

    def __init__(
        self,
        model: str = "ipc",
        *,
        port: int = 0,
        username: str = "admin",
        password: str = "Secret123",
        tls: bool = False,
        auth: Access | str = Access.DIGEST,
        refusal: int | None = None,
        level: str = "administrator",
        open_info: bool = False,
        initialised: bool = True,
        max_tries: int = 3,
        framing: Framing | str = Framing.STANDARD,
        idle: Idle | str = Idle.PART,
        max_attach: int = 1,
        noise: frozenset[Noise] | set[Noise] = frozenset(),
        charset: str = "utf-8",
        error_style: str | None = None,
        downtime: float = 0.2,
    ) -> None:
        """Build a device.

        `auth`: digest, basic or query. `refusal`: status of a wrong login, 401 or 200;
        None takes 401 where there is a challenge. `level`: viewer may only look.
        `open_info`: deviceInfo answers without credentials. `initialised`: False answers everything with -528.
        `max_tries`: wrong passwords until the account is locked for good. `charset`: code page of the answers.
        `error_style`: text of an error with {} for the code. `downtime`: seconds a restart takes.
        """
        super().__init__(port=port, username=username, password=password, tls=tls)
        recorded = model == "capture"
        self.capture = Capture.load() if recorded else None
        self.model = model
        self.profile: Profile = PROFILES["ipc" if recorded else model]
        self.world: World = build_world(self.profile)
        code = WRONG_PARAMETER if "C" in self.profile.series else NOT_IN_RANGE
        self.store = Store(self.profile.series, range_code=code)
        for key, value in self.profile.info.items():
            self.store.put("deviceInfo", key, value)
        self.store.changed = self.settings_changed
        if self.world.areas:
            self.store.put("thermalImagerConfigureParam", "TemperatureUnit", self.world.unit, 2)
        users = {username: User(name=username, password=password, level=level)}
        self.auth = Gate(users=users, realm=REALM, access=Access(auth), max_tries=max_tries, lock_seconds=1e9)
        self.push_streams = Streams(fault=self.fault, framing=Framing(framing), idle=Idle(idle), limit=max_attach)
        self.fault.close_streams = self.push_streams.close
        self.refusal = refusal or (200 if self.auth.access is Access.QUERY else 401)
        self.open_info = open_info or recorded
        self.initialised = initialised
        self.noise = frozenset(noise)
        self.charset = charset
        self.error_style = error_style or (REAL if recorded else DOCUMENTED)
        self.ok_text = "OK"
        self.no_alarm = "Not Find AlarmInfo"
        """What the list of alarms reads when there is none."""
        self.keep_ended = True
        """Ended alarms stay in the list with flag 0."""
        self.downtime = downtime
        self.attachable = self.profile.attach
        self.programs: dict[str, catalogue.Programs] = {}
        """Type -> programs for get and set that answer it here; all others refuse with -21."""
        self.lacking: set[str] = set()
        """Types the device does not have after all."""
        self.unknown_code = UNKNOWN_TYPE
        self.busy_code = OCCUPIED
        self.rtsp_tail = ""
        self.scheme = self.profile.scheme
        self.strict_scheme = True
        self.strict_camera = True
        """A recorder refuses requests about a camera that do not say which."""
        self.relative_signed = True
        self.frame_seconds = 0.2
        self.motion_jpeg = True
        """Live video comes as pictures where that is wished for; else as it is encoded."""
        self.max_parallel = 0
        """More requests than this at once are refused with -511; 0 is no limit."""
        self.parallel = 0
        self.peak = 0
        """Most requests that were open at once, push left out."""
        self.posting = False
        """Post alarms to the alarm centre if the settings name one."""
        self.spoken = bytearray()
        """Bytes behind the head of the last request to play sound."""
        self.history: list[Alarm] = []
        self._failures: list[tuple[int, str, int]] = []

    def settings_changed(self, kind: str, camera: int, fields: dict[str, str]) -> None:
        """Do what a change of settings brings about."""

    @override
    async def start(self) -> None:
        self._server = ListeningServer(self._serve, self._speak, access_log=None, handler_cancellation=True)
        await self.come_up()

    def _speak(self, data: bytes | None) -> None:
        if data is None:
            self.spoken = bytearray()
        else:
            self.spoken += data

    # --- what tests look at

    @property
    def recorder(self) -> bool:
        """Whether this is a recorder."""
        return "N" in self.profile.series

    @property
    def streams(self) -> int:
        """Number of open push connections."""
        return len(self.push_streams.open)

    async def wait_streams(self, count: int = 1, *, within: float = 5.0) -> None:
        """Wait until this many push connections are open."""
        async with asyncio.timeout(within):
            await self.push_streams.until(count)

    @property
    def first_channel(self) -> int:
        """Number of a camera that is there."""
        return min(self.world.channels, default=1)

    def streams_of(self, channel: int) -> int:
        """Return how many streams a camera has."""
        return len(self.world.channels[channel].streams) if self.recorder else 3

    def offers(self, kind: str) -> bool:
        """Whether the model has a type: not taken away, and the analysis is among its own."""
        smart = catalogue.SMART.get(kind)
        gone = kind in self.lacking or kind in self.profile.lacks
        return not gone and (smart is None or smart in self.world.smart)

    def has_page(self, kind: str) -> bool:
        """Whether there are settings of this type."""
        return self.offers(kind) and self.store.has(kind)

    def queries(self, *, cgi: str = "", kind: str = "", action: str = "") -> list[list[tuple[str, str]]]:
        """Return the parameters, in order, of the requests to a program with this type and verb."""
        found = []
        for item in self.requests:
            path, _, query = item.path.partition("?")
            pairs = parse_qsl(query, keep_blank_values=True)
            wanted = {("type", kind)} if kind else set()
            wanted |= {("action", action)} if action else set()
            if f"/{cgi}" in path and wanted.issubset(pairs) and item.status not in (0, 401):
                found.append(pairs)
        return found

    @property
    def writes(self) -> list[list[tuple[str, str]]]:
        """Parameters of every request that would change something, the answered ones."""
        verbs = {"set", "modify", "add", "delete", "start", "stop", "format", "reset", "restart"}
        return [pairs for pairs in self.queries() if verbs & {value for key, value in pairs if key == "action"}]

    def fail(self, code: int, match: str = "", times: int = 1) -> None:
        """Answer the next `times` requests whose address contains `match` with an error code."""
        self._failures.append((code, match, times))
