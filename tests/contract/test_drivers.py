"""The same promises for every family, kept against its simulated devices.

A new family adds one row to `FAMILIES` and gets all of these tests.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
import re

from aiohttp import ClientSession
import pytest

from custom_components.ip_surveillance import binary_tables, number, select, sensor, switch, text
from custom_components.ip_surveillance.protocol.commands import FEATURE_NEEDS, Raw, Sets, Switches
from custom_components.ip_surveillance.protocol.driver import Access, Driver, Want
from custom_components.ip_surveillance.protocol.errors import AuthFailed, CannotConnect, DeviceError, NotSupported
from custom_components.ip_surveillance.protocol.model.events import Event, Polled
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Choice,
    Gate,
    Part,
    PartKind,
    Placement,
    Range,
    SettingSpec,
    SettingValue,
    Text,
    Toggle,
    Topology,
)
from custom_components.ip_surveillance.protocol.model.setting_words import Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.state import LineState, SettingOf
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from custom_components.ip_surveillance.protocol.registry import FAMILIES as REGISTERED
from tests.reading import settings_of
from tests.simulators.base import BaseSimulator, Recorded
from tests.simulators.herospeed import PROFILES as HEROES, HerospeedSimulator
from tests.simulators.ip_receiver import PROFILES as RECEIVERS, ReceiverSimulator
from tests.simulators.isapi import MODELS, IsapiSimulator
from tests.simulators.sunell_cgi import PROFILES as SUNELLS, SunellSimulator


def is_signed(request: Recorded) -> bool:
    """Whether a request carries what is made of the password."""
    return "Authorization" in request.headers


def by_method(request: Recorded) -> bool:
    """Whether a request does more than read, where the method tells."""
    return request.method != "GET"


def by_verb(request: Recorded) -> bool:
    """The same where all requests are GETs and a parameter tells."""
    verb = re.search(r"[?&]action=(\w+)", request.path)
    return verb is not None and not verb[1].startswith(("get", "list", "query", "ability", "attach", "playBack"))


def by_action(request: Recorded) -> bool:
    """The same where all requests are posted and their bodies tell."""
    return by_method(request) and b'"action":"get"' not in request.body


@dataclass(frozen=True, kw_only=True)
class Family:
    """How to simulate a family, and what it may do unasked."""

    simulate: Callable[[str], BaseSimulator]
    models: tuple[str, ...]
    camera: str
    """A model whose every setting can be written."""
    unknown: str
    """A path that no device of the family knows."""
    acts: Callable[[Recorded], bool] = by_method
    """Whether a request does more than read."""
    signed: Callable[[Recorded], bool] = is_signed
    unasked: frozenset[str]
    """Beginnings of other requests that looking and listening may send: documented as changing nothing."""
    settings: int = 11
    """Fewest settings that the model above has."""
    looks_again: bool = False
    """Listening reads what events touched."""


def _herospeed(model: str) -> HerospeedSimulator:
    """A camera whose values are among those that it names itself, unlike those of the document's examples."""
    camera = HerospeedSimulator(model.removesuffix("_new"), firmware="new" if model.endswith("_new") else "old")
    documents = camera.world.documents
    present = {"width": 1280, "height": 720, "suitableFrameRate": 25, "suitableBitRate": 1024, "maxFrameRate": 25}
    for stream in documents["/api/video/video-encode-scope"][0][1:]:
        for codec in ("h264Attr", "h265Attr"):
            stream[codec]["resolutionList"].append(dict(present))
    for line in documents["/api/event/line-crossing"]["direction"]:
        line["subDirection"] = 0
    return camera


