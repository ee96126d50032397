"""The demo's dashboard, made from what the registries hold: nothing in it depends on the names of entities."""

from collections.abc import Iterator, Mapping

from .analysis import analysis_view
from .cards import (
    FULL,
    HALF,
    Card,
    badge_while_away,
    badge_while_on,
    gap,
    group,
    log,
    once_known,
    pad,
    picture,
    press,
    section,
    sized,
    still,
    subtitle,
    tile,
    view,
)
from .client import Client
from .entities import Entity
from .home import Home
from .panels import panels_view

URL_PATH = "demo-surveillance"

# An alarm of all targets and regions together; those of one target or region have longer keys.
_ALARM = r"detection_(?!.*_(human|vehicle|other|others|face|animal)$)(?!.*_region\d)[a-z_]+"
_SIGHT = r"detection_(motion|pir|line_crossing|intrusion|region_entrance|region_exiting|temperature_alarm)"
_ROWS = (("ptz_zoom_out", "ptz_up", "ptz_zoom_in"), ("ptz_left", "ptz_home", "ptz_right"), ("", "ptz_down", ""))
_ARROWS: Mapping[str, str] = {
    "ptz_up": "mdi:arrow-up-bold",
    "ptz_down": "mdi:arrow-down-bold",
    "ptz_left": "mdi:arrow-left-bold",
    "ptz_right": "mdi:arrow-right-bold",
    "ptz_home": "mdi:home",
    "ptz_zoom_in": "mdi:magnify-plus",
    "ptz_zoom_out": "mdi:magnify-minus",
}
_STORE = {"free": "Free", "capacity": "Capacity", "storage_status": "Status"}
_TOGGLE: Card = {"type": "toggle"}


async def save(client: Client, home: Home) -> None:
    """Create the dashboard, or bring it up to date."""
    if URL_PATH not in {item["url_path"] for item in await client.command("lovelace/dashboards/list")}:
        await client.command(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            title="Surveillance",
            icon="mdi:cctv",
            show_in_sidebar=True,
            require_admin=False,
        )
    await client.command("lovelace/config/save", url_path=URL_PATH, config=config(home))


def config(home: Home) -> Card:
    """Return the whole dashboard."""
    return {
        "title": "Surveillance",
        "views": [
            _overview(home),
            panels_view(home),
            analysis_view(home),
            _ptz(home),
            _alarms(home),
            _outputs(home),
            _detection(home),
            _system(home),
        ],
    }


def _overview(home: Home) -> Card:
    found = home.video
    seeing = found.of("binary_sensor", kind="channel", key=_SIGHT)
    streams = found.of("binary_sensor", kind="device", key="push")
    badges = [badge_while_away(push, home.entries[push.entry]) for push in streams]
    badges += [badge_while_on(alarm, f"{home.place(alarm)}: {alarm.name}") for alarm in seeing]
    sections = []
    for entry, title in home.entries.items():
        channels = list(home.channels(entry))
        few = len(channels) < 3
        pictures = []
        for camera, name in channels:
            icons = found.of("binary_sensor", entry, "channel", camera.number, _SIGHT)[: 4 if few else 1]
            if entry in home.blind:
                pictures += [tile(each, color="red") for each in icons]
                continue
            pictures.append(picture(camera, name, icons, columns=FULL if few else HALF))
        if len(channels) == 1:
            pictures += [tile(each) for each in _at_hand(home, entry)]
        sections.append(section(title, "mdi:cctv" if few else "mdi:server-network", pictures))
    sections.append(section("Activity", "mdi:format-list-bulleted", [log(seeing, rows=8)]))
    return view("Cameras", sections, badges=badges)


def _at_hand(home: Home, entry: str) -> Iterator[Entity]:
    """Return what somebody who looks at a camera may want to switch."""
    for domain in ("light", "siren", "switch"):
        yield from (each for each in home.entities.of(domain, entry) if each.category is None)


def _ptz(home: Home) -> Card:
    sections = []
    for up in home.entities.of("button", key="ptz_up"):
        channels = [] if up.entry in home.blind else list(home.channels(up.entry))
        shown = channels if len(channels) < 3 else [each for each in channels if each[0].number == up.number]
        # The moving lens large, and below it what else the device sees.
        pictures = [picture(camera, "", (), columns="full") for camera, _ in shown if camera.number == up.number]
        pictures += [picture(camera, name, ()) for camera, name in shown if camera.number != up.number]
        sections += [section(home.entries[up.entry], "mdi:cctv", pictures, span=2), _steering(home, up)]
    return view("PTZ", sections)


def _steering(home: Home, up: Entity) -> Card:
    """Return the buttons and selects of one moving channel."""
    found, part = home.entities, (up.entry, up.kind, up.number)
    buttons = {button.key: button for button in found.of("button", *part)}
    cards = [pad([press(buttons[key], _ARROWS[key]) if key in buttons else gap() for row in _ROWS for key in row])]
    presets, options = found.of("select", *part, "preset"), {"type": "select-options"}
    cards += [tile(each, "Go to preset", options, columns=FULL, hide_state=True) for each in presets]
    for key in ("pan", "tilt", "zoom"):
        cards += [tile(axis, columns=4, vertical=True) for axis in found.of("sensor", *part, key)]
    cards += [tile(switch, columns=FULL) for switch in found.of("switch", *part, "park_action.*")]
    return section(f"Move: {home.place(up)}", "mdi:gamepad-variant", cards)


