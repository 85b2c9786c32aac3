"""The outbox: at least once and in order within a lane, whichever worker dies."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event

import pytest

from storage.records import OutboxRow, Task
from storage.records.outbox import (
    NotifyDrillOver,
    NotifyLinkTried,
    NotifyReporter,
    PageOfficer,
    Payload,
    UpdateThread,
)
from storage.store import Store
from tests.storage.builders import NOW, SECOND, new_request

LEASE = timedelta(seconds=30)


def enqueue(store: Store, *payloads: Payload) -> None:
    with store.begin() as tx:
        for payload in payloads:
            tx.outbox.enqueue(payload, now=NOW)


def page(user_id: str = "a", stage: int | None = 0) -> PageOfficer:
    """Return a payload; each person has a lane."""
    return PageOfficer(case_id=1, user_id=user_id, stage=stage)


def reply(user_id: str = "a", reply_id: int = 1) -> NotifyReporter:
    """Return another payload of the same lane."""
    return NotifyReporter(case_id=1, user_id=user_id, reply_id=reply_id)


def claim(
    store: Store,
    now: datetime = NOW,
    limit: int = 10,
    tasks: Iterable[Task] = tuple(Task),
) -> list[OutboxRow]:
    with store.begin() as tx:
        return tx.outbox.claim(tasks, now=now, lease=LEASE, limit=limit)


def finish(store: Store, row: OutboxRow) -> None:
    with store.begin() as tx:
        tx.outbox.finish(row.id, NOW)


def test_rows_of_a_lane_are_done_in_order(store: Store) -> None:
    asked = [page(), reply(), NotifyDrillOver(case_id=1, recipient_id="a")]
    enqueue(store, *asked)
    done = []
    while rows := claim(store):
        assert len(rows) == 1
        done.append(rows[0].payload)
        finish(store, rows[0])
    assert done == asked


def test_lanes_do_not_wait_for_each_other(store: Store) -> None:
    for user_id in ("a", "b", "c"):
        enqueue(store, page(user_id), reply(user_id))
    assert [row.payload for row in claim(store)] == [page("a"), page("b"), page("c")]
    assert claim(store) == []


def test_a_postponed_row_keeps_its_lane_waiting(store: Store) -> None:
    enqueue(store, page(), reply())
    [row] = claim(store)
    with store.begin() as tx:
        tx.outbox.postpone(row, NOW + 5 * SECOND, failure="ratelimited")
    assert claim(store, NOW + 4 * SECOND) == []
    [again] = claim(store, NOW + 5 * SECOND)
    assert (again.id, again.attempts) == (row.id, 2)


def test_a_sender_whose_lease_ran_out_does_not_give_away_the_next_ones_claim(
    store: Store,
) -> None:
    enqueue(store, page())
    [late] = claim(store)
    [held] = claim(store, NOW + 60 * SECOND)
    assert held.id == late.id
    with store.begin() as tx:
        tx.outbox.postpone(late, NOW + 60 * SECOND)
    assert claim(store, NOW + 61 * SECOND) == []


def test_a_row_whose_sender_died_comes_back_after_its_lease(store: Store) -> None:
    enqueue(store, page())
    [row] = claim(store)
    assert claim(store, NOW + LEASE) == []
    [again] = claim(store, NOW + LEASE + SECOND)
    assert again.id == row.id
    assert (row.attempts, again.attempts) == (1, 2)


def test_a_sender_that_dies_before_commit_leaves_the_row(store: Store) -> None:
    enqueue(store, page())
    try:
        with store.begin() as tx:
            assert tx.outbox.claim([Task.PAGE_OFFICER], now=NOW, lease=LEASE)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    [row] = claim(store)
    assert row.attempts == 1


def test_senders_at_once_never_get_the_same_row(store: Store) -> None:
    for lane in range(12):
        enqueue(store, page(f"lane-{lane}"))
    start = Barrier(4)

    def send(_: int) -> list[int]:
        start.wait()
        got = []
        while rows := claim(store, limit=2):
            got += [row.id for row in rows]
        return got

    with ThreadPoolExecutor(4) as senders:
        got = [row for rows in senders.map(send, range(4)) for row in rows]
    assert len(got) == len(set(got)) == 12


def test_order_within_a_lane_holds_with_many_senders(store: Store) -> None:
    for n in range(10):
        enqueue(store, reply(reply_id=n))
    done: list[Payload] = []

    def send(_: int) -> None:
        while len(done) < 10:
            for row in claim(store):
                done.append(row.payload)
                finish(store, row)

    with ThreadPoolExecutor(3) as senders:
        list(senders.map(send, range(3)))
    assert done == [reply(reply_id=n) for n in range(10)]


def test_a_busy_row_does_not_hold_up_other_senders(store: Store) -> None:
    """SKIP LOCKED on PostgreSQL; SQLite lets one writer in at a time anyway."""
    enqueue(store, page("a"), page("b"))
    if store.engine.dialect.name == "sqlite":
        [row, other] = claim(store)
        assert {row.payload, other.payload} == {page("a"), page("b")}
        return
    claimed, leave = Event(), Event()

    def slow() -> list[OutboxRow]:
        with store.begin() as tx:
            rows = tx.outbox.claim([Task.PAGE_OFFICER], now=NOW, lease=LEASE, limit=1)
            claimed.set()
            assert leave.wait(20)
            return rows

    with ThreadPoolExecutor(1) as sender:
        waiting = sender.submit(slow)
        assert claimed.wait(20)
        [other] = claim(store)
        leave.set()
        [row] = waiting.result()
    assert {row.payload, other.payload} == {page("a"), page("b")}


def test_asking_the_same_again_while_it_waits_adds_nothing(store: Store) -> None:
    for _ in range(3):
        enqueue(store, page())
    with store.read() as tx:
        assert tx.outbox_counts.count_waiting() == 1


def test_asking_again_after_the_row_was_claimed_adds_one(store: Store) -> None:
    enqueue(store, page())
    [row] = claim(store)
    enqueue(store, page())
    with store.read() as tx:
        assert tx.outbox_counts.count_waiting() == 2
    finish(store, row)
    [newer] = claim(store)
    assert newer.id != row.id


def test_a_payload_with_another_value_is_another_row(store: Store) -> None:
    enqueue(store, page("a"), page("b"), page("a", stage=1), page("a", stage=None))
    with store.read() as tx:
        assert tx.outbox_counts.count_waiting() == 4


def test_only_the_tasks_asked_for_are_claimed(store: Store) -> None:
    enqueue(store, page("a"), reply("b"))
    claimed = claim(store, tasks=[Task.NOTIFY_REPORTER])
    assert [row.payload for row in claimed] == [reply("b")]


def test_a_row_is_not_claimed_before_it_is_due(store: Store) -> None:
    enqueue(store, page())
    assert claim(store, NOW - SECOND) == []
    with store.read() as tx:
        assert tx.outbox.next_due([Task.PAGE_OFFICER]) == NOW
        assert tx.outbox.next_due([Task.NOTIFY_REPORTER]) is None


def test_a_row_that_was_given_up_is_counted_and_frees_its_lane(store: Store) -> None:
    enqueue(store, page(), reply())
    [row] = claim(store)
    with store.begin() as tx:
        tx.outbox.finish(row.id, NOW, failure="channel_not_found")
    with store.read() as tx:
        assert tx.outbox_counts.count_given_up() == 1
    assert [row.payload for row in claim(store)] == [reply()]


def test_a_try_in_which_nothing_was_sent_does_not_count(store: Store) -> None:
    enqueue(store, page())
    [row] = claim(store)
    with store.begin() as tx:
        tx.outbox.postpone(row, NOW + SECOND, tried=False)
    [again] = claim(store, NOW + SECOND)
    assert again.attempts == row.attempts


def link_tried(store: Store, visitor: str) -> NotifyLinkTried:
    return NotifyLinkTried(
        request_id=new_request(store).id, asker_id="U1", visitor_id=visitor
    )


def test_what_was_asked_is_known_for_a_while_unless_it_was_dropped(
    store: Store,
) -> None:
    kept, dropped = link_tried(store, "U2"), link_tried(store, "U3")
    enqueue(store, kept, dropped)
    kept_row, dropped_row = claim(store, tasks=[Task.NOTIFY_LINK_TRIED])
    finish(store, kept_row)
    with store.begin() as tx:
        tx.outbox.drop(dropped_row.id)
        # Other done rows are needed no more.
        tx.outbox.forget_done(NOW + timedelta(hours=1), 100)
    with store.read() as tx:
        assert tx.outbox.was_enqueued(kept, NOW - SECOND)
        assert not tx.outbox.was_enqueued(kept, NOW)
        assert not tx.outbox.was_enqueued(dropped, NOW - SECOND)


def test_only_tasks_whose_done_rows_are_kept_are_looked_for(store: Store) -> None:
    with store.read() as tx, pytest.raises(ValueError, match="page"):
        tx.outbox.was_enqueued(page(), NOW)


def test_of_many_updates_the_newest_is_sent_first(store: Store) -> None:
    updates = [UpdateThread(request_id=new_request(store).id) for _ in range(3)]
    enqueue(store, *updates)
    sent = []
    for _ in updates:
        [row] = claim(store, tasks=[Task.UPDATE_THREAD], limit=1)
        finish(store, row)
        sent.append(row.payload)
    assert sent == updates[::-1]
    assert claim(store, NOW + LEASE) == []


def transactions_of_a_worker(
    store: Store,
    now: datetime,
    seconds: int,
) -> int:
    """Work as the sender does on posts to one channel; return its transactions."""
    n_transactions = 0
    end = now + seconds * SECOND
    while now < end:
        n_transactions += 1
        with store.read() as tx:
            due = tx.outbox.next_due(Task)
        assert due is not None
        if due > now:
            now = due
            continue
        n_transactions += 1
        [row] = claim(store, now, limit=1)
        n_transactions += 1
        with store.begin() as tx:
            free_at = tx.paces.free_at("C1")
            if free_at is not None and free_at > now:
                tx.outbox.postpone(row, free_at, tried=False, waits_for="C1")
            else:
                tx.paces.set_free_at("C1", now + SECOND)
                tx.outbox.finish(row.id, now)
    return n_transactions


def test_a_backlog_of_one_channel_costs_one_row_a_second(store: Store) -> None:
    enqueue(store, *(page(f"person-{number}") for number in range(145)))
    # Each row is postponed once, which shows that it waits for the channel.
    first = transactions_of_a_worker(store, NOW, seconds=1)
    assert first <= 3 * 145 + 1
    with store.read() as tx:
        assert tx.outbox_counts.count_waiting() == 144
    later_rows = transactions_of_a_worker(store, NOW + SECOND, seconds=10)
    assert later_rows <= 4 * 10


def test_a_more_urgent_row_is_claimed_first(store: Store) -> None:
    enqueue(store, reply("a"), page("b"))
    tasks = [Task.PAGE_OFFICER, Task.NOTIFY_REPORTER]
    [row] = claim(store, limit=1, tasks=tasks)
    assert row.payload == page("b")
