"""The log after every kind of accident: consistent, no index twice, none skipped."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.audit.checks.database import check
from storage.audit.keeper import Keeper
from storage.audit.log.sequencer import sequence_all
from storage.store import Store
from tests.storage.audit.logs import KEYS, log_of, write
from tests.storage.builders import NOW

ROOT = Path(__file__).parents[4]


def test_a_sigkill_at_any_step_loses_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    program = [sys.executable, "-m", "tests.storage.audit.log.crashing"]
    done = subprocess.run(
        [*program, database_url, str(tmp_path / "anchors")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 30, "too few steps to be all of them"


def test_a_full_disk_stops_signing_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    from storage.migrations import upgrade

    url = f"sqlite:///{tmp_path}/log.db"
    upgrade(url)
    store = Store(url)
    log_of(store, 500)
    write(store, 900, first=500)
    keeper = Keeper(store, KEYS, lambda: NOW)
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    for _ in range(6):
        keeper.step()
    assert keeper.trouble is not None
    held = check(store, KEYS.verifiers)
    assert held.size < 1400
    assert held.size + held.waiting == 1400
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    sequence_all(store, KEYS, lambda: NOW)
    assert check(store, KEYS.verifiers).size == 1400
    store.close()


def test_a_database_that_goes_away_is_found_again(postgres_store: Store) -> None:
    store = postgres_store
    log_of(store, 300)
    write(store, 300, first=300)
    keeper = Keeper(store, KEYS, lambda: NOW)
    others = Store(store.url)
    with others.begin() as tx:
        tx.connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    while keeper.step() or keeper.trouble:
        pass
    assert check(store, KEYS.verifiers).size == 600
    others.close()


def test_a_connection_that_breaks_in_the_middle_leaves_no_trace(
    postgres_store: Store,
) -> None:
    store = postgres_store
    log_of(store, 300)
    with pytest.raises(Exception, match="terminat|closed|lost"), store.begin() as tx:  # noqa: PT012, RUF043
        tx.connection.execute(
            text("INSERT INTO log_entries (idx, event_id) VALUES (300, 999999)")
        )
        tx.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    write(store, 5, first=300)
    sequence_all(store, KEYS, lambda: NOW)
    assert check(store, KEYS.verifiers).size == 305
