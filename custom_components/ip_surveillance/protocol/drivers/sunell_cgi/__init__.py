"""The text protocol of Sunell's cameras and recorders, also of makers that sell them under their own name."""

from ...driver import Family
from .driver import SunellDriver
from .recognise import recognises

FAMILY = Family(name="sunell_cgi", probe=recognises, connect=SunellDriver)
