"""RTSP: the metadata track of a stream, over one TCP connection.

Written here, since no library tried on 2026-11-21 against a server that answers as the document's samples does it:
- aiortsp 1.4.0 (2024-09, LGPL, needs dpkt): works on plain servers; insists on its own channel numbers (the device
  chose 6-7), leaves `qop` unanswered, waits in vain for an answer without `CSeq`, gives up on folded headers.
- PyAV 19.0.0 (127 MB with its libraries) reads the track, but blocks a thread that cannot be cancelled, takes silence
  for the end where a timeout is set, passes on neither marker nor sequence number, knows no SHA-256, and puts the
  address with its password into the text of exceptions.
- ax-devil-rtsp 0.5.1 (2026-10): blocking, needs PyAV and numpy. aio-rtsp-toolkit 0.1.4 (2026-04): video and audio
  alone, signs every request with the address of the stream, no `qop`. rtspy 0.1.0 (2026-04): no login, no RTP.
  rtsp 2.0.3 (2026-07): pictures by PyAV.
"""
