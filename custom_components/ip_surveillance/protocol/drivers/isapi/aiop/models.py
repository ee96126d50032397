"""Model packages: what the device has, how much room there is, and the documents that put one there. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import json
from typing import Any, Final
from uuid import uuid4

from ....analytics import Description, NewModel
from ....errors import Rejected
from ....transport import loose_json
from .engines import known_id, numbers
from .labels import Labels, read_labels

MOST: Final = 256
NONE: Final = "none"
"""Option of an engine without a model."""
BROKEN: Final = "decryption_failed"
_STATUS: Final = {0: "not_loaded", 1: "loaded", 2: BROKEN}
"""000…txt L5336."""
_LONGEST_URL: Final = 256
_LONGEST_NAME: Final = 128
"""Bytes (L4534, L4539)."""
_LONGEST_DESCRIPTION: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model package on the device."""

    model_id: str
    name: str
    status: str | None = None
    engines: tuple[int, ...] = ()
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Room for model packages, megabytes."""

    total: float | None = None
    free: float | None = None
    most: int | None = None
    """Packages that the device takes at most."""


def read_models(document: Mapping[str, Any]) -> tuple[Model, ...]:
    """Read the list of packages; those without an id are left out."""
    found: dict[str, Model] = {}
    for entry in loose_json.wrapped(document, "AlgorithmModels", "AlgorithmModel")[:MOST]:
        model_id = known_id(loose_json.get(entry, "MPID"))
        if model_id is None:
            continue
        status = loose_json.to_int(loose_json.get(entry, "status"))
        model = Model(
            model_id=model_id,
            name=loose_json.to_text(loose_json.get(entry, "MPName"), _LONGEST_NAME) or model_id,
            status=_STATUS.get(status) if status is not None else None,
            engines=numbers(loose_json.get(entry, "engine")),
            labels=read_labels(loose_json.get(entry, "description")),
        )
        found.setdefault(model_id, model)
    return tuple(found.values())


def read_space(document: Mapping[str, Any]) -> Space:
    """Read the room for packages."""
    return Space(
        total=loose_json.to_float(loose_json.get(document, "totalCapacity")),
        free=loose_json.to_float(loose_json.get(document, "surplusCapacity")),
        most=loose_json.to_int(loose_json.get(document, "MPNumbers")),
    )


def read_progress(document: Mapping[str, Any]) -> float | None:
    """Read how far a package is fetched, 0 to 100."""
    percent = loose_json.to_float(loose_json.get(document, "percent"))
    return percent if percent is not None and 0 <= percent <= 100 else None


def options(models: Iterable[Model]) -> dict[str, str]:
    """What to choose models by: names by id; a name that several go by, or that means none, gets a piece of the id."""
    listed = list(models)
    names = [model.name for model in listed]
    return {
        model.model_id: f"{model.name} ({model.model_id[:8]})"
        if names.count(model.name) > 1 or model.name == NONE
        else model.name
        for model in listed
    }


def shown(model: Model) -> dict[str, Any]:
    """A package as an answer to people."""
    return {
        "model_id": model.model_id,
        "name": model.name,
        "status": model.status,
        "engines": list(model.engines),
        "labels": {str(number): name for number, name in sorted(model.labels.targets.items())},
    }


def new_id() -> str:
    """An id of exactly 64 characters: shorter ones are refused by what names no other length (L4626)."""
    return uuid4().hex * 2


def install_document(model: NewModel, engines: Iterable[int]) -> dict[str, Any]:
    """The document that puts a package on the device. Raises `Rejected` for what the device cannot take."""
    document: dict[str, Any] = {"MPID": model.model_id or new_id(), "MPName": checked_name(model.name)}
    if model.engines:
        known = set(engines)
        if known and (strange := [str(each) for each in model.engines if each not in known]):
            raise Rejected("the device has no such engine", code="badParameters", details=strange)
        document["engine"] = list(model.engines)
    if model.url is not None:
        document["URL"] = checked_url(model.url)
    if model.description is not None:
        document["description"] = checked_description(model.description)
    return document


def bind_document(model: Model) -> dict[str, Any]:
    """The document that loads a model into an engine."""
    return {"MPID": model.model_id, "MPName": model.name}


def update_document(
    model_id: str, name: str | None, url: str | None, description: Description | None
) -> dict[str, Any]:
    """The document that changes a package. Raises `Rejected` when there is nothing to change."""
    document: dict[str, Any] = {"MPID": model_id}
    if url is not None:
        document["URL"] = checked_url(url)
    if name is not None:
        document["MPName"] = checked_name(name)
    if description is not None:
        document["description"] = checked_description(description)
    if len(document) == 1:
        raise Rejected("nothing to change", code="messageParametersLack")
    return document


def checked_url(url: str) -> str:
    """An address that the device can fetch from."""
    if not url.lower().startswith(("http://", "https://", "ftp://")) or not url.isprintable() or " " in url:
        raise Rejected("an address must begin with http://, https:// or ftp://", code="badParameters")
    if len(url.encode()) > _LONGEST_URL:
        raise Rejected(f"the address is longer than {_LONGEST_URL} bytes", code="badParameters")
    return url


def checked_name(name: str) -> str:
    """A name that the device can keep."""
    if not name.strip() or len(name.encode()) > _LONGEST_NAME:
        raise Rejected(f"a name has 1 to {_LONGEST_NAME} bytes", code="badParameters")
    return name.strip()


def checked_description(description: Description) -> list[dict[str, Any]]:
    """What came with a model, as the device takes it."""
    listed = [dict(each) for each in description]
    if len(json.dumps(listed)) > _LONGEST_DESCRIPTION:
        raise Rejected("the description is too long", code="badParameters")
    return listed
