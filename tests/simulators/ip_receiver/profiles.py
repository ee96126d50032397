"""The installations a simulated receiver can front."""

from collections.abc import Callable
from typing import Any

from .words import DETECTORS
from .world import Device, Panel, Partition, Peripheral, Relay, World, Zone

MAIN = "2cd6716d-767f-4756-ac55-50276a5e3b4a"


def index(number: int) -> str:
    """Return the index of a device by its number in the installation."""
    return MAIN if number == 1 else f"2cd6716d-767f-4756-ac55-{number:012d}"


def _serial(number: int) -> str:
    return f"Q{70100000 + number}"


def panel_row(number: int = 1, **values: Any) -> Device:
    """Return a control panel linked over the cloud."""
    row: dict[str, Any] = {
        "index": index(number),
        "name": f"Panel {number}",
        "serial": _serial(number),
        "model": "DS-PWA96-M-WE",
        "account": str(1000 + number),
        "site": (f"site{number:04d}", "Home"),
        "id_priority": "zoneID",
        "plugin": ("true", "2"),
    }
    return Device(**row | values)


def _zone(number: int, name: str, detector: str, zone_type: str = "Instant", **values: Any) -> Zone:
    return Zone(number=number, name=name, detector=detector, zone_type=zone_type, device_no=100 + number, **values)


OUTDOOR = {"mountingType": "wall", "antiMaskingEnabled": True, "alwaysActiveEnabled": False}
ONBOARD = {
    "accessModuleType": "localTransmitter",
    "address": 254,
    "InputList": [{"id": 1, "enabled": True, "mode": "NC"}],
    "pollingOptionEnable": False,
}
EXTERNAL = {"accessModuleType": "multiTransmitter", "relatedAccessModuleID": 1, "address": 3}
WIRED: dict[str, Any] = {"battery": None, "signal": None, "temperature": None, "extra": ONBOARD}


def home_zones(first: int = 1) -> dict[int, Zone]:
    """Return the zones of a house, each with another detector; one is out of reach."""
    zones = [
        _zone(0, "Front door", "magneticContact", "Delay", partitions=[1, 2]),
        _zone(1, "Hall", "passiveInfraredDetector", "Follow", stay_bypass=True),
        _zone(2, "Garden camera", "pircam", stay_bypass=True, channels=[1], extra=dict(OUTDOOR)),
        _zone(3, "Kitchen smoke", "wirelessSmokeDetector", "Fire", temperature=24),
        _zone(4, "Cellar water", "waterLeakDetector", "24hSound"),
        _zone(5, "Bedroom window", "magnetShockDetector", "Perimeter"),
        _zone(6, "Panic button", "panicButton", "Emergency"),
        _zone(7, "Wine cellar", "wirelessTemperatureHumidityDetector", "Non-Alarm", temperature=13, humidity=68),
        _zone(8, "Glass front", "wirelessGlassBreakDetector", "Perimeter", partitions=[2]),
        _zone(9, "Garage door", "slimMagneticContact", partitions=[2], **WIRED),
        _zone(10, "Shed", "wirelessExternalMagnetDetector", "24hNoSound", partitions=[2], link="offline"),
        _zone(11, "Boiler room", "combustibleGasDetector", "Gas", low_battery=True, battery=8),
    ]
    for zone in zones:
        zone.number += first
        zone.device_no = 100 + zone.number
    return {zone.number: zone for zone in zones}


def partitions(count: int = 2, disabled: int = 1) -> dict[int, Partition]:
    """Return enabled partitions and, behind them, disabled ones."""
    return {n: Partition(number=n, enabled=n <= count) for n in range(1, count + disabled + 1)}


def _unit(group: str, number: int, **values: Any) -> Peripheral:
    seq = "" if group == "ExtensionList" else f"Q9{number:07d}"
    return Peripheral(group=group, number=number, values={"seq": seq} | values)


def peripherals() -> list[Peripheral]:
    """Return one unit of each of the seven lists beside the relays, and a place without a unit."""
    radio = {"tamperEvident": False, "charge": "normal", "chargeValue": 90, "signal": 150}
    return [
        _unit("OutputModList", 1, status="online", **radio, model="DS-PM1-O2-WE", temperature=19),
        _unit(
            "SirenList",
            1,
            name="Hall siren",
            status="off",
            **radio,
            sirenAttrib="wireless",
            model="DS-PS1-I-WE",
            temperature=20,
            subSystemList=[1, 2],
            powerSupplyStatus="battery",
        ),
        _unit("SirenList", 2, name="", status="notRelated"),
        _unit("RepeaterList", 1, name="Loft repeater", status="online", **radio, model="DS-PR1-WE", temperature=17),
        _unit(
            "CardReaderList",
            1,
            name="Tag reader",
            status="online",
            **radio,
            model="DS-PT1-WE",
            temperature=20,
            subSystemList=[1],
        ),
        _unit(
            "ExtensionList",
            1,
            name="Wired zones",
            address=3,
            type="wiredZone",
            status="online",
            tamperEvident=False,
            moduleAttrib="wired",
            charge="normal",
            chargeValue=100,
            temperature=25,
        ),
        _unit(
            "KeypadList",
            1,
            name="Hall keypad",
            status="online",
            tamperEvident=False,
            keypadAttrib="wireless",
            charge="normal",
            signal=140,
            model="DS-PK1-E-WE",
        ),
        _unit("RemoteList", 1, name="Keyfob", status="online", charge="lowPower", chargeValue=5, model="DS-PKF1-WE"),
    ]


