"""What the check tries with the alarm panels and the other devices behind the receiver."""

from time import monotonic
from typing import Any

from .board import Seen
from .play import pictures
from .premises import CAMERA, DOOR, HOUSE, RADAR, SHOP
from .progress import DemoError, duration
from .scene import Probe, Scene, Sight, expect

_SECONDS = 0.5
"""Exit and entry delay while nobody has to leave the house."""
_DOWN_SECONDS = 3.0
_HALL, _WINDOW, _BEDROOM, _WATER, _CELLAR, _PANIC = 2, 3, 4, 6, 7, 8
_SHOP_WINDOW = 3
_NOTHING = ("unknown", "unavailable", "missing")


def _partition(scene: Scene, device: str = HOUSE, number: int = 1) -> str:
    return scene.behind(device, "alarm_control_panel", "partition", number)


def _zone(scene: Scene, number: int, key: str = "open", device: str = HOUSE, domain: str = "binary_sensor") -> str:
    return scene.behind(device, domain, "zone", number, key)


async def _disarm(scene: Scene, device: str = HOUSE) -> Seen:
    panel = _partition(scene, device)
    await scene.client.act("alarm_control_panel.alarm_disarm", panel)
    return await scene.board.until_state(panel, "disarmed")


async def panels(scene: Scene) -> Sight:
    """Both panels are there with their partitions and zones, and one connection tells of them."""
    scene.receiver.exit_delay = scene.receiver.entry_delay = _SECONDS
    shown = []
    for device in (HOUSE, SHOP):
        found, world = scene.home.entities.behind(device), scene.receiver.world.panel(device)
        partitions = found.of("alarm_control_panel", kind="partition")
        zones = found.of("binary_sensor", kind="zone", key="open")
        enabled = [each.number for each in world.partitions.values() if each.enabled]
        expect([each.number for each in partitions] == enabled, f"partitions {[each.id for each in partitions]}")
        expect([each.number for each in zones] == list(world.zones), f"zones {[each.id for each in zones]}")
        shown.append(f"{scene.receiver.world.devices[device].name} {len(partitions)} + {len(zones)}")
    relays = scene.home.entities.behind(SHOP).of("switch", kind="output")
    expect(not relays, "the panel without relays has some")
    expect(scene.receiver.streams == 1, f"{scene.receiver.streams} event streams")
    return Sight(seen=f"partitions and zones: {', '.join(shown)}; one event stream")


async def arming(scene: Scene) -> Sight:
    """A panel arms after its exit delay, and says so by itself."""
    panel, partition = _partition(scene), scene.receiver.world.panel(HOUSE).partitions[1]
    began = monotonic()
    await scene.client.act("alarm_control_panel.alarm_arm_away", panel)
    leaving = scene.board.state(panel)
    armed = await scene.board.until_state(panel, "armed_away")
    expect(partition.arming == "away", f"the panel is {partition.arming}")
    other = _partition(scene, number=2)
    expect(scene.board.state(other) == "disarmed", f"{other} is {scene.board.state(other)}")
    return Sight(seen=f"{panel} {leaving}, then armed_away; the other partition disarmed", seconds=armed.at - began)


async def burglary(scene: Scene) -> Sight:
    """A window that opens while armed is an alarm: of the zone, of the partition and of the whole panel."""
    panel, whole = _partition(scene), scene.behind(HOUSE, "alarm_control_panel", "device")
    event, name = scene.behind(HOUSE, "event", key="panel_event"), scene.receiver.zone(HOUSE, _WINDOW).name
    began = monotonic()
    await scene.receiver.open_zone(HOUSE, _WINDOW)
    on = await scene.board.until_state(panel, "triggered")
    await scene.board.until_state(whole, "triggered")
    await scene.board.until_state(_zone(scene, _WINDOW, "alarm"), "on")
    await scene.until_told(panel, "zones_in_alarm", [name])
    await scene.until_told(panel, "alarm_reasons", ["burglary"])
    await scene.until_told(event, "event_type", "burglary_alarm")
    told = scene.board.states[event].attributes
    expect(told.get("zone_name") == name, f"{event} says {told.get('zone_name')}")
    await scene.board.until_state(_zone(scene, _WINDOW), "on")
    return Sight(seen=f"triggered by {name}: {told.get('text')}, {told.get('contact_id')}", seconds=on.at - began)


