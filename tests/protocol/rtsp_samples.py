"""The packet that the document shows, and packets by hand."""

from custom_components.ip_surveillance.protocol.transport.rtsp.rtp import Packet

DOCUMENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<Metadata version="1.0" xmlns="http://www.isapi.org/ver20/XMLSchema">
  <type>ruleTarget</type>
  <subType>behaviorAnalysis</subType>
  <time>2017-12-18T04:37:31.000+0800</time>
  <DevInfo>
    <ipAddress>10.10.36.212</ipAddress>
    <portNo>554</portNo>
    <macAddress>31:30:2e:31:30:2e</macAddress>
    <channel>1</channel>
    <domainName></domainName>
  </DevInfo>
  <TargetDetection>
    <TargetList></TargetList>
  </TargetDetection>
</Metadata>
"""
"""`001_11da3581811fffe4.txt` l.251-266."""

HEADER = b"\x80\xeb" + (16514).to_bytes(2) + (3027143702).to_bytes(4) + bytes.fromhex("55667788")
"""As its fields are told (l.277-286)."""

PLATE = b'{"Metadata": {"type": "activityTarget", "text": "} \\"{", "list": [{"a": 1}, {"b": 2}]}}'


def packet(
    payload: bytes, sequence: int, *, marker: bool = False, timestamp: int = 1000, payload_type: int = 107
) -> Packet:
    """Make a packet that has been read."""
    return Packet(
        payload_type=payload_type,
        marker=marker,
        sequence=sequence & 0xFFFF,
        timestamp=timestamp,
        source=0x55667788,
        payload=payload,
    )


def fragments(
    document: bytes, size: int, first: int, *, marker: bool = True, timestamp: int = 1000, step: int = 0
) -> list[Packet]:
    """Cut a document into packets of at most `size` bytes; `step`: each has its own time."""
    starts = range(0, len(document), size)
    return [
        packet(
            document[start : start + size],
            first + number,
            marker=marker and number == len(starts) - 1,
            timestamp=timestamp + number * step,
        )
        for number, start in enumerate(starts)
    ]
