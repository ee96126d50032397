"""The simulated camera: routing, sessions, faults, and what takes time."""

import asyncio
import base64
from collections.abc import Iterable
import json
from typing import override

from aiohttp import web

from ..base import Answer, BaseSimulator, Recorded, Rule
from ..isapi.scenery import snapshot
from .calls import Call, Endpoint
from .endpoints import ENDPOINTS, gated
from .handlers import BACKUPS
from .happenings import Happenings
from .profiles import FIRMWARES, PROFILES, Profile
from .push import PATH as EVENTS, Push
from .quirks import Quirk, reply
from .rtsp import Rtsp
from .sessions import CAPABILITY_PATHS, Login, Session, Sessions, User, cookie_of
from .status import Code, Json, NoSuchPath, Refused
from .world import DELAYS, build

CHANGES = frozenset({"set", "delete"})
NETWORK = "/api/network/"
FORMAT_STEPS = 20


class HerospeedSimulator(Happenings, BaseSimulator):
    """A simulated HeroSpeed/Longse camera; see `PROFILES` for the models.

    `world` is the state, `sessions` the login, `push` the WebSocket, `fault` the switches for misbehaviour, `quirks`
    the departures from the rules, `requests` the journal. What happens before the camera is in `Happenings`.
    """

    def __init__(
        self,
        model: str | Profile = "fixed",
        *,
        firmware: str = "old",
        login: Login | str = Login.CHALLENGE,
        websocket: bool | None = None,
        port: int = 0,
        username: str = "admin",
        password: str = "Secret123",
        tls: bool = False,
        licence_key: str = "LICENCE-0001",
        max_sessions: int = 5,
        session_seconds: float = 60.0,
        keep_alive: float = 10.0,
        heartbeat: float = 10.0,
        max_streams: int = 4,
        restart_seconds: float = 0.1,
        format_seconds: float = 0.2,
        rtsp: bool = False,
        quirks: Iterable[Quirk | str] = (),
    ) -> None:
        """Build a camera.

        `firmware`: old or new; `websocket`: None takes what the firmware has; times in seconds; `rtsp`: answer to
        addresses of streams too. Besides the account given there is `viewer` (Viewer123), who may change nothing.
        """
        super().__init__(port=port, username=username, password=password, tls=tls)
        self.profile = PROFILES[model] if isinstance(model, str) else model
        self.model = model if isinstance(model, str) else model.platform
        self.firmware = FIRMWARES[firmware]
        self.websocket = self.firmware.pushes if websocket is None else websocket
        self.world = build(self.profile)
        users = {username: User(name=username, password=password)}
        users.setdefault("viewer", User(name="viewer", password="Viewer123", viewer=True))
        self.sessions = Sessions(
            mode=Login(login),
            users=users,
            licence_key=licence_key,
            limit=max_sessions,
            seconds=session_seconds,
        )
        self.push = Push(fault=self.fault, heartbeat=heartbeat, limit=max_streams)
        self.rtsp = Rtsp(self) if rtsp else None
        self.fault.close_streams = self.push.close
        self.keep_alive = keep_alive
        """Seconds an idle connection is kept; read at the start."""
        self.restart_seconds = restart_seconds
        self.format_seconds = format_seconds
        self.relay_seconds: float | None = None
        """How long the output stays on; None: what its delay says."""
        self.quirks: frozenset[Quirk] = frozenset(Quirk(item) for item in quirks)
        self.needs_charset = True
        """Changes without `charset=utf-8` are answered with 0 and ignored."""
        self.unknown = "404"
        """How paths this camera does not know are answered: 404, drop (no answer) or 202."""
        self.viewer_code: int = Code.NO_PERMISSION
        self.cookie_for_answer = ""
        self.backup = b""
        self.ignored: list[str] = []
        """Paths of changes that were ignored for want of the charset."""
        self.unknown_names: list[str] = []
        """Path and name of members nobody knows, which were ignored."""
        self.risks: list[str] = []
        """Paths of changes nobody should make unasked: addresses, objects with secrets, defaults."""
        self.violations: list[str] = []
        """Rules of the document a client broke."""
        self.refusals: list[str] = []
        """Path, code and reason of everything that was refused."""
        self.suppressed: list[str] = []
        self.log_ends = False
        self.tells_active = True
        self._garbled = 0
        self._relay_turn = 0
        self._frame = 0

    # --- life

    @override
    async def start(self) -> None:
        """Begin to listen; idle connections are closed after `keep_alive` seconds."""
        self._server = web.Server(
            self._serve, access_log=None, handler_cancellation=True, keepalive_timeout=self.keep_alive
        )
        await self.come_up()

    @override
    async def come_up(self) -> None:
        """Listen again."""
        await super().come_up()
        if self.rtsp is not None:
            await self.rtsp.start()

    @override
    async def go_down(self) -> None:
        """Break everything, subscriptions included."""
        self.push.close()
        if self.rtsp is not None:
            await self.rtsp.stop()
        await super().go_down()

    # --- answers

    @override
    async def respond(self, request: web.BaseRequest, record: Recorded) -> Answer | None:
        """Answer one request."""
        path = record.path.partition("?")[0]
        if path == EVENTS and self.websocket and request.method == "GET":
            await self.push.serve(self, request)
            return None
        if self.fault.busy:
            return Answer(status=503, content_type="text/plain")
        if rule := self.fault.rule_for(record.method, record.path):
            if rule.code is None:
                return Answer(status=rule.status, content_type="text/plain")
            return self._json(rule.code, None)
        if request.method == "GET":
            return self._file(path, record)
        try:
            return await self._post(path, record)
        except NoSuchPath:
            return self._no_such_path()

    def _no_such_path(self) -> Answer | None:
        answers = {"404": Answer(status=404, content_type="text/plain"), "202": self._json(Code.CALL_FAILED, None)}
        return answers.get(self.unknown)

    def _file(self, path: str, record: Recorded) -> Answer:
        """Hand out the file with the settings, once it was asked for."""
        try:
            self.sessions.find(cookie_of(record.headers.get("Cookie", "")))
        except Refused:
            return Answer(status=403, content_type="text/plain")
        if not (self.backup and path == f"{BACKUPS}{self.profile.firmware}.zip"):
            return Answer(status=404, content_type="text/plain")
        return Answer(body=self.backup, content_type="application/zip")

    async def _post(self, path: str, record: Recorded) -> Answer:
        self.cookie_for_answer = ""
        try:
            data = await self._do(path, record)
        except Refused as err:
            self.refusals.append(f"{path} {err.code} {err.why}")
            return self._json(err.code, None)
        answer = self._json(Code.OK, data)
        if self.cookie_for_answer and self.sessions.set_cookie:
            answer.headers.append(("Set-Cookie", f"sessionID={self.cookie_for_answer}; path=/"))
        return answer

    def _json(self, code: int, data: Json) -> Answer:
        body = reply(code, data, self.quirks, message=self.firmware.tells_message or code != Code.OK).encode()
        if self._garbled:
            self._garbled -= 1
            body = body[: len(body) // 2]
        kind = "text/plain" if Quirk.TEXT_TYPE in self.quirks else "application/json"
        headers = [
            ("Server", "webserver"),
            ("Api-Version", self.firmware.version),
            ("Keep-Alive", f"timeout={self.keep_alive:g}, max=99"),
        ]
        return Answer(body=body, content_type=kind, headers=headers)

    async def _do(self, wire: str, record: Recorded) -> Json:
        path = self._path(wire)
        endpoint = ENDPOINTS[path]
        session = self._session(record) if endpoint.login else None
        record.user = session.user.name if session else None
        self._fits(path, endpoint)
        action, data = self._message(path, record)
        handler = endpoint.handler(action)
        changing = action in CHANGES and not path.startswith("/api/session/")
        if changing and session and session.user.viewer:
            raise Refused(self.viewer_code, "viewer")
        if changing and self.needs_charset and "charset=utf-8" not in record.headers.get("Content-Type", "").lower():
            self.ignored.append(path)
            return {}
        if changing and endpoint.risky:
            self.risks.append(path)
        return await handler(Call(sim=self, path=path, endpoint=endpoint, data=data, session=session))

    def _path(self, wire: str) -> str:
        """Return the document's name of a path this camera knows."""
        firmware = self.firmware
        now = {new: old for old, new in firmware.renamed.items()}
        path = now.get(wire, wire)
        there = path in ENDPOINTS and wire not in firmware.renamed and path not in self.profile.missing
        if "login-capabilities" in path:
            there = path in CAPABILITY_PATHS[self.sessions.mode]
        elif there and not (ENDPOINTS[path].line or path in firmware.added):
            there = False
        if not there:
            raise NoSuchPath
        return path

    def _fits(self, path: str, endpoint: Endpoint) -> None:
        """Refuse what this model or firmware cannot do."""
        if path in self.firmware.unsupported:
            raise Refused(Code.TOO_MANY, "not on this firmware")
        if path in self.profile.failing or not gated(endpoint, self.world.capabilities):
            raise Refused(Code.CALL_FAILED, "not on this model")
        if any(path.startswith(prefix) for prefix in self.fault.not_support):
            raise Refused(Code.CALL_FAILED, "told to")
        if any(path.startswith(prefix) for prefix in self.fault.ok_with_error):
            raise Refused(Code.PARAMETER, "told to")
        if self.fault.unauthorized and path == "/api/session/login":
            raise Refused(self.sessions.wrong_code, "told to")

    def _session(self, record: Recorded) -> Session:
        return self.sessions.find(cookie_of(record.headers.get("Cookie", "")))

    def _message(self, path: str, record: Recorded) -> tuple[str, Json]:
        """Return action and data; the header and the grammar are checked on the way (l.382-486)."""
        if "Api-Version" not in record.headers:
            self.violations.append(f"{path} without Api-Version")
        if not record.body and "login-capabilities" in path:
            return "get", {}
        try:
            tree = json.loads(record.body)
        except ValueError as err:
            raise Refused(Code.PARAMETER, "no JSON") from err
        if not isinstance(tree, dict) or "action" not in tree:
            self.violations.append(f"{path} without action")
            raise Refused(Code.PARAMETER, "no action")
        return tree["action"], tree.get("data")

    # --- what takes time

    @override
    def switch_relay(self, on: bool) -> None:
        """Switch the output; on, it goes off again after the delay that is set (l.7352)."""
        self.world.relay.switch(on)
        self._relay_turn += 1
        if on:
            self.spawn(self._release(self._relay_turn))

    async def _release(self, turn: int) -> None:
        delay = self.world.documents["/api/event/alarm-out"]["delayTime"]
        await asyncio.sleep(DELAYS[delay - 1] if self.relay_seconds is None else self.relay_seconds)
        if turn == self._relay_turn:
            self.world.relay.switch(False)

    def format_card(self) -> None:
        """Begin to format the memory card."""
        card = self.world.card
        assert card is not None
        card.status, card.percent = 2, 0
        card.formats += 1
        self.spawn(self._format())

    async def _format(self) -> None:
        card = self.world.card
        assert card is not None
        for step in range(FORMAT_STEPS):
            await asyncio.sleep(self.format_seconds / FORMAT_STEPS)
            card.percent = (step + 1) * 100 // FORMAT_STEPS
        card.status, card.percent, card.free = 0, 0, card.size

    async def reboot(self, seconds: float | None = None, *, after: float = 0.0) -> None:
        """Restart: no connections for `restart_seconds`; sessions are lost, settings are kept."""
        await asyncio.sleep(after)
        await self.go_down()
        self.sessions.kill()
        head = self.world.head
        head.moving.clear()
        head.cruising = None
        self.world.relay.on = False
        self._relay_turn += 1
        await asyncio.sleep(self.restart_seconds if seconds is None else seconds)
        await self.come_up()
        self.world.reboots += 1

    def reset(self, *, network: bool) -> None:
        """Put the factory's settings back."""
        fresh, old = build(self.profile), self.world.documents
        kept = {} if network else {path: item for path, item in old.items() if path.startswith(NETWORK)}
        self.world.documents = fresh.documents | kept
        self.world.alarms, self.world.exceptions = fresh.alarms, fresh.exceptions

    # --- what tests do to it

    @override
    def picture(self, *, alarm: bool = False) -> bytes:
        """Return a JPEG of the scene; no two are alike."""
        self._frame += 1
        name = self.world.documents["/api/system/device-info"]["devName"]
        place = self.world.head.position
        position = (place["pan"], place["tilt"], place["zoom"]) if self.world.head.level else None
        return snapshot(name, self.world.now, position=position, alarm=alarm, frame=self._frame)

    def picture_text(self) -> str:
        """Return a JPEG as text."""
        return base64.b64encode(self.picture()).decode()

    def garble_next(self, count: int = 1) -> None:
        """Cut the JSON of the next `count` answers in half, the HTTP around it in order."""
        self._garbled += count

    def refuse_next(self, code: int, *, path: str = "", times: int | None = 1) -> None:
        """Answer the next `times` requests below `path` (None: all from now on) with this code."""
        self.fault.rules.append(Rule(path=path, status=200, code=code, times=times))

    def kill_sessions(self) -> None:
        """End all sessions: the next request is answered with 101."""
        self.sessions.kill()

    def expire_sessions(self) -> None:
        """Let all sessions run out: the next request is answered with 103."""
        self.sessions.age(self.sessions.seconds + 1)

    def change_password(self, password: str) -> None:
        """Give the account another password; sessions go on."""
        self.password = password
        self.sessions.users[self.username].password = password

    def lock_out(self, locked: bool = True) -> None:
        """Refuse every login, right or wrong."""
        self.sessions.locked = locked

    @property
    def streams(self) -> int:
        """Number of open subscriptions."""
        return len(self.push.subscribers)

    async def wait_streams(self, count: int = 1, *, within: float = 5.0) -> None:
        """Wait until this many subscriptions are open."""
        async with asyncio.timeout(within):
            await self.push.until(count)

    def close_streams(self) -> None:
        """Break every subscription abruptly."""
        self.push.close()

    async def end_push(self, code: int = Code.END_OF_PUSH) -> int:
        """End every subscription with a code."""
        return await self.push.end(code)


Simulator = HerospeedSimulator
