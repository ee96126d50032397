"""Names and intervals used in more than one place above the protocol package."""

from datetime import timedelta
import logging
from typing import Final

LOGGER: Final = logging.getLogger(__package__)

DOMAIN: Final = "ip_surveillance"

# Data of an entry: how to reach the device, and who it is. HOST, PORT, SSL, VERIFY_SSL, USERNAME and PASSWORD come
# from homeassistant.const.
CONF_FAMILY: Final = "family"
CONF_UID: Final = "uid"
CONF_UID_SOURCE: Final = "uid_source"
CONF_LICENCE_KEY: Final = "licence_key"
"""Key of a maker that wants one beside the password; absent for all others."""
CONF_RECEIVER: Final = "alarm_receiver"
"""Secret part of the address that alarms are sent to, and where they were sent before; absent where never wanted."""

FAMILY_AUTO: Final = "auto"

# Options of an entry: the user's preferences.
CONF_STREAMS: Final = "streams"
"""Numbers of the streams that get a camera entity enabled from the start, as text."""
CONF_RTSP_PORT: Final = "rtsp_port"
CONF_RTSP_PATH: Final = "rtsp_path"
"""Port to use instead of the one the device names; absent to ask the device."""
CONF_HOLD_TIME: Final = "hold_time"
"""Seconds a momentary detection stays on after its last report; absent for each detection's own."""
CONF_POLL_INTERVAL: Final = "poll_interval"
"""Seconds between polls while pushes arrive."""
# Not the "code" of homeassistant.const: codes that panels report go by that name, and this one is a secret.
CONF_CODE: Final = "alarm_code"
"""What Home Assistant asks for before it disarms; absent to ask for nothing."""
CONF_CODE_ARM_REQUIRED: Final = "code_arm_required"
"""Whether arming takes the code as well."""
CONF_REMOVE_CODE: Final = "remove_code"
"""Field of the form only: to have no code any more."""
CONF_METADATA: Final = "metadata"
"""Whether to read what cameras measure in their pictures, over a connection of its own for each."""
CONF_RECEIVE: Final = "receive_alarms"
"""Whether the device is set to send its alarms here by itself."""
CONF_SHOW_SILENT: Final = "show_silent"
"""Whether alarms that must stay unnoticed on the spot are shown."""

DEFAULT_STREAMS: Final = ("1",)
DEFAULT_POLL_INTERVAL: Final = 30
MIN_POLL_INTERVAL: Final = 10
MAX_POLL_INTERVAL: Final = 3600

LEAST_RETRY: Final = 10.0
"""Seconds after which a device that failed is asked again at the earliest."""
SETTINGS_INTERVAL: Final = timedelta(minutes=30)
TOPOLOGY_INTERVAL: Final = timedelta(hours=1)
