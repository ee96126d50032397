"""The dashboard's view of what cameras measure and what detection models on devices find."""

from collections.abc import Iterator
from dataclasses import replace

from .analysts import MEASURING
from .cards import (
    FULL,
    HALF,
    Card,
    badge_while_on,
    gauge,
    graph,
    group,
    live,
    log,
    once_known,
    picture,
    section,
    still,
    tile,
    view,
)
from .entities import Entity, Registry
from .home import Home

_OPTIONS: Card = {"type": "select-options"}
_EVENT = ["event_type", "label", "state"]
_PLATE = ["event_type", "plate", "state"]
_ALARMS = r"detection_(fire|queue_length|waiting_time|ai_rule|plate)"
_WARM, _HOT, _MOST = 60, 80, 120
"""Degrees on the scale of the gauge."""


def analysis_view(home: Home) -> Card:
    """Return the view; which devices measure and which have engines is told by their entities."""
    found = home.entities
    thermal = _entries(found.of("sensor", kind="channel", key=r"temperature_rule1_highest"))
    halls = _entries(found.of("sensor", kind="channel", key=r"queue_length_rule\d+"))
    lanes = _entries(found.of("sensor", kind="channel", key="radar_targets|plate"))
    platforms = _entries(found.of("sensor", kind="engine"))
    seen = found.of("binary_sensor", key=_ALARMS)
    sections = [
        *(section(f"{home.entries[each]}: heat", "mdi:thermometer", _temperatures(home, each)) for each in thermal),
        *(section(f"{home.entries[each]}: people", "mdi:human-queue", _people(home, each)) for each in halls),
    ]
    outside = [card for each in lanes if each not in (*thermal, *halls) for card in _outside(home, each)]
    sections.append(section("Plates and radar", "mdi:radar", outside))
    for entry in platforms:
        title = home.entries[entry]
        sections += [
            section(f"{title}: models", "mdi:chip", _models(home, entry)),
            section(f"{title}: tasks and rules", "mdi:clipboard-list", _work(home, entry)),
            section(f"{title}: seen", "mdi:robot", _seen(home, entry)),
        ]
    sections.append(section("What happened", "mdi:format-list-bulleted", [log(seen, rows=8)]))
    badges = [badge_while_on(each, f"{home.place(each)}: {each.name}") for each in seen]
    return view("Analysis", sections, badges=badges)


def _entries(entities: list[Entity]) -> list[str]:
    """Return the entries of some entities, each once."""
    return list(dict.fromkeys(entity.entry for entity in entities))


def _pictures(home: Home, entry: str, icons: str, number: int) -> Iterator[Card]:
    """Return the moving picture of a channel."""
    alarms = home.entities.of("binary_sensor", entry, "channel", number, icons)
    for camera, name in home.channels(entry):
        if camera.number == number:
            yield live(camera, name, alarms)


def _temperatures(home: Home, entry: str) -> Iterator[Card]:
    """Return temperatures by rule, and fire."""
    found, part = home.entities, (entry, "channel", MEASURING)
    yield from _pictures(home, entry, "detection_fire", MEASURING)
    measured = [_short(each) for each in found.of("sensor", *part, r"temperature_rule.*")]
    hottest = [each for each in measured if each.key.endswith("_highest")]
    yield from (gauge(each, each.name, most=_MOST, warm=_WARM, hot=_HOT) for each in hottest)
    fires = [tile(each, color="red") for each in found.of("binary_sensor", *part, "detection_fire")]
    told = [tile(each) for each in found.of("sensor", *part, r"fire_.*")]
    if len(hottest) == 1:
        # Beside the gauge, which is as high as two tiles.
        yield {"type": "vertical-stack", "cards": fires + told[:1], "grid_options": {"columns": HALF}}
        told = told[1:]
    yield from (tile(each) for each in measured if each not in hottest)
    yield from told
    yield graph("Temperatures", measured)


def _short(sensor: Entity) -> Entity:
    """Name a temperature by its rule alone."""
    _, rule, *which = sensor.key.split("_")
    return replace(sensor, name=" ".join((rule.replace("rule", "Rule "), *which)))


