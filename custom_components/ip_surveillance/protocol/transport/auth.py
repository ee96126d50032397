"""Logging in to one device: the signer in use, and the latch that stops everything after a refusal.

Devices lock accounts and addresses after a handful of wrong passwords, and any try during the lock starts
it afresh. So:
- As long as no login succeeded, and again after any 401, logins go one at a time: of racing requests with a
  wrong password one reaches the device.
- A 401 to a nonce handed out earlier means nothing yet (it may be used up); the new nonce is tried once.
- A 401 to a nonce handed out in this very exchange is a refusal for certain: every later request fails at
  once. Only of a single path that some devices refuse whatever the password (`conclusive`) it proves nothing.
- Some devices answer 401 where rights are too low. So once the password has opened a path, that path decides:
  before anything else is tried again, and before a refusal of another path stops everything (`Prove`).
"""

import asyncio
from collections.abc import Awaitable, Callable
import copy
import math
import time
from typing import Final

from aiohttp import (
    ClientConnectorError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ServerDisconnectedError,
    hdrs,
)
from yarl import URL

from ..errors import (
    LOCK_TIME,
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    DeviceError,
    Forbidden,
    NotActivated,
)
from .answers import fault_error
from .challenge import Challenge, Credentials, DigestSigner, Scheme, Signer, challenges_of, pick_signer

NO_LOGIN: Final = "noLogin"
"""Code of the error that says: a 401 came that offers no way to log in."""

PATH_REFUSED: Final = "pathRefused"
"""Code of the error that says: a 401 to this path alone, the password is right."""
_LATELY: Final = 60.0
"""Seconds without another proof after a nonce was dropped: nonces used up at once must not double the requests."""

type Prove = Callable[[], Awaitable[bool]]
"""Tries the password where it was right before, within the login of another request. False where that tells nothing;
a refusal has been latched."""

type Judge = Callable[[ClientResponse], Awaitable[DeviceError | None]]
"""Reads the body of a 401 (bounded) and says what the device means by it; None when it says nothing."""


