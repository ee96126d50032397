"""A simulated Hik IP Receiver Pro with the devices behind it."""

from .auth import Scheme
from .blemishes import Blemish
from .control import Control
from .messages import Actor, CidRecord
from .profiles import MAIN, PROFILES, index
from .simulator import ReceiverSimulator
from .status import Refused
from .stream import Framing
from .world import Device, Media, Panel, Partition, Peripheral, Relay, World, Zone

__all__ = [
    "MAIN",
    "PROFILES",
    "Actor",
    "Blemish",
    "CidRecord",
    "Control",
    "Device",
    "Framing",
    "Media",
    "Panel",
    "Partition",
    "Peripheral",
    "ReceiverSimulator",
    "Refused",
    "Relay",
    "Scheme",
    "World",
    "Zone",
    "index",
]
