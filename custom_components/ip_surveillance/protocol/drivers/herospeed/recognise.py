"""Tell without credentials whether the dialect is spoken at an address."""

from typing import Final

from aiohttp import ClientSession

from ...driver import Access
from ...errors import BadAnswer, DeviceError
from ...transport.auth import Login
from ...transport.http import HttpTransport, device_url
from .codes import no_session
from .docs import Doc
from .endpoints import HEART_BEAT, LOGIN_CAPABILITIES, PLATFORM_CAPABILITIES
from .messages import read_answer, request
from .wire import VERSION_HEADER, Wire, dropped

_TIMEOUT: Final = 5.0
_LARGEST: Final = 65536
_QUESTIONS: Final = (
    # Cameras tell how to log in to whoever asks, for any name; this one belongs to nobody in particular.
    (LOGIN_CAPABILITIES[0], request("get", {"username": "admin"})),
    (PLATFORM_CAPABILITIES, request("get", {})),
    (LOGIN_CAPABILITIES[1], request("get", {"username": "admin"})),
    (HEART_BEAT, request("set")),
)
_OWN_FIELDS: Final = ("sessionID", "param", "salt", "enableProductType")


async def recognises(session: ClientSession, access: Access) -> bool:
    """Whether what answers speaks the dialect; sends no credentials, checks no certificate and raises nothing."""
    url = device_url(access.host, access.port or (443 if access.ssl else 80), tls=access.ssl)
    try:
        return await speaks(Wire(HttpTransport(session, url, Login(None), verify_ssl=False, timeout=_TIMEOUT)))
    except DeviceError:
        return False


async def speaks(wire: Wire) -> bool:
    """Whether the dialect is spoken; sends no credentials. Raises what keeps the questions from being answered."""
    for path, question in _QUESTIONS:
        try:
            answer = await wire.send(path, question, idempotent=True, max_size=_LARGEST)
        except BadAnswer:
            continue
        except DeviceError as error:
            # So end paths that some firmware does not know.
            if not dropped(error):
                raise
            continue
        if _speaks(path, answer.body, told_version=VERSION_HEADER in answer.headers):
            return True
    return False


def _speaks(path: str, body: bytes, *, told_version: bool) -> bool:
    """Whether a body is an answer of the dialect: it has a code, and a field or header that nobody else has.

    Without a header that is also the code by which it refuses a sign of life without a session.
    """
    try:
        told = read_answer(body, _LARGEST)
    except BadAnswer:
        return False
    doc = Doc(told.data)
    if path == HEART_BEAT and no_session(told.code):
        return True
    return told_version or (told.code == 0 and any(name in doc for name in _OWN_FIELDS))
