"""A simulated Hikvision device, written from the maker's documents and from answers of real devices.

    async with IsapiSimulator("ptz") as device:
        device.url, device.username, device.password
        device.world.ptz[1].position
        await device.raise_alarm("linedetection", 2, target="human", region=1, picture=True)

By hand: `python -m tests.simulators.isapi --model ptz --port 8001`.
"""

from .alerts import Alert
from .auth import Scheme
from .capture import Capture
from .framing import Framing, Part, frame, frame_all
from .profiles import PROFILES, Profile
from .simulator import IsapiSimulator, Simulator

__all__ = [
    "PROFILES",
    "Alert",
    "Capture",
    "Framing",
    "IsapiSimulator",
    "Part",
    "Profile",
    "Scheme",
    "Simulator",
    "frame",
    "frame_all",
]
