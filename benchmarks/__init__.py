"""Measurements that print ratios against something known, measured in the same run: `scripts/bench [name...]`."""

import logging

# Home Assistant tells at length, when it is imported, that a library is missing which only makes pictures smaller.
logging.getLogger("homeassistant.components.camera.img_util").setLevel(logging.CRITICAL)
