"""The push channel of simulated devices."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.errors import (
    Busy,
    CannotConnect,
    DeviceError,
    Forbidden,
    NotSupported,
)
from custom_components.ip_surveillance.protocol.model.detections import Detection, Target
from custom_components.ip_surveillance.protocol.model.events import Detected, Event, Patched, Polled
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    PartKind,
    PartRef,
)
from custom_components.ip_surveillance.protocol.model.state import LineState
from tests.simulators.isapi import IsapiSimulator

from .isapi_driver import CHANNEL, JPEG, connected, until


@asynccontextmanager
async def listening(driver: IsapiDriver, device: IsapiSimulator) -> AsyncIterator[list[Event]]:
    events: list[Event] = []
    heard: list[int] = []
    task = asyncio.create_task(driver.listen(events.append, lambda: heard.append(1)))
    try:
        await device.wait_streams()
        await until(lambda: heard)
        yield events
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(("model", "subscribed"), [("camera", True), ("thermal", False), ("nvr_v1", False)])
async def test_alarm_arrives(model: str, subscribed: bool) -> None:
    async with IsapiSimulator(model) as device, connected(device) as driver, listening(driver, device) as events:
        await device.alert("VMD", 1)
        await until(lambda: events)
        (event,) = events
        assert isinstance(event, Detected)
        assert (event.part, event.what, event.active) == (CHANNEL, Detection.MOTION, True)
        assert bool(device.subscriptions) is subscribed
        assert not device.host_writes


async def test_alarm_with_picture_and_region() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver, listening(driver, device) as events:
        await device.alert("fielddetection", 1, target="human", region=2, picture=JPEG)
        await until(lambda: len(events) == 2)
        first, second = events
        assert isinstance(first, Detected)
        assert isinstance(second, Detected)
        assert (first.what, first.target, first.region, first.follow_up) == (
            Detection.INTRUSION,
            Target.HUMAN,
            2,
            False,
        )
        assert second.follow_up
        assert second.picture
        assert second.picture.data == JPEG


async def test_subscription_is_given_back() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        async with listening(driver, device):
            await until(lambda: device.subscriptions)
            await asyncio.sleep(0.05)
        await device.wait_streams(0)
        assert device.seen(path="unSubscribeEvent")


async def test_subscription_that_is_refused() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        device.fault.not_support = {"Event/notification/subscribeEvent"}
        async with listening(driver, device) as events:
            await device.alert("VMD", 1)
            await until(lambda: events)
        assert not driver.subscribes


@pytest.mark.parametrize(("mode", "error"), [("short", NotSupported), ("not_support", NotSupported)])
async def test_streams_that_are_none(mode: str, error: type[DeviceError]) -> None:
    async with IsapiSimulator("thermal", stream_mode=mode) as device, connected(device) as driver:
        with pytest.raises(error):
            await driver.listen(lambda _: None, lambda: None)


async def test_refusal_with_the_status_of_a_success() -> None:
    async with IsapiSimulator("thermal") as device, connected(device) as driver:
        device.fault.ok_with_error = {"Event/notification/alertStream"}
        with pytest.raises(Busy):
            await driver.listen(lambda _: None, lambda: None)


async def test_account_that_may_not_listen() -> None:
    rights = frozenset({"parameters", "status"})
    async with IsapiSimulator("camera", level="operator", rights=rights) as device, connected(device) as driver:
        with pytest.raises(Forbidden):
            await driver.listen(lambda _: None, lambda: None)
        assert device.seen(path="subscribeEvent")
        assert device.seen(path="alertStream")


async def test_events_of_our_own_making() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        ended = Patched(part=PartRef(HOST, PartKind.SIREN, 1), state=LineState(active=False))
        driver.tell(ended)
        async with listening(driver, device) as events:
            driver.tell(ended)
            assert events == [ended]


async def test_no_place_for_another_listener() -> None:
    async with IsapiSimulator("camera", max_streams=0) as device, connected(device) as driver:
        with pytest.raises(Busy) as caught:
            await driver.listen(lambda _: None, lambda: None)
        assert caught.value.retry_after == 300


async def test_loss_of_the_stream() -> None:
    async with IsapiSimulator("thermal") as device, connected(device) as driver:
        task = asyncio.create_task(driver.listen(lambda _: None, lambda: None))
        await device.wait_streams()
        device.fault.close_streams()
        with pytest.raises(CannotConnect):
            await task


async def test_bad_parts_are_skipped() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver, listening(driver, device) as events:
        await device.push_body(b"<EventNotificationAlert><eventType></eventType></EventNotificationAlert>")
        await device.alert("VMD", 1)
        await until(lambda: events)
        assert driver.reader.counts.bad == 1
        diagnostics = driver.diagnostics()
        assert diagnostics["alerts"]["bad"] == 1
        assert device.password not in str(diagnostics)


async def test_numbering_of_old_recorders() -> None:
    async with IsapiSimulator("nvr_v1") as device, connected(device) as driver, listening(driver, device) as events:
        await device.alert("VMD", 34)
        await until(lambda: events)
        assert isinstance(events[0], Detected)
        assert events[0].part == ChannelMap.ref(2)


async def test_siren_that_ends_is_told() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver:
        siren = PartRef(HOST, PartKind.SIREN, 1)
        assert (await driver.poll({Want(siren)})).parts == {siren: LineState(active=False)}
        assert isinstance(await driver.set_siren(siren, True), Polled)
        assert (await driver.poll({Want(siren)})).parts == {siren: LineState(active=True)}


async def test_what_is_skipped_is_counted_and_the_next_alarm_arrives() -> None:
    async with IsapiSimulator("camera") as device, connected(device) as driver, listening(driver, device) as events:
        device.fault.malformed_part = True
        await device.alert("VMD", 1)
        await device.push_bytes(
            b"--MIME_boundary\r\nContent-Type: image/jpeg\r\nContent-Length: 400\r\n\r\n\xff\xd8cut short\r\n"
        )
        device.fault.malformed_part = False
        await device.alert("linedetection", 1)
        await until(lambda: Detection.LINE_CROSSING in {each.what for each in events if isinstance(each, Detected)})
        counts = driver.diagnostics()["alerts"]
        assert counts["bad"] + counts["broken_parts"] >= 2
        assert counts["skipped_bytes"] > 0
