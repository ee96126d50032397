"""The dashboard's view of what is behind the receiver: panels with their partitions, zones and relays, and the rest."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .cards import (
    FULL,
    Card,
    alarm_panel,
    badge,
    badge_while_on,
    group,
    log,
    markdown,
    once_known,
    section,
    still,
    tile,
    view,
)
from .entities import Entity, Registry
from .home import Home
from .premises import CAMERA, DOOR, HOUSE, RADAR, SHOP

_MODES: Card = {"type": "alarm-modes", "modes": ["disarmed", "armed_home", "armed_away"]}
_OPTIONS: Card = {"type": "select-options"}
_EVENT = ["event_type", "state"]
_RECORD = ["text", "zone_name", "state"]
_UNITS = ("siren", "keypad", "repeater", "card_reader", "remote")
_TROUBLES = r"detection_(mains|battery_fault|communication|lid)"


def panels_view(home: Home) -> Card:
    """Return the view."""
    house, shop = home.entities.behind(HOUSE), home.entities.behind(SHOP)
    partitions = [each for found in (house, shop) for each in found.of("alarm_control_panel", kind="partition")]
    events = [each for found in (house, shop) for each in found.of("event", key="panel_event")]
    alarms = [each for found in (house, shop) for each in found.of("binary_sensor", kind="zone", key="alarm")]
    sections = (
        section("House", "mdi:shield-home", _panel(home, house)),
        section("Zones and relays of the house", "mdi:door-closed", [*_zones(home, house), *_relays(house)]),
        section(
            "Last picture and records",
            "mdi:image-multiple",
            [*_pictures(home, house), *_records(home, events), *_troubles(house)],
        ),
        section("Shop", "mdi:store", [*_panel(home, shop), *group("Zones", _zones(home, shop))]),
        section("What happened", "mdi:format-list-bulleted", [log((*events, *partitions), rows=8)]),
        section("Also behind the receiver", "mdi:server-network", _others(home)),
        section("Left out in the house", "mdi:shield-off-outline", _bypassed(home, house)),
        section("Left out in the shop", "mdi:shield-off-outline", _deactivated(home, shop)),
        section("Units of the house", "mdi:chip", _units(home, house)),
    )
    stream = home.entities.of("binary_sensor", home.receiver, "device", key="push")
    badges = [badge(each, home.place(each)) for each in stream]
    badges += [badge_while_on(alarm, f"{home.place(alarm)}: {alarm.name}") for alarm in alarms]
    return view("Panels", sections, badges=badges)


def _panel(home: Home, found: Registry) -> Iterator[Card]:
    """Return a panel as a whole, what is in the way of arming it, and its partitions."""
    for whole in found.of("alarm_control_panel", kind="device"):
        yield tile(whole, whole.name, _MODES, columns=FULL)
        yield markdown(_READY.replace("PANEL", whole.id))
    yield from (alarm_panel(each, home.place(each)) for each in found.of("alarm_control_panel", kind="partition"))


_READY = """\
{% if not is_state('PANEL', 'disarmed') -%}
{%- elif is_state_attr('PANEL', 'ready_to_arm', true) -%}
Ready to arm.
{%- else -%}
Not ready to arm:
{{ (state_attr('PANEL', 'open_zones') or []) | map('regex_replace', '$', ' open') | join(', ') }}
{{ (state_attr('PANEL', 'faulted_zones') or []) | map('regex_replace', '$', ' faulty') | join(', ') }}
{%- endif %}
{% set out = state_attr('PANEL', 'bypassed_zones') or [] %}{% if out %}Left out: {{ out | join(', ') }}.{% endif %}
"""


def _zones(home: Home, found: Registry) -> Iterator[Card]:
    """Return what each zone senses; one that measures shows the measured value."""
    for zone in found.of("binary_sensor", kind="zone", key="open"):
        humidity = found.first("sensor", zone.entry, "zone", zone.number, "humidity")
        shown = humidity or zone
        yield tile(shown, home.place(zone), color="red" if shown is zone else "blue")


def _relays(found: Registry) -> list[Card]:
    return group("Relays", (tile(relay) for relay in found.of("switch", kind="output")))


def _pictures(home: Home, found: Registry) -> Iterator[Card]:
    yield from (still(image, home.place(image), columns=FULL) for image in found.of("image"))


def _records(home: Home, events: Iterable[Entity]) -> Iterator[Card]:
    """Return the last record of each panel."""
    for event in events:
        yield tile(event, home.place(event), columns=FULL, state_content=_RECORD, visibility=[once_known(event)])


def _troubles(found: Registry) -> list[Card]:
    """Return what may ail a panel."""
    troubles = found.of("binary_sensor", kind="device", key=_TROUBLES)
    return group("Panel", (tile(each, color="red") for each in troubles))


def _others(home: Home) -> Iterator[Card]:
    for device in (DOOR, RADAR, CAMERA):
        found = home.entities.behind(device)
        shown = [*found.of("event", key="doorbell"), *found.of("binary_sensor", key=_SEEN), *found.of("image")]
        named = next(iter(found.of("binary_sensor", kind="device", key="online")), None)
        yield from group(home.place(named) if named else "", (_other(each) for each in shown))


_SEEN = r"detection_(fall|heart_rate|breathing|motion|line_crossing|intrusion)"


def _other(entity: Entity) -> Card:
    if entity.domain == "image":
        return still(entity, entity.name, columns=FULL)
    if entity.domain == "event":
        return tile(entity, columns=FULL, state_content=_EVENT)
    return tile(entity, color="red")


def _bypassed(home: Home, found: Registry) -> Iterator[Card]:
    yield from (tile(each, home.place(each), color="orange") for each in found.of("switch", kind="zone", key="bypass"))


def _deactivated(home: Home, found: Registry) -> Iterator[Card]:
    for select in found.of("select", kind="zone", key="one_time_deactivation"):
        yield tile(replace(select, name=home.place(select)), None, _OPTIONS, hide_state=True)


def _units(home: Home, found: Registry) -> Iterator[Card]:
    for kind in _UNITS:
        yield from (tile(each, home.place(each)) for each in found.of("sensor", kind=kind, key="battery"))
