"""Clocks that know no zone stand in that of the user, wherever the program itself runs."""

from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import pytest

from custom_components.ip_surveillance.protocol.driver import Access
from custom_components.ip_surveillance.protocol.drivers.herospeed import clocks
from custom_components.ip_surveillance.protocol.drivers.sunell_cgi import clock
from custom_components.ip_surveillance.runtime import access_of
from tests.ha.fake_driver import fake_entry


async def test_a_driver_is_told_the_zone_of_home_assistant(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Asia/Tokyo")
    assert access_of(fake_entry()).zone == ZoneInfo("Asia/Tokyo")
    assert Access(host="127.0.0.1").zone is None


@pytest.mark.parametrize(("zone", "ahead"), [("Asia/Tokyo", 9.0), ("UTC", 0.0), ("Asia/Kolkata", 5.5)])
def test_local_time_is_that_of_the_zone(zone: str, ahead: float) -> None:
    aware = clocks.local_now(ZoneInfo(zone))
    offset = aware.utcoffset()
    assert offset is not None
    assert offset.total_seconds() == ahead * 3600
    bare = clock.local_now(ZoneInfo(zone))
    assert bare.tzinfo is None
    assert abs((bare - aware.replace(tzinfo=None)).total_seconds()) < 60