FAMILIES: Mapping[str, Family] = {
    "isapi": Family(
        simulate=IsapiSimulator,
        models=tuple(MODELS),
        camera="camera",
        unknown="/ISAPI/no/such/path",
        unasked=frozenset(
            {
                "POST /ISAPI/Event/notification/subscribeEvent",
                "PUT /ISAPI/Event/notification/unSubscribeEvent",
            }
        ),
    ),
    "ip_receiver": Family(
        simulate=ReceiverSimulator,
        # The large one shows nothing that the others do not; its numbers are measured by a benchmark.
        models=tuple(name for name in RECEIVERS if name != "large"),
        camera="otap",
        unknown="/ISAPI/no/such/path",
        unasked=frozenset(
            {
                "POST /ISAPI/ContentMgmt/DeviceMgmt/deviceList",
                "POST /ISAPI/SecurityCP/status/zones",
                "POST /ISAPI/Event/notification/subscribeDeviceMgmt",
                "DELETE /ISAPI/Event/notification/unSubscribeDeviceMgmt/",
            }
        ),
        settings=8,
        looks_again=True,
    ),
    "sunell_cgi": Family(
        simulate=SunellSimulator,
        # The recorder of 64 channels shows nothing that the small one does not.
        models=tuple(name for name in SUNELLS if name != "nvr64"),
        camera="ipc",
        unknown="/cgi-bin/no/such/path",
        acts=by_verb,
        unasked=frozenset(),
        settings=60,
    ),
    "herospeed": Family(
        simulate=_herospeed,
        models=tuple(f"{name}{end}" for name in HEROES for end in ("", "_new")),
        camera="sd_new",
        unknown="/api/no/such/path",
        acts=by_action,
        signed=lambda request: request.path == "/api/session/login",
        unasked=frozenset({"POST /api/session/"}),
        settings=60,
    ),
}

EXCLUDING = frozenset({Setting.DETECTION, Setting.WDR, Setting.HLC, Setting.BACKLIGHT})
"""Switches of which one may turn another one off."""
SHOWN_BY_PANELS = frozenset(
    {Quantity.ARM, Quantity.ARM_KIND, Quantity.ARM_METHOD, Quantity.CHANGED_BY, Flag.ALARM},
)
"""What the alarm panel of a partition shows."""
PUSHED = frozenset(
    {Quantity.ARM_KIND, Quantity.ARM_METHOD, Quantity.CHANGED_BY, Quantity.LAST_REPORT, Quantity.COUNT},
)
"""Quantities that no poll tells."""

every_model = pytest.mark.parametrize(
    ("family", "model"), [(name, model) for name, family in FAMILIES.items() for model in family.models]
)
every_family = pytest.mark.parametrize("family", FAMILIES)


@asynccontextmanager
async def connected(name: str, device: BaseSimulator, **other: str) -> AsyncIterator[Driver]:
    """A driver of a family, connected to a simulated device."""
    access = Access(host=device.host, port=device.port, username=device.username, password=device.password)
    async with ClientSession() as session:
        driver = REGISTERED[name].connect(session, replace(access, **other))  # type: ignore[arg-type]
        try:
            yield driver
        finally:
            await driver.close()


@pytest.fixture
async def device(family: str, model: str, socket_enabled: None) -> AsyncIterator[BaseSimulator]:
    async with FAMILIES[family].simulate(model) as simulator:
        yield simulator


@pytest.fixture
def model(family: str) -> str:
    return FAMILIES[family].camera


@pytest.fixture
async def driver(family: str, device: BaseSimulator) -> AsyncIterator[Driver]:
    async with connected(family, device) as driver:
        yield driver


@pytest.fixture
async def topology(driver: Driver) -> Topology:
    return await driver.discover()


def gates(part: Part) -> set[Gate]:
    """All that entities of a part can exist for."""
    return {*part.features, *part.settings, *part.detections, *part.readings}


def wants(topology: Topology) -> frozenset[Want]:
    """As if every entity were enabled."""
    return frozenset(Want(part.ref, gate) for part in topology.parts.values() for gate in gates(part))


def settings(topology: Topology) -> dict[SettingOf, SettingSpec]:
    return {SettingOf(part.ref, key): spec for part in topology.parts.values() for key, spec in part.settings.items()}


