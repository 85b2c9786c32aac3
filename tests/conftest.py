"""Fixtures every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House, build_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The product on the embedded defaults."""
    built = build_house(tmp_path)
    yield built
    built.services.store.close()
