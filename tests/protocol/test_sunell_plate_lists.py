"""The lists of plates: read page by page, changed, and read back."""

from datetime import UTC, datetime

import pytest

from custom_components.ip_surveillance.protocol.commands import FEATURE_NEEDS
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.grammar import parse
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi.plate_lists import plates_of
from custom_components.ip_surveillance.protocol.errors import Rejected
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature
from custom_components.ip_surveillance.protocol.plate_lists import ListedPlate, PlateList, PlateLists
from tests.simulators.sunell_cgi.world import Listed

from .sunell_core import CHANNEL, few_knobs, opened

__all__ = ["few_knobs"]

pytestmark = pytest.mark.usefixtures("few_knobs")

START, END = datetime(2018, 10, 24, 9, 36, 11, tzinfo=UTC), datetime(2018, 10, 25, 9, 36, 11, tzinfo=UTC)
EXAMPLE = """PlateParamBegin=1
PlateText=5MVL305
LprPlateType=1
StartTime=1540373771
EndTime=1540460171
NextUrl=2
PlateText=DD652
LprPlateType=0
StartTime=1540373771
EndTime=1540460171
PlateParamEnd=2"""
"""003_f90f6ea635efbe94.txt l.12328-12339."""


def test_the_example_of_the_document() -> None:
    assert list(plates_of(parse(EXAMPLE))) == [
        ListedPlate(text="5MVL305", listed=PlateList.ALLOW, start=START, end=END),
        ListedPlate(text="DD652", listed=PlateList.BLOCK, start=START, end=END),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("PlateParamCount=0", []),
        ("PlateParamBegin=1\nLprPlateType=1\nPlateParamEnd=1", []),
        ("PlateParamBegin=1\nPlateText=A1\nLprPlateType=7\nPlateParamEnd=1", []),
        # The table calls the field by its short name.
        (
            "PlateParamBegin=1\nPlateText=A1\nType=0\nListTimeMode=0\nStartTime=9\nEndTime=9\nPlateParamEnd=1",
            [ListedPlate(text="A1", listed=PlateList.BLOCK)],
        ),
        (
            "PlateParamBegin=1\nPlateText=A1\nLprPlateType=1\nStartTime=0\nEndTime=99999999999999\nPlateParamEnd=1",
            [ListedPlate(text="A1", listed=PlateList.ALLOW)],
        ),
    ],
)
def test_answers_that_are_odd(text: str, found: list[ListedPlate]) -> None:
    assert list(plates_of(parse(text))) == found


async def test_only_cameras_that_read_plates_have_lists() -> None:
    assert FEATURE_NEEDS[Feature.PLATE_LISTS] is PlateLists
    for model, has in (("lpr", True), ("ipc", False), ("nvr", False)):
        async with opened(model) as (_, driver):
            assert driver.topology
            assert (Feature.PLATE_LISTS in driver.topology.parts[CHANNEL].features) is has


async def test_lists_are_read_page_by_page() -> None:
    async with opened("lpr") as (device, driver):
        device.world.listed = [Listed(text=f"AB{number}", kind=number % 2) for number in range(250)]
        found = await driver.listed_plates(CHANNEL)
        assert [each.text for each in found] == [f"AB{number}" for number in range(250)]
        assert {each.listed for each in found[1::2]} == {PlateList.ALLOW}
        # The last index may count or not: the next page begins after what came.
        indexes = [dict(query)["BeginIndex"] for query in device.queries(kind="LprPlateNum", action="get")]
        assert indexes == ["0", "100", "200", "250"]


async def test_a_plate_is_added_as_the_example_has_it() -> None:
    async with opened("lpr") as (device, driver):
        device.world.listed = []
        await driver.list_plate(CHANNEL, ListedPlate(text="5MVL303", listed=PlateList.ALLOW, start=START, end=END))
        (written,) = device.writes
        assert written == [
            ("action", "add"),
            ("type", "LprPlateNum"),
            ("PlateParamBegin", "1"),
            ("PlateText", "5MVL303"),
            ("LprPlateType", "1"),
            ("ListTimeMode", "1"),
            ("StartTime", "1540373771"),
            ("EndTime", "1540460171"),
            ("PlateParamEnd", "1"),
        ]
        assert device.world.listed == [Listed(text="5MVL303", kind=1, start=1540373771, end=1540460171)]
        # What is there already is not written again.
        await driver.list_plate(CHANNEL, ListedPlate(text="5MVL303", listed=PlateList.ALLOW, start=START, end=END))
        assert len(device.writes) == 1


async def test_a_plate_moves_from_one_list_to_the_other() -> None:
    async with opened("lpr") as (device, driver):
        device.world.listed = [Listed(text="AB1", kind=0), Listed(text="AB2", kind=0)]
        await driver.list_plate(CHANNEL, ListedPlate(text="AB1", listed=PlateList.ALLOW))
        assert {each.text: each.kind for each in device.world.listed} == {"AB1": 1, "AB2": 0}
        (written,) = device.writes
        assert written[0] == ("action", "modify")
        assert [name for name, _ in written if name.endswith("ListBegin")] == ["OldListBegin", "NewListBegin"]


async def test_a_plate_is_removed() -> None:
    async with opened("lpr") as (device, driver):
        device.world.listed = [Listed(text="AB1", kind=0), Listed(text="AB2", kind=1)]
        await driver.unlist_plate(CHANNEL, "AB1")
        assert [each.text for each in device.world.listed] == ["AB2"]
        with pytest.raises(Rejected) as caught:
            await driver.unlist_plate(CHANNEL, "AB1")
        assert (caught.value.code, caught.value.details) == ("notListed", ("AB1",))


@pytest.mark.parametrize("text", ["A&B", "A=1", "<x>", "A;B"])
async def test_texts_that_the_device_cannot_take_are_not_sent(text: str) -> None:
    async with opened("lpr") as (device, driver):
        with pytest.raises(Rejected):
            await driver.list_plate(CHANNEL, ListedPlate(text=text, listed=PlateList.BLOCK))
        assert device.writes == []


async def test_a_plate_that_was_not_taken_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened("lpr") as (device, driver):
        device.world.listed = [Listed(text="AB1", kind=0)]
        # Says OK and keeps its lists: it is full.
        lists = property(lambda _: [Listed(text="AB1", kind=0)], _nothing)
        monkeypatch.setattr(type(device.world), "listed", lists, raising=False)
        for change in (
            driver.list_plate(CHANNEL, ListedPlate(text="AB2", listed=PlateList.ALLOW)),
            driver.unlist_plate(CHANNEL, "AB1"),
        ):
            with pytest.raises(Rejected) as caught:
                await change
            assert caught.value.code == "notTaken"


def _nothing(_: object, value: object) -> None:
    """Take nothing."""
