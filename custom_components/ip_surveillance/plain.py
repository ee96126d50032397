"""The model as plain data for diagnostics, with everything secret or personal taken out."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
import re
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED

from .protocol.model.parts import PartRef
from .protocol.model.state import Picture

_URL_LOGIN: Final = re.compile(r"(?<=://)[^/\s@]+@")
_RTSP_URL: Final = re.compile(r"rtsps?://\S+", re.IGNORECASE)


def plain(value: Any) -> Any:
    """Turn any piece of the model into dicts, lists, texts and numbers; keys become texts."""
    if value is None or (isinstance(value, (bool, int, float, str)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Mapping):
        return {key_text(key): plain(each) for key, each in value.items()}
    if isinstance(value, Picture):
        return f"{value.content_type}, {len(value.data)} bytes"
    if is_dataclass(value) and not isinstance(value, (type, PartRef)):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, AbstractSet):
        return sorted(key_text(each) for each in value)
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return [plain(each) for each in value]
    return key_text(value)


def key_text(key: Any) -> str:
    """Name what a mapping is about: `channel1`, `channel1 motion human`, `device cpu`."""
    match key:
        case PartRef():
            name = ".".join(filter(None, (PartRef(key.device, key.kind, key.number).key, key.label)))
            return f"{key.device}/{name}" if key.device else name
        case Enum():
            return str(key.value)
        case tuple():
            return " ".join(text for each in key if each is not None and (text := key_text(each)))
        case bytes():
            return f"{len(key)} bytes"
        case date() | datetime():
            return key.isoformat()
        case _ if is_dataclass(key):
            return str(plain(key))
        case _:
            return str(key)


class Scrubber:
    """Takes known secrets out of texts wherever they stand: in keys, in reasons of errors, in what a device said."""

    def __init__(self, secrets: Iterable[str | None], aliases: Mapping[str, str]) -> None:
        """Take what must not be shown, and what is shown under another name so that it can still be told apart."""
        self._shown = dict.fromkeys((secret for secret in secrets if secret), REDACTED) | dict(aliases)
        words = "|".join(re.escape(word) for word in sorted(self._shown, key=len, reverse=True))
        # Whole words only: an account called "admin" is no reason to mangle every path with that in it.
        self._words = re.compile(rf"(?<![0-9A-Za-z])(?:{words})(?![0-9A-Za-z])") if words else None

    def scrub(self, value: Any) -> Any:
        """Clean plain data."""
        match value:
            case dict():
                return {self.text(key): self.scrub(each) for key, each in value.items()}
            case list():
                return [self.scrub(each) for each in value]
            case str():
                return self.text(value)
            case _:
                return value

    def text(self, text: str) -> str:
        """Clean one text."""
        text = _RTSP_URL.sub(REDACTED, text)
        text = _URL_LOGIN.sub(f"{REDACTED}@", text)
        return self._words.sub(lambda found: self._shown[found[0]], text) if self._words else text
