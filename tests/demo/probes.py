"""What the check tries once all devices are set up: each probe looks at both ends, the device and the entity."""

import re
from time import monotonic

from . import analysts, devices, harbour, premises, yard
from .board import Board
from .entities import Entity
from .progress import DemoError, duration
from .scene import Probe, Scene, Sight, expect

_DOWN_SECONDS = 3.0


async def everything_available(scene: Scene) -> Sight:
    """All enabled entities have a value, on every platform; those of an offline camera have none."""
    entities = scene.home.entities.of()
    gone = {
        (scene.entry(key), number)
        for key, device in scene.fleet.devices.items()
        for number, channel in device.world.channels.items()
        if channel.online is False
    }
    away = {e.id for e in entities if e.kind == "channel" and (e.entry, e.number) in gone and e.key != "online"}

    def wrong() -> list[str]:
        return [entity.id for entity in entities if _valueless(scene.board, entity) != (entity.id in away)]

    try:
        await scene.board.until(lambda: not wrong(), "all entities available", within=30)
    except DemoError:
        shown = ", ".join(f"{entity} {scene.board.state(entity)}" for entity in wrong()[:12])
        raise DemoError(f"{len(wrong())} of {len(entities)} entities: {shown}") from None
    platforms = {entity.domain for entity in entities}
    off = f"{len(away)} of {len(gone)} offline cameras unavailable"
    return Sight(seen=f"{len(entities)} on {len(platforms)} platforms, {off}")


def _valueless(board: Board, entity: Entity) -> bool:
    """Whether an entity has no value although it should: what nothing happened to yet is unknown by right."""
    state = board.state(entity.id)
    seen = board.states.get(entity.id)
    # A recorder may not say whether a camera is online, and what is online has no reason to be offline. What cannot be
    # read is not known before it was switched.
    by_right = (
        entity.domain in ("event", "button", "image")
        or entity.key in ("preset", "online", "offline_reason")
        or re.fullmatch(analysts.PASSING, entity.key) is not None
        or bool(seen and seen.attributes.get("assumed_state"))
    )
    return state in ("unavailable", "missing") or (state == "unknown" and not by_right)


async def alarm(scene: Scene) -> Sight:
    """An alarm arrives by push and ends by push."""
    sensor = scene.find("camera", "binary_sensor", "channel", 1, "detection_line_crossing")
    device = scene.device("camera")
    raised = monotonic()
    told = await device.raise_alarm("linedetection", 1, target="human", region=1, picture=True)
    expect(told > 0, "the device had nobody to tell")
    on = await scene.board.until_state(sensor, "on")
    cleared = monotonic()
    await device.clear("linedetection", 1)
    off = await scene.board.until_state(sensor, "off")
    return Sight(seen=f"{sensor} on; off {duration(off.at - cleared)} after its end", seconds=on.at - raised)


async def event_and_picture(scene: Scene) -> Sight:
    """The alarm before left an event with what was seen, and its picture."""
    event, image = scene.find("camera", "event", "channel", 1, "detection"), scene.find("camera", "image", "channel", 1)
    told = scene.board.states[event].attributes
    expect(told.get("event_type") == "line_crossing", f"{event} says {told.get('event_type')}")
    _, kind, body = await scene.client.fetch(scene.board.states[image].attributes["entity_picture"])
    expect(kind == "image/jpeg" and body.startswith(b"\xff\xd8"), f"{image} is {kind}")
    return Sight(seen=f"{told['event_type']} of {told.get('target', 'nobody')}, picture of {len(body) // 1024} kB")


async def right_channel(scene: Scene) -> Sight:
    """A recorder's alarm reaches the one camera it is about."""
    found = scene.home.entities.of("binary_sensor", scene.entry("nvr"), "channel", key="detection_motion")
    sensors = {sensor.number: sensor.id for sensor in found}
    device = scene.device("nvr")
    raised = monotonic()
    await device.raise_alarm("VMD", 5)
    on = await scene.board.until_state(sensors[5], "on")
    others = [sensor for number, sensor in sensors.items() if number != 5 and scene.board.state(sensor) != "off"]
    expect(not others, f"also on: {others}")
    await device.clear("VMD", 5)
    await scene.board.until_state(sensors[5], "off")
    return Sight(seen=f"channel 5 and no other of {len(sensors)}", seconds=on.at - raised)


async def relay(scene: Scene) -> Sight:
    """A relay closes and opens, at the device and in Home Assistant."""
    switch, port = scene.find("camera", "switch", "output", 1), scene.device("camera").world.outputs[1]
    began = monotonic()
    await scene.client.act("switch.turn_on", switch)
    on = await scene.board.until_state(switch, "on")
    expect(port.active, "the device's relay stayed open")
    await scene.client.act("switch.turn_off", switch)
    await scene.board.until_state(switch, "off")
    expect(not port.active, "the device's relay stayed closed")
    return Sight(seen=f"{switch} on and off, read back", seconds=on.at - began)


