"""Facts of the document as tables: where a type is answered, what selects an instance, ranges, steering keys."""


# Type -> programs that answer a get and take a set, where that is not param for both. The document's URL and its
# example name different programs (l.4679 and l.4685, l.3399, l.4879 and l.4885, l.8060 and l.8066, l.29149 ...).
def words(text: str) -> tuple[str, ...]:
    """Return the words of a line."""
    return tuple(text.split())


type Programs = tuple[frozenset[str], frozenset[str]]


def _both(*names: str) -> Programs:
    return frozenset(names), frozenset(names)


def _split(get: str, put: str) -> Programs:
    return frozenset(get.split()), frozenset(put.split())


PARAM = _both("param")
_SENSOR = (
    "sensorMode sensorScheme imaging Defogging dayNight Exposure zoomFocus infraredLight SceneMode WBMode "
    "NoiseReduction EnhanceImage falseColor ffcCtrl whiteBalance RedBlueLamp sensorAbility ResetParameters sensorParam"
)
PROGRAMS: dict[str, Programs] = {
    **dict.fromkeys(words(_SENSOR), _both("sensor")),
    **dict.fromkeys(("WhiteLedManualControl", "WhiteLedAlarmParam", "IntelligentTracking"), _both("param", "sensor")),
    **dict.fromkeys(("syncTime", "BasicSettings", "securityParam", "timedRestart"), _both("param", "system")),
    **dict.fromkeys(("portMapping", "ipFilter", "HTTPS", "POE", "natPort"), _split("param", "param network")),
    **dict.fromkeys(("recordControl", "Nas"), _split("param", "param record")),
    "cmsConfigure": _split("param", "param network"),
    "OSD": _split("param", "param sensor"),
    "OSDInfo": _both("sensor", "param"),
    "cameraIO": _both("param", "alarm"),
    "fenceParam": _both("alarm"),
    "alarmCenterService": _split("alarm", "alarm network"),
    "timingRestart": _both("param", "operate"),
    "currentAlarmStatus": _both("alarm"),
    "WiperParam": _both("ptz"),
}
# Programs there are at all; any other is answered with -21.
KNOWN_PROGRAMS = frozenset(words("video record image alarm ptz param operate sensor audio upgrade system network"))

# Type as asked -> type of the page it belongs to (l.18994, l.29938, l.31123, l.1944).
SAME_PAGE = {
    "setStatisticsCfg": "getStatisticsCfg",
    "exposure": "Exposure",
    "RedBuleLamp": "RedBlueLamp",
    "deviceName": "deviceInfo",
    "PTZKeyboard": "PTZ Keyboard",
}

# Type -> parameter that selects one of several instances, besides the camera.
_SCHEMED = words(
    "imaging Defogging dayNight Exposure SceneMode NoiseReduction falseColor ffcCtrl whiteBalance"
)  # l.29513
SELECTORS: dict[str, str] = {
    **dict.fromkeys(_SCHEMED, "schemeID"),
    **dict.fromkeys(("AVStream", "snapshot", "ROI", "SVCStream"), "streamID"),
    **dict.fromkeys(("IOalarmLinkage", "diskAlarm"), "alarmInID"),
    "alarmOut": "alarmOutID",
    "OSDInfo": "OSDInfoID",
    "OSDCanvas": "canvasID",
    "networkAbnormalAlarm": "networkCardId",
    "protocolManagement": "protocolID",
}
# Keys with which a request says what it is about; none of them is stored.
ADDRESS = frozenset(
    words(
        "action type username password cameraid camearaid channelid schemeid schemaid streamid alarminid alarmoutid "
        "osdinfoid canvasid ptzid measureid diskid"
    )
)
CAMERA_KEYS = ("cameraid", "camearaid", "channelid")
SCHEME_KEYS = ("schemeid", "schemaid")
# Types that belong to the whole device: a camera number with them means nothing.
WHOLE = frozenset(
    words(
        "deviceInfo localNetwork ADSLNetwork devicePort timeZone timeZoneAbility NTP SMTP ftp SystemParam alarmOut "
        "IOalarmLinkage diskAlarm securityParam syncTime BasicSettings exceptionAlarm p2pStatus p2pParam protocolInfo "
        "recordDirInfo alarmCenterService alarmCenter AudioAbnormal networkAbnormalAlarm messagePush RedBlueLamp HTTPS "
        "POE natPort portMapping ipFilter SNMP SNMPSecurityLevelAbility QOS UPNP DDNS DDNSAbility PPPoE ieee8021X "
        "platformAccess bonjourService QRCode protocolSecurity protocolManagement cmsConfigure multicastParameters "
        "User UserPrivilege onlineUser privacy appVerification securityEmail securityQuestion timingRestart "
        "timedRestart recordControl Nas multiCamera multiCameraAbility"
    )
)

