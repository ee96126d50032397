"""Real devices' answers, kept outside of the repository; tests that want them are skipped where they are absent."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
CAPTURES = Path(os.environ.get("IP_SURVEILLANCE_CAPTURES") or _ROOT.parent / "shared" / "captures")


def captured(pattern: str) -> list[object]:
    """Name the captures of a kind as parameters of a test; one that is skipped when there are none."""
    found = sorted((CAPTURES / "isapi").glob(pattern))
    if found:
        return [pytest.param(path, id=path.stem) for path in found]
    return [pytest.param(None, marks=pytest.mark.skip(reason="no captures here (IP_SURVEILLANCE_CAPTURES)"))]
