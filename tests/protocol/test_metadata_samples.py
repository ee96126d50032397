"""All samples of the document, as printed and as meant, through the reader of a channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Any

from lxml import etree
import pytest

from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.book import Book
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Happened, Measured, Pictured
from custom_components.ip_surveillance.protocol.model.parts import Gate
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Quantity, Reading
from custom_components.ip_surveillance.protocol.sights import Sights

from .metadata_world import CHANNEL, CHINA, NEW_YEAR, SAMPLES, reader, sample, warm

SQUARE = {"points": [[0, 0], [600, 0], [600, 600], [0, 600]]}
SMALL = {"points": [[100, 100], [150, 100], [150, 150], [100, 150]]}
LINE = {"points": [[100, 100], [600, 600]]}
LATER = datetime(2020, 1, 1, tzinfo=CHINA)


def measured(lasts: float | None = None, **values: Any) -> Measured:
    """Values by quantity, or by quantity and slot with `__` between them."""
    readings = {}
    for name, value in values.items():
        quantity, _, slot = name.partition("__")
        readings[Reading(Quantity(quantity), slot)] = value
    return Measured(part=CHANNEL, readings=readings, lasts=lasts)


def moment(what: Detection, data: Mapping[str, Any]) -> tuple[Event, ...]:
    """What goes on, and that it happened."""
    return (
        Detected(part=CHANNEL, what=what, at=NEW_YEAR, data=data, restored=True),
        Happened(part=CHANNEL, what=what.value, at=NEW_YEAR, data=data),
    )


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What one sample says."""

    events: tuple[Event, ...] = ()
    gates: frozenset[Gate] = frozenset()
    """What is seen besides the events."""
    repaired: bool = False
    """Whether the printed one is damaged."""
    picture: bool = False
    """Whether the corrected one brings a picture, after all else."""


PLATE = {
    "plate": "XA12345", "rule": 1, "direction": "reverse", "plate_type": "arm", "plate_color": "yellow",
    "vehicle_color": "yellow", "vehicle_type": "large_bus", "driving_direction": "forward", "vehicle_brand": 1026,
    "vehicle_model": 5, "confidence": 100, "country": 16, "vehicle_confidence": 100,
}  # fmt: skip
SHIP = {
    "ship": "1", "rule": 1, "direction": "left", "state": "crossing", "length": 50, "width": 5, "height": 3, "speed": 4,
    **SQUARE,
}  # fmt: skip
FACE = {"rule": 1, "gender": "male", "age_group": 100, "score": 100}
POLAR = {"angle": 30, "distance": 10}
BLIP = {"speed": 30, "angle": 50, "distance": 30}
NEAREST = measured(3.0, radar_distance=30, radar_speed=30, radar_angle=50)
EMPTY_REGION = measured(300.0, people=0)

EXPECTED: Mapping[str, Expected] = {
    "ch2_capture": Expected(),
    "b02_heat_map": Expected(
        # The sample has no picture in it; the corrected one has a few bytes that begin as a picture does.
        events=(EMPTY_REGION,),
        picture=True,
        repaired=True,
    ),
    "b03_people_in_region": Expected(events=(EMPTY_REGION,)),
    "b03_people_counting": Expected(events=(measured(entered=0, left=0),)),
    "b04_tracking": Expected(
        events=(
            *moment(Detection.ANOMALY, {"person": "12498", "patterns": 1, "pattern": 5, "confidence": 0.567}),
            measured(tracked=1),
        ),
        repaired=True,
    ),
    "b10_plate": Expected(events=(measured(plate="XA12345"), *moment(Detection.PLATE, PLATE)), repaired=True),
    "b11_rule": Expected(gates=frozenset({Detection.LINE_CROSSING})),
    "b11_rule_triggered": Expected(
        events=(
            Detected(
                part=CHANNEL,
                what=Detection.LINE_CROSSING,
                region=1,
                at=NEW_YEAR,
                data={**LINE, "direction": "left_to_right"},
            ),
        )
    ),
    "b11_target": Expected(events=(measured(targets__human=1),)),
    "b11_target_triggered": Expected(
        events=(
            Detected(part=CHANNEL, what=Detection.LINE_CROSSING, target=Target.HUMAN, at=NEW_YEAR, data=SMALL),
            measured(targets__human=1),
        )
    ),
    "b12_face_rule": Expected(gates=frozenset({Detection.FACE, Reading(Quantity.FACES)})),
    "b12_face": Expected(events=(*moment(Detection.FACE, FACE), measured(faces=1))),
    "b13_waiting_rule": Expected(
        gates=frozenset({Detection.WAITING_TIME, Reading(Quantity.WAITING_TIME, "rule1")}), repaired=True
    ),
    "b13_waiting": Expected(
        events=(
            measured(300.0, waiting_time__rule1=600, waiting_limit__rule1=600),
            Detected(
                part=CHANNEL,
                what=Detection.WAITING_TIME,
                region=1,
                hold=300.0,
                at=NEW_YEAR,
                data={"value": 600, "limit": 600},
            ),
        ),
        repaired=True,
    ),
    "b13_queue_rule": Expected(
        gates=frozenset({Detection.QUEUE_LENGTH, Reading(Quantity.QUEUE_LENGTH, "rule1")}), repaired=True
    ),
    "b13_queue": Expected(
        events=(measured(300.0, queue_length__rule1=5, queue_limit__rule1=10),),
        gates=frozenset({Detection.QUEUE_LENGTH}),
        repaired=True,
    ),
    "b14_radar_rule": Expected(),
    "b14_radar_rule_triggered": Expected(
        events=(
            Detected(
                part=CHANNEL,
                what=Detection.LINE_CROSSING,
                region=1,
                at=LATER,
                data={**POLAR, "direction": "left_to_right"},
            ),
        )
    ),
    "b14_radar_region": Expected(),
    "b14_video_region": Expected(),
    "b14_radar_target": Expected(events=(NEAREST, measured(radar_targets=1))),
    "b14_radar_target_triggered": Expected(
        events=(
            Detected(part=CHANNEL, what=Detection.LINE_CROSSING, at=LATER, data=BLIP),
            NEAREST,
            measured(radar_targets=1),
        )
    ),
    "b15_temperature": Expected(
        events=(
            measured(
                60.0,
                temperature__rule1_average=30,
                temperature__rule1_lowest=20,
                temperature__rule1_highest=40,
            ),
        ),
        repaired=True,
    ),
    "b15_fire": Expected(
        events=(
            Detected(
                part=CHANNEL,
                what=Detection.FIRE,
                at=NEW_YEAR,
                data={"temperature": 100, "distance": 1000, **SQUARE},
            ),
            measured(60.0, fire_temperature=100, fire_distance=1000),
        ),
        repaired=True,
    ),
    "b15_ship_rule": Expected(gates=frozenset({Detection.SHIP, Reading(Quantity.SHIPS)})),
    "b15_ship": Expected(
        events=(measured(ship_speed=4, ship_length=50), *moment(Detection.SHIP, SHIP), measured(ships=1))
    ),
}
"""By sample: the section of the appendix, or the chapter, and what it shows."""