# Types about the thermal one of two cameras.
THERMAL = frozenset(
    words(
        "thermalAbility thermalMeasureMode thermalImagerConfigureParam environmentTemperature temperAlarmParam "
        "alarmDeploymentParam maskingArea falseColor ffcCtrl"
    )
)

# Type -> number of the analysis in getSupportIntelligences (l.14217-14249).
SMART: dict[str, int] = {
    **dict.fromkeys(("perimeterAbility", "perimeterParam"), 0),
    **dict.fromkeys(("smartMotionAbility", "smartMotionParam"), 1),
    **dict.fromkeys(("safetyHatAbility", "safetyHatParam"), 2),
    **dict.fromkeys(("safetyVestAbility", "safetyVestParam"), 3),
    "HeatMapParam": 6,
    **dict.fromkeys(("tripWireAbility", "tripWireParam"), 7),
    **dict.fromkeys(("multiTripWireAbility", "multiTripWireParam"), 8),
    "LoiteringParam": 9,
    **dict.fromkeys(("multiLoiteringAbility", "multiLoiteringParam"), 10),
    "objLeftParam": 11,
    "objMovedParam": 12,
    "abnormalSpeedParam": 13,
    **dict.fromkeys(("converseAbility", "converseParam"), 14),
    "noParkingParam": 15,
    "signalBadParam": 16,
    "fenceParam": 17,
    **dict.fromkeys(("enterAreaAbility", "enterAreaParam"), 20),
    **dict.fromkeys(("leaveAreaAbility", "leaveAreaParam"), 21),
    "IntelligentTracking": 22,
    **dict.fromkeys(("statisticAbility", "getStatisticsCfg", "statisticsInfo"), 23),
    **dict.fromkeys(("advanceAbility", "advanceParam"), 25),
    **dict.fromkeys(("smokeParamAbility", "smokeParam"), 28),
    **dict.fromkeys(("fireSmokeParamAbility", "fireSmokeParam"), 29),
    **dict.fromkeys(("smallFireParamAbility", "smallFireParam"), 30),
}

# Steering key -> stems of the lists it is about; its values: cover, add, remove, clean (l.3648, l.6028, l.7129).
STEERING: dict[str, tuple[str, ...]] = {
    "scheduletimeaction": ("weekday",),
    "areaparamaction": ("region", "blindareaparam", "area", "motiondetectionarea", "polygonarea"),
    "motiondetectionaction": ("motiondetectionarea",),
    "alarmlinkageparam": ("alarmlinkage",),
    "alarmptzaction": ("alarmptzaction",),
    "osdinfoaction": ("osdinfo",),
    "timeraction": ("timer",),
    "ipfilterparamaction": ("blacklist", "whitelist"),
    "appverificationaction": ("applist",),
}
# Lists whose records carry a number of their own: a record replaces the one with its number.
NUMBERED = {"area": "areaid", "ledcontrol": "id", "temperalarmparam": "areaid"}

