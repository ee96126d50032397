"""Triggers: records of alarm panels, silent alarms too, whatever the entities show of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, cast, override

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .panel_feed import PanelRecord, async_listen
from .panel_text import code_text
from .protocol.model.panel_words import PanelEvent

PANEL_EVENT: Final = "panel_event"

CONF_EVENT: Final = "event"
CONF_ZONE: Final = "zone"
CONF_USER: Final = "user"
CONF_CODE: Final = "code"
CONF_PHASE: Final = "phase"


class Phase(StrEnum):
    """Which records of what begins and ends count; a record of a moment always does."""

    BEGINS = "begins"
    ENDS = "ends"
    BOTH = "both"


PANEL_EVENT_FIELDS: Final[Mapping[Any, Any]] = {
    vol.Optional(CONF_EVENT): vol.All(cv.ensure_list, [vol.In([each.value for each in PanelEvent])]),
    # Numbers come as numbers from YAML and as text from forms.
    vol.Optional(CONF_ZONE): vol.All(vol.Any(int, cv.string), vol.Coerce(str)),
    vol.Optional(CONF_USER): vol.All(vol.Any(int, cv.string), vol.Coerce(str)),
    vol.Optional(CONF_CODE): vol.All(vol.Any(int, cv.string), vol.Coerce(str)),
    vol.Optional(CONF_PHASE): vol.Coerce(Phase),
}

# Home Assistant's annotations name probatio, of which voluptuous is an alias at run time.
_SCHEMA: Final[Any] = vol.Schema(
    {
        vol.Required(CONF_TARGET): cv.TARGET_FIELDS,
        vol.Optional(CONF_OPTIONS, default=dict): dict(PANEL_EVENT_FIELDS),
    }
)

_ENDED: Final = {Phase.BEGINS: {False}, Phase.ENDS: {True}, Phase.BOTH: {False, True}}

_SAID_BY: Final = {
    CONF_ZONE: ("zone", "zone_name"),
    CONF_USER: ("user", "user_number"),
    CONF_CODE: ("code",),
}
"""Words of a record that an option is compared with; one that agrees is enough."""


class PanelEventTrigger(Trigger):
    """Fires for each record of the targeted panels that fits the options."""

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        return cast(ConfigType, _SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the validated configuration."""
        super().__init__(hass, config)
        self._options = config.options or {}
        self._target = TargetSelection(config.target or {})

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        @callback
        def told(record: PanelRecord) -> None:
            if self._fits(record) and self._means(record):
                # The description goes to the logbook, where a silent alarm must not be told from other records.
                run_action(self._payload(record), "panel event")

        return async_listen(self._hass, told)

    def _means(self, record: PanelRecord) -> bool:
        """Whether the panel is targeted: it, its area, or one of its event entities.

        Looked up anew for each record, of which there are few, so that renames and moves need no watching.
        """
        selected = async_extract_referenced_entity_ids(self._hass, self._target, expand_group=False)
        return record.device_id in selected.referenced_devices or not record.entity_ids.isdisjoint(
            selected.referenced | selected.indirectly_referenced
        )

    def _fits(self, record: PanelRecord) -> bool:
        events = self._options.get(CONF_EVENT)
        if events and record.happened.what not in events:
            return False
        data = record.happened.data
        # A code is that of the beginning or of the end already.
        phase = self._options.get(CONF_PHASE, Phase.BOTH if CONF_CODE in self._options else Phase.BEGINS)
        if bool(data.get("restored")) not in _ENDED[phase]:
            return False
        return all(
            any(_same(self._options[option], data.get(word)) for word in words)
            for option, words in _SAID_BY.items()
            if option in self._options
        )

    def _payload(self, record: PanelRecord) -> dict[str, Any]:
        happened = record.happened
        return {
            **happened.data,
            "event": happened.what,
            "text": code_text(self._hass, happened.data),
            "device_id": record.device_id,
        }


def _same(wanted: str, told: object) -> bool:
    return told is not None and str(told).strip().casefold() == wanted.strip().casefold()


TRIGGERS: Final[dict[str, type[Trigger]]] = {PANEL_EVENT: PanelEventTrigger}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Name the triggers."""
    return TRIGGERS
