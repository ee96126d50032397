"""What the check tries with the cameras of the JSON dialect."""

from time import monotonic

from .progress import duration
from .scene import Probe, Scene, Sight, expect
from .yard import GATE, LAMP

_MOTION = "detection_motion"
_FILL_LIGHT = "/api/image/fill-light"
_AUDIO_ALARM = "/api/video/audio-alarm"
_LOG_SECONDS = 15.0


async def pushed(scene: Scene) -> Sight:
    """The camera tells an alarm and its end over its WebSocket, with a picture."""
    yard, sensor = scene.post(LAMP), scene.find(LAMP, "binary_sensor", "channel", 1, _MOTION)
    event, image = scene.find(LAMP, "event", "channel", 1, "detection"), scene.find(LAMP, "image", "channel", 1)
    raised = monotonic()
    expect(await yard.event("motion", picture=True) > 0, "the camera had nobody to tell")
    on = await scene.board.until_state(sensor, "on")
    await scene.until_told(event, "event_type", "motion")
    cleared = monotonic()
    await yard.event("motion", active=False)
    off = await scene.board.until_state(sensor, "off")
    _, kind, body = await scene.client.fetch(scene.board.states[image].attributes["entity_picture"])
    expect(kind == "image/jpeg" and body.startswith(b"\xff\xd8"), f"{image} is {kind}")
    seen = f"{sensor} on; off {duration(off.at - cleared)} after its end; picture of {len(body) // 1024} kB"
    return Sight(seen=seen, seconds=on.at - raised)


async def lit(scene: Scene) -> Sight:
    """The white light is switched on and off at the camera, and read back from it."""
    yard = scene.post(LAMP)
    lamp = next(each.id for each in scene.home.entities.of("light", scene.entry(LAMP)) if each.label != "ir")
    before = yard.world.documents[_FILL_LIGHT]["dayNightMode"]
    began = monotonic()
    asked = _reads(scene)
    await scene.client.act("light.turn_on", lamp)
    on = await scene.board.until_state(lamp, "on")
    during = yard.world.documents[_FILL_LIGHT]["dayNightMode"]
    await scene.client.act("light.turn_off", lamp)
    await scene.board.until_state(lamp, "off")
    after = yard.world.documents[_FILL_LIGHT]["dayNightMode"]
    expect(during != after, f"the camera went from mode {before} to {during} and {after}")
    expect(_reads(scene) - asked > 2, "nothing was read back")
    expect(not yard.ignored and not yard.risks, f"ignored {yard.ignored}, risky {yard.risks}")
    return Sight(seen=f"{lamp} on (mode {during}) and off (mode {after}), read back", seconds=on.at - began)


def _reads(scene: Scene) -> int:
    return sum(each.path == _FILL_LIGHT and b'"get"' in each.body for each in scene.post(LAMP).requests)


async def spoken(scene: Scene) -> Sight:
    """The siren plays the camera's spoken warning."""
    yard, siren = scene.post(LAMP), scene.find(LAMP, "siren")
    played = len(yard.world.played)
    began = monotonic()
    await scene.client.act("siren.turn_on", siren)
    expect(len(yard.world.played) == played + 1, f"the camera played {yard.world.played[played:]}")
    return Sight(seen=f"{siren}: warning {yard.world.played[-1]} was played", seconds=monotonic() - began)


async def logged(scene: Scene) -> Sight:
    """A camera without push is listened to by its log, and says so."""
    gate, sensor = scene.post(GATE), scene.find(GATE, "binary_sensor", "channel", 1, _MOTION)
    source = scene.find(GATE, "sensor", "device", key="event_source")
    await scene.board.until_state(source, "log")
    expect(gate.streams == 0, f"{gate.streams} push connections")
    raised = monotonic()
    await gate.event("motion")
    on = await scene.board.until_state(sensor, "on", within=_LOG_SECONDS)
    await scene.until_told(scene.find(GATE, "event", "channel", 1, "detection"), "event_type", "motion")
    other = scene.find(LAMP, "sensor", "device", key="event_source")
    return Sight(seen=f"{sensor} on from the log; {other} says {scene.board.state(other)}", seconds=on.at - raised)


async def moved(scene: Scene) -> Sight:
    """The dome moves and stops, and goes to a preset."""
    head, camera = scene.post(GATE).world.head, scene.find(GATE, "camera", "channel", 1)
    before = dict(head.position)
    await scene.client.act("ip_surveillance.ptz_move", camera, mode="continuous", pan=0.4, duration=0.5)
    after = dict(head.position)
    expect(after["pan"] != before["pan"], f"the dome stayed at {before}")
    expect(not head.moving, "the dome was not stopped")
    preset = scene.find(GATE, "select", "channel", 1, "preset")
    options = scene.board.states[preset].attributes["options"]
    await scene.client.act("select.select_option", preset, option=options[1])
    wanted = next(number for number, each in head.presets.items() if each.name == options[1])
    expect(head.at_preset == wanted, f"the dome is at preset {head.at_preset}, not {wanted}")
    return Sight(seen=f"pan {before['pan']:.1f} to {after['pan']:.1f}, stopped; preset {options[1]!r}")


async def told_by_log(scene: Scene) -> Sight:
    """The dome's own log is read by the action; it holds the alarm of before."""
    answer = await scene.client.command(
        "call_service",
        domain="ip_surveillance",
        service="get_log",
        service_data={"config_entry_id": scene.entry(GATE), "limit": 50},
        return_response=True,
    )
    texts = [row["text"] for row in answer["response"]["rows"]]
    expect("Motion detection alarm" in texts, f"the log holds {texts[-5:]}")
    return Sight(seen=f"{answer['response']['total']} rows, the last: {texts[-1]}")


async def logged_out(scene: Scene) -> Sight:
    """A camera that forgot its sessions is logged in to once more, and keeps no session of an entry that is off."""
    yard, sensor = scene.post(LAMP), scene.find(LAMP, "binary_sensor", "channel", 1, _MOTION)
    entry, logins = scene.entry(LAMP), yard.sessions.logins
    began = monotonic()
    yard.kill_sessions()
    yard.close_streams()
    await yard.wait_streams(0)
    await yard.wait_streams(1, within=20)
    back = monotonic()
    expect(yard.sessions.logins == logins + 1, f"{yard.sessions.logins - logins} logins")
    expect(not yard.sessions.refused[1:], f"refused: {yard.sessions.refused}")
    await scene.client.command("config_entries/disable", entry_id=entry, disabled_by="user")
    expect(not yard.sessions.open, f"{len(yard.sessions.open)} sessions left")
    await scene.client.command("config_entries/disable", entry_id=entry, disabled_by=None)
    await scene.board.until_state(sensor, "off")
    return Sight(seen="one login, push again; logged out when switched off, then back", seconds=back - began)


YARD_PROBES: tuple[tuple[str, Probe], ...] = (
    ("JSON dialect: alarm pushed, with picture", pushed),
    ("JSON dialect: white light switched", lit),
    ("JSON dialect: warning spoken", spoken),
    ("JSON dialect: alarm from the log", logged),
    ("JSON dialect: log of the dome", told_by_log),
    ("JSON dialect: dome moved, preset", moved),
    ("JSON dialect: session lost, logged out", logged_out),
)
