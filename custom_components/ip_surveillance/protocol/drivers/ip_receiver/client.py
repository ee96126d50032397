"""The receiver's fourteen requests, each as one call. Devices go by their `devIndex`, verbatim."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
import json
from typing import Any, Final, NamedTuple

from ...commands import RawAnswer
from ...errors import AuthFailed, BadAnswer, DeviceError, NotSupported, Rejected
from ...hikvision.partitions import Partition, read_partitions
from ...hikvision.peripherals import Peripheral, read_peripherals
from ...hikvision.status import REBOOT_REQUIRED, Answer, interpret, item_errors, missing_on_read, parse_status
from ...hikvision.zones import Zone, read_zones
from ...transport import loose_json
from ...transport.answers import Response
from ...transport.calls import Call
from ...transport.http import HttpTransport, Query, Stream
from .devices import DevicePage, DeviceRow, read_devices

JSON_TYPE: Final = "application/json"
DEVICE_LIST: Final = "/ISAPI/ContentMgmt/DeviceMgmt/deviceList"
SUBSCRIBE: Final = "/ISAPI/Event/notification/subscribeDeviceMgmt"
UNSUBSCRIBE: Final = "/ISAPI/Event/notification/unSubscribeDeviceMgmt"
PANELS: Final = "/ISAPI/SecurityCP/"
ALL: Final = "0xffffffff"
"""Stands for all partitions of a panel (004_b8c61ef253c9ae94.txt l.678)."""
LISTED_AT_ONCE: Final = 100
SILENCE: Final = 30.0
"""Seconds without a byte after which a subscription is dead: heartbeats come every 10 s (004…txt l.420-424)."""
_MOST_DEVICES: Final = 2000
_MOST_ZONES: Final = 2000
_ZONES_AT_ONCE: Final = 64
_LARGEST: Final = 2 * 2**20
_LONGEST_STATUS: Final = 16384
_OPEN_TIMEOUT: Final = 20.0
_SEARCH: Final = "ip_surveillance"
_ZONES: Final = ("ZoneSearch", "ZoneList")
_FORMAT: Final = ("format", "json")
# Nothing but "all" is allowed, for both (004…txt l.4806-4814).
_SUBSCRIPTION: Final = {"SubscribeDeviceMgmt": {"eventMode": "all", "defenceMode": "all"}}
_SHORTEST_LIST: Final = b'{"SearchDescription":{"position":0,"maxResult":1}}'
PROOF: Final = Call(method="POST", path=DEVICE_LIST, query=(_FORMAT,), body=_SHORTEST_LIST, content_type=JSON_TYPE)
"""Every account may list devices. Without it each of many pictures would try a password that was changed."""

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceList:
    """The devices behind the receiver."""

    rows: tuple[DeviceRow, ...]
    complete: bool
    """Whether these are all; a device that is missing from a list that broke off is not gone."""
    requests: int
    """How many it took."""


def interpret_answer(answer: Answer) -> DeviceError | None:
    """Tell the error that an answer means: one status for all, or one for each item of a batch."""
    error = interpret(_Readable(answer.status, _readable(answer.body)))
    if error is None:
        return _batch_error(answer.body)
    path = getattr(answer, "path", "")
    if isinstance(error, AuthFailed) and answer.status != 401 and path.startswith(PANELS):
        # The receiver took the login. It passes on what a panel says of the login between the two of them, and that
        # must not stop the requests to all others.
        return Rejected(error.detail, code=error.code, details=(error.detail,))
    return error


class _Readable(NamedTuple):
    """An answer with a status that the strict reader can read."""

    status: int
    body: bytes


def _readable(body: bytes) -> bytes:
    """A status that is nearly JSON as JSON, all else as it is.

    The guide's own lacks a comma (004…txt l.4655). Taken for no status, a refusal would pass for a success.
    """
    if len(body) > _LONGEST_STATUS or b"statuscode" not in body.lower():
        return body
    try:
        found, repaired = loose_json.load_noting(body)
    except BadAnswer:
        return body
    return json.dumps(found).encode() if repaired else body


def _wants_restart(body: bytes) -> bool:
    """Whether an answer says that what was asked takes effect after a restart only: by its status, or a member."""
    status = parse_status(_readable(body))
    if status is None or status.code == REBOOT_REQUIRED or b"rebootRequired" not in body:
        return status is not None and status.code == REBOOT_REQUIRED
    try:
        told = loose_json.find_all(loose_json.load(body), "rebootRequired")
    except BadAnswer:
        return False
    return any(loose_json.to_int(each) == 1 for each in told)


def _batch_error(body: bytes) -> DeviceError | None:
    if b"ErrorList" not in body:
        return None
    try:
        errors = item_errors(loose_json.load(body))
    except BadAnswer:
        return None
    if not errors:
        return None
    texts = tuple(f"{number}: {error.detail}" if number else error.detail for number, error in errors.items())
    return Rejected("; ".join(texts)[:200], code=next(iter(errors.values())).code, details=texts)


class ReceiverClient:
    """The requests over one transport."""

    def __init__(self, transport: HttpTransport) -> None:
        """Take the transport, whose `interpret` must be `interpret_answer`."""
        self.transport = transport
        self.reboot_required = False
        self.zones_by_get: set[str] = set()
        """Devices that list their zones on GET only: the document has both (004…txt l.546, l.876)."""
        self.zone_pages: dict[str, int] = {}
        """Requests that the zones of a device took last."""

    async def page(self, position: int, count: int) -> DevicePage:
        """List some devices."""
        wanted = {"SearchDescription": {"position": position, "maxResult": count}}
        return read_devices(await self._read("POST", DEVICE_LIST, body=wanted, holds=("SearchResult", "MatchList")))

    async def devices(self) -> DeviceList:
        """List all devices, each once."""
        found: dict[str, DeviceRow] = {}
        position = requests = most = 0
        complete = False
        while position < _MOST_DEVICES and not complete:
            page = await self.page(position, LISTED_AT_ONCE)
            requests += 1
            position += page.received
            fresh = [row for row in page.rows if row.uid not in found]
            found |= {row.uid: row for row in fresh}
            total = page.total
            most = max(most, total or 0)
            # A short page may be the receiver's own limit: the total ends the list, or an empty page does.
            complete = position >= total if total is not None else not page.received
            if not fresh:
                break
        # Of a list that grew shorter meanwhile, a device may have slipped from a page to come to one that was read.
        return DeviceList(rows=tuple(found.values()), complete=complete and position >= most, requests=requests)

    async def partitions(self, device: str) -> tuple[Partition, ...]:
        """Read the partitions of a panel."""
        return read_partitions(await self._read("GET", f"{PANELS}status/subSystems", device, holds=("SubSysList",)))

    async def peripherals(self, device: str) -> tuple[Peripheral, ...]:
        """Read the relays, sirens, keypads and so on of a panel."""
        answer = await self._read("GET", f"{PANELS}status/exDevStatus", device, holds=("ExDevStatus", "OutputList"))
        return read_peripherals(answer)

    async def zones(self, device: str) -> tuple[Zone, ...]:
        """Read the zones of a panel."""
        if device not in self.zones_by_get:
            try:
                return await self._searched_zones(device)
            except DeviceError as error:
                if not missing_on_read(error):
                    raise
        zones = read_zones(await self._read("GET", f"{PANELS}status/zones", device, holds=_ZONES)).zones
        self.zones_by_get.add(device)
        return zones[:_MOST_ZONES]

    async def _searched_zones(self, device: str) -> tuple[Zone, ...]:
        found: dict[int, Zone] = {}
        position = pages = 0
        while position < _MOST_ZONES:
            search = {"searchID": _SEARCH, "searchResultPosition": position, "maxResults": _ZONES_AT_ONCE}
            answer = await self._read("POST", f"{PANELS}status/zones", device, body={"ZoneCond": search}, holds=_ZONES)
            page = read_zones(answer)
            pages += 1
            position += page.received
            known = len(found)
            found = {zone.id: zone for zone in page.zones} | found
            if not (page.more or (page.total is not None and position < page.total)):
                break
            if len(found) == known:
                if found and page.complete:
                    # Its number of zones may count places that it does not list.
                    break
                raise BadAnswer("the list of zones breaks off", code="incomplete")
        self.zone_pages[device] = pages
        return tuple(sorted(found.values(), key=lambda zone: zone.id))

    async def arm(self, device: str, partition: int | str, way: str) -> None:
        """Arm a partition: `way` is "stay" or "away"."""
        await self._command("PUT", f"control/arm/{partition}", device, (("ways", way),))

    async def disarm(self, device: str, partition: int | str) -> None:
        """Disarm a partition."""
        await self._command("PUT", f"control/disarm/{partition}", device)

    async def clear_alarm(self, device: str, partition: int | str) -> None:
        """End the alarm of a partition."""
        await self._command("PUT", f"control/clearAlarm/{partition}", device)

    async def bypass(self, device: str, zones: Sequence[int], on: bool) -> None:
        """Leave zones out of arming, or take them in again."""
        verb = "bypass" if on else "bypassRecover"
        await self._command("PUT", f"control/{verb}", device, body={"List": [{"id": number} for number in zones]})

    async def deactivate(self, device: str, zones: Sequence[int], modes: Mapping[str, str]) -> None:
        """Set how far zones are deactivated: "oneTimeDeactivationMode" and "deactivationMode" to their words."""
        listed = [{"id": number, **modes} for number in zones]
        await self._command("PUT", "control/deactivation", device, body={"List": listed})

    async def switch(self, device: str, relay: Mapping[str, int | str], on: bool) -> None:
        """Open or close a relay, which goes by "id" or "seq"."""
        wanted = {"OutputsCtrl": {"switch": "open" if on else "close", "List": [dict(relay)]}}
        await self._command("POST", "control/outputs", device, body=wanted)

    def subscription(self) -> AbstractAsyncContextManager[Stream]:
        """Open the one stream of all events."""
        return self.transport.stream(
            "POST",
            SUBSCRIBE,
            query=(_FORMAT,),
            body=_encoded(_SUBSCRIPTION),
            content_type=JSON_TYPE,
            timeout=_OPEN_TIMEOUT,
            read_timeout=SILENCE,
        )

    async def unsubscribe(self, number: int | str, within: float) -> None:
        """Give a subscription back."""
        answer = await self.transport.request("DELETE", f"{UNSUBSCRIBE}/{number}", query=(_FORMAT,), timeout=within)
        self._check(answer)

    async def raw(self, method: str, path: str, query: Query = (), body: bytes | None = None) -> RawAnswer:
        """Send a request as given and return the answer whatever its status; `path` is whole."""
        answer = await self.transport.request(
            method, path, query=query, body=body, content_type=JSON_TYPE if body else None, check=False
        )
        return RawAnswer(status=answer.status, content_type=answer.content_type, body=answer.body)

    async def _read(
        self, method: str, path: str, device: str = "", *, body: Json | None = None, holds: tuple[str, ...]
    ) -> Mapping[str, Any]:
        """Ask for a document, known by one of the members that it holds; a search by POST changes nothing either."""
        answer = await self.transport.request(
            method,
            path,
            query=_query(device),
            body=None if body is None else _encoded(body),
            content_type=None if body is None else JSON_TYPE,
            max_size=_LARGEST,
            idempotent=True,
        )
        self._check(answer)
        document = loose_json.load(answer.body)
        if all(loose_json.get(document, name) is None for name in holds):
            # Taken for a document, a mere "OK" would say that all zones are gone.
            raise BadAnswer(f"an answer without {holds[0]}", code="noDocument")
        return document

    async def _command(
        self, method: str, path: str, device: str, query: Query = (), *, body: Json | None = None
    ) -> None:
        """Send a command once; an answer that cannot be read is a failure, an empty one is not."""
        try:
            answer = await self.transport.request(
                method,
                PANELS + path,
                query=(*query, *_query(device)),
                body=b"" if body is None else _encoded(body),
                content_type=None if body is None else JSON_TYPE,
            )
            self._check(answer)
        except DeviceError as error:
            if missing_on_read(error) and not isinstance(error, NotSupported | Rejected):
                # On a command a bare 403 is a refusal, not a lack.
                raise Rejected(error.detail, code=error.code, details=(error.detail,)) from None
            raise

    def _check(self, answer: Response) -> None:
        """Refusals come with HTTP 200 too."""
        if error := interpret_answer(answer):
            if isinstance(error, AuthFailed):
                self.transport.login.refuse(error)
            raise error
        if _wants_restart(answer.body):
            self.reboot_required = True


def _query(device: str) -> tuple[tuple[str, str], ...]:
    return (_FORMAT, ("devIndex", device)) if device else (_FORMAT,)


def _encoded(document: Mapping[str, Any]) -> bytes:
    """Compact, as the Content-Length of the document's own example counts (004…txt l.441)."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
