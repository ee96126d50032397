"""Models: what each simulated device is and has, as tables."""

from dataclasses import dataclass, field

from ..rtsp.service import Offer
from .aiop.plan import Plan
from .form import Node
from .world import Disk, Identity

SYSTEM_EVENTS = ("diskfull", "diskerror", "nicbroken", "ipconflict", "illaccess")


@dataclass(kw_only=True, frozen=True)
class Lens:
    """A local video channel: its picture size and the detections it has."""

    name: str
    width: int = 3840
    height: int = 2160
    events: tuple[str, ...] = ("VMD", "tamperdetection")
    streams: int = 3
    description: str | None = None
    listed: bool = True
    """Whether the triggers of its smart events are in Event/triggers (else only single ones answer)."""


@dataclass(kw_only=True, frozen=True)
class Profile:
    """One model."""

    identity: Identity
    realm: str
    namespace: str = "hikvision"
    version: str = "2.0"
    lenses: tuple[Lens, ...] = ()
    proxied: int = 0
    """Cameras behind the recorder unless the caller says how many."""
    proxied_events: tuple[str, ...] = ()
    inputs: int = 0
    outputs: int = 0
    soft_inputs: int = 0
    proxied_io: tuple[int, ...] = ()
    """Numbers of ports of cameras behind the recorder (channel * 100 + port)."""
    system_events: tuple[str, ...] = SYSTEM_EVENTS
    disks: tuple[Disk, ...] = ()
    network_disks: tuple[Disk, ...] = ()
    ptz: tuple[int, ...] = ()
    """Moving channels."""
    features: frozenset[str] = frozenset()
    """light, siren, strobe, pir, holidays, disturb, subscribe, mutex, image, recordings, thermal,
    wrapped_triggers, single_status, picture_fallback, dyn_ids."""
    refuses: dict[str, int] = field(default_factory=dict)
    """Path prefix below /ISAPI/ -> HTTP status."""
    unknown: int = 404
    """HTTP status of a path the model does not know."""
    third_stream: int = 403
    """HTTP status of stream 3 of a recorder's channel: models differ."""
    rtsp_port: int = 554
    """Port it announces, unless it streams."""
    tracks: tuple[str, ...] = ()
    """What its streams carry: video, audio, metadata; none: it announces streams and has none."""
    metadata: Offer | None = None
    aiop: Plan | None = None
    """Its AI Open Platform."""
    dialect: str = "2.0"
    """How alerts are written: 2.0, or 1.0 as older recorders do."""
    recorded: bool = False
    """Answers come from a recording of a real device."""
    extra: dict[str, Node] = field(default_factory=dict)
    """Further leaves of deviceInfo."""

    @property
    def recorder(self) -> bool:
        """Whether it has (or may have) cameras behind it."""
        return bool(self.proxied)


def _identity(model: str, serial: str, mac: str, kind: str, name: str, **more: str) -> Identity:
    values = {"firmware": "V5.7.18", "released": "build 240826"} | more
    return Identity(model=model, serial=serial, mac=mac, device_type=kind, name=name, **values)


ACUSENSE = (
    "VMD",
    "tamperdetection",
    "linedetection",
    "fielddetection",
    "regionEntrance",
    "regionExiting",
    "scenechangedetection",
)
PROXIED = (
    "VMD",
    "tamperdetection",
    "videoloss",
    "fielddetection",
    "linedetection",
    "regionEntrance",
    "regionExiting",
    "scenechangedetection",
)
CARD = Disk(number=1, name="SD1", capacity=60890, free=21760)
SHARE = Disk(number=9, name="NAS1", capacity=204800, free=102400, kind="NFS")

