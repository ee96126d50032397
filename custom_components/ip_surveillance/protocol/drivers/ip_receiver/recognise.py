"""Tell without credentials whether a receiver answers at an address."""

from typing import Final

from aiohttp import ClientSession

from ...driver import Access
from ...errors import DeviceError
from ...transport.auth import Login
from ...transport.http import HttpTransport, device_url
from .client import DEVICE_LIST, JSON_TYPE

_TIMEOUT: Final = 5.0
_LARGEST: Final = 65536
REALM: Final = "ds-gwas"
"""Beginning of a receiver's digest realm, in lower case: `DS-GWAS0101(6419)` (004…txt l.444). Cameras and recorders
refuse the same path in the same way, so nothing else tells them apart."""
_SEARCH: Final = b'{"SearchDescription":{"position":0,"maxResult":1}}'


async def recognises(session: ClientSession, access: Access) -> bool:
    """Whether a receiver answers; sends no credentials, checks no certificate and raises nothing."""
    url = device_url(access.host, access.port or (443 if access.ssl else 80), tls=access.ssl)
    transport = HttpTransport(session, url, Login(None), verify_ssl=False, timeout=_TIMEOUT)
    try:
        answer = await transport.request(
            "POST",
            DEVICE_LIST,
            query=(("format", "json"),),
            body=_SEARCH,
            content_type=JSON_TYPE,
            check=False,
            max_size=_LARGEST,
        )
    except DeviceError:
        return False
    if answer.status != 401:
        return False
    challenges = " ".join(answer.headers.getall("WWW-Authenticate", ())).lower()
    return f'realm="{REALM}' in challenges or f"realm={REALM}" in challenges
