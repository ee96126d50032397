"""The simulated Hikvision device: composition of login, routes, state and push connections."""

import asyncio
from inspect import isawaitable
from pathlib import Path
import time
from typing import Any, Self, override

from aiohttp import web

from ..base import Answer, BaseSimulator, Recorded
from ..rtsp import scripts
from . import alarms, alerts
from .aiop import happenings, service
from .aiop.multipart import LARGEST
from .aiop.refusals import Refusal
from .alerts import Alert
from .auth import Gatekeeper, Scheme, Verdict
from .build import build_world
from .capture import Capture
from .form import NAMESPACES, Dialect, Document, Tree
from .framing import Framing, Part
from .handlers import RECORDED_ROUTES, ROUTES
from .handlers.config import GENERIC, stored
from .profiles import Profile
from .profiles_metadata import MODELS
from .routing import PREFIX, Call, Route, right_for
from .scenery import snapshot
from .status import Refused, response_status
from .stream import Streams
from .streaming import announce, streaming
from .world import ALL_RIGHTS, User, World

UNAUTHORIZED_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Access denied</title></head><body><h2>401 Unauthorized</h2></body></html>\n"
)
# HTTP status of a refused path -> sub status and status code; anything else is "not supported".
_REFUSALS: dict[int, tuple[str, int | None]] = {
    400: ("badParameters", None),
    500: ("deviceError", 3),
    503: ("deviceBusy", None),
}
VIEWER_RIGHTS = frozenset({"preview", "playback", "status"})


