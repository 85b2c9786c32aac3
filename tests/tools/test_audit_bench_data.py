"""The made-up log is made of real events, so that what is measured on it is true of a
real one.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.audit.log.append import canonical, is_unusual, parse, row_of
from storage.audit.query.search import Question, every
from storage.store import Store
from storage.tables import events
from tools.audit_bench.bench import fill, measure, measure_chart

ROOT = Path(__file__).parents[2]


def test_made_up_rows_are_what_recording_would_write(store: Store) -> None:
    fill(store, 2000)
    with store.read() as tx:
        rows = tx.connection.execute(select(events).limit(300)).mappings().all()
        assert sum(1 for _ in every(tx.log, Question())) == 2000
    for row in rows:
        event = parse(bytes(row["canonical"]))
        assert canonical(event) == bytes(row["canonical"])
        expected = {**row_of(event), "unusual": row["unusual"]}
        assert {name: row[name] for name in expected} == expected
        assert not is_unusual(event)


@pytest.mark.usefixtures("store")
def test_measuring_gives_a_time_for_every_question(store: Store) -> None:
    fill(store, 1000)
    found = list(measure(store))
    assert len(found) >= 15
    assert all(0 < one.first.median <= one.first.p95 for one in found)
    assert measure_chart(store) > 0


def test_the_bench_prints_its_table() -> None:
    command = [sys.executable, "-m", "tools.audit_bench", "--events", "1000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "1,000 events" in done.stdout
    assert "A chart of 90 days" in done.stdout
