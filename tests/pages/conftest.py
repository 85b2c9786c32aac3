"""A world of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.provider import Provider, running_provider
from tests.pages.site import Site, new_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = new_site(tmp_path)
    yield built
    built.services.store.close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running
