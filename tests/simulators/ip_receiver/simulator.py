"""The simulated receiver: login, endpoints, the panels' behaviour and the subscriptions."""

import asyncio
from collections.abc import Callable
import json
from typing import Any, override

from aiohttp import web

from ..base import Answer, BaseSimulator, Recorded
from . import media, messages
from .auth import Gate, Scheme, User, Verdict
from .blemishes import Blemish, blemished
from .handlers import Call, answer
from .happenings import Happenings
from .machine import Machine
from .messages import CidRecord
from .profiles import PROFILES
from .status import Refused, as_json, status_tree
from .stream import Framing, Streams
from .world import Device, World

REALM = "DS-GWAS0101(6419)"
SUBSCRIBE = "/ISAPI/Event/notification/subscribeDeviceMgmt"


class ReceiverSimulator(Happenings, BaseSimulator):
    """A simulated Hik IP Receiver Pro; see `PROFILES` for the installations.

    `world` is the state, `fault` the switches for misbehaviour, `requests` the journal, `auth` the login,
    `push_streams` the subscriptions. What happens to devices is in `Happenings`.
    """

    def __init__(
        self,
        model: str | Callable[..., World] = "single",
        *,
        port: int = 0,
        username: str = "admin",
        password: str = "Secret123",
        tls: bool = False,
        heartbeat: float = 10.0,
        exit_delay: float = 0.0,
        entry_delay: float = 0.0,
        devices: int = 200,
        zones: int = 64,
        qop: str | None = "auth",
        algorithm: str | None = "MD5",
        scheme: Scheme | str = Scheme.MD5,
        framing: Framing | str = Framing.STANDARD,
        max_streams: int = 8,
        media_urls: str = "relative",
        restart_seconds: float = 0.1,
    ) -> None:
        """Build a receiver.

        `heartbeat`, `exit_delay`, `entry_delay`, `restart_seconds`: seconds. `devices`, `zones`: size of "large".
        `qop`: auth, auth-int, "auth,auth-int" or None; `algorithm`: MD5, MD5-sess or None (not told);
        `scheme`: md5, basic or digest+basic. `media_urls`: relative, rooted or absolute.
        """
        super().__init__(port=port, username=username, password=password, tls=tls)
        self.model = model if isinstance(model, str) else model.__name__
        if model == "old":
            qop = None
        self.world = PROFILES[model](devices=devices, zones=zones) if isinstance(model, str) else model()
        users = {username: User(name=username, password=password)}
        self.auth = Gate(users=users, realm=REALM, scheme=Scheme(scheme), qop=qop, algorithm=algorithm)
        self.push_streams = Streams(fault=self.fault, framing=Framing(framing), limit=max_streams)
        self.fault.close_streams = self.push_streams.close
        self.heartbeat = heartbeat
        self.exit_delay = exit_delay
        self.entry_delay = entry_delay
        self.media_urls = media_urls
        self.media_delay = 0.0
        """Seconds between a record and its video."""
        self.restart_seconds = restart_seconds
        self.device_page = 100
        """Most devices in one answer."""
        self.loose_index = False
        """Take a device index in any spelling."""
        self.upper_index = self.model == "old"
        """Write the device index in upper case in messages."""
        self.blemishes: frozenset[Blemish] = frozenset()
        """How messages depart from the tables."""
        self.limit_style = "status"
        """How one subscription too many is refused: status (HTTP 403), ok (HTTP 200 JSON) or part (first part)."""
        self.refusal_http: int | None = None
        """HTTP status of every refusal; None takes the fitting one. 200 puts refusals into good answers."""
        self.error_list_status = 200
        """HTTP status of an ErrorList."""
        self.tells_tries = True
        """Name the attempts left in the answer to a wrong login."""
        self.unsubscribed: list[int] = []
        """Subscriptions that were ended by a request."""
        self.restarts = 0
        self._machines: dict[str, Machine] = {}

    # --- what tests look at

    @property
    def streams(self) -> int:
        """Number of open subscriptions."""
        return len(self.push_streams.open)

    @property
    def subscriptions(self) -> list[int]:
        """IDs of the open subscriptions."""
        return list(self.push_streams.open)

    async def wait_streams(self, count: int = 1, *, within: float = 5.0) -> None:
        """Wait until this many subscriptions are open."""
        async with asyncio.timeout(within):
            await self.push_streams.until(count)

    def find(self, index: str) -> Device | None:
        """Return the device a request names."""
        if not self.loose_index:
            return self.world.devices.get(index)
        wanted = index.replace("-", "").lower()
        return next((d for d in self.world.devices.values() if d.index.replace("-", "").lower() == wanted), None)

    def machine(self, device: Device) -> Machine:
        """Return the behaviour of a device's panel."""
        assert device.panel is not None
        found = self._machines.get(device.index)
        if found is None or found.panel is not device.panel:
            found = self._machines[device.index] = Machine(self, device, device.panel)
        return found

    # --- requests

    @override
    async def respond(self, request: web.BaseRequest, record: Recorded) -> Answer | None:
        path, _, _ = record.path.partition("?")
        open_file = self.world.media.get(path.lstrip("/"))
        if open_file is None or open_file.protected:
            if self.fault.unauthorized:
                return self._unauthorized(record, Verdict(reason="wrong", challenges=self.auth.challenges()))
            header = record.headers.get("Authorization")
            verdict = self.auth.judge(record.method, record.path, header, record.body)
            if verdict.user is None:
                return self._unauthorized(record, verdict)
            record.user = verdict.user.name
        call = Call(
            sim=self, record=record, path=path, query=dict(request.rel_url.query), user=record.user or self.username
        )
        try:
            self._faults(record, path)
            if path == SUBSCRIBE:
                return await self._subscribe(request, call)
            if not path.startswith("/ISAPI/"):
                return media.fetch(self.world, path)
            return await answer(call)
        except Refused as err:
            return self._refusal(record, err)

    def _refusal(self, record: Recorded, err: Refused) -> Answer:
        tree = status_tree(record.path, err.sub, code=err.code, message=err.message)
        return as_json(tree, status=self.refusal_http or err.http)

    def _faults(self, record: Recorded, path: str) -> None:
        if self.fault.busy:
            raise Refused("deviceBusy")
        if any(path.startswith(prefix) for prefix in self.fault.not_support):
            raise Refused("notSupport")
        if any(path.startswith(prefix) for prefix in self.fault.ok_with_error):
            raise Refused("networkError", http=200)
        if rule := self.fault.rule_for(record.method, path):
            raise Refused(rule.sub, http=rule.status, code=rule.code)

    def _unauthorized(self, record: Recorded, verdict: Verdict) -> Answer:
        subs = {"wrong": "loginPasswordError", "uri": "loginPasswordError", "locked": "MgmtLokedError"}
        tree = status_tree(record.path, subs.get(verdict.reason, "badAuthorization"))
        if verdict.reason in subs and self.tells_tries:
            # The document says that the attempts left are returned, not under which name (l.223).
            tree["retryLoginTime"] = 0 if verdict.reason == "locked" else self.auth.tries_left
        found = as_json(tree, status=401)
        found.headers = [("WWW-Authenticate", value) for value in verdict.challenges]
        return found

    async def _subscribe(self, request: web.BaseRequest, call: Call) -> Answer | None:
        if call.method != "POST":
            raise Refused("methodNotAllowed")
        wanted = call.tree("SubscribeDeviceMgmt")
        if (wanted.get("eventMode"), wanted.get("defenceMode")) != ("all", "all"):
            raise Refused("badParameters")
        assert isinstance(request.transport, asyncio.Transport)
        full = self.streams >= self.push_streams.limit
        if full and self.limit_style != "part":
            raise Refused("maxSessionUserLink", http=200 if self.limit_style == "ok" else None)
        call.record.status = 200
        if full:
            part = self.push_streams.body(status_tree(call.record.path, "maxSessionUserLink"))
            request.transport.write(self.push_streams.head() + self.push_streams.frame(part))
            return None
        await self.push_streams.hold(
            request.transport,
            lambda number: {"SubscribeDeviceMgmtRsp": {"id": number}},
            lambda count: messages.heartbeat(self.world, count, old=self.model == "old"),
            lambda: self.heartbeat,
        )
        return None

    # --- what goes out

    async def push(self, what: bytes | dict[str, Any], *more: bytes | dict[str, Any]) -> int:
        """Push one or several parts in one write: JSON objects, or bytes as the body of a part.

        Returns how many subscribers got them.
        """
        return await self.push_streams.send([self._body(item) for item in (what, *more)])

    def _body(self, item: bytes | dict[str, Any]) -> bytes:
        if isinstance(item, bytes):
            return item
        tree = item.get("EventNotificationAlert")
        if self.upper_index and isinstance(tree, dict) and "devIndex" in tree:
            item = {"EventNotificationAlert": tree | {"devIndex": tree["devIndex"].upper()}}
        if self.blemishes:
            return blemished(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode(), self.blemishes)
        return self.push_streams.body(item)

    async def push_bytes(self, data: bytes) -> int:
        """Push bytes as they are, framing included."""
        return await self.push_streams.send_bytes(data)

    async def record(self, device: Device, record: CidRecord, *, lenses: int = 0, always: bool = False) -> str:
        """Send a panel's record and, with lenses, the video of it; returns the UUID.

        Nothing comes from a panel out of reach, unless `always`.
        """
        if not (device.online or always):
            return record.uuid
        urls = [media.store(self, "mp4") for _ in range(lenses)]
        if urls:
            record.video = 2
        self._number(device, record)
        await self.push(messages.cid_alarm(self.world, device, record))
        if urls:
            self.spawn(self._review(device, record, urls))
        return record.uuid

    @staticmethod
    def _number(device: Device, record: CidRecord) -> None:
        """Number the zone as the device does in messages."""
        panel = device.panel
        if device.id_priority == "deviceNo" and panel and record.zone in panel.zones:
            record.extra.setdefault("zoneNo", panel.zones[record.zone].device_no)

    async def _review(self, device: Device, record: CidRecord, urls: list[str]) -> None:
        await asyncio.sleep(self.media_delay)
        if "zoneNo" in record.extra:
            record.extra["ZoneNo"] = record.extra.pop("zoneNo")
        await self.push(messages.video_review(self.world, device, record, urls))

    # --- what happens to the receiver

    def change_password(self, password: str) -> None:
        """Give the account another password; the subscriptions go on."""
        self.password = password
        self.auth.users[self.username].password = password

    def lock_out(self) -> None:
        """Lock the account as after too many wrong passwords."""
        self.auth.lock()

    async def restart(self, seconds: float | None = None) -> None:
        """Restart: connections break, nonces and subscriptions are lost, states are kept."""
        self.push_streams.close()
        await self.go_down()
        self.auth.forget_nonces()
        await asyncio.sleep(self.restart_seconds if seconds is None else seconds)
        self.restarts += 1
        await self.come_up()

    def close_streams(self) -> None:
        """Break every subscription abruptly."""
        self.push_streams.close()


Simulator = ReceiverSimulator
