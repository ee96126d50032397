"""What a camera measures in its picture, told over RTSP (001_11da3581811fffe4.txt): from documents to events."""

from .feed import Metadata

__all__ = ["Metadata"]
