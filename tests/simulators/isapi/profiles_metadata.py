"""Models that tell over RTSP what they understand of their pictures."""

from dataclasses import replace
from typing import Any

from ..rtsp.service import Offer
from .aiop.profiles import AI_PROFILES
from .profiles import CARD, PROFILES, Lens, Profile
from .world import Identity

_TRACKS = ("video", "audio", "metadata")


def _identity(model: str, date: str, place: int, kind: str, name: str, firmware: str) -> Identity:
    return Identity(
        model=model,
        serial=f"{model}{date}AAWRM8000000{place}",
        mac=f"4c:11:ae:5a:01:{place:02x}",
        firmware=firmware,
        released="build 250318",
        device_type=kind,
        name=name,
    )


def _camera(identity: Identity, lenses: tuple[Lens, ...], offer: Offer, **more: Any) -> Profile:
    base = Profile(
        identity=identity,
        namespace="isapi",
        realm=f"IP Camera({identity.serial[-5:]})",
        lenses=lenses,
        disks=(CARD,),
        features=frozenset({"image", "subscribe"}),
        refuses={"ContentMgmt/InputProxy": 403, "ContentMgmt/IOProxy": 403, "System/Holidays": 404},
        tracks=_TRACKS,
        metadata=offer,
    )
    return replace(base, **more)


METADATA_PROFILES: dict[str, Profile] = {
    "thermal_metadata": _camera(
        _identity("DS-2TD6237P-SIM", "20220614", 1, "IPDome", "Quay", "V5.6.0"),
        (
            Lens(name="Quay optical", width=1920, height=1080, events=("VMD", "tamperdetection"), description="PTZ"),
            Lens(name="Quay thermal", width=640, height=512, events=("VMD", "TMA"), streams=2),
        ),
        # Ships are off from the factory, so that enabling a kind can be seen.
        Offer(
            types=("thermometry", "fireDetection", "shipsDetection", "behaviorAnalysis"),
            enabled=("thermometry", "fireDetection", "behaviorAnalysis"),
        ),
        inputs=2,
        outputs=2,
        ptz=(1,),
        features=frozenset({"thermal", "image", "wrapped_triggers"}),
        unknown=403,
        # Neither of the two carries sound.
        tracks=("video", "metadata"),
    ),
    "counting": _camera(
        _identity("iDS-2CD8426P-SIM", "20230807", 2, "IPCamera", "Ticket hall", "V5.8.4"),
        (Lens(name="Ticket hall", width=2560, height=1440, events=("VMD", "tamperdetection", "fielddetection")),),
        Offer(
            types=("personQueue", "faceSnap", "behaviorAnalysis", "personalTrack"),
            formats=("xml", "json"),
            subscribe=True,
            unsubscribable=frozenset({"personalTrack"}),
        ),
        outputs=1,
    ),
    "anpr": _camera(
        _identity("iDS-2CD7A46P-SIM", "20240219", 3, "IPCamera", "Gate lane", "V5.8.10"),
        (Lens(name="Gate lane", width=2688, height=1520, events=("VMD", "linedetection", "regionEntrance")),),
        Offer(types=("ANPR", "behaviorAnalysis"), subscribe=True, ids="channel"),
        inputs=1,
        outputs=1,
    ),
    "radar": _camera(
        _identity("iDS-2SR8141P-SIM", "20200301", 4, "IPDome", "Perimeter", "V5.6.0"),
        (
            Lens(
                name="Perimeter",
                width=2560,
                height=1440,
                events=("VMD", "linedetection", "fielddetection"),
                description="PTZ",
            ),
        ),
        Offer(types=("radarDetection", "behaviorAnalysis"), subscribe=True, ids="both"),
        inputs=1,
        outputs=1,
        ptz=(1,),
        # The stream of a radar has metadata only (001…txt l.221).
        tracks=("metadata",),
    ),
    "nvr_metadata": replace(
        PROFILES["nvr"],
        identity=_identity("iDS-9632NXP-SIM", "20240512", 5, "NVR", "Metadata recorder", "V5.02.010"),
        proxied=16,
        tracks=("video", "metadata"),
        metadata=Offer(subscribe=True, formats=("xml", "json"), ids="both"),
    ),
}
"""Beside `PROFILES`, whose models the tests of everything else go through."""

MODELS = PROFILES | METADATA_PROFILES | AI_PROFILES