def relays() -> dict[int, Relay]:
    """Return four relays, counted from 0 as the document does; one is not linked."""
    linkage = ("manualCtrl", "alarm", "arming", "disarming")
    made = [Relay(number=n, name=f"Relay {n + 1}", seq=f"Q8{n:07d}", linkage=linkage[n]) for n in range(4)]
    made[3].link = "notRelated"
    return {relay.number: relay for relay in made}


def home_panel(first: int = 1, **values: Any) -> Panel:
    """Return the panel of a house with everything it can have; zones are numbered from `first`."""
    parts: dict[str, Any] = {
        "partitions": partitions(),
        "zones": home_zones(first),
        "relays": relays(),
        "peripherals": peripherals(),
    }
    return Panel(**parts | values)


def otap_panel() -> Panel:
    """Return a panel that tells of zones only."""
    zones = home_zones()
    for zone in zones.values():
        zone.bypass_available = False
    return Panel(partitions=partitions(2, 0), zones=zones, otap=True)


def otap_row(number: int = 1, **values: Any) -> Device:
    """Return a panel linked by OTAP."""
    row: dict[str, Any] = {
        "source": 7,
        "connection": 4,
        "model": "DS-PHA64-W4P",
        "device_id": f"otap{number:04d}",
        "needs_upgrade": None,
        "panel": otap_panel(),
    }
    return panel_row(number, **row | values)


def plant_panel(first: int = 1) -> Panel:
    """Return a panel with one zone of every detector type."""
    zones = [_zone(n, f"Zone {n}", detector) for n, detector in enumerate(DETECTORS, first)]
    module = next(zone for zone in zones if zone.detector == "singleZoneModule")
    module.model, module.extra = "DS-PM1-O8-WE", dict(EXTERNAL)
    receiver = _unit(
        "ExtensionList",
        2,
        name="Radio",
        linkageAddress=3,
        type="wirelessRecv",
        status="online",
        moduleAttrib="wireless",
    )
    return Panel(
        partitions=partitions(1, 0),
        zones={zone.number: zone for zone in zones},
        relays=relays(),
        peripherals=[receiver],
    )


def _world(*devices: Device) -> World:
    return World(devices={device.index: device for device in devices})


def _single(**_: int) -> World:
    return _world(panel_row(1, name="House", panel=home_panel()))


def _otap(**_: int) -> World:
    return _world(otap_row(1, name="Shop"))


def _mixed(**_: int) -> World:
    def other(number: int, name: str, source: int, **values: Any) -> Device:
        row: dict[str, Any] = {"connection": 1, "account": str(1000 + number), "serial": _serial(number)}
        return Device(index=index(number), name=name, source=source, **row | values)

    return _world(
        panel_row(1, name="House", panel=home_panel()),
        otap_row(2, name="Shop"),
        panel_row(
            3,
            name="Depot",
            source=3,
            connection=3,
            device_id="isup0003",
            model="DS-PHA48",
            id_priority="deviceNo",
            needs_upgrade=None,
            panel=plant_panel(),
        ),
        panel_row(4, name="Office", connection=2, online_type=1, panel=home_panel()),
        other(5, "Drive camera", 1, model="DS-2CD2386G2-I"),
        other(6, "Recorder", 4, connection=3, device_id="isup0006", model="DS-7608NI-I2", needs_upgrade=1),
        other(7, "Thermal camera", 1, model="DS-2TD2617-3"),
        other(8, "Door station", 5, model="DS-KV8113-WME1", plugin=("true", "1")),
        other(9, "Bedroom radar", 6, model="DS-TDSB00-EKH"),
        other(10, "Yard speaker", 8, model="DS-PA0103-B", plugin=("true", "3")),
        other(11, "Old dialler", 2, serial=None, model=None, version=None, connection=0, status="unknown"),
        other(12, "Barn camera", 1, model="DS-2CD2043G2-I", status="offline", offline_hint=2),
        panel_row(13, name="New panel", active_status="unauth", panel=home_panel()),
    )


def _large(*, devices: int = 200, zones: int = 64, **_: int) -> World:
    made = []
    detectors = list(DETECTORS)
    for number in range(1, devices + 1):
        row = {n: _zone(n, f"Zone {n}", detectors[n % len(detectors)]) for n in range(1, zones + 1)}
        made.append(panel_row(number, panel=Panel(partitions=partitions(4, 0), zones=row, relays=relays())))
    return _world(*made)


def _old(**_: int) -> World:
    panel = home_panel(0, zones_by=frozenset({"GET"}), quoted=True)
    panel.partitions[1].enabled = None
    row = panel_row(1, name="Farm", id_priority=None, plugin=None, site=None, with_type=False, panel=panel)
    return _world(row)


PROFILES: dict[str, Callable[..., World]] = {
    "single": _single,
    "otap": _otap,
    "mixed": _mixed,
    "large": _large,
    "old": _old,
}
"""Name -> builder of the installation; `devices` and `zones` count for "large" only."""
