"""Who is told of parts: everybody concerned once, and nobody any more who stopped."""

from custom_components.ip_surveillance.protocol.driver import Want
from custom_components.ip_surveillance.protocol.model.events import Happened
from custom_components.ip_surveillance.protocol.model.parts import PartKind, PartRef
from custom_components.ip_surveillance.telling import Telling

ONE, OTHER = (PartRef("", PartKind.CHANNEL, number) for number in (1, 2))


class Heard:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.times = 0
        self.happened: list[str] = []

    def told(self) -> None:
        self.times += 1

    def moment(self, happened: Happened) -> None:
        self.happened.append(happened.what)


def test_parts_that_changed() -> None:
    telling, heard = Telling(lambda: None), Heard()
    stop = telling.listen(ONE, heard.told)
    telling.tell([ONE, OTHER])
    assert heard.times == 1
    stop()
    telling.tell([ONE])
    assert heard.times == 1


def test_what_is_wanted() -> None:
    changes: list[int] = []
    telling, heard = Telling(lambda: changes.append(telling.wanting)), Heard()
    telling.listen(ONE, heard.told)()
    assert changes == []
    stops = [telling.listen(part, heard.told, Want(part)) for part in (ONE, OTHER, OTHER)]
    assert set(telling.wants()) == {Want(ONE), Want(OTHER)}
    for stop in stops:
        stop()
    assert changes == [1, 2, 3, 2, 1, 0]
    assert not set(telling.wants())


def test_all_are_told_once_but_those_that_want_nothing() -> None:
    telling, heard, other = Telling(lambda: None), Heard(), Heard()
    for part in (ONE, OTHER):
        telling.listen(part, heard.told, Want(part))
        telling.listen(part, other.told)
    telling.tell_all()
    assert (heard.times, other.times) == (1, 0)


def test_moments() -> None:
    telling, heard = Telling(lambda: None), Heard()
    stop = telling.listen_happened(ONE, heard.moment)
    telling.tell_happened([Happened(part=part, what="ring") for part in (ONE, OTHER)])
    assert heard.happened == ["ring"]
    stop()
    telling.tell_happened([Happened(part=ONE, what="ring")])
    assert heard.happened == ["ring"]