async def alarm_picture(scene: Scene) -> Sight:
    """The pictures of a detector with a camera arrive; the clip of its alarm is saved."""
    image = _zone(scene, _HALL, "alarm_picture", domain="image")
    folder = scene.hass.config / "www" / "alarms"
    folder.mkdir(parents=True)
    began = monotonic()
    await scene.receiver.open_zone(HOUSE, _HALL)
    await pictures(scene.receiver, HOUSE, _HALL)
    await scene.board.until(lambda: scene.board.state(image) not in ("unknown", "unavailable"), f"a picture in {image}")
    seconds = scene.board.states[image].at - began
    _, kind, body = await scene.client.fetch(scene.board.states[image].attributes["entity_picture"])
    expect(kind == "image/jpeg" and body.startswith(b"\xff\xd8"), f"{image} is {kind}")
    event = scene.behind(HOUSE, "event", key="panel_event")
    answer = await scene.client.act("ip_surveillance.save_alarm_media", event, response=True, directory=str(folder))
    files = answer["response"]["files"]
    expect(sorted(files) == sorted(str(each) for each in folder.iterdir()), f"{files} were written")
    expect(bool(files), "no file was written")
    return Sight(seen=f"picture of {len(body) // 1024} kB, {len(files)} files saved", seconds=seconds)


async def disarming(scene: Scene) -> Sight:
    """Disarming ends the alarm."""
    began = monotonic()
    off = await _disarm(scene)
    for zone in (_HALL, _WINDOW):
        await scene.receiver.close_zone(HOUSE, zone)
        await scene.board.until_state(_zone(scene, zone, "alarm"), "off")
    partition = scene.receiver.world.panel(HOUSE).partitions[1]
    expect(partition.arming == "disarm" and not partition.alarm, "the panel is still in alarm")
    return Sight(seen="disarmed, no zone in alarm", seconds=off.at - began)


async def refusal(scene: Scene) -> Sight:
    """An open window keeps the panel from being armed, and the error says which one."""
    panel, name = _partition(scene), scene.receiver.zone(HOUSE, _BEDROOM).name
    await scene.receiver.open_zone(HOUSE, _BEDROOM)
    try:
        await scene.client.act("alarm_control_panel.alarm_arm_away", panel)
    except DemoError as err:
        said = str(err)
    else:
        raise DemoError("the panel was armed with an open window")
    expect(name in said, f"the error is {said!r}")
    await scene.until_told(panel, "open_zones", [name])
    expect(scene.told(panel, "ready_to_arm") is False, f"{panel} says it is ready")
    expect(scene.board.state(panel) == "disarmed", f"{panel} is {scene.board.state(panel)}")
    return Sight(seen=said)


async def force(scene: Scene) -> Sight:
    """Arming by force leaves the open window out, and takes it in again when disarmed."""
    panel, zone = _partition(scene), scene.receiver.zone(HOUSE, _BEDROOM)
    switch = _zone(scene, _BEDROOM, "bypass", domain="switch")
    await scene.client.act("ip_surveillance.arm", panel, mode="home", force=True)
    await scene.board.until_state(panel, "armed_home")
    await scene.board.until_state(switch, "on")
    expect(_left_out(scene) == [zone.name], f"left out: {_left_out(scene)}")
    await _disarm(scene)
    await scene.board.until_state(switch, "off")
    expect(_left_out(scene) == [], f"still left out: {_left_out(scene)}")
    await scene.receiver.close_zone(HOUSE, _BEDROOM)
    return Sight(seen=f"armed_home without {zone.name}, which is in again")


def _left_out(scene: Scene) -> list[str]:
    zones = scene.receiver.world.panel(HOUSE).zones.values()
    return [zone.name for zone in zones if zone.bypassed]


