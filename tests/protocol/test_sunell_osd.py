"""The text that Sunell-type cameras write on their picture, against a camera with canvases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.facts import ChannelFacts, Facts
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import Pair, record_of, render
from custom_components.ip_surveillance.protocol.errors import NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.parts import Text
from custom_components.ip_surveillance.protocol.model.setting_words import Setting

from .cgi_devices import kind, open_device
from .sunell_commands import CHANNEL, Rig, key

pytestmark = pytest.mark.usefixtures("socket_enabled")

TEXT = key(Setting.OSD_TEXT)
type Canvas = dict[str, str]


class Canvases:
    """A camera with two canvases: a time and a text, as in the document (l.3553-3563)."""

    def __init__(self, kinds: str = "45") -> None:
        self.canvases: dict[str, Canvas] = {
            str(number): {
                "topX": "67",
                "topY": "19",
                "fontSize": "0",
                "alignMode": "0",
                "OSDType": each,
                "info": "Gate",
            }
            for number, each in enumerate(kinds, 1)
        }
        self.deaf = False
        self.error = b""

    def __call__(self, program: str, pairs: tuple[Pair, ...]) -> bytes:
        if kind(pairs) != "OSDCanvas" or program != "param":
            return b"error, Return=-22"
        if self.error:
            return self.error
        return self._set(pairs) if pairs[0] == ("action", "set") else self._get(dict(pairs)["canvasID"])

    def _get(self, number: str) -> bytes:
        canvas = self.canvases.get(number)
        if canvas is None:
            return b"error, Return=-8"
        line = ("OSDType", "info")
        pairs = [(name, value) for name, value in canvas.items() if name not in line]
        pairs += [("OSDInfoCount", "1"), ("OSDInfoBegin", "1"), ("arrowID", "0"), ("OSDEnableFlag", "1")]
        pairs += [(name, canvas[name]) for name in line]
        return render([*pairs, ("OSDInfoEnd", "1")]).encode()

    def _set(self, pairs: tuple[Pair, ...]) -> bytes:
        """Take only what is written as the document wants it."""
        (canvas,) = record_of(pairs).lists("OSDCanvas")
        (line,) = canvas.lists("OSDInfo")
        if canvas.get("fontSize") not in ("1", "2", "3") or line.get("arrowID") != "0":
            return b"error, Return=-8"
        if not self.deaf:
            # Blanks get lost (l.3703).
            self.canvases[canvas.get("canvasID") or ""]["info"] = (line.get("info") or "").replace(" ", "")
        return b"OK"


@asynccontextmanager
async def opened(camera: Canvases) -> AsyncIterator[tuple[Rig, list[tuple[Pair, ...]]]]:
    facts = Facts(uid="1", channels=(ChannelFacts(number=1, analyses=frozenset()),))
    async with ClientSession() as session, open_device(session, camera) as (client, heard):
        made = Rig(client, facts)
        sets: list[tuple[Pair, ...]] = []
        yield made, sets
        sets += [pairs for _, pairs in heard if pairs[0] == ("action", "set")]


async def test_the_text_is_found_read_and_written() -> None:
    camera = Canvases()
    async with opened(camera) as (made, sets):
        await made.discover()
        assert made.part().settings == {TEXT: Text(longest=255)}
        assert await made.read() == {(CHANNEL, TEXT): "Gate"}
        assert await made.set(Setting.OSD_TEXT, "21.5 C") == "21.5C"
        assert camera.canvases["1"]["info"] == "Gate"
    # As in the example of l.3579, but for what is the camera's own.
    assert sets == [
        tuple(
            parse_qsl(
                "action=set&type=OSDCanvas&cameraID=1&OSDCanvasBegin=1&canvasID=2&topX=67&topY=19&fontSize=2&alignMode=0"
                "&OSDInfoAction=cover&OSDInfoBegin=1&arrowID=0&OSDEnableFlag=1&OSDType=5&info=21.5 C&OSDInfoEnd=1"
                "&OSDCanvasEnd=1"
            )
        )
    ]


async def test_without_a_canvas_for_texts_there_is_none() -> None:
    async with opened(Canvases("41")) as (made, sets):
        await made.discover()
        assert TEXT not in made.part().settings
        with pytest.raises(NotSupported):
            await made.set(Setting.OSD_TEXT, "x")
    assert not sets


async def test_a_canvas_that_shows_something_else_by_now_is_left_alone() -> None:
    camera = Canvases()
    async with opened(camera) as (made, sets):
        await made.discover()
        camera.canvases["2"]["OSDType"] = "1"
        assert await made.read() == {(CHANNEL, TEXT): None}
        made.knob_memory.canvases[1] = 2
        with pytest.raises(NotSupported):
            await made.set(Setting.OSD_TEXT, "x")
    assert not sets


async def test_errors() -> None:
    camera = Canvases()
    async with opened(camera) as (made, _):
        camera.error = b"error, Return=-505"
        await made.discover()
        assert made.part().unprobed == {TEXT}
        assert await made.read() == {(CHANNEL, TEXT): None}
        camera.error = b""
        await made.discover()
        assert not made.part().unprobed
        camera.deaf = True
        with pytest.raises(Rejected) as raised:
            await made.set(Setting.OSD_TEXT, "other")
        assert (raised.value.code, raised.value.details) == ("notTaken", ("info",))
        with pytest.raises(Rejected) as raised:
            await made.set(Setting.OSD_TEXT, "50%")
        assert raised.value.code == "badParameters"
