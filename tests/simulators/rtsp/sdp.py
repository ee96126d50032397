"""The description of a stream, in the order and with the fields of the document's own (001…txt l.151-183)."""

from .options import AUDIO, METADATA, VIDEO, Options
from .video import HEIGHT, WIDTH, Film

VIDEO_TYPE, AUDIO_TYPE = 96, 0
TRACK_NUMBERS = {VIDEO: 1, AUDIO: 2, METADATA: 3}


def _media(kind: str, payload_type: int, bandwidth: int, address: str, track: str, lines: list[str]) -> list[str]:
    return [
        f"m={kind} 0 RTP/AVP {payload_type}",
        "c=IN IP4 0.0.0.0",
        f"b=AS:{bandwidth}",
        "a=recvonly",
        *lines[:-1],
        f"a=control:{address}trackID={TRACK_NUMBERS[track]}",
        *lines[-1:],
    ]


def describe(tracks: tuple[str, ...], film: Film | None, options: Options, address: str) -> bytes:
    """Return the SDP; `address` is where the stream was asked for."""
    prefix = f"{address.rstrip('/')}/" if options.absolute_control else ""
    lines = [
        "v=0",
        "o=- 1513571850040093 1513571850040093 IN IP4 127.0.0.1",
        "s=Media Presentation",
        "e=NONE",
        "b=AS:5100",
        "t=0 0",
        f"a=control:{address if options.absolute_control else '*'}",
    ]
    for track in tracks:
        if track == VIDEO and film is not None:
            picture = [f"a=x-dimensions:{WIDTH},{HEIGHT}", f"a=rtpmap:{VIDEO_TYPE} {film.encoding}/90000"]
            lines += [
                *_media("video", VIDEO_TYPE, 5000, prefix, track, picture),
                f"a=fmtp:{VIDEO_TYPE} {film.parameters}",
            ]
        elif track == AUDIO:
            lines += _media("audio", AUDIO_TYPE, 50, prefix, track, [f"a=rtpmap:{AUDIO_TYPE} PCMU/8000"])
        elif track == METADATA:
            kind = options.payload_type
            lines += _media("application", kind, 50, prefix, track, [f"a=rtpmap:{kind} {options.encoding}/90000"])
    if VIDEO in tracks:
        lines.append(f"a=Media_header:MEDIAINFO=494D4B48010200000400000110710110401F000000FA{'0' * 36};")
    return "\r\n".join([*lines, "a=appversion:1.0", ""]).encode()