def test_every_registered_family_is_tested() -> None:
    assert set(FAMILIES) == set(REGISTERED)


@every_family
async def test_it_is_found_without_credentials(family: str, device: BaseSimulator) -> None:
    async with ClientSession() as session:
        assert await REGISTERED[family].probe(session, Access(host=device.host, port=device.port))
    assert not any(FAMILIES[family].signed(request) for request in device.requests)


@every_model
async def test_identity_is_stable_and_no_address(driver: Driver, device: BaseSimulator) -> None:
    identity = await driver.identify()
    assert identity == await driver.identify()
    known = await driver.discover()
    assert known.host.uid == identity.uid
    if identity.source == "generated":
        assert not identity.uid
        assert identity.aliases == {each.uid for address, each in known.devices.items() if address != HOST}
        names = [*identity.aliases]
    else:
        assert identity.source in ("serial", "mac")
        assert identity.uid in identity.aliases
        names = [identity.uid]
    for name in names:
        assert name == name.lower()
        assert name.isalnum()
        assert device.host.replace(".", "") not in name


@every_model
async def test_topology_holds_together(topology: Topology) -> None:
    assert HOST_PART in topology.parts
    for ref, part in topology.parts.items():
        assert part.ref == ref
        assert ref.device in topology.devices
        assert part.parent is None or part.parent in topology.parts
        assert part.unprobed <= {
            *gates(part),
            *(SettingKey(Setting.SENSITIVITY, each.value) for each in part.detections),
        }
        assert ref.kind is not PartKind.DEVICE or part.placement is Placement.INLINE
        numbers = [stream.number for stream in part.streams]
        assert numbers == sorted(set(numbers))
    keys = [(ref.device, ref.key) for ref in topology.parts]
    assert len(keys) == len(set(keys))
    assert {finding.part for finding in topology.findings} <= topology.parts.keys()


@every_model
async def test_looking_twice_finds_the_same(driver: Driver, topology: Topology) -> None:
    assert await driver.discover() == topology


@every_model
async def test_every_feature_is_backed_by_a_command(driver: Driver, topology: Topology) -> None:
    for part in topology.parts.values():
        for feature in part.features & FEATURE_NEEDS.keys():
            assert isinstance(driver, FEATURE_NEEDS[feature]), f"{part.ref.key} {feature}"
        assert not part.settings or isinstance(driver, Sets)


@every_model
async def test_every_setting_and_reading_has_an_entity(topology: Topology) -> None:
    rows = {Toggle: switch._SETTINGS, Range: number._SETTINGS, Choice: select._SETTINGS, Text: text._SETTINGS}
    for (ref, key), spec in settings(topology).items():
        assert key.setting in rows.get(type(spec), ()), f"{ref.key} {key.key} {spec}"
    for part in topology.parts.values():
        quantities = {reading.quantity for reading in part.readings}
        shown = {*sensor._QUANTITIES, *binary_tables.FLAGS}
        if Feature.DISARM in part.features:
            shown |= {*SHOWN_BY_PANELS}
        assert quantities <= shown, part.ref.key


@every_model
async def test_a_poll_names_only_what_there_is_and_answers_all(driver: Driver, topology: Topology) -> None:
    polled = await driver.poll(wants(topology))
    parts = topology.parts
    assert {*polled.parts, *polled.online, *(ref for ref, _ in polled.readings)} <= parts.keys()
    for ref, reading in polled.readings:
        assert reading in parts[ref].readings
    assert polled.settings.keys() <= settings(topology).keys()
    wanted_lines = {ref for ref, part in parts.items() if Feature.ACTIVE in part.features}
    assert wanted_lines <= polled.parts.keys()
    for ref in wanted_lines:
        state = polled.parts[ref]
        assert isinstance(state, LineState)
        assert state.active is not None
    assert {ref for ref, part in parts.items() if Feature.ONLINE in part.features} <= polled.online.keys()
    assert {ref for ref, part in parts.items() if Feature.PROBLEM in part.features} <= polled.parts.keys()
    readings = {
        (ref, reading)
        for ref, part in parts.items()
        for reading in part.readings
        if reading.quantity not in PUSHED and polled.online.get(ref.owner) is not False
    }
    assert {key for key in readings if parts[key[0]].ref.kind is not PartKind.CHANNEL} <= polled.readings.keys()