class Login:
    """The login state that all requests to one device share."""

    def __init__(
        self,
        credentials: Credentials | None,
        *,
        scheme: Scheme = Scheme.AUTO,
        lock_time: float = LOCK_TIME,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the account (None: never log in), how to log in, and the clock (seconds) of locks."""
        self.credentials = credentials
        self.scheme = scheme
        self.attempts = 0
        """Signed requests sent with a nonce of their own exchange."""
        self.reusable = True
        """False once a used nonce was refused without a new challenge: KB8113 door stations forbid reuse."""
        self.lock = asyncio.Lock()
        self.proof: URL | None = None
        """Address that the password has opened, the first one."""
        self._dropped_at = -math.inf
        self._known: Signer | None = None
        self._made: Signer | None = None
        self._refusal: AuthFailed | None = None
        self._until: float | None = None
        self._lock_time = lock_time
        self._clock = clock

    @property
    def known(self) -> Signer | None:
        """The signer that last succeeded and may be used again."""
        return self._known if self.reusable else None

    @property
    def refusal(self) -> AuthFailed | None:
        """The refusal in force, if any."""
        if self._until is not None and self._clock() >= self._until:
            self.reset()
        return self._refusal

    def check(self) -> None:
        """Raise the refusal in force; called before anything is sent."""
        if (refusal := self.refusal) is None:
            return
        error = copy.copy(refusal)
        if isinstance(error, AccountLocked) and self._until is not None:
            error.retry_after = self._until - self._clock()
        raise error

    def refuse(self, error: AuthFailed) -> None:
        """Stop all further requests: for good, or for the time of the lock."""
        if self.credentials is None:
            return
        self._known = None
        if isinstance(error, AccountLocked) and self._refusal is not None and self._until is None:
            # The end of a lock must not end what only the user can.
            return
        self._refusal = copy.copy(error)
        self._until = None
        if isinstance(error, AccountLocked):
            self._until = self._clock() + (self._lock_time if error.retry_after is None else error.retry_after)

    def reset(self) -> None:
        """Allow logins again, because the user acted or the lock is over."""
        self._refusal = None
        self._until = None

    def signer_for(self, credentials: Credentials, offered: tuple[Challenge, ...]) -> Signer | None:
        """Choose how to answer a challenge, None when there is no known way."""
        signer = pick_signer(credentials, offered, self.scheme)
        made = self._made
        if isinstance(signer, DigestSigner) and isinstance(made, DigestSigner) and made.nonce == signer.nonce:
            # Some devices hand out one nonce again and again: its count must go on, not start anew.
            return made
        self._made = signer
        return signer

    def accept(self, signer: Signer) -> None:
        """Remember a signer that succeeded, for the requests that follow."""
        self._known = signer

    @property
    def drops_nonces(self) -> bool:
        """Whether the device dropped a nonce a short while ago without calling it stale."""
        return self._clock() - self._dropped_at < _LATELY

    def nonce_dropped(self) -> None:
        """Note that a nonce in use was refused, though the password is right."""
        self._dropped_at = self._clock()

    def suspend(self) -> None:
        """Make the requests that follow wait for the login under way."""
        self._known = None


class Exchange:
    """One request with all its logging in: an aiohttp middleware, made anew for each request."""

    def __init__(
        self,
        login: Login,
        judge: Judge,
        *,
        repeatable: bool,
        conclusive: bool = True,
        prove: Prove | None = None,
        in_turn: bool = False,
    ) -> None:
        """Take the login, who reads a 401, and whether to send again where the connection was dead.

        `conclusive` says whether a refusal here stops all other requests too, `prove` how to make sure of the
        password before (None: this is where it was right), `in_turn` that the login's lock is held already.
        """
        self.resent = False
        self.signed = False
        """The device asked for the password here and took it."""
        self._conclusive = conclusive
        self._prove = prove
        self._proved = False
        self._in_turn = in_turn
        self._unexplained = False
        """A nonce in use was refused, and the device did not call it stale."""
        self._login = login
        self._judge = judge
        self._repeatable = repeatable
        self._offered: tuple[Challenge, ...] = ()

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Send the request, logging in as needed; returns a 401 only where there is no account."""
        # The session is shared with others: their cookies are none of this device's business.
        request.headers.pop(hdrs.COOKIE, None)
        send = self._sender(handler)
        login = self._login
        if login.credentials is None:
            return await send(request)
        login.check()
        if self._in_turn:
            return await self._log_in(login.credentials, request, send)
        first = login.known
        if (response := await self._try(first, request, send)) is not None:
            return response
        async with login.lock:
            login.check()
            later = login.known
            # Another request may have logged in while this one waited.
            if later is not first and (response := await self._try(later, request, send)) is not None:
                return response
            # No request may overtake the login: a strict device takes its lower nonce count for a wrong password.
            login.suspend()
            if self._unexplained and not login.drops_nonces:
                await self._make_sure()
            return await self._log_in(login.credentials, request, send)

    async def _make_sure(self) -> None:
        """Try the password where it was right before, once; raises when it is no longer right there."""
        prove, self._prove = self._prove, None
        if prove is None:
            return
        self._proved = await prove()
        self._login.check()
        self._login.suspend()

    async def settle(self, response: ClientResponse) -> bool:
        """Finish a proof: whether the answer shows that the password is right. A path open to all shows nothing."""
        if response.status >= 400 and isinstance(verdict := await self._judge(response), AuthFailed):
            self._login.refuse(verdict)
        response.close()
        return self.signed and 200 <= response.status < 300

    def _sender(self, handler: ClientHandlerType) -> ClientHandlerType:
        """Wrap sending so that a connection the device had closed meanwhile is replaced once, for reads only.

        aiohttp would repeat PUT as well (client.py `IDEMPOTENT_METHODS`), and devices reboot and move by PUT:
        an error that it does not know keeps it from that.
        """

        async def send(request: ClientRequest) -> ClientResponse:
            while True:
                try:
                    return await handler(request)
                except ClientConnectorError:
                    raise
                except (ServerDisconnectedError, ClientOSError) as fault:
                    # A proof may have been dropped for its password: not once more.
                    proof = self._in_turn and hdrs.AUTHORIZATION in request.headers
                    if self.resent or proof or not self._repeatable:
                        raise fault_error(fault) from None
                    self.resent = True

        return send

    async def _try(
        self, signer: Signer | None, request: ClientRequest, send: ClientHandlerType
    ) -> ClientResponse | None:
        """Send with a signer that is in use; None when there is none or its nonce is used up."""
        if signer is None:
            return None
        response = await signer(request, send)
        if response.status != 401:
            return response
        self._unexplained = not any(challenge.stale for challenge in challenges_of(response))
        if self._login.known is signer:
            self._login.suspend()
        self._offered = await self._examine(response, signed=True)
        self._login.reusable = bool(self._offered)
        return None

    async def _log_in(
        self, credentials: Credentials, request: ClientRequest, send: ClientHandlerType
    ) -> ClientResponse:
        """Answer a challenge of this exchange; ask for one where there is none yet."""
        if not self._offered:
            request.headers.pop(hdrs.AUTHORIZATION, None)
            response = await send(request)
            if response.status != 401:
                return response
            self._offered = await self._examine(response, signed=False)
        signer, response = await self._answer(credentials, request, send)
        stale = any(challenge.stale for challenge in challenges_of(response))
        if response.status == 401 and stale and not self._in_turn:
            # The device itself says that the password was right; but believe that only once.
            self._offered = await self._examine(response, signed=True)
            signer, response = await self._answer(credentials, request, send)
        if response.status == 401:
            raise await self._refusal(response)
        self.signed = True
        if self._unexplained and self._proved:
            self._login.nonce_dropped()
        self._login.accept(signer)
        return response

    async def _answer(
        self, credentials: Credentials, request: ClientRequest, send: ClientHandlerType
    ) -> tuple[Signer, ClientResponse]:
        """Send signed for the challenge at hand."""
        signer = self._login.signer_for(credentials, self._offered)
        if signer is None:
            if self._unexplained and not self._offered:
                # This path never offers a login: that it offered none to the nonce in use says nothing of the nonce.
                self._login.reusable = True
            names = ", ".join(sorted({challenge.scheme for challenge in self._offered})) or "none"
            raise BadAnswer(f"no way to log in that is known here; offered: {names[:100]}", code=NO_LOGIN)
        # A request still under way may have been told of a lock since.
        self._login.check()
        self._login.attempts += 1
        return signer, await signer(request, send)

    async def _examine(self, response: ClientResponse, *, signed: bool) -> tuple[Challenge, ...]:
        """Read a 401 that is no refusal yet; raise when the device says that trying is useless or harmful."""
        verdict = await self._judge(response)
        offered = challenges_of(response)
        if isinstance(verdict, AccountLocked | NotActivated):
            self._login.refuse(verdict)
            raise verdict
        # Devices give any reason with a challenge; it counts only where there is nothing else to go by.
        if verdict is not None and not offered and not signed:
            raise verdict
        return offered

    async def _refusal(self, response: ClientResponse) -> DeviceError:
        """Tell which refusal this is and latch it, unless it is one of this path alone."""
        refused = AuthFailed("the device refused user name and password")
        try:
            # Read before the password is tried elsewhere: a device that is locked must be left alone.
            verdict = await self._judge(response)
            if not isinstance(verdict, AccountLocked | NotActivated | Forbidden | Busy):
                await self._make_sure()
        except asyncio.CancelledError:
            # A body that never ends, or a proof that hangs, must not open the way for another try.
            if self._conclusive and not self._proved:
                self._login.refuse(refused)
            raise
        if isinstance(verdict, Forbidden | Busy):
            return verdict
        if isinstance(verdict, AccountLocked | NotActivated):
            self._login.refuse(verdict)
            return verdict
        if self._conclusive and self._proved:
            return Forbidden("the device refuses this path, though not the password", code=PATH_REFUSED)
        refused = verdict if isinstance(verdict, AuthFailed) else refused
        if self._conclusive:
            self._login.refuse(refused)
        return refused
