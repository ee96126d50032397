"""Objects of chapters 7.7 (events) and 7.8 (smart events), and those newer firmware adds."""

from .shapes import boxes, four, lines, quads, schedule, trigger
from .status import Json


def alarm_schedule(number: int) -> Json:
    """What the document shows for one alarm type (l.6963); the switches of the trigger are text."""
    return {
        "enable": True,
        "alarmType": number,
        "alarmLinkScope": 23,
        "personFilterStatus": 1,
        "ioStatus": 0,
        "schedule": schedule(),
        "trigger": trigger("0"),
    }


def exception(number: int) -> Json:
    """What the document shows for one abnormal event (l.7424)."""
    return {"abnormalType": number, "alarmLinkScope": 16, "trigger": trigger()}


def cruise(_: int) -> Json:
    """One route (l.5772)."""
    return {
        "enableCruise": 0,
        "cruiseMin": 0,
        "cruiseMax": 8,
        "cruisePresetMin": 0,
        "cruisePresetMax": 32,
        "cruisePresetNum": 32,
        "cruisePresetList": [{"presetIdx": row, "speed": 0, "presetDweelTime": 0} for row in range(32)],
    }


def _crossing() -> Json:
    """Lines with directions; the document prints the same object for wandering (l.8269, l.8497)."""
    return {
        "enable": True,
        "alarmLinkScope": 3,
        "sensitivity": four("subSensitivity"),
        "direction": four("subDirection"),
        "area": lines(),
        "schedule": schedule(),
        "trigger": trigger(),
    }


def _area() -> Json:
    """Four areas with times (l.8067, l.8716)."""
    return {
        "enable": True,
        "alarmLinkScope": 3,
        "sensitivity": four("subSensitivity"),
        "time": four("subTime"),
        "area": quads(),
        "schedule": schedule(),
        "trigger": trigger(),
    }


EVENT: dict[str, Json] = {
    "/api/event/motion": {  # l.6827
        "enable": True,
        "sensitivity": 5,
        "recStreamType": 2,
        "region": {"delimitType": 33, "area": [0] * 32},
    },
    "/api/event/video-cover": {  # l.7107
        "enable": 1,
        "alarmLinkScope": 3,
        "sensitivity": 0,
        "area": boxes(),
        "schedule": schedule(),
        "trigger": trigger(),
    },
    "/api/event/alarm-out": {"delayTime": 2, "enableManualAlarm": 0, "schedule": schedule()},  # l.7289
    "/api/event/alarm-scope": {  # l.7532
        "alarmTypeScope": 1,
        "enableStreamRecord": 1,
        "streamRecordStorageScope": 25,
        "enableSnapshoot": 1,
        "snapshootScope": 56,
        "enableMessage": 1,
        "messageScope": 16,
    },
    "/api/event/roi": {  # l.7612
        "enable": 0,
        "bgFrameRate": 30,
        "region": [
            {"qpType": 1, "qpVal": 0, "enable": 0, "area": {"x1": 0, "y1": 0, "x2": 0, "y2": 0}} for _ in range(3)
        ],
    },
}

SMART: dict[str, Json] = {
    "/api/event/face-detect": {  # l.7811
        "enable": 1,
        "startPointX1": 1,
        "startPointY1": 1,
        "endPointX2": 10000,
        "endPointY2": 10000,
        "enableRegionDetect": 1,
        "alarmLinkScope": 8,
        "captureMode": 0,
        "enableFaceAlarm": 0,
        "minFaceSizes": 30,
        "enableFaceTrackingBox": 1,
        "enableOsdRegion": 0,
        "faceScore": 60,
        "modelVersion": "Lg5_HCR99_V1.0",
        "sensitivity": 0,
        "blurThreshold": 5,
        "faceScope": 3,
        "smartType": 1,
        "schedule": schedule(),
        "trigger": trigger("0"),
        "alarmTriggerMode": 0,
    },
    "/api/event/intrusion": _area(),
    "/api/event/line-crossing": _crossing(),
    "/api/event/loitering": _crossing(),
    "/api/event/people-gathering": _area(),
    "/api/event/smart-mode": {"smartMode": 1, "face2FtpEn": 1, "audioAlarmEn": 1},  # l.8932
}

NEWER: dict[str, Json] = {
    # Paths known from newer firmware only; shapes by analogy, the document has none.
    "/api/network/alarm-server": {
        "enable": False,
        "serverIp": "",
        "serverPort": 80,
        "url": "/",
        "protocol": 0,
        "enableHeartbeat": False,
    },
    "/api/event/illegal-parking": _area(),
    "/api/event/license-plate": {"enable": True, "sensitivity": 50, "alarmLinkScope": 3, "trigger": trigger()},
}
