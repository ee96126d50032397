"""Everything the flow, the repairs and the errors can say has a text in which all blanks are filled."""

from collections.abc import Iterator
import json
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from custom_components import ip_surveillance
from custom_components.ip_surveillance import errors, flow_forms
from custom_components.ip_surveillance.protocol.errors import DeviceError, Rejected
from custom_components.ip_surveillance.protocol.model.parts import FindingKind
from custom_components.ip_surveillance.protocol.registry import FAMILIES

TEXTS: dict[str, Any] = json.loads((Path(ip_surveillance.__file__).parent / "translations" / "en.json").read_text())


def subclasses(of: type[DeviceError]) -> Iterator[type[DeviceError]]:
    yield of
    for each in of.__subclasses__():
        yield from subclasses(each)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


ERRORS = [each() for each in dict.fromkeys(subclasses(DeviceError))]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_error(error: DeviceError) -> None:
    assert blanks(TEXTS["config"]["error"][errors.flow_error(error)]) <= {"minutes"}
    message = TEXTS["exceptions"][errors.translation_key(error)]["message"]
    for adapted in (errors.setup_error, errors.poll_error, errors.action_error):
        assert blanks(message) == set(adapted(error, "Yard").translation_placeholders or {})


def test_reasons_of_a_refusal() -> None:
    told = errors.action_error(Rejected("no", details=("line crossing", "face")), "Yard").translation_placeholders
    assert told == {"name": "Yard", "reason": "no (line crossing, face)"}


@pytest.mark.parametrize("kind", FindingKind)
def test_every_finding(kind: FindingKind) -> None:
    issue = TEXTS["issues"][kind.value]
    texts = [issue["title"]]
    if "fix_flow" in issue:
        texts += issue["fix_flow"]["step"]["confirm"].values()
    else:
        texts.append(issue["description"])
    assert all(text and blanks(text) <= {"name", "part", "detail"} for text in texts)


@pytest.mark.parametrize(
    ("step", "form"),
    [
        (TEXTS["config"]["step"]["user"], flow_forms.user_form(FAMILIES)),
        (TEXTS["config"]["step"]["reauth_confirm"], flow_forms.reauth_form()),
        (TEXTS["config"]["step"]["reconfigure"], flow_forms.reconfigure_form()),
        (TEXTS["options"]["step"]["init"], flow_forms.options_form()),
    ],
)
def test_every_field(step: dict[str, Any], form: Any) -> None:
    assert blanks(step.get("description", "")) <= {"name", "host"}
    fields = {str(key) for key in form.schema}
    assert set(step["data"]) == set(step["data_description"]) == fields
    for key, selector in form.schema.items():
        config = getattr(selector, "config", {})
        if options := config.get("options"):
            texts = TEXTS["selector"][config["translation_key"]]["options"]
            assert set(options) <= set(texts), key
