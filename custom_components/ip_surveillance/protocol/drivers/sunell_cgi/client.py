"""Requests to the `.cgi` programs: logging in, records, commands, pictures, and changes that are read back.

Which program answers to a type, and under which name, differs from model to model: candidates are tried in order and
the one that answered is remembered.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from ...commands import RawAnswer
from ...errors import AuthFailed, BadAnswer, Busy, DeviceError, Forbidden, NotSupported, Rejected
from ...model.state import Picture
from ...transport.challenge import Credentials
from ...transport.http import MAX_BODY, HttpTransport, Stream
from .changes import Change
from .codes import is_ok, nothing_found, reply_error
from .grammar import LARGEST, Pair, Record, decode, parse
from .link import Link, Mode, interpret_answer

__all__ = ["LIMIT", "NOT_TAKEN", "PARAM", "Mode", "SunellClient", "interpret_answer"]

PARAM: Final = ("param",)
"""The program that most types belong to."""
LIMIT: Final = 1
"""Requests at once, for the transport: devices refuse more connections soon (-511)."""
NOT_TAKEN: Final = "notTaken"
"""Code of the error that says: the device answered OK and has another value."""
_JPEG: Final = b"\xff\xd8"
_SHOWN: Final = 120
_MOST_COUNTED: Final = 200
_MARKUP: Final = ("<", "{")
_EMPTY: Final = "empty"
_OTHER_PROGRAM: Final = frozenset({"-21", "-22", "HTTP 404", _EMPTY})
"""Answers after which the next candidate is tried (003_f90f6ea635efbe94.txt l.31893-31900)."""
_WRONG: Final = frozenset({"-8", "-23", "-661"})
"""Wrong parameters. On a first look: the device lacks the type. On a write: it may want all fields."""
_STATUS: Final = (("action", "get"), ("type", "currentAlarmStatus"))


class SunellClient:
    """The dialect over one transport. Remembers what the device lacks and which candidate answered."""

    def __init__(self, transport: HttpTransport, credentials: Credentials | None) -> None:
        """Take the transport, whose `interpret` must be `interpret_answer`, and the account that its login has."""
        self.transport = transport
        self.link = Link(transport, credentials)
        self.counts: Counter[str] = Counter()
        """What happened, by word: requests, errors by code, values not taken."""
        self._lacking: dict[str, str] = {}
        self._winners: dict[str, tuple[str, str]] = {}
        self._whole: set[str] = set()

    @property
    def mode(self) -> Mode:
        """How the device takes the password."""
        return self.link.mode

    @property
    def lacking(self) -> tuple[str, ...]:
        """Types that the device does not have, for diagnostics."""
        return tuple(sorted(self._lacking))

    def diagnostics(self) -> Mapping[str, Any]:
        """Counters and what was found out, without secrets."""
        return {
            "mode": self.mode.value,
            "counts": dict(self.counts),
            "lacking": dict(sorted(self._lacking.items())),
            "programs": {wanted: " ".join(winner).strip() for wanted, winner in sorted(self._winners.items())},
            "written_whole": sorted(self._whole),
        }

    def forget(self, piece: str = "") -> None:
        """Ask again for what was lacking, of all types or those with a piece: firmware, rights or a camera changed."""
        self._lacking = {wanted: code for wanted, code in self._lacking.items() if piece not in wanted}
        self._winners = {wanted: winner for wanted, winner in self._winners.items() if piece not in wanted}
        self._whole = {wanted for wanted in self._whole if piece not in wanted}

    def refused(self, error: DeviceError) -> None:
        """Stop all requests where an error that came in a stream is a refused login."""
        if isinstance(error, AuthFailed):
            self.transport.login.refuse(error)

    async def check(self) -> None:
        """Make the cheapest request that wants a password; information of the device itself may be open to all."""
        await self.read("alarm", *_STATUS)

    async def get(self, kind: str | Sequence[str], *pairs: Pair, cgi: Sequence[str] = PARAM) -> Record:
        """Read a type, or the first of several names of it, from the first program that knows it.

        Empty where the device says that there is nothing. Raises `NotSupported` when no candidate knows it.
        """
        return (await self._get(kind, pairs, cgi))[0]

    async def read(self, cgi: str, *pairs: Pair) -> Record:
        """Read a record by the pairs as given. Empty where the device says that there is nothing."""
        return (await self._read(cgi, pairs))[0]

    async def operate(self, cgi: str | Sequence[str], *pairs: Pair, timeout: float | None = None) -> None:
        """Carry out a command, sent once to each candidate until one knows it; anything but an OK raises."""
        wanted = dict(pairs)
        verb = f"{wanted.get('action', '')} {wanted.get('type', '')}".strip()

        async def command(program: str, _: str) -> None:
            await self._command(program, pairs, timeout)

        await self._first(verb, "", (cgi,) if isinstance(cgi, str) else cgi, command)

    async def text(self, cgi: str, *pairs: Pair) -> str:
        """Ask for a text such as an RTSP address; stripped."""
        text = decode(await self._ask(cgi, pairs)).strip()
        if (error := reply_error(text)) is not None:
            raise self._counted(error)
        return text

    async def picture(self, cgi: str, *pairs: Pair, timeout: float | None = None) -> Picture:
        """Ask for a picture; an error comes as text all the same."""
        body = await self._ask(cgi, pairs, max_size=MAX_BODY, timeout=timeout)
        if body.startswith(_JPEG):
            return Picture(body)
        raise self._counted(reply_error(body) or BadAnswer("no picture", code="noPicture"))

    async def probe(self, kind: str | Sequence[str], *pairs: Pair, cgi: Sequence[str] = PARAM) -> Record | None:
        """Read a type that the device may lack: None then, and no further request for it until `forget`.

        Lacking is what it does not know, calls a wrong parameter, or answers with nothing at all; where it says that
        there is nothing (no number plate yet) the record is empty. Other errors raise.
        """
        wanted = " ".join((_key("get", kind, cgi), *(f"{name}={value}" for name, value in pairs)))
        if wanted in self._lacking:
            return None
        try:
            record, told = await self._get(kind, pairs, cgi)
        except (NotSupported, Rejected) as error:
            if isinstance(error, Rejected) and error.code not in _WRONG:
                raise
            reason = error.code
        else:
            if record or told:
                return record
            reason = _EMPTY
        self._lacking[wanted] = reason
        return None

    async def edit(
        self,
        kind: str | Sequence[str],
        change: Callable[[Record], Record],
        *,
        read: Sequence[Pair] = (),
        write: Sequence[Pair] = (),
        cgis: Sequence[str] = PARAM,
        set_cgis: Sequence[str] | None = None,
        set_kind: str | Sequence[str] | None = None,
        whole: bool = False,
        again: Sequence[str] = (),
    ) -> Record:
        """Read a type, change it, write it, read it back and return that.

        Unchanged, nothing is written but the fields named in `again`, which command more than they set.

        Only the changed fields are sent where they can stand alone, unless `whole`; all of it, lists replaced, where
        they cannot, where the device refuses or drops them alone, or where it then loses others (and from then on).
        Raises `Rejected` (code "notTaken", the names in `details`) when the device kept another value.
        """
        kinds = kind if set_kind is None else set_kind
        programs = cgis if set_cgis is None else set_cgis
        key = _key("set", kinds, programs)
        async with self.transport.exclusive():
            before = await self.get(kind, *read, cgi=cgis)
            edited = Change(before, change(before), again)
            if not edited:
                return before
            alone = () if whole or key in self._whole else edited.alone
            after: Record | None = None
            if alone and await self._set_alone(kinds, programs, (*write, *alone)):
                after = await self.get(kind, *read, cgi=cgis)
                if not edited.not_taken(after) and not edited.lost(after):
                    return after
                self.counts["writtenAgain"] += 1
            try:
                await self._set(kinds, programs, edited.whole(write))
            except Rejected:
                if after is None or edited.not_taken(after):
                    raise
                # What differs besides is the device's own doing, such as a reading among the settings.
                return after
            after = await self.get(kind, *read, cgi=cgis)
            if names := edited.not_taken(after):
                self.counts[NOT_TAKEN] += 1
                raise Rejected(f"the device did not take {', '.join(names)}", code=NOT_TAKEN, details=names)
            if alone:
                self._whole.add(key)
            return after

    async def raw(self, method: str, path: str, query: Sequence[Pair] = (), body: bytes | None = None) -> RawAnswer:
        """Send a request as given, with the password as the device wants it; returns the answer whatever it says.

        No code in it stops other requests: the refused login of a mail server under test reads the same.
        """
        await self._settle()
        answer = await self.link.ask_raw(method, path, query, body)
        return RawAnswer(status=answer.status, content_type=answer.content_type, body=answer.body)

    @asynccontextmanager
    async def stream(
        self, cgi: str, *pairs: Pair, timeout: float | None = None, read_timeout: float | None = None
    ) -> AsyncGenerator[Stream]:
        """Open an answer that goes on, such as `action=attach`; errors may be in it as text, see `refused`.

        `timeout` is for the opening, `read_timeout` for the silence between two pieces (None: for ever).
        """
        await self._settle()
        async with self.link.stream(cgi, pairs, timeout=timeout, read_timeout=read_timeout) as stream:
            yield stream

    async def _get(self, kind: str | Sequence[str], pairs: Sequence[Pair], cgi: Sequence[str]) -> tuple[Record, bool]:
        async def read(program: str, name: str) -> tuple[Record, bool]:
            record, told = await self._read(program, (("action", "get"), ("type", name), *pairs))
            if record or record.free or told:
                return record, told
            raise NotSupported("an empty answer", code=_EMPTY)

        try:
            return await self._first("get", kind, cgi, read)
        except NotSupported as error:
            if error.code != _EMPTY:
                raise
            return parse(""), False

    async def _read(self, cgi: str, pairs: Sequence[Pair]) -> tuple[Record, bool]:
        """Read a record, and whether the device said that there is nothing."""
        text = decode(await self._ask(cgi, pairs)).strip()
        error = reply_error(text)
        if nothing_found(text):
            return parse(""), True
        if error is not None:
            raise self._counted(error)
        record = parse(text)
        if text.startswith(_MARKUP) or (len(record.free) == 1 and not record and not is_ok(text)):
            # A page of the web interface, or a sentence.
            raise self._counted(BadAnswer(f"no record but {text[:_SHOWN]!r}", code="noRecord"))
        return record, False

    async def _set(self, kind: str | Sequence[str], cgis: Sequence[str], pairs: Sequence[Pair]) -> None:
        async def command(program: str, name: str) -> None:
            await self._command(program, (("action", "set"), ("type", name), *pairs), None)

        await self._first("set", kind, cgis, command)

    async def _set_alone(self, kind: str | Sequence[str], cgis: Sequence[str], pairs: Sequence[Pair]) -> bool:
        """Write a few fields; False where the device may want them all."""
        try:
            await self._set(kind, cgis, pairs)
        except Rejected as error:
            if error.code not in _WRONG:
                raise
            return False
        return True

    async def _command(self, cgi: str, pairs: Sequence[Pair], timeout: float | None) -> None:
        body = await self._ask(cgi, pairs, timeout=timeout, idempotent=False)
        if (error := reply_error(body)) is not None:
            raise self._counted(error)
        if not is_ok(body):
            text = decode(body).strip()[:_SHOWN]
            raise self._counted(Rejected(text or "no answer", code="notOk", details=(text,) if text else ()))

    async def _first[T](
        self, verb: str, kind: str | Sequence[str], cgis: Sequence[str], ask: Callable[[str, str], Awaitable[T]]
    ) -> T:
        """Ask candidates in order, or the one that is known to answer."""
        wanted = _key(verb, kind, cgis)
        kinds = (kind,) if isinstance(kind, str) else kind
        if (winner := self._winners.get(wanted)) is not None:
            return await ask(*winner)
        candidates = [(cgi, name) for name in kinds for cgi in cgis]
        refusal: DeviceError | None = None
        for cgi, name in candidates:
            try:
                found = await ask(cgi, name)
            except (NotSupported, Rejected) as error:
                if error.code not in _OTHER_PROGRAM and (verb != "get" or error.code not in _WRONG):
                    raise
                # A program that knows the type says more than one that does not.
                if refusal is None or refusal.code in _OTHER_PROGRAM:
                    refusal = error
                self.counts["otherProgram"] += 1
                continue
            if len(candidates) > 1:
                self._winners[wanted] = (cgi, name)
            return found
        raise refusal or NotSupported(wanted)

    async def _settle(self) -> None:
        """Find out how the device takes the password, before a request that cannot tell."""
        if not self.link.settled:
            try:
                await self.check()
            except NotSupported, Rejected, Forbidden, Busy, BadAnswer:
                # It answered; what it lacks is not the matter here.
                self.counts["unsettled"] += 1

    async def _ask(
        self,
        cgi: str,
        pairs: Sequence[Pair],
        *,
        max_size: int = LARGEST,
        timeout: float | None = None,
        idempotent: bool = True,
    ) -> bytes:
        """Send one request and count it."""
        self.counts["requests"] += 1
        try:
            answer = await self.link.ask(cgi, pairs, max_size=max_size, timeout=timeout, idempotent=idempotent)
        except DeviceError as error:
            raise self._counted(error) from None
        return answer.body

    def _counted[E: DeviceError](self, error: E) -> E:
        """Count an error that came in an answer."""
        if len(self.counts) < _MOST_COUNTED:
            self.counts[f"error {error.code}"] += 1
        return error


def _key(verb: str, kind: str | Sequence[str], cgis: Sequence[str]) -> str:
    kinds = kind if isinstance(kind, str) else "|".join(kind)
    return " ".join(filter(None, (verb, kinds, "|".join(cgis))))
