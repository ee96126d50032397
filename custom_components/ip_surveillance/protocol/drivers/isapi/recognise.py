"""Tell without credentials whether the dialect is spoken at an address."""

import json
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from ...driver import Access
from ...errors import BadAnswer
from ...hikvision.status import parse_status
from ...transport import xml
from ...transport.http import device_url
from .client import ROOT

_TIMEOUT: Final = 5.0
_READ: Final = 8192
_PATHS: Final = ("Security/userCheck", "System/deviceInfo")
_ROOTS: Final = frozenset({"userCheck", "DeviceInfo", "ResponseStatus", "SessionLoginCap"})
_REALMS: Final = ("ip camera", "ip dome", "ip zoom", "ds-", "ids-", "hikvision", "dvrnvrdvs", "embedded net")
"""Beginnings of digest realms: the maker's own words, or the model (seen on cameras and recorders, 5.x and 4.x)."""


async def recognises(session: ClientSession, access: Access) -> bool:
    """Whether what answers speaks the dialect; sends no credentials and raises nothing."""
    for path in _PATHS:
        verdict = await _look(session, access, path)
        if verdict is not None:
            return verdict
    return False


async def _look(session: ClientSession, access: Access, path: str) -> bool | None:
    """Judge one answer; None when it leaves the question open."""
    base = device_url(access.host, access.port or (443 if access.ssl else 80), tls=access.ssl)
    try:
        async with session.get(
            base.join(type(base)(ROOT + path)),
            timeout=ClientTimeout(total=_TIMEOUT),
            allow_redirects=False,
            ssl=access.ssl and access.verify_ssl,
        ) as answer:
            body = await answer.content.read(_READ)
            challenges = " ".join(answer.headers.getall("WWW-Authenticate", ()))
            status = answer.status
    except TimeoutError, ClientError, OSError, ValueError:
        return False
    if _speaks(body):
        return True
    if status == 401:
        return True if _is_realm(challenges) else None
    return None


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


def _is_realm(challenges: str) -> bool:
    lowered = challenges.lower()
    return any(f'realm="{realm}' in lowered or f"realm={realm}" in lowered for realm in _REALMS)
