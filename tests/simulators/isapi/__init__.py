"""A simulated Hikvision device, written from the maker's documents and from answers of real devices.

    async with IsapiSimulator("ptz") as device:
        device.url, device.username, device.password
        device.world.ptz[1].position
        await device.raise_alarm("linedetection", 2, target="human", region=1, picture=True)

Models of `METADATA_PROFILES` stream and tell what they understand of their pictures:

    async with IsapiSimulator("counting") as device:
        device.rtsp.url(1)
        await device.play("queue", 1, speed=10)         # a script of `rtsp.scripts`
        device.metadata.tell(generator.people_in_region(4))

By hand: `python -m tests.simulators.isapi --model ptz --port 8001`.
"""

from .alerts import Alert
from .auth import Scheme
from .capture import Capture
from .framing import Framing, Part, frame, frame_all
from .profiles import PROFILES, Profile
from .profiles_metadata import METADATA_PROFILES, MODELS
from .simulator import IsapiSimulator, Simulator

__all__ = [
    "METADATA_PROFILES",
    "MODELS",
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
