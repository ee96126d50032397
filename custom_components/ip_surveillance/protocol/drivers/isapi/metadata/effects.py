"""What documents of cameras mean: temperatures, fires, ships, plates, lines of people, faces, positions. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ....model.detections import Detection
from ....model.events import Detected, Happened, Measured, Pictured
from ....model.parts import PartRef
from ....model.state import Picture, ReadingValue
from ....model.vocabulary import Feature, Quantity, Reading
from .message import Message, Target
from .scene import Effect, Rule, Scene, Sight
from .words import snake

TEMPERATURE_LASTS: Final = 60.0
PEOPLE_LASTS: Final = 300.0
_COLDEST: Final = -273.15
_SLOTS: Final = {"highest": "_highest", "lowest": "_lowest", "average": "_average"}
_MOST_DATA_POINTS: Final = 32

# --- heat


def celsius(value: float, unit: str) -> float | None:
    """A temperature in degrees Celsius; None below absolute zero."""
    match unit.lower():
        case "fahrenheit":
            value = (value - 32.0) / 1.8
        case "kelvin":
            value += _COLDEST
    return round(value, 2) if value >= _COLDEST else None


def _temperature(target: Target) -> float | None:
    value = target.number_of("tempvalue")
    return None if value is None else celsius(value, target.text("tempunit"))


def temperatures(message: Message, scene: Scene) -> Iterator[Effect]:
    """Temperatures of rules: one of a spot, up to three of a line or an area."""
    readings: dict[Reading, ReadingValue] = {}
    for target in message.targets:
        degrees = _temperature(target)
        if degrees is not None:
            slot = f"rule{target.rule or 0}{_SLOTS.get(target.text('tempproperty').lower(), '')}"
            readings[Reading(Quantity.TEMPERATURE, slot)] = degrees
    if readings:
        yield Measured(part=scene.part, readings=readings, lasts=TEMPERATURE_LASTS)


def fire(message: Message, scene: Scene) -> Iterator[Effect]:
    """A fire: its frame tells the distance, its hottest spot the temperature; each in a target of its own."""
    if not message.targets:
        return
    hottest = (each for target in message.targets if (each := _temperature(target)) is not None)
    nearest = (each for target in message.targets if (each := target.number_of("distance")) is not None)
    degrees, metres = max(hottest, default=None), min(nearest, default=None)
    data = _present({"temperature": degrees, "distance": metres})
    frame = next((target for target in message.targets if len(target.points) > 1), message.targets[0])
    yield Detected(part=scene.part, what=Detection.FIRE, at=message.at, data={**data, **points(frame)})
    values = {Quantity.FIRE_TEMPERATURE: degrees, Quantity.FIRE_DISTANCE: metres}
    if readings := _present({Reading(quantity): value for quantity, value in values.items()}):
        yield Measured(part=scene.part, readings=readings, lasts=TEMPERATURE_LASTS)


# --- ships


def ship_rules(message: Message, scene: Scene) -> Iterator[Effect]:
    """Where ships are looked for."""
    _keep(message, scene)
    yield Sight(gate=Detection.SHIP)
    yield Sight(gate=Reading(Quantity.SHIPS))


def ships(message: Message, scene: Scene) -> Iterator[Effect]:
    """Ships, and those that cross the line."""
    for index, ship in enumerate(message.targets):
        scene.ships.see(_number(ship, index), ship, scene.now)
        values = {Quantity.SHIP_SPEED: ship.number_of("speed"), Quantity.SHIP_LENGTH: ship.number_of("length")}
        if readings := _present({Reading(quantity): value for quantity, value in values.items()}):
            yield Measured(part=scene.part, readings=readings)
        state = ship.text("state").lower()
        data = _present(
            {
                "ship": ship.number or None,
                "rule": ship.rule,
                "direction": snake(ship.text("direction")),
                "state": state or None,
                **{name: ship.number_of(name) for name in ("length", "width", "height", "speed")},
            }
        )
        # Bow and stern belong to the same crossing.
        news = state in ("crossing", "") and scene.told.is_news(scene.now, "ship", ship.number, str(ship.rule))
        yield from _moment(scene.part, Detection.SHIP, message, data | points(ship), news=news)
    yield Measured(part=scene.part, readings=scene.ships.now(scene.now))


# --- plates and faces

_PLATE_WORDS: Final = {
    "direction": "direction",
    "platetype": "plate_type",
    "platecolor": "plate_color",
    "vehiclecolor": "vehicle_color",
    "vehicletype": "vehicle_type",
    "directionindex": "driving_direction",
}
_PLATE_NUMBERS: Final = {
    "vehiclelogo": "vehicle_brand",
    "vehiclesublogo": "vehicle_model",
    "confidence": "confidence",
    "country": "country",
    "vehicleconfidence": "vehicle_confidence",
}
"""Brands, models and countries are numbers of lists that the document does not have."""


def plates(message: Message, scene: Scene) -> Iterator[Effect]:
    """Plates: each once for the vehicle that carries it, however many pictures it was read in."""
    for target in message.targets:
        plate = target.text("licenseplate").strip()[:32]
        if not plate:
            continue
        words = {name: snake(target.text(word)) for word, name in _PLATE_WORDS.items()}
        numbers = {name: target.number_of(word) for word, name in _PLATE_NUMBERS.items()}
        data = {"plate": plate, **_present({"rule": target.rule, **words, **numbers})}
        news = scene.told.is_news(scene.now, "plate", target.number, plate)
        yield Measured(part=scene.part, readings={Reading(Quantity.PLATE): plate})
        yield from _moment(scene.part, Detection.PLATE, message, data, news=news)


def face_rules(message: Message, scene: Scene) -> Iterator[Effect]:
    """Where faces are looked for."""
    _keep(message, scene)
    yield Sight(gate=Detection.FACE)
    yield Sight(gate=Reading(Quantity.FACES))


def faces(message: Message, scene: Scene) -> Iterator[Effect]:
    """Faces: how many, never whose."""
    for index, face in enumerate(message.targets):
        news = scene.told.is_news(scene.now, "face", _number(face, index))
        scene.faces += news
        gender = face.text("gender").lower()[:16] or None
        # A number in the document (l.1878), a word of other firmware.
        age = face.number_of("agegroup")
        age_group = snake(face.text("agegroup")) if age is None else age
        score = face.number_of("facescore")
        data = _present({"rule": face.rule, "gender": gender, "age_group": age_group, "score": score})
        yield from _moment(scene.part, Detection.FACE, message, data, news=news)
    if message.targets:
        yield Measured(part=scene.part, readings={Reading(Quantity.FACES): scene.faces})


# --- lines of people


def queue_rules(message: Message, scene: Scene) -> Iterator[Effect]:
    """Where people stand in line."""
    _keep(message, scene)
    kind = message.sub_type.lower()
    for rule in _rule_numbers(message):
        if kind != "personqueuetime":
            yield Sight(gate=Detection.QUEUE_LENGTH, rule=rule)
            yield Sight(gate=Reading(Quantity.QUEUE_LENGTH, f"rule{rule}"))
        if kind != "personqueuecounting":
            yield Sight(gate=Detection.WAITING_TIME, rule=rule)
            yield Sight(gate=Reading(Quantity.WAITING_TIME, f"rule{rule}"))


def queues(message: Message, scene: Scene) -> Iterator[Effect]:
    """How many stand in line and how long the most patient one has: whichever of both a target tells."""
    longest: dict[int, tuple[float, float | None]] = {}
    for index, target in enumerate(message.targets):
        rule = target.rule or 0
        if (people := target.number_of("count")) is not None:
            limit = target.number_of("alarmcount")
            yield _line(scene, rule, (Quantity.QUEUE_LENGTH, people), (Quantity.QUEUE_LIMIT, limit))
            over = limit is not None and people > limit
            yield from _over(message, scene, Detection.QUEUE_LENGTH, rule, people, limit, over=over)
        if (seconds := target.number_of("waittime")) is not None:
            longest[rule] = (scene.wait(rule, _number(target, index), seconds), target.number_of("alarmtime"))
    for rule, (seconds, limit) in longest.items():
        yield _line(scene, rule, (Quantity.WAITING_TIME, seconds), (Quantity.WAITING_LIMIT, limit))
        over = limit is not None and seconds >= limit > 0
        yield from _over(message, scene, Detection.WAITING_TIME, rule, seconds, limit, over=over)


def _line(scene: Scene, rule: int, *values: tuple[Quantity, float | None]) -> Measured:
    readings = _present({Reading(quantity, f"rule{rule}"): value for quantity, value in values})
    return Measured(part=scene.part, readings=readings, lasts=PEOPLE_LASTS)


def _over(
    message: Message, scene: Scene, what: Detection, rule: int, value: float, limit: float | None, *, over: bool
) -> Iterator[Effect]:
    """A line that is over its limit is so until it is told otherwise, or nothing is told for as long as its value."""
    if over:
        data = _present({"value": value, "limit": limit})
        scene.go_over(what, rule)
        yield Detected(part=scene.part, what=what, region=rule, hold=PEOPLE_LASTS, at=message.at, data=data)
        return
    yield Sight(gate=what, rule=rule)
    if (what, rule) in scene.over:
        scene.over.discard((what, rule))
        yield Detected(part=scene.part, what=what, region=rule, active=False, at=message.at)


# --- counted people


def people(message: Message, scene: Scene) -> Iterator[Effect]:
    """How many are in the region; with a heat map its picture."""
    if (count := message.values.get("personcount")) is not None:
        yield Measured(part=scene.part, readings={Reading(Quantity.PEOPLE): count}, lasts=PEOPLE_LASTS)
    if message.picture:
        yield Pictured(part=scene.part, picture=Picture(message.picture, message.picture_type, Feature.HEAT_MAP))


def passing(message: Message, scene: Scene) -> Iterator[Effect]:
    """How many went in and out, as the device counts; it may begin anew at any time."""
    names = {Quantity.ENTERED: "enterregionpeoplenum", Quantity.LEFT: "leaveregionpeoplenum"}
    readings = _present({Reading(quantity): message.values.get(name) for quantity, name in names.items()})
    if readings:
        yield Measured(part=scene.part, readings=readings)


def tracking(message: Message, scene: Scene) -> Iterator[Effect]:
    """Persons who are followed, and those who behave suspiciously."""
    for index, track in enumerate(message.tracks or ()):
        number = track.number or f"#{index}"
        if track.present:
            scene.tracked.see(number, None, scene.now)
        else:
            scene.tracked.gone(number)
        if track.present and track.suspects:
            news = scene.told.is_news(scene.now, "anomaly", number, str(track.data.get("pattern")))
            data = {"person": track.number, "patterns": track.suspects, **track.data}
            yield from _moment(scene.part, Detection.ANOMALY, message, data, news=news)
    if message.tracks is not None:
        yield Measured(part=scene.part, readings=scene.tracked.now(scene.now))


# --- the head

_POSITION: Final = {
    "azimuth": Quantity.PAN,
    "elevation": Quantity.TILT,
    "zoom": Quantity.ZOOM,
    "focus": Quantity.FOCUS_POSITION,
    "presetno": Quantity.PRESET,
}


def position(message: Message, scene: Scene) -> Iterator[Effect]:
    """Where the camera looks."""
    values = {Reading(quantity): message.values.get(name) for name, quantity in _POSITION.items()}
    if readings := _present(values):
        yield Measured(part=scene.part, readings=readings)


# --- common


def points(target: Target) -> dict[str, Any]:
    """Where a target is, in the device's own measure: its range is not told."""
    return {"points": [list(each) for each in target.points[:_MOST_DATA_POINTS]]} if target.points else {}


def _moment(
    part: PartRef, what: Detection, message: Message, data: Mapping[str, Any], *, news: bool
) -> Iterator[Detected | Happened]:
    """As what is going on, and as a happening of its own: the next one may come while the last is still seen."""
    yield Detected(part=part, what=what, at=message.at, data=data, restored=True)
    if news:
        yield Happened(part=part, what=what.value, at=message.at, data=data)


def _keep(message: Message, scene: Scene) -> None:
    for target in message.targets:
        scene.keep_rule(message.sub_type.lower(), target.rule or 0, Rule(points=target.points))


def _rule_numbers(message: Message) -> list[int]:
    return list(dict.fromkeys(target.rule or 0 for target in message.targets))


def _number(target: Target, index: int) -> str:
    """Something to tell it apart by; where the device has no number for it, its place in the document."""
    return target.number or f"#{index}"


def _present[K](values: Mapping[K, Any]) -> dict[K, Any]:
    return {name: value for name, value in values.items() if value is not None}
