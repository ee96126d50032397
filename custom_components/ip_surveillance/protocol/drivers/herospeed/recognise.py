"""Tell without credentials whether the dialect is spoken at an address."""

from typing import Final

from aiohttp import ClientSession

from ...driver import Access
from ...errors import BadAnswer, DeviceError
from ...transport.auth import Login
from ...transport.http import HttpTransport, device_url
from .docs import Doc
from .endpoints import HEART_BEAT, LOGIN_CAPABILITIES, PLATFORM_CAPABILITIES
from .messages import read_answer, request
from .opening import dropped
from .wire import VERSION_HEADER, Wire

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
    wire = Wire(HttpTransport(session, url, Login(None), verify_ssl=False, timeout=_TIMEOUT))
    for path, question in _QUESTIONS:
        try:
            answer = await wire.send(path, question, idempotent=True, max_size=_LARGEST)
        except BadAnswer:
            continue
        except DeviceError as error:
            # So end paths that some firmware does not know.
            if dropped(error):
                continue
            return False
        if _speaks(answer.body, told_version=VERSION_HEADER in answer.headers):
            return True
    return False


def _speaks(body: bytes, *, told_version: bool) -> bool:
    """Whether a body is an answer of the dialect: it has a code, and a field or header that nobody else has."""
    try:
        told = read_answer(body, _LARGEST)
    except BadAnswer:
        return False
    doc = Doc(told.data)
    return told_version or (told.code == 0 and any(name in doc for name in _OWN_FIELDS))
