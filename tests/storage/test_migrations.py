"""The migrated schema is the schema the code speaks to, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from storage import store as all_tables  # noqa: F401
from storage.database import open_engine
from storage.migrations import current, newest, upgrade
from storage.tables import metadata
from tests.databases import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty_database()


def schema(engine: Engine) -> dict[str, object]:
    found = inspect(engine)
    return {
        name: (
            [
                (c["name"], str(c["type"]), c["nullable"])
                for c in found.get_columns(name)
            ],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(
                (
                    index["name"] or "",
                    tuple(index["column_names"]),
                    bool(index["unique"]),
                )
                for index in found.get_indexes(name)
            ),
            sorted(
                tuple(key["constrained_columns"])
                for key in found.get_foreign_keys(name)
            ),
            sorted(
                tuple(u["column_names"]) for u in found.get_unique_constraints(name)
            ),
        )
        for name in sorted(found.get_table_names())
        if name != "alembic_version"
    }


def other_database(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/created.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty_database()


def test_the_migrated_schema_is_what_the_tables_say(
    empty_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    upgrade(empty_url)
    migrated = open_engine(empty_url)
    created = open_engine(other_database(empty_url, request, tmp_path))
    metadata.create_all(created)
    assert schema(migrated) == schema(created)
    migrated.dispose()
    created.dispose()


def test_nothing_is_left_to_migrate(empty_url: str) -> None:
    upgrade(empty_url)
    engine = open_engine(empty_url)
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}),
            metadata,
        )
    engine.dispose()
    assert differences == [], "run: python -m tools.draft_migration 'what changed'"


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    engine = open_engine(empty_url)
    before = schema(engine)
    upgrade(engine)
    assert schema(engine) == before
    assert current(engine) == newest()
    engine.dispose()


def test_an_empty_database_is_at_no_step(empty_url: str) -> None:
    engine = open_engine(empty_url)
    assert current(engine) is None
    engine.dispose()


def test_replicas_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as replicas:
        for start in [replicas.submit(upgrade, empty_url) for _ in range(4)]:
            start.result()
    engine = open_engine(empty_url)
    assert current(engine) == newest()
    engine.dispose()


def test_a_step_that_fails_leaves_no_half_schema(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE requests (id INTEGER)"))
    with pytest.raises(Exception, match="requests"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["requests"]
    engine.dispose()
