"""Idle rounds read only what is live, however much was done before."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event as listening

from storage.records import RequestState, Task
from storage.records.outbox import RenderSnippet
from storage.store import Store, Transaction
from tests.storage.builders import NOW, add_request, new_request

LEASE = timedelta(seconds=20)
DESKS = ("arabic", "english", "german")
Round = Callable[[Transaction], Any]


def plans_of(store: Store, read: Round) -> list[str]:
    """Return SQLite's plan of every statement that reads, one text each."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    listening.listen(store.engine, "before_cursor_execute", note)
    with store.begin() as tx:
        read(tx)
    listening.remove(store.engine, "before_cursor_execute", note)
    plans = []
    with store.read() as tx:
        for statement, values in asked:
            if statement.startswith("BEGIN"):
                continue
            rows = tx.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", values
            )
            plans.append("\n".join(row[-1] for row in rows))
    return plans


def purge(tx: Transaction) -> None:
    for desk in tx.retention.desks_with_requests():
        tx.retention.snippets_due(desk, NOW, [RequestState.AGREED], 100)
        tx.retention.answers_due(desk, NOW, 100)
    tx.retention.clip_keys_due(NOW, 100)


ROUNDS: dict[str, Round] = {
    "next_due": lambda tx: tx.outbox.next_due(Task),
    "claim": lambda tx: tx.outbox.claim(Task, now=NOW, lease=LEASE, limit=1),
    "forget_done": lambda tx: tx.outbox.forget_done(NOW, 1_000),
    "forget_finished": lambda tx: tx.outbox.forget_finished(NOW, 1_000),
    "hurry": lambda tx: tx.outbox.hurry([1], NOW),
    "enqueue": lambda tx: tx.outbox.enqueue(RenderSnippet(request_id=1), now=NOW),
    "count_waiting": lambda tx: tx.outbox_counts.count_waiting(),
    "count_given_up": lambda tx: tx.outbox_counts.count_given_up(),
    "count_failures": lambda tx: tx.outbox_counts.count_failures(),
    "oldest_waiting": lambda tx: tx.outbox_counts.oldest_waiting(),
    "tasks_waiting": lambda tx: tx.given_up_tasks.waiting_counts(),
    "tasks_given_up": lambda tx: tx.given_up_tasks.counts(),
    "purge": purge,
    "escalate": lambda tx: tx.cases.due(NOW),
    "live_requests": lambda tx: tx.requests.count_by_state([RequestState.OPEN]),
}
# A scan of these indexes passes only rows that wait, failed or were just done.
LIVE_INDEX = re.compile(r"outbox_(waiting|failed|done)\w*")
# `SEARCH` finds rows in an index; these tables hold only what is kept for a while.
MAY_BE_SCANNED = re.compile(r"SCAN (snippets|found|paces|same|CONSTANT|\(subquery)")


@pytest.mark.parametrize("name", ROUNDS)
def test_an_idle_round_scans_nothing_that_grows(store: Store, name: str) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("SQLite names what it looks for; the plan decides, not the size")
    for desk in DESKS:
        new_request(store, desk=desk)
    plans = plans_of(store, ROUNDS[name])
    assert plans
    for plan in plans:
        assert name.startswith("forget") or "outbox_done" not in plan, plan
        for step in plan.splitlines():
            if not step.startswith("SCAN"):
                continue
            is_live = LIVE_INDEX.search(step) or MAY_BE_SCANNED.match(step)
            assert is_live, plan


def test_each_desk_with_requests_is_found_once(store: Store) -> None:
    with store.read() as tx:
        assert tx.retention.desks_with_requests() == []
    with store.begin() as tx:
        for desk in (*DESKS, *DESKS):
            add_request(tx, desk=desk)
    with store.read() as tx:
        assert sorted(tx.retention.desks_with_requests()) == list(DESKS)