BEFORE, AFTER = warm(10), warm(11)


def around(degrees: float) -> list[Event]:
    return [measured(60.0, temperature__rule9=degrees)]


def check(found: list[Event], expected: Expected, *, picture: bool = True) -> None:
    if expected.picture and picture:
        last = found.pop()
        assert isinstance(last, Pictured)
        assert (last.part, last.picture.of, last.picture.content_type) == (CHANNEL, Feature.HEAT_MAP, "image/jpeg")
        assert last.picture.data.startswith(b"\xff\xd8")
    assert found == list(expected.events)


def test_every_sample_is_expected() -> None:
    assert {path.name.partition(".")[0] for path in SAMPLES.iterdir()} == set(EXPECTED)
    assert len(EXPECTED) == 26


@pytest.mark.parametrize("version", ["printed", "corrected"])
@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name: str, version: str) -> None:
    """The effect of each document; both neighbours survive."""
    expected = EXPECTED[name]
    is_printed = version == "printed"
    book = Book(Sights())
    channel = reader(book)
    assert channel.read(BEFORE, 1.0) == around(10)
    check(channel.read(sample(name, version), 2.0), expected, picture=not is_printed)
    assert expected.gates <= book.of(CHANNEL)
    assert channel.read(AFTER, 3.0) == around(11)
    assert channel.counts.documents == 3
    assert (channel.counts.bad, channel.counts.refused, channel.counts.unknown) == (0, 0, {})
    if is_printed and expected.repaired:
        assert channel.counts.repaired == 1


@pytest.mark.parametrize("name", EXPECTED)
def test_corrected_samples_are_faultless(name: str) -> None:
    (path,) = SAMPLES.glob(f"{name}.corrected.*")
    body = path.read_bytes()
    if ".json." in path.name:
        assert isinstance(json.loads(body), dict)
    else:
        assert etree.fromstring(body) is not None
    channel = reader()
    channel.read(body, 1.0)
    assert channel.counts.repaired == 0


def test_all_samples_one_after_the_other() -> None:
    channel = reader()
    for version in ("printed", "corrected"):
        for name in EXPECTED:
            channel.read(sample(name, version), 1.0)
    assert channel.counts.documents == 2 * len(EXPECTED)
    assert channel.counts.bad == 0
    assert not channel.counts.unknown
    assert len(channel.counts.kinds) == 18


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("spelling", ["lower", "declared", "bare"])
def test_other_spellings_say_the_same(name: str, spelling: str) -> None:
    """With a declaration or without, of any version and namespace, the kinds in any case."""
    body = sample(name, "corrected")
    if spelling == "lower":
        for word in (b"activityTarget", b"ruleTarget", b"behaviorAnalysis", b"personQueue", b"PeopleCounting", b"ANPR"):
            body = body.replace(word, word.lower())
    elif body.startswith(b"{"):
        body = b"\xef\xbb\xbf\r\n" + body.replace(b"MetaData", b"metadata") + b"\x00\x00"
    elif spelling == "declared":
        body = body if body.startswith(b"<?") else b'<?xml version="1.0" encoding="UTF-8"?>\r\n' + body + b"\x00"
        body = body.replace(b'version="2.0"', b'version="1.0"', 1)
    else:
        body = body.replace(b' xmlns="http://www.isapi.org/ver20/XMLSchema"', b"")
    check(reader().read(body, 2.0), EXPECTED[name])
