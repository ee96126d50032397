"""All paths: the 59 of the document with their lines, the capabilities of the login, and those of newer firmware."""

from . import handlers as do, handlers_more as more
from .calls import CREDENTIALS, Endpoint, Gate
from .capabilities import Capabilities

_BYTE = (0, 255)
_SHARE = (0, 100)
_SWITCH = (0, 1)
_CARD = Gate(flag="enableSdCard")
_SOUND = Gate(flag="enableAudio")
_CLOUD = Gate(flag="enableCloudStorage")
_WIFI = Gate(flag="enableWifi")
_MAIL = CREDENTIALS | {"enableFtpTest", "enableSmtpTest"}
_SENSITIVE = {"subSensitivity": _SHARE}

SESSION: dict[str, Endpoint] = {
    "/api/session/login-capabilities": Endpoint(line=0, get=do.login_capabilities, set=None, login=False),
    "/api/login-capabilities": Endpoint(line=388, get=do.login_capabilities, set=None, login=False),
    "/api/session/login": Endpoint(line=632, get=None, set=do.login, login=False),
    "/api/session/logout": Endpoint(line=717, get=None, set=do.logout),
    "/api/session/heart-beat": Endpoint(line=771, get=do.heart_beat, set=do.heart_beat),
}
SYSTEM: dict[str, Endpoint] = {
    "/api/system/platform-capabilities": Endpoint(line=793, set=None, login=False),
    "/api/system/capabilities": Endpoint(line=842, get=do.capabilities, set=None),
    "/api/system/device-info": Endpoint(line=1430, set=do.set_device_info),
    "/api/system/system-time": Endpoint(
        line=1515,
        get=do.get_time,
        set=do.set_time,
        ranges={"month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)},
    ),
    "/api/system/auto-maintain": Endpoint(
        line=1638,
        ranges={"type": (0, 2), "week": (0, 6), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)},
    ),
    "/api/system/summer-time": Endpoint(line=1728),
    "/api/system/reboot": Endpoint(line=1842, get=None, set=do.reboot),
    "/api/system/default": Endpoint(line=1878, get=None, set=do.default, risky=True),
    "/api/system/export-params": Endpoint(line=1932, get=do.export_params, set=None),
    "/api/system/log-manager": Endpoint(line=1986, get=do.get_log, set=None, delete=do.delete_log),
}
NETWORK: dict[str, Endpoint] = {
    "/api/network/interfaces": Endpoint(
        line=2076, read_only=frozenset({"mac", "ipAddrStatus"}), transient=frozenset({"enableIpAddrTest"}), risky=True
    ),
    "/api/network/port": Endpoint(line=2198, get=do.get_ports, set=do.set_ports),
    "/api/network/ddns": Endpoint(
        line=2405,
        get=do.get_secret,
        aliases={"keepAlive": "alivePeriod"},
        read_only=frozenset({"status"}),
        transient=CREDENTIALS,
        risky=True,
    ),
    "/api/network/ftp": Endpoint(line=2556, get=do.get_secret, set=do.set_ftp, transient=_MAIL, risky=True),
    "/api/network/smtp": Endpoint(line=2736, get=do.get_secret, set=do.set_smtp, transient=_MAIL, risky=True),
    "/api/network/p2p": Endpoint(line=2947, read_only=frozenset({"serialNumber", "iosAppAddr", "androidAppAddr"})),
    "/api/network/p2p-status": Endpoint(line=3034, set=None),
    "/api/network/pppoe": Endpoint(
        line=3082,
        get=do.get_secret,
        set=do.set_null,
        read_only=frozenset({"ip"}),
        transient=CREDENTIALS,
        gate=Gate(flag="enablePppoe"),
        risky=True,
    ),
    "/api/network/gb28181": Endpoint(
        line=3208,
        read_only=frozenset({"resignerState"}),
        aliases={"registerCycleTime": "resignerCycleTime", "cStatus": "resignerState"},
        transient=CREDENTIALS,
        gate=Gate(flag="enableGb28181"),
        risky=True,
    ),
    "/api/network/wifi": Endpoint(line=3402, set=do.set_wifi, gate=_WIFI, risky=True),
    "/api/network/snmp": Endpoint(line=3633, transient=CREDENTIALS, gate=Gate(flag="enableSnmp"), risky=True),
    "/api/network/wifiAPInfo": Endpoint(line=3832, transient=CREDENTIALS, gate=_WIFI, risky=True),
}
VIDEO: dict[str, Endpoint] = {
    "/api/video/video-encode-scope": Endpoint(line=4002, set=None),
    "/api/video/video-encode": Endpoint(
        line=4229,
        set=more.set_encode,
        read_only=frozenset({"isSupport"}),
        ranges={"quality": (0, 5), "bitrateType": _SWITCH, "videoType": _SWITCH, "enableSmartEnc": _SWITCH},
    ),
    "/api/video/audio": Endpoint(
        line=4437,
        gate=_SOUND,
        ranges={"outputVolume": _SHARE, "inputVolume": _SHARE, "inputModel": _SWITCH, "outputModel": _SWITCH},
    ),
    "/api/video/audio-encode": Endpoint(line=4516, gate=_SOUND),
    "/api/video/watermark": Endpoint(line=4615, gate=Gate(flag="enableWaterMark")),
    "/api/video/audio-alarm": Endpoint(
        line=4731,
        set=more.set_audio_alarm,
        gate=Gate(flag="enableAudioAlarm"),
        transient=frozenset({"playListenTest", "audioFileLength", "audioFileData"}),
        ranges={"audioLanguage": _SWITCH, "selAudioType": (0, 8), "playDelayTime": (5, 30)},
    ),
}
IMAGE: dict[str, Endpoint] = {
    "/api/image/image": Endpoint(
        line=4837,
        transient=frozenset({"channel"}),
        ranges={
            "brightness": _BYTE,
            "contrast": _BYTE,
            "saturation": _BYTE,
            "hue": _BYTE,
            "gainCtrl": _BYTE,
            "gainRCtrl": _BYTE,
            "gainGCtrl": _BYTE,
            "gainBCtrl": _BYTE,
            "backLightStrength": (0, 2),
            "wideDynamicLevel": (0, 4),
            "enableDefog": (0, 2),
        },
    ),
    "/api/image/osd": Endpoint(
        line=5045,
        transient=frozenset({"weekVisiable", "weekLanguageFormat"}),
        ranges={
            "mirrorMode": (0, 3),
            "enableIrLed": _SWITCH,
            "ircutMode": (0, 3),
            "ircutSwitchTime": (3, 120),
            "ircutSensitivity": (0, 7),
            "dateFormat": (0, 2),
        },
    ),
    "/api/image/fill-light": Endpoint(
        line=5168,
        get=more.get_fill_light,
        gate=Gate(flag="enableSmartir"),
        read_only=frozenset({"realTimeVal"}),
        ranges={
            "dayNightMode": (0, 2),
            "fillMode": (0, 3),
            "nightVal": (0, 7),
            "openDelay": (3, 10),
            "lightMode": _SWITCH,
            "lightVal": _SHARE,
            "dawnTime": (0, 1440),
            "darkTime": (0, 1440),
        },
    ),
    "/api/image/zoom-focus": Endpoint(
        line=5285,
        gate=Gate(flag="enableFocus"),
        ranges={"step": (1, 8), "apertureMode": _SWITCH, "apertureVal": _SHARE, "focusModel": _SWITCH},
    ),
    "/api/image/ptz-config": Endpoint(line=5394, gate=Gate(flag="enablePtzConfig"), ranges={"addr": _BYTE}),
    "/api/image/ptz-ctrl": Endpoint(line=5523, get=more.get_ptz, set=more.set_ptz, gate=Gate(flag="enablePtz")),
    "/api/image/ptz-cruise": Endpoint(
        line=5746,
        get=more.get_cruise,
        set=more.set_cruise,
        gate=Gate(flag="enablePtz", good=lambda value: value == 4),
        read_only=frozenset({"cruiseMin", "cruiseMax", "cruisePresetMin", "cruisePresetMax", "cruisePresetNum"}),
        transient=frozenset({"channel", "cruiseIdx"}),
        ranges={"enableCruise": _SWITCH, "presetDweelTime": (0, 3600)},
    ),
}
STORAGE: dict[str, Endpoint] = {
    "/api/storage/regular-record-property": Endpoint(
        line=5905, set=more.set_record, gate=_CARD, read_only=frozenset({"storageType"})
    ),
    "/api/storage/storage-property": Endpoint(
        line=6124,
        get=more.get_property,
        gate=_CARD,
        read_only=frozenset({"storageType"}),
        ranges={
            "lackSpaceModel": _SWITCH,
            "preRecordTime": (0, 7),
            "recordDelay": (0, 7),
            "videoStoragePercentage": _SHARE,
        },
    ),
    "/api/storage/snapshot": Endpoint(line=6246, gate=_CARD, ranges={"quality": (0, 2)}),
    "/api/storage/storage-info": Endpoint(line=6455, get=more.get_card, set=more.set_card, gate=_CARD, risky=True),
    "/api/storage/storage-option": Endpoint(line=6564, get=None, set=more.storage_option, gate=_CARD),
    "/api/storage/cloud": Endpoint(line=6608, gate=_CLOUD),
    "/api/storage/cloud-status": Endpoint(line=6681, set=None, gate=_CLOUD),
    "/api/storage/ipeye": Endpoint(line=6734, gate=Gate(flag="enableIpeye")),
}
EVENT: dict[str, Endpoint] = {
    "/api/event/motion": Endpoint(
        line=6810, ranges={"sensitivity": (0, 10), "recStreamType": (0, 2)}, read_only=frozenset({"delimitType"})
    ),
    "/api/event/alarm-schedule": Endpoint(
        line=6945,
        get=more.get_alarm,
        set=more.set_alarm,
        read_only=frozenset({"alarmType"}),
        ranges={"ioStatus": _SWITCH, "personFilterStatus": _SWITCH},
    ),
    "/api/event/video-cover": Endpoint(
        line=7090, gate=Gate(flag="enableVideoTamper"), ranges={"enable": _SWITCH, "sensitivity": _SHARE}
    ),
    "/api/event/alarm-out": Endpoint(
        line=7272,
        get=more.get_alarm_out,
        set=more.set_alarm_out,
        gate=Gate(flag="enableIo", good=lambda value: value == 1),
        ranges={"delayTime": (1, 7), "enableManualAlarm": _SWITCH},
    ),
    "/api/event/exception": Endpoint(
        line=7406, get=more.get_exception, set=more.set_exception, read_only=frozenset({"abnormalType"})
    ),
    "/api/event/alarm-scope": Endpoint(line=7512, set=None),
    "/api/event/roi": Endpoint(line=7595, gate=Gate(flag="enabelRoi"), ranges={"bgFrameRate": _BYTE}),
    "/api/event/face-detect": Endpoint(
        line=7794,
        gate=Gate(flag="enableFace"),
        read_only=frozenset({"modelVersion"}),
        ranges={"enable": _SWITCH, "minFaceSizes": (30, 300), "faceScore": _SHARE, "alarmTriggerMode": (0, 2)},
    ),
    "/api/event/intrusion": Endpoint(
        line=8048, gate=Gate(flag="enableRegionalIntrusionDetectionus"), ranges=_SENSITIVE
    ),
    "/api/event/line-crossing": Endpoint(line=8252, gate=Gate(flag="enableCrossBorderDetection"), ranges=_SENSITIVE),
    "/api/event/loitering": Endpoint(line=8480, gate=Gate(flag="enablePeopleStayDetection"), ranges=_SENSITIVE),
    "/api/event/people-gathering": Endpoint(
        line=8699, gate=Gate(flag="enablePeopleGatheringDetection"), ranges=_SENSITIVE
    ),
    "/api/event/smart-mode": Endpoint(
        line=8913,
        gate=Gate(flag="enableSmartModeHide", good=lambda value: value == 0),
        ranges={"smartMode": (0, 3), "face2FtpEn": _SWITCH, "audioAlarmEn": _SWITCH},
    ),
}
NEWER: dict[str, Endpoint] = {
    "/api/image/image-param": Endpoint(line=0, get=more.get_image_param, set=more.set_image_param),
    "/api/picture/snapshot": Endpoint(line=0, get=do.picture, set=None),
    "/api/network/alarm-server": Endpoint(line=0),
    "/api/event/illegal-parking": Endpoint(line=0, ranges=_SENSITIVE),
    "/api/event/license-plate": Endpoint(line=0, ranges={"sensitivity": _SHARE}),
}

DOCUMENTED: dict[str, Endpoint] = {
    path: endpoint
    for table in (SESSION, SYSTEM, NETWORK, VIDEO, IMAGE, STORAGE, EVENT)
    for path, endpoint in table.items()
    if "login-capabilities" not in path
}
ENDPOINTS: dict[str, Endpoint] = SESSION | DOCUMENTED | NEWER


def gated(endpoint: Endpoint, capabilities: Capabilities) -> bool:
    """Whether the model has what the path is for."""
    return endpoint.gate is None or endpoint.gate.open(capabilities)
