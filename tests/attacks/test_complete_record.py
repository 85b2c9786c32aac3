"""The log is compared with the state, so that no row and no event is lost unseen."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, and_, delete, select, text, update

from storage.audit.checks import state as state_checks
from storage.audit.checks.database import check
from storage.audit.checks.state import check_state, compare_state
from storage.audit.checks.state_rows import ROW_KINDS
from storage.audit.checks.walk import Fault
from storage.audit.log.prune import prune
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.anchors import publish, read_anchored
from storage.blobs import open_blobs
from storage.records import Action, Outcome
from storage.store import Store
from storage.tables import declines, events, questions, results, unsequenced
from tests.attacks.wide_scenario import play_everything
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import RAVI, Product, build_product
from tests.storage.audit.logs import KEYS

TRUSTED = KEYS.verifiers


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Product:
    """The wide scenario, recorded and not signed yet. Tests work on copies."""
    url = None
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    product = build_product(tmp_path_factory.mktemp("template"), url)
    play_everything(product)
    product.services.store.close()
    return product


@pytest.fixture
def played(
    template: Product, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Product]:
    """A copy of the wide scenario."""
    original = template.services.store
    store = Store(copy_of(original, tmp_path / "played.db", request))
    yield replace(template, services=replace(template.services, store=store))
    original.close()
    store.close()


@pytest.fixture
def signed(played: Product) -> Product:
    sequence_all(played.services.store, KEYS, played.clock)
    return played


def caught(product: Product) -> Fault:
    """Return the fault that either half of the verification finds."""
    with pytest.raises(Fault) as found:
        verify(product.services.store)
    return found.value


def verify(store: Store) -> None:
    check(store, TRUSTED)
    check_state(store)


def allow_broken_references(connection: Connection) -> None:
    """Do as an administrator of the database does who leaves no trace."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def test_a_wide_scenario_agrees_with_its_log(signed: Product) -> None:
    found = check_state(signed.services.store)
    assert (found.erased, found.pruned) == (3, 0)
    assert found.rows > 30
    assert found.events > 30
    assert check(signed.services.store, TRUSTED).reasons > 5


def test_every_row_that_is_deleted_is_named(
    played: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_checks, "PAGE", 3)
    store = played.services.store
    deleted = 0
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        for kind in ROW_KINDS:
            key = list(kind.table.primary_key.columns)
            with connection.begin():
                rows = connection.execute(select(*key)).all()
            for row in rows:
                with connection.begin() as attempt:
                    allow_broken_references(connection)
                    pairs = zip(key, row, strict=True)
                    is_row = and_(*(column == value for column, value in pairs))
                    connection.execute(delete(kind.table).where(is_row))
                    with pytest.raises(Fault) as found:
                        compare_state(connection)
                    assert found.value.kind == "state missing", (kind.table.name, row)
                    deleted += 1
                    attempt.rollback()
    assert deleted > 25


def test_every_event_that_is_deleted_with_its_place_in_line_is_named(
    played: Product,
) -> None:
    store = played.services.store
    deleted = 0
    with store.engine.connect() as connection:
        with connection.begin():
            traces = [
                trace
                for kind in ROW_KINDS
                for row in connection.execute(select(*kind.columns)).all()
                for trace in kind.traces(row)
            ]
        for trace in traces:
            with connection.begin() as attempt:
                is_event = and_(
                    events.c.at == trace.at,
                    events.c.action.in_(trace.actions),
                    events.c.outcome == Outcome.ALLOWED,
                )
                ids = connection.execute(select(events.c.id).where(is_event)).scalars()
                gone = list(ids)
                connection.execute(
                    delete(unsequenced).where(unsequenced.c.event_id.in_(gone))
                )
                connection.execute(
                    delete(questions).where(questions.c.event_id.in_(gone))
                )
                connection.execute(delete(events).where(events.c.id.in_(gone)))
                with pytest.raises(Fault, match="has no event") as found:
                    compare_state(connection)
                assert found.value.kind == "not recorded"
                deleted += 1
                attempt.rollback()
    assert deleted > 30


_TRIGGERS = {
    "sqlite": [
        """CREATE TRIGGER quiet AFTER INSERT ON events
        WHEN NEW.action = 'proposal.made'
        BEGIN DELETE FROM events WHERE id = NEW.id; END"""
    ],
    "postgresql": [
        """CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM log_unsequenced WHERE event_id IN
        (SELECT id FROM events WHERE action = 'proposal.made' AND request = 'HC-1009');
        DELETE FROM events WHERE action = 'proposal.made' AND request = 'HC-1009';
        RETURN NULL; END $$""",
        """CREATE TRIGGER quiet AFTER INSERT ON log_unsequenced
        FOR EACH STATEMENT EXECUTE FUNCTION quiet()""",
    ],
}


def test_what_a_trigger_drops_is_named(signed: Product) -> None:
    store = signed.services.store
    request = signed.open(clip="en-us-0002")
    with store.begin() as tx:
        for statement in _TRIGGERS[store.engine.dialect.name]:
            tx.connection.execute(text(statement))
    signed.answer(RAVI, request, "lamp")
    sequence_all(store, KEYS, signed.clock)
    signed_part = "has no event proposal.changed or proposal.made"
    with pytest.raises(Fault) as found:
        check_state(store)
    assert found.value.kind == "not recorded"
    assert signed_part in str(found.value)
    assert f"{request.name} {RAVI}" in str(found.value)
    if store.engine.dialect.name == "sqlite":
        # Its id was given, so the log alone shows it.
        assert caught(signed).kind == "missing"


