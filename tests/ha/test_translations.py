"""Texts and icons: everything that code can show has them, and there is none that nothing shows."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
import json
from pathlib import Path
import re
import string
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import validate_selector
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.ip_surveillance import (
    PLATFORMS,
    number,
    select,
    services,
    services_analytics,
    services_device,
    services_media,
    services_panel,
    services_references,
    switch,
    text as text_platform,
)
from custom_components.ip_surveillance.const import CONF_SHOW_SILENT
from custom_components.ip_surveillance.errors import MODEL_REFUSAL_KEYS, NAMING_ZONES, REFUSAL_KEYS, TRANSLATION_KEYS
from custom_components.ip_surveillance.protocol.drivers.isapi.lights import _BY_LABEL
from custom_components.ip_surveillance.protocol.model.detections import AIMED, Detection, Target
from custom_components.ip_surveillance.protocol.model.panel_words import PanelEvent
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Choice,
    DetectionSpec,
    Device,
    Part,
    PartKind,
    PartRef,
    Placement,
    Range,
    SettingSpec,
    Stream,
    Text,
    Toggle,
)
from custom_components.ip_surveillance.protocol.model.setting_words import REGION, SLOTS, Setting, SettingKey
from custom_components.ip_surveillance.protocol.model.vocabulary import Feature, Flag, Quantity, Reading
from tests.conftest import SetUp
from tests.ha import fake_driver
from tests.ha.fake_driver import FakeDriver, topology
from tests.simulators.isapi import MODELS

PACKAGE = Path(services.__file__).parent
TEXTS: dict[str, Any] = json.loads((PACKAGE / "translations" / "en.json").read_text())
ICONS: dict[str, Any] = json.loads((PACKAGE / "icons.json").read_text())
DESCRIPTIONS = load_yaml_dict(str(PACKAGE / "services.yaml"))

PER_DETECTION = {Setting.DETECTION, Setting.SENSITIVITY}
REGIONS = ("region1_highest", "region1_lowest", "region1_average")
AVERAGES = ("rule1_highest", "rule1_lowest", "rule1_average")
SLOTTED = frozenset(
    Reading(quantity, slot)
    for quantity, slots in {
        Quantity.TEMPERATURE: ("region1", *REGIONS, "rule1", *AVERAGES),
        Quantity.QUEUE_LENGTH: ("rule1",),
        Quantity.QUEUE_LIMIT: ("rule1",),
        Quantity.WAITING_TIME: ("rule1",),
        Quantity.WAITING_LIMIT: ("rule1",),
        Quantity.TARGETS: tuple(Target),
        Quantity.COUNT: ("helmet",),
    }.items()
    for slot in slots
)
ARMING = frozenset({Feature.ARM_AWAY, Feature.ARM_HOME, Feature.DISARM, Feature.CLEAR_ALARM})
OF_PANEL = ARMING | {Feature.PANEL_LOG, Feature.MEDIA}
# What came with panels, radars and door stations: no camera has a knob for it.
WITH_KNOBS = tuple(Detection)[: tuple(Detection).index(Detection.RING)]
OF_CHANNEL = frozenset(Feature) - {
    Feature.ACTIVE,
    Feature.SWITCH,
    Feature.PULSE,
    Feature.LIGHT,
    Feature.BRIGHTNESS,
    Feature.SIREN,
    Feature.PROBLEM,
    *OF_PANEL,
    Feature.BYPASS,
    Feature.SILENT,
    Feature.DOORBELL,
}
OF_STORES = {Quantity.CAPACITY, Quantity.FREE, Quantity.STORAGE_STATUS}
OF_RELAYS = (Flag.TAMPER, Flag.LOW_BATTERY, Quantity.BATTERY, Quantity.SIGNAL, Quantity.TEMPERATURE)
FIELDS: Mapping[str, Mapping[Any, Any]] = {
    **{action.name: action.fields for action in services.CAMERA_ACTIONS},
    services.PULSE_OUTPUT: services.PULSE_FIELDS,
    services.SEND_REQUEST: services.SEND_REQUEST_FIELDS,
    **services_device.DEVICE_FIELDS,
    services_media.SAVE_ALARM_MEDIA: services_media.SAVE_ALARM_MEDIA_FIELDS,
    services_panel.ARM: services_panel.ARM_FIELDS,
    services_panel.BYPASS_ZONES: services_panel.BYPASS_FIELDS,
    **{action.name: action.schema for action in services_analytics.HOST_ACTIONS},
    **services_analytics.LINKAGE_FIELDS,
    **services_references.REFERENCE_FIELDS,
}


def settings(table: Mapping[Setting, Any], spec: SettingSpec) -> dict[SettingKey, SettingSpec]:
    """Every setting of a platform's table, once for each detection where that is how it comes."""
    return {
        SettingKey(setting, "region1" if of == REGION else of): spec
        for setting in table
        for of in (tuple(what.value for what in WITH_KNOBS) if setting in PER_DETECTION else SLOTS.get(setting, ("",)))
    }


