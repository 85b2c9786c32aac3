"""The house of use cases: on SQLite, and where a file says so on PostgreSQL as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.audit.checks.state import check_state
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import Product, build_product


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A file with `ON_BOTH_DATABASES = True` is a contract that both have to keep."""
    if "product" in metafunc.fixturenames and getattr(
        metafunc.module, "ON_BOTH_DATABASES", False
    ):
        metafunc.parametrize("product", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def product(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Product]:
    """The product on the embedded defaults, or on PostgreSQL.

    Whatever a test does, the state and the log agree afterwards. A test that writes rows
    by itself is marked `rows_without_events`.
    """
    url = None
    if getattr(request, "param", "sqlite") == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = build_product(tmp_path, url)
    yield built
    if request.node.get_closest_marker("rows_without_events") is None:
        check_state(built.services.store)
    built.services.store.close()
