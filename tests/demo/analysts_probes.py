"""What the check tries with the devices that measure and recognise; the README's examples run as it prints them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from ..simulators.isapi.aiop.chips import EngineStatus
from ..simulators.isapi.aiop.seed import PARCEL
from ..simulators.rtsp import generator as make
from .analysts import (
    COUNTING,
    MEASURING,
    NO_HELMET_RULE,
    PLATES,
    QUEUE_LIMIT,
    RADAR,
    RECORDER,
    THERMAL,
    bare_head,
    temperatures,
    unwatched,
)
from .premises import RADAR as BEDROOM
from .progress import DemoError, duration
from .readme import example
from .scene import Probe, Scene, Sight, expect

_HOT = 85.0
_AUTOMATION = "/api/config/automation/config"
_OPTIONS = "/api/config/config_entries/options/flow"


@asynccontextmanager
async def _automation(scene: Scene, begins: str, words: Mapping[str, str] | None = None) -> AsyncIterator[str]:
    """Let an example of the README run; yields the entity id of its automation."""
    key = "_".join(begins.lower().split()[:3])
    await scene.client.post(f"{_AUTOMATION}/{key}", {"alias": key, **example(begins, words)})
    entity = f"automation.{key}"
    await scene.board.until_state(entity, "on")
    try:
        yield entity
    finally:
        await scene.client.act("automation.turn_off", entity)


async def _notice(scene: Scene, title: str, automation: str) -> str:
    """Wait until an automation has run, and return the notice it wrote."""
    await scene.board.until(lambda: scene.told(automation, "last_triggered") is not None, f"{automation} ran")
    found: list[dict[str, Any]] = await scene.client.command("persistent_notification/get")
    said = [each["message"].strip() for each in found if each["title"] == title]
    expect(len(said) == 1, f"notices {title!r}: {said}")
    return str(said[0])


async def _until(wanted: Callable[[], bool], what: str) -> None:
    """Wait for something at a device, of which nobody tells."""
    try:
        async with asyncio.timeout(15):
            while not wanted():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise DemoError(f"not within 15 s: {what}") from None


async def overheated(scene: Scene) -> Sight:
    """A temperature arrives, passes the limit of an automation, and that tells it."""
    quay, part = scene.device(THERMAL), ("channel", MEASURING)
    hottest = scene.find(THERMAL, "sensor", *part, "temperature_rule1_highest")
    point = scene.find(THERMAL, "sensor", *part, "temperature_rule2")
    quay.metadata.tell(make.thermometry(temperatures(30)), MEASURING)
    await scene.board.until_state(hottest, "30.0")
    async with _automation(scene, "A motor overheats") as automation:
        told = monotonic()
        expect(quay.metadata.tell(make.thermometry(temperatures(_HOT)), MEASURING) == 1, "nobody listened")
        seen = await scene.board.until_state(hottest, str(_HOT))
        await scene.board.until_state(point, str(_HOT - 5))
        notice = await _notice(scene, "Motor too hot", automation)
        quay.metadata.tell(make.thermometry(temperatures(30)), MEASURING)
        await scene.board.until_state(hottest, "30.0")
    expect(notice == f"{_HOT} °C", f"the notice says {notice!r}")
    return Sight(seen=f"{hottest} {_HOT}: notice {notice!r}", seconds=seen.at - told)


async def burning(scene: Scene) -> Sight:
    """A fire is told with its temperature and distance, and goes out when it is told no more."""
    quay, part = scene.device(THERMAL), ("channel", MEASURING)
    fire = scene.find(THERMAL, "binary_sensor", *part, "detection_fire")
    distance = scene.find(THERMAL, "sensor", *part, "fire_distance")
    await scene.board.until_state(fire, "off")
    told = monotonic()
    quay.metadata.tell(make.fire(temperature=240, distance=85), MEASURING)
    on = await scene.board.until_state(fire, "on")
    await scene.board.until_state(distance, "85", "85.0")
    await scene.until_told(scene.find(THERMAL, "event", *part, "detection"), "event_type", "fire")
    off = await scene.board.until_state(fire, "off", within=30)
    return Sight(seen=f"{fire} on, 85 m; off {duration(off.at - on.at)} later", seconds=on.at - told)


async def queued(scene: Scene) -> Sight:
    """A queue longer than its limit turns the binary sensor on, a shorter one off."""
    hall = scene.device(COUNTING)
    length = scene.find(COUNTING, "sensor", "channel", 1, "queue_length_rule1")
    over = scene.find(COUNTING, "binary_sensor", "channel", 1, "detection_queue_length")
    await scene.board.until_state(over, "off")
    async with _automation(scene, "The queue is too long") as automation:
        told = monotonic()
        hall.metadata.tell(make.queue_times([make.Waiting(waited=300, limit=480)]))
        hall.metadata.tell(make.queue_counts(1, count=QUEUE_LIMIT + 3, limit=QUEUE_LIMIT))
        on = await scene.board.until_state(over, "on")
        await scene.board.until_state(length, str(QUEUE_LIMIT + 3), str(QUEUE_LIMIT + 3.0))
        notice = await _notice(scene, "Please open another till", automation)
        expect(notice.startswith(f"{QUEUE_LIMIT + 3} people") and notice.endswith("5 minutes"), f"it says {notice!r}")
        hall.metadata.tell(make.queue_counts(1, count=2, limit=QUEUE_LIMIT))
        await scene.board.until_state(over, "off")
    return Sight(seen=f"{over} on with {QUEUE_LIMIT + 3} people, off with 2", seconds=on.at - told)


async def counted(scene: Scene) -> Sight:
    """People who come and go are counted, and the heat map's picture arrives."""
    hall, image = scene.device(COUNTING), scene.find(COUNTING, "image", "channel", 1, "heat_map")
    entered = scene.find(COUNTING, "sensor", "channel", 1, "entered")
    picture = make.heat_picture(5)
    told = monotonic()
    hall.metadata.tell(make.people_counted(17, 12))
    hall.metadata.tell(make.heat_map(picture, people=5))
    seen = await scene.board.until_state(entered, "17", "17.0")
    people = scene.find(COUNTING, "sensor", "channel", 1, "people")
    await scene.board.until_state(people, "5", "5.0")
    _, kind, body = await scene.client.fetch(scene.board.states[image].attributes["entity_picture"])
    expect(kind == "image/jpeg" and body == picture, f"{image} is {kind} of {len(body)} bytes")
    return Sight(seen=f"17 came, 5 there; heat map of {len(body) // 1024} kB", seconds=seen.at - told)


