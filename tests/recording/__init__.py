"""Recording a real device: what the driver asks it, redacted, as the simulator plays it: `scripts/record`."""

import logging

# Home Assistant tells at length, when it is imported, that a library is missing which only makes pictures smaller.
logging.getLogger("homeassistant.components.camera.img_util").setLevel(logging.CRITICAL)
