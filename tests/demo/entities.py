"""Entities of the integration, found in Home Assistant's registry by what they are and never by guessed names."""

from collections.abc import Iterable
from dataclasses import dataclass
import re

from .client import Client
from .devices import DOMAIN
from .progress import DemoError

_KINDS = (
    *("channel", "input", "output", "light", "siren", "storage"),
    *("partition", "zone", "keypad", "repeater", "card_reader", "module", "remote"),
    *("engine", "task", "rule"),
)
# A unique id is the device's, then the part's (where it is not the device itself), then the entity's key.
_UNIQUE_ID = re.compile(
    rf"^(?P<uid>[^_]+)_(?:(?P<kind>{'|'.join(_KINDS)})(?P<number>\d+)(?P<label>[A-Za-z0-9.]*)_)?(?P<key>.+)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One registered entity."""

    id: str
    entry: str
    device: str
    uid: str
    """Identity of the device, as its unique id begins."""
    kind: str
    """Kind of part: channel, input, output, ... or device."""
    number: int
    label: str
    key: str
    disabled: bool
    category: str | None
    name: str

    @property
    def domain(self) -> str:
        """The platform's domain."""
        return self.id.partition(".")[0]


class Registry:
    """All entities of the integration, in the order of devices and parts."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        """Take the entities."""
        self.all = sorted(
            entities,
            key=lambda entity: (entity.entry, entity.uid, entity.kind, entity.number, entity.label, entity.key),
        )

    def behind(self, index: str) -> Registry:
        """Return those of one device behind a receiver."""
        uid = index.replace("-", "").lower()
        return Registry(entity for entity in self.all if entity.uid == uid)

    def of(
        self,
        domain: str | None = None,
        entry: str | None = None,
        kind: str | None = None,
        number: int | None = None,
        key: str | None = None,
    ) -> list[Entity]:
        """Return the enabled entities that match; `key` is a regular expression."""
        return [
            entity
            for entity in self.all
            if not entity.disabled
            and domain in (None, entity.domain)
            and entry in (None, entity.entry)
            and kind in (None, entity.kind)
            and number in (None, entity.number)
            and (key is None or re.fullmatch(key, entity.key))
        ]

    def first(
        self, domain: str, entry: str, kind: str | None = None, number: int | None = None, key: str | None = None
    ) -> Entity | None:
        """Return the first enabled entity that matches."""
        return next(iter(self.of(domain, entry, kind, number, key)), None)

    def one(
        self, domain: str, entry: str, kind: str | None = None, number: int | None = None, key: str | None = None
    ) -> str:
        """Return the id of the first enabled entity that matches; complain when there is none."""
        found = self.first(domain, entry, kind, number, key)
        if found is None:
            raise DemoError(f"no {domain} entity {kind or ''}{number or ''} {key or ''}".rstrip())
        return found.id


async def registry(client: Client) -> Registry:
    """Read the registry."""
    listed = await client.command("config/entity_registry/list")
    return Registry(_entity(item) for item in listed if item["platform"] == DOMAIN)


async def enable(client: Client, wanted: Iterable[Entity]) -> int:
    """Enable entities that are disabled from the start; returns how many. They appear after a reload of their entry."""
    disabled = [entity for entity in wanted if entity.disabled]
    for entity in disabled:
        await client.command("config/entity_registry/update", entity_id=entity.id, disabled_by=None)
    return len(disabled)


def _entity(item: dict[str, str | None]) -> Entity:
    found = _UNIQUE_ID.match(item["unique_id"] or "")
    parts = found.groupdict() if found else {}
    return Entity(
        id=item["entity_id"] or "",
        entry=item["config_entry_id"] or "",
        device=item["device_id"] or "",
        uid=parts.get("uid") or "",
        kind=parts.get("kind") or "device",
        number=int(parts.get("number") or 0),
        label=parts.get("label") or "",
        key=parts.get("key") or "",
        disabled=item["disabled_by"] is not None,
        category=item["entity_category"],
        name=item["name"] or item["original_name"] or "",
    )