async def opened(scene: Scene) -> Sight:
    """A car that is on the list opens the gate."""
    lane = scene.device(PLATES)
    plate = scene.find(PLATES, "sensor", "channel", 1, "plate")
    relay = lane.world.outputs[1]
    async with _automation(scene, "Open the gate for the cars of the house"):
        lane.metadata.tell(make.plates([make.Vehicle(plate="NO1", number=70)]))
        await scene.board.until_state(plate, "NO1")
        expect(not relay.active, "the gate opened for a stranger")
        told = monotonic()
        lane.metadata.tell(make.plates([make.Vehicle(plate="AB123CD", number=71)]))
        await _until(lambda: relay.active, "the relay closed")
        seconds = monotonic() - told
        await _until(lambda: not relay.active, "the relay opened again")
    event = scene.find(PLATES, "event", "channel", 1, "detection")
    expect(scene.told(event, "plate") == "AB123CD", f"{event} says {scene.told(event, 'plate')}")
    return Sight(seen=f"{plate} NO1: shut; AB123CD: open and shut again", seconds=seconds)


async def crossed(scene: Scene) -> Sight:
    """A radar sees a target cross the line; a fall behind the receiver is told by the same automation."""
    radar, line = scene.device(RADAR), scene.find(RADAR, "binary_sensor", "channel", 1, "detection_line_crossing")
    distance = scene.find(RADAR, "sensor", "channel", 1, "radar_distance")
    fall = scene.behind(BEDROOM, "binary_sensor", key="detection_fall")
    words = {"binary_sensor.bedroom_radar_fall": fall}
    async with _automation(scene, "Somebody fell in the bedroom", words) as automation:
        told = monotonic()
        radar.metadata.tell(make.radar_targets([make.Echo(distance=42, triggered=True)]))
        on = await scene.board.until_state(line, "on")
        await scene.board.until_state(distance, "42", "42.0")
        before = scene.told(automation, "last_triggered")
        await scene.receiver.happen(BEDROOM, "fallingDown")
        await scene.board.until(lambda: scene.told(automation, "last_triggered") != before, f"{automation} ran")
        notice = await _notice(scene, "Somebody fell", automation)
        await scene.receiver.happen(BEDROOM, "fallingDown", state="inactive")
    await scene.board.until_state(distance, "unknown")
    expect(notice == "Bedroom", f"the notice says {notice!r}")
    return Sight(seen=f"{line} on at 42 m, then unknown; fall told", seconds=on.at - told)


