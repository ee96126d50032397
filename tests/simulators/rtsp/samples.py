"""The document's own examples as printed, slips and page breaks included, to be sent by a simulated device."""

from functools import cache
from pathlib import Path

_FILES = Path(__file__).parents[2] / "protocol" / "metadata_samples"


@cache
def printed() -> dict[str, bytes]:
    """Return the examples by name (section and content)."""
    found = sorted(_FILES.glob("*.printed.*.txt"))
    return {path.name.partition(".")[0]: path.read_bytes() for path in found}