@every_model
async def test_a_poll_for_nothing_asks_one_thing(driver: Driver, device: BaseSimulator, topology: Topology) -> None:
    device.requests.clear()
    polled = await driver.poll(frozenset())
    assert [*polled.parts, *polled.readings, *polled.settings] == []
    assert len(device.requests) == 1


@every_model
async def test_settings_fit_their_specs(driver: Driver, device: BaseSimulator, topology: Topology) -> None:
    online = (await driver.poll(wants(topology))).online
    known = {key: spec for key, spec in settings(topology).items() if online.get(key.part) is not False}
    device.requests.clear()
    values = await settings_of(driver, frozenset(known))
    paths = [(request.path, request.body) for request in device.requests if request.status == 200]
    assert len(paths) == len(set(paths))
    unprobed = {(part.ref, gate) for part in topology.parts.values() for gate in part.unprobed}
    for key, spec in known.items():
        value = values.get(key)
        told = value is not None and fits(value, spec)
        assert told or key in unprobed or is_assumed(spec), f"{key.part.key} {key.setting.key}"


def is_assumed(spec: SettingSpec) -> bool:
    """Whether the device cannot be asked for a setting."""
    return isinstance(spec, Toggle) and spec.assumed


def fits(value: SettingValue, spec: SettingSpec) -> bool:
    match spec:
        case Toggle():
            return isinstance(value, bool)
        case Range():
            return not isinstance(value, bool | str) and spec.low <= value <= spec.high
        case Choice():
            return value in spec.options
        case Text():
            return isinstance(value, str)


def another(value: SettingValue, spec: SettingSpec) -> SettingValue:
    """A value that differs from the present one."""
    match spec:
        case Toggle():
            return not value
        case Range():
            return spec.low if value != spec.low else spec.high
        case Choice():
            return next(word for word in spec.options if word != value)
        case Text():
            return f"{value}x"[: spec.longest]


@every_family
async def test_every_setting_can_be_written_read_back_and_restored(
    family: str, driver: Driver, topology: Topology
) -> None:
    assert isinstance(driver, Sets)
    known = settings(topology)
    assert len(known) >= FAMILIES[family].settings
    # What excludes something else, or uses up the device's limits, is off meanwhile.
    for key, spec in known.items():
        if key.setting.setting in EXCLUDING and isinstance(spec, Toggle):
            await driver.set_setting(*key, False)
    before = await settings_of(driver, frozenset(known))
    for key, spec in known.items():
        if is_assumed(spec):
            assert [(await driver.set_setting(*key, on)).settings[key] for on in (True, False)] == [True, False]
            continue
        value = before[key]
        assert value is not None
        wanted = another(value, spec)
        done = await driver.set_setting(*key, wanted)
        assert done.readback
        assert done.settings[key] == wanted
        assert (await settings_of(driver, frozenset({key})))[key] == wanted
        await driver.set_setting(*key, value)
    assert (await settings_of(driver, frozenset(known))) == before


@every_family
async def test_a_setting_that_is_none_is_refused_unsent(
    family: str, driver: Driver, device: BaseSimulator, topology: Topology
) -> None:
    assert isinstance(driver, Sets)
    device.requests.clear()
    for key, spec in settings(topology).items():
        if isinstance(spec, Range | Choice):
            with pytest.raises(DeviceError):
                await driver.set_setting(*key, spec.high + 1 if isinstance(spec, Range) else "no such word")
    assert [request for request in device.requests if FAMILIES[family].acts(request)] == []


