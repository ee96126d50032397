"""The set of capabilities (002…txt l.861-947): flat, or one group of it below a name."""

from .status import Code, Json, Refused

GROUPS = ("image", "system", "network", "video", "storage", "event", "smart")
"""Type 1 to 7 of the request; type 0 is all of them, flat (l.1009-1027)."""

_SAMPLE: dict[str, dict[str, int]] = {
    "image": {
        "enableDefog": 1,
        "enableRotateAngle": 1,
        "enableBackLight": 1,
        "enableExposure": 1,
        "enableH265": 1,
        "enableWdr": 0,
        "enableSLInhibition": 1,
        "enableLdc": 1,
        "enableWaterMark": 1,
        "enableMirrorAndFlip": 0,
        "enableWhiteBalance": 0,
        "enableVideoAdjust": 0,
        "enableOsdEx": 0,
        "enableSmartir": 1,
        "enableIsoMode": 0,
        "enableHdr": 0,
        "enablePtz": 2,
        "enablePtzConfig": 0,
        "enableWdr3to1Show": 1,
        "enableElectronicAntiShake": 0,
        "enableFocus": 1,
    },
    "system": {
        "deviceType": 231,
        "enablePasswdEncrypt": 1,
        "enableFactorySetting": 1,
        "enableNtpAutoCorrection": 1,
        "enableAbHs": 1,
        "enableRtspEncrypt": 1,
    },
    "network": {
        "enableIpv6": 1,
        "enablePort": 1,
        "enableGb28181": 0,
        "enableBitdogPort": 1,
        "enableWifi": 0,
        "enableWifiNetworkManagement": 0,
        "enablePppoe": 1,
        "enableSnmp": 1,
    },
    "video": {
        "enableAudio": 1,
        "enableAudioOut": 0,
        "enableTalk": 0,
        "enableAacHide": 1,
        "enableSmartVideoRestart": 0,
        "enableFish": 0,
        "enableSmartVideoDisplay": 1,
    },
    "storage": {
        "enableSdCard": 1,
        "enableRec": 2,
        "enableIpeye": 1,
        "enableLimitRecFrameRate": 0,
        "enableJpegCaptureHide": 1,
        "enableRecDevTypeHide": 1,
        "enableNoUpload": 1,
    },
    "event": {
        "enableIo": 0,
        "enableIoInput": 1,
        "enablePrivacyMask": 0,
        "enabelRoi": 1,
        "enableRoiFrameRateEnable": 1,
        "enableVideoTamper": 0,
        "enableMdRecStreamType": 0,
    },
    "smart": {
        "enableFace": 0,
        "enableRegionalIntrusionDetectionus": 0,
        "enableCrossBorderDetection": 0,
        "enableSceneChangeDetection": 0,
        "enableItemLegacyDetection": 0,
        "enableItemPickingDetection": 0,
        "enablePeopleStayDetection": 0,
        "enablePeopleGatheringDetection": 0,
        "enableSmartMotionDetection": 0,
        "enableSmartPicture": 0,
        "enableSmartModeHide": 1,
    },
}

# Flags the tables name (l.1049-1420) and the sample leaves out; a model that says something about one lists it.
_OTHERS = {
    "enableRotateOrLdc": "image",
    "enableApp": "system",
    "enableFtp": "network",
    "enableSmtp": "network",
    "enableDdns": "network",
    "enableDigitalZoom": "video",
    "enableAudioAlarm": "video",
    "enableCloudStorage": "storage",
    "enableSnapshotPicRecording": "storage",
    "enableSmartEventDisplay": "smart",
    "enableSmartResource": "smart",
}


class Capabilities:
    """The flags of one model: the document's sample with what the model has otherwise."""

    def __init__(self, changes: dict[str, int]) -> None:
        """Put the changes in their groups."""
        self.groups = {name: dict(flags) for name, flags in _SAMPLE.items()}
        for name, value in changes.items():
            self.groups[self._group(name)][name] = value

    @staticmethod
    def _group(flag: str) -> str:
        return next((name for name, flags in _SAMPLE.items() if flag in flags), _OTHERS.get(flag, "system"))

    def __getitem__(self, name: str) -> int:
        """Return a flag, 0 if the model does not mention it."""
        return next((flags[name] for flags in self.groups.values() if name in flags), 0)

    def __setitem__(self, name: str, value: int) -> None:
        """Change a flag."""
        self.groups[self._group(name)][name] = value

    def answer(self, wanted: Json) -> Json:
        """Return what is answered to a request for this type."""
        if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 <= wanted <= len(GROUPS):
            raise Refused(Code.PARAMETER, f"no such type of capabilities: {wanted!r}")
        if wanted == 0:
            return {name: value for flags in self.groups.values() for name, value in flags.items()}
        group = GROUPS[wanted - 1]
        return {group: dict(self.groups[group])}
