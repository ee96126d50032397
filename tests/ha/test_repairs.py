"""Repairs: an issue for each thing to put right, for as long as it is so."""

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ip_surveillance.const import DOMAIN
from custom_components.ip_surveillance.protocol.model.parts import (
    HOST,
    HOST_PART,
    Finding,
    FindingKind,
    PartKind,
    PartRef,
)
from custom_components.ip_surveillance.repairs import async_create_fix_flow, async_update_findings

CHANNEL = PartRef(HOST, PartKind.CHANNEL, 1)


@pytest.fixture
def platforms() -> tuple[Platform, ...]:
    return (Platform.BINARY_SENSOR,)


@pytest.fixture
def entry_without_issues(hass: HomeAssistant, setup_entry: MockConfigEntry) -> MockConfigEntry:
    async_update_findings(hass, setup_entry, frozenset())
    return setup_entry


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Active issues of the integration by their key in the translations."""
    return {
        str(issue.translation_key): issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


def found(kind: FindingKind, part: PartRef = HOST_PART, detail: str = "") -> Finding:
    return Finding(kind=kind, part=part, detail=detail)


@pytest.mark.parametrize("kind", FindingKind)
async def test_issue_comes_and_goes(
    hass: HomeAssistant, entry_without_issues: MockConfigEntry, kind: FindingKind
) -> None:
    entry = entry_without_issues
    async_update_findings(hass, entry, frozenset({found(kind, CHANNEL, "why")}))
    issue = issues(hass)[kind.value]
    channel = entry.runtime_data.state.topology.parts[CHANNEL]
    assert issue.translation_placeholders == {"name": entry.title, "part": channel.name, "detail": "why"}
    assert issue.is_fixable is (kind is FindingKind.LOW_RIGHTS)
    async_update_findings(hass, entry, frozenset())
    assert not issues(hass)


async def test_findings_of_one_kind(hass: HomeAssistant, entry_without_issues: MockConfigEntry) -> None:
    """Details of one part share an issue; parts have their own, named as well as it goes."""
    entry = entry_without_issues
    gone = PartRef(HOST, PartKind.CARD_READER, 9)
    stranger = PartRef("elsewhere", PartKind.DEVICE)
    kind = FindingKind.LOW_RIGHTS
    findings = {found(kind, detail="b"), found(kind, detail="a"), found(kind, gone), found(kind, stranger)}
    async_update_findings(hass, entry, frozenset(findings))
    told = [issue.translation_placeholders for issue in ir.async_get(hass).issues.values() if issue.active]
    assert [each and (each["part"], each["detail"]) for each in told] == [
        ("card reader 9", "-"),
        (entry.runtime_data.state.topology.host.name, "a, b"),
        ("", "-"),
    ]


async def test_ignored_issue_stays_ignored(hass: HomeAssistant, entry_without_issues: MockConfigEntry) -> None:
    findings = frozenset({found(FindingKind.CLOCK_OFF)})
    async_update_findings(hass, entry_without_issues, findings)
    issue = issues(hass)["clock_off"]
    ir.async_ignore_issue(hass, DOMAIN, issue.issue_id, ignore=True)
    async_update_findings(hass, entry_without_issues, findings)
    assert issues(hass)["clock_off"].dismissed_version


async def test_other_entries_keep_their_issues(hass: HomeAssistant, entry_without_issues: MockConfigEntry) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        "other_low_rights",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="low_rights",
    )
    async_update_findings(hass, entry_without_issues, frozenset())
    assert "low_rights" in issues(hass)


async def test_repair_leads_to_another_account(
    hass: HomeAssistant, entry_without_issues: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    entry = entry_without_issues
    await async_setup_component(hass, "repairs", {})
    async_update_findings(hass, entry, frozenset({found(FindingKind.LOW_RIGHTS, detail="PTZ")}))
    issue = issues(hass)["low_rights"]
    client = await hass_client()
    url = "/api/repairs/issues/fix"
    form = await (await client.post(url, json={"handler": DOMAIN, "issue_id": issue.issue_id})).json()
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"]["detail"] == "PTZ"
    done = await (await client.post(f"{url}/{form['flow_id']}", json={})).json()
    assert done["type"] == FlowResultType.CREATE_ENTRY
    (flow,) = hass.config_entries.flow.async_progress()
    assert done["next_flow"] == ["config_flow", flow["flow_id"]]
    assert flow["context"]["source"] == SOURCE_RECONFIGURE
    assert flow["context"]["entry_id"] == entry.entry_id
    assert not issues(hass)


async def test_repair_of_an_issue_that_went_meanwhile(
    hass: HomeAssistant, entry_without_issues: MockConfigEntry
) -> None:
    flow = await async_create_fix_flow(hass, "gone", {"entry_id": entry_without_issues.entry_id})
    flow.hass = hass
    flow.context = {"issue_id": "gone"}
    result = await flow.async_step_init()  # type: ignore[attr-defined]
    assert result["type"] is FlowResultType.FORM
