"""Runs the push channel of an entry and its further feeds, and says when the former is dead although polling works."""

from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant, callback

from .coordinator import StateCoordinator
from .protocol.commands import Feeds
from .protocol.driver import Emit
from .protocol.errors import AuthFailed, Forbidden
from .protocol.model.parts import Finding, FindingKind
from .protocol.supervisor import LinkState, LinkStatus, Supervisor
from .repairs import async_update_findings

if TYPE_CHECKING:
    from .runtime import Entry

_DEAD_AFTER = 3
"""Tries in vain before the user is told; a device that restarts comes back sooner."""


class Push:
    """The push channel of one entry."""

    def __init__(self, hass: HomeAssistant, entry: Entry, coordinator: StateCoordinator) -> None:
        """Take what the events go to; nothing is sent before `async_start`."""
        self._hass = hass
        self._entry = entry
        self._coordinator = coordinator
        self._dead: Finding | None = None
        self._forbidden = False
        self.supervisor = Supervisor(
            self._listen,
            coordinator.async_push,
            probe=coordinator.driver.check,
            on_auth_failed=self._on_auth_failed,
            on_status=self._on_status,
            clock=hass.loop.time,
        )
        entry.async_on_unload(coordinator.async_on_findings(self._report))

    @callback
    def async_start(self) -> None:
        """Listen until the entry is unloaded."""
        self._report()
        if self._coordinator.driver.pushes:
            self._entry.async_create_background_task(self._hass, self.supervisor.run(), f"{self._entry.title} push")
        driver = self._coordinator.driver
        if isinstance(driver, Feeds):
            feed = driver.feed(self._coordinator.async_push)
            self._entry.async_create_background_task(self._hass, feed, f"{self._entry.title} feeds")

    async def _listen(self, emit: Emit) -> None:
        """Listen once, and remember whether rights are what lacks: that does not pass by itself."""
        self._forbidden = False
        try:
            await self._coordinator.driver.listen(emit, self.supervisor.alive)
        except Forbidden:
            self._forbidden = True
            raise

    @callback
    def _on_auth_failed(self, _: AuthFailed) -> None:
        """Let the poll meet the refusal: it fails without asking the device, stops, and starts reauthentication."""
        self._entry.async_create_background_task(
            self._hass, self._coordinator.async_request_refresh(), f"{self._entry.title} refused"
        )

    @callback
    def _on_status(self, status: LinkStatus) -> None:
        match status.state:
            case LinkState.WAITING if self._forbidden:
                self._dead = Finding(kind=FindingKind.LOW_RIGHTS, detail="event stream")
            case LinkState.UNSUPPORTED:
                self._dead = Finding(kind=FindingKind.PUSH_DEAD, detail=status.reason)
            case LinkState.WAITING if status.attempts >= _DEAD_AFTER and self._coordinator.last_update_success:
                self._dead = Finding(kind=FindingKind.PUSH_DEAD, detail=status.reason)
            case LinkState.LIVE:
                self._dead = None
            case _:
                return
        self._report()

    @callback
    def _report(self) -> None:
        findings = self._coordinator.findings
        if self._dead:
            findings |= {self._dead}
        async_update_findings(self._hass, self._entry, findings)