def test_an_event_deleted_before_it_was_signed_is_named(played: Product) -> None:
    store = played.services.store
    with store.begin() as tx:
        at = select(events.c.id).where(events.c.action == "snippet.heard")
        gone = tx.connection.execute(at.limit(1)).scalar_one()
        for column in (questions.c.event_id, unsequenced.c.event_id, events.c.id):
            tx.connection.execute(delete(column.table).where(column == gone))
    sequence_all(store, KEYS, played.clock)
    found = caught(played)
    if store.engine.dialect.name == "sqlite":
        assert found.kind == "missing"
        assert f"Event {gone} " in str(found)
    else:
        assert found.kind == "not recorded"
        assert "snippet.heard" in str(found)


def test_the_last_event_of_all_is_missed_too(played: Product) -> None:
    store = played.services.store
    with store.begin() as tx:
        query = select(events.c.id).order_by(events.c.id.desc()).limit(1)
        last = tx.connection.execute(query).scalar_one()
        for column in (questions.c.event_id, unsequenced.c.event_id, events.c.id):
            tx.connection.execute(delete(column.table).where(column == last))
    sequence_all(store, KEYS, played.clock)
    found = str(caught(played))
    if store.engine.dialect.name == "sqlite":
        assert f"Event {last} was deleted" in found
    else:
        assert "has no event" in found


def test_a_deleted_row_is_named(signed: Product) -> None:
    with signed.services.store.begin() as tx:
        gone = tx.connection.execute(
            text("DELETE FROM listens WHERE request_id = 1 RETURNING id")
        ).all()
    assert len(gone) == 2
    found = caught(signed)
    assert found.kind == "state missing"
    assert "(snippet.heard HC-1001) has no listen" in str(found)


def test_a_row_moved_to_another_time_is_named(signed: Product) -> None:
    with signed.services.store.begin() as tx:
        tx.connection.execute(text("UPDATE adjudications SET made_at = made_at + 1"))
    assert "ruling of HC-1002" in str(caught(signed))


def test_an_edited_reason_is_named(signed: Product) -> None:
    with signed.services.store.begin() as tx:
        edited = update(questions).values(
            body=text("replace(body, 'curious about my ex', 'monthly check')")
        )
        tx.connection.execute(edited)
    found = caught(signed)
    assert found.kind == "reason altered"
    assert "(hold.placed)" in str(found)


def test_a_deleted_reason_is_named(signed: Product) -> None:
    with signed.services.store.begin() as tx:
        tx.connection.execute(delete(questions))
    assert caught(signed).kind == "reason missing"


def test_a_restored_backup_is_named_by_the_anchors(
    signed: Product, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = signed.services.store
    anchors = open_blobs(str(tmp_path / "anchors"))
    publish(store, KEYS, anchors, signed.clock(), at_once=True)
    restored = Store(copy_of(store, tmp_path / "backup.db", request))
    signed.answer(RAVI, signed.open(clip="en-us-0002"), "lamp")
    sequence_all(store, KEYS, signed.clock)
    publish(store, KEYS, anchors, signed.clock(), at_once=True)
    assert check(store, TRUSTED, read_anchored(anchors)).anchors == 2
    # The copy agrees with itself and with its own log; only the anchors know more.
    sequence_all(restored, KEYS, signed.clock)
    check(restored, TRUSTED)
    check_state(restored)
    with pytest.raises(Fault, match="an old copy was put back") as found:
        check(restored, TRUSTED, read_anchored(anchors))
    assert found.value.kind == "rolled back"
    restored.close()


def copy_of(store: Store, path: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a copy of the database, as a backup keeps it."""
    if store.engine.dialect.name == "sqlite":
        backup = sqlite3.connect(path)
        with store.engine.connect() as connection:
            source = connection.connection.dbapi_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(backup)
        backup.close()
        return f"sqlite:///{path}"
    server: Postgres = request.getfixturevalue("postgres")
    store.engine.dispose()
    return server.copy(store.engine.url.database)


def test_a_result_without_an_erasure_on_record_is_missed(signed: Product) -> None:
    with signed.services.store.begin() as tx:
        tx.connection.execute(delete(results))
    found = caught(signed)
    assert found.kind == "state missing"
    assert "HC-1001" in str(found)


def test_what_a_person_took_with_them_is_told_apart(signed: Product) -> None:
    with signed.services.store.read() as tx:
        assert tx.connection.execute(select(declines)).all() == []
    assert check_state(signed.services.store).erased == 3


def test_rows_older_than_a_pruned_log_are_told_apart(signed: Product) -> None:
    store = signed.services.store
    anchors = open_blobs("memory://")
    for number in range(300):
        if number == 290:
            signed.now = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
        with store.begin() as tx:
            tx.log.record(signed.worker().event(Action.FACTS_DISCLOSED))
    sequence_all(store, KEYS, signed.clock)
    publish(store, KEYS, anchors, signed.clock(), at_once=True)
    sequence_all(store, KEYS, signed.clock)
    assert prune(store, KEYS, datetime(2026, 8, 1, tzinfo=UTC), signed.clock()) > 0
    found = check_state(store)
    assert found.pruned > 0
