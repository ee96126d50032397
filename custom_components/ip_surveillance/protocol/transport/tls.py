"""How connections to devices are secured."""

from functools import cache
import ssl


@cache
def lenient_tls() -> ssl.SSLContext:
    """Accept any certificate, and the ciphers and versions of cameras that get no updates any more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= ssl.OP_LEGACY_SERVER_CONNECT
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
