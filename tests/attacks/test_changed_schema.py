"""A trigger, a rule or a changed table in the database is seen before work starts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.cli.demo.demo import demo_settings
from bot.errors import Invalid
from bot.wiring import prepare_database
from storage.migrations import upgrade
from storage.schema.differences import schema_differences
from storage.store import Store
from tests.databases import Postgres, postgres  # noqa: F401

_FUNCTION = """CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RETURN NULL; END $$"""

# What an administrator of the database may do, with the part of the schema to name.
SQLITE = {
    "trigger quiet on events": [
        """CREATE TRIGGER quiet AFTER INSERT ON events WHEN NEW.user_id = 'U0REVIEW2'
        BEGIN DELETE FROM events WHERE id = NEW.id; END"""
    ],
    "trigger quiet on listens": [
        """CREATE TRIGGER quiet BEFORE INSERT ON listens
        BEGIN SELECT RAISE(IGNORE); END"""
    ],
    "table listens of listens": [
        "ALTER TABLE listens ADD COLUMN note TEXT DEFAULT 'x'"
    ],
    "unique index one_a_day on listens": [
        "CREATE UNIQUE INDEX one_a_day ON listens (listener_user, granted_at)"
    ],
    "table closer_listens of closer_listens": [
        "DROP TABLE closer_listens",
        "CREATE VIEW closer_listens AS SELECT 1 AS key",
    ],
}
POSTGRESQL = {
    "trigger quiet on events": [
        _FUNCTION,
        """CREATE TRIGGER quiet BEFORE INSERT ON events FOR EACH ROW
        EXECUTE FUNCTION quiet()""",
    ],
    "rule quiet on listens": [
        "CREATE RULE quiet AS ON INSERT TO listens DO INSTEAD NOTHING"
    ],
    "table events of events": ["ALTER TABLE events ENABLE ROW LEVEL SECURITY"],
    "policy quiet on events": [
        "CREATE POLICY quiet ON events USING (user_id <> 'U0REVIEW2')"
    ],
    "column rule of events": ["ALTER TABLE events ALTER COLUMN rule SET DEFAULT 'x'"],
    "column note on listens": [
        "ALTER TABLE listens ADD COLUMN note text GENERATED ALWAYS AS ('x') STORED"
    ],
    "inheritance events_2 on events": [
        "CREATE TABLE events_2 (LIKE events) INHERITS (events)"
    ],
    "table listens of listens": [
        "ALTER TABLE listens RENAME TO listens_2",
        "CREATE VIEW listens AS SELECT * FROM listens_2",
    ],
    "constraint listens_request_id_fkey of listens": [
        "ALTER TABLE listens DROP CONSTRAINT listens_request_id_fkey"
    ],
}
CASES = [("sqlite", part) for part in SQLITE] + [("postgresql", p) for p in POSTGRESQL]


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/changed.db"
        upgrade(url)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    opened = Store(url)
    yield opened
    opened.close()


def change(store: Store, *statements: str) -> None:
    with store.begin() as tx:
        for statement in statements:
            tx.connection.execute(text(statement))


@pytest.mark.parametrize(("store", "part"), CASES, indirect=["store"])
def test_a_changed_schema_is_named_and_the_program_does_not_start(
    store: Store, part: str, tmp_path: Path
) -> None:
    demo = demo_settings(tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:1")
    settings = demo.model_copy(update={"database_url": store.url})
    prepare_database(settings)
    changes = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
    change(store, *changes[store.engine.dialect.name][part])
    found = [
        f"{each.kind} {each.name} {'on' if each.how == 'unknown' else 'of'} {each.table}"
        for each in schema_differences(store.engine)
    ]
    assert part in found
    with pytest.raises(Invalid, match=r"DATABASE_URL: the .* undo it"):
        prepare_database(settings)


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_an_index_and_a_table_of_others_change_nothing(store: Store) -> None:
    change(
        store,
        "CREATE INDEX for_reports ON listens (granted_at)",
        "CREATE TABLE reports (id INTEGER)",
    )
    assert schema_differences(store.engine) == []


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_a_missing_index_is_reported_and_does_not_keep_the_program_from_starting(
    store: Store,
) -> None:
    change(store, "DROP INDEX events_by_time")
    (found,) = schema_differences(store.engine)
    assert (found.how, found.name, found.is_grave) == (
        "missing",
        "events_by_time",
        False,
    )
