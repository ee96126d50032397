"""All families this integration speaks; the only list of them."""

from collections.abc import Mapping

from .driver import Family
from .drivers.herospeed import FAMILY as HEROSPEED
from .drivers.ip_receiver import FAMILY as IP_RECEIVER
from .drivers.isapi import FAMILY as ISAPI
from .drivers.sunell_cgi import FAMILY as SUNELL_CGI

FAMILIES: Mapping[str, Family] = {family.name: family for family in (ISAPI, IP_RECEIVER, SUNELL_CGI, HEROSPEED)}
"""In the order in which they are tried when the family is to be found out."""
