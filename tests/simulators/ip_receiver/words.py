"""Words of the receiver's documents: detector types, zone types, code texts and the sources of devices."""

# Detector type -> what its zone reports beside the common fields (Table A-23).
DETECTORS: dict[str, str] = {
    "panicButton": "",
    "magneticContact": "magnet",
    "smokeDetector": "smoke",
    "activeInfraredDetector": "",
    "passiveInfraredDetector": "",
    "glassBreakDetector": "",
    "vibrationDetector": "",
    "dualTechnologyPirDetector": "",
    "tripleTechnologyPirDetector": "camera",
    "humidityDetector": "humidity",
    "temperatureDetector": "heat",
    "combustibleGasDetector": "",
    "dynamicSwitch": "",
    "controlSwitch": "",
    "smartLock": "",
    "waterDetector": "water",
    "displacementDetector": "",
    "singleInfraredDetector": "magnet",
    "singleZoneModule": "",
    "curtainInfraredDetector": "",
    "pircam": "",
    "slimMagneticContact": "magnet",
    "indoorDualTechnologyDetector": "",
    "magnetShockDetector": "shock",
    "waterLeakDetector": "water",
    "wirelessSmokeDetector": "smoke",
    "wirelessGlassBreakDetector": "",
    "wirelessTemperatureHumidityDetector": "humidity",
    "wirelessHeatDetector": "heat",
    "wirelessCODetector": "",
    "wirelessPIRCeilingDetector": "",
    "wirelessExternalMagnetDetector": "magnet",
    "wirelessPIRCurtainDetector": "",
    "wirelessDTAMCurtainDetector": "",
    "other": "",
}

# Zone type -> code of its alarm. The document names both lists but does not join them.
ALARM_CODES = {
    "Instant": 103,
    "Delay": 134,
    "Follow": 132,
    "Perimeter": 131,
    "Timeout": 126,
    "24hNoSound": 124,
    "24hSound": 133,
    "Emergency": 123,
    "Fire": 110,
    "Gas": 151,
    "Medical": 100,
}
# These watch whether armed or not.
ALWAYS = frozenset({"24hNoSound", "24hSound", "Emergency", "Fire", "Gas", "Medical"})
WATER_ALARM = 154

# Descriptions of the codes the panels send by themselves (Appendix D.1).
CODE_TEXTS = {
    "1100": "Medical Alarm",
    "1103": "Burglary Alarm",
    "1110": "Fire Alarm",
    "1121": "Duress",
    "1122": "Silent Panic Alarm",
    "1123": "Audible Panic Alarm",
    "1124": "24H Alarm",
    "1126": "Timeout Alarm",
    "1131": "Perimeter Alarm",
    "1132": "Interior Burglary Alarm",
    "1133": "24H Alarm",
    "1134": "Entry/Exit Alarm",
    "1137": "Device Tampered",
    "1151": "Gas Leakage Alarm",
    "1154": "Water Leakage Alarm",
    "1301": "AC Power Loss",
    "1302": "Low System Battery",
    "1380": "Detector Sensor Fault",
    "1401": "Disarming",
    "1406": "Alarm Clearing",
    "1409": "Keyswitch Zone Disarming",
    "1570": "Zone Bypassed",
    "1571": "Deactivated Temporarily",
    "1572": "Lid Deactivated",
    "1573": "Deactivated",
    "1602": "Periodic Report Test",
    "1822": "Arming Failed",
    "1914": "Wireless Detector Disconnected",
    "1987": "Notifications about the state of the lid are disabled",
    "3301": "AC Power Restored",
    "3302": "Low System Battery Restored",
    "3380": "Detector Sensor Fault Restored",
    "3401": "Away Arming",
    "3409": "Keyswitch Zone Arming",
    "3441": "Stay Arming",
    "3570": "Zone Bypass Restored",
    "3571": "Active Again",
    "3572": "Active Again",
    "3573": "Restored after auto deactivation",
    "3914": "Wireless Detector Connected",
    "3987": "Notifications about the state of the lid are enabled",
}

# Description each event carries (fields "eventDescription" of A.4 to A.35).
EVENT_TEXTS = {
    "cancelVoiceTalkEvent": "Two-way Audio Canceling Alarm",
    "CIDAlarm": "CID Alarm",
    "devicedeleted": "device deleted",
    "devStatusChanged": "device status about online or offline changed",
    "diskrecover": "diskrecover alarm",
    "diskerror": "diskerror alarm",
    "diskfull": "diskfull alarm",
    "heartBeat": "Heartbeat",
    "fallingDown": "People Falling Down Detection Event",
    "PIR": "PIR alarm",
    "videoReview": "video review",
    "hppConnectionStatusChanged": "IP Receiver Pro and Hik-Partner Pro connection state changed",
    "deviceKeyStateChanged": "Device key status changed",
    "deviceHPPNetworkChanged": "Device Network changed on Hik-Partner Pro",
    "requestVoiceTalkEvent": "Two-way Audio Request Alarm",
    "TMA": "Temperature Measurement Alarm",
    "TMPA": "Temperature Measurement Precautionary Alarm",
    "TDA": "Temperature Diff Alarm",
    "longTimeLeave": "Prolonged Bed Exit Alarm",
    "heartBeatAbnormal": "Irregular Heartbeat Alarm",
    "respireAbnormal": "Abnormal Respiratory Rate Alarm",
}

SOURCES = ("panel", "video", "third", "isup_panel", "isup_video", "access", "radar", "otap_panel", "speaker")
SOURCE = {word: number for number, word in enumerate(SOURCES)}
# Device source -> the coarser device type.
TYPE_OF_SOURCE = {0: 0, 1: 1, 2: 100, 3: 0, 4: 1, 5: 2, 6: 3, 7: 0, 8: 4}
CONNECTIONS = {"HPP": 1, "Dual-Connection": 2, "ISUP": 3, "OTAP": 4}


def code_text(code: str) -> str:
    """Return the description of a code."""
    if code in CODE_TEXTS:
        return CODE_TEXTS[code]
    partner = CODE_TEXTS.get(f"1{code[1:]}")
    return f"{partner} Restored" if partner and code.startswith("3") else "alarm"