async def detection(scene: Scene) -> Sight:
    """A detection that is switched off at the device raises no alarm any more."""
    switch = scene.find("camera", "switch", "channel", 1, "detection_motion")
    device = scene.device("camera")
    await scene.board.until_state(switch, "on")
    await scene.client.act("switch.turn_off", switch)
    await scene.board.until_state(switch, "off")
    expect(await device.raise_alarm("VMD", 1) == 0, "the device still reports motion")
    await device.clear("VMD", 1)
    await scene.client.act("switch.turn_on", switch)
    await scene.board.until_state(switch, "on")
    return Sight(seen=f"{switch} off: no alarm; on again")


async def ptz_move(scene: Scene) -> Sight:
    """The dome moves, and a stop ends the move."""
    head, camera = scene.device("ptz").world.ptz[1], scene.find("ptz", "camera", "channel", 1)
    before = head.position
    await scene.client.act("ip_surveillance.ptz_move", camera, mode="continuous", pan=0.4, tilt=0.3, duration=0.5)
    after = head.position
    expect(after[0] != before[0] and after[1] != before[1], f"the dome stayed at {before}")
    expect(not head.moving and head.stopped_by_command, "the dome was not stopped")
    way = f"pan {before[0]:.1f} to {after[0]:.1f}, tilt {before[1]:.1f} to {after[1]:.1f}"
    return Sight(seen=f"{way}, stopped")


async def ptz_button(scene: Scene) -> Sight:
    """A button moves a step, the preset select brings it back."""
    head = scene.device("ptz").world.ptz[1]
    before = head.position
    await scene.client.act("button.press", scene.find("ptz", "button", "channel", 1, "ptz_right"))
    after = head.position
    expect(after[0] != before[0] and not head.moving, f"the dome stayed at {before}")
    preset = scene.find("ptz", "select", "channel", 1, "preset")
    options = scene.board.states[preset].attributes["options"]
    await scene.client.act("select.select_option", preset, option=options[0])
    expect(head.log[-1].kind == "preset", f"the dome did {head.log[-1].kind}")
    return Sight(seen=f"step right of {after[0] - before[0]:.1f}°, preset {options[0]!r} of {len(options)}")


async def position(scene: Scene) -> Sight:
    """The position sensor follows the dome."""
    head, pan = scene.device("ptz").world.ptz[1], scene.find("ptz", "sensor", "channel", 1, "pan")

    def follows() -> bool:
        state = scene.board.state(pan)
        return state not in ("unknown", "unavailable") and abs(float(state) - head.position[0]) < 0.2

    await scene.board.until(follows, f"{pan} is {head.position[0]} (it is {scene.board.state(pan)})", within=15)
    return Sight(seen=f"{pan} {scene.board.state(pan)}°")


async def pictures(scene: Scene) -> Sight:
    """Each camera shows what happens now."""
    entries = [entry for entry in scene.home.entries if entry not in scene.home.blind]
    every = [camera for entry in entries for camera, _ in scene.home.channels(entry)]
    cameras = [camera for camera in every if scene.board.state(camera.id) != "unavailable"]
    sizes, began = [], monotonic()
    for camera in cameras:
        status, kind, body = await scene.client.fetch(f"/api/camera_proxy/{camera.id}")
        expect(status == 200 and kind == "image/jpeg" and body.startswith(b"\xff\xd8"), f"{camera.id}: {status} {kind}")
        sizes.append(len(body))
    seconds = (monotonic() - began) / len(cameras)
    one = [(await scene.client.fetch(f"/api/camera_proxy/{cameras[0].id}"))[2] for _ in range(2)]
    expect(one[0] != one[1], "the picture does not change")
    return Sight(
        seen=f"JPEG of {len(sizes)} cameras, {min(sizes) // 1024} to {max(sizes) // 1024} kB, changing", seconds=seconds
    )


async def restart(scene: Scene) -> Sight:
    """A device goes down and comes back by itself; alarms arrive again."""
    device, sensor = scene.device("thermal"), scene.find("thermal", "binary_sensor", "channel", 1, "detection_motion")
    neighbour = scene.find("nvr", "binary_sensor", "channel", 1, "detection_motion")
    began = monotonic()
    await device.go_down()
    down = await scene.board.until_state(sensor, "unavailable")
    expect(scene.board.state(neighbour) == "off", "another device was taken along")
    await device.reboot(_DOWN_SECONDS)
    up = monotonic()
    back = await scene.board.until_state(sensor, "off", within=15)
    await device.raise_alarm("VMD", 1)
    await scene.board.until_state(sensor, "on")
    await device.clear("VMD", 1)
    await scene.board.until_state(sensor, "off")
    lost = duration(down.at - began)
    return Sight(
        seen=f"unavailable after {lost}, back {duration(back.at - up)} after the device, alarm seen",
        seconds=back.at - up,
    )


