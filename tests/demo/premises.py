"""The receiver of the demo and what is behind it: a house and a shop with alarm panels, and a few other devices."""

from dataclasses import replace
from typing import Any

from ..simulators.ip_receiver import Device, Panel, Partition, Peripheral, ReceiverSimulator, Relay, World, Zone, index

HOUSE, SHOP, CAMERA, RADAR, DOOR = (index(number) for number in range(1, 6))
"""Indexes of the devices, as the receiver writes them."""
TITLE = "IP Receiver Pro"
SAYS = "receiver with two alarm panels, camera, radar and door station"
EXIT_SECONDS = 6.0
ENTRY_SECONDS = 8.0
HEARTBEAT_SECONDS = 5.0

_RADIO: dict[str, Any] = {"status": "online", "tamperEvident": False, "charge": "normal", "chargeValue": 90}
_OTAP: dict[str, Any] = {"source": 7, "connection": 4, "device_id": "shop", "needs_upgrade": None}
_WIRED: dict[str, Any] = {"battery": None, "signal": None, "temperature": None}


def receiver(port: int, password: str) -> ReceiverSimulator:
    """Return the receiver; nothing listens before it is started."""
    return ReceiverSimulator(
        installation,
        port=port,
        password=password,
        heartbeat=HEARTBEAT_SECONDS,
        exit_delay=EXIT_SECONDS,
        entry_delay=ENTRY_SECONDS,
    )


def installation() -> World:
    """Return everything behind the receiver."""
    rows = (
        _panel(1, "House", _house(), model="DS-PWA96-M-WE", connection=1, plugin=("true", "2")),
        _panel(2, "Shop", _shop(), site=("site0002", "Town"), model="DS-PHA64-W4P", **_OTAP),
        _device(3, "Drive camera", source=1, model="DS-2CD2386G2-I"),
        _device(4, "Bedroom radar", source=6, model="DS-TDSB00-EKH"),
        _device(5, "Garden gate", source=5, model="DS-KV8113-WME1"),
    )
    return World(devices={row.index: row for row in rows})


def _device(number: int, name: str, **values: Any) -> Device:
    placed = {"site": ("site0001", "Home"), "serial": f"Q{70200000 + number}"}
    return Device(index=index(number), name=name, account=str(2000 + number), **{**placed, **values})


def _panel(number: int, name: str, panel: Panel, **values: Any) -> Device:
    return replace(_device(number, name, **values), panel=panel, id_priority="zoneID")


def _zones(*zones: Zone) -> dict[int, Zone]:
    for number, zone in enumerate(zones, 1):
        zone.number, zone.device_no = number, 100 + number
    return {zone.number: zone for zone in zones}


def _zone(name: str, detector: str, kind: str, *partitions: int, **values: Any) -> Zone:
    return Zone(number=0, name=name, detector=detector, zone_type=kind, partitions=list(partitions or (1,)), **values)


def _house() -> Panel:
    """Return a panel over the maker's cloud: bypasses, relays, units, a detector with a camera."""
    return Panel(
        partitions={number: Partition(number=number, enabled=number < 3) for number in (1, 2, 3)},
        zones=_zones(
            _zone("Front door", "magneticContact", "Delay", battery=88),
            _zone("Hall motion", "pircam", "Follow", stay_bypass=True, channels=[1], battery=74, temperature=20),
            _zone("Living room window", "magneticContact", "Instant", battery=91, temperature=22),
            _zone("Bedroom window", "magnetShockDetector", "Perimeter", battery=67, temperature=19),
            _zone("Kitchen smoke", "wirelessSmokeDetector", "Fire", battery=96, temperature=24),
            _zone("Cellar water", "waterLeakDetector", "24hSound", battery=83, temperature=14),
            _zone("Wine cellar", "wirelessTemperatureHumidityDetector", "Non-Alarm", temperature=13, humidity=68),
            _zone("Panic button", "panicButton", "24hNoSound", temperature=None, battery=100),
            _zone("Garage door", "slimMagneticContact", "Instant", 2, **_WIRED),
            _zone("Workshop window", "wirelessGlassBreakDetector", "Perimeter", 2, low_battery=True, battery=9),
        ),
        relays={
            1: Relay(number=1, name="Garden light", seq="Q80000001"),
            2: Relay(number=2, name="Garage door opener", seq="Q80000002"),
            3: Relay(number=3, name="Fog cannon", seq="Q80000003", linkage="alarm"),
        },
        peripherals=[
            _unit("SirenList", 1, "Hall siren", status="off", sirenAttrib="wireless", model="DS-PS1-I-WE"),
            _unit("KeypadList", 1, "Hall keypad", keypadAttrib="wireless", model="DS-PK1-E-WE"),
            _unit("RepeaterList", 1, "Loft repeater", model="DS-PR1-WE", temperature=17),
            _unit("CardReaderList", 1, "Door tag reader", model="DS-PT1-WE", subSystemList=[1]),
            _unit("RemoteList", 1, "Keyfob Anna", model="DS-PKF1-WE", signal=None),
        ],
        # Zones that were left out stay so after disarming: whoever left them out has to take them in again.
        bypass_survives=True,
    )


def _unit(group: str, number: int, name: str, **values: Any) -> Peripheral:
    words = {**_RADIO, "signal": 150, "name": name, "seq": f"Q9{len(group):02d}{number:05d}", **values}
    kept = {word: value for word, value in words.items() if value is not None}
    return Peripheral(group=group, number=number, values=kept)


def _shop() -> Panel:
    """Return a panel that tells of its zones only and deactivates them instead of bypassing them."""
    zones = _zones(
        _zone("Shop door", "magneticContact", "Delay"),
        _zone("Sales room", "passiveInfraredDetector", "Follow", stay_bypass=True),
        _zone("Shop window", "wirelessGlassBreakDetector", "Perimeter"),
        _zone("Back door", "slimMagneticContact", "Instant", **_WIRED),
        _zone("Store room smoke", "wirelessSmokeDetector", "Fire"),
    )
    for zone in zones.values():
        zone.bypass_available = False
    return Panel(partitions={1: Partition(number=1)}, zones=zones, otap=True)
