"""Models on a device: choosing, rolling out, putting there and taking away, over sockets."""

import asyncio
from typing import Any

import pytest

from custom_components.ip_surveillance.protocol.analytics import NewModel
from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop import model_commands
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.models import Model, options
from custom_components.ip_surveillance.protocol.drivers.isapi.aiop.parts import ENGINE_STATUS, FREE, MODELS, PROGRESS
from custom_components.ip_surveillance.protocol.drivers.isapi.driver import IsapiDriver
from custom_components.ip_surveillance.protocol.errors import BadAnswer, NotSupported, Rejected
from custom_components.ip_surveillance.protocol.model.events import Restructured
from custom_components.ip_surveillance.protocol.model.parts import HOST_PART, Choice, FindingKind
from custom_components.ip_surveillance.protocol.model.vocabulary import EngineStatus, Feature, Quantity, Reading
from tests.simulators.isapi import IsapiSimulator
from tests.simulators.isapi.aiop.chips import EngineStatus as Chip

from .aiop_device import (
    ENGINE,
    HELMET,
    LOCKED,
    MODEL,
    PARCEL,
    ROOT,
    SECOND_ENGINE,
    TASK,
    only,
    part,
    platform,
    refuse,
    running,
    setting,
    told,
)
from .isapi_driver import CHANNEL, until

URL = "http://192.0.2.1/new.bin"
DESCRIPTION = [{"type": 7, "name": "forklift"}]


def sent(device: IsapiSimulator, method: str) -> list[str]:
    found = (each for each in device.requests if each.method == method and ROOT in each.path)
    return [each.path.partition("?")[0].rpartition(f"{ROOT}/")[2] for each in found]


async def rolled_out(driver: IsapiDriver, model_id: str) -> None:
    async with asyncio.timeout(5):
        while (await driver.model_progress(model_id))["percent"] < 100:  # noqa: ASYNC110 - the device tells no end
            await asyncio.sleep(0.01)


# --- what an engine runs


async def test_an_idle_engine_gets_a_model() -> None:
    async with running() as (device, driver):
        events = told(driver)
        assert await setting(driver, SECOND_ENGINE, MODEL) == "none"
        device.requests.clear()
        polled = await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")
        assert polled.readback
        assert only(polled) == "Parcel"
        assert polled.readings[SECOND_ENGINE, ENGINE_STATUS] == EngineStatus.RUNNING
        assert sent(device, "PUT") == ["algorithmModel/loading/2"]
        assert sent(device, "DELETE") == []
        assert platform(device).engines[2].model == PARCEL
        assert events == [Restructured()]
        assert await setting(driver, SECOND_ENGINE, MODEL) == "Parcel"


async def test_another_model_goes_out_first_and_labels_follow() -> None:
    async with running() as (device, driver):
        device.requests.clear()
        polled = await driver.set_setting(ENGINE, MODEL, "Parcel")
        assert only(polled) == "Parcel"
        assert sent(device, "DELETE") == ["algorithmModel/unloading/1"]
        await driver.discover()
        slots = {each.slot for each in part(driver, CHANNEL).readings if each.quantity is Quantity.COUNT}
        assert slots == {"parcel", "cart"}


async def test_none_takes_the_model_out() -> None:
    async with running() as (device, driver):
        polled = await driver.set_setting(ENGINE, MODEL, "none")
        assert only(polled) == "none"
        assert polled.readings[ENGINE, ENGINE_STATUS] == EngineStatus.IDLE
        assert platform(device).engines[1].model is None


async def test_the_same_model_again_writes_nothing() -> None:
    async with running() as (device, driver):
        device.requests.clear()
        assert only(await driver.set_setting(ENGINE, MODEL, "Helmet")) == "Helmet"
        assert sent(device, "PUT") == sent(device, "DELETE") == []