def _people(home: Home, entry: str) -> Iterator[Card]:
    """Return queues, counts and the heat map."""
    found, part = home.entities, (entry, "channel", 1)
    yield from _pictures(home, entry, r"detection_(queue_length|waiting_time|intrusion)", 1)
    queues = found.of("sensor", *part, r"(queue_length|waiting_time)_rule\d+")
    limits = found.of("binary_sensor", *part, r"detection_(queue_length|waiting_time)")
    yield from group("Queue", (tile(each) for each in queues))
    yield from (tile(each, color="red") for each in limits)
    counts = found.of("sensor", *part, r"people|entered|left|faces|targets_human")
    yield from group("People", (tile(each) for each in counts))
    yield from (still(image, image.name, columns=FULL) for image in found.of("image", *part, "heat_map"))
    yield graph("Queue", found.of("sensor", *part, r"queue_length_rule\d+"))


def _outside(home: Home, entry: str) -> Iterator[Card]:
    """Return the last plate, and what a radar sees."""
    found, part = home.entities, (entry, "channel", 1)
    alarms = found.of("binary_sensor", *part, r"detection_(plate|line_crossing|intrusion)")
    # A radar's stream has no video, so these are stills.
    yield from group(home.entries[entry], (picture(camera, name, alarms) for camera, name in home.channels(entry)))
    yield from (tile(each, columns=FULL) for each in found.of("sensor", *part, "plate"))
    for event in found.of("event", *part, "detection"):
        yield tile(event, columns=FULL, state_content=_PLATE, visibility=[once_known(event)])
    seen = found.of("sensor", *part, "radar_.*")
    yield from (tile(each, each.key.removeprefix("radar_").capitalize()) for each in seen)


def _models(home: Home, entry: str) -> Iterator[Card]:
    """Return the engines with the model each runs, and what is stored."""
    found = home.entities
    for status in found.of("sensor", entry, "engine", key="engine_status"):
        part = (entry, "engine", status.number)
        cards = [tile(status), *(tile(each, color="red") for each in found.of("binary_sensor", *part, "fault"))]
        cards += [tile(each, None, _OPTIONS, columns=FULL, hide_state=True) for each in found.of("select", *part)]
        cards += [tile(each, hide_state=True) for each in found.of("button", *part)]
        yield from group(home.place(status), cards)
    stored = found.of("sensor", entry, "device", key=r"algorithm|models|model_.*")
    yield from group("Models on the device", (tile(each) for each in stored))


def _work(home: Home, entry: str) -> Iterator[Card]:
    """Return the tasks, and the rules with their switches and counts."""
    found = home.entities
    tasks = found.of("sensor", entry, "task", key="task_status")
    yield from group("Tasks", (tile(each, home.place(each), columns=FULL) for each in tasks))
    for switch in found.of("switch", entry, "rule", key="detection_ai_rule"):
        rule = Registry(each for each in found.all if each.device == switch.device)
        cards = [tile(switch)]
        cards += [tile(each, color="red") for each in rule.of("binary_sensor", key="detection_ai_rule")]
        cards += [tile(each) for each in rule.of("sensor", key="count")]
        yield from group(home.place(switch), cards)


def _seen(home: Home, entry: str) -> Iterator[Card]:
    """Return what the rules saw, with the picture."""
    found = home.entities
    watched = found.of("binary_sensor", entry, "channel", key="detection_ai_rule")
    for alarm in watched:
        part = (entry, "channel", alarm.number)
        cards = [still(image, home.place(alarm), columns=FULL) for image in found.of("image", *part, "alarm_picture")]
        for event in found.of("event", *part, "detection"):
            shown = [once_known(event)]
            cards.append(tile(event, columns=FULL, state_content=_EVENT, visibility=shown))
        cards.append(tile(alarm, color="red"))
        counts = found.of("sensor", *part, r"count_.*")
        cards += [tile(each, visibility=[once_known(each)]) for each in counts]
        yield from group(home.place(alarm), cards)
