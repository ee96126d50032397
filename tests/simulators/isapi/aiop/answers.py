"""What handlers of the platform share: the way to the state, to the request's body, and success."""

import json
from typing import TYPE_CHECKING, Any

from ...base import Answer
from ..form import Tree
from ..routing import PREFIX, Call
from .refusals import Denied, Refusal, render
from .schema import Check

if TYPE_CHECKING:
    from .state import Platform


def platform(call: Call) -> Platform:
    """Return the state."""
    found = call.world.aiop
    assert found is not None
    return found


def sent(call: Call, check: Check, body: bytes | None = None) -> dict[str, Any]:
    """Return the JSON object of the request once it has passed the check."""
    try:
        found: Any = json.loads(call.record.body if body is None else body)
    except ValueError:
        raise Denied("badJsonFormat") from None
    check(found, "message")
    assert isinstance(found, dict)
    return found


def nothing_sent(call: Call) -> None:
    """Refuse a body where none belongs."""
    if call.record.body:
        raise Denied("badJsonContent", detail="no body expected")


def done(call: Call, extra: Tree | None = None) -> Answer:
    """Answer "OK", or "reboot required" to what changes something while a restart is due."""
    state = platform(call)
    sub = "rebootRequired" if state.reboot_needed and call.method != "GET" else "ok"
    refusal = Refusal(sub=sub, xml=False, extra=extra or {})
    return render(PREFIX + call.path, call.sim.dialect, refusal, state.style)
