"""Tell without credentials whether the dialect is spoken at an address."""

import json
from typing import Final

from aiohttp import ClientSession
from multidict import CIMultiDictProxy

from ...driver import Access
from ...errors import BadAnswer, DeviceError
from ...hikvision.status import parse_status
from ...transport import xml
from ...transport.auth import Login
from ...transport.http import HttpTransport, device_url
from .client import ROOT

_TIMEOUT: Final = 5.0
_LARGEST: Final = 65536
_PATHS: Final = ("Security/userCheck", "System/deviceInfo")
_ROOTS: Final = frozenset({"userCheck", "DeviceInfo", "ResponseStatus", "SessionLoginCap"})
_REALMS: Final = ("ip camera", "ip dome", "ip zoom", "ds-", "ids-", "hikvision", "dvrnvrdvs", "embedded net")
"""Beginnings of digest realms: the maker's own words, or the model (seen on cameras and recorders, 5.x and 4.x)."""
_RECEIVER: Final = "ds-gwas"
"""Beginning of the realm of an IP Receiver, which shares some paths and answers none of the rest
(004_b8c61ef253c9ae94.txt l.444)."""


async def recognises(session: ClientSession, access: Access) -> bool:
    """Whether what answers speaks the dialect; sends no credentials, checks no certificate and raises nothing."""
    url = device_url(access.host, access.port or (443 if access.ssl else 80), tls=access.ssl)
    transport = HttpTransport(session, url, Login(None), verify_ssl=False, timeout=_TIMEOUT)
    for path in _PATHS:
        try:
            answer = await transport.request("GET", ROOT + path, check=False, max_size=_LARGEST)
        except DeviceError:
            return False
        if _begins(_challenges(answer.headers), _RECEIVER):
            return False
        if _speaks(answer.body) or (answer.status == 401 and _is_realm(answer.headers)):
            return True
    return False


def _speaks(body: bytes) -> bool:
    """Whether a body is one of the dialect's documents."""
    if parse_status(body) is not None and b"/ISAPI/" in body:
        return True
    try:
        return xml.local(xml.parse(body)) in _ROOTS
    except BadAnswer:
        return _is_json_check(body)


def _is_json_check(body: bytes) -> bool:
    try:
        found = json.loads(body)
    except ValueError, RecursionError:
        return False
    return isinstance(found, dict) and "requestURL" in found and "statusCode" in found


def _is_realm(headers: CIMultiDictProxy[str]) -> bool:
    challenges = _challenges(headers)
    return any(_begins(challenges, realm) for realm in _REALMS)


def _challenges(headers: CIMultiDictProxy[str]) -> str:
    return " ".join(headers.getall("WWW-Authenticate", ())).lower()


def _begins(challenges: str, realm: str) -> bool:
    return f'realm="{realm}' in challenges or f"realm={realm}" in challenges