async def test_an_engine_that_says_it_is_taken_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as (device, driver):
        platform(device).engines[2].model = HELMET
        seen = driver._engine
        looks = 0

        async def blind(number: int) -> Any:
            """At first the list does not tell what the engine has."""
            nonlocal looks
            looks += 1
            engine = await seen(number)
            return type(engine)(number=number, status=EngineStatus.IDLE) if looks == 1 else engine

        monkeypatch.setattr(driver, "_engine", blind)
        assert only(await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")) == "Parcel"
        assert sent(device, "DELETE") == ["algorithmModel/unloading/2"]


async def test_loading_takes_its_time_and_polls_show_it() -> None:
    async with running() as (device, driver):
        platform(device).timing.loading = 0.4
        change = asyncio.create_task(driver.set_setting(SECOND_ENGINE, MODEL, "Parcel"))
        await until(lambda: platform(device).engines[2].status == Chip.INITIALISING)
        polled = await driver.poll({Want(SECOND_ENGINE)})
        assert polled.readings[SECOND_ENGINE, ENGINE_STATUS] == EngineStatus.STARTING
        assert (SECOND_ENGINE, MODEL) not in polled.settings
        assert only(await change) == "Parcel"


async def test_what_takes_too_long_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_commands, "PATIENCE", 0.05)
    async with running() as (device, driver):
        platform(device).timing.loading = 30.0
        polled = await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")
        assert polled.readings[SECOND_ENGINE, ENGINE_STATUS] == EngineStatus.STARTING
        assert only(polled) == "Parcel"


async def test_a_broken_model_is_an_error() -> None:
    async with running() as (device, driver):
        platform(device).models[PARCEL].abnormal = True
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")
        assert caught.value.code == "algorithmLoadingFailed"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Chip.INITIALISING, "engineInitialization"),
        (Chip.ABNORMAL, "engineAbnormal"),
        (Chip.FACES, "engineTypeMismatch"),
    ],
)
async def test_engines_that_take_none(status: int, code: str) -> None:
    async with running() as (device, driver):
        platform(device).engines[2].status = status
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")
        assert caught.value.code == code


async def test_refusals_name_their_reason() -> None:
    async with running() as (device, driver):
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(SECOND_ENGINE, MODEL, "Fire lane")
        assert caught.value.code == "algorithmDecryptionFailed"
        with pytest.raises(Rejected):
            await driver.set_setting(ENGINE, MODEL, "Fire lane")
        assert platform(device).engines[1].model == HELMET
        platform(device).switches.channels_block = True
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(ENGINE, MODEL, "Parcel")
        assert caught.value.code == "unboundChannel"
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(ENGINE, MODEL, "Nothing like it")
        assert caught.value.code == "modelPackageDelete"


async def test_what_was_taken_without_effect_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_commands, "PATIENCE", 0.05)
    async with running() as (device, driver):
        refuse(device, "algorithmModel/unloading", "ok", http=200)
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(ENGINE, MODEL, "none")
        assert caught.value.code == "notTaken"