def _alarms(home: Home) -> Card:
    found = home.video
    alarms = [*found.of("binary_sensor", key=_ALARM), *found.of("binary_sensor", kind="input")]
    now: Card = {
        "type": "entity-filter",
        "entities": [{"entity": alarm.id, "name": f"{home.place(alarm)}: {alarm.name}"} for alarm in alarms],
        "conditions": [{"condition": "state", "state": "on"}],
        "show_empty": True,
        "card": {"type": "entities", "title": "Going on now", "state_color": True},
    }
    told = found.of("event")
    content = ["event_type", "state"]
    events = [
        tile(event, home.place(event), columns=FULL, state_content=content, visibility=[once_known(event)])
        for event in told
        if event.key == "detection"
    ]
    pictures = [still(image, home.place(image)) for image in found.of("image")]
    few = [entry for entry in home.entries if len(list(home.channels(entry))) < 3]
    sections = [
        section("Now", "mdi:alarm-light", [sized(now, FULL), log(alarms, rows=9)]),
        section("Last pictures", "mdi:image-multiple", pictures),
        section("Last events", "mdi:bell-ring", events),
        *(_sensors(home, entry) for entry in few),
    ]
    return view("Alarms", sections)


def _sensors(home: Home, entry: str) -> Card:
    """Return every alarm of one device."""
    found = home.entities
    cards: list[Card] = []
    for camera, name in home.channels(entry):
        alarms = found.of("binary_sensor", entry, "channel", camera.number, _ALARM)
        cards += group(name, (tile(alarm, color="red") for alarm in alarms))
    cards += group("Inputs", (tile(each, color="red") for each in found.of("binary_sensor", entry, "input")))
    return section(home.entries[entry], "mdi:motion-sensor", cards)


def _outputs(home: Home) -> Card:
    found, sections = home.entities, []
    for entry, title in home.entries.items():
        lamps = [tile(light, None, {"type": "light-brightness"}) for light in found.of("light", entry)]
        modes = [each for each in found.of("switch", entry, "device") if each.category is None]
        cards = [
            *group("Relays", (tile(relay, None, _TOGGLE) for relay in found.of("switch", entry, "output"))),
            *group("Lights", lamps),
            *group("Sirens", (tile(siren, None, _TOGGLE, color="red") for siren in found.of("siren", entry))),
            *group("Modes", (tile(mode) for mode in modes)),
        ]
        armed = found.of("switch", entry, "channel", key="notifications")
        cards += group("Notifications of", (tile(switch, home.place(switch)) for switch in armed))
        sections.append(section(title, "mdi:electric-switch", cards))
    return view("Outputs", sections)


def _detection(home: Home) -> Card:
    found, sections = home.entities, []
    for entry, title in home.entries.items():
        cards: list[Card] = []
        for camera, name in home.channels(entry):
            part = (entry, "channel", camera.number)
            switches = found.of("switch", *part, "detection_.*")
            cards += group(name, (card for switch in switches for card in _switched(home, switch)))
        sections.append(section(title, "mdi:shield-search", cards))
    return view("Detection", sections)


def _switched(home: Home, switch: Entity) -> Iterator[Card]:
    """Return a detection's switch and beside it its sensitivity."""
    level = switch.key.replace("detection_", "sensitivity_")
    levels = home.entities.of("number", switch.entry, switch.kind, switch.number, level)
    yield tile(switch, columns=HALF if levels else FULL)
    yield from (tile(each, "Sensitivity") for each in levels)


def _system(home: Home) -> Card:
    found, sections = home.entities, []
    for entry, title in home.entries.items():
        cameras = found.of("binary_sensor", entry, "channel", key="online")
        cards = [
            *_stores(home, entry),
            *group("Cameras", (tile(each, home.place(each)) for each in cameras)),
            *group("Device", (tile(each) for each in found.of("sensor", entry, "device"))),
            *group("Alarms", (tile(each) for each in found.of("binary_sensor", entry, "device"))),
            *group("Care", (tile(each, hide_state=True) for each in found.of("button", entry, "device"))),
        ]
        sections.append(section(title, "mdi:harddisk", cards))
    return view("System", sections)


def _stores(home: Home, entry: str) -> Iterator[Card]:
    """Return the disks and shares of one device."""
    for store in home.entities.of("binary_sensor", entry, "storage", key="problem"):
        yield subtitle(store.name)
        sensors = home.entities.of("sensor", entry, "storage", store.number)
        shown = {each.key: each for each in sensors if each.label == store.label}
        yield from (tile(shown[key], name) for key, name in _STORE.items() if key in shown)
