"""No question passes over events to find the next: whatever is asked, an index knows
all of it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event as listening

from storage.audit.query.search import Question, answer
from storage.records import Action, Outcome, Person
from storage.store import Store
from tools.audit_bench.bench import fill
from tools.audit_bench.questions import START

FILTERS: dict[str, Any] = {
    "person": Person(team_id="T1", user_id="U00007"),
    "desk": "desk-3",
    "actions": (Action.CLIP_QUARANTINED,),
    "outcome": Outcome.DENIED,
}
CURSORS = (None, "f1740000000000000.900", "b1740000000000000.900")
SEARCH = re.compile(
    r"(?:SEARCH|SCAN) events USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?$"
)


@pytest.fixture
def filled(store: Store) -> Store:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("SQLite names what it looks for; the benchmark measures PostgreSQL")
    fill(store, 5000)
    return store


def combinations() -> Iterator[dict[str, Any]]:
    for which in product((False, True), repeat=len(FILTERS)):
        yield {
            name: FILTERS[name]
            for name, asked in zip(FILTERS, which, strict=True)
            if asked
        }


def plan(store: Store, question: Question) -> list[tuple[str, frozenset[str]]]:
    """The indexes that are read, each with the columns that are looked for in it."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    listening.listen(store.engine, "before_cursor_execute", note)
    with store.read() as tx:
        answer(tx.log, question)
    listening.remove(store.engine, "before_cursor_execute", note)
    statement, values = next(one for one in asked if "events.at" in one[0])
    with store.read() as tx:
        rows = tx.connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", values
        ).all()
    found = (SEARCH.match(row[-1]) for row in rows if " events" in row[-1])
    return [(m[1], frozenset(re.findall(r"(\w+)=\?", m[2] or ""))) for m in found if m]


@pytest.mark.parametrize("cursor", CURSORS)
def test_every_combination_of_filters_has_an_index_that_knows_all_of_them(
    filled: Store, cursor: str | None
) -> None:
    columns = {
        "person": "user_id",
        "desk": "desk",
        "actions": "action",
        "outcome": "outcome",
    }
    for asked in combinations():
        read = plan(filled, Question(**asked, cursor=cursor))
        wanted = {columns[name] for name in asked}
        assert read, asked
        assert all(wanted <= known for _, known in read), (asked, read)


@pytest.mark.parametrize("cursor", CURSORS)
def test_unusual_plays_have_indexes_of_their_own(
    filled: Store, cursor: str | None
) -> None:
    for asked in combinations():
        if "outcome" in asked:
            continue
        if "actions" in asked:
            asked["actions"] = (Action.SNIPPET_PLAYED, Action.SNIPPET_HEARD_CLOSER)
        read = plan(filled, Question(**asked, unusual=True, cursor=cursor))
        index = {"person": "by_user", "desk": "by_desk", "actions": "by_action"}
        suffix = next((f"_{name}" for one, name in index.items() if one in asked), "")
        assert {name for name, _ in read} == {f"events_unusual{suffix}"}


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_marker_far_from_the_window_passes_nothing_over(
    filled: Store, newest_first: bool
) -> None:
    window = Question(
        person=FILTERS["person"],
        since=START + timedelta(days=180),
        until=START + timedelta(days=181),
        newest_first=newest_first,
    )
    for day in (0, 90, 180, 181, 270, 365):
        micros = int((START + timedelta(days=day)).timestamp()) * 1_000_000
        marked = replace(window, cursor=f"f{micros}.1")
        assert steps(filled, marked) <= 2 * steps(filled, window) + 100


def steps(store: Store, question: Question) -> int:
    """Instructions of SQLite's machine (sqlite.org/opcode.html): what it did, on any
    computer.
    """
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    with store.read() as tx:
        driver: Any = tx.connection.connection.driver_connection
        driver.set_progress_handler(tick, 1)
        answer(tx.log, question)
        driver.set_progress_handler(None, 1)
    return count


def test_a_question_that_nothing_can_answer_reads_nothing(store: Store) -> None:
    with store.read() as tx:
        for asked in (
            {"outcome": Outcome.DENIED},
            {"actions": (Action.PROPOSAL_MADE,)},
        ):
            assert answer(tx.log, Question(unusual=True, **asked)).events == ()
