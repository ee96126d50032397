"""Set-up, discovery, reauthentication, reconfiguration and options of a device."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from math import ceil
from typing import Any, Final, override

from aiohttp import ClientSession
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_SSL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.util import dt as dt_util

from .const import (
    CONF_FAMILY,
    CONF_LICENCE_KEY,
    CONF_UID,
    CONF_UID_SOURCE,
    DOMAIN,
    FAMILY_AUTO,
    LOGGER,
)
from .errors import flow_error
from .flow_discovery import Discovered, from_dhcp, from_ssdp, from_zeroconf, known_entries, moved
from .flow_forms import key_form, reauth_form, reconfigure_form, user_form
from .flow_input import DEFAULT_PORTS, InvalidHostError, normalized, without_secrets
from .flow_options import IpSurveillanceOptionsFlow
from .identity import known_as, may_be, new_identity
from .protocol.driver import Access, Identity
from .protocol.errors import (
    LOCK_TIME,
    AccountLocked,
    BadAnswer,
    CannotConnect,
    DeviceError,
    KeyNeeded,
    NotSupported,
    TimedOut,
    TlsError,
)
from .protocol.registry import FAMILIES
from .protocol.transport.auth import Login
from .protocol.transport.http import HttpTransport, device_url

_ADDRESS: Final = (CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL)
"""What changes when a device moves."""
_CREDENTIALS: Final = (CONF_USERNAME, CONF_PASSWORD)
type Submit = Callable[[dict[str, Any]], Awaitable[ConfigFlowResult]]


class IpSurveillanceFlow(ConfigFlow, domain=DOMAIN):
    """Ask where the device is, log in once per submission, and tell precisely what stands in the way."""

    VERSION = 1

    def __init__(self) -> None:
        """Start with an empty form."""
        self.host = ""
        """Address at which the device was discovered."""
        self._shown: dict[str, Any] = {}
        self._errors: dict[str, str] = {}
        self._key_lacks = False
        self._asked: dict[str, Any] | None = None
        """What was typed before the licence key was asked for."""
        self._asking: Submit | None = None
        """The step that asked for it."""
        self._locked: dict[str, float] = {}
        """Loop time until which a host is left alone: a try during the lock would start it afresh."""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Make the flow for the user's preferences."""
        return IpSurveillanceOptionsFlow()

    # Set-up

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for everything; also the way of discoveries, with the host filled in."""
        if user_input is None or (found := await self._attempt(user_input)) is None:
            return self._again(self.async_step_user, user_input) or self._form("user", user_form(FAMILIES))
        data, identity = found
        if (unique_id := self._known_as(identity)) is None:
            if not identity.uid:
                # Nothing else tells that it is set up already while no device is behind it.
                self._async_abort_entries_match({CONF_HOST: data[CONF_HOST], CONF_PORT: data[CONF_PORT]})
            unique_id = new_identity(identity)
        await self.async_set_unique_id(unique_id, raise_on_progress=False)
        self._abort_if_unique_id_configured(updates={key: data[key] for key in _ADDRESS})
        self._abort_discoveries(data[CONF_HOST], identity.mac)
        return self.async_create_entry(title=identity.name or data[CONF_HOST], data={**data, CONF_UID: unique_id})

    def _known_as(self, identity: Identity) -> str | None:
        """The unique id that the device was set up under."""
        return known_as(self.hass, self._async_current_entries(), identity)

    @callback
    def _abort_discoveries(self, host: str, mac: str | None) -> None:
        """End what discoveries still offer of the device that is set up now."""
        keys = {format_mac(mac)} if mac else set[str]()
        for flow in self._async_in_progress(include_uninitialized=True):
            context = flow["context"]
            place = context.get("title_placeholders", {}).get(CONF_HOST)
            if place == host or context.get("unique_id") in keys:
                self.hass.config_entries.flow.async_abort(flow["flow_id"])

    # Discovery

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Take a MAC of a known maker, or a new address of a registered device."""
        return await self._discovered(from_dhcp(discovery_info))

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Take an announcement by mDNS."""
        return await self._discovered(from_zeroconf(discovery_info))

    @override
    async def async_step_ssdp(self, discovery_info: SsdpServiceInfo) -> ConfigFlowResult:
        """Take an announcement by UPnP."""
        if (found := from_ssdp(discovery_info)) is None:
            return self.async_abort(reason="no_address")
        return await self._discovered(found)

    async def _discovered(self, found: Discovered) -> ConfigFlowResult:
        """Offer a device once; of a known one only the address is taken over."""
        if known := known_entries(self.hass, self._async_current_entries(include_ignore=False), found):
            self._follow(known, found.host)
            raise AbortFlow("already_configured")
        self._async_abort_entries_match({CONF_HOST: found.host})
        await self.async_set_unique_id(found.key)
        self._abort_if_unique_id_configured()
        self.host = found.host
        if self.hass.config_entries.flow.async_has_matching_flow(self):
            raise AbortFlow("already_in_progress")
        self.context["title_placeholders"] = {"name": found.title, CONF_HOST: found.host}
        self._shown = without_secrets({CONF_HOST: found.host, CONF_PORT: found.port})
        return await self.async_step_user()

    @override
    def is_matching(self, other_flow: IpSurveillanceFlow) -> bool:
        """Tell whether two discoveries are of the same device."""
        return other_flow.host == self.host

    @callback
    def _follow(self, known: list[ConfigEntry], host: str) -> None:
        """Take over a new address, unless it is not clear whose it is."""
        entry = known[0]
        if len(known) == 1 and moved(entry, host):
            self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_HOST: host})
            self.hass.config_entries.async_schedule_reload(entry.entry_id)

    # Reauthentication and reconfiguration

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin when the device refuses what is stored."""
        self._shown = {CONF_USERNAME: entry_data.get(CONF_USERNAME, "")}
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the account only."""
        entry = self._get_reauth_entry()
        if user_input is None:
            # This flow stays until it succeeds; opening its dialog again is as deliberate a try as a new flow.
            self._locked.clear()
            self._errors = {}
        # The old password is known to be wrong: an empty field must not send it again.
        stored = {**entry.data, CONF_PASSWORD: ""}
        if user_input is None or (found := await self._attempt(user_input, stored)) is None:
            return self._again(self.async_step_reauth_confirm, user_input) or self._form(
                "reauth_confirm", reauth_form(), {"host": entry.data[CONF_HOST]}
            )
        return await self._update(entry, found)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and account; an empty password keeps the present one."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            self._shown = without_secrets(entry.data)
        if user_input is None or (found := await self._attempt(user_input, entry.data)) is None:
            return self._again(self.async_step_reconfigure, user_input) or self._form(
                "reconfigure", reconfigure_form(), {"name": entry.title}
            )
        return await self._update(entry, found)

    async def _update(self, entry: ConfigEntry, found: tuple[dict[str, Any], Identity]) -> ConfigFlowResult:
        """Store what works, if it is still the same device."""
        data, identity = found
        ours = may_be(self.hass, entry, identity.uid, identity.aliases)
        unique_id = entry.unique_id if ours else self._known_as(identity) or new_identity(identity)
        await self.async_set_unique_id(unique_id, raise_on_progress=False)
        self._abort_if_unique_id_mismatch(description_placeholders={"name": entry.title})
        keep: dict[str, Any] = {key: data[key] for key in (*_ADDRESS, *_CREDENTIALS, CONF_LICENCE_KEY) if key in data}
        return self.async_update_reload_and_abort(entry, data_updates=keep)

    # Licence key

    async def async_step_licence_key(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the key of a maker that wants one, and go on where that turned out."""
        if user_input is None or self._asking is None or self._asked is None:
            return self._form("licence_key", key_form())
        return await self._asking({**self._asked, CONF_LICENCE_KEY: user_input[CONF_LICENCE_KEY].strip()})

    def _again(self, asking: Submit, typed: dict[str, Any] | None) -> ConfigFlowResult | None:
        """Ask for the key where it is what lacked; None where something else did."""
        if typed is None or not self._key_lacks:
            return None
        if CONF_LICENCE_KEY not in typed:
            # Nobody did anything wrong so far.
            self._errors = {}
        self._asking, self._asked = asking, typed
        return self._form("licence_key", key_form())

    # What all of them share

    def _form(self, step: str, schema: Any, placeholders: Mapping[str, str] | None = None) -> ConfigFlowResult:
        """Show a form with all that was typed before, but for the password."""
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, self._shown),
            errors=self._errors,
            description_placeholders={"minutes": str(self._minutes()), **(placeholders or {})},
        )

    def _minutes(self) -> int:
        """Minutes until the host shown answers to logins again, 0 when it does now."""
        left = self._locked.get(self._shown.get(CONF_HOST, ""), 0.0) - self.hass.loop.time()
        return max(0, ceil(left / 60))

    async def _attempt(
        self, typed: Mapping[str, Any], stored: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], Identity] | None:
        """Log in once with what was typed; None with the reasons in `_errors` when that does not work."""
        self._errors = {}
        self._key_lacks = False
        self._shown = without_secrets(typed)
        try:
            data = _merged(typed, stored or {})
        except InvalidHostError:
            self._errors = {CONF_HOST: "invalid_host"}
            return None
        self._shown |= without_secrets({key: data[key] for key in (*_ADDRESS, CONF_USERNAME)})
        if missing := [key for key in _CREDENTIALS if not data[key]]:
            self._errors = dict.fromkeys(missing, "required")
        elif self._minutes():
            self._errors = {"base": "account_locked"}
        else:
            return await self._log_in(data)
        return None

    async def _log_in(self, data: dict[str, Any]) -> tuple[dict[str, Any], Identity] | None:
        """Find the family if it is not known, then use the password, once."""
        access = Access(
            **{key: data[key] for key in (*_ADDRESS, *_CREDENTIALS)},
            key=data.get(CONF_LICENCE_KEY, ""),
            zone=dt_util.get_default_time_zone(),
        )
        session = async_get_clientsession(self.hass, verify_ssl=access.verify_ssl)
        family = data[CONF_FAMILY]
        try:
            if family == FAMILY_AUTO:
                family = await _find_family(session, access)
            driver = FAMILIES[family].connect(session, access)
            try:
                identity = await driver.identify()
            finally:
                await driver.close()
        except DeviceError as err:
            LOGGER.debug("%s: %s %s %s", access.host, type(err).__name__, err.code, err.detail)
            await self._explain(err, access)
            return None
        found = {CONF_FAMILY: family, CONF_UID_SOURCE: identity.source}
        return {**data, **found}, identity

    async def _explain(self, err: DeviceError, access: Access) -> None:
        """Tell what stands in the way, and whether the TLS box is the cause."""
        if isinstance(err, AccountLocked):
            wait = LOCK_TIME if err.retry_after is None else err.retry_after
            self._locked[access.host] = self.hass.loop.time() + wait
        self._errors = {"base": flow_error(err)}
        self._key_lacks = isinstance(err, KeyNeeded)
        if self._shown.get(CONF_FAMILY, FAMILY_AUTO) != FAMILY_AUTO and await self._is_other(err, access):
            self._errors = {CONF_FAMILY: "other_protocol"}
        elif _may_be_mixed_up(err, access) and await self._answers_other_way(access):
            self._errors = {"base": "tls_error", CONF_SSL: "use_plain" if access.ssl else "use_tls"}

    async def _is_other(self, err: DeviceError, access: Access) -> bool:
        """Ask, without credentials, whether what does not speak the protocol chosen speaks another."""
        if not isinstance(err, (NotSupported, BadAnswer)):
            return False
        session = async_get_clientsession(self.hass, verify_ssl=access.verify_ssl)
        try:
            return await _find_family(session, access) != str(self._shown[CONF_FAMILY])
        except DeviceError:
            return False

    async def _answers_other_way(self, access: Access) -> bool:
        """Ask, without credentials, whether a known family answers with the TLS box the other way."""
        session = async_get_clientsession(self.hass, verify_ssl=False)
        try:
            await _find_family(session, replace(access, ssl=not access.ssl, verify_ssl=False))
        except DeviceError:
            return False
        return True