def everything() -> Iterator[Part]:
    """Parts that together make every entity there can be."""
    kinds: tuple[dict[SettingKey, SettingSpec], ...] = (
        settings(switch._SETTINGS, Toggle()),
        settings(number._SETTINGS, Range(low=0, high=100)),
        settings(select._SETTINGS, Choice(options=("auto", "customWord"))),
        settings(text_platform._SETTINGS, Text()),
    )
    detections = {what: DetectionSpec(targets=frozenset(Target), regions=(1,)) for what in Detection}
    readings = frozenset(Reading(quantity) for quantity in Quantity)
    stores = frozenset(reading for reading in readings if reading.quantity in OF_STORES)
    streams = tuple(Stream(number=each) for each in (1, 2, 3, 4))

    yield Part(ref=HOST_PART, name="Yard", features=OF_CHANNEL, detections=detections)
    for each, known in enumerate(kinds, 1):
        yield Part(
            ref=PartRef(HOST, PartKind.CHANNEL, each),
            features=OF_CHANNEL,
            detections=detections,
            settings=known,
            readings=readings - stores | SLOTTED,
            streams=streams,
            presets={1: "Gate"},
        )
    yield Part(ref=PartRef(HOST, PartKind.INPUT, 1), features=frozenset({Feature.ACTIVE}))
    yield Part(
        ref=PartRef(HOST, PartKind.OUTPUT, 1),
        features=frozenset({Feature.SWITCH, Feature.PULSE, Feature.ONLINE}),
        readings=frozenset(Reading(each) for each in OF_RELAYS),
    )
    yield Part(ref=PartRef(HOST, PartKind.STORAGE, 1), features=frozenset({Feature.PROBLEM}), readings=stores)
    yield Part(ref=PartRef(HOST, PartKind.SIREN, 1), features=frozenset({Feature.SIREN}))
    for label in ("", *_BY_LABEL, "led", "red_blue"):
        yield Part(ref=PartRef(HOST, PartKind.LIGHT, 1, label), features=frozenset({Feature.LIGHT}))
    yield Part(ref=PartRef("P", PartKind.DEVICE), name="Panel", features=OF_PANEL)
    yield Part(ref=PartRef("D", PartKind.DEVICE), name="Gate", features=frozenset({Feature.DOORBELL}))
    partition = PartRef("P", PartKind.PARTITION, 1)
    yield Part(ref=partition, placement=Placement.CHILD, features=ARMING)
    yield Part(
        ref=PartRef("P", PartKind.ZONE, 1),
        placement=Placement.CHILD,
        features=frozenset({Feature.BYPASS, Feature.SILENT, Feature.ONLINE}),
        readings=frozenset(Reading(flag) for flag in Flag),
        partitions=frozenset({partition}),
    )


@pytest.fixture
async def entities(hass: HomeAssistant, set_up: SetUp, monkeypatch: pytest.MonkeyPatch) -> list[er.RegistryEntry]:
    """Every entity there can be, disabled ones too."""
    devices = {address: Device(address=address, uid=f"uid{address}", name=address) for address in ("P", "D")}
    whole = topology(everything())
    whole = replace(whole, devices={**whole.devices, **devices})
    driver = FakeDriver(topology=whole)
    # Without the option there are no entities of silent alarms.
    entry = await fake_driver.start(hass, set_up, monkeypatch, driver, **{CONF_SHOW_SILENT: True})
    return er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


