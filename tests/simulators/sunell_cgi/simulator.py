"""The simulated device of this family: requests, logins and answers."""

import asyncio
from typing import override
from urllib.parse import parse_qsl

from aiohttp import web

from ..base import Answer, Recorded
from . import routes
from .auth import Verdict, code_of
from .call import Call, Reply
from .happenings import Happenings
from .noise import Noise, written
from .refused import NO_PASSWORD_YET, NO_RIGHT, NOT_READY, NOT_SUPPORTED, TOO_MANY, Refused
from .text import Pair, plain

PREFIX = "/cgi-bin/"


class SunellSimulator(Happenings):
    """A simulated camera or recorder; see `PROFILES` for the models, and "capture" for a recorded one.

    `world` is the state, `store` the settings, `fault` the switches for misbehaviour, `requests` the journal, `auth`
    the login, `push_streams` the open push connections. What happens to devices is in `Happenings`.
    """

    # --- requests

    @override
    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        counted = "action=attach" not in request.raw_path
        self.parallel += counted
        self.peak = max(self.peak, self.parallel)
        try:
            return await super()._serve(request)
        finally:
            self.parallel -= counted

    @override
    async def respond(self, request: web.BaseRequest, record: Recorded) -> Answer | None:
        path, _, query = record.path.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        if not path.startswith(PREFIX) or not path.endswith(".cgi"):
            return Answer(status=404, content_type="text/html", body=b"<html><body>404 Not Found</body></html>")
        call = Call(
            sim=self, http=request, record=record, cgi=path.removeprefix(PREFIX).removesuffix(".cgi"), pairs=pairs
        )
        try:
            if refused := self._login(call):
                return refused
            self._faults(call)
            reply = self.capture.answer(call) if self.capture else await routes.answer(call)
        except Refused as err:
            return self._text(self.error_style.format(err.code), status=err.http)
        return self._answer(reply)

    def _login(self, call: Call) -> Answer | None:
        """Let a request in, or return the refusal."""
        if not self.initialised:
            raise Refused(NO_PASSWORD_YET)
        if self.open_info and call.kind == "deviceInfo" and call.action == "get":
            return None
        record = call.record
        if self.fault.unauthorized:
            return self._unauthorized(Verdict(reason="wrong", challenges=self.auth.challenges()))
        verdict = self.auth.judge(record.method, record.path, record.headers.get("Authorization"), call.pairs)
        if verdict.user is None:
            return self._unauthorized(verdict)
        record.user = verdict.user.name
        if verdict.user.level == "viewer" and not routes.reads(call):
            raise Refused(NO_RIGHT)
        return None

    def _unauthorized(self, verdict: Verdict) -> Answer:
        # A login that was not tried yet, or only with an old nonce, is asked for whatever a wrong one is answered with.
        asked = verdict.reason in ("missing", "stale") and verdict.challenges
        status = 401 if asked else self.refusal
        answer = self._text(self.error_style.format(code_of(verdict)), status=status)
        if status == 401:
            answer.headers = [("WWW-Authenticate", value) for value in verdict.challenges]
        return answer

    def _faults(self, call: Call) -> None:
        path = call.record.path
        if self.max_parallel and self.parallel > self.max_parallel:
            raise Refused(TOO_MANY)
        if self.fault.busy:
            raise Refused(self.busy_code)
        if any(text in path for text in self.fault.not_support):
            raise Refused(NOT_SUPPORTED)
        if any(text in path for text in self.fault.ok_with_error):
            raise Refused(NOT_READY)
        for place, (code, match, times) in enumerate(self._failures):
            if match in path:
                self._failures[place : place + 1] = [(code, match, times - 1)] if times > 1 else []
                raise Refused(code)
        if rule := self.fault.rule_for(call.record.method, path):
            raise Refused(rule.code or NOT_READY, http=rule.status)

    def _answer(self, reply: Reply) -> Answer | None:
        if reply is None or isinstance(reply, Answer):
            return reply
        if isinstance(reply, str):
            return self._text(self.ok_text if plain(reply) == "ok" and self.ok_text != "OK" else reply)
        return Answer(body=self._body(reply), content_type="text/plain")

    def _body(self, lines: list[Pair]) -> bytes:
        return written(lines, self.noise, self.charset)

    def _text(self, text: str, *, status: int = 200) -> Answer:
        end = "" if Noise.NO_LAST_END in self.noise else "\n" if Noise.LF in self.noise else "\r\n"
        return Answer(status=status, body=(text + end).encode(self.charset, "replace"), content_type="text/plain")

    async def attach(self, call: Call) -> None:
        """Push alarms over this connection until it ends (l.480)."""
        if not self.attachable:
            raise Refused(NOT_SUPPORTED)
        if self.streams >= self.push_streams.limit:
            raise Refused(TOO_MANY)
        assert isinstance(call.http.transport, asyncio.Transport)
        call.record.status = 200
        await self.push_streams.hold(call.http.transport)


Simulator = SunellSimulator
