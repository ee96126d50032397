"""Cameras whose dialect is JSON over POST with a session cookie (002_bc686381a93c0ce3.txt)."""

from ...driver import Family
from .driver import HerospeedDriver
from .recognise import recognises

FAMILY = Family(name="herospeed", probe=recognises, connect=HerospeedDriver)
