"""The list of devices behind a receiver."""

from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ip_surveillance.protocol.drivers.ip_receiver.devices import (
    ACTIVATIONS,
    CONNECTIONS,
    OFFLINE_REASONS,
    DeviceKind,
    DeviceRow,
    channel_part,
    device_of,
    device_part,
    device_values,
    normal,
    read_devices,
)
from custom_components.ip_surveillance.protocol.hikvision.panel_parts import TROUBLES, PanelDocs, panel_parts
from custom_components.ip_surveillance.protocol.hikvision.partitions import Partition
from custom_components.ip_surveillance.protocol.model.detections import Detection
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef, Placement
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading

INDEX = "2CD6716D-767F-4756-AC55-50276A5E3B4A"
PLAIN = "2cd6716d767f4756ac5550276a5e3b4a"
PART = PartRef(INDEX, PartKind.DEVICE)
SECRET = "sesame-open-up"

FULL: dict[str, Any] = {
    "devIndex": INDEX,
    "accountID": "4711",
    "devName": "House",
    "devSerial": "Q12-345 678",
    "devMode": "DS-PWA96",
    "devVersion": "V1.2.9",
    "activeStatus": "active",
    "siteInfo": {"siteID": "s1", "siteName": "Home"},
    "ISUP": {"deviceID": "i1", "deviceKey": SECRET},
    "OTAP": {"deviceID": "o1", "deviceKey": SECRET},
    "streamKey": SECRET,
    "devSource": 0,
    "devType": "0",
    "connectionMode": 1,
    "devStatus": "online",
    "onlineType": 0,
    "offlineHint": 2,
    "isNeedUpgrade": 1,
    "remark": "Back door",
    "pluginEnable": "true",
    "pluginType": "2",
    "deviceIDPriority": "deviceNo",
}


def row(**fields: Any) -> DeviceRow:
    (found,) = read_devices({"SearchResult": {"MatchList": [{"Device": {"devIndex": INDEX, **fields}}]}}).rows
    return found


def readings(found: DeviceRow) -> dict[str, object]:
    return {reading.key: value for (_, reading), value in device_values(found).readings.items()}


def test_all_columns_but_secrets() -> None:
    found = row(**FULL)
    assert found == DeviceRow(
        index=INDEX,
        account="4711",
        name="House",
        serial="Q12-345 678",
        model="DS-PWA96",
        version="V1.2.9",
        activation="active",
        site_id="s1",
        site="Home",
        isup_id="i1",
        otap_id="o1",
        source=0,
        type=0,
        connection=1,
        status="online",
        online_type=0,
        offline_hint=2,
        upgrade=True,
        remark="Back door",
        plugin=True,
        plugin_type=2,
        by_device_number=True,
    )
    assert SECRET not in repr((found, device_of(found), device_part(found), device_values(found)))


def test_pages() -> None:
    page = read_devices(
        {
            "SearchResult": {
                "numOfMatches": 4,
                "totalMatches": "100",
                "MatchList": [
                    {"Device": {"devIndex": INDEX, "devName": "first"}},
                    {"Device": {"devIndex": PLAIN, "devName": "the same"}},
                    {"Device": {"devName": "no index"}},
                    {"Device": {"devIndex": " - "}},
                    {"Device": {"devIndex": "b"}},
                ],
            }
        }
    )
    assert [each.name for each in page.rows] == ["first", None]
    assert (page.total, page.received) == (100, 5)
    empty = read_devices({"SearchResult": {"totalMatches": 0}})
    assert (empty.rows, empty.total, empty.received) == ((), 0, 0)
    assert read_devices({}).total is None


