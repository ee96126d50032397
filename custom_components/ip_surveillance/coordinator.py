"""The meeting point of polls, pushes, timers and commands.

Each becomes an event, the reducer makes the next state of it, and the entities of the parts that changed are told.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from . import errors
from .const import (
    CONF_HOLD_TIME,
    CONF_POLL_INTERVAL,
    DEFAULT_POLL_INTERVAL,
    DOMAIN,
    LOGGER,
)
from .discretion import hushed, shows_silent
from .identity import behind_of, may_be
from .moments import Moments
from .protocol.driver import Driver, Want
from .protocol.errors import AccountLocked, AuthFailed, DeviceError, Rejected
from .protocol.model.detections import DETECTION_TRAITS
from .protocol.model.events import Connected, Disconnected, Event, Polled, Restructured
from .protocol.model.parts import HOST, HOST_PART, Device, Finding, Part, PartRef, Topology
from .protocol.model.reduce import Holds, device_of, expire, next_deadline, reduce
from .protocol.model.state import State
from .protocol.model.step import Step
from .telling import HappenedCallback, Telling

if TYPE_CHECKING:
    from .runtime import RuntimeData

_FRESH = 60.0
"""Seconds for which what discovery found is not doubted."""


class StateCoordinator(DataUpdateCoordinator[State]):
    """Holds the state of one entry and is the only caller of the reducer."""

    config_entry: ConfigEntry[RuntimeData]
    topology: Topology

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[RuntimeData], driver: Driver) -> None:
        """Take the driver; nothing is sent before the first refresh."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=timedelta(seconds=driver.pace),
        )
        self.driver = driver
        self.data = State()
        self.last_event_at: float | None = None
        """Loop time of the last event pushed."""
        self.registered: dict[PartRef, tuple[Part, Device]] = {}
        """Parts whose registry devices were made, as they were then."""
        self.following: dict[PartRef, asyncio.Task[None]] = {}
        """Channels that were moved and whose position is being read."""
        self._shows_silent = shows_silent(entry)
        self._holds = _holds(entry.options.get(CONF_HOLD_TIME))
        self._interval = timedelta(seconds=entry.options.get(CONF_POLL_INTERVAL, DEFAULT_POLL_INTERVAL))
        self.telling = Telling(self._on_wants)
        self._stop_telling: CALLBACK_TYPE | None = None
        self._topology_listeners: list[CALLBACK_TYPE] = []
        self._finding_listeners: list[CALLBACK_TYPE] = []
        self._wanted: frozenset[Want] | None = None
        self._command_listeners: list[CALLBACK_TYPE] = []
        self._command_findings = driver.findings
        self._told_success = True
        self._deadline: float | None = None
        self._cancel_deadline: CALLBACK_TYPE | None = None
        self._discovered_at = 0.0
        self._looks_wanted = 0
        self._moments = Moments(hass, self.telling)
        self._relays: set[asyncio.Task[Any]] = set()
        entry.async_on_unload(self._stop_relays)
        entry.async_on_unload(self._stop_deadline)
        entry.async_on_unload(self._moments.close)

    @contextmanager
    def relaying(self) -> Iterator[None]:
        """Note that the running task passes on what the device sends: it ends when the entry is unloaded."""
        task = asyncio.current_task()
        assert task is not None
        self._relays.add(task)
        try:
            yield
        finally:
            self._relays.discard(task)

    @callback
    def _stop_relays(self) -> None:
        for task in tuple(self._relays):
            task.cancel()

    # Listeners

    @callback
    @override
    def async_add_listener(self, update_callback: CALLBACK_TYPE, context: Want | None = None) -> CALLBACK_TYPE:
        """Listen to one part. The context also says what is worth asking the device for."""
        if context is None:
            return super().async_add_listener(update_callback)
        return self.telling.listen(context.part, update_callback, context)

    @callback
    def _on_wants(self) -> None:
        """Somebody began or stopped to listen to a part; to the base class all of them are one listener."""
        self._wanted = None
        if self.telling.wanting and self._stop_telling is None:
            self._stop_telling = super().async_add_listener(self.telling.tell_all)
        elif not self.telling.wanting and self._stop_telling is not None:
            self._stop_telling()
            self._stop_telling = None

    @callback
    def async_on_happened(self, part: PartRef, told: HappenedCallback) -> CALLBACK_TYPE:
        """Be told the momentary happenings of a part."""
        return self.telling.listen_happened(part, told)

    @callback
    def async_on_topology(self, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Be told when parts or their abilities changed."""
        self._topology_listeners.append(changed)
        return partial(self._topology_listeners.remove, changed)

    @property
    def findings(self) -> frozenset[Finding]:
        """What the user can put right on the device."""
        return self.topology.findings | self.driver.findings

    @callback
    def async_on_findings(self, changed: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Be told when there may be other findings."""
        stop = self.async_on_topology(changed)
        self._finding_listeners.append(changed)

        @callback
        def remove_both() -> None:
            stop()
            self._finding_listeners.remove(changed)

        return remove_both

    @callback
    def async_on_command(self, done: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Be told that a command was run."""
        self._command_listeners.append(done)
        return partial(self._command_listeners.remove, done)

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Tell everybody, but only when availability changed: the base class calls this after every poll.

        Parts that changed in value were told by `async_apply` already; waking all entities of a large recorder for
        one relay would be a waste.
        """
        if self._told_success is not self.last_update_success:
            self._told_success = self.last_update_success
            super().async_update_listeners()

    def wanted(self) -> frozenset[Want]:
        """What enabled entities show; the same object as long as they are the same."""
        if self._wanted is None:
            # Collected once and kept: a host may front a hundred thousand entities.
            self._wanted = frozenset(self.telling.wants())
        return self._wanted

    # Events

    @callback
    def async_apply(self, event: Event) -> None:
        """Take one event, whoever it comes from, and tell the entities concerned."""
        event = hushed(event, self._shows_silent)
        self._take(reduce(self.data, event, self.hass.loop.time(), self._holds), device_of(event))

    @property
    def _hurried(self) -> timedelta:
        """The interval of polls while nothing is pushed."""
        return min(timedelta(seconds=self.driver.pace), self._interval)

    @callback
    def async_push(self, event: Event) -> None:
        """Take one event of the push channel."""
        self.last_event_at = self.hass.loop.time()
        self.async_apply(event)
        if isinstance(event, Restructured):
            self.async_schedule_rediscovery()
        elif isinstance(event, Connected):
            self._on_connected()
        elif isinstance(event, Disconnected):
            self.update_interval = self._hurried
            self._in_background(self.async_request_refresh(), "look")

    @callback
    def _take(self, step: Step, address: str | None = None) -> None:
        """Take what an event did; `address` is of the device where it is one alone that changed."""
        self.data = step.state
        if step.everything:
            super().async_update_listeners()
        else:
            self.telling.tell(step.changed)
        self._moments.tell(step.happened, looking=self._looks_wanted > 0)
        self._schedule_deadline(address)

    @callback
    def _on_connected(self) -> None:
        """Whatever happened before the push channel was up is found by one full poll."""
        self.update_interval = self._interval
        # Not a mere request: that is put off by ten seconds, or dropped when a poll that began before is under way.
        self._in_background(self.async_refresh(), "resync")
        # A device that was away may come back with other firmware, settings and cameras; not so right after set-up.
        if self.hass.loop.time() - self._discovered_at > _FRESH:
            self.async_schedule_rediscovery()

    def _in_background(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.config_entry.async_create_background_task(self.hass, work, f"{self.name} {name}")

    # Deadlines

    @callback
    def _schedule_deadline(self, address: str | None = None) -> None:
        # Of hundreds of devices all others are as they were: what is pending there has its timer.
        deadline = next_deadline(self.data, address)
        if deadline == self._deadline or (address is not None and deadline is None):
            return
        # An alarm that goes on only moves the deadline away: let the timer fire and look again, instead of making
        # a new timer for each of thousands of repeats.
        if deadline is not None and self._deadline is not None and deadline > self._deadline:
            return
        self._stop_deadline()
        if deadline is not None:
            self._deadline = deadline
            self._cancel_deadline = async_call_later(
                self.hass,
                max(0.0, deadline - self.hass.loop.time()),
                HassJob(self._on_deadline, cancel_on_shutdown=True),
            )

    @callback
    def _on_deadline(self, _: object) -> None:
        self._deadline = self._cancel_deadline = None
        self._take(expire(self.data, self.hass.loop.time()))

    @callback
    def _stop_deadline(self) -> None:
        if self._cancel_deadline:
            self._cancel_deadline()
        self._deadline = self._cancel_deadline = None

    # Polls

    @override
    async def _async_setup(self) -> None:
        try:
            topology = await self.driver.discover()
        except DeviceError as err:
            raise errors.setup_error(err, self.name) from err
        if (ours := self._as_set_up(topology)) is None:
            raise ConfigEntryError(
                translation_domain=DOMAIN, translation_key="wrong_device", translation_placeholders={"name": self.name}
            )
        self._know(ours)
        self.update_interval = self._hurried

    def _as_set_up(self, topology: Topology) -> Topology | None:
        """The topology under the identity that was stored at set-up; None when another device answers.

        An address may have gone over to another device, even one that takes the same password: its relays and alarms
        must not appear as those of this one. And the same device may stop to tell its serial number.
        """
        host, stored = topology.host, self.config_entry.unique_id
        if stored is None or host.uid == stored:
            return topology
        if not may_be(self.hass, self.config_entry, host.uid, behind_of(topology)):
            return None
        return replace(topology, devices={**topology.devices, HOST: replace(host, uid=stored)})

    @override
    async def _async_update_data(self) -> State:
        try:
            polled = await self.driver.poll(self.wanted())
        except DeviceError as err:
            if isinstance(err, AccountLocked) and self.config_entry.state is ConfigEntryState.LOADED:
                # After any other refused login nothing is polled until the user acts; a lock ends by itself.
                self.config_entry.async_start_reauth(self.hass)
                raise errors.locked_error(err, self.name) from err
            raise errors.poll_error(err, self.name) from err
        # Of hundreds of devices both to put the answers together and to take them is work: let others run in between.
        await asyncio.sleep(0)
        # The base class stores what is returned: it must be made of the state as it is after the await, or a push
        # that came meanwhile would be lost.
        before = self.data
        self.async_apply(polled)
        if any(online and before.online(part) is False for part, online in polled.online.items()):
            # A camera that was away when the device was looked at may be able to do more than was seen then.
            self.async_schedule_rediscovery()
        return self.data

    @callback
    def async_schedule_rediscovery(self, _: object = None) -> None:
        """Look again what exists, in the background."""
        self._in_background(self.async_rediscover(), "rediscover")

    async def async_rediscover(self) -> None:
        """Look again what exists; entities for new parts appear, those of vanished parts become unavailable.

        One look at a time: whoever asks while one is under way gets another one after it.
        """
        self._looks_wanted += 1
        if self._looks_wanted > 1:
            return
        try:
            while self._looks_wanted:
                self._looks_wanted = 1
                await self._rediscover()
                self._looks_wanted -= 1
        finally:
            self._looks_wanted = 0
            if self._moments.waiting:
                self._moments.settle()

    async def _rediscover(self) -> None:
        try:
            topology = await self.driver.discover()
        except DeviceError as err:
            # The next poll meets the same trouble and reports it.
            LOGGER.debug("%s: looking for changes failed: %s", self.name, type(err).__name__)
            return
        if (ours := self._as_set_up(topology)) is None:
            # Setting up again says so, and shows nothing of the other device.
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)
            return
        if self._know(ours):
            for changed in tuple(self._topology_listeners):
                changed()
            super().async_update_listeners()

    def _know(self, topology: Topology) -> bool:
        """Take what exists; whether it differs from what was known."""
        self._discovered_at = self.hass.loop.time()
        if topology == getattr(self, "topology", None):
            return False
        self.topology = topology
        self.telling.know(topology)
        self._moments.know(topology)
        return True

    # Commands

    def driver_as[P](self, protocol: type[P]) -> P:
        """The driver as one of its command protocols, which the part's feature promised."""
        assert isinstance(self.driver, protocol)
        return self.driver

    async def async_ask[T](self, request: Awaitable[T], part: PartRef = HOST_PART) -> T:
        """Return the answer to what a user wants of a part. Raises a translated error that a person understands."""
        try:
            return await request
        except DeviceError as err:
            if isinstance(err, AuthFailed):
                self.config_entry.async_start_reauth(self.hass)
            # What refuses is the device meant; whatever else fails is a matter of the host.
            device = self.topology.devices.get(part.device) if isinstance(err, Rejected) and part.device else None
            raise errors.action_error(err, device.name if device else self.name) from err

    async def async_command(self, command: Awaitable[Polled | None], part: PartRef = HOST_PART) -> None:
        """Run a command and take what it read back; raises as `async_ask` does."""
        try:
            readback = await self.async_ask(command, part)
        finally:
            for done in tuple(self._command_listeners):
                done()
        if readback is not None:
            self.async_apply(readback)
        if self.driver.findings != self._command_findings:
            self._command_findings = self.driver.findings
            for changed in tuple(self._finding_listeners):
                changed()


def _holds(seconds: float | None) -> Holds:
    """The user's hold time, for all detections that are moments."""
    if seconds is None:
        return {}
    return {what: seconds for what, traits in DETECTION_TRAITS.items() if not traits.lasting}
