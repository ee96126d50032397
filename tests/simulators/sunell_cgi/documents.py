"""Answers that follow the state of the world: device, channels, clock, disks, temperatures, plates, people, alarms."""

from collections.abc import Callable
from datetime import datetime, timedelta

from .call import OK, Call, Reply
from .refused import WRONG_PARAMETER, Refused
from .text import Field, Listing, Pair, Tree, find, listing, parse, records, value_of
from .world import Alarm, Area, Channel, Listed, Plate

STAMP = "%Y%m%d%H%M%S"


def when(moment: datetime) -> str:
    """Write a time as alarms do: without leading zeros in the date (l.466)."""
    return f"{moment.year}-{moment.month}-{moment.day} {moment:%H:%M:%S}"


def period(call: Call) -> tuple[datetime, datetime]:
    """Return the span of a query; 14 digits each (l.27711), device time without a zone."""
    try:
        start, end = (datetime.strptime(call.text(key), STAMP) for key in ("startTime", "endTime"))  # noqa: DTZ007
        return start, end
    except ValueError:
        raise Refused(WRONG_PARAMETER) from None


def _channel(channel: Channel) -> list[Pair]:
    streams = [
        [
            ("streamId", str(number)),
            ("streamEncoder", str(encoder)),
            ("streamWidth", str(width)),
            ("streamHeight", str(height)),
        ]
        for number, (encoder, width, height) in enumerate(channel.streams, 1)
    ]
    return [
        ("channelId", str(channel.number)),
        ("channelName", channel.name),
        ("channelModel", channel.model),
        ("channelFirmware", channel.firmware),
        ("channelHardware", channel.hardware),
        ("channelStatus", str(channel.status)),
        ("channelProtocol", str(channel.protocol)),
        ("channelType", str(channel.kind)),
        ("streamNum", str(len(streams))),
        *records("stream", streams),
    ]


def channel_info(call: Call) -> Reply:
    """Return the bound channels (l.2277)."""
    bound = call.sim.world.bound
    return [
        ("channelNum", str(call.sim.world.capacity)),
        ("channelBinded", str(len(bound))),
        *(records("channel", map(_channel, bound)) if bound else ()),
    ]


def camera_info(call: Call) -> Reply:
    """Return or change a channel's name (l.2478)."""
    channel = call.sim.world.channels.get(call.camera)
    if channel is None:
        raise Refused(WRONG_PARAMETER)
    if call.action == "set":
        channel.name = call.text("cameraName", channel.name)
        return OK
    return [("cameraName", channel.name)]


_CLOCK = ("year", "month", "day", "hour", "minute", "second")


def date_time(call: Call) -> Reply:
    """Return or change the clock; what is not named stays (l.2540)."""
    now = call.sim.world.now()
    if call.action == "set":
        given = {key: call.number(key, 0, 9999) for key in _CLOCK if key in call.query}
        try:
            wanted = now.replace(**given)  # type: ignore[arg-type]
        except ValueError:
            raise Refused(WRONG_PARAMETER) from None
        call.sim.world.clock_skew += (wanted - now).total_seconds()
        return OK
    answer: list[Pair] = [(key, str(getattr(now, key))) for key in _CLOCK]
    if not call.sim.scheme:
        answer += [("Datefmt", "0"), ("Timefmt", "0")]
    return answer


def disk_info(call: Call) -> Reply:
    """Return the disks (l.6304)."""
    disks = call.sim.world.disks.values()
    rows: list[list[Pair]] = [
        [
            ("diskID", str(disk.number)),
            ("diskTotalSize", str(disk.total)),
            ("diskFreeSize", str(disk.free)),
            ("diskStatus", str(disk.status)),
        ]
        for disk in disks
    ]
    return records("diskInfo", rows) if rows else [("diskInfoCount", "0")]


def support_intelligences(call: Call) -> Reply:
    """Return the numbers of the analyses; the count is one too many (l.14175)."""
    call.reachable()
    smart = call.sim.world.smart
    rows: list[list[Pair]] = [[("intelligenceAnalyse", str(number))] for number in smart]
    listed = records("intelligenceAnalyse", rows, last="1") if rows else []
    return [("intelligenceAnalyseCount", str(len(smart) + bool(smart))), *listed]


def alarm_status(call: Call) -> Reply:
    """Return the list of alarms; ended ones may still be in it (l.462)."""
    alarms = list(call.sim.world.alarms.values())
    if not alarms:
        return call.sim.no_alarm
    return alarm_pairs(alarms)


