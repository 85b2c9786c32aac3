"""An error of the database at any use case carries no word, clip or person into logs.

Every use case that acts or writes is called while writes fail; a new one is called too,
or fails here until `act_values` knows its parameters.
"""

import inspect
import io
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from bot.cli.logs import PlaceFormatter
from bot.errors import HelpClipError
from storage.store import Store
from storage.tables import metadata
from tests.attacks.act_values import call, use_cases, value_of
from tests.attacks.house_at_work import CLIP, PEOPLE, SPEAKER, WORDS, House, build_house
from tests.databases import Postgres, postgres  # noqa: F401

# Kind of error -> the body of the function or trigger that raises it. The message
# quotes the whole row, as messages of PostgreSQL do.
_RAISE = "RAISE EXCEPTION 'row % failed', row USING ERRCODE = '{}', DETAIL = row::text"
POSTGRESQL = {
    "a broken constraint": _RAISE.format("23505"),
    "data out of range": _RAISE.format("22001"),
    "a serialization failure": _RAISE.format("40001"),
    "a deadlock": _RAISE.format("40P01"),
    "a full disk": _RAISE.format("53100"),
    "a lost connection": "PERFORM pg_terminate_backend(pg_backend_pid())",
}
SQLITE = {
    "a broken constraint": "SELECT RAISE(ABORT, 'row {words} failed')",
    "a rolled back transaction": "SELECT RAISE(ROLLBACK, 'row {words} failed')",
}
# In all tables the first write of an act fails; in the log, what comes before is done.
TABLES = {"all": [table.name for table in metadata.sorted_tables], "log": ["events"]}
CASES = [
    (database, kind, where)
    for database, kinds in (("postgresql", POSTGRESQL), ("sqlite", SQLITE))
    for kind in kinds
    for where in TABLES
]
CASES.append(("sqlite", "a full disk", "file"))
CANARIES = ("Canary", "canary", *PEOPLE)