async def test_a_restart_that_is_wanted_ends_the_wait_and_is_found() -> None:
    async with running() as (device, driver):
        refuse(device, "algorithmModel/loading", "rebootRequired")
        polled = await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")
        assert only(polled) == "none"
        assert {each.kind for each in driver.findings} == {FindingKind.REBOOT_REQUIRED}
        device.refusals.clear()
        # A restart that is wanted for something else hinders nothing.
        assert only(await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")) == "Parcel"


async def test_an_engine_is_restarted() -> None:
    async with running() as (device, driver):
        await driver.act(ENGINE, Feature.ENGINE_RESET)
        assert platform(device).engines[1].resets == 1
        with pytest.raises(NotSupported):
            await driver.act(TASK, Feature.ENGINE_RESET)
        with pytest.raises(NotSupported):
            await driver.act(ENGINE, Feature.WASHER)


def test_names_that_several_models_have_are_told_apart() -> None:
    models = [Model(model_id="aaaaaaaaaa", name="Helmet"), Model(model_id="bbbbbbbbbb", name="Helmet")]
    models += [Model(model_id="cccccccccc", name="none"), Model(model_id="dddddddddd", name="Parcel")]
    assert list(options(models).values()) == ["Helmet (aaaaaaaa)", "Helmet (bbbbbbbb)", "none (cccccccc)", "Parcel"]


# --- what is on the device


async def test_models_and_room_are_listed() -> None:
    async with running() as (_, driver):
        answer = await driver.models()
        assert answer == {
            "models": [
                {
                    "model_id": HELMET,
                    "name": "Helmet",
                    "status": "loaded",
                    "engines": [1],
                    "labels": {"1": "person", "2": "vehicle"},
                },
                {
                    "model_id": PARCEL,
                    "name": "Parcel",
                    "status": "not_loaded",
                    "engines": [],
                    "labels": {"1": "parcel", "2": "cart"},
                },
                {"model_id": LOCKED, "name": "Fire lane", "status": "decryption_failed", "engines": [], "labels": {}},
            ],
            "total": 1024.0,
            "free": 634.0,
            "most": 10,
        }


async def test_a_retrained_model_is_rolled_out_from_an_address() -> None:
    async with running() as (device, driver):
        events = told(driver)
        model = NewModel(name="Forklifts", url=URL, engines=(2,), description=DESCRIPTION)
        answer = await driver.install_model(model)
        assert len(answer["model_id"]) == 64
        assert events == [Restructured()]
        polled = await driver.poll({Want(HOST_PART, PROGRESS)})
        assert polled.readings[HOST_PART, PROGRESS] is not None
        await rolled_out(driver, answer["model_id"])
        await driver.discover()
        assert part(driver, ENGINE).settings[MODEL] == Choice(
            options=("none", "Helmet", "Parcel", "Fire lane", "Forklifts")
        )
        await until(lambda: platform(device).engines[2].model == answer["model_id"])
        assert not driver.findings
        polled = await driver.poll({Want(HOST_PART)})
        assert polled.readings[HOST_PART, PROGRESS] is None
        assert polled.readings[HOST_PART, MODELS] == 4
        device.requests.clear()
        await driver.poll({Want(HOST_PART, PROGRESS)})
        assert not sent(device, "GET")
        assert driver.ai is not None
        assert driver.ai.labels()[answer["model_id"]].targets == {7: "forklift"}


async def test_polls_follow_what_is_fetched_to_its_end() -> None:
    async with running() as (_, driver):
        await driver.install_model(NewModel(name="Forklifts", url=URL))
        async with asyncio.timeout(5):
            while driver.ai_installing:
                await driver.poll({Want(HOST_PART, PROGRESS)})
        polled = await driver.poll({Want(HOST_PART, PROGRESS)})
        assert polled.readings[HOST_PART, PROGRESS] is None


async def test_a_model_that_shows_up_only_after_a_restart() -> None:
    async with running() as (device, driver):
        answer = await driver.install_model(NewModel(name="Forklifts", url=URL))
        await asyncio.sleep(0.06)
        async with asyncio.timeout(5):
            while not (found := platform(device).models[answer["model_id"]]).stored:
                await driver.poll({Want(ENGINE)})
        found.stored = False
        platform(device).downloads[answer["model_id"]].failure = None
        await rolled_out(driver, answer["model_id"])
        assert {each.kind for each in driver.findings} == {FindingKind.REBOOT_REQUIRED}


async def test_a_download_that_fails_says_why() -> None:
    async with running() as (device, driver):
        platform(device).switches.url_faults[URL] = "algorithmDownloadFailed"
        answer = await driver.install_model(NewModel(name="Forklifts", url=URL))
        with pytest.raises(Rejected) as caught:
            await rolled_out(driver, answer["model_id"])
        assert caught.value.code == "algorithmDownloadFailed"
        assert not driver.ai_installing


async def test_polls_give_up_on_what_failed() -> None:
    async with running() as (device, driver):
        platform(device).switches.url_faults[URL] = "algorithmDownloadFailed"
        await driver.install_model(NewModel(name="Forklifts", url=URL))
        async with asyncio.timeout(5):
            while driver.ai_installing:
                polled = await driver.poll({Want(HOST_PART, PROGRESS)})
        assert (HOST_PART, PROGRESS) in polled.readings


async def test_a_model_from_a_file() -> None:
    async with running() as (device, driver):
        data = b"model" * 300_000
        model = NewModel(name="Mod\u00e8le", data=data, model_id="a" * 64, description=DESCRIPTION)
        assert await driver.install_model(model) == {"model_id": "a" * 64, "name": "Mod\u00e8le"}
        there = platform(device).models["a" * 64]
        assert (there.name, there.size, there.description) == ("Mod\u00e8le", 2, DESCRIPTION)
        polled = await driver.poll({Want(HOST_PART, FREE)})
        assert polled.readings[HOST_PART, FREE] == 632.0


async def test_a_model_is_renamed_replaced_and_removed() -> None:
    async with running() as (device, driver):
        answer = await driver.update_model(PARCEL, name="Parcels", url=None, description=DESCRIPTION)
        assert answer == {"model_id": PARCEL}
        assert platform(device).models[PARCEL].name == "Parcels"
        await driver.update_model(PARCEL, name=None, url=URL, description=None)
        await rolled_out(driver, PARCEL)
        assert not driver.findings
        assert await driver.delete_model(PARCEL) == {"model_id": PARCEL}
        assert PARCEL not in platform(device).models
        with pytest.raises(Rejected) as caught:
            await driver.delete_model(HELMET)
        assert caught.value.code == "modelPackageDeleteFailed"
        with pytest.raises(Rejected):
            await driver.delete_model("../../../System/reboot")
        assert HELMET in platform(device).models


@pytest.mark.parametrize(
    ("model", "code"),
    [
        (NewModel(name="x"), "messageParametersLack"),
        (NewModel(name="x", url=URL, data=b"x"), "messageParametersLack"),
        (NewModel(name="", url=URL), "badParameters"),
        (NewModel(name="x" * 129, url=URL), "badParameters"),
        (NewModel(name="x", url="file:///etc/passwd"), "badParameters"),
        (NewModel(name="x", url="http://192.0.2.1/" + "x" * 256), "badParameters"),
        (NewModel(name="x", url=URL, engines=(9,)), "badParameters"),
        (NewModel(name="x", data=b""), "insufficientSpace"),
        (NewModel(name="x", url=URL, description=[{"x": "y" * 300_000}]), "badParameters"),
        (NewModel(name="x", url=URL, model_id=HELMET), "nameExist"),
    ],
)
async def test_models_that_cannot_be(model: NewModel, code: str) -> None:
    async with running() as (_, driver):
        with pytest.raises(Rejected) as caught:
            await driver.install_model(model)
        assert caught.value.code == code


async def test_a_full_device_says_so() -> None:
    async with running() as (device, driver):
        platform(device).default_size = 5000
        with pytest.raises(Rejected) as caught:
            await driver.install_model(NewModel(name="x", url=URL))
        assert caught.value.code == "insufficientSpace"
        with pytest.raises(Rejected) as caught:
            await driver.update_model("z" * 64, name="x", url=None, description=None)
        assert caught.value.code == "unsupportedMPID"
        with pytest.raises(Rejected):
            await driver.update_model(PARCEL, name=None, url=None, description=None)


async def test_progress_without_a_number_is_no_answer() -> None:
    async with running() as (device, driver):
        refuse(device, "algorithmModel/progress", "ok", http=200)
        with pytest.raises(BadAnswer):
            await driver.model_progress(PARCEL)


async def test_numbers_of_errors_stand_for_their_names() -> None:
    async with running() as (device, driver):
        refuse(device, "algorithmModel/loading", "", code=3, error=0x30002036 - 2, http=500)
        with pytest.raises(Rejected) as caught:
            await driver.set_setting(SECOND_ENGINE, MODEL, "Parcel")
        assert caught.value.code == "insufficientSpace"


def test_reading_of_progress() -> None:
    assert Reading(Quantity.MODEL_PROGRESS) == PROGRESS
