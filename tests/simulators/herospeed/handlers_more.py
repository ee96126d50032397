"""Paths that do more than keep an object: video, image, storage, events."""

from .calls import Call, read, write
from .quirks import Quirk
from .status import Code, Json, Refused

CARD = 1
"""Storage type of the memory card (l.135)."""
FORMAT = 0
OSD = "/api/image/osd"
IMAGE = "/api/image/image"

# --- video


async def set_encode(call: Call) -> Json:
    """Change the streams; a new size has to be one of those the stream offers."""
    scope = call.world.documents["/api/video/video-encode-scope"][0]
    old = call.world.documents[call.path]
    new = call.written(old)
    for offered, before, after in zip(scope, old["streamEncode"], new["streamEncode"], strict=True):
        size = (after["width"], after["height"])
        sizes = {
            (row["width"], row["height"])
            for codec in ("h264Attr", "h265Attr", "mjpegAttr")
            for row in offered[codec]["resolutionList"]
        }
        if size != (before["width"], before["height"]) and size not in sizes:
            raise Refused(Code.PARAMETER, f"size {size}")
    call.world.documents[call.path] = new
    return {}


async def set_audio_alarm(call: Call) -> Json:
    """Change the spoken warning, and play it if asked to."""
    await write(call)
    if call.object().get("playListenTest") == 1:
        call.world.played.append(call.world.documents[call.path]["selAudioType"])
    return {}


# --- image


async def get_fill_light(call: Call) -> Json:
    """Answer with what the light sensor measures now."""
    return await read(call) | {"realTimeVal": call.world.brightness}


async def get_ptz(call: Call) -> Json:
    """Answer the presets."""
    return call.world.head.state()


async def set_ptz(call: Call) -> Json:
    """Move, or change a preset."""
    call.world.head.operate(call.object())
    return {}


def _route(call: Call) -> int:
    number = call.integer("cruiseIdx")
    if number not in call.world.head.cruises:
        raise Refused(Code.PARAMETER, f"cruise {number}")
    return number


async def get_cruise(call: Call) -> Json:
    """Answer one route."""
    return call.world.head.cruises[_route(call)]


async def set_cruise(call: Call) -> Json:
    """Change one route."""
    number, cruises = _route(call), call.world.head.cruises
    cruises[number] = call.written(cruises[number])
    return {}


_SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "dayNightMode": (OSD, ("ircutMode", "ircutSwitchTime", "ircutSensitivity")),
    "exposure": (IMAGE, ("exposureCtrl", "enableGainCtrl", "gainCtrl")),
    "backlight": (IMAGE, ("enableBackLight", "backLightStrength", "enableWideDynamic", "wideDynamicLevel")),
    "imageEnhance": (IMAGE, ("brightness", "contrast", "saturation", "hue", "enableDefog", "defogStrength")),
}
"""Sections of the newer object of the picture; names by analogy."""
_DEAF = frozenset({"enableWideDynamic", "wideDynamicLevel"})
"""Writes that only take on the older path."""


async def get_image_param(call: Call) -> Json:
    """Answer picture settings in sections (newer firmware)."""
    documents = call.world.documents
    return {section: {name: documents[path][name] for name in names} for section, (path, names) in _SECTIONS.items()}


async def set_image_param(call: Call) -> Json:
    """Change picture settings in sections; the wide dynamic range is answered with 0 and not taken."""
    changed = call.written(await get_image_param(call))
    for section, (path, names) in _SECTIONS.items():
        for name in names:
            if name not in _DEAF:
                call.world.documents[path][name] = changed[section][name]
    return {}


# --- storage


def _hours(data: Json) -> Json:
    """Return the recording times in the shape they are read: the set example has bare arrays (l.6027)."""
    week = data.get("weekScop")
    days = week.get("dayScope") if isinstance(week, dict) else None
    if not isinstance(days, list):
        return data
    shaped = [{"hourScope": day} if isinstance(day, list) else day for day in days]
    return data | {"weekScop": week | {"dayScope": shaped}}


async def set_record(call: Call) -> Json:
    """Change the recording."""
    call.data = _hours(call.object())
    return await write(call)


async def get_property(call: Call) -> Json:
    """Answer how recordings are kept; asked for one storage, the example answers for another."""
    call.integer("storageType")
    return await read(call)


async def get_card(call: Call) -> Json:
    """Answer the state of the memory card."""
    card = call.world.card
    if call.integer("storageType") != CARD or card is None:
        raise Refused(Code.NOT_FOUND, "no such storage")
    return card.state()


async def set_card(call: Call) -> Json:
    """Answer well and do nothing: the document does not say what this is for."""
    call.object()
    return {}


async def storage_option(call: Call) -> Json:
    """Format the card."""
    card = call.world.card
    if call.integer("storageType") != CARD or call.integer("optType") != FORMAT or card is None:
        raise Refused(Code.PARAMETER, "storage or operation")
    call.integer("id")
    if card.status in (1, 2):
        raise Refused(Code.CALL_FAILED, "no card, or it is being formatted")
    call.sim.format_card()
    return {}


# --- events


def _keyed(call: Call, name: str, rows: dict[int, Json]) -> int:
    number = call.integer(name)
    if number not in rows:
        raise Refused(Code.NOT_FOUND, f"{name} {number}")
    return number


async def get_alarm(call: Call) -> Json:
    """Answer the arming times of one alarm type."""
    return call.world.alarms[_keyed(call, "alarmType", call.world.alarms)]


async def set_alarm(call: Call) -> Json:
    """Change one alarm type: the links are read as `trigger` and set as `process`."""
    number = _keyed(call, "alarmType", call.world.alarms)
    data = {name: value for name, value in call.object().items() if name.strip() not in ("process", "trigger")}
    links = call.member("trigger" if Quirk.SET_BY_TRIGGER in call.sim.quirks else "process")
    if isinstance(links, dict):
        # Text when read, numbers in the example of a set (l.6996, l.7013).
        blank = " " if Quirk.SPACED_KEYS in call.sim.quirks else ""
        data[f"trigger{blank}"] = {link: str(value) for link, value in links.items()}
    call.world.alarms[number] = call.written(call.world.alarms[number], data)
    return {}


async def get_exception(call: Call) -> Json:
    """Answer what one abnormal event does."""
    return call.world.exceptions[_keyed(call, "abnormalType", call.world.exceptions)]


async def set_exception(call: Call) -> Json:
    """Change what one abnormal event does."""
    number = _keyed(call, "abnormalType", call.world.exceptions)
    call.world.exceptions[number] = call.written(call.world.exceptions[number])
    return {}


async def get_alarm_out(call: Call) -> Json:
    """Answer the output; the switch shows whether it is on now."""
    return await read(call) | {"enableManualAlarm": int(call.world.relay.on)}


async def set_alarm_out(call: Call) -> Json:
    """Change the output; switched on, it goes off again after its delay."""
    world = call.world
    new = call.written(await get_alarm_out(call))
    world.documents[call.path] = new
    if "enableManualAlarm" in call.object():
        call.sim.switch_relay(new["enableManualAlarm"] == 1)
    return {}
