"""Models with an AI Open Platform."""

from dataclasses import replace

from ..profiles import ACUSENSE, CARD, PROFILES, Lens, Profile
from ..world import Identity
from .plan import CAMERA, RECORDER

AI_PROFILES: dict[str, Profile] = {
    "ai_recorder": replace(
        PROFILES["nvr"],
        identity=Identity(
            model="iDS-9616NXP-SIM/X",
            serial="iDS-9616NXP-SIM/X20250220CCRRN90000001WCVU",
            mac="4c:11:ae:5a:02:01",
            firmware="V5.02.030",
            released="build 250410",
            device_type="NVR",
            name="AI recorder",
        ),
        realm="iDS-9616NXP-SIM",
        proxied=4,
        soft_inputs=0,
        proxied_io=(),
        aiop=RECORDER,
    ),
    "ai_camera": Profile(
        identity=Identity(
            model="iDS-2CD7A46P-SIM",
            serial="iDS-2CD7A46P-SIM20250311AAWRN90000002",
            mac="4c:11:ae:5a:02:02",
            firmware="V5.8.10",
            released="build 250402",
            device_type="IPCamera",
            name="AI camera",
        ),
        realm="IP Camera(N0002)",
        lenses=(Lens(name="AI camera", events=ACUSENSE),),
        outputs=1,
        disks=(CARD,),
        features=frozenset({"subscribe", "image"}),
        refuses={"ContentMgmt/InputProxy": 403, "ContentMgmt/IOProxy": 403, "System/Holidays": 404},
        aiop=CAMERA,
    ),
}
"""Beside `PROFILES`, whose models the tests of everything else go through."""