@every_model
async def test_outputs_are_read_back(driver: Driver, topology: Topology) -> None:
    for part in topology.parts.values():
        if Feature.SWITCH not in part.features:
            continue
        assert isinstance(driver, Switches)
        for on in (True, False):
            polled = await driver.set_output(part.ref, on)
            assert polled.readback
            assert polled.parts[part.ref] == LineState(active=on)


@every_model
async def test_it_listens_until_it_is_cancelled(
    family: str, driver: Driver, device: BaseSimulator, topology: Topology
) -> None:
    told: list[Event] = []
    heard = asyncio.Event()
    if not driver.pushes:
        with pytest.raises(NotSupported):
            await driver.listen(told.append, heard.set)
        assert not told
        return
    listening = asyncio.create_task(driver.listen(told.append, heard.set))
    async with asyncio.timeout(5):
        await heard.wait()
    listening.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await listening
    assert FAMILIES[family].looks_again or not any(isinstance(event, Polled) for event in told)


@every_model
async def test_looking_and_listening_write_nothing(
    family: str, driver: Driver, device: BaseSimulator, topology: Topology
) -> None:
    heard = asyncio.Event()
    await driver.identify()
    await driver.check()
    await driver.poll(wants(topology))
    await settings_of(driver, frozenset(settings(topology)))
    if driver.pushes:
        listening = asyncio.create_task(driver.listen(lambda _: None, heard.set))
        async with asyncio.timeout(5):
            await heard.wait()
        listening.cancel()
        await asyncio.wait([listening])
    rules = FAMILIES[family]
    sent = {f"{each.method} {each.path.partition('?')[0]}" for each in device.requests if rules.acts(each)}
    assert {each for each in sent if not each.startswith(tuple(rules.unasked))} == set()
    assert getattr(device, "host_writes", []) == []


@every_family
async def test_a_wrong_password_is_sent_once(family: str, device: BaseSimulator) -> None:
    async with connected(family, device, password="wrong") as driver:
        for attempt in (driver.identify, driver.discover, driver.check, lambda: driver.poll(frozenset())):
            with pytest.raises(AuthFailed):
                await attempt()
    signed = [request for request in device.requests if FAMILIES[family].signed(request)]
    assert len(signed) == 1


@every_family
async def test_a_device_that_is_off(family: str, device: BaseSimulator) -> None:
    await device.go_down()
    async with connected(family, device) as driver:
        for attempt in (driver.identify, driver.discover, driver.check, lambda: driver.poll(frozenset())):
            with pytest.raises(CannotConnect):
                await attempt()


@every_family
async def test_any_request_can_be_sent(family: str, driver: Driver) -> None:
    assert isinstance(driver, Raw)
    answer = await driver.send_request("GET", FAMILIES[family].unknown, (), None)
    assert answer.status >= 400
    with pytest.raises(DeviceError):
        await driver.send_request("GET", "//elsewhere.example/", (), None)


@every_model
async def test_diagnostics_and_errors_hold_no_secret(driver: Driver, device: BaseSimulator, topology: Topology) -> None:
    assert device.password not in repr(driver.diagnostics())
    assert device.password not in repr(topology)


@every_model
async def test_closing_leaves_no_task(family: str, device: BaseSimulator) -> None:
    before = asyncio.all_tasks()
    async with connected(family, device) as driver:
        topology = await driver.discover()
        await driver.poll(wants(topology))
    served = {task for task in asyncio.all_tasks() - before if "simulators" not in repr(task.get_coro())}
    assert {task for task in served if "ip_surveillance" in repr(task)} == set()


def test_readings_are_told_apart() -> None:
    """A quantity and its slot make a key that no other reading of a part has."""
    assert len({reading.key for reading in map(Reading, sensor._QUANTITIES)}) == len(sensor._QUANTITIES)
