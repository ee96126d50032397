"""A simulated HeroSpeed/Longse camera (JSON over POST), written from the maker's document.

    async with HerospeedSimulator("light", firmware="new", login="challenge") as camera:
        camera.url, camera.username, camera.password
        camera.world.relay.on
        await camera.event("motion", active=True, picture=True)

By hand: `python -m tests.simulators.herospeed --model light --port 8030`.
"""

from .endpoints import DOCUMENTED, ENDPOINTS
from .happenings import DETECTIONS
from .packets import READABLE, Draft, Malformed, Packet, broken, draft
from .profiles import FIRMWARES, PROFILES, Profile
from .quirks import Quirk
from .sessions import Login, challenged, documented
from .simulator import HerospeedSimulator, Simulator
from .status import Code

__all__ = [
    "DETECTIONS",
    "DOCUMENTED",
    "ENDPOINTS",
    "FIRMWARES",
    "PROFILES",
    "READABLE",
    "Code",
    "Draft",
    "HerospeedSimulator",
    "Login",
    "Malformed",
    "Packet",
    "Profile",
    "Quirk",
    "Simulator",
    "broken",
    "challenged",
    "documented",
    "draft",
]
