"""The device's settings: pages by type and instance, read as they stand and written as the document says."""

from collections.abc import Callable
from copy import deepcopy
from enum import StrEnum

from . import catalogue, pages
from .refused import NOT_IN_RANGE, WRONG_ARGUMENT, WRONG_PARAMETER, Refused
from .text import Field, Listing, Node, Pair, Tree, find, flat, listing, parse, plain

type Key = tuple[str, int, str]
"""Type, camera (0: the whole device) and selector."""


class Partial(StrEnum):
    """What a set does to what it does not name."""

    KEEPS = "keeps"
    RESETS = "resets"
    LOOPS = "loops"
    """A page with lists is only taken with all its lists, else -23."""


class Store:
    """All pages of one device."""

    def __init__(self, series: str, *, range_code: int = WRONG_PARAMETER) -> None:
        """Fill from the examples of these series; `range_code` refuses a value out of range."""
        self.series = series
        self.range_code = range_code
        self.partial = Partial.KEEPS
        self.appends = True
        """Lists grow by what is sent unless the request says cover (l.3648)."""
        self.pages: dict[Key, Tree] = {}
        self.factory: dict[str, list[Pair]] = {}
        """Pages that differ from the examples, by type (with @instance)."""
        self.ignored: list[tuple[str, str]] = []
        """Type and key of everything sent that the device does not know."""
        self.deaf: set[str] = set()
        """Types (or type.key) that say OK and change nothing."""
        self.changed: Callable[[str, int, dict[str, str]], None] = lambda kind, camera, fields: None
        """Called after a set with the plain keys and values of its fields."""

    def has(self, kind: str) -> bool:
        """Whether the device has this type at all."""
        return kind in self.factory or pages.page(kind, self.series) is not None

    def _template(self, kind: str, selector: str) -> list[Pair] | None:
        for name in (f"{kind}@{selector}", kind):
            if name in self.factory:
                return self.factory[name]
            if (found := pages.page(name, self.series)) is not None:
                return found
        return None

    def page(self, kind: str, camera: int = 1, selector: str = "") -> Tree:
        """Return the page of an instance, made from the example when it is first asked for."""
        where = 0 if kind in catalogue.WHOLE else camera
        key = (kind, where, selector or ("0" if catalogue.SELECTORS.get(kind) == "schemeID" else "1"))
        if key not in self.pages:
            template = self._template(kind, key[2])
            if template is None:
                raise KeyError(kind)
            self.pages[key] = parse(deepcopy(template))
        return self.pages[key]

    def lines(self, kind: str, camera: int = 1, selector: str = "") -> list[Pair]:
        """Return a page as pairs."""
        return flat(self.page(kind, camera, selector))

    def get(self, kind: str, key: str, camera: int = 1, selector: str = "") -> str:
        """Return the value of a field, stripped; KeyError when the page has none."""
        found = find(self.page(kind, camera, selector), key)
        if found is None:
            raise KeyError(f"{kind}.{key}")
        return (found.value or "").strip()

    def put(self, kind: str, key: str, value: object, camera: int = 1, selector: str = "") -> None:
        """Give a field a value from inside; it is added when the page lacks it."""
        page = self.page(kind, camera, selector)
        found = find(page, key)
        if found is None:
            page.append(Field(key=key, value=str(value)))
        else:
            found.value = str(value)

    # --- what a set does

    def write(self, kind: str, sent: list[Pair], camera: int = 1, selector: str = "") -> None:
        """Change a page as a set request says; raises Refused."""
        request = [node for node in parse(sent) if not self._address(kind, node)]
        fields = [node for node in request if isinstance(node, Field)]
        lists = [node for node in request if isinstance(node, Listing)]
        page = self.page(kind, camera, selector)
        for item in fields:
            self._check(kind, item)
        self._check_required(kind, sent, page, lists)
        if kind in self.deaf:
            return
        if self.partial is Partial.RESETS:
            page[:] = parse(deepcopy(self._template(kind, selector) or []))
        done = {}
        index = next((int(value) for key, value in sent if plain(key) == "diskid" and value and value.isdigit()), 1)
        for item in fields:
            if self._set_field(kind, page, item, index):
                done[plain(item.key)] = (item.value or "").strip()
        for sent_list in lists:
            self._set_list(page, sent_list, fields)
        self._clean(page, fields)
        self._exclude(kind, page, done)
        self.changed(kind, camera, {plain(item.key): (item.value or "").strip() for item in fields})

    @staticmethod
    def _address(kind: str, node: Node) -> bool:
        selector = catalogue.SELECTORS.get(kind, "").lower()
        return isinstance(node, Field) and plain(node.key) in catalogue.ADDRESS | {selector}

    def _check(self, kind: str, item: Field) -> None:
        name, value = plain(item.key), (item.value or "").strip()
        name = catalogue.SPELLED.get(name, name)
        if name in catalogue.NAMES and catalogue.FORBIDDEN & set(value):
            raise Refused(WRONG_PARAMETER)
        limits = catalogue.TYPED_LIMITS.get(kind, {}).get(name) or catalogue.LIMITS.get(name)
        if limits is None or value in ("true", "false"):
            return
        try:
            good = limits[0] <= float(value) <= limits[1]
        except ValueError:
            raise Refused(WRONG_PARAMETER) from None
        if not good:
            raise Refused(self.range_code)

    def _check_required(self, kind: str, sent: list[Pair], page: Tree, lists: list[Listing]) -> None:
        names = {plain(key) for key, _ in sent}
        if "C" in self.series and not names.issuperset(catalogue.REQUIRED.get(kind, ())):
            raise Refused(WRONG_PARAMETER)
        if self.partial is not Partial.LOOPS:
            return
        wanted = {node.stem for node in page if isinstance(node, Listing)}
        if not wanted.issubset({node.stem for node in lists}):
            raise Refused(WRONG_ARGUMENT)

    @staticmethod
    def _inside(page: Tree, name: str, index: int) -> Field | None:
        """Return a field of the record with this number."""
        lists = (node for node in page if isinstance(node, Listing) and len(node.records) >= index)
        return next((found for node in lists if (found := find(node.records[index - 1], name))), None)

    def _set_field(self, kind: str, page: Tree, item: Field, index: int) -> bool:
        name = catalogue.SPELLED.get(plain(item.key), plain(item.key))
        if name in catalogue.STEERING or name.endswith("count") or f"{kind}.{item.key.strip()}" in self.deaf:
            return False
        if name in catalogue.COMMANDS.get(kind, ()) or name == "cleararea":
            if name == "cleararea" and item.value == "1":
                self._clear_regions(page)
            return False
        if name in catalogue.READ_ONLY_KEYS:
            return False
        found = find(page, name) or find(page, item.key)
        if found is None and kind in catalogue.FLAT_SETS:
            found = self._inside(page, name, index)
        if found is not None:
            found.value = item.value
        elif name in catalogue.OPTIONAL:
            page.append(Field(key=item.key, value=item.value))
        else:
            self.ignored.append((kind, item.key))
            return False
        return True

    @staticmethod
    def _clear_regions(page: Tree) -> None:
        """Remove all regions; the detection must be off (l.14687)."""
        switch = find(page, "enableFlag")
        if switch is not None and (switch.value or "").strip() == "1":
            raise Refused(WRONG_PARAMETER)
        regions = listing(page, "region")
        if regions is not None:
            _resize(page, regions, [])

    def _action(self, stem: str, fields: list[Field]) -> str:
        """Return what a request says shall be done with its records of one list."""
        for item in fields:
            name = plain(item.key)
            if stem in catalogue.STEERING.get(name, ()) or name in (f"{stem}action", f"{stem}paramaction"):
                return (item.value or "").strip().lower()
        return "add" if self.appends else "cover"

    def _set_list(self, page: Tree, sent: Listing, fields: list[Field]) -> None:
        kept = listing(page, sent.stem)
        if kept is None:
            kept = Listing(stem=sent.stem, begin=sent.begin, end=sent.end, nexts=list(sent.nexts))
            page.append(kept)
        if not kept.nexts and sent.nexts:
            kept.nexts = list(sent.nexts)
        action = self._action(sent.stem, fields)
        rows: list[Tree] = kept.records if action in ("add", "remove") else []
        if action == "remove":
            gone = [flat(record) for record in sent.records]
            rows = [record for record in rows if flat(record) not in gone]
        elif action != "clean":
            rows = self._merged(sent.stem, rows, sent.records)
        _resize(page, kept, rows)

    @staticmethod
    def _merged(stem: str, rows: list[Tree], more: list[Tree]) -> list[Tree]:
        number = catalogue.NUMBERED.get(stem)
        if number is None:
            return [*rows, *more]

        def name(record: Tree) -> str | None:
            found = find(record, number)
            return (found.value or "").strip() if found else None

        fresh = {name(record): record for record in more}
        return [fresh.pop(name(record), record) for record in rows] + list(fresh.values())

    @staticmethod
    def _clean(page: Tree, fields: list[Field]) -> None:
        """Empty the lists a request names with clean and no records."""
        for item in fields:
            if (item.value or "").strip() == "clean":
                for stem in catalogue.STEERING.get(plain(item.key), ()):
                    if (kept := listing(page, stem)) is not None:
                        _resize(page, kept, [])

    @staticmethod
    def _exclude(kind: str, page: Tree, done: dict[str, str]) -> None:
        names = catalogue.EXCLUSIVE.get(kind, ())
        chosen = next((name for name in names if done.get(name) == "1"), None)
        for name in names:
            other = find(page, name)
            if chosen and name != chosen and other is not None:
                other.value = "0"


def _resize(page: Tree, kept: Listing, rows: list[Tree]) -> None:
    """Give a list other records; its count goes with it, and an empty list is not written at all."""
    kept.replace(rows)
    count = find(page, f"{kept.stem}Count")
    if count is not None:
        count.value = str(len(rows))
    if not rows:
        page.remove(kept)


__all__ = ["NOT_IN_RANGE", "Partial", "Store"]
