"""Objects of chapters 7.4 (video), 7.5 (image) and 7.6 (storage) as the document's examples show them."""

from .status import Json


def _sizes(name: str, *rows: tuple[int, int, int, int]) -> Json:
    """Resolutions of one codec: width, height, highest frame rate, fitting bit rate (l.4029-4057)."""
    return [
        {
            name: 0,
            "width": width,
            "height": height,
            "suitableFrameRate": rate,
            "suitableBitRate": bits,
            "maxFrameRate": rate,
        }
        for width, height, rate, bits in rows
    ]


_MAIN = (
    (2592, 1944, 20, 6144),
    (2560, 1920, 20, 6144),
    (2592, 1536, 25, 6144),
    (2560, 1440, 25, 6144),
    (1920, 1080, 25, 4096),
    (1280, 720, 25, 2048),
)


def _codec(*rows: tuple[int, int, int, int], name: str = "encodingType") -> Json:
    return {"resolutionCnt": len(rows), "encodeType": 0, "resolutionList": _sizes(name, *rows)}


_SCOPE: Json = [
    [
        {
            "encodeScope": 7,
            "h264Attr": _codec(*_MAIN, name="encodeType"),
            # A count in quotes and another name for the codec, in this one place (l.4056).
            "h265Attr": {
                "resolutionCnt": "6",
                "encodingType": "0",
                "resolutionList": _sizes("encodeType", *_MAIN),
            },
            "mjpegAttr": _codec((1920, 1080, 15, 10240)),
        },
        {
            "encodeScope": 7,
            "encodeBiterateMin": 64,
            "encodeBiterateMax": 12000,
            "h264Attr": _codec((720, 576, 20, 1024)),
            "h265Attr": _codec((720, 576, 20, 512)),
            "mjpegAttr": _codec((720, 576, 15, 2560)),
        },
        {
            "encodeScope": 7,
            "h264Attr": _codec((352, 288, 15, 512)),
            "h265Attr": _codec((352, 288, 20, 128)),
            "mjpegAttr": _codec((352, 288, 15, 1024)),
        },
    ]
]


def _stream(width: int, height: int, bits: int) -> Json:
    return {
        "encodeType": 1,
        "quality": 0,
        "streamType": 0,
        "profile": 1,
        "width": width,
        "height": height,
        "frameRate": 25,
        "bitRate": bits,
        "keyFrameInterval": 75,
        "bitrateType": 0,
        "videoType": 1,
        "enableSmartEnc": 1,
        "isSupport": 0,
    }


VIDEO: dict[str, Json] = {
    "/api/video/video-encode-scope": _SCOPE,  # l.4020
    "/api/video/video-encode": {  # l.4248
        "streamEncode": [_stream(2560, 1440, 2048), _stream(1280, 720, 512), _stream(1280, 720, 1024)]
    },
    "/api/video/audio": {  # l.4454
        "enable": True,
        "outputVolume": 50,
        "inputVolume": 50,
        "inputModel": 0,
        "outputModel": 0,
    },
    "/api/video/audio-encode": [  # l.4533
        {"property": {"encodeType": 16, "sampleRate": 0, "bitWidth": 0, "soundMode": 0}}
    ],
    "/api/video/watermark": [{"channel": number, "enable": True, "markText": ""} for number in range(4)],  # l.4632
    "/api/video/audio-alarm": {"enable": True, "audioLanguage": 0, "selAudioType": 0, "playDelayTime": 5},  # l.4748
}

