"""Building the world of a model from its profile."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from . import capabilities as cap
from .aiop.seed import fresh
from .documents import DETECTIONS, accesses, holidays, http_hosts, stream
from .form import Document, Node
from .profiles import Profile
from .ptz import Patrol, Preset, Ptz
from .world import Channel, Port, Recording, Source, Trigger, User, World

# Special presets: calling one is a command, not a position (field: 33-45 and 92-105).
SPECIAL_PRESETS = {
    33: "Auto-flip",
    34: "Back to origin",
    35: "Call patrol 1",
    39: "Day mode",
    40: "Night mode",
    94: "Remote reboot",
    99: "Start auto scan",
}


def build_world(profile: Profile, *, users: dict[str, User], port: int, channels: int | None = None) -> World:
    """Return the state of a fresh device."""
    world = World(identity=deepcopy(profile.identity), users=users)
    proxied = (profile.proxied if channels is None else channels) if profile.proxied else 0
    _channels(world, profile, proxied)
    _ports(world, profile)
    _system_triggers(world, profile)
    world.disks = [replace(disk) for disk in profile.disks]
    world.network_disks = [replace(disk) for disk in profile.network_disks]
    world.statuses = dict(profile.refuses)
    world.documents |= {
        "System/capabilities": cap.device(profile, proxied=max(proxied, profile.proxied)),
        "Security/adminAccesses": accesses(port, profile.rtsp_port),
        "Event/notification/httpHosts": http_hosts(1 if profile.proxied else 3),
    }
    for feature, add in _FEATURES.items():
        if feature in profile.features:
            add(world, profile)
    _heads(world, profile)
    if profile.aiop:
        world.aiop = fresh(profile.aiop, world.channels)
    return world


def _channels(world: World, profile: Profile, proxied: int) -> None:
    for number, lens in enumerate(profile.lenses, 1):
        world.channels[number] = Channel(number=number, name=lens.name, description=lens.description)
        sizes = ((lens.width, lens.height), (640, 360), (1280, 720))
        _streams(world, number, lens.name, sizes[: lens.streams], recorder=profile.recorder)
        _detections(world, number, lens.events, profile, listed=lens.listed)
    for index in range(proxied):
        number = len(profile.lenses) + index + 1
        channel = world.channels[number] = proxied_channel(number, index)
        _streams(world, number, str(number), ((3840, 2160), (640, 360)), recorder=True)
        onvif = channel.source is not None and channel.source.protocol == "ONVIF"
        _detections(world, number, ("VMD", "videoloss") if onvif else profile.proxied_events, profile)
        if profile.third_stream != profile.unknown:
            world.statuses[f"Streaming/channels/{number}03"] = profile.third_stream


def proxied_channel(number: int, index: int) -> Channel:
    """Return a camera behind a recorder. Second: a dome; third: offline; fourth: ONVIF; fifth: unknown."""
    source = Source(
        address=f"10.11.{12 + index // 200}.{20 + index % 200}",
        model="DS-2CD2087P-SIM",
        serial=f"DS-2CD2087P-SIM20230301AAWRK8{number:07}",
        firmware="V5.7.16 build 240511",
    )
    if index == 1:
        source.model = "DS-2DE4A425P-SIM"
    if index == 3:
        source = Source(protocol="ONVIF", address=source.address, port=80)
    channel = Channel(number=number, name=f"Camera {number:02}", source=source)
    if index == 2:
        channel.online, channel.result = False, "netUnreachable"
    elif index == 4:
        channel.online = None
    return channel


def _streams(world: World, number: int, name: str, sizes: tuple[tuple[int, int], ...], *, recorder: bool) -> None:
    for index, (width, height) in enumerate(sizes, 1):
        codec = "H.265" if index == 1 and recorder else "H.264"
        label = f"{number}{index:02}" if recorder else name
        world.documents[f"Streaming/channels/{number}{index:02}"] = stream(
            number * 100 + index, label, width, height, codec=codec, recorder=recorder
        )


def _detections(world: World, number: int, events: tuple[str, ...], profile: Profile, *, listed: bool = True) -> None:
    proxied = world.channels[number].proxied
    for event in events:
        detection = DETECTIONS[event]
        world.documents[detection.path(number, proxied=proxied)] = detection.make(number)
        trigger = Trigger(id=f"{detection.prefix}-{number}", event=event, dyn=number, listed=listed)
        if not proxied:
            trigger.channel, trigger.dyn = number, None if profile.recorder else number
        world.triggers.append(trigger)


def _ports(world: World, profile: Profile) -> None:
    camera_channel = None if profile.recorder else 1
    for number in range(1, profile.inputs + 1):
        world.inputs[number] = Port(number=number, name=f"Input {number}")
        world.triggers.append(
            Trigger(id=f"IO-{number}", event="IO", input=number, channel=camera_channel, dyn=camera_channel)
        )
    for number in range(1, profile.soft_inputs + 1):
        world.triggers.append(Trigger(id=f"softIO-{number}", event="softIO", input=number, methods=[]))
    for number in range(1, profile.outputs + 1):
        world.outputs[number] = Port(number=number, name=f"Output {number}")
    for number in profile.proxied_io:
        world.inputs[number] = Port(number=number, name=f"D{number // 100} input", proxied=True)
        world.outputs[number] = Port(number=number, name=f"D{number // 100} output", proxied=True)
        world.triggers.append(Trigger(id=f"IO-{number}", event="IO", dyn_input=number))


def _system_triggers(world: World, profile: Profile) -> None:
    channel = None if profile.recorder else 1
    quiet = ("nicbroken", "ipconflict")
    world.triggers += [
        Trigger(id=event, event=event, channel=channel, dyn=channel, methods=[] if event in quiet else ["center"])
        for event in profile.system_events
    ]


def _pir(world: World, profile: Profile) -> None:
    world.documents["WLAlarm/PIR"] = DETECTIONS["PIR"].make(1)
    world.triggers.append(Trigger(id="PIR", event="PIR", channel=1, dyn=1, methods=["record", "center"]))


def _image(world: World, profile: Profile) -> None:
    for number, channel in world.channels.items():
        if channel.proxied:
            continue
        settings = cap.image_settings(light="light" in profile.features)
        options = cap.image_capabilities()
        for name, document in settings.items():
            world.documents[f"Image/channels/{number}/{name}"] = document
            world.documents[f"Image/channels/{number}/{name}/capabilities"] = options[name]


def _siren(world: World, profile: Profile) -> None:
    world.settings["Event/triggers/notifications/AudioAlarm"] = deepcopy(cap.AUDIO_ALARM)
    world.settings["Event/triggers/notifications/AudioAlarm/capabilities"] = cap.AUDIO_ALARM_CAP


def _strobe(world: World, profile: Profile) -> None:
    world.settings["Event/triggers/notifications/whiteLightAlarm"] = deepcopy(cap.WHITE_LIGHT)
    world.settings["Event/triggers/notifications/whiteLightAlarm/capabilities"] = cap.WHITE_LIGHT_CAP


def _disturb(world: World, profile: Profile) -> None:
    listed: list[Node] = [
        {
            "channelID": number,
            "disturbEnabled": False,
            "disturbNotificationList": [{"notificationMethod": "center"}, {"notificationMethod": "beep"}],
        }
        for number in world.channels
    ]
    world.settings["System/status/disturbParams"] = {"disturbChannelList": listed}


def _holidays(world: World, profile: Profile) -> None:
    world.documents["System/Holidays"] = holidays()


def _mutex(world: World, profile: Profile) -> None:
    world.mutex = {"regionEntrance": ["sceneChangeDetection"], "sceneChangeDetection": ["regionEntrance"]}


def _recordings(world: World, profile: Profile) -> None:
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    world.recordings = [
        Recording(
            track=number * 100 + 1,
            start=day + timedelta(hours=hour),
            end=day + timedelta(hours=hour, minutes=10),
        )
        for number in list(world.channels)[:4]
        for hour in range(60)
    ]


def _thermal(world: World, profile: Profile) -> None:
    basic = Document(
        root="ThermometryBasicParam",
        tree={"id": 2, "enabled": True, "temperatureUnit": "degreeCentigrade", "emissivity": "0.96"},
    )
    world.documents["Thermal/channels/2/thermometry/basicParam"] = basic
    world.statuses["Thermal/channels/1"] = 403


_FEATURES = {
    "pir": _pir,
    "image": _image,
    "siren": _siren,
    "strobe": _strobe,
    "disturb": _disturb,
    "holidays": _holidays,
    "mutex": _mutex,
    "recordings": _recordings,
    "thermal": _thermal,
}


def _heads(world: World, profile: Profile) -> None:
    for number in world.channels:
        path = f"PTZCtrl/channels/{number}/capabilities"
        if number in profile.ptz:
            world.ptz[number] = head()
            world.documents[path] = cap.ptz_moving(world.ptz[number].max_presets)
        elif not profile.recorder:
            world.documents[path] = cap.ptz_fixed()


def head() -> Ptz:
    """Return a dome with a few presets and tours."""
    names = {1: "Gate", 2: "Parking", 3: "Door"}
    presets = {
        number: Preset(name=name, position=(number * 60.0, number * 10.0, float(number)))
        for number, name in names.items()
    }
    presets |= {number: Preset(name=f"Preset {number}", enabled=False) for number in range(4, 9)}
    presets |= {number: Preset(name=name, special=True) for number, name in SPECIAL_PRESETS.items()}
    return Ptz(
        presets=presets,
        patrols={1: Patrol(name="Round"), 2: Patrol(name="Patrol 02", enabled=False)},
        aux={1: ("LIGHT", False), 2: ("WIPER", False)},
    )
