"""What an RTSP client has met since it was made, for diagnostics."""

from dataclasses import dataclass, field
from typing import Final

_MOST_KINDS: Final = 64


@dataclass(slots=True)
class RtspCounts:
    """Numbers that only rise; one object serves all connections of a client, one after the other."""

    connections: int = 0
    together: int = 0
    """Sessions in which a video track was set up too, and thrown away."""
    answers: int = 0
    answers_out_of_place: int = 0
    """Without `CSeq` or with another than was sent; taken in their order."""
    unexpected_answers: int = 0
    """Nothing had been asked."""
    device_requests: int = 0
    """Requests that the device sent to us."""
    keep_alives: int = 0
    reports: int = 0
    """RTCP receiver reports sent."""
    skipped_bytes: int = 0
    """Neither an answer nor a frame."""
    other_channel_frames: int = 0
    other_channel_bytes: int = 0
    """Video, audio: of channels that were not asked for."""
    other_payload_types: int = 0
    """Packets in the metadata's channel whose payload type the description gives to another encoding."""
    bad_packets: int = 0
    """In the metadata's channel, but not RTP of version 2, or cut short."""
    bad_control_packets: int = 0
    packets: int = 0
    reordered: int = 0
    """Came late, and were put in their place."""
    repeated: int = 0
    """Came twice, or too late to be of use."""
    lost: int = 0
    restarts: int = 0
    """The numbering of the packets began anew."""
    stray_packets: int = 0
    """Neither begin a document nor continue one."""
    documents: int = 0
    open_documents: int = 0
    """Handed on although their end seems to be missing: the next one began."""
    broken_documents: int = 0
    """Given up because a piece was lost."""
    oversized_documents: int = 0
    """Given up because they grew beyond all measure."""
    refusals: dict[int, int] = field(default_factory=dict)
    """Answers other than success, by status."""

    def refuse(self, status: int) -> None:
        """Count a refusal; a device with a thousand kinds of them is not worth remembering."""
        if status in self.refusals or len(self.refusals) < _MOST_KINDS:
            self.refusals[status] = self.refusals.get(status, 0) + 1