IMAGE: dict[str, Json] = {
    "/api/image/image": {  # l.4854
        "streamType": 1,
        "brightness": 128,
        "contrast": 128,
        "saturation": 128,
        "hue": 128,
        "enableGainCtrl": 1,
        "gainCtrl": 128,
        "gainRCtrl": 128,
        "gainGCtrl": 128,
        "gainBCtrl": 128,
        "whiteBalance": 0,
        "enableBackLight": 0,
        "backLightStrength": 0,
        "exposureCtrl": 0,
        "enableWideDynamic": 0,
        "wideDynamicLevel": 0,
        "enableFlickerCtrl": 0,
        "flickerCtrlModel": 0,
        "dnrModel": 0,
        "dnr2DStrength": 32,
        "dnr3DStrength": 32,
        "enableDefog": 0,
        "defogStrength": 0,
        "enableStrongLightInh": 0,
        "strongLightInhibitionStreangth": 0,
        "darkAreaAscension": 0,
        "enableHdr": 0,
        "sceneMode": 0,
        "enableElectronicAntiShake": 0,
        "enableLdc": 1,
        "ldcStrength": 171,
    },
    "/api/image/osd": {  # l.5062
        "mirrorMode": 0,
        "electronicShutter": 0,
        "enableIrLed": 0,
        "ircutMode": 0,
        "ircutSwitchTime": 3,
        "ircutSensitivity": 0,
        "visiable": 0,
        "postion": 0,
        "dateVisiable": 1,
        "dateFormat": 2,
        "nameVisiable": 0,
        "text": "",
        "rotateAngle": 0,
    },
    "/api/image/fill-light": {  # l.5185
        "dayNightMode": 0,
        "fillMode": 0,
        "keepFullColor": 0,
        "nightVal": 3,
        "openDelay": 3,
        "dawnTime": 390,
        "darkTime": 1080,
        "lightMode": 0,
        "lightVal": 100,
        "realTimeVal": 11,
        "dayVal": 21,
        "closeDelay": 3,
    },
    "/api/image/zoom-focus": {  # l.5304
        "step": 4,
        "apertureMode": 0,
        "apertureVal": 0,
        "focusModel": 0,
        "enableDayNightFilter": 0,
    },
    "/api/image/ptz-config": {  # l.5411
        "serial": {
            "protocol": 0,
            "addr": 1,
            "addrMin": 0,
            "addrMax": 255,
            "databit": 8,
            "databitList": [6, 7, 8],
            "stopbit": 1,
            "stopbitList": [1, 2],
            "checkType": 0,
            "checkTypeList": [0, 1, 2],
            "baudrate": 2400,
            "baudrateList": [
                110,
                300,
                600,
                1200,
                2400,
                4800,
                9600,
                19200,
                38400,
                57600,
                115200,
                230400,
                460800,
                921600,
            ],
        }
    },
}

_DAY = [[0, 1440, 0], *([0, 0, 0] for _ in range(5))]

STORAGE: dict[str, Json] = {
    "/api/storage/regular-record-property": {  # l.5922
        "videoRecord": {
            "enable": 1,
            "storageType": 0,
            "videoStreamType": 0,
            "audioStreamType": 0,
            "validWeek": 0,
            "duration": 0,
        },
        "weekScop": {
            "scopeModel": 0,
            "dayScope": [{"socpeMode": 3, "hourScope": [[] for _ in range(6)]} for _ in range(7)],
        },
    },
    "/api/storage/storage-property": {  # l.6144; asked with type 4, answered with type 2
        "storageType": 2,
        "packingModel": 0,
        "lackSpaceModel": 1,
        "preRecordTime": 1,
        "recordDelay": 1,
        "videoStoragePercentage": 81,
        "packingValue": {"packingTime": 60},
    },
    "/api/storage/snapshot": {  # l.6263
        "quality": 0,
        "eventCapture": {
            "enable": True,
            "pictureCodecType": 3,
            "pictureResolution": 1,
            "captureInterval": 10,
            "captureNumber": 1,
        },
        "timerCapture": {"enable": True, "captureIntervalSec": 0},
        "weekScop": {"scopeModel": 0, "dayScope": [[list(row) for row in _DAY] for _ in range(7)]},
    },
    "/api/storage/cloud": {"bindType": 0, "website": "", "verificationCode": ""},  # l.6627
    "/api/storage/cloud-status": {  # l.6698
        "bindType": 0,
        "bindStatus": 0,
        "username": "",
        "totalSize": "",
        "usedSize": "",
    },
    "/api/storage/ipeye": {"enable": False, "url": "http://172.18.193.180:8282"},  # l.6751
}