# What only reads, and what finds nothing to do in the house of this test.
READS = {
    "audit.page.watch_audit",
    "channels.incidents.has_incidents",
    "distress.care.care_page",
    "distress.care.teams",
    "distress.case_pages.case_list",
    "distress.case_pages.list_closed",
    "distress.cases.my_report",
    "erasure.waiting.count_waiting",
    "history.answered.list_answered",
    "history.asked.list_asked",
    "listening.elevated.waiting",
    "listening.progress.live",
    "distress.release_together.list_releasable",
    "people.home.read_home",
    "people.languages.chosen_language",
    "people.learning.explain",
    "people.sessions.my_sessions",
    "people.step_up.step_up_refusal",
    "practice.exercises.find_exercise",
    "practice.exercises.needs_practice",
    "practice.exercises.read_exercise",
    "practice.exercises.read_practice",
    "quality.view_quality.view_own",
    "requests.approve.list_waiting",
    "requests.ask_form.prefill",
    "requests.lists.list_to_answer",
    "shift.next_request.done_before",
    "shift.next_request.next_to_answer",
    "shift.next_request.next_to_rule",
    "spans.nudge_span.place",
    "work_tools.reading.list_requests",
}
IDLE = {
    "channels.inspect.check_changed",
    "channels.inspect.doubt_stale",
    "channels.repost.repost_deleted",
    "channels.watch_sharing.record_deletion",
    "distress.care.end_break",
    "distress.cases.escalate",
    "distress.drill.start_monthly_drill",
    "distress.officer.tick",
    # A context manager, which its callers enter.
    "erasure.clip_turn.clip_turn",
    "erasure.consent.refresh",
    "erasure.holds.expire_holds",
    "erasure.waiting.erase_due",
    "requests.clocks.hand_over.hand_over",
    "requests.expire.expire",
    "requests.expire.forget",
}


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    built = build_house(tmp_path_factory.mktemp(request.param), url)
    yield built
    built.site.services.store.close()


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """Collect what every logger writes, as the running program formats it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlaceFormatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def fail_postgresql(connection: Connection, kind: str, tables: list[str]) -> None:
    body = f"""CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE row record;
        BEGIN
        IF TG_OP = 'DELETE' THEN row := OLD; ELSE row := NEW; END IF;
        {POSTGRESQL[kind]};
        RETURN NULL;
        END $$"""
    connection.exec_driver_sql(body.replace("%", "%%"))
    for table in tables:
        connection.execute(
            text(
                f"CREATE TRIGGER fail BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION fail()"
            )
        )


def fail_sqlite(connection: Connection, kind: str, tables: list[str]) -> None:
    body = SQLITE[kind].format(words=f"{WORDS} {CLIP} {SPEAKER}")
    for table in tables:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER fail_{table}_{verb} BEFORE {verb} ON {table} "
                    f"BEGIN {body}; END"
                )
            )


def fill_disk(store: Store) -> None:
    """Let the database file grow no more; only the room in its pages is left."""
    store.engine.dispose()
    with store.begin() as tx:
        pages = tx.connection.execute(text("PRAGMA page_count")).scalar_one()
        tx.connection.execute(text(f"PRAGMA max_page_count={pages}"))


def mend(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        # The limit of pages belongs to the connection.
        store.engine.dispose()
    with store.begin() as tx:
        for drop in drops(tx.connection):
            tx.connection.execute(text(drop))


def drops(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE name LIKE 'fail\\_%' ESCAPE '\\'"
        names = connection.execute(text(found)).scalars()
        return [f"DROP TRIGGER {name}" for name in names]
    found = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'fail'"
    tables = connection.execute(text(found)).scalars()
    return [f"DROP TRIGGER fail ON {table}" for table in tables]


def call_each(house: House) -> dict[str, str]:
    """Call every use case as the server does; return the errors of those that failed."""
    failed = {}
    server = logging.getLogger("uvicorn.error")
    for name, function in use_cases():
        try:
            call(house, name, function)
        except HelpClipError:
            continue
        except Exception as error:  # noqa: BLE001 - as the server logs what it catches
            failed[name] = str(error)
            server.error("Exception in ASGI application\n", exc_info=error)
    return failed


def canaries_in(written: str) -> list[str]:
    return [each for each in CANARIES if each in written]


def test_every_use_case_can_be_called(house: House) -> None:
    unknown = [
        f"{name}({parameter.name})"
        for name, function in use_cases()
        for parameter in inspect.signature(function).parameters.values()
        if value_of(house, name, parameter) is inspect.Parameter.empty
    ]
    assert unknown == [], "give these a value in act_values.py"
    assert len(list(use_cases())) > 100


# Acts that fail at their first write leave the house as it is, so they are first.
@pytest.mark.parametrize(("where", "kind"), sorted({(c[2], c[1]) for c in CASES}))
def test_no_error_at_any_use_case_carries_words_into_a_log(
    house: House,
    output: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    kind: str,
    where: str,
) -> None:
    store = house.site.services.store
    database = store.engine.dialect.name
    if (database, kind, where) not in CASES:
        pytest.skip("this database has no such error")
    with store.begin() as tx:
        if database == "postgresql":
            fail_postgresql(tx.connection, kind, TABLES[where])
        elif kind in SQLITE:
            fail_sqlite(tx.connection, kind, TABLES[where])
    if where == "file":
        fill_disk(store)
    try:
        failed = call_each(house)
    finally:
        mend(store)
    written = output.getvalue() + capfd.readouterr().err
    assert canaries_in(written) == []
    assert failed
    if kind not in ("a lost connection", "a full disk"):
        assert canaries_in(repr(failed)), "the errors themselves quote the rows"
    if where == "all":
        never = {name for name, _ in use_cases()} - set(failed)
        assert never - READS - IDLE == set()