async def frontend(scene: Scene) -> Sight:
    """What the frontend asks before it shows anything is answered, for this integration too."""
    actions = await scene.client.command("get_services")
    ours = actions.get(devices.DOMAIN, {})
    expect("ptz_move" in ours, f"the actions are {sorted(ours)}")
    texts = 0
    for category in ("config", "entity", "services", "exceptions", "selector", "issues", "triggers", "conditions"):
        told = await scene.client.command(
            "frontend/get_translations", language="en", category=category, integration=[devices.DOMAIN]
        )
        texts += len(told["resources"])
    for category in ("entity", "services", "triggers", "conditions"):
        icons = await scene.client.command("frontend/get_icons", category=category, integration=devices.DOMAIN)
        expect(bool(icons["resources"].get(devices.DOMAIN)), f"no icons of {category}")
    return Sight(seen=f"{len(ours)} actions, {texts} texts, icons")


async def diagnostics(scene: Scene) -> Sight:
    """A download for a bug report holds no secret."""
    secrets: dict[str, tuple[str, ...]] = {
        scene.entry(key): (device.password, device.world.identity.serial, device.world.identity.mac)
        for key, device in scene.fleet.devices.items()
    }
    secrets |= {scene.entry(key): harbour.secrets(station) for key, station in scene.fleet.stations.items()}
    secrets |= {scene.entry(key): yard.secrets(post) for key, post in scene.fleet.posts.items()}
    behind = scene.receiver.world.devices.values()
    secrets[scene.home.receiver] = (
        scene.receiver.password,
        *(secret for device in behind for secret in (device.index, device.account, device.serial or device.index)),
    )
    sizes = []
    for entry, kept in secrets.items():
        status, _, body = await scene.client.fetch(f"/api/diagnostics/config_entry/{entry}")
        expect(status == 200, f"diagnostics of {entry}: {status}")
        leaked = [secret for secret in kept if secret.encode() in body]
        expect(not leaked, f"diagnostics of {entry} hold {leaked}")
        sizes.append(len(body))
    return Sight(seen=f"{len(sizes)} downloads of {min(sizes) // 1024} to {max(sizes) // 1024} kB without secrets")


async def unload(scene: Scene) -> Sight:
    """An entry that is switched off leaves nothing behind, and comes back whole."""
    entry, device = scene.entry("dvr"), scene.device("dvr")
    sensor = scene.find("dvr", "binary_sensor", "channel", 1, "detection_motion")
    began = monotonic()
    await scene.client.command("config_entries/disable", entry_id=entry, disabled_by="user")
    seconds = monotonic() - began
    await device.wait_streams(0)
    asked = len(device.requests)
    await scene.client.command("config_entries/disable", entry_id=entry, disabled_by=None)
    expect(await devices.entry_state(scene.client, entry) == "loaded", "the entry did not come back")
    await scene.board.until_state(sensor, "off")
    await scene.client.post(f"/api/config/config_entries/entry/{entry}/reload")
    await scene.board.until_state(sensor, "off")
    return Sight(
        seen=f"no connection left; set up twice again with {len(device.requests) - asked} requests", seconds=seconds
    )


async def provided(scene: Scene) -> Sight:
    """No entity looks to the frontend as if its integration were gone, whatever the device told."""
    ours = [each.id for each in scene.home.entities.of()]
    gone = [entity for entity in ours if scene.told(entity, "restored")]
    expect(not gone, f"marked as no longer provided: {', '.join(gone[:5])}")
    return Sight(seen=f"{len(ours)} entities provided")


async def quiet_log(scene: Scene) -> Sight:
    """The log holds nothing about the integration but the devices that were down, once each."""
    lines = scene.hass.log.read_text(errors="replace").splitlines()
    loud = (" WARNING ", " ERROR ", 'File "')
    ours = [line for line in lines if "ip_surveillance" in line and any(sign in line for sign in loud)]
    # Home Assistant says of every custom integration that it has not tested it.
    told = [line for line in ours if "[homeassistant.loader]" not in line]
    names = (scene.device("thermal").world.identity.name, premises.TITLE)
    about = {name: [line for line in told if name in line] for name in names}
    others = [line for line in told if not any(line in lines for lines in about.values())]
    expect(not others, "; ".join(others[:3]))
    for name, lines in about.items():
        expect(len(lines) <= 1, f"{len(lines)} lines about one restart of {name}: {'; '.join(lines[1:3])}")
    return Sight(seen=f"{len(told)} lines about {len(names)} devices that were down, no other above info")


PROBES: tuple[tuple[str, Probe], ...] = (
    ("all entities available", everything_available),
    ("alarm raised and cleared", alarm),
    ("event and picture of the alarm", event_and_picture),
    ("alarm of a recorder's channel", right_channel),
    ("relay switched", relay),
    ("detection switched", detection),
    ("PTZ moved by the action", ptz_move),
    ("PTZ moved by a button, preset", ptz_button),
    ("pictures", pictures),
    ("questions of the frontend", frontend),
    ("diagnostics", diagnostics),
    ("device restarted", restart),
    ("entry unloaded and set up again", unload),
)

LAST_PROBES: tuple[tuple[str, Probe], ...] = (
    ("PTZ position sensor", position),
    ("entities as the frontend takes them", provided),
    ("log", quiet_log),
)
"""What is asked after everything else has happened."""
