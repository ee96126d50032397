"""Repairs: what the user can put right on a device, told as long as it is so."""

from typing import TYPE_CHECKING, Final

from homeassistant.components.repairs import FlowType, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .protocol.model.parts import Finding, FindingKind, PartKind, PartRef, Topology

if TYPE_CHECKING:
    from .runtime import Entry

_ENTRY: Final = "entry_id"
_RECONFIGURABLE: Final = frozenset({FindingKind.LOW_RIGHTS})
"""What another account puts right, so that the repair can lead there."""
_SEVERITY: Final = {FindingKind.PUSH_DEAD: ir.IssueSeverity.ERROR}
"""A warning where not named."""


@callback
def async_update_findings(hass: HomeAssistant, entry: Entry, findings: frozenset[Finding]) -> None:
    """Show one issue for each kind of finding and part, and take away those of the entry that no longer hold.

    Needs the entry's runtime data; safe to call often. Without findings all issues of the entry go.
    """
    wanted: dict[str, list[Finding]] = {}
    for finding in sorted(findings):
        wanted.setdefault(_issue_id(entry, finding), []).append(finding)
    for domain, issue_id in _shown(hass, entry):
        if issue_id not in wanted:
            ir.async_delete_issue(hass, domain, issue_id)
    for issue_id, same in wanted.items():
        _create(hass, entry, issue_id, same)


def _create(hass: HomeAssistant, entry: Entry, issue_id: str, same: list[Finding]) -> None:
    """Show what was found of one kind on one part."""
    kind, part = same[0].kind, same[0].part
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={_ENTRY: entry.entry_id},
        is_fixable=kind in _RECONFIGURABLE,
        severity=_SEVERITY.get(kind, ir.IssueSeverity.WARNING),
        translation_key=kind.value,
        translation_placeholders={
            "name": entry.title,
            "part": _part_name(entry.runtime_data.state.topology, part),
            "detail": ", ".join(finding.detail for finding in same if finding.detail) or "-",
        },
    )


def _issue_id(entry: Entry, finding: Finding) -> str:
    part = finding.part
    return f"{entry.entry_id}_{finding.kind.value}_{part.device}_{part.key}"


def _shown(hass: HomeAssistant, entry: Entry) -> list[tuple[str, str]]:
    """Keys of the entry's active issues; inactive ones only remember what the user chose to ignore."""
    return [
        key
        for key, issue in ir.async_get(hass).issues.items()
        if key[0] == DOMAIN and issue.active and key[1].startswith(f"{entry.entry_id}_")
    ]


def _part_name(topology: Topology, ref: PartRef) -> str:
    """Name of a part as its user knows it."""
    if ref.kind is PartKind.DEVICE:
        device = topology.devices.get(ref.device)
        return device.name if device else ""
    part = topology.parts.get(ref)
    return (part.name if part else None) or f"{ref.kind.value.replace('_', ' ')} {ref.number}"


class ReconfigureRepair(RepairsFlow):
    """Explains, then hands over to the reconfiguration of the entry."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry whose account is to be changed."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Explain; then open the form that asks for another account. What is still wrong is found again after it."""
        if user_input is not None:
            flow = await self.hass.config_entries.flow.async_init(
                DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": self._entry_id}
            )
            return self.async_create_entry(data={}, next_flow=(FlowType.CONFIG_FLOW, flow["flow_id"]))
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="confirm",
            description_placeholders=issue.translation_placeholders if issue else None,
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Make the flow of a fixable issue."""
    return ReconfigureRepair(str((data or {}).get(_ENTRY)))
