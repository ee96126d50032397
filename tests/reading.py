"""Reading settings at once that a driver yields document by document."""

from collections.abc import Mapping, Set as AbstractSet

from custom_components.ip_surveillance.protocol.driver import Driver
from custom_components.ip_surveillance.protocol.model.parts import PartRef, SettingValue
from custom_components.ip_surveillance.protocol.model.setting_words import SettingKey
from custom_components.ip_surveillance.protocol.model.state import SettingOf


async def settings_of(
    driver: Driver, wanted: AbstractSet[SettingOf]
) -> Mapping[tuple[PartRef, SettingKey], SettingValue | None]:
    """Read settings; no document is yielded twice."""
    values: dict[tuple[PartRef, SettingKey], SettingValue | None] = {}
    async for polled in driver.read_settings(wanted):
        assert values.keys().isdisjoint(polled.settings)
        values |= polled.settings
    return values
