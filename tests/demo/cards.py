"""Cards of a Home Assistant dashboard, as the dashboard's own editor writes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from .entities import Entity

type Card = dict[str, Any]

HALF, FULL = 6, 12
"""Columns of a section."""


def view(title: str, sections: Iterable[Card], *, badges: Sequence[Card] = ()) -> Card:
    """Return a view; empty sections are left out. No icon: the frontend would show it instead of the title."""
    kept = [section for section in sections if len(section["cards"]) > 1]
    return {
        "type": "sections",
        "title": title,
        "path": title.lower(),
        "max_columns": 3,
        "badges": list(badges),
        "sections": kept,
    }


def section(title: str, icon: str, cards: Iterable[Card], *, span: int = 1) -> Card:
    """Return a section with its heading."""
    head = {"type": "heading", "heading": title, "heading_style": "title", "icon": icon}
    return {"type": "grid", "column_span": span, "cards": [head, *cards]}


def subtitle(text: str) -> Card:
    """Return a small heading inside a section."""
    return {"type": "heading", "heading": text, "heading_style": "subtitle"}


def group(title: str, cards: Iterable[Card]) -> list[Card]:
    """Return cards under a small heading, nothing when there are none."""
    kept = list(cards)
    return [subtitle(title), *kept] if kept else []


def sized(card: Card, columns: int | str, rows: int | str = "auto") -> Card:
    """Return a card with its size in the section."""
    return card | {"grid_options": {"columns": columns, "rows": rows}}


def tile(entity: Entity, name: str | None = None, *features: Card, columns: int = HALF, **more: Any) -> Card:
    """Return a tile; it shows the entity's own name unless one is given."""
    card: Card = {"type": "tile", "entity": entity.id, "name": name or entity.name, **more}
    if features:
        card |= {"features": list(features), "features_position": "bottom"}
    return card | {"grid_options": {"columns": columns}}


def picture(camera: Entity, title: str, shown: Iterable[Entity], *, columns: int | str = FULL) -> Card:
    """Return a camera's picture, with icons that light up while something is seen."""
    icons = [{"entity": entity.id, "show_state": False} for entity in shown]
    card = {
        "type": "picture-glance",
        "title": title,
        "camera_image": camera.id,
        "camera_view": "auto",
        "aspect_ratio": "16:9",
        "fit_mode": "cover",
        "entities": icons,
    }
    return sized(card, columns)


def live(camera: Entity, title: str, shown: Iterable[Entity], *, columns: int | str = FULL) -> Card:
    """Return a camera's moving picture."""
    return picture(camera, title, shown, columns=columns) | {"camera_view": "live"}


def graph(title: str, entities: Iterable[Entity], *, hours: float = 0.25) -> Card:
    """Return the course of measured values."""
    shown = [{"entity": entity.id, "name": entity.name} for entity in entities]
    return sized({"type": "history-graph", "title": title, "hours_to_show": hours, "entities": shown}, FULL)


def gauge(entity: Entity, name: str, *, most: float, warm: float, hot: float) -> Card:
    """Return a needle that turns yellow and red."""
    card = {
        "type": "gauge",
        "entity": entity.id,
        "name": name,
        "min": 0,
        "max": most,
        "needle": True,
        "severity": {"green": 0, "yellow": warm, "red": hot},
    }
    return sized(card, HALF)


def still(image: Entity, title: str, *, columns: int = HALF) -> Card:
    """Return an image that hides while there is none yet."""
    card = {
        "type": "picture-entity",
        "entity": image.id,
        "name": title,
        "show_state": False,
        "aspect_ratio": "16:9",
        "fit_mode": "cover",
        "visibility": [once_known(image)],
    }
    return sized(card, columns)


def once_known(entity: Entity) -> Card:
    """Return the condition under which something was heard of an entity."""
    return {"condition": "state", "entity": entity.id, "state_not": ["unknown", "unavailable"]}


def press(button: Entity, icon: str) -> Card:
    """Return a round button that presses."""
    return {
        "type": "button",
        "entity": button.id,
        "icon": icon,
        "show_name": False,
        "icon_height": "36px",
        "tap_action": {
            "action": "perform-action",
            "perform_action": "button.press",
            "target": {"entity_id": button.id},
        },
    }


def gap() -> Card:
    """Return an empty place in a grid of buttons."""
    return {"type": "markdown", "content": "&nbsp;", "text_only": True}


def pad(cards: Sequence[Card]) -> Card:
    """Return a grid with three buttons in a row."""
    return sized({"type": "grid", "columns": 3, "square": False, "cards": list(cards)}, FULL)


def badge_while_on(entity: Entity, name: str) -> Card:
    """Return a badge that shows while an alarm goes on."""
    return {
        "type": "entity",
        "entity": entity.id,
        "name": name,
        "show_name": True,
        "show_state": False,
        "color": "red",
        "visibility": [{"condition": "state", "entity": entity.id, "state": "on"}],
    }


def badge_while_away(entity: Entity, name: str) -> Card:
    """Return a badge that shows while a device does not tell its alarms."""
    return badge(entity, name) | {"visibility": [{"condition": "state", "entity": entity.id, "state_not": "on"}]}


def badge(entity: Entity, name: str) -> Card:
    """Return a badge with a name and a state."""
    return {"type": "entity", "entity": entity.id, "name": name, "show_name": True, "show_state": True}


def log(entities: Iterable[Entity], *, rows: int) -> Card:
    """Return the log of some entities."""
    target = {"entity_id": [entity.id for entity in entities]}
    return sized({"type": "logbook", "hours_to_show": 2, "target": target}, FULL, rows)


def alarm_panel(entity: Entity, name: str) -> Card:
    """Return the card of an alarm panel with its buttons."""
    return sized({"type": "alarm-panel", "entity": entity.id, "name": name, "states": ["arm_home", "arm_away"]}, FULL)


def markdown(text: str) -> Card:
    """Return a text with templates."""
    return sized({"type": "markdown", "content": text, "text_only": True}, FULL)
