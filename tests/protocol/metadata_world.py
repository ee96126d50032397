"""What tests of metadata share: a channel's reader, documents, and the samples of the maker's document."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

from custom_components.ip_surveillance.protocol.drivers.isapi.channels import ChannelMap
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.book import Book
from custom_components.ip_surveillance.protocol.drivers.isapi.metadata.reader import ChannelReader
from custom_components.ip_surveillance.protocol.model.vocabulary import Quantity, Reading
from custom_components.ip_surveillance.protocol.sights import Sights

SAMPLES = Path(__file__).parent / "metadata_samples"
CHANNEL = ChannelMap.ref(1)
CHINA = timezone(timedelta(hours=8))
NEW_YEAR = datetime(2017, 1, 1, tzinfo=CHINA)


def sample(name: str, version: str) -> bytes:
    """A sample as it comes over the line."""
    (found,) = SAMPLES.glob(f"{name}.{version}.*.txt")
    return found.read_bytes().rstrip(b"\n")


def reader(book: Book | None = None) -> ChannelReader:
    """The reader of channel 1, which has seen nothing yet."""
    return ChannelReader(CHANNEL, book or Book(Sights()))


def reading(quantity: Quantity, slot: str = "") -> Reading:
    return Reading(quantity, slot)


def properties(**values: object) -> str:
    pairs = (
        f"<Property><description>{name}</description><value>{value}</value></Property>"
        for name, value in values.items()
    )
    return f"<PropertyList>{''.join(pairs)}</PropertyList>"


def target(*, number: object = None, rule: object = None, recognition: object = None, **values: object) -> str:
    """A target; `values` are its properties."""
    leaves = {"targetID": number, "recognition": recognition, "ruleID": rule}
    head = "".join(f"<{name}>{value}</{name}>" for name, value in leaves.items() if value is not None)
    return f"<Target>{head}{properties(**values) if values else ''}</Target>"


def document(kind: str, sub: str, *targets: str, beside: str = "") -> bytes:
    """A document of the usual form."""
    listed = f"<TargetDetection><TargetList>{''.join(targets)}</TargetList></TargetDetection>"
    inside = f"{listed if targets or not beside else ''}{beside}"
    return (
        f'<Metadata version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"><type>{kind}</type>'
        f"<subType>{sub}</subType><time>2017-01-01T00:00:00+08:00</time>{inside}</Metadata>"
    ).encode()


def warm(degrees: object, rule: int = 9, **more: object) -> bytes:
    """A temperature of a spot."""
    return document(
        "activityTarget", "thermometry", target(rule=rule, tempValue=degrees, tempUnit="centigrade", **more)
    )


def moving(*targets: str) -> bytes:
    """What a radar sees."""
    return document(
        "ruleTargetRadar", "behaviorAnalysis", beside=f"<ActivityTargetList>{''.join(targets)}</ActivityTargetList>"
    )


def blip(number: int, distance: float, *, speed: int = 5, angle: float = 1.5, **values: object) -> str:
    """One of a radar's targets."""
    leaves = f"<speed>{speed}</speed><angle>{angle}</angle><distance>{distance}</distance>"
    return f"<Target><targetID>{number}</targetID>{leaves}{properties(**values) if values else ''}</Target>"
