"""How the flow picks among families, and what it makes of errors that no socket produces on demand."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.errors import (
    AccountLocked,
    AuthFailed,
    BadAnswer,
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    KeyNeeded,
    NotActivated,
    NotSupported,
    Rejected,
    TimedOut,
    TlsError,
)
from custom_components.ip_surveillance.runtime import access_of

from .fake import IDENTITY, FakeFamily, install
from .flows import reconfigure, start, submit, submitted, suggested

FORM = {"host": "192.0.2.7", "username": "admin", "password": "pw"}


@pytest.fixture(autouse=True)
def setup_of_entries() -> Iterator[None]:
    with patch(f"custom_components.{DOMAIN}.async_setup_entry", return_value=True):
        yield


@pytest.fixture(autouse=True)
def families(monkeypatch: pytest.MonkeyPatch) -> tuple[FakeFamily, FakeFamily]:
    fakes = FakeFamily(name="first", found=False), FakeFamily(name="second")
    install(monkeypatch, *fakes)
    return fakes


async def test_only_families_with_a_driver_are_offered(hass: HomeAssistant) -> None:
    schema = (await start(hass))["data_schema"]
    assert schema is not None
    assert schema.schema["family"].config["options"] == ["auto", "first", "second"]


async def test_auto_uses_the_password_with_the_family_found_only(
    hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily]
) -> None:
    first, second = families
    result = await submitted(hass, FORM)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        **FORM,
        "port": None,
        "ssl": False,
        "verify_ssl": False,
        "family": "second",
        "uid": IDENTITY.uid,
        "uid_source": IDENTITY.source,
    }
    assert [access.password for access in (*first.probed, *second.probed)] == ["", ""]
    assert [access.username for access in (*first.probed, *second.probed)] == ["", ""]
    assert not first.used
    assert len(second.used) == second.closed == 1


async def test_named_family_is_not_probed(hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily]) -> None:
    first, second = families
    result = await submitted(hass, {**FORM, "family": "first"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["family"] == "first"
    assert not first.probed
    assert not second.probed
    assert not second.used


async def test_device_without_a_name(hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily]) -> None:
    families[1].who = type(IDENTITY)(uid="x", source="mac", name="")
    result = await submitted(hass, FORM)
    assert result["title"] == FORM["host"]


async def test_one_family_fails_to_probe_and_the_other_answers(
    hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily]
) -> None:
    families[0].found = BadAnswer("html")
    assert (await submitted(hass, FORM))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (False, False, "unsupported_device"),
        (CannotConnect(), CannotConnect(), "cannot_connect"),
        (TimedOut(), TimedOut(), "cannot_connect"),
        (Busy(), False, "device_busy"),
        (TlsError(), TlsError(), "tls_error"),
    ],
)
async def test_no_family_answers(
    hass: HomeAssistant,
    families: tuple[FakeFamily, FakeFamily],
    first: bool | DeviceError,
    second: bool | DeviceError,
    expected: str,
) -> None:
    families[0].found, families[1].found = first, second
    result = await submitted(hass, FORM)
    assert result["errors"] == {"base": expected}
    assert not families[0].used
    assert not families[1].used

    families[0].found = True
    assert (await submit(hass, result, FORM))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (CannotConnect(), "cannot_connect"),
        (TimedOut(), "cannot_connect"),
        (TlsError(), "tls_error"),
        (AuthFailed(), "invalid_auth"),
        (AccountLocked(retry_after=90.0), "account_locked"),
        (NotActivated(), "not_activated"),
        (Forbidden(), "insufficient_rights"),
        (NotSupported(), "unsupported_device"),
        (Rejected(), "unsupported_device"),
        (BadAnswer(), "unsupported_device"),
        (Busy(), "device_busy"),
        (DeviceError(), "unsupported_device"),
    ],
)
async def test_every_error_is_told_and_overcome(
    hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily], error: DeviceError, expected: str
) -> None:
    second = families[1]
    second.who = error
    result = await submitted(hass, FORM)
    assert result["errors"] == {"base": expected}
    assert len(second.used) == second.closed == 1

    second.who = IDENTITY
    other = {**FORM, "host": "192.0.2.8"}
    assert (await submit(hass, result, other))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("wait", "minutes"), [(None, "30"), (90.0, "2"), (0.0, "0")])
async def test_lock_time_is_told(
    hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily], wait: float | None, minutes: str
) -> None:
    families[1].who = AccountLocked(retry_after=wait)
    result = await submitted(hass, FORM)
    assert result["description_placeholders"] == {"minutes": minutes}


async def test_programming_error_is_not_hidden(hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily]) -> None:
    families[1].who = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await submitted(hass, FORM)
    assert families[1].closed == 1


@pytest.mark.parametrize(
    ("form", "error", "found", "hint"),
    [
        # Nothing at port 80, but HTTPS at 443.
        ({}, CannotConnect(), {"found_with_tls": True}, "use_tls"),
        # The device sends plain requests on to HTTPS.
        ({}, TlsError(code="https_only"), {"found_with_tls": True}, "use_tls"),
        ({"port": 8443}, BadAnswer(), {"found_with_tls": True}, "use_tls"),
        ({"port": 8000, "ssl": True}, TlsError(), {"found": True}, "use_plain"),
        ({"ssl": True}, CannotConnect(), {"found": True}, "use_plain"),
        # Bad certificate at 443: that HTTP answers at 80 is no reason to give up HTTPS.
        ({"ssl": True}, TlsError(), {"found": True}, None),
        # Something else answers at port 80: HTTPS at 443 says nothing about it.
        ({}, BadAnswer(), {"found_with_tls": True}, None),
        ({"port": 8443}, TimedOut(), {"found_with_tls": True}, None),
        ({"port": 8443}, AuthFailed(), {"found_with_tls": True}, None),
    ],
)
async def test_http_and_https_mixed_up(
    hass: HomeAssistant,
    families: tuple[FakeFamily, FakeFamily],
    form: dict[str, Any],
    error: DeviceError,
    found: dict[str, bool],
    hint: str | None,
) -> None:
    first, second = families
    second.who = error
    first.found_with_tls = second.found_with_tls = first.found = second.found = False
    for name, value in found.items():
        setattr(second, name, value)
    result = await submitted(hass, {**FORM, **form, "family": "second"})
    assert result["errors"]
    assert result["errors"].get("ssl") == hint
    assert (result["errors"]["base"] == "tls_error") is (hint is not None or isinstance(error, TlsError))
    assert all(not access.password and not access.username for access in second.probed)
    assert len(second.used) == 1


async def test_a_licence_key_is_asked_for_only_where_it_lacks(
    hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily]
) -> None:
    asking = families[1]
    asking.who = KeyNeeded(code="licenceKey")
    result = await submitted(hass, FORM)
    assert result["step_id"] == "licence_key"
    assert not result["errors"], "nothing was wrong so far"
    result = await submit(hass, result, {"licence_key": "wrong"})
    assert (result["step_id"], result["errors"]) == ("licence_key", {"base": "key_needed"})
    assert "wrong" not in str(suggested(result))
    # The password may be what is wrong after all: then everything is asked for again, and the key after that.
    asking.who = AuthFailed()
    result = await submit(hass, result, {"licence_key": " KEY-1 "})
    assert (result["step_id"], result["errors"]) == ("user", {"base": "invalid_auth"})
    assert [access.key for access in asking.used] == ["", "wrong", "KEY-1"]
    asking.who = KeyNeeded()
    result = await submit(hass, result, FORM)
    assert (result["step_id"], result["errors"]) == ("licence_key", {})
    asking.who = IDENTITY
    result = await submit(hass, result, {"licence_key": "KEY-1"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["licence_key"] == "KEY-1"
    assert access_of(result["result"]).key == "KEY-1"
    assert "KEY-1" not in repr(access_of(result["result"]))


@pytest.mark.parametrize("way", ["reauth", "reconfigure"])
async def test_a_key_that_changed(hass: HomeAssistant, families: tuple[FakeFamily, FakeFamily], way: str) -> None:
    address = {"host": FORM["host"], "port": None, "ssl": False, "verify_ssl": False}
    data = {**FORM, **address, "family": "second", "uid": IDENTITY.uid, "uid_source": "serial", "licence_key": "old"}
    entry = MockConfigEntry(domain=DOMAIN, unique_id=IDENTITY.uid, data=data)
    entry.add_to_hass(hass)
    result = await (reconfigure(hass, entry) if way == "reconfigure" else entry.start_reauth_flow(hass))
    families[1].who = KeyNeeded()
    form = {key: FORM[key] for key in (("username", "password") if way == "reauth" else FORM)}
    result = await submit(hass, result, form)
    assert result["step_id"] == "licence_key"
    families[1].who = IDENTITY
    result = await submit(hass, result, {"licence_key": "new"})
    assert result["type"] is FlowResultType.ABORT
    assert [access.key for access in families[1].used] == ["old", "new"]
    assert entry.data["licence_key"] == "new"
