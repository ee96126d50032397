"""Models and the engines that run them, as commands."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
import time
from typing import Any, Final

from ....analytics import Answer, Description, NewModel
from ....errors import BadAnswer, NotSupported, Rejected
from ....hikvision.status import REBOOT_REQUIRED
from ....model.events import Polled
from ....model.parts import PartKind, PartRef, SettingValue
from ....model.setting_words import SettingKey
from ....model.vocabulary import EngineStatus, Feature
from ....transport import loose_json
from ..client import Json
from .base import OnPlatform
from .engines import FAULTY, Engine
from .known import ask_engines
from .models import (
    BROKEN,
    NONE,
    Model,
    bind_document,
    install_document,
    options,
    read_models,
    read_progress,
    read_space,
    shown,
    update_document,
)
from .parts import ENGINE_STATUS, FAULT, MODEL
from .paths import (
    INSTALL,
    INSTALL_FILE,
    MODELS,
    SPACE,
    UPDATE,
    load_path,
    model_path,
    progress_path,
    reset_path,
    unload_path,
)
from .pieces import File, parts

PATIENCE: Final = 60.0
"""Seconds that an engine may take to load or unload a model; after that what it says then is what it is."""
_FIRST_LOOK: Final = 0.1
_SLOWER: Final = 1.5
_SLOWEST: Final = 3.0
_BOUND: Final = "enginewithmodelpackage"
"""Refusal of an engine that still has another model (000…txt L5758)."""
_UPLOAD_TIMEOUT: Final = 60.0
_UPLOAD_RATE: Final = 200_000
"""Bytes a second that the slowest link is given."""
MOST_BYTES: Final = 512 * 1024 * 1024
"""Largest file of a model."""


class ModelCommands(OnPlatform):
    """The `Models` commands, the choice of an engine's model, and its restart."""

    async def models(self) -> Answer:
        """List models, and the room for them in megabytes."""
        self.require_platform()
        found = read_models(await self.client.json(MODELS))
        space = read_space(await self.client.json(SPACE))
        self._models_are(found)
        return {
            "models": [shown(model) for model in found],
            "total": space.total,
            "free": space.free,
            "most": space.most,
        }

    async def install_model(self, model: NewModel) -> Answer:
        """Put a model on the device, from an address or as its file; tells its `model_id`."""
        document = install_document(model, self.platform.numbers_of_engines())
        if (model.url is None) is (model.data is None):
            raise Rejected("give either an address or the bytes of a file", code="messageParametersLack")
        if model.data is None:
            await self.client.send_json("POST", INSTALL, document)
            self.ai_installing.add(document["MPID"])
        else:
            await self._upload(document, model.data)
        self.changed()
        return {"model_id": document["MPID"], "name": document["MPName"]}

    async def _upload(self, document: dict[str, Any], data: bytes) -> None:
        if not 0 < len(data) <= MOST_BYTES:
            raise Rejected(f"the file must have 1 to {MOST_BYTES} bytes", code="insufficientSpace")
        file = File(name="model", filename="model.bin", content_type="application/octet-stream", data=data)
        # Hundreds of megabytes are put together: nothing else may wait for that.
        body, content_type = await asyncio.to_thread(parts, "AlgorithmModelBinaryPackage", document, file)
        timeout = _UPLOAD_TIMEOUT + len(body) / _UPLOAD_RATE
        await self.client.send_parts("POST", INSTALL_FILE, body, content_type, timeout=timeout)

    async def update_model(
        self, model_id: str, *, name: str | None, url: str | None, description: Description | None
    ) -> Answer:
        """Rename a model, describe it anew, or have the device fetch a newer one."""
        self.require_platform()
        document = update_document(model_id, name, url, description)
        await self.client.send_json("PUT", UPDATE, document)
        if url is not None:
            self.ai_installing.add(model_id)
        self.changed()
        return {"model_id": model_id}

    async def delete_model(self, model_id: str) -> Answer:
        """Remove a model for good; the device refuses while an engine runs it."""
        self.require_platform()
        await self.client.send_json("DELETE", model_path(model_id))
        self.ai_installing.discard(model_id)
        self.changed()
        return {"model_id": model_id}

    async def model_progress(self, model_id: str) -> Answer:
        """How far the device has fetched a model, 0 to 100. Raises `Rejected` with the reason where it failed."""
        self.require_platform()
        try:
            percent = read_progress(await self.client.json(progress_path(model_id)))
        except Rejected:
            self.ai_installing.discard(model_id)
            raise
        if percent is None:
            raise BadAnswer("the device tells no progress")
        if percent >= 100:
            await self.installed(model_id)
        return {"model_id": model_id, "percent": percent}

    async def installed(self, model_id: str) -> None:
        """A model is fetched: the device lists it, or will do so after a restart (000…txt L4983)."""
        if model_id not in self.ai_installing:
            return
        found = read_models(await self.client.json(MODELS))
        self.ai_installing.discard(model_id)
        if all(model.model_id != model_id for model in found):
            self.client.reboot_required = True
        self._models_are(found)
        self.changed()

    def _models_are(self, found: tuple[Model, ...]) -> None:
        self.learn_platform(replace(self.platform, models=found))

    # --- engines

    async def act(self, part: PartRef, feature: Feature) -> None:
        """Restart an engine."""
        if feature is not Feature.ENGINE_RESET or part.kind is not PartKind.ENGINE:
            raise NotSupported(f"no {feature.value}", code="notSupport")
        await self.client.send_json("PUT", reset_path(part.number))

    async def set_model(self, part: PartRef, value: SettingValue) -> Polled:
        """Have an engine run a model or none; waits until it says so.

        Raises `Rejected` where the device refuses, where the model turns out to be broken, or nothing came of it.
        """
        listed = read_models(await self.client.json(MODELS))
        self._models_are(listed)
        names = options(listed)
        wanted = next((model for model in listed if names[model.model_id] == value), None)
        if wanted is None and value != NONE:
            raise Rejected("there is no such model on the device", code="modelPackageDelete", details=(str(value),))
        if wanted is not None and wanted.status == BROKEN:
            # Found out now, not after the model that works was taken out.
            raise Rejected("the device cannot decrypt this model", code="algorithmDecryptionFailed")
        async with self.ai_locks.setdefault(part.number, asyncio.Lock()):
            engine = await self._engine(part.number)
            if engine.model_id == (wanted.model_id if wanted else None):
                return self._told(part, engine)
            try:
                if engine.model_id is not None:
                    engine = await self._unload(part.number)
                if wanted is not None:
                    engine = await self._load(part.number, wanted)
            finally:
                self.changed()
        return self._told(part, engine)

    async def _unload(self, number: int) -> Engine:
        answer = await self.client.send_json("DELETE", unload_path(number))
        return await self._settled(number, None, answer)

    async def _load(self, number: int, model: Model) -> Engine:
        document = bind_document(model)
        try:
            answer = await self.client.send_json("PUT", load_path(number), document)
        except Rejected as error:
            if error.code.lower() != _BOUND:
                raise
            await self._unload(number)
            answer = await self.client.send_json("PUT", load_path(number), document)
        return await self._settled(number, model.model_id, answer)

    async def _settled(self, number: int, model_id: str | None, answer: Json | None) -> Engine:
        """Look until the engine has what it was told, says that it cannot, or time is up."""
        if loose_json.to_int(loose_json.get(answer, "statusCode")) == REBOOT_REQUIRED:
            return await self._engine(number)
        ends = time.monotonic() + PATIENCE
        pause = _FIRST_LOOK
        engine = await self._engine(number)
        while not self._is_settled(engine, model_id) and time.monotonic() < ends:
            await asyncio.sleep(pause)
            pause = min(_SLOWEST, pause * _SLOWER)
            engine = await self._engine(number)
        if model_id is not None and engine.status in FAULTY:
            reason = "engineAbnormal" if engine.status is EngineStatus.FAULT else "algorithmLoadingFailed"
            raise Rejected("the engine could not load the model", code=reason)
        if engine.status is not EngineStatus.STARTING and engine.model_id != model_id:
            raise Rejected("the device took this without effect", code="notTaken")
        return engine

    @staticmethod
    def _is_settled(engine: Engine, model_id: str | None) -> bool:
        if model_id is None:
            return engine.model_id is None and engine.status is not EngineStatus.STARTING
        if engine.status in FAULTY:
            return True
        return engine.model_id == model_id and engine.status in (EngineStatus.RUNNING, None)

    async def _engine(self, number: int) -> Engine:
        """One engine as it is now."""
        found = await ask_engines(self.client, (number,))
        engine = next((each for each in found if each.number == number), None)
        if engine is None:
            raise Rejected("the device has no such engine", code="invalidID")
        return engine

    def _told(self, part: PartRef, engine: Engine) -> Polled:
        status = engine.status.value if engine.status else None
        return Polled(
            asked_at=time.monotonic(),
            readback=True,
            settings={(part, MODEL): self.model_option(engine)},
            readings={(part, ENGINE_STATUS): status, (part, FAULT): engine.faulty},
        )

    def model_option(self, engine: Engine) -> str:
        """What an engine runs, in the words of the choice."""
        if engine.model_id is None:
            return NONE
        names: Mapping[str, str] = options(self.platform.models or ())
        return names.get(engine.model_id) or engine.model_name or engine.model_id

    def is_model(self, setting: SettingKey) -> bool:
        """Whether a setting is the choice of an engine's model, which no document holds."""
        return setting == MODEL
