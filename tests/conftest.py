"""Fixtures every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.house import House, build_house

# How long an example takes is the machine's affair; hypothesis would fail one of over 200 ms.
settings.register_profile("patient", parent=settings(), deadline=None)
settings.load_profile("patient")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The product on the embedded defaults."""
    built = build_house(tmp_path)
    yield built
    built.services.store.close()