async def panel_relay(scene: Scene) -> Sight:
    """A relay of the panel closes and opens, read back."""
    switch, port = scene.behind(HOUSE, "switch", "output", 1), scene.receiver.world.panel(HOUSE).relays[1]
    began = monotonic()
    await scene.client.act("switch.turn_on", switch)
    on = await scene.board.until_state(switch, "on")
    expect(port.on, "the panel's relay stayed open")
    await scene.client.act("switch.turn_off", switch)
    await scene.board.until_state(switch, "off")
    expect(not port.on, "the panel's relay stayed closed")
    return Sight(seen=f"{switch} on and off, read back", seconds=on.at - began)


async def silence(scene: Scene) -> Sight:
    """A silent panic alarm changes nothing anybody could see; a trigger hears of it."""
    heard: list[dict[str, Any]] = []
    trigger = {
        "trigger": "ip_surveillance.panel_event",
        "target": {"entity_id": scene.behind(HOUSE, "event", key="panel_event")},
        "options": {"event": ["silent_alarm", "panic_alarm"]},
    }
    await scene.client.subscribe(
        lambda told: heard.append(told["variables"]["trigger"]), "subscribe_trigger", trigger=trigger
    )
    zone, partition = scene.receiver.zone(HOUSE, _PANIC), scene.receiver.world.panel(HOUSE).partitions[1]
    await scene.receiver.emit_code(HOUSE, "1406", partition=2)
    await _read(scene)
    # It was closed unarmed, which no message tells either; the same reading shows it, before or after the cellar.
    await scene.board.until_state(_zone(scene, _BEDROOM), "off")
    before, changed = dict(scene.board.states), set[str]()
    for pressed, code in ((True, "1122"), (False, "3122")):
        zone.open = zone.alarm = partition.alarm = pressed
        await scene.receiver.emit_code(HOUSE, code, partition=1, zone=_PANIC)
        await _read(scene)
        changed |= _changed(scene, before)
    expect(not changed, f"changed: {', '.join(sorted(changed))}")
    expect(bool(heard), "the trigger heard nothing")
    told = heard[0]
    heard_of = (told["event"], told["code"], told["zone_name"])
    expect(heard_of == ("silent_alarm", "1122", zone.name), f"the trigger heard {told}")
    return Sight(seen=f"nothing changed; the trigger heard {told['text']!r} of {told['zone_name']}")


async def _read(scene: Scene) -> None:
    """Wait until the panel has been read after its last event: the cellar becomes warmer, which no message tells."""
    zone, sensor = scene.receiver.zone(HOUSE, _CELLAR), _zone(scene, _CELLAR, "temperature", domain="sensor")
    zone.temperature = (zone.temperature or 0) + 1

    def shown() -> bool:
        return scene.board.state(sensor) not in _NOTHING and float(scene.board.state(sensor)) == zone.temperature

    await scene.board.until(shown, f"{sensor} {zone.temperature} (it is {scene.board.state(sensor)})")


def _changed(scene: Scene, before: dict[str, Seen]) -> set[str]:
    """Return the entities of the house that look different, but for the one that `_read` changes."""
    cellar = _zone(scene, _CELLAR, "temperature", domain="sensor")
    ours = {each.id for each in scene.home.entities.behind(HOUSE).of()} - {cellar}
    return {entity for entity in ours if scene.board.states.get(entity) != before.get(entity)}


async def deactivation(scene: Scene) -> Sight:
    """The other panel leaves a zone out by deactivating it, and tells how it is armed by its zones."""
    panel, zone = _partition(scene, SHOP), scene.receiver.zone(SHOP, _SHOP_WINDOW)
    select = _zone(scene, _SHOP_WINDOW, "one_time_deactivation", SHOP, "select")
    await scene.client.act("select.select_option", select, option="entirely")
    await scene.board.until_state(select, "entirely")
    expect(zone.one_time == "entirely", f"the zone is {zone.one_time}")
    began = monotonic()
    await scene.client.act("alarm_control_panel.alarm_arm_away", panel)
    armed = await scene.board.until_state(panel, "armed_away")
    await _disarm(scene, SHOP)
    await scene.board.until_state(select, "off")
    return Sight(seen=f"{zone.name} out for one arming, {panel} armed_away and disarmed", seconds=armed.at - began)


