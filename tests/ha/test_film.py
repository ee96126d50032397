"""Video without a container becomes a file that browsers play."""

from contextlib import suppress
from io import BytesIO
from typing import Any

import av
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.film import Film, is_key
from tests.simulators.sunell_cgi.media import CLIP

VIDEO = b"".join(CLIP)


def filmed(pieces: list[bytes], codec: str = "h264", rate: float = 25.0) -> bytes:
    """The whole file."""
    film = Film(codec, rate)
    return b"".join([*(film.feed(piece) for piece in pieces), film.close()])


def shown(file: bytes) -> tuple[int, float]:
    """Pictures in a file, and how many seconds they take."""
    opened: Any = av.open(BytesIO(file))
    with opened as source:
        times = [float(frame.time) for frame in source.decode(video=0)]
    return len(times), times[-1] - times[0] if times else 0.0


@pytest.mark.parametrize(("rate", "seconds"), [(25.0, 49 / 25), (10.0, 49 / 10), (12.5, 49 / 12.5)])
def test_all_pictures_are_there_at_their_times(rate: float, seconds: float) -> None:
    pictures, lasts = shown(filmed(list(CLIP), rate=rate))
    assert pictures == len(CLIP) == 50
    assert lasts == pytest.approx(seconds, abs=0.01)


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=1, max_value=len(VIDEO)))
def test_how_it_comes_in_pieces_does_not_matter(size: int) -> None:
    pieces = [VIDEO[place : place + size] for place in range(0, len(VIDEO), size)]
    assert filmed(pieces) == filmed([VIDEO])


def test_it_can_be_watched_before_it_is_over() -> None:
    film = Film("h264", 25)
    early = b"".join(film.feed(piece) for piece in CLIP[:30])
    assert early[4:8] == b"ftyp"
    assert b"moov" in early
    assert b"moof" in early
    # What browsers need to decode it: the parameter sets.
    assert b"avcC" in early


def test_it_begins_with_a_picture_that_needs_no_other() -> None:
    assert [number for number, picture in enumerate(CLIP) if is_key("h264", picture)] == [0, 25]
    pictures, _ = shown(filmed(list(CLIP[3:])))
    assert pictures == 25


@pytest.mark.parametrize("video", [b"", b"hello", b"\x00" * 5000, b"\x00\x00\x00\x01\x65" + b"\x88" * 64, VIDEO[:20]])
def test_what_is_no_video_makes_no_file(video: bytes) -> None:
    assert filmed([video]) == b""


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0, max_value=len(VIDEO) - 1), st.binary(min_size=1, max_size=40))
def test_damage_does_no_harm(place: int, rubbish: bytes) -> None:
    damaged = VIDEO[:place] + rubbish + VIDEO[place + len(rubbish) :]
    with suppress(ValueError):
        assert filmed([damaged])[4:8] in (b"", b"ftyp")


def test_what_never_becomes_a_picture_is_not_kept() -> None:
    film = Film("h264", 25.0)
    for _ in range(32):
        assert film.feed(b"\x55" * 2**20) == b""
    with pytest.raises(ValueError, match="no pictures"):
        film.feed(b"\x55")


@pytest.mark.parametrize(
    ("codec", "picture", "key"),
    [
        ("h264", b"\x00\x00\x00\x01\x65", True),
        ("h264", b"\x00\x00\x01\x67\x64\x00\x00\x01\x68\xef\x00\x00\x01\x65", True),
        ("h264", b"\x00\x00\x01\x41\x9a", False),
        ("hevc", b"\x00\x00\x01\x26\x01", True),
        ("hevc", b"\x00\x00\x01\x40\x01\x00\x00\x01\x28\x01", True),
        ("hevc", b"\x00\x00\x01\x02\x01", False),
        ("hevc", b"", False),
    ],
)
def test_keys(codec: str, picture: bytes, key: bool) -> None:
    assert is_key(codec, picture) is key