async def live(scene: Scene) -> Sight:
    """The live video of a camera with a film is had from Home Assistant, as its player would."""
    camera = scene.find(THERMAL, "camera", "channel", MEASURING)
    began = monotonic()
    stream = await scene.client.command("camera/stream", entity_id=camera)
    status, kind, body = await scene.client.fetch(stream["url"])
    expect(status == 200 and body.startswith(b"#EXTM3U"), f"{stream['url']}: {status} {kind}")
    return Sight(seen=f"{camera}: playlist of {len(body)} bytes", seconds=monotonic() - began)


async def unsubscribed(scene: Scene) -> Sight:
    """The option ends the connection, and brings it back."""
    hall, entry = scene.device(COUNTING), scene.entry(COUNTING)
    expect(len(hall.rtsp.playing(1)) >= 1, "there was no connection")
    await _choose(scene, entry, metadata=False)
    await unwatched(hall)
    length = scene.find(COUNTING, "sensor", "channel", 1, "queue_length_rule1")
    await scene.board.until(lambda: scene.board.state(length) in ("unknown", "unavailable"), f"{length} unknown")
    began = monotonic()
    await _choose(scene, entry, metadata=True)
    await hall.rtsp.wait_playing(1, 1, within=20)
    back = monotonic()
    hall.metadata.tell(make.queue_counts(1, count=3, limit=QUEUE_LIMIT))
    await scene.board.until_state(length, "3", "3.0")
    return Sight(seen=f"no connection; on again: {length} 3", seconds=back - began)


async def _choose(scene: Scene, entry: str, **chosen: Any) -> None:
    """Fill in the options as they are, but for what is chosen."""
    flow = await scene.client.post(_OPTIONS, {"handler": entry})
    filled = {each["name"]: each["default"] for each in flow["data_schema"] if "default" in each}
    answer = await scene.client.post(f"{_OPTIONS}/{flow['flow_id']}", filled | chosen)
    expect(answer.get("type") == "create_entry", f"the options were refused: {answer.get('errors') or answer}")


async def rolled_out(scene: Scene) -> Sight:
    """A model is chosen for an engine, which loads it and says so."""
    select = scene.find(RECORDER, "select", "engine", 2, "model")
    status = scene.find(RECORDER, "sensor", "engine", 2, "engine_status")
    platform = scene.device(RECORDER).world.aiop
    assert platform is not None
    began = monotonic()
    await scene.client.act("select.select_option", select, option="Parcel")
    seen = await scene.board.until_state(select, "Parcel")
    await scene.board.until_state(status, "running")
    platform.settle()
    engine = platform.engine(2)
    expect(engine.model == PARCEL and engine.status == EngineStatus.RUNNING, f"the engine has {engine}")
    await scene.client.act("select.select_option", select, option="none")
    await scene.board.until_state(select, "none")
    return Sight(seen=f"{select} Parcel, running; then none", seconds=seen.at - began)


