"""Writing into a stored object: types as they are read, unknown names ignored, siblings kept or wiped."""

from dataclasses import dataclass, field

from .status import Code, Json, Refused


def zero(value: Json) -> Json:
    """Return the empty value of the same type; what a wiped member holds afterwards."""
    if isinstance(value, dict):
        return {name: zero(item) for name, item in value.items()}
    if isinstance(value, list):
        return [zero(item) for item in value]
    return type(value)()


@dataclass(kw_only=True)
class Writer:
    """One write; afterwards `unknown` tells the names that were ignored."""

    wipes: bool = False
    """Members that are not sent are emptied instead of kept."""
    read_only: frozenset[str] = frozenset()
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)
    loose: bool = False
    """Take 0, 1 and their text for a boolean and digits for a number."""
    unknown: list[str] = field(default_factory=list)

    def put(self, old: Json, new: Json, name: str = "data") -> Json:
        """Return the value after the write."""
        if isinstance(old, dict):
            return self._object(old, new, name)
        if isinstance(old, list):
            return self._array(old, new, name)
        return self._scalar(old, new, name)

    def _object(self, old: dict[str, Json], new: Json, name: str) -> Json:
        if not isinstance(new, dict):
            raise Refused(Code.PARAMETER, f"{name} is no object")
        result = {}
        for key, value in old.items():
            if key in self.read_only:
                result[key] = value
            elif key in new:
                result[key] = self.put(value, new[key], key)
            else:
                result[key] = self._emptied(value) if self.wipes else value
        self.unknown += new.keys() - old.keys()
        return result

    def _emptied(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {key: item if key in self.read_only else self._emptied(item) for key, item in value.items()}
        return zero(value)

    def _array(self, old: list[Json], new: Json, name: str) -> Json:
        if not isinstance(new, list):
            raise Refused(Code.PARAMETER, f"{name} is no array")
        if old and isinstance(old[0], dict):
            if len(new) > len(old):
                raise Refused(Code.PARAMETER, f"{name} has too many rows")
            changed = [self.put(row, item, name) for row, item in zip(old, new, strict=False)]
            return changed + (zero(old[len(new) :]) if self.wipes else old[len(new) :])
        if old and self.loose:
            new = [_like(old[0], item) for item in new]
        if old and (len(new) != len(old) or any(type(item) is not type(old[0]) for item in new)):
            raise Refused(Code.PARAMETER, f"{name} has another shape")
        return new

    def _scalar(self, old: Json, new: Json, name: str) -> Json:
        if self.loose:
            new = _converted(old, new)
        if type(new) is not type(old):
            raise Refused(Code.PARAMETER, f"{name} is {type(old).__name__}, not {new!r}")
        low, high = self.ranges.get(name, (None, None))
        if low is not None and high is not None and isinstance(new, int) and not low <= new <= high:
            raise Refused(Code.PARAMETER, f"{name} is between {low} and {high}, not {new}")
        return new


def _like(old: Json, new: Json) -> Json:
    """Return a row of numbers, or of such rows, in the stored types."""
    if isinstance(old, list) and old and isinstance(new, list):
        return [_like(old[0], item) for item in new]
    return _converted(old, new)


def _converted(old: Json, new: Json) -> Json:
    """Return the value in the stored type, if it can be read so."""
    if isinstance(old, bool):
        return {"0": False, "1": True, 0: False, 1: True}.get(new, new) if isinstance(new, (int, str)) else new
    if isinstance(old, int) and isinstance(new, str) and new.lstrip("-").isdecimal():
        return int(new)
    if isinstance(old, int) and isinstance(new, bool):
        return int(new)
    if isinstance(old, str) and isinstance(new, int):
        return str(int(new))
    return new
