"""A simulated RTSP service that carries metadata, written from the maker's document (001…txt) and the RFCs it rests on.

    async with RtspServer() as server:
        server.url(1), server.username, server.password
        await server.wait_playing()
        server.feed(1, b"<Metadata>...</Metadata>")

`generator` makes the documents of all kinds of messages, `scripts` plays them over time.
"""

from .auth import Scheme, UriRule
from .messages import Fold, Frame, Request
from .options import ALL_TRACKS, AUDIO, METADATA, VIDEO, Alone, Options, RtspFault, UriStyle
from .rtp import Marker, RtpSender, Shape
from .server import Channel, RtspServer, Rule

__all__ = [
    "ALL_TRACKS",
    "AUDIO",
    "METADATA",
    "VIDEO",
    "Alone",
    "Channel",
    "Fold",
    "Frame",
    "Marker",
    "Options",
    "Request",
    "RtpSender",
    "RtspFault",
    "RtspServer",
    "Rule",
    "Scheme",
    "Shape",
    "UriRule",
    "UriStyle",
]
