"""Receivers of alarm stations: one host and one account that front many panels, cameras and door stations."""

from ...driver import Family
from .driver import ReceiverDriver
from .recognise import recognises

FAMILY = Family(name="ip_receiver", probe=recognises, connect=ReceiverDriver)