def test_indexes_are_compared_without_case_and_hyphens() -> None:
    assert normal(INDEX) == normal(f" {PLAIN}\n") == normal(PLAIN.upper()) == PLAIN
    assert normal(None) == normal({}) == ""
    assert row().uid == PLAIN


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"devSource": 0}, DeviceKind.PANEL),
        ({"devSource": 1}, DeviceKind.VIDEO),
        ({"devSource": 2}, DeviceKind.OTHER),
        ({"devSource": 3}, DeviceKind.PANEL),
        ({"devSource": "4"}, DeviceKind.VIDEO),
        ({"devSource": 5}, DeviceKind.ACCESS),
        ({"devSource": 6}, DeviceKind.RADAR),
        ({"devSource": 7}, DeviceKind.PANEL),
        ({"devSource": 8}, DeviceKind.SPEAKER),
        ({"devSource": 9}, DeviceKind.OTHER),
        ({}, DeviceKind.OTHER),
        ({"devSource": 2, "devType": 1}, DeviceKind.VIDEO),
        ({"devSource": 0, "devType": 2}, DeviceKind.ACCESS),
        ({"devSource": 0, "devType": 3}, DeviceKind.RADAR),
        ({"devSource": 0, "devType": 4}, DeviceKind.SPEAKER),
        # "Other" says less than where it came from.
        ({"devSource": 0, "devType": 100}, DeviceKind.PANEL),
        ({"devSource": 7, "devType": "100"}, DeviceKind.PANEL),
        ({"devSource": 2, "devType": 100}, DeviceKind.OTHER),
        ({"devSource": 1, "devType": 0}, DeviceKind.PANEL),
        ({"devSource": 1, "devType": 55}, DeviceKind.VIDEO),
    ],
)
def test_kinds(fields: dict[str, Any], kind: DeviceKind) -> None:
    assert row(**fields).kind is kind
    assert row(**fields).panel is (kind is DeviceKind.PANEL)


@pytest.mark.parametrize(
    ("fields", "otap"),
    [
        ({"devSource": 7}, True),
        ({"devSource": 0, "connectionMode": "4"}, True),
        ({"devSource": 0, "connectionMode": 2, "onlineType": 2}, True),
        ({"devSource": 0, "connectionMode": 2, "onlineType": 1}, False),
        ({"devSource": 0, "connectionMode": 1}, False),
        ({"devSource": 3, "connectionMode": 3}, False),
    ],
)
def test_the_way_without_partitions(fields: dict[str, Any], otap: bool) -> None:
    assert row(**fields).otap is otap


def test_devices() -> None:
    device = device_of(row(**FULL))
    assert (device.address, device.uid, device.name) == (INDEX, PLAIN, "House")
    assert device.aliases == {PLAIN, "q12345678"}
    hardware = device.hardware
    assert (hardware.manufacturer, hardware.model) == ("Hikvision", "DS-PWA96")
    assert (hardware.serial, hardware.firmware) == ("Q12-345 678", "V1.2.9")
    third = device_of(row(devSource=2, devSerial="S"))
    assert (third.hardware.manufacturer, third.name) == (None, "S")
    assert device_of(row()).name == INDEX
    assert device_of(row()).aliases == {PLAIN}


@pytest.mark.parametrize(
    ("status", "online"), [("online", True), (" Offline", False), ("unknown", None), ("new", None), (None, None)]
)
def test_online(status: str | None, online: bool | None) -> None:
    found = row(devStatus=status)
    assert found.online is online
    assert device_values(found).online == {PART: online}
    assert Feature.ONLINE in device_part(found).features


def test_readings() -> None:
    assert readings(row(**FULL)) == {
        "connection": "hpp",
        "offline_reason": None,
        "activation": "active",
        "upgrade": True,
    }
    offline = row(devStatus="offline", offlineHint="1", connectionMode=3, isNeedUpgrade="")
    assert readings(offline) == {"connection": "isup", "offline_reason": "wrong_key", "activation": None}
    # One of two ways fails while the other works.
    dual = row(devStatus="online", offlineHint=4, connectionMode=2, activeStatus="unauth")
    assert readings(dual) == {"connection": "dual", "offline_reason": "hpp_link", "activation": "unauth"}
    assert readings(row(connectionMode=9, devStatus="offline", offlineHint=9))["offline_reason"] is None
    assert [readings(row(connectionMode=number))["connection"] for number in range(6)] == [*CONNECTIONS.values(), None]
    assert [readings(row(devStatus="offline", offlineHint=number))["offline_reason"] for number in range(5)] == list(
        OFFLINE_REASONS.values()
    )
    assert [readings(row(activeStatus=word))["activation"] for word in ACTIVATIONS] == list(ACTIVATIONS)
    for found in (row(**FULL), offline, dual):
        assert {reading.key for reading in device_part(found).readings} == readings(found).keys()


