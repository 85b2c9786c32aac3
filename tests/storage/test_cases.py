"""What is kept of cases, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.records import Case, CaseState, Severity, Tick
from storage.store import Store, Transaction
from tests.storage.builders import ANA, BEN, CLEO, NOW, add_request

HOUR = timedelta(hours=1)


def add_case(tx: Transaction, clip_id: str = "clip-1", **changes: object) -> Case:
    values: dict[str, object] = {
        "key": f"case-on-{clip_id}",
        "clip_id": clip_id,
        "request_id": None,
        "desk": "en-GB",
        "opened_at": NOW,
        "due_at": NOW + HOUR,
    }
    return tx.cases.add(**{**values, **changes})  # type: ignore[arg-type]


def test_a_case_comes_back_as_it_was_saved(store: Store) -> None:
    with store.begin() as tx:
        request = add_request(tx)
        case = add_case(tx, request_id=request.id).evolve(
            severity=Severity.DANGER,
            state=CaseState.ACKNOWLEDGED,
            stage=2,
            due_at=None,
            overdue_since=NOW,
            officer=BEN,
            former_officer=CLEO,
            acknowledged_at=NOW,
            closed_at=NOW,
        )
        tx.cases.save(case)
    with store.read() as tx:
        assert tx.cases.by_id(case.id) == case
        assert tx.cases.by_key(case.key) == case
        assert tx.cases.by_id(case.id + 1) is None


def test_only_a_case_that_is_not_closed_is_live(store: Store) -> None:
    with store.begin() as tx:
        case = add_case(tx)
        assert tx.cases.live_on("clip-1") == case
        tx.cases.save(case.evolve(state=CaseState.KEPT, due_at=None))
        assert tx.cases.live_on("clip-1") is None
        assert tx.cases.live() == []


def test_cases_are_due_and_overdue_by_their_clock(store: Store) -> None:
    with store.begin() as tx:
        first, second = add_case(tx), add_case(tx, "clip-2", due_at=NOW + 2 * HOUR)
        assert tx.cases.due(NOW) == []
        assert tx.cases.due(NOW + HOUR) == [first]
        assert tx.cases.live() == [first, second]
        assert tx.cases.counts(NOW) == (2, 0)
        assert tx.cases.counts(NOW + HOUR) == (2, 1)
        tx.cases.save(second.evolve(overdue_since=NOW))
        assert tx.cases.counts(NOW) == (2, 1)


def test_a_person_reports_once_and_may_say_how_bad_it_is(store: Store) -> None:
    with store.begin() as tx:
        case = add_case(tx)
        assert tx.cases.add_report(case.id, ANA, NOW)
        assert not tx.cases.add_report(case.id, ANA, NOW + HOUR)
        assert tx.cases.add_report(case.id, BEN, NOW + HOUR)
        tx.cases.grade_report(case.id, BEN, Severity.SERIOUS)
        found = [
            (r.reporter, r.severity, r.reported_at) for r in tx.cases.reports(case.id)
        ]
    assert found == [(ANA, Severity.UNKNOWN, NOW), (BEN, Severity.SERIOUS, NOW + HOUR)]


def test_ticks_and_replies_are_kept_in_order(store: Store) -> None:
    done = Tick(step="danger", version="1", officer=BEN, ticked_at=NOW)
    with store.begin() as tx:
        case = add_case(tx)
        tx.cases.add_tick(case.id, done)
        first = tx.cases.add_reply(case.id, BEN, "It is looked after.", NOW)
        second = tx.cases.add_reply(case.id, CLEO, "Ærlig talt: 👋", NOW + HOUR)
    with store.read() as tx:
        assert tx.cases.ticks(case.id) == [done]
        assert tx.cases.replies([case.id]) == [first, second]
        assert tx.cases.replies([]) == []
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.cases.add_tick(case.id, done)


def test_the_newest_drill_is_known(store: Store) -> None:
    with store.begin() as tx:
        assert tx.cases.last_drill() is None
        add_case(tx)
        drill = add_case(tx, "drill-1", is_drill=True)
        assert tx.cases.last_drill() == drill