# Name in a request -> name in the answer (l.29703, l.28637, l.3519, l.16745).
SPELLED = {
    "dnmode": "daynightmode",
    "cgipasswd1": "cgipassword1",
    "fontheigth": "frontheight",
    "frontheigth": "frontheight",
    "minloiteringtime": "minlefttime",
    "transldn": "transldn",
    "rgbmode": "wbmode",
}
# Documented keys an answer may lack until they are set: linkage flags, targets, modes of detections.
OPTIONAL = frozenset(
    words(
        "alarmout alarmout2 alarmrecord alarmrecordlinkchannel alarmsmtp alarmsmtplinkchannel alarmftp "
        "alarmftplinkchannel alarmsound alarmsoundtype alarmled alarmwhiteled triggerchannel presetmode draw "
        "uploaddetail targetsizeenablev2 maxtargetwidth maxtargetheight mintargetwidth mintargetheight mirrormode "
        "daytonighttime nighttodaytime antioverexposure ntpchecktimeunit datefmt timefmt offset alarmoutfrequency "
        "videoencoderlevel quality anropenflag recordtype"
    )
)
# Types answered as a list and set by flat fields: of the record named by diskId, else the first (l.2078, l.6118).
FLAT_SETS = frozenset(("localNetwork", "recordDirInfo", "PTZ"))
# Type -> commands carried by a set, done and not stored (l.30122-30429, l.14687, l.2613).
COMMANDS: dict[str, frozenset[str]] = {
    "zoomFocus": frozenset(words("focusonce zoomin zoomout nearfocus farfocus duration dnfocusswitch autofocus init")),
    "ffcCtrl": frozenset(("shutteradjusttrigger", "backgroundadjusttrigger")),
}
# Types only read, or only written.
READ_ONLY = frozenset(("p2pStatus", "protocolInfo", "QRCode", "ADSLNetwork", "onlineUser", "thermalAbility"))
READ_ONLY_KEYS = frozenset(
    words("cavitytemoperature selfadaptiveenvironmenttemperature firmwarever natendport natportnum systemlanguage")
)
# Keys a set must carry.
REQUIRED: dict[str, tuple[str, ...]] = {
    "recordPolicy": ("streamid", "diskgroupid"),  # l.5939: both are required in a set
    "localNetwork": ("ipprotover", "netcardid"),
}

# Ranges of values by key; a value outside is refused with -8 (or -5002, l.11780).
_FLAGS = (
    "enableflag motiondetectionenableflag videolossenableflag cameraioenableflag daynightalarmenableflag draw alarmout "
    "alarmrecord alarmsmtp alarmftp alarmsound targettypeenable whiteledmanualmode redbluelampmode tonearmenableflag "
    "audiooutputenable recordopenflag wdr hlc blc antishake defog defoggingswitch 2dnr 3dnr corridormode "
    "exalarmenableflag streamencoderflag uploaddetail inverseflag twelvehoursflag weekflag timingenable "
    "networkalarmenable messagepushenable"
)
LIMITS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(words(_FLAGS), (0, 1)),
    **dict.fromkeys(
        words(
            "brightness saturation sharpness contrast volume audiooutputvolume defoggingstrength wdrvalue hlcvalue "
            "blcvalue defogvalue infraredintensity whiteintensity far near middle 2dnrmaxstrength 3dnrmaxstrength "
            "2dnrfixedstrength 3dnrfixedstrength reliability risesensitivity dropsensitivity daynightsensitivity"
        ),
        (0, 100),
    ),
    "daynightmode": (0, 3),
    "lightmode": (0, 3),
    "infrared": (1, 2),
    "white": (1, 2),
    "mirrormode": (0, 3),
    "delay": (0, 180),
    "alarminterval": (1, 86400),
    "falsecolormodel": (0, 16),
    "temperaturebarenable": (1, 2),
    "targettype": (0, 2),
    "tracktype": (1, 3),
    "risethreshold": (1, 100),
    "dropthreshold": (1, 100),
    "calibrate": (1, 30),
    "magnify": (1, 30),
    "whiteledmanualduration": (0, 86400),
    "savedays": (0, 365),
    "quality": (1, 9),
    "videoencodertype": (1, 8),
    "timezone": (0, 300),
    "mounttype": (0, 2),
    "dewarpmode": (0, 13),
    "videomode": (0, 1),
    "displaymode": (0, 8),
    "httpsenable": (0, 1),
}
# Ranges that differ by type.
TYPED_LIMITS: dict[str, dict[str, tuple[float, float]]] = {
    "motionAlarm": {"sensitivity": (0, 10), "alarminterval": (1, 1800)},
    "smallFireParam": {"sensitivity": (1, 100)},
    "fenceParam": {"sensitivity": (1, 5)},
}
# Texts: characters no value may hold (l.1974, l.3706).
FORBIDDEN = frozenset("<>%&\\\"/,';=|+")
NAMES = frozenset(("devicename", "cameraname", "alarmoutname", "sourcename", "streamname", "blindareaname"))
# One of these at a time (l.30833).
EXCLUSIVE: dict[str, tuple[str, ...]] = {"EnhanceImage": ("wdr", "hlc", "blc")}
