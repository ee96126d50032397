"""What people paste into the host field, and what discoveries say, in all their spellings."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ip_surveillance.flow_discovery import from_ssdp, from_zeroconf, moved
from custom_components.ip_surveillance.flow_input import (
    InvalidHostError,
    Pasted,
    normalized,
    parse_host,
    without_secrets,
)
from custom_components.ip_surveillance.protocol.transport.http import device_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.64", Pasted(host="192.0.2.64")),
        ("  192.0.2.64 ", Pasted(host="192.0.2.64")),
        ("192.0.2.64:8000", Pasted(host="192.0.2.64", port=8000)),
        ("Front-Door.Local", Pasted(host="front-door.local")),
        ("cam_1", Pasted(host="cam_1")),
        ("cam.local.", Pasted(host="cam.local.")),
        ("cam:", Pasted(host="cam")),
        ("cam/", Pasted(host="cam")),
        ("türe.local", Pasted(host="xn--tre-hoa.local")),
        ("http://cam", Pasted(host="cam", ssl=False)),
        ("HTTPS://cam:8443/doc/page/login.asp?_=1#x", Pasted(host="cam", port=8443, ssl=True)),
        ("http://cam/?next=http://other", Pasted(host="cam", ssl=False)),
        (
            "http://admin:p%40ss%2F1@192.0.2.64:81/",
            Pasted(host="192.0.2.64", port=81, ssl=False, username="admin", password="p@ss/1"),
        ),
        ("http://admin:a@b@cam", Pasted(host="cam", ssl=False, username="admin", password="a@b")),
        ("admin@cam", Pasted(host="cam", username="admin")),
        ("2001:db8::1", Pasted(host="2001:db8::1")),
        ("2001:DB8:0::1", Pasted(host="2001:db8::1")),
        ("[2001:db8::1]", Pasted(host="2001:db8::1")),
        ("[2001:db8::1]:8000", Pasted(host="2001:db8::1", port=8000)),
        ("fe80::1%eth0", Pasted(host="fe80::1%eth0")),
        ("fe80::1%25eth0", Pasted(host="fe80::1%eth0")),
        ("http://[fe80::1%25eth0]:81/", Pasted(host="fe80::1%eth0", port=81, ssl=False)),
    ],
)
def test_host_in_every_form(text: str, expected: Pasted) -> None:
    assert parse_host(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "http://",
        "http://admin:pw@",
        "rtsp://cam",
        "two words",
        "-cam",
        "cam-",
        "cam..local",
        "x" * 64,
        ".".join(["x" * 60] * 5),
        "192.0.2",
        "192.0.2.256",
        "1",
        "cam:0",
        "cam:65536",
        "cam:999999",
        "cam:http",
        "cam:-1",
        "cam:²",
        "[2001:db8::1",
        "[2001:db8::1]81",
        "[cam]:x",
        "2001:db8::g",
        "1:2:3",
        "cam\x00",
    ],
)
def test_no_host(text: str) -> None:
    with pytest.raises(InvalidHostError):
        parse_host(text)


@given(st.text())
def test_any_text_is_a_host_or_refused(text: str) -> None:
    """Nothing but the one exception comes out; what is taken is taken again unchanged and makes an address."""
    try:
        host = parse_host(text).host
    except InvalidHostError:
        return
    assert parse_host(host).host == host
    assert device_url(host, 80, tls=False).raw_host


def test_zone_survives_in_the_address() -> None:
    assert device_url(parse_host("[fe80::1%25eth0]").host, 80, tls=False).raw_host == "fe80::1%eth0"


@given(st.ip_addresses(), st.integers(1, 65535) | st.none(), st.sampled_from(["", "http://", "HTTPS://u:p@"]))
def test_every_address_in_every_dress(address: IPv4Address | IPv6Address, port: int | None, scheme: str) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    pasted = parse_host(f"{scheme}{host}{f':{port}' if port else ''}/")
    assert (pasted.host, pasted.port) == (str(address), port)


def form(**changes: Any) -> dict[str, Any]:
    return {"host": "cam", "ssl": False, "verify_ssl": False, "username": "", "password": "", **changes}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (form(), {"host": "cam", "port": None, "ssl": False}),
        (form(port=80), {"port": None}),
        (form(port=443), {"port": 443}),
        (form(port=443, ssl=True), {"port": None, "ssl": True}),
        (form(host="cam:80"), {"port": None}),
        (form(host="cam:81", port=82), {"port": 82}),
        (form(host="https://cam"), {"port": None, "ssl": True}),
        (form(host="http://cam", ssl=True), {"port": None, "ssl": True}),
        (form(host="http://u:p@cam"), {"host": "cam", "username": "u", "password": "p"}),
        (form(host="http://u:p@cam", username=" v ", password=" q "), {"username": "v", "password": " q "}),
    ],
)
def test_fields_win_over_what_was_pasted(typed: dict[str, Any], expected: dict[str, Any]) -> None:
    assert expected.items() <= normalized(typed).items()


def test_form_shown_again_has_no_secrets() -> None:
    shown = without_secrets(form(host="http://admin:hunter2@nowhere at all/", password="hunter2", port=None))
    assert shown == {"host": "nowhere at all/", "ssl": False, "verify_ssl": False, "username": ""}


def test_pasted_password_is_not_in_its_repr() -> None:
    assert "hunter2" not in repr(parse_host("http://admin:hunter2@cam"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("192.0.2.1", "192.0.2.2", True),
        ("192.0.2.1", "192.0.2.1", False),
        ("2001:db8::1", "2001:db8:0::1", False),
        ("192.0.2.1", "2001:db8::1", False),
        ("cam.local", "192.0.2.2", False),
    ],
)
def test_moved(old: str, new: str, expected: bool) -> None:
    assert moved(MockConfigEntry(data={"host": old}), new) is expected


def service(name: str, port: int | None, properties: dict[str, Any]) -> ZeroconfServiceInfo:
    address = ip_address("192.0.2.7")
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=port,
        hostname="cam.local.",
        type="_http._tcp.local.",
        name=name,
        properties=properties,
    )


def test_zeroconf_with_and_without_mac() -> None:
    plain = from_zeroconf(service("HIKVISION X1 - 123._http._tcp.local.", 80, {"mac": None}))
    assert (plain.host, plain.port, plain.key, plain.mac) == ("192.0.2.7", None, "hikvision x1 - 123", "")
    assert plain.title == "HIKVISION X1 - 123 (192.0.2.7)"
    known = from_zeroconf(service("x._psia._tcp.local.", 8080, {"macaddress": "AA-BB-CC-00-00-01"}))
    assert (known.port, known.key, known.mac) == (8080, "aa:bb:cc:00:00:01", "aa:bb:cc:00:00:01")


def description(location: str | None, **upnp: str) -> SsdpServiceInfo:
    return SsdpServiceInfo(ssdp_usn="uuid:1::x", ssdp_st="x", ssdp_udn="uuid:1", ssdp_location=location, upnp=upnp)


def test_ssdp_takes_the_port_of_the_pages() -> None:
    found = from_ssdp(
        description(
            "http://192.0.2.7:49152/desc.xml",
            presentationURL="http://192.0.2.7:8080/",
            serialNumber="X1-2024 ABC",
            friendlyName="Yard",
        )
    )
    assert found
    assert (found.host, found.port, found.key, found.title) == ("192.0.2.7", 8080, "x12024abc", "Yard (192.0.2.7)")


@pytest.mark.parametrize("page", ["", "not a url", "http://elsewhere:81", "https://192.0.2.7:8443", "http://192.0.2.7"])
def test_ssdp_without_a_usable_page(page: str) -> None:
    found = from_ssdp(description("http://192.0.2.7:49152/desc.xml", presentationURL=page))
    assert found
    assert (found.port, found.key, found.title) == (None, "uuid:1", "192.0.2.7")


@pytest.mark.parametrize("location", [None, "", "nonsense", "http://[::1", "http://"])
def test_ssdp_without_an_address(location: str | None) -> None:
    assert from_ssdp(description(location)) is None
