"""The requests of the platform: which there are, what they need, and how refusals are written."""

from inspect import isawaitable
from typing import TYPE_CHECKING

from ...base import Answer
from ..routing import PREFIX, Call, Handler, Route, route
from ..status import Refused
from . import handlers_models as models, handlers_references as references, handlers_rules as rules
from .answers import platform
from .handlers_tasks import operations
from .refusals import Denied, Style, of, render

if TYPE_CHECKING:
    from ..simulator import IsapiSimulator

ROOT = "Intelligent/AIOpenPlatform"
_RULES = "AIRuleConfig/task/{}/channels/{}"

# Method, path below the root, handler, flag of the capability it belongs to. Fixed paths come before place holders.
OPERATIONS: tuple[tuple[str, str, Handler, str], ...] = (
    ("GET", "capabilities", models.capabilities, ""),
    ("GET", "", models.info, ""),
    ("GET", "algorithmModel/engines", models.engines, ""),
    ("GET", "algorithmModel/engine/{}", models.engine, ""),
    ("PUT", "algorithmModel/engine/{}/reset", models.reset, "isSupportResetEngine"),
    ("PUT", "algorithmModel/loading/{}", models.load, ""),
    ("DELETE", "algorithmModel/unloading/{}", models.unload, ""),
    ("GET", "algorithmModel/management", models.models, ""),
    ("GET", "algorithmModel/management/space", models.space, ""),
    ("DELETE", "algorithmModel/management/space/{}", models.delete, ""),
    ("GET", "algorithmModel/progress/{}", models.progress, ""),
    ("PUT", "algorithmModel/update", models.update, ""),
    ("POST", "algorithmModel", models.install, "isSupportUploadModelWithURL"),
    ("POST", "algorithmModelBinaryPackets", models.install_file, "isSupportUploadModelwithPushBinaryData"),
    *operations(),
    ("GET", "AIRuleConfig/channels/{}/capabilities", rules.channel_capabilities, "isSupportAIRuleConfig"),
    ("PUT", "AIRuleConfig/channels/{}/manualReset", rules.reset_counts, "isSupportAIRuleCountManualReset"),
    ("GET", f"{_RULES}/capabilities", rules.task_capabilities, "isSupportAIRuleCapabilities"),
    ("GET", _RULES, rules.rules, "isSupportAIRuleConfig"),
    ("PUT", _RULES, rules.set_rules, "isSupportAIRuleConfig"),
    ("GET", f"{_RULES}/preset/{{}}", rules.preset_rules, "isSupportPresetAIRuleConfig"),
    ("PUT", f"{_RULES}/preset/{{}}", rules.set_preset_rules, "isSupportPresetAIRuleConfig"),
    ("GET", f"{_RULES}/preset/{{}}/", rules.preset_rules, "isSupportPresetAIRuleConfig"),
    ("PUT", f"{_RULES}/preset/{{}}/", rules.set_preset_rules, "isSupportPresetAIRuleConfig"),
    ("GET", "AIRuleConfig/task/{}/status", rules.status, "isSupportAIRuleConfig"),
    ("GET", f"{_RULES}/trigger/capabilities", rules.linkage_capabilities, "isSupportAIRuleTrigger"),
    ("PUT", f"{_RULES}/trigger/delete", rules.delete_linkage, "isSupportAIRuleTrigger"),
    ("GET", f"{_RULES}/trigger", rules.linkage, "isSupportAIRuleTrigger"),
    ("PUT", f"{_RULES}/trigger", rules.set_linkage, "isSupportAIRuleTrigger"),
    ("GET", "AITargetBP/channels/{}", references.pictures, "isSupportAITargetBP"),
    ("POST", "AITargetBP/channels/{}/capture", references.capture, "isSupportAITargetBP"),
    ("GET", "AITargetBP/download/{}", references.download, "isSupportAITargetBP"),
    ("POST", "AITargetBPBinary/channels/{}", references.upload, "isSupportAITargetBP"),
    ("PUT", "AITargetBP/delete", references.delete, "isSupportAITargetBP"),
    ("PUT", "AITargetBP/{}", references.rename, "isSupportAITargetBP"),
)


def _route(method: str, path: str, handler: Handler) -> Route:
    return route(method, f"{ROOT}/{path}" if path else ROOT, handler)


_ROUTES = tuple((_route(method, path, handler), flag) for method, path, handler, flag in OPERATIONS)


def covers(sim: IsapiSimulator, path: str) -> bool:
    """Whether the platform answers this path; a device without one has no such paths."""
    return sim.world.aiop is not None and (path == ROOT or path.startswith(ROOT + "/"))


def injected(sim: IsapiSimulator, call: Call) -> Answer | None:
    """Return the answer that a test wants instead of the true one, on any path."""
    for refusal in sim.refusals:
        if refusal.takes(call.method, call.path):
            style = sim.world.aiop.style if sim.world.aiop else Style()
            return render(PREFIX + call.path, sim.dialect, refusal, style)
    return None


async def respond(call: Call) -> Answer | None:
    """Answer one request."""
    state = platform(call)
    try:
        state.settle()
        return await _answer(call)
    except Refused as error:
        return render(PREFIX + call.path, call.sim.dialect, of(error), state.style)


async def _answer(call: Call) -> Answer | None:
    state = platform(call)
    if state.switches.upgrading:
        raise Denied("upgrading")
    if not call.wants_json:
        raise Denied("invalidIURL", detail="format=json is missing")
    matching = [(item, flag, found) for item, flag in _ROUTES if (found := item.pattern.fullmatch(call.path))]
    matching = [entry for entry in matching if not entry[1] or state.can(entry[1])]
    for item, _, found in matching:
        if item.method == call.method:
            answer = item.handler(call, *found.groups())
            return await answer if isawaitable(answer) else answer
    raise Denied("methodNotAllowed" if matching else "notSupport")
