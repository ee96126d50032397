"""Stills, where the firmware makes them, and the addresses of the streams."""

from typing import Final
from urllib.parse import quote

from ...driver import Access
from ...errors import CannotConnect, NotSupported
from ...model.parts import PartRef
from ...model.state import Picture
from .client import HerospeedClient
from .wire import dropped

RTSP_PORT: Final = 554
USUAL_PATH: Final = "/h264/ch1/{stream}/av_stream"
_STREAMS: Final = {1: "main", 2: "sub", 3: "third"}
"""In addresses (field knowledge, the document has none)."""


class Pictures:
    """The `Streams` commands."""

    client: HerospeedClient
    access: Access
    rtsp_port: int | None
    """As the camera told; None takes the usual one."""

    @property
    def usual_path(self) -> str:
        """Of the live video, as it is common with these cameras (field knowledge, the document has none)."""
        return USUAL_PATH

    async def snapshot(self, channel: PartRef, stream: int) -> Picture:
        """Take a picture; older firmware has no way to, and its stills come from the stream."""
        return await self.client.picture()

    def stream_url(self, channel: PartRef, stream: int) -> str | None:
        """RTSP address with credentials, percent-encoded; never to be logged or shown."""
        if stream not in _STREAMS:
            return None
        access = self.access
        port = access.rtsp_port or self.rtsp_port or RTSP_PORT
        # A zone index needs its own escaping: fe80::1%eth0.
        host = f"[{access.host.replace('%', '%25')}]" if ":" in access.host else access.host
        login = f"{quote(access.username, safe='')}:{quote(access.password, safe='')}@" if access.username else ""
        path = (access.rtsp_path or self.usual_path).replace("{stream}", _STREAMS[stream])
        return f"rtsp://{login}{host}:{port}" + path.replace("{number}", str(stream))


async def has_pictures(client: HerospeedClient) -> bool:
    """Whether a still can be taken; raises what does not answer the question."""
    try:
        await client.picture()
    except NotSupported:
        return False
    except CannotConnect as error:
        if not dropped(error):
            raise
        # So end paths that some firmware does not know; the camera itself is well.
        await client.session.beat()
        return False
    return True