async def retrained(scene: Scene) -> Sight:
    """A new model is fetched by the device and put to work by the README's script."""
    select = scene.find(RECORDER, "select", "engine", 2, "model")
    script = example("Roll out a retrained model", {"01J…": scene.entry(RECORDER)})
    began = monotonic()
    await scene.client.command("execute_script", sequence=script["sequence"])
    seen = await scene.board.until_state(select, "Helmet 2")
    platform = scene.device(RECORDER).world.aiop
    assert platform is not None
    platform.settle()
    running = platform.models[platform.engine(2).model or ""].name
    expect(running == "Helmet 2", f"the engine runs {running}")
    return Sight(seen=f"{select} Helmet 2 after its download", seconds=seen.at - began)


async def switched(scene: Scene) -> Sight:
    """A rule that is switched off at the device sees nothing more; switched on again it does."""
    recorder, switch = scene.device(RECORDER), _rule(scene, "switch")
    began = monotonic()
    await scene.client.act("switch.turn_off", switch)
    off = await scene.board.until_state(switch, "off")
    expect(await bare_head(recorder) == 0, "the device still tells of it")
    await scene.client.act("switch.turn_on", switch)
    await scene.board.until_state(switch, "on")
    return Sight(seen=f"{switch} off: nothing seen; on again", seconds=off.at - began)


async def recognised(scene: Scene) -> Sight:
    """A detection arrives with its picture, what was seen is counted, and an automation tells it."""
    recorder, alarm = scene.device(RECORDER), _rule(scene, "binary_sensor")
    event = scene.find(RECORDER, "event", "channel", 1, "detection")
    image = scene.find(RECORDER, "image", "channel", 1, "alarm_picture")
    count = scene.find(RECORDER, "sensor", "channel", 1, "count_person")
    before = scene.board.state(image)
    async with _automation(scene, "Somebody without a helmet") as automation:
        told = monotonic()
        expect(await bare_head(recorder) > 0, "the device had nobody to tell")
        on = await scene.board.until_state(alarm, "on")
        await scene.until_told(event, "rule", "No helmet at the gate")
        await scene.board.until_state(count, "1", "1.0")
        await scene.board.until(lambda: scene.board.state(image) != before, f"{image} is new")
        notice = await _notice(scene, "No helmet", automation)
    _, kind, body = await scene.client.fetch(scene.board.states[image].attributes["entity_picture"])
    expect(kind == "image/jpeg" and body.startswith(b"\xff\xd8"), f"{image} is {kind}")
    expect("90" in notice, f"the notice says {notice!r}")
    await scene.board.until_state(alarm, "off", within=30)
    await scene.board.until_state(count, "0", "0.0")
    return Sight(seen=f"{alarm} on, {count} 1, picture of {len(body) // 1024} kB", seconds=on.at - told)


def _rule(scene: Scene, domain: str) -> str:
    """Return the switch or alarm of the helmet rule of the first camera."""
    found = scene.home.entities.of(domain, scene.entry(RECORDER), "rule", NO_HELMET_RULE, "detection_ai_rule")
    rule = next((each.id for each in found if each.label.endswith(".1")), None)
    if rule is None:
        raise DemoError(f"no {domain} of the rule")
    return rule


ANALYST_PROBES: tuple[tuple[str, Probe], ...] = (
    ("metadata: temperature over the limit", overheated),
    ("metadata: fire", burning),
    ("metadata: queue over its limit", queued),
    ("metadata: people counted, heat map", counted),
    ("metadata: gate opened by plate", opened),
    ("metadata: radar, and a fall", crossed),
    ("live video", live),
    ("metadata: switched off by option", unsubscribed),
    ("models: chosen for an engine", rolled_out),
    ("models: retrained one rolled out", retrained),
    ("models: rule switched off and on", switched),
    ("models: detection with picture", recognised),
)