async def test_every_entity_has_a_name_and_every_name_an_entity(entities: list[er.RegistryEntry]) -> None:
    used: defaultdict[str, set[str]] = defaultdict(set)
    for entity in entities:
        if entity.translation_key is None:
            assert entity.original_device_class is not None, entity.entity_id
        else:
            used[entity.domain].add(entity.translation_key)
    assert {domain: set(texts) for domain, texts in TEXTS["entity"].items()} == dict(used)
    assert used.keys() == {platform.value for platform in PLATFORMS}


async def test_names_are_filled_in(entities: list[er.RegistryEntry]) -> None:
    for entity in entities:
        name = entity.original_name
        # The main camera, a partition and a zone bear the names of their devices.
        assert name or entity.unique_id.endswith(("_stream1", "_panel", "_open")), entity.entity_id
        assert "{" not in (name or ""), entity.entity_id


async def test_no_two_entities_of_a_platform_have_names_that_differ_by_nothing(
    entities: list[er.RegistryEntry],
) -> None:
    names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in entities:
        if entity.translation_key and entity.original_name:
            names[entity.domain, entity.original_name or ""].add(entity.translation_key)
    assert {name: keys for name, keys in names.items() if len(keys) > 1} == {}


async def test_icons_are_where_no_device_class_gives_one(entities: list[er.RegistryEntry]) -> None:
    needed: defaultdict[str, set[str]] = defaultdict(set)
    for entity in entities:
        # The camera's own icon says what it is.
        if entity.translation_key and not entity.original_device_class and entity.domain != "camera":
            needed[entity.domain].add(entity.translation_key)
    assert {domain: set(icons) for domain, icons in ICONS["entity"].items()} == dict(needed)


@pytest.mark.parametrize("model", sorted(MODELS))
async def test_every_entity_of_a_simulated_device_has_a_name(
    hass: HomeAssistant, model: str, setup_entry: MockConfigEntry
) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(hass), setup_entry.entry_id)
    assert entities
    for entity in entities:
        known = TEXTS["entity"][entity.domain]
        assert entity.translation_key in known or entity.original_device_class, entity.entity_id