class IsapiSimulator(BaseSimulator):
    """A simulated camera or recorder; see `PROFILES` for the models.

    `world` is the device's state, `fault` the switches for misbehaviour, `requests` the journal, `auth` the login,
    `push_streams` the open push connections, `rtsp` its streams and `metadata` what they tell (profiles with `tracks`).
    """

    def __init__(
        self,
        model: str | Profile = "camera",
        *,
        port: int = 0,
        username: str = "admin",
        password: str = "Secret123",
        tls: bool = False,
        channels: int | None = None,
        scheme: Scheme | str = Scheme.MD5,
        level: str = "administrator",
        rights: frozenset[str] | None = None,
        namespace: str | None = None,
        bom: bool = False,
        blank_lines: int = 0,
        heartbeat: float = 10.0,
        framing: Framing | str = Framing.STANDARD,
        max_streams: int = 8,
        stream_mode: str = "normal",
        dyn_ids: bool | None = None,
        strict_content_type: bool = True,
        declaration_required: bool = False,
        broken_triggers: bool = False,
        wrapped_triggers: bool | None = None,
        picture_fallback: bool | None = None,
        io_proxy: bool = False,
        alert_version: str | None = None,
        downtime: float = 0.2,
    ) -> None:
        """Build a device.

        `channels`: cameras behind a recorder. `scheme`, `level`, `rights`: login. `namespace`: a key of NAMESPACES.
        `heartbeat`: seconds between signs of life. `stream_mode`: normal, short (200, 40 bytes, close), unauthorized
        or not_support. `dyn_ids`: alerts carry 33 and up for proxied channels. `io_proxy`: the recorder's own ports
        answer below ContentMgmt/IOProxy only. `alert_version`: 1.0 or 2.0. `downtime`: seconds a restart takes.
        """
        super().__init__(port=port, username=username, password=password, tls=tls)
        self.profile = MODELS[model] if isinstance(model, str) else model
        if rights is None:
            rights = VIEWER_RIGHTS if level == "viewer" else ALL_RIGHTS
        users = {username: User(name=username, password=password, level=level, rights=rights)}
        self.world: World = build_world(self.profile, users=users, port=80, channels=channels)
        self.dialect = Dialect(
            namespace=NAMESPACES[namespace or self.profile.namespace],
            version=self.profile.version,
            bom=bom,
            blank_lines=blank_lines,
        )
        self.auth = Gatekeeper(users=users, realm=self.profile.realm, scheme=Scheme(scheme))
        self.push_streams = Streams(fault=self.fault, framing=Framing(framing), limit=max_streams)
        self.fault.close_streams = self.push_streams.close
        self.heartbeat = heartbeat
        self.stream_mode = stream_mode
        self.strict_content_type = strict_content_type
        self.declaration_required = declaration_required
        self.broken_triggers = broken_triggers
        self.dyn_ids = self._option(dyn_ids, "dyn_ids")
        self.wrapped_triggers = self._option(wrapped_triggers, "wrapped_triggers")
        self.picture_fallback = self._option(picture_fallback, "picture_fallback")
        self.alert_version = alert_version or self.profile.dialect
        self.io_proxy = io_proxy
        if io_proxy:
            self.world.statuses["System/IO"] = 403
        self.downtime = downtime
        self.siren_seconds = 5.0
        self.routes: tuple[Route, ...] = RECORDED_ROUTES if self.profile.recorded else ROUTES
        self.rtsp, self.metadata = streaming(self)
        self.suppressed: list[Alert] = []
        """Alarms that were not pushed, because the device is not configured to."""
        self.refusals: list[Refusal] = []
        """Answers given instead of the true ones, on any path."""
        self.subscriptions = 0
        self.frames = 0
        """Pictures taken so far."""

    @classmethod
    def from_capture(cls, path: str | Path, **options: Any) -> Self:
        """Return a device that answers as a recorded one; `options` as for the constructor."""
        recording = Capture.load(path)
        device = cls(recording.profile(), **options)
        recording.fill(device.world)
        return device

    def _option(self, given: bool | None, feature: str) -> bool:
        return feature in self.profile.features if given is None else given

    @override
    async def come_up(self) -> None:
        if self.profile.tracks:
            await self.rtsp.start()
            announce(self.world, self.rtsp.port)
        await super().come_up()

    @override
    async def go_down(self) -> None:
        await self.rtsp.stop()
        await super().go_down()

    @property
    def streams(self) -> int:
        """Number of open push connections."""
        return len(self.push_streams.clients)

    @property
    def host_writes(self) -> list[Recorded]:
        """Every request that would change the notification hosts."""
        return [record for record in self.seen(path="httpHosts") if record.method != "GET"]

    async def wait_streams(self, count: int = 1, *, within: float = 5.0) -> None:
        """Wait until this many push connections are open."""
        async with asyncio.timeout(within):
            await self.push_streams.until(count)

    # --- requests

    @override
    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Models are larger than what the server takes by itself."""
        return await super()._serve(request.clone(client_max_size=LARGEST) if self.world.aiop else request)

    @override
    async def respond(self, request: web.BaseRequest, record: Recorded) -> Answer | None:
        path, _, _ = record.path.partition("?")
        if self.fault.unauthorized:
            return self._unauthorized(Verdict(reason="wrong", challenges=self.auth.challenges()))
        verdict = self.auth.check(record.method, record.path, record.headers.get("Authorization"))
        if verdict.user is None:
            return self._unauthorized(verdict)
        record.user = verdict.user.name
        call = Call(
            sim=self,
            http=request,
            record=record,
            method=record.method,
            path=path.removeprefix(PREFIX),
            query=dict(request.rel_url.query),
            user=verdict.user,
        )
        try:
            return await self._handle(call, path)
        except Refused as err:
            return response_status(
                path, self.dialect, sub=err.sub, http=err.http, code=err.code, as_json=call.wants_json
            )

    async def _handle(self, call: Call, path: str) -> Answer | None:
        self._faults(call)
        if refused := service.injected(self, call):
            return refused
        if not path.startswith(PREFIX):
            raise Refused("notSupport", http=404)
        if not self.world.activated and call.path != "Security/userCheck":
            raise Refused("notActivated")
        self._refused_path(call)
        right = right_for(call.method, call.path)
        if right and not call.user.may(right):
            raise Refused("lowPrivilege")
        if service.covers(self, call.path):
            return await service.respond(call)
        matching = [(route, match) for route in self.routes if (match := route.pattern.fullmatch(call.path))]
        for route, match in matching:
            if route.method == call.method:
                answer = route.handler(call, *match.groups())
                return await answer if isawaitable(answer) else answer
        if stored(call) and call.method in GENERIC:
            return GENERIC[call.method](call)
        raise (
            Refused("methodNotAllowed")
            if matching or stored(call)
            else Refused("notSupport", http=self.profile.unknown)
        )

    def _faults(self, call: Call) -> None:
        relative = call.path
        if self.fault.busy or (self.fault.busy_pictures and relative.endswith("/picture")):
            raise Refused("deviceBusy")
        if any(relative.startswith(prefix) for prefix in self.fault.not_support):
            raise Refused("notSupport")
        if any(relative.startswith(prefix) for prefix in self.fault.ok_with_error):
            raise Refused("deviceBusy", http=200)
        if rule := self.fault.rule_for(call.method, relative):
            raise Refused(rule.sub, http=rule.status, code=rule.code)

    def _refused_path(self, call: Call) -> None:
        """Refuse what the model refuses, the longest matching path deciding."""
        above = [path for path in self.world.statuses if self._covers(path, call.path)]
        if not above:
            return
        status = self.world.statuses[max(above, key=len)]
        sub, code = _REFUSALS.get(status, ("notSupport", None))
        raise Refused(sub, http=status, code=code)

    def _covers(self, refused: str, path: str) -> bool:
        return path == refused or (not self.profile.recorded and path.startswith(refused + "/"))

    def _unauthorized(self, verdict: Verdict) -> Answer:
        answer = Answer(status=401, body=UNAUTHORIZED_PAGE, content_type="text/html")
        if verdict.reason in ("wrong", "uri", "locked"):
            answer.body = self.dialect.render(Document(root="userCheck", tree=self.check_tree(401)))
            answer.content_type = "application/xml"
        answer.headers = [("WWW-Authenticate", value) for value in verdict.challenges]
        return answer

    def check_tree(self, status: int) -> Tree:
        """Return the content of a userCheck document."""
        tree: Tree = {
            "statusValue": status,
            "statusString": "OK" if status == 200 else "Unauthorized",
            "isDefaultPassword": False,
            "isRiskPassword": False,
            "isActivated": self.world.activated,
            "lockStatus": "lock" if self.auth.locked else "unlock",
        }
        if self.auth.locked:
            tree["unlockTime"] = self.auth.unlock_time
        if status != 200:
            tree["retryLoginTime"] = self.auth.tries_left
        return tree

    # --- what happens to the device

    async def alert(self, event: str, channel: int | str | None = 1, *, active: bool = True, **details: Any) -> int:
        """Push one event whatever the device's settings say; `details` are fields of `Alert`."""
        if details.get("picture") is True:
            details["picture"] = self.picture(channel if isinstance(channel, int) else 1)
        return await self.push(Alert(event=event, channel=channel, active=active, **details))

    async def push(self, alert: Alert) -> int:
        """Push one event as it is."""
        return await self.push_streams.send(alert.relation or alert.event, self.parts(alert))

    async def push_bytes(self, data: bytes) -> int:
        """Push bytes as they are, framing included."""
        return await self.push_streams.send_bytes(data)

    async def push_body(self, body: bytes, content_type: str = "application/xml") -> int:
        """Push the body of one part in the device's framing."""
        return await self.push_streams.send("", [Part(body=body, content_type=content_type)])

    def parts(self, alert: Alert) -> list[Part]:
        """Return the parts an alert is sent as."""
        if self.dyn_ids and isinstance(alert.channel, int) and self._proxied(alert.channel):
            alert = self._with_dyn_id(alert)
        return alerts.parts(
            alert,
            self.world,
            address=self.host,
            port=80,
            version=self.alert_version,
            namespace=self.dialect.namespace,
        )

    def _proxied(self, number: int) -> bool:
        return number in self.world.channels and self.world.channels[number].proxied

    def _with_dyn_id(self, alert: Alert) -> Alert:
        """Write the channel as older recorders do: 33 is the first proxied one."""
        assert isinstance(alert.channel, int)
        first = min(number for number, channel in self.world.channels.items() if channel.proxied)
        values = {name: getattr(alert, name) for name in Alert.__dataclass_fields__}
        return Alert(**values | {"channel": 33 + alert.channel - first})

    def picture(self, channel: int = 1) -> bytes:
        """Return what the channel sees now."""
        self.frames += 1
        found = self.world.channels.get(channel)
        head = self.world.ptz.get(channel)
        alarm = any(number == channel for _, number in self.world.active)
        name = found.name if found else f"Channel {channel}"
        return snapshot(
            name,
            self.world.now(),
            channel=channel,
            position=head.position if head else None,
            moment=time.time() % 3600,
            alarm=alarm,
            frame=self.frames,
        )

    async def raise_alarm(self, event: str, channel: int = 1, **details: Any) -> int:
        """Let something happen: pushed only if the device is configured to. Returns clients reached. See `alarms`."""
        return await alarms.raise_alarm(self, event, channel, **details)

    async def clear(self, event: str, channel: int = 1) -> int:
        """End an alarm; returns clients reached."""
        return await alarms.clear(self, event, channel)

    async def see(self, event: str = "AIOP_Video", channel: int = 1, **details: Any) -> int:
        """Let a task of the AI Open Platform see something. Returns clients reached. See `happenings.see`."""
        return await happenings.see(self, event, channel, **details)

    async def reboot(self, downtime: float | None = None) -> None:
        """Restart: connections break, new ones are refused for the downtime (seconds), the state is kept."""
        await self.go_down()
        self.auth.forget_nonces()
        await asyncio.sleep(self.downtime if downtime is None else downtime)
        self.world.booted = time.monotonic()
        self.world.uptime_before = 0.0
        if self.world.aiop:
            self.world.aiop.restarted()
        await self.come_up()
        self.world.reboots += 1

    async def play(self, script: str, channel: int = 1, *, speed: float = 1.0, **options: Any) -> int:
        """Play a script of `rtsp.scripts` (with its own options) on a channel; returns the documents told."""
        return await scripts.play(self.metadata, scripts.SCRIPTS[script](**options), channel=channel, speed=speed)

    def lock_out(self) -> None:
        """Lock the account as after too many wrong passwords."""
        self.auth.lock()

    def close_streams(self) -> None:
        """Break every push connection."""
        self.push_streams.close()


Simulator = IsapiSimulator
