"""Capability documents: what the models say they can do (which is not always true)."""

from .form import Document, Node, Tree
from .profiles import Profile


def _flags(**flags: bool | int) -> Tree:
    return {**flags}


def device(profile: Profile, *, proxied: int) -> Document:
    """Return System/capabilities. Flags lie in both directions, as on real devices."""
    has = profile.features.__contains__
    io: Tree = {
        "IOInputPortNums": profile.inputs,
        "IOOutputPortNums": profile.outputs,
        "isSupportStrobeLamp": False,
    }
    if profile.soft_inputs:
        io["SoftIOInputPortNums"] = profile.soft_inputs
    if has("thermal"):
        # Some cameras leave the numbers out altogether, ports or not.
        io.pop("IOInputPortNums")
        io.pop("IOOutputPortNums")
    system: Tree = {
        "isSupportDst": True,
        "NetworkCap": _flags(isSupportWireless=False, isSupportHttps=True, isSupportUpnp=True),
        "IOCap": io,
        "VideoCap": _flags(videoInputPortNums=len(profile.lenses) if profile.proxied else 0, videoOutputPortNums=0),
        "AudioCap": _flags(audioInputNums=1, audioOutputNums=int(has("siren"))),
    }
    if has("holidays"):
        system["isSupportHolidy"] = True
    system["isSupportSubscribeEvent"] = has("subscribe")
    if profile.metadata is not None:
        system["isSupportMetadata"] = True
    security: Tree = {
        "supportUserNums": 32,
        "issupIllegalLoginLock": True,
        "isSupportUserCheck": True,
        "maxIllegalLoginTimes": {"@min": 3, "@max": 20, "@def": 5},
    }
    events = {event for lens in profile.lenses for event in lens.events} | set(profile.proxied_events)
    recorder: Tree = (
        {
            "inputProxyNums": proxied,
            "nasNums": 8,
            "isSupportIOInputProxy": True,
            "isSupportIOOutputProxy": True,
        }
        if profile.proxied
        else {"nasNums": 8}
    )
    tree: Tree = {
        "SysCap": system,
        "voicetalkNums": 0,
        "isSupportSnapshot": True,
        "SecurityCap": security,
        "EventCap": _flags(
            isSupportHDFull=True,
            isSupportHDError=True,
            isSupportIllAccess=True,
            isSupportMotionDetection=True,
            isSupportTamperDetection=True,
        ),
        "RacmCap": recorder,
        "SmartCap": _flags(
            isSupportFieldDetection="fielddetection" in events,
            isSupportLineDetection="linedetection" in events,
            isSupportRegionEntrance="regionEntrance" in events,
            isSupportRegionExiting="regionExiting" in events,
            isSupportSceneChangeDetection="scenechangedetection" in events,
        ),
        # The cube has the sensor and denies it: seen on DS-2CD2443G0-IW class cameras.
        "WLAlarmCap": _flags(isSupportPIR=False, isSupportWLSensors=False, WLSensorsNum=0),
    }
    if profile.ptz or profile.proxied:
        tree["PTZCtrlCap"] = {"isSupportPatrols": True}
    if has("thermal"):
        tree["ThermalCap"] = _flags(isSupportThermometry=True, isSupportFireDetection=False)
    if has("mutex"):
        tree["isSupportGetmutexFuncErrMsg"] = True
    tree["isSupportChannelEventCap"] = True
    if profile.aiop:
        tree["isSupportAIOpenPlatform"] = True
    return Document(root="DeviceCap", tree=tree)


def _span(low: float, high: float) -> Tree:
    return {"Min": low, "Max": high}


def ptz_fixed() -> Document:
    """Return what a fixed camera answers: a PTZ capability of its serial port, without any movement."""
    return Document(
        root="PTZChanelCap",
        tree={
            "AbsolutePanTiltPositionSpace": {"XRange": _span(0, 0), "YRange": _span(0, 0)},
            "ContinuousPanTiltSpace": {"XRange": _span(0, 0), "YRange": _span(0, 0)},
            "maxPresetNum": 0,
            "maxPatrolNum": 0,
            "controlProtocol": {"@opt": "pelco-d,pelco-p", "#text": "pelco-d"},
        },
    )


