"""A world of its own for every test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages.chromium import free_port, launched, served
from tests.pages.page_states import prepare_mapping
from tests.pages.provider import Provider, running_provider
from tests.pages.shift_site import SkippingClock
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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real Chromium, one a file."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def served_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that browsers reach, one a file, with a change of roles that waits."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("site")
    site = new_site(folder, public_url=f"http://127.0.0.1:{port}")
    site.clock = SkippingClock()  # type: ignore[assignment]
    prepare_mapping(site)
    with served(site.application(), port):
        yield site
    site.services.store.close()