@pytest.mark.parametrize(
    ("source", "pushed"),
    [
        (0, set()),
        (1, {Detection.RECORDING_FAILURE, Detection.DISK_FULL, Detection.DISK_ERROR}),
        (2, set()),
        (5, {Detection.RING}),
        (6, {Detection.FALL, Detection.LONG_ABSENCE, Detection.HEART_RATE, Detection.BREATHING}),
        (8, set()),
    ],
)
@pytest.mark.parametrize(
    ("connection", "kept"),
    [(1, {Detection.CLOUD_LINK, Detection.KEY_FAULT}), (2, {Detection.CLOUD_LINK, Detection.KEY_FAULT})]
    + [(each, {Detection.KEY_FAULT}) for each in (0, 3, 4)],
)
def test_detections(source: int, pushed: set[Detection], connection: int, kept: set[Detection]) -> None:
    part = device_part(row(devSource=source, connectionMode=connection))
    assert part.ref == PART
    assert {what for what, spec in part.detections.items() if not spec.kept} == pushed
    assert {what for what, spec in part.detections.items() if spec.kept} == kept
    assert Feature.EVENTS in part.features
    assert (Feature.DOORBELL in part.features) is (source == 5)


def test_a_panel_keeps_what_its_documents_tell() -> None:
    docs = PanelDocs(partitions=(Partition(id=1),))
    found = row(**FULL)
    part = device_part(found, panel_parts(INDEX, docs)[PART])
    assert part.features >= {Feature.ONLINE, Feature.PANEL_LOG, Feature.ARM_AWAY, Feature.MEDIA}
    assert part.detections.keys() == {*TROUBLES, Detection.CLOUD_LINK, Detection.KEY_FAULT}
    assert part.readings >= {Reading(Quantity.LAST_REPORT), Reading(Flag.UPGRADE), Reading(Quantity.CONNECTION)}
    assert part.details == {
        "kind": "panel",
        "siteName": "Home",
        "remark": "Back door",
        "onlineType": "hpp",
        "pluginEnable": "true",
        "pluginType": "2",
    }
    assert part == device_part(row(**FULL), panel_parts(INDEX, docs)[PART])


def test_channels_of_video_devices() -> None:
    channel = channel_part(row(devSource=1))
    assert channel is not None
    assert channel.ref == PartRef(INDEX, PartKind.CHANNEL, 1)
    assert channel.placement is Placement.CHILD
    assert channel.features == {Feature.EVENTS, Feature.PICTURES}
    assert channel.detections.keys() == {
        Detection.MOTION,
        Detection.LINE_CROSSING,
        Detection.INTRUSION,
        Detection.REGION_ENTRANCE,
        Detection.REGION_EXITING,
        Detection.TAMPER,
        Detection.VIDEO_LOSS,
    }
    assert all(spec.pushed and not spec.kept for spec in channel.detections.values())
    fourth = channel_part(row(devSource=4), 4)
    assert fourth is not None
    assert fourth.ref.number == 4
    assert [channel_part(row(devSource=source)) for source in (0, 2, 5, 6, 8)] == [None] * 5


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FULL, "Device"]), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(list(FULL)), JUNK), JUNK)
def test_whatever_the_list_says_is_read(fields: dict[str, Any], more: Any) -> None:
    page = read_devices({"SearchResult": {"MatchList": [{"Device": fields}, {"Device": {"devIndex": "x"}}, more]}})
    assert page.rows
    for found in page.rows:
        part = device_part(found)
        assert part.ref.device == device_of(found).address
        assert {reading for _, reading in device_values(found).readings} == part.readings