def ptz_moving(presets: int) -> Document:
    """Return the capability of a dome (spelling of the elements as devices have it)."""
    speed = _span(-100, 100)
    return Document(
        root="PTZChanelCap",
        tree={
            "AbsolutePanTiltPositionSpace": {"XRange": _span(0, 3600), "YRange": _span(-100, 900)},
            "AbsoluteZoomPositionSpace": {"ZRange": _span(10, 250)},
            "RelativePanTiltSpace": {"XRange": speed, "YRange": speed},
            "RelativeZoomSpace": {"ZRange": speed},
            "ContinuousPanTiltSpace": {"XRange": speed, "YRange": speed},
            "ContinuousZoomSpace": {"ZRange": speed},
            "MomentaryPanTiltSpace": {"XRange": speed, "YRange": speed},
            "homePostionSupport": True,
            "maxPresetNum": presets,
            "maxPatrolNum": 8,
            "maxPatternNum": 4,
            "maxLimitesNum": 0,
            "isSupportPosition3D": True,
            "isSupportAbsoluteEx": True,
            "manualControlSpeed": {"@opt": "compatible,pedestrian", "#text": "compatible"},
            "isSpportPtzlimiteds": True,
            "ParkAction": {
                "enabled": {"@opt": "true,false"},
                "Parktime": {"@min": 5, "@max": 720},
                "ActionType": {"@opt": "autoscan,patrol,preset"},
            },
        },
    )


def image_capabilities() -> dict[str, Document]:
    """Return the option documents of the picture settings, by last path element."""

    def options(*names: str) -> Node:
        return {"@opt": ",".join(names)}

    level: Node = {"@min": 0, "@max": 100, "@def": 50}
    return {
        "supplementLight": Document(
            root="SupplementLight",
            tree={
                "supplementLightMode": options("eventIntelligence", "colorVuWhiteLight", "irLight", "close"),
                "mixedLightBrightnessRegulatMode": options("auto", "manual"),
                "whiteLightBrightness": level,
                "irLightBrightness": level,
            },
        ),
        "ircutFilter": Document(
            root="IrcutFilter",
            tree={
                "IrcutFilterType": options("auto", "day", "night", "schedule"),
                "nightToDayFilterLevel": level,
                "nightToDayFilterTime": {"@min": 5, "@max": 120},
            },
        ),
        "color": Document(
            root="Color",
            tree=dict.fromkeys(("brightnessLevel", "contrastLevel", "saturationLevel", "hueLevel"), level),
        ),
        "sharpness": Document(root="Sharpness", tree={"SharpnessLevel": level}),
        "WDR": Document(root="WDR", tree={"mode": options("open", "close", "auto"), "WDRLevel": level}),
        "BLC": Document(
            root="BLC",
            tree={
                "enabled": options("true", "false"),
                "BLCMode": options("UP", "DOWN", "LEFT", "RIGHT", "CENTER"),
            },
        ),
        "mountingScenario": Document(
            root="MountingScenario", tree={"mode": options("normal", "indoor", "outdoor", "night", "custom")}
        ),
    }


def image_settings(*, light: bool) -> dict[str, Document]:
    """Return the picture settings themselves, by last path element."""
    found = {
        "ircutFilter": Document(
            root="IrcutFilter",
            tree={"IrcutFilterType": "auto", "nightToDayFilterLevel": 4, "nightToDayFilterTime": 5},
        ),
        "color": Document(
            root="Color",
            tree={"brightnessLevel": 50, "contrastLevel": 50, "saturationLevel": 55, "hueLevel": 50},
        ),
        "sharpness": Document(root="Sharpness", tree={"SharpnessLevel": 50}),
        "WDR": Document(root="WDR", tree={"mode": "close", "WDRLevel": 50}),
        "BLC": Document(root="BLC", tree={"enabled": False}),
        "mountingScenario": Document(root="MountingScenario", tree={"mode": "outdoor"}),
    }
    if light:
        found["supplementLight"] = Document(
            root="SupplementLight",
            tree={
                "supplementLightMode": "eventIntelligence",
                "mixedLightBrightnessRegulatMode": "auto",
                "whiteLightBrightness": 80,
                "irLightBrightness": 70,
            },
        )
    return found


AUDIO_ALARM: Tree = {"AudioAlarm": {"audioClass": "alertAudio", "audioID": 1, "audioVolume": 60, "alarmTimes": 3}}
AUDIO_ALARM_CAP: Tree = {
    "AudioAlarm": {
        "audioClass": {"@opt": "alertAudio,promptAudio,customAudio"},
        "audioID": {"@opt": "1,2,3,11"},
        "audioVolume": {"@min": 1, "@max": 100, "@def": 50},
        "alarmTimes": {"@min": 1, "@max": 50, "@def": 5},
    }
}
WHITE_LIGHT: Tree = {"WhiteLightAlarm": {"channelID": 1, "durationTime": 15, "frequency": "medium", "brightness": 100}}
WHITE_LIGHT_CAP: Tree = {
    "WhiteLightAlarm": {
        "durationTime": {"@min": 1, "@max": 60, "@def": 15},
        "frequency": {"@opt": ["high", "medium", "low", "normallyOn"], "@def": "medium"},
        "brightness": {"@min": 1, "@max": 100, "@def": 100},
    }
}
