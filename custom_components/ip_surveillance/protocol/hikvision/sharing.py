"""Equal things as one object: the zones of a panel are hundreds alike, and a host may front thousands of them."""

from typing import Any


class Shared:
    """Gives the same object for all that equals it; for as long as one document is read, so that it stays small."""

    def __init__(self) -> None:
        """Nothing was given yet."""
        self._given: dict[Any, Any] = {}

    def __call__[T](self, value: T) -> T:
        """Return what was given first of all that equals `value`, which must be hashable and never change."""
        return self._given.setdefault(value, value)  # type: ignore[no-any-return]


def kept[T](old: tuple[T, ...] | None, new: tuple[T, ...]) -> tuple[T, ...]:
    """The new rows of a document, but the old objects wherever nothing changed."""
    if old is None or old == new:
        return new if old is None else old
    return tuple(before if before == now else now for before, now in zip(old, new, strict=False)) + new[len(old) :]