def alarm_pairs(alarms: list[Alarm]) -> list[Pair]:
    """Write alarms as the list and the pushes do; the blank in the Next marker is sent (l.469, l.501)."""
    rows: list[list[Pair]] = [
        [
            ("alarmMajorType", str(alarm.major)),
            ("alarmMinorType", str(alarm.minor)),
            ("sourceID", str(alarm.source)),
            ("alarmFlag", str(alarm.flag)),
            ("alarmTime", when(alarm.at)),
        ]
        for alarm in alarms
    ]
    return records("alarmInfo", rows, following="next_alarmInfoURL ")


# --- thermal


def _area(call: Call) -> Area:
    areas = call.sim.world.areas.get(call.camera)
    number = call.number("areaID", 0, 999, default=0)
    if areas is None or number not in areas:
        raise Refused(WRONG_PARAMETER)
    return areas[number]


def area_temperature(call: Call) -> Reply:
    """Return one area's temperatures; the last marker is bare (l.23989)."""
    area = _area(call)
    return [
        ("areaTemperatureBegin", "1"),
        ("areaID", str(area.number)),
        ("temperatureUnit", str(call.sim.world.unit)),
        ("maxTemperatureX", str(area.spot[0])),
        ("maxTemperatureY", str(area.spot[1])),
        ("maxTemperature", f"{area.highest:.6f}"),
        ("minTemperatureX", str(area.cold_spot[0])),
        ("minTemperatureY", str(area.cold_spot[1])),
        ("minTemperature", f"{area.lowest:.6f}"),
        ("aveTemperature", f"{area.average:.6f}"),
        ("areaTemperatureEnd", None),
    ]


def point_temperature(call: Call) -> Reply:
    """Return the temperature at one point (l.24016)."""
    area = _area(call)
    call.decimal("PointX", 0, 100)
    call.decimal("PointY", 0, 100)
    return [("temperatureUnit ", f" {call.sim.world.unit}"), ("pointTemperature ", f" {area.average:.2f}")]


# --- plates


def _plate(plate: Plate) -> list[Pair]:
    return [
        ("UID", str(plate.uid)),
        ("Time", f"{plate.at:%Y-%m-%d %H:%M:%S}"),
        ("PlateNUM", plate.text),
        ("Country", plate.country),
        ("Action", str(plate.action)),
        ("ListType", str(plate.list_type)),
        ("Direction", str(plate.direction)),
    ]


def plate_info(call: Call) -> Reply:
    """Return the last plate, or those of a query between bare markers (l.12658, l.12699)."""
    plates = call.sim.world.plates
    if call.action == "get":
        return _plate(plates[-1]) if plates else "Not Find PlateInfo"
    if call.action == "delete":
        return _forget(call)
    start, end = period(call)
    country, text = call.text("Country", "ALL"), call.text("PlateText")
    direction, kind = call.number("Direction", 0, 4, default=4), call.number("ListType", 0, 3, default=3)
    rows = [
        _plate(plate)
        for plate in reversed(plates)
        if start <= plate.at <= end
        and country in ("ALL", plate.country)
        and text in plate.text
        and direction in (4, plate.direction)
        and kind in (3, plate.list_type)
    ]
    answer: list[Pair] = [("PlateBegin", None)]
    for number, row in enumerate(rows):
        answer += [("NextPlate", None), *row] if number else row
    return [*answer, ("PlateEnd", None)] if rows else "Not Find PlateInfo"


def _forget(call: Call) -> Reply:
    """Delete plates by number or by text (l.12677)."""
    # The parameter differs from the type of the request in one capital letter only.
    chosen = dict(call.pairs).get("Type")
    if chosen not in ("0", "1"):
        raise Refused(WRONG_PARAMETER)
    by_text = chosen == "1"
    gone = {value for key, value in call.pairs if key == ("PlateNum" if by_text else "UID")}
    world = call.sim.world
    world.plates = [plate for plate in world.plates if (plate.text if by_text else str(plate.uid)) not in gone]
    return OK


def _listed(tree: Tree) -> list[Listed]:
    """Read the loop of plates of a request."""
    found = listing(tree, "PlateParam")
    if found is None:
        raise Refused(WRONG_PARAMETER)
    try:
        return [
            Listed(
                text=value_of(row, "PlateText"),
                kind=int((find(row, "LprPlateType", "Type") or Field(key="", value="0")).value or "0"),
                start=int((find(row, "StartTime") or Field(key="", value="0")).value or "0"),
                end=int((find(row, "EndTime") or Field(key="", value="0")).value or "0"),
            )
            for row in found.records
        ]
    except KeyError, ValueError:
        raise Refused(WRONG_PARAMETER) from None


