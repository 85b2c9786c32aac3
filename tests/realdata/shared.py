"""Where the shared reference data is, and what happens where it is not."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def needs_shared(part: str) -> Path:
    """The folder of one part; skips with a reason without it, except in CI."""
    folder = SHARED / part
    if not folder.exists():
        reason = f"the reference data ({part}) is not on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