PROFILES: dict[str, Profile] = {
    "camera": Profile(
        identity=_identity(
            "DS-2CD2T47G2P-SIM",
            "DS-2CD2T47G2P-SIM20240105AAWRE10000001",
            "4c:11:ae:5a:00:01",
            "IPCamera",
            "Front yard",
            sub_serial="E10000001",
        ),
        realm="IP Camera(E1001)",
        lenses=(Lens(name="Front yard", events=ACUSENSE),),
        inputs=1,
        outputs=1,
        disks=(CARD,),
        network_disks=(SHARE,),
        features=frozenset({"light", "siren", "strobe", "subscribe", "mutex", "image", "recordings"}),
        refuses={"ContentMgmt/InputProxy": 403, "ContentMgmt/IOProxy": 403, "System/Holidays": 404},
        extra={"firmwareVersionInfo": "B-R-G5-0", "hardwareVersion": "0x0"},
        rtsp_port=10554,
    ),
    "cube": Profile(
        identity=_identity(
            "DS-2CD2443P-SIM",
            "DS-2CD2443P-SIM20190617AAWRD20000002",
            "4c:11:ae:5a:00:02",
            "IPCamera",
            "Living room",
            firmware="V5.5.83",
            released="build 190221",
        ),
        realm="IP Camera(D2002)",
        lenses=(
            Lens(
                name="Living room",
                width=2560,
                height=1440,
                events=("VMD", "tamperdetection", "linedetection", "fielddetection"),
            ),
        ),
        disks=(CARD,),
        features=frozenset({"pir", "subscribe", "image"}),
        refuses={
            "System/IO": 403,
            "ContentMgmt/InputProxy": 403,
            "ContentMgmt/IOProxy": 403,
            "System/Holidays": 403,
        },
        unknown=403,
    ),
    "ptz": Profile(
        identity=_identity(
            "DS-2SE7C425P-SIM",
            "DS-2SE7C425P-SIM/2620240909AAWRF30000003",
            "4c:11:ae:5a:00:03",
            "IPDome",
            "Car park",
            firmware="V5.8.2",
            released="build 241008",
            sub_serial="F30000003",
        ),
        realm="IP Dome(F3003)",
        lenses=(
            Lens(
                name="Car park dome",
                width=2560,
                height=1440,
                events=("VMD", "tamperdetection", "audioexception"),
                description="PTZ",
            ),
            Lens(
                name="Car park wide",
                width=3680,
                height=1656,
                events=("linedetection", "fielddetection", "regionEntrance", "regionExiting"),
                description="Panoramic",
                listed=False,
            ),
        ),
        inputs=1,
        outputs=1,
        disks=(CARD,),
        network_disks=(SHARE,),
        ptz=(1,),
        features=frozenset({"light", "subscribe", "image"}),
        refuses={"ContentMgmt/InputProxy": 403, "ContentMgmt/IOProxy": 403, "System/Holidays": 404},
        extra={"platformName": "G7"},
    ),
    "thermal": Profile(
        identity=_identity(
            "DS-2TD2628P-SIM",
            "DS-2TD2628P-SIM20210311AAWRF40000004",
            "4c:11:ae:5a:00:04",
            "IPCamera",
            "Substation",
            firmware="V5.5.42",
            released="build 210726",
        ),
        realm="IP Camera(F4004)",
        lenses=(
            Lens(
                name="Substation optical",
                width=2688,
                height=1520,
                events=("VMD", "tamperdetection", "fielddetection"),
                streams=2,
            ),
            Lens(
                name="Substation thermal",
                width=384,
                height=288,
                events=("VMD", "TMA", "fielddetection", "linedetection"),
                streams=2,
            ),
        ),
        inputs=2,
        outputs=2,
        disks=(CARD,),
        features=frozenset({"thermal", "image", "wrapped_triggers"}),
        refuses={"ContentMgmt/InputProxy": 403, "ContentMgmt/IOProxy": 403, "System/Holidays": 404},
        unknown=403,
    ),
    "nvr": Profile(
        identity=_identity(
            "DS-7616NXP-SIM/16P",
            "DS-7616NXP-SIM/16P1620230412CCRRJ50000005WCVU",
            "4c:11:ae:5a:00:05",
            "NVR",
            "Recorder",
            firmware="V4.62.220",
            released="build 231129",
        ),
        realm="DS-7616NXP-SIM",
        namespace="isapi",
        proxied=8,
        proxied_events=PROXIED,
        inputs=4,
        outputs=1,
        soft_inputs=2,
        proxied_io=(101,),
        system_events=(*SYSTEM_EVENTS, "recordingfailure"),
        disks=(
            Disk(number=1, name="hdd1", capacity=3815447, free=0),
            Disk(number=2, name="hdd2", capacity=1907729, free=953864, status="sleeping"),
        ),
        ptz=(2,),
        features=frozenset({"holidays", "disturb", "subscribe", "recordings"}),
        refuses={"System/Video/inputs/channels": 403, "Image": 403},
        unknown=403,
        rtsp_port=1554,
        extra={"decordChannelNums": "16", "telecontrolID": "255"},
    ),
    "nvr_v1": Profile(
        identity=_identity(
            "DS-7608NP-SIM",
            "DS-7608NP-SIM0820150920CCRRC60000006WCVU",
            "4c:11:ae:5a:00:06",
            "NVR",
            "Old recorder",
            firmware="V3.4.92",
            released="build 170228",
        ),
        realm="DS-7608NP-SIM",
        namespace="hikvision",
        version="1.0",
        proxied=4,
        proxied_events=("VMD", "tamperdetection", "videoloss"),
        inputs=4,
        outputs=1,
        system_events=("diskfull", "diskerror", "illaccess"),
        disks=(Disk(number=1, name="hdd1", capacity=953869, free=0, status="error"),),
        refuses={"System/Video/inputs/channels": 403, "Smart": 403, "System/Holidays": 404},
        features=frozenset({"single_status", "picture_fallback", "dyn_ids"}),
        third_stream=500,
        dialect="1.0",
    ),
    "dvr": Profile(
        identity=_identity(
            "iDS-7204HUP-SIM",
            "iDS-7204HUP-SIM0420210608CCWRF70000007WCVU",
            "4c:11:ae:5a:00:07",
            "DVR",
            "Shop recorder",
            firmware="V4.75.020",
            released="build 240702",
        ),
        realm="iDS-7204HUP-SIM",
        version="1.0",
        lenses=tuple(
            Lens(
                name=name,
                width=2560,
                height=1440,
                events=("VMD", "tamperdetection", "videoloss", "fielddetection", "linedetection"),
                streams=2,
            )
            for name in ("Entrance", "Till", "Store room", "Camera 04")
        ),
        proxied=2,
        proxied_events=("VMD", "videoloss"),
        system_events=(*SYSTEM_EVENTS, "badvideo", "recordingfailure"),
        disks=(Disk(number=1, name="hdd1", capacity=953869, free=814080),),
        features=frozenset({"holidays", "subscribe", "recordings"}),
        refuses={"System/IO": 403},
        unknown=403,
        third_stream=400,
        dialect="1.0",
    ),
}