async def others(scene: Scene) -> Sight:
    """The door station rings, the radar sees a fall, the camera a person; each on its own device."""
    bell = scene.behind(DOOR, "event", key="doorbell")
    fall = scene.behind(RADAR, "binary_sensor", key="detection_fall")
    line = scene.behind(CAMERA, "binary_sensor", "channel", 1, "detection_line_crossing")
    began = monotonic()
    await scene.receiver.happen(DOOR, "requestVoiceTalkEvent")
    await scene.receiver.happen(RADAR, "fallingDown")
    await scene.receiver.happen(CAMERA, "linedetection")
    await scene.board.until(lambda: scene.told(bell, "event_type") == "ring", f"{bell} ring")
    for sensor in (fall, line):
        await scene.board.until_state(sensor, "on")
    seconds = monotonic() - began
    await scene.receiver.happen(RADAR, "fallingDown", state="inactive")
    await scene.receiver.happen(CAMERA, "linedetection", state="inactive")
    for sensor in (fall, line):
        await scene.board.until_state(sensor, "off")
    return Sight(seen=f"{bell} ring, {fall} and {line} on and off", seconds=seconds)


async def away(scene: Scene) -> Sight:
    """A device that the receiver does not reach is unavailable, and only it."""
    zone, other = _zone(scene, _WINDOW, device=SHOP), _zone(scene, _WINDOW)
    online = scene.behind(SHOP, "binary_sensor", "device", key="online")
    await scene.receiver.set_online(SHOP, False)
    await scene.board.until_state(online, "off")
    await scene.board.until_state(zone, "unavailable")
    expect(scene.board.state(other) == "off", f"{other} is {scene.board.state(other)}")
    began = monotonic()
    await scene.receiver.set_online(SHOP, True)
    await scene.board.until_state(online, "on")
    back = await scene.board.until_state(zone, "off")
    return Sight(seen=f"{zone} unavailable and back, {other} stayed", seconds=back.at - began)


async def unplugged(scene: Scene) -> Sight:
    """The receiver loses its power and comes back; its devices are unavailable meanwhile, and alarms arrive again."""
    panel, alarm = _partition(scene), _zone(scene, _WATER, "alarm")
    neighbour = scene.find("nvr", "binary_sensor", "channel", 1, "detection_motion")
    began = monotonic()
    await scene.receiver.go_down()
    down = await scene.board.until_state(panel, "unavailable")
    await scene.board.until(lambda: not _alive(scene), f"everything unavailable but {_alive(scene)[:5]}")
    lost = len(scene.home.entities.of(entry=scene.home.receiver))
    expect(scene.board.state(neighbour) == "off", "a device of its own was taken along")
    await scene.receiver.restart(_DOWN_SECONDS)
    up = monotonic()
    back = await scene.board.until_state(panel, "disarmed", within=30)
    await scene.receiver.wait_streams(within=30)
    await scene.receiver.open_zone(HOUSE, _WATER)
    await scene.board.until_state(alarm, "on")
    await scene.receiver.close_zone(HOUSE, _WATER)
    await _disarm(scene)
    await scene.board.until_state(alarm, "off")
    gone, returned = duration(down.at - began), duration(back.at - up)
    return Sight(
        seen=f"{lost} entities unavailable after {gone}, back {returned} after it, alarm seen", seconds=back.at - up
    )


def _alive(scene: Scene) -> list[str]:
    """Return what of the receiver still claims to know something; its event stream does say that it is down."""
    ours = scene.home.entities.of(entry=scene.home.receiver)
    return [each.id for each in ours if each.key != "push" and scene.board.state(each.id) != "unavailable"]


PANEL_PROBES: tuple[tuple[str, Probe], ...] = (
    ("alarm panels behind a receiver", panels),
    ("panel armed", arming),
    ("panel: alarm of an open window", burglary),
    ("panel: picture of the alarm", alarm_picture),
    ("panel disarmed", disarming),
    ("panel: arming refused", refusal),
    ("panel: armed by force", force),
    ("panel: relay switched", panel_relay),
    ("panel: silent alarm", silence),
    ("panel by OTAP: zone left out", deactivation),
    ("doorbell, radar and camera behind it", others),
    ("panel out of reach", away),
    ("receiver unplugged", unplugged),
)
