"""What the check tries with the dome and the recorder of the text protocol."""

from time import monotonic

from .harbour import DOME, MOTION, RECORDER
from .progress import duration
from .scene import Probe, Scene, Sight, expect

_KEY = "detection_motion"
_AWAY = 2
_NETWORK_FAILURE, _ONLINE = 1, 5


async def pushed(scene: Scene) -> Sight:
    """The dome pushes an alarm and its end, and the event entity tells it."""
    dome, sensor = scene.station(DOME), scene.find(DOME, "binary_sensor", "channel", 1, _KEY)
    event = scene.find(DOME, "event", "channel", 1, "detection")
    raised = monotonic()
    expect(await dome.alarm(*MOTION) > 0, "the device had nobody to tell")
    on = await scene.board.until_state(sensor, "on")
    await scene.until_told(event, "event_type", "motion")
    cleared = monotonic()
    await dome.alarm(*MOTION, 1, 0)
    off = await scene.board.until_state(sensor, "off")
    return Sight(seen=f"{sensor} on; off {duration(off.at - cleared)} after its end", seconds=on.at - raised)


async def moved(scene: Scene) -> Sight:
    """The dome moves and stops, and goes to a preset."""
    head, camera = scene.station(DOME).world.ptz[1], scene.find(DOME, "camera", "channel", 1)
    before = head.position
    await scene.client.act("ip_surveillance.ptz_move", camera, mode="continuous", pan=0.4, duration=0.5)
    after = head.position
    expect(after[0] != before[0], f"the dome stayed at {before}")
    expect(not head.moving and head.stopped, "the dome was not stopped")
    preset = scene.find(DOME, "select", "channel", 1, "preset")
    options = scene.board.states[preset].attributes["options"]
    expect(options == [name for name, _ in head.presets.values()], f"the presets are {options}")
    await scene.client.act("select.select_option", preset, option=options[1])
    wanted = str(list(head.presets)[1])
    told = [given["presetID"] for _, given in head.log if "presetID" in given]
    expect(told == [wanted], f"the dome went to presets {told}, not {wanted}")
    return Sight(seen=f"pan {before[0]:.1f} to {after[0]:.1f}, stopped; preset {options[1]!r} of {len(options)}")


async def switched(scene: Scene) -> Sight:
    """A detection and a light are switched in the device, and read back from it."""
    switch, dome = scene.find(DOME, "switch", "channel", 1, _KEY), scene.station(DOME)
    began = monotonic()
    await scene.client.act("switch.turn_off", switch)
    off = await scene.board.until_state(switch, "off")
    expect(_flag(scene) == "0", f"the device says {_flag(scene)}")
    asked = len(dome.queries(kind="motionAlarm", action="get"))
    await scene.client.act("switch.turn_on", switch)
    await scene.board.until_state(switch, "on")
    expect(_flag(scene) == "1", f"the device says {_flag(scene)}")
    reads = len(dome.queries(kind="motionAlarm", action="get")) - asked
    expect(reads > 1, f"read {reads} times around a write")
    return Sight(seen=f"{switch} off and on, read {reads} times around the write", seconds=off.at - began)


def _flag(scene: Scene) -> str | None:
    return scene.station(DOME).store.get("motionAlarm", "motionDetectionEnableFlag")


async def polled(scene: Scene) -> Sight:
    """A recorder pushes nothing: its list of alarms is asked for, and the alarm reaches the one camera it is about."""
    recorder = scene.station(RECORDER)
    found = scene.home.entities.of("binary_sensor", scene.entry(RECORDER), "channel", key=_KEY)
    sensors = {sensor.number: sensor.id for sensor in found}
    raised = monotonic()
    await recorder.alarm(*MOTION, _AWAY)
    on = await scene.board.until_state(sensors[_AWAY], "on")
    others = [sensor for number, sensor in sensors.items() if number != _AWAY and scene.board.state(sensor) != "off"]
    expect(not others, f"also on: {others}")
    await recorder.alarm(*MOTION, _AWAY, 0)
    await scene.board.until_state(sensors[_AWAY], "off")
    expect(recorder.streams == 0, f"{recorder.streams} push connections")
    return Sight(seen=f"channel {_AWAY} and no other of {len(sensors)}, then off", seconds=on.at - raised)


async def camera_away(scene: Scene) -> Sight:
    """A camera of the recorder loses its network and comes back; its neighbours stay."""
    recorder, entry = scene.station(RECORDER), scene.entry(RECORDER)
    link = scene.find(RECORDER, "binary_sensor", "channel", _AWAY, "online")
    camera = scene.find(RECORDER, "camera", "channel", _AWAY)
    others = [each.id for each in scene.home.entities.of("camera", entry, "channel") if each.number != _AWAY]
    began = monotonic()
    await recorder.channel_status(_AWAY, _NETWORK_FAILURE)
    away = await scene.board.until_state(link, "off")
    await scene.board.until_state(camera, "unavailable")
    gone = [each for each in others if scene.board.state(each) == "unavailable"]
    expect(not gone, f"taken along: {gone}")
    back = monotonic()
    await recorder.channel_status(_AWAY, _ONLINE)
    on = await scene.board.until_state(link, "on")
    await scene.board.until(lambda: scene.board.state(camera) not in ("unavailable", "missing"), f"{camera} back")
    seen = f"{link} off after {duration(away.at - began)}, back {duration(on.at - back)} after it; {len(others)} stayed"
    return Sight(seen=seen, seconds=away.at - began)


HARBOUR_PROBES: tuple[tuple[str, Probe], ...] = (
    ("text protocol: alarm pushed by a dome", pushed),
    ("text protocol: dome moved, preset", moved),
    ("text protocol: detection switched", switched),
    ("text protocol: alarm of a recorder's camera", polled),
    ("text protocol: recorder's camera offline", camera_away),
)