def _merged(typed: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Complete what was typed by what is stored: whole fields the form lacks, and credentials left empty."""
    new = normalized(typed) if CONF_HOST in typed else typed
    kept = dict.fromkeys(_CREDENTIALS, "") | dict(stored)
    return kept | {key: value for key, value in new.items() if value or key not in _CREDENTIALS}


async def _reach(session: ClientSession, access: Access) -> None:
    """Raise why nothing answers, before families are asked one by one; any answer at all is good."""
    base = device_url(access.host, access.port or DEFAULT_PORTS[access.ssl], tls=access.ssl)
    transport = HttpTransport(session, base, Login(None), verify_ssl=access.verify_ssl)
    try:
        await transport.request("GET", "/", check=False)
    except CannotConnect:
        raise
    except DeviceError as err:
        LOGGER.debug("%s answers, though with %s", access.host, type(err).__name__)


async def _find_family(session: ClientSession, access: Access) -> str:
    """Find the family that answers, without credentials; raises why none does."""
    anonymous = replace(access, username="", password="")
    await _reach(session, anonymous)
    failures: list[DeviceError] = []
    for family in FAMILIES.values():
        try:
            if await family.probe(session, anonymous):
                return family.name
        except DeviceError as err:
            failures.append(err)
    raise failures[0] if failures else NotSupported("no known family answers")


def _may_be_mixed_up(err: DeviceError, access: Access) -> bool:
    """Tell whether plain HTTP and HTTPS may be confused.

    Without a port given, the other scheme is at another port, where many devices answer too: its answer means
    something only if nothing answers at this one.
    """
    if isinstance(err, TimedOut):
        return False
    if access.port is not None:
        return isinstance(err, (CannotConnect, BadAnswer, NotSupported))
    return isinstance(err, CannotConnect) and not (isinstance(err, TlsError) and access.ssl)
