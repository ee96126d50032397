"""Hikvision's open dialect over HTTP: cameras and recorders, also of makers that sell them under their own name."""

from ...driver import Family
from .driver import IsapiDriver
from .recognise import recognises

FAMILY = Family(name="isapi", probe=recognises, connect=IsapiDriver)
