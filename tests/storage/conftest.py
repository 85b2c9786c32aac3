"""The databases every storage test runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.migrations import upgrade
from storage.store import Store
from tests.databases import Postgres, postgres, s3  # noqa: F401


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database with today's schema, on each kind of server in turn."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.database()
    url = f"sqlite:///{tmp_path}/help-clip.db"
    upgrade(url)
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store on a fresh database."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def postgres_store(postgres: Postgres) -> Iterator[Store]:  # noqa: F811
    """An open store on a fresh PostgreSQL database."""
    opened = Store(postgres.database())
    yield opened
    opened.close()
