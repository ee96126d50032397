"""What drivers offer beyond the still picture and the address of a stream; each only where the family can do it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from .model.parts import PartRef
from .model.state import Picture


@runtime_checkable
class Speaks(Protocol):
    """A loudspeaker that plays what it is sent."""

    @property
    def sound_codec(self) -> str:
        """How sound must be encoded, by FFmpeg's name (`pcm_alaw`): one channel, 8000 samples a second."""

    async def speak(self, channel: PartRef, sound: bytes) -> None:
        """Play sound and return when it is over; stops at once when cancelled. Raises any `DeviceError`."""


@runtime_checkable
class LivePictures(Protocol):
    """Live video as one picture after the other (motion JPEG), for those whose video cannot be had otherwise."""

    def live_pictures(self, channel: PartRef, stream: int) -> AsyncGenerator[Picture]:
        """Pictures as the device sends them, the newest only where it sends faster than they are taken.

        Ends when the device ends it. Raises `NotSupported` at the first where it sends none, then any `DeviceError`.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """Video without a container, piece by piece: pictures in the order they are shown, parameter sets among them."""

    codec: str
    """FFmpeg's name: `h264` or `hevc`."""
    frame_rate: float
    """Pictures a second; nothing in the video itself says when each is shown."""
    pieces: AsyncIterator[bytes]


@runtime_checkable
class Plays(Protocol):
    """What a device recorded can be seen again."""

    def playback(self, channel: PartRef, start: datetime, end: datetime) -> AbstractAsyncContextManager[Footage]:
        """Play what was recorded of a channel in a time, both in the device's own clock.

        Raises any `DeviceError`, `Rejected` (code "noRecording") where there is nothing.
        """
