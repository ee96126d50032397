"""Tell without credentials whether the dialect is spoken at an address."""

import re
from typing import Final

from aiohttp import ClientSession

from ...driver import Access
from ...errors import BadAnswer, DeviceError
from ...transport.auth import Login
from ...transport.http import HttpTransport, device_url
from .channels import is_open
from .codes import CODES, reply_code
from .grammar import parse
from .link import path_of

_TIMEOUT: Final = 5.0
_LARGEST: Final = 65536
_ASKED: Final = (
    ("param", (("action", "get"), ("type", "deviceInfo"))),
    ("alarm", (("action", "get"), ("type", "currentAlarmStatus"))),
)
"""The first answers without a password on real cameras; the second tells its refusal in the dialect's words."""
_WORDED: Final = re.compile(rb"\s*error\s*,\s*return\s*=\s*-?\d{1,5}\s*", re.IGNORECASE)
"""How an error reads (003_f90f6ea635efbe94.txt l.77). A bare 401, or a mere number, may be anybody's."""
_NONE: Final = re.compile(rb"\s*not find alarminfo\s*", re.IGNORECASE)
_FIELDS: Final = ("softwareVer", "productModel", "channelNum", "alarmInNum", "deviceType")
_ENOUGH: Final = 2


async def recognises(session: ClientSession, access: Access) -> bool:
    """Whether what answers speaks the dialect; sends no credentials, checks no certificate and raises nothing."""
    url = device_url(access.host, access.port or (443 if access.ssl else 80), tls=access.ssl)
    transport = HttpTransport(session, url, Login(None), verify_ssl=False, timeout=_TIMEOUT)
    for cgi, query in _ASKED:
        try:
            answer = await transport.request("GET", path_of(cgi), query=query, check=False, max_size=_LARGEST)
        except DeviceError:
            return False
        if answer.status in (200, 401, 403) and _speaks(answer.body):
            return True
    return False


def _speaks(body: bytes) -> bool:
    """Whether a body is one of the dialect's: its wording of an error, or the information of a device."""
    if _WORDED.fullmatch(body):
        return reply_code(body) in CODES
    if _NONE.fullmatch(body):
        return True
    if body.lstrip()[:1] in (b"<", b"{", b"["):
        return False
    try:
        info = parse(body)
    except BadAnswer:
        return False
    return is_open(info) and sum(info.get(name) is not None for name in _FIELDS) >= _ENOUGH
