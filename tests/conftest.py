"""Fixtures every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.product import Product, build_product

# How long an example takes is the machine's affair; hypothesis would fail one of over
# 200 ms.
settings.register_profile("patient", parent=settings(), deadline=None)
settings.load_profile("patient")


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """The product on the embedded defaults."""
    built = build_product(tmp_path)
    yield built
    built.services.store.close()
