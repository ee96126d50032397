"""The personalities: a bullet, a dome, a lite camera, recorders, thermal, plates, fisheye, many objects."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf

from ..isapi.ptz import Axis, Ptz
from .world import Area, Channel, Disk, Head, Listed, Path, Plate, Recording, World


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One model."""

    name: str
    series: str
    """Letters of the pages, the most special first."""
    info: dict[str, str] = field(default_factory=dict)
    """Fields of deviceInfo that differ from the example."""
    smart: tuple[int, ...] = ()
    attach: bool = True
    output_control: bool = True
    """Has manual control of alarm outputs, and test alarms (not on lite, l.508)."""
    snap: bool = False
    """Pictures want type=snap (l.406)."""
    scheme: bool = True
    """Image settings want a schemeID (l.29513)."""
    lacks: frozenset[str] = frozenset()
    """Types of the series this model does not have."""
    fill: tuple[Callable[[World], None], ...] = ()


def head(*, presets: bool = True) -> Head:
    """Return a dome's head with the presets, tracks, scans and tours of the examples (l.1038-1402)."""
    motor = Ptz(
        tilt=Axis(low=0, high=90, speed=60, value=10),
        zoom=Axis(low=0, high=90, speed=15, value=3),
        pan=Axis(low=0, high=360, speed=90, wraps=True, value=45),
        dead_man=inf,
    )
    found = Head(motor=motor, keeper={"keeperType": 2, "keeperID": 1, "StatusId": 2, "time": 12})
    if presets:
        found.presets = {1: ("A", (10, 5, 1)), 2: ("sd", (120, 20, 4)), 3: ("fd", (300, 45, 9))}
        found.paths["track"] = {0: Path(name="sd"), 1: Path(name="cd")}
        found.paths["scan"] = {0: Path(name="dsf"), 1: Path(name="bgm")}
        found.paths["tour"] = {0: Path(name="sdf", stops=[(1, 5, 1)]), 1: Path(name="bt", stops=[(1, 5, None)])}
    return found


def _camera(world: World) -> None:
    world.channels = {1: Channel(number=1)}
    world.disks = {1: Disk(number=1), 2: Disk(number=2, total=0, free=0, status=0)}
    world.outputs = {1: False}
    _archive(world)


def _archive(world: World) -> None:
    """Put two recordings of ten seconds into the last minutes of every camera."""
    start = world.now().replace(microsecond=0) - timedelta(minutes=5)
    for number in world.channels:
        for late in (0, 20):
            begin = start + timedelta(seconds=late)
            world.recordings.append(Recording(channel=number, start=begin, end=begin + timedelta(seconds=10)))


def _dome(world: World) -> None:
    world.channels[1].ptz = True
    world.ptz = {1: head()}


def _recorder(bound: int) -> Callable[[World], None]:
    def fill(world: World) -> None:
        world.capacity = max(16, bound)
        world.channels = {
            number: Channel(number=number, name=f"Channel{number:02}", protocol=1 if number % 2 else 2)
            for number in range(1, bound + 1)
        }
        first = world.channels[1]
        first.name, first.model, first.streams = "Device", "SN-Q204M-B", ((1, 2560, 1440), (1, 704, 576))
        first.firmware, first.hardware, first.ptz = "t4.4.1207.1004.0.0.2.12.0", "120704101", True
        world.ptz = {1: head()}
        world.disks = {1: Disk(number=1, total=3815447, free=1024), 2: Disk(number=2, total=0, free=0, status=7)}
        world.outputs = dict.fromkeys(range(1, 5), False)
        _archive(world)

    return fill


def _third_offline(world: World) -> None:
    world.channels[3].status = 1


def _thermal(world: World) -> None:
    world.channels[1].name = "Visible"
    world.channels[2] = Channel(number=2, name="Thermal", kind=13, thermal=True)
    world.areas = {2: {0: Area(number=0), 1: Area(number=1, highest=41.5), 2: Area(number=2, highest=30.0)}}