def plate_list(call: Call) -> Reply:
    """Return or change the black and white list (l.12328-12400)."""
    world = call.sim.world
    if call.action == "get":
        first, last = call.number("BeginIndex", 0, 99999, default=0), call.number("EndIndex", 0, 99999, default=99999)
        return _list_page(world.listed[first : last + 1])
    tree = parse(list(call.pairs))
    if call.action == "modify":
        old, new = listing(tree, "OldList"), listing(tree, "NewList")
        if old is None or new is None:
            raise Refused(WRONG_PARAMETER)
        _drop(call, _listed(old.records[0]))
        world.listed += _listed(new.records[0])
    elif call.action == "delete":
        _drop(call, _listed(tree))
    else:
        world.listed += _listed(tree)
    return OK


def _drop(call: Call, gone: list[Listed]) -> None:
    texts = {item.text for item in gone}
    call.sim.world.listed = [item for item in call.sim.world.listed if item.text not in texts]


def _list_page(items: list[Listed]) -> Reply:
    if not items:
        return [("PlateParamCount", "0")]
    rows: list[list[Pair]] = [
        [
            ("PlateText", item.text),
            ("LprPlateType", str(item.kind)),
            ("StartTime", str(item.start)),
            ("EndTime", str(item.end)),
        ]
        for item in items
    ]
    return records("PlateParam", rows, following="NextUrl")


def plate_size(call: Call) -> Reply:
    """Return how many plates are listed."""
    return [("PlateSize", str(len(call.sim.world.listed)))]


def list_event(call: Call) -> Reply:
    """Return or change what happens for each list; blocks follow each other without markers (l.12918)."""
    blocks: Tree = call.sim.store.page("LprListEvent", 1)
    if call.action != "set":
        return [pair for node in blocks for pair in node.pairs()]
    wanted, inside = call.text("ListType"), False
    if wanted not in ("1", "2", "3"):
        raise Refused(WRONG_PARAMETER)
    for node in blocks:
        if isinstance(node, Listing):
            continue
        if node.key == "ListType":
            inside = node.value == wanted
        elif inside and node.key.lower() in call.query:
            node.value = call.query[node.key.lower()]
    return OK


# --- people


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


# QueryType -> where times are cut off, and how many fields of the date count: a day's hours, a month's days, a year's
# months, and today's hours so far (l.19010).
_CUTS: dict[int, tuple[Callable[[datetime], datetime], int]] = {
    1: (_hour, 3),
    4: (_hour, 3),
    2: (lambda at: at.replace(hour=0, minute=0, second=0, microsecond=0), 2),
    3: (lambda at: at.replace(day=1, hour=0, minute=0, second=0, microsecond=0), 1),
}


def statistics(call: Call) -> Reply:
    """Return counted people by hour, day or month (l.19003)."""
    call.reachable()
    cut, parts = _CUTS[call.number("QueryType", 1, 4)]
    asked = (
        call.number("QueryTimeYear", 2000, 3000),
        call.number("QueryTimeMon", 1, 12, default=1),
        call.number("QueryTimeDay", 1, 31, default=1),
    )
    sums: dict[datetime, tuple[int, int]] = {}
    for at, enter, out in call.sim.world.people:
        if (at.year, at.month, at.day)[:parts] == asked[:parts]:
            before = sums.get(cut(at), (0, 0))
            sums[cut(at)] = (before[0] + enter, before[1] + out)
    answer: list[Pair] = [("StatisticsNumber", str(len(sums)))]
    for at, (enter, out) in sorted(sums.items()):
        answer += [
            ("StatisticsTime", f"{at:%Y-%m-%d %H:%M:%S}"),
            ("EnterNumber", str(enter)),
            ("OutNumber", str(out)),
        ]
    return answer


def log_info(call: Call) -> Reply:
    """Return the alarms of a span as the log tells them (l.27782)."""
    start, end = period(call)
    happened = [alarm for alarm in call.sim.history if start <= alarm.at <= end and alarm.flag]
    rows: list[list[Pair]] = [
        [
            ("deviceId", call.sim.store.get("deviceInfo", "deviceID")),
            ("deviceIp", ""),
            ("deviceType", "0"),
            ("sourceType", "1"),
            ("sourceId", str(alarm.source)),
            ("majorType", str(alarm.major)),
            ("minorType", str(alarm.minor)),
            ("description", ""),
            ("alarmStartTime", when(alarm.at)),
            ("alarmEndTime", when(alarm.at + timedelta(seconds=10))),
        ]
        for alarm in happened
    ]
    return [("AlarmLogInfoCount", str(len(rows))), *(records("AlarmLogInfo", rows) if rows else ())]