def icons_in(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from icons_in(value)
    else:
        yield node


def test_icons_are_icons() -> None:
    assert [icon for icon in icons_in(ICONS) if not re.fullmatch(r"mdi:[a-z0-9-]+", icon)] == []


def test_narrowed_alarms_are_named_for_exactly_the_detections_that_aim() -> None:
    found = {key for key in TEXTS["entity"]["binary_sensor"] if key.endswith("_region")}
    targets = ("", *(f"_{target.value}" for target in Target))
    assert found == {f"{what.value}{target}_region" for what in AIMED for target in targets}


def test_events_are_told_in_words() -> None:
    for key in ("detection", "system_alarm"):
        states = TEXTS["entity"]["event"][key]["state_attributes"]["event_type"]["state"]
        assert set(states) == {what.value for what in Detection}
    for key, words in (
        ("panel_event", {each.value for each in PanelEvent}),
        ("silent_alarm", {PanelEvent.SILENT_ALARM.value}),
        ("doorbell", {"ring", "ring_cancelled"}),
    ):
        assert set(TEXTS["entity"]["event"][key]["state_attributes"]["event_type"]["state"]) == words


def test_states_can_be_looked_up() -> None:
    for texts in (*TEXTS["entity"]["select"].values(), *TEXTS["entity"]["sensor"].values()):
        assert all(re.fullmatch(r"[a-z0-9-_]+", word) for word in texts.get("state", {}))


def test_every_kind_of_part_has_a_name_for_its_device() -> None:
    assert set(TEXTS["device"]) == {kind.value for kind in PartKind}
    for kind in PartKind:
        expected = set() if kind is PartKind.DEVICE else {"number"}
        assert placeholders(TEXTS["device"][kind.value]["name"]) == expected


# Errors


def raised() -> Iterator[tuple[str, set[str]]]:
    """Keys and placeholders of translated errors that are written out in the code."""
    for path in sorted(PACKAGE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            key = given.get("translation_key")
            if "translation_domain" in given and isinstance(key, ast.Constant):
                values = given.get("translation_placeholders")
                names = values.keys if isinstance(values, ast.Dict) else []
                yield str(key.value), {str(name.value) for name in names if isinstance(name, ast.Constant)}


def test_every_error_has_a_text_and_every_text_an_error() -> None:
    refused = {f"{key}{ending}" for key in REFUSAL_KEYS.values() for ending in ("", NAMING_ZONES)}
    keys = {*TRANSLATION_KEYS.values(), *refused, *MODEL_REFUSAL_KEYS.values(), *(key for key, _ in raised())}
    assert set(TEXTS["exceptions"]) == keys


def test_texts_of_errors_ask_for_nothing_that_is_not_given() -> None:
    given = {**{key: {"name", "reason"} for key in TRANSLATION_KEYS.values()}, **dict(raised())}
    given |= {key: {"name"} for key in (*REFUSAL_KEYS.values(), *MODEL_REFUSAL_KEYS.values())}
    given |= {f"{key}{NAMING_ZONES}": {"name", "zones"} for key in REFUSAL_KEYS.values()}
    for key, text in TEXTS["exceptions"].items():
        assert placeholders(text["message"]) <= given[key], key


# Actions


def names(fields: Mapping[Any, Any]) -> set[str]:
    return {str(marker.schema) for marker in fields}


def test_every_action_is_described(hass: HomeAssistant) -> None:
    services.async_setup(hass)
    registered = set(hass.services.async_services_for_domain("ip_surveillance"))
    assert registered == set(FIELDS)
    assert set(DESCRIPTIONS) == set(TEXTS["services"]) == set(ICONS["services"]) == registered


@pytest.mark.parametrize("action", sorted(FIELDS))
def test_every_field_is_described(action: str) -> None:
    described = DESCRIPTIONS[action] or {}
    texts = TEXTS["services"][action]
    fields = names(FIELDS[action])
    assert set(described.get("fields", {})) == set(texts.get("fields", {})) == fields
    for text in (texts, *texts.get("fields", {}).values()):
        assert text["name"]
        assert text["description"]


@pytest.mark.parametrize("action", sorted(FIELDS))
def test_what_the_form_offers_is_accepted(action: str) -> None:
    """Required, default and limits of a form agree with what is checked."""
    for marker, check in FIELDS[action].items():
        field = DESCRIPTIONS[action]["fields"][str(marker.schema)]
        assert bool(field.get("required")) is isinstance(marker, vol.Required)
        if "default" in field:
            assert field["default"] == marker.default()
        assert validate_selector(field["selector"])
        validate = vol.Schema(check)
        for kind, options in field["selector"].items():
            if kind == "number":
                assert [validate(options[limit]) for limit in ("min", "max")] == [
                    options["min"],
                    options["max"],
                ]
                with pytest.raises(vol.Invalid):
                    validate(options["max"] + 1)
                with pytest.raises(vol.Invalid):
                    validate(options["min"] - 1)
            elif kind == "select":
                assert [validate(option) for option in options["options"]] == options["options"]
                if key := options.get("translation_key"):
                    assert set(TEXTS["selector"][key]["options"]) == set(options["options"])


# Triggers and conditions


@pytest.mark.parametrize("kind", ["trigger", "condition"])
def test_every_trigger_and_condition_is_described(kind: str) -> None:
    described = load_yaml_dict(str(PACKAGE / f"{kind}s.yaml"))
    texts, icons = TEXTS[f"{kind}s"], ICONS[f"{kind}s"]
    assert described
    assert set(described) == set(texts) == set(icons)
    for name, text in texts.items():
        assert text["name"]
        assert text["description"]
        assert set(icons[name]) == {kind}
        assert set(text["fields"]) == set(described[name]["fields"])
        assert all(field["name"] and field["description"] for field in text["fields"].values())
        for field in described[name]["fields"].values():
            assert validate_selector(field["selector"])


def test_groups_of_records_are_offered_in_words() -> None:
    assert set(TEXTS["selector"]["panel_event"]["options"]) == {each.value for each in PanelEvent}


def test_keys_are_sorted() -> None:
    for section in ("entity", "device", "services", "triggers", "conditions"):
        assert _sorted(TEXTS[section]), section
    assert _sorted(ICONS)


def _sorted(node: Any) -> bool:
    if not isinstance(node, dict):
        return True
    return list(node) == sorted(node) and all(_sorted(value) for value in node.values())