def _plates(world: World) -> None:
    world.plates = [Plate(uid=1, at=world.now() - timedelta(minutes=7), text="DD651", list_type=0)]
    world.listed = [Listed(text="5MVL305", kind=1), Listed(text="DD652", kind=0)]


def _many(world: World) -> None:
    now = world.now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    world.people = [(day, 3, 1), (day, 2, 2), (day - timedelta(days=1), 47, 53)]


def _info(number: str, model: str, **more: str) -> dict[str, str]:
    address = ":".join(("00", "1C", "27", number[0:2], number[2:4], number[4:6]))
    return {"deviceID": number, "productModel": model, "MACAddress": address} | more


CAMERA_SMART = (0, 1, 7, 8, 10, 14, 20, 21, 23, 29)
_NOT_PTZ = frozenset(("IntelligentTracking", "PTZTimer", "IPDomePTZID"))
_RECORDER = {"deviceType": "5", "alarmInNum": "4", "alarmOutNum": "4", "networkCardNum": "1"}

PROFILES: dict[str, Profile] = {
    item.name: item
    for item in (
        Profile(
            name="ipc",
            series="C",
            info=_info("159356", "IPV57/41CLDR/Z/13"),
            smart=CAMERA_SMART,
            lacks=_NOT_PTZ | {"AIMultiObjectDetectAbility"},
            fill=(_camera,),
        ),
        Profile(
            name="ptz",
            series="ZC",
            info=_info("159357", "IPS57/20BDR/T/33"),
            smart=(*CAMERA_SMART, 22, 28),
            lacks=frozenset(("AIMultiObjectDetectAbility",)),
            fill=(_camera, _dome),
        ),
        Profile(
            name="lite",
            series="L",
            info=_info("159358", "IPR8143CXBN/Z"),
            smart=(1,),
            attach=True,
            output_control=False,
            snap=True,
            scheme=False,
            fill=(_camera,),
        ),
        Profile(
            name="nvr",
            series="N",
            info=_info("159360", "SN-NVR3616E2", channelNum="16", **_RECORDER),
            smart=(0, 1, 17, 20, 21, 23, 28, 29),
            attach=False,
            snap=True,
            scheme=False,
            fill=(_recorder(3), _third_offline),
        ),
        Profile(
            name="nvr64",
            series="N",
            info=_info("159364", "SN-NVR3664E8", channelNum="64", **_RECORDER),
            smart=(0, 1, 17, 20, 21, 23, 28, 29),
            attach=False,
            snap=True,
            scheme=False,
            fill=(_recorder(64),),
        ),
        Profile(
            name="thermal",
            series="TC",
            info=_info("159370", "SN-TPC6401KT-F", channelNum="2"),
            smart=(0, 7, 28, 29, 30),
            lacks=_NOT_PTZ | {"AIMultiObjectDetectAbility", "faceDetectParam"},
            fill=(_camera, _thermal),
        ),
        Profile(
            name="lpr",
            series="PC",
            info=_info("159371", "IPR57/20ALDN/LPR"),
            smart=(1, 7),
            lacks=_NOT_PTZ | {"AIMultiObjectDetectAbility", "faceDetectParam"},
            fill=(_camera, _plates),
        ),
        Profile(
            name="fisheye",
            series="FC",
            info=_info("159372", "SN-FXP5922BTR-Z"),
            smart=(1, 6),
            lacks=_NOT_PTZ | {"AIMultiObjectDetectAbility"},
            fill=(_camera,),
        ),
        Profile(
            name="multi",
            series="MC",
            info=_info("159373", "SN-IPP5841AI-Z"),
            smart=(0, 1, 2, 3, 7, 9, 20, 21, 23, 25, 28),
            lacks=_NOT_PTZ,
            fill=(_camera, _many),
        ),
    )
}


def build_world(profile: Profile) -> World:
    """Return the state of a fresh device."""
    world = World(smart=profile.smart)
    for fill in profile.fill:
        fill(world)
    return world
