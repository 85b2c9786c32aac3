"""The API on SQLite, and where a file says so on PostgreSQL as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.audit.checks.state import check_state
from tests.api.caller import Api, new_api
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import build_product


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A file with `ON_BOTH_DATABASES = True` is a contract that both have to keep."""
    if "api" in metafunc.fixturenames and getattr(
        metafunc.module, "ON_BOTH_DATABASES", False
    ):
        metafunc.parametrize("api", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def api(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    """The API in a house at work; afterwards the state and the log agree."""
    url = None
    if getattr(request, "param", "sqlite") == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = new_api(build_product(tmp_path, url))
    yield built
    check_state(built.product.services.store)
    built.product.services.store.close()
