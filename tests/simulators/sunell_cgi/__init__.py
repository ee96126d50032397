"""A simulated camera or recorder of the CGI text protocol, written from the document's examples.

    async with SunellSimulator("ptz") as device:
        device.url, device.username, device.password
        device.world.ptz[1].position
        await device.alarm(6, 21, 1, 1)

By hand: `python -m tests.simulators.sunell_cgi --model ptz --port 8030`.
"""

from .attach import Framing, Idle
from .auth import Access
from .capture import Capture, available
from .control import Control
from .noise import Noise
from .profiles import PROFILES, Profile
from .refused import Refused
from .simulator import Simulator, SunellSimulator
from .store import Partial, Store
from .world import Alarm, Area, Channel, Disk, Head, Plate, Recording, World

__all__ = [
    "PROFILES",
    "Access",
    "Alarm",
    "Area",
    "Capture",
    "Channel",
    "Control",
    "Disk",
    "Framing",
    "Head",
    "Idle",
    "Noise",
    "Partial",
    "Plate",
    "Profile",
    "Recording",
    "Refused",
    "Simulator",
    "Store",
    "SunellSimulator",
    "World",
    "available",
]
