"""Where a camera posts its alarms (`alarmCenterService`, 003_f90f6ea635efbe94.txt l.28581-28679)."""

from base64 import b64decode, b64encode
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...driver import Access, Emit
from ...errors import NotSupported, Rejected
from .client import NOT_TAKEN
from .grammar import Pair
from .listening import Listening
from .posts import END, START, WORDS, read_post

KIND: Final = "alarmCenterService"
_PROGRAMS: Final = ("alarm", "network")
_ON: Final = "on"
_FIELDS: Final = (_ON, START, END)
_TRUE: Final = frozenset({"true", "1"})
_UNTOLD: Final = "passw"
"""What the names of passwords have in them."""
_WRONG: Final = frozenset({"-8", "-23", "-661"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How a series names the fields."""

    names: tuple[str, str, str]
    """Switch, address for beginnings, address for ends."""
    on: str
    coded: bool
    """Addresses are written in base64 and read in plain text (l.28644)."""
    programs: tuple[str, ...]
    beside: tuple[str, ...]
    """What is written along, as it was."""
    renamed: Mapping[str, str]
    """Fields that are written by another name than they are read by, in lower case."""


_NORMAL: Final = _Form(
    names=("CGIAlarmFlag", "CGIUrlStart", "CGIUrlEnd"),
    on="true",
    coded=True,
    programs=("alarm", "network"),
    beside=("CGIName", "CGIType"),
    renamed={"cgipassword1": "CGIPasswd1"},
)
_LITE: Final = _Form(
    names=("cgiAlarmEnable", "urlStart", "urlEnd"),
    on="1",
    coded=False,
    programs=("network", "alarm"),
    beside=("alarmType", "alarmCenterName", "protocolType"),
    renamed={},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """The setting as read."""

    form: _Form
    pairs: tuple[Pair, ...]

    def get(self, name: str) -> str:
        """Value of a field; names of addresses look like marks of lists, so pairs are looked through as they came."""
        wanted = name.lower()
        return next((value.strip() for each, value in self.pairs if each.strip().lower() == wanted), "")

    @property
    def destination(self) -> dict[str, str]:
        """What is changed: switch and addresses."""
        return {field: self.get(name) for field, name in zip(_FIELDS, self.form.names, strict=True)}

    def others(self) -> dict[str, str]:
        """What must stay as it is, but for a password, which may be told in another way each time."""
        changed = {name.lower() for name in self.form.names}
        fields = {name.strip().lower(): value.strip() for name, value in self.pairs}
        return {name: value for name, value in fields.items() if name not in changed and _UNTOLD not in name}


class AlarmCentre(Listening):
    """`Receives` of the driver."""

    access: Access

    @property
    def receives(self) -> bool:
        """Cameras may; recorders have nothing of the kind."""
        return self.facts is not None and not self.facts.recorder

    async def destination(self) -> Mapping[str, str]:
        """Read where alarms are posted now."""
        return (await self._centre()).destination

    def sends_to(self, destination: Mapping[str, str], mark: str) -> bool:
        """Whether one of the addresses has the mark."""
        return any(mark in _shown(destination.get(field, "")) for field in (START, END))

    async def send_to(self, address: str) -> None:
        """Have alarms posted below an address."""
        words = "&".join(WORDS)
        async with self.client.transport.exclusive():
            found = await self._centre()
            await self._write_centre(
                found, {_ON: found.form.on, START: f"{address}/{START}/{words}", END: f"{address}/{END}/{words}"}
            )

    async def send_back(self, destination: Mapping[str, str], mark: str) -> None:
        """Have alarms posted where they were before, unless it is no longer ours."""
        wanted = {field: str(destination.get(field, "")) for field in _FIELDS}
        async with self.client.transport.exclusive():
            found = await self._centre()
            if not self.sends_to(found.destination, mark):
                return
            try:
                await self._write_centre(found, wanted)
            except Rejected:
                # An empty address may be refused (l.28675): what it was then is off, and that it can be again.
                if wanted[_ON] in _TRUE:
                    raise
                await self._write_centre(found, {**found.destination, _ON: wanted[_ON]})

    async def received(self, path: str, body: bytes, emit: Emit) -> bool:
        """Take what was posted as if it came over the stream of alarms, which may have told it already."""
        record = read_post(path, body, self.access.zone)
        if record is None:
            return False
        self._count("posted")
        if not record.time:
            # Nothing tells it from what came another way: the list of alarms says what it is.
            self._count("posted without time")
            emit(await self.poll_alarms())
            return True
        await self._take([self.book.same(record, self._first)], emit)
        return True

    async def _centre(self) -> _Setting:
        """Read the setting."""
        record = await self.client.get(KIND, cgi=_PROGRAMS)
        pairs = record.pairs()
        names = {name.strip().lower() for name, _ in pairs}
        for form in (_NORMAL, _LITE):
            if form.names[0].lower() in names:
                return _Setting(form=form, pairs=pairs)
        raise NotSupported("the device has no alarm server", code="noAlarmServer")

    async def _write_centre(self, found: _Setting, wanted: Mapping[str, str]) -> None:
        """Write what differs from what was found, and read it back."""
        if not _differing(found, wanted):
            return
        changed = [(name, _sent(found.form, field, wanted[field])) for field, name in _named(found.form)]
        beside = [(name, found.get(name)) for name in found.form.beside if found.get(name)]
        try:
            await self._send_centre(found.form, (*changed[:1], *beside, *changed[1:]))
        except Rejected as error:
            if error.code not in _WRONG:
                raise
            await self._send_centre(found.form, _whole(found, changed))
        after = await self._centre()
        if after.others() != found.others():
            await self._send_centre(found.form, _whole(found, changed))
            after = await self._centre()
        if names := _differing(after, wanted):
            raise Rejected(f"the device did not take {', '.join(names)}", code=NOT_TAKEN, details=names)

    async def _send_centre(self, form: _Form, pairs: Sequence[Pair]) -> None:
        await self.client.operate(form.programs, ("action", "set"), ("type", KIND), *pairs)


def _named(form: _Form) -> tuple[tuple[str, str], ...]:
    return tuple(zip(_FIELDS, form.names, strict=True))


def _differing(found: _Setting, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Names of fields that are not as wanted."""
    now = found.destination
    return tuple(name for field, name in _named(found.form) if _shown(now[field]) != _shown(wanted[field]))


def _whole(found: _Setting, changed: Sequence[Pair]) -> tuple[Pair, ...]:
    """All fields; a password that is only shown as stars is left out."""
    values = {name.lower(): value for name, value in changed}
    made: list[Pair] = []
    for name, value in found.pairs:
        key = name.strip().lower()
        if _UNTOLD in key and not value.strip("* "):
            continue
        made.append((found.form.renamed.get(key, name.strip()), values.get(key, value.strip())))
    return tuple(made)


def _shown(value: str) -> str:
    """An address as people read it, should the device tell it in base64 as it is written."""
    text = value.strip()
    if "://" in text:
        return text
    try:
        plain = b64decode(text, validate=True).decode()
    except binascii.Error, ValueError:
        return text
    return plain if "://" in plain else text


def _sent(form: _Form, field: str, value: str) -> str:
    return b64encode(_shown(value).encode()).decode() if form.coded and field != _ON else value
