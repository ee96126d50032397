"""Requests of the dialect: documents read, changed and read back, pictures, and what a device lacks."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
import json
from typing import Any, Final

from aiohttp import hdrs

from ...commands import RawAnswer
from ...errors import BadAnswer, DeviceError, NotSupported, Rejected
from ...model.state import Picture
from ...transport.answers import Response
from ...transport.http import MAX_BODY, HttpTransport, Query
from . import streaming
from .codes import NOT_TAKEN, NotLoggedIn, Use, missing_on_read, no_session
from .docs import Change, Doc, changes
from .endpoints import SNAPSHOT, bodies, check_raw, check_write
from .messages import read_answer
from .packets import PacketCounts
from .session import Session, Ticket
from .streaming import PacketStream
from .wire import dropped

_JPEG: Final = b"\xff\xd8"
_CALL_FAILED: Final = "202"
_NO_PATH: Final = frozenset({"HTTP 404", "HTTP 405", "HTTP 501"})
_MOST_NAMED: Final = 10


class HerospeedClient:
    """The dialect within one session. Remembers what the device lacks, so that each is asked for once."""

    def __init__(self, transport: HttpTransport, session: Session) -> None:
        """Take the transport and the session over it."""
        self.transport = transport
        self.session = session
        self.push = PacketCounts()
        """What the push brought, over all connections."""
        self.not_taken: dict[str, int] = {}
        """Changes that the device accepted and did not make, by path."""
        self._lacking: dict[str, DeviceError] = {}
        self._winners: dict[tuple[str, ...], str] = {}

    @property
    def lacking(self) -> tuple[str, ...]:
        """Paths that the device does not have, with the data asked for, for diagnostics."""
        return tuple(sorted(self._lacking))

    def forget(self) -> None:
        """Ask again for what was lacking: firmware or rights may have changed."""
        self._lacking.clear()
        self._winners.clear()

    async def get(
        self, path: str, data: Any = None, *, timeout: float | None = None, max_size: int | None = None
    ) -> Doc:
        """Read a document. Raises `NotSupported` where the device has none, or any other `DeviceError`."""
        more = {} if max_size is None else {"max_size": max_size}
        return Doc((await self.session.call(path, "get", data, use=Use.READ, timeout=timeout, **more)).data)

    async def set(self, path: str, data: Any, *, timeout: float | None = None) -> Doc:
        """Send a command, once; returns what the answer holds. Documents with secrets are `Rejected`."""
        return await self._write(path, "set", data, timeout)

    async def delete(self, path: str, data: Any = None, *, timeout: float | None = None) -> Doc:
        """Delete what a path holds: the log (002…txt l.2037)."""
        return await self._write(path, "delete", {} if data is None else data, timeout)

    async def edit(
        self, path: str, change: Callable[[Doc], None], *, read: Any = None, timeout: float | None = None
    ) -> Doc:
        """Read a document, let `change` alter it, write it back whole and return what the device has then.

        `read` is the data of the read. Nothing is written where nothing changed, or where `change` raises. A value
        that the device accepted and does not have afterwards is `Rejected` (`notTaken`).
        """
        check_write(path)
        async with self.transport.exclusive():
            before = await self.get(path, read, timeout=timeout)
            wanted = before.copy()
            change(wanted)
            changed = list(changes(before.value, wanted.value))
            if not changed:
                return before
            forms = list(bodies(path, wanted.value, read))
            lost: list[Change] = []
            for number, form in enumerate(forms, 1):
                try:
                    await self.set(path, form, timeout=timeout)
                except Rejected:
                    if number == len(forms):
                        raise
                    continue
                after = await self.get(path, read, timeout=timeout)
                lost = [each for each in changed if not each.holds(after.value)]
                if not lost:
                    return after
        self.not_taken[path] = self.not_taken.get(path, 0) + 1
        names = tuple(each.name for each in lost[:_MOST_NAMED])
        raise Rejected(f"the device did not take {', '.join(names)}", code=NOT_TAKEN, details=names)

    async def probe(self, path: str, data: Any = None) -> Doc | None:
        """Read a document that the device may lack: None then, and no further request for it. Other errors raise."""
        asked = path if data is None else f"{path} {json.dumps(data, default=str, sort_keys=True)}"
        if path in self._lacking or asked in self._lacking:
            return None
        try:
            return await self._twice(path, data)
        except DeviceError as error:
            if not missing_on_read(error) and not await self._only_dropped(error):
                raise
            # Of a path that is not there, no data makes a difference.
            self._lacking[path if error.code in _NO_PATH else asked] = error
            return None

    async def first(self, paths: Sequence[str], data: Any = None) -> tuple[str, Doc]:
        """Read the first of alternative paths that the device has; the winner is asked for alone from then on.

        Raises `NotSupported` when it has none.
        """
        known = self._winners.get(tuple(paths))
        for path in (known,) if known else paths:
            if (found := await self.probe(path, data)) is not None:
                self._winners[tuple(paths)] = path
                return path, found
        raise NotSupported(paths[0], code="notSupport")

    async def picture(self, path: str = SNAPSHOT, data: Any = None, *, timeout: float | None = None) -> Picture:
        """Take a still picture, which newer firmware gives as base64. Raises `NotSupported`, `BadAnswer`."""
        found = await self.get(path, data, timeout=timeout, max_size=MAX_BODY)
        text = found.get("pictureData", "picture")
        return Picture(decoded_picture(text))

    async def raw(self, method: str, path: str, query: Query = (), body: bytes | None = None) -> RawAnswer:
        """Send a request as given, within the session, and return the answer whatever its status.

        Writing documents with secrets, logging in and logging out are `Rejected`.
        """
        check_raw(path, body)

        async def send(ticket: Ticket) -> Response:
            answer = await self.session.wire.send(
                path,
                body,
                cookie=ticket.cookie,
                method=method,
                query=query,
                idempotent=method == hdrs.METH_GET,
                max_size=MAX_BODY,
            )
            if _logged_out(answer):
                raise NotLoggedIn("the session is over")
            return answer

        answer = await self.session.within(path, send)
        return RawAnswer(status=answer.status, content_type=answer.content_type, body=answer.body)

    def packets(
        self,
        types: Iterable[int] = streaming.WANTED,
        *,
        pictures: bool = True,
        silence: float | None = None,
        timeout: float | None = None,
    ) -> AbstractAsyncContextManager[PacketStream]:
        """Subscribe to the event push: a stream to be gone through, a list of packets for each message.

        `silence` is the seconds without a message after which the link counts as lost; some firmware sends none for
        hours. Raises `NotSupported` where there is no push, `Busy` where there are too many listeners.
        """
        return streaming.packets(self.session, self.push, types, pictures=pictures, silence=silence, timeout=timeout)

    def diagnostics(self) -> dict[str, Any]:
        """Counts and findings, without secrets."""
        counts, push = self.session.counts, self.push
        return {
            "login_mode": self.session.mode,
            "version": self.session.wire.version,
            "logins": counts.logins,
            "login_attempts": self.session.login.attempts,
            "sessions_expired": counts.expired,
            "heart_beats": counts.heart_beats,
            "heart_beats_failed": counts.heart_beats_failed,
            "lacking": list(self.lacking),
            "not_taken": dict(self.not_taken),
            "packets": {str(kind): count for kind, count in sorted(push.by_type.items())},
            "bad_packets": push.bad_packets,
            "bytes_skipped": push.bytes_skipped,
            "other_checksums": push.other_checksums,
        }

    async def _write(self, path: str, action: str, data: Any, timeout: float | None) -> Doc:
        check_write(path)
        return Doc((await self.session.call(path, action, data, use=Use.WRITE, timeout=timeout)).data)

    async def _twice(self, path: str, data: Any) -> Doc:
        """Read; where the call fails for no reason, once more: it is also how firmware says that it has it not."""
        try:
            return await self.get(path, data)
        except NotSupported as error:
            if error.code != _CALL_FAILED:
                raise
        return await self.get(path, data)

    async def _only_dropped(self, error: DeviceError) -> bool:
        """Whether the device broke the connection and is well: so end paths that some firmware does not know."""
        if not dropped(error):
            return False
        await self.session.beat()
        return True


def decoded_picture(text: object) -> bytes:
    """Decode a picture in base64, with or without a data URI around it. Raises `BadAnswer`."""
    if not isinstance(text, str):
        raise BadAnswer("no picture")
    try:
        data = base64.b64decode(text.rpartition(",")[2], validate=False)
    except binascii.Error, ValueError:
        raise BadAnswer("no picture") from None
    if not data.startswith(_JPEG):
        raise BadAnswer("no picture")
    return data


def _logged_out(answer: Response) -> bool:
    if answer.status == 401:
        return True
    try:
        return no_session(read_answer(answer.body).code)
    except BadAnswer:
        return False
