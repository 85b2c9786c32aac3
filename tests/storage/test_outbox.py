"""The outbox: at least once, in order within a lane, whoever dies."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event

from storage.records import OutboxRow, Task
from storage.store import Store
from tests.storage.builders import NOW, SECOND

LEASE = timedelta(seconds=30)


def ask(store: Store, task: Task, lane: str, argument: str | None = None) -> None:
    with store.begin() as tx:
        tx.outbox.enqueue(task, lane=lane, now=NOW, argument=argument)


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
    for task in (Task.POST_THREAD, Task.UPDATE_THREAD, Task.REPLY_SETTLED):
        ask(store, task, "thread-1")
    done = []
    while rows := claim(store):
        assert len(rows) == 1
        done.append(rows[0].task)
        finish(store, rows[0])
    assert done == [Task.POST_THREAD, Task.UPDATE_THREAD, Task.REPLY_SETTLED]


def test_lanes_do_not_wait_for_each_other(store: Store) -> None:
    for lane in ("a", "b", "c"):
        ask(store, Task.POST_THREAD, lane)
        ask(store, Task.UPDATE_THREAD, lane)
    assert sorted(row.lane for row in claim(store)) == ["a", "b", "c"]
    assert claim(store) == []


def test_a_postponed_row_keeps_its_lane_waiting(store: Store) -> None:
    ask(store, Task.POST_THREAD, "a")
    ask(store, Task.UPDATE_THREAD, "a")
    [row] = claim(store)
    with store.begin() as tx:
        tx.outbox.postpone(row, NOW + 5 * SECOND, failure="ratelimited")
    assert claim(store, NOW + 4 * SECOND) == []
    [again] = claim(store, NOW + 5 * SECOND)
    assert (again.id, again.attempts) == (row.id, 2)


def test_a_sender_whose_lease_ran_out_does_not_give_away_the_next_ones_claim(
    store: Store,
) -> None:
    ask(store, Task.POST_THREAD, "a")
    [late] = claim(store)
    [held] = claim(store, NOW + 60 * SECOND)
    assert held.id == late.id
    with store.begin() as tx:
        tx.outbox.postpone(late, NOW + 60 * SECOND)
    assert claim(store, NOW + 61 * SECOND) == []


def test_a_row_whose_sender_died_comes_back_after_its_lease(store: Store) -> None:
    ask(store, Task.POST_THREAD, "a")
    [row] = claim(store)
    assert claim(store, NOW + LEASE) == []
    [again] = claim(store, NOW + LEASE + SECOND)
    assert again.id == row.id
    assert (row.attempts, again.attempts) == (1, 2)


def test_a_sender_that_dies_before_commit_leaves_the_row(store: Store) -> None:
    ask(store, Task.POST_THREAD, "a")
    try:
        with store.begin() as tx:
            assert tx.outbox.claim([Task.POST_THREAD], now=NOW, lease=LEASE)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    [row] = claim(store)
    assert row.attempts == 1


def test_senders_at_once_never_get_the_same_row(store: Store) -> None:
    for lane in range(12):
        ask(store, Task.POST_THREAD, f"lane-{lane}")
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
        ask(store, Task.TELL_ASKER, "a", argument=str(n))
    done: list[str | None] = []

    def send(_: int) -> None:
        while len(done) < 10:
            for row in claim(store):
                done.append(row.argument)
                finish(store, row)

    with ThreadPoolExecutor(3) as senders:
        list(senders.map(send, range(3)))
    assert done == [str(n) for n in range(10)]


def test_a_busy_row_does_not_hold_up_other_senders(store: Store) -> None:
    """SKIP LOCKED on PostgreSQL; SQLite lets one writer in at a time anyway."""
    ask(store, Task.POST_THREAD, "a")
    ask(store, Task.POST_THREAD, "b")
    if store.engine.dialect.name == "sqlite":
        [row, other] = claim(store)
        assert {row.lane, other.lane} == {"a", "b"}
        return
    claimed, leave = Event(), Event()

    def slow() -> list[OutboxRow]:
        with store.begin() as tx:
            rows = tx.outbox.claim([Task.POST_THREAD], now=NOW, lease=LEASE, limit=1)
            claimed.set()
            assert leave.wait(20)
            return rows

    with ThreadPoolExecutor(1) as sender:
        waiting = sender.submit(slow)
        assert claimed.wait(20)
        [other] = claim(store)
        leave.set()
        [row] = waiting.result()
    assert {row.lane, other.lane} == {"a", "b"}


def test_asking_the_same_again_while_it_waits_adds_nothing(store: Store) -> None:
    for _ in range(3):
        ask(store, Task.UPDATE_THREAD, "a")
    with store.read() as tx:
        assert tx.outbox.count_waiting() == 1


def test_asking_again_after_the_row_was_claimed_adds_one(store: Store) -> None:
    ask(store, Task.UPDATE_THREAD, "a")
    [row] = claim(store)
    ask(store, Task.UPDATE_THREAD, "a")
    with store.read() as tx:
        assert tx.outbox.count_waiting() == 2
    finish(store, row)
    [newer] = claim(store)
    assert newer.id != row.id


def test_a_different_argument_or_lane_is_a_different_row(store: Store) -> None:
    ask(store, Task.PUBLISH_HOME, "home", "U1")
    ask(store, Task.PUBLISH_HOME, "home", "U2")
    ask(store, Task.PUBLISH_HOME, "other", "U1")
    ask(store, Task.PUBLISH_HOME, "home")
    with store.read() as tx:
        assert tx.outbox.count_waiting() == 4


def test_only_the_tasks_asked_for_are_claimed(store: Store) -> None:
    ask(store, Task.RENDER, "r")
    ask(store, Task.POST_THREAD, "p")
    assert [row.task for row in claim(store, tasks=[Task.RENDER])] == [Task.RENDER]


def test_a_row_is_not_claimed_before_it_is_due(store: Store) -> None:
    ask(store, Task.RENDER, "r")
    assert claim(store, NOW - SECOND) == []
    with store.read() as tx:
        assert tx.outbox.next_due([Task.RENDER]) == NOW
        assert tx.outbox.next_due([Task.POST_THREAD]) is None


def test_a_row_that_was_given_up_is_counted_and_frees_its_lane(store: Store) -> None:
    ask(store, Task.POST_THREAD, "a")
    ask(store, Task.UPDATE_THREAD, "a")
    [row] = claim(store)
    with store.begin() as tx:
        tx.outbox.finish(row.id, NOW, failure="channel_not_found")
    with store.read() as tx:
        assert tx.outbox.count_given_up() == 1
    assert [row.task for row in claim(store)] == [Task.UPDATE_THREAD]


def test_a_channel_is_posted_to_once_in_its_pace(store: Store) -> None:
    with store.begin() as tx:
        assert tx.outbox.take_turn("C1", NOW, SECOND) <= NOW
        assert tx.outbox.take_turn("C1", NOW, SECOND) == NOW + SECOND
        assert tx.outbox.take_turn("C2", NOW, SECOND) <= NOW
        assert tx.outbox.take_turn("C1", NOW + SECOND, SECOND) <= NOW + SECOND


def test_a_try_in_which_nothing_was_sent_does_not_count(store: Store) -> None:
    ask(store, Task.POST_THREAD, "thread-1")
    [row] = claim(store)
    with store.begin() as tx:
        tx.outbox.postpone(row, NOW + SECOND, tried=False)
    [again] = claim(store, NOW + SECOND)
    assert again.attempts == row.attempts


def test_what_was_asked_is_known_for_a_while_unless_it_was_dropped(
    store: Store,
) -> None:
    ask(store, Task.TELL_LINK_TRIED, "kept")
    ask(store, Task.CHECK_CHANNEL, "dropped")
    kept, dropped = claim(store)
    finish(store, kept)
    with store.begin() as tx:
        tx.outbox.drop(dropped.id)
    with store.read() as tx:
        assert tx.outbox.was_enqueued(Task.TELL_LINK_TRIED, "kept", NOW - SECOND)
        assert not tx.outbox.was_enqueued(Task.TELL_LINK_TRIED, "kept", NOW)
        assert not tx.outbox.was_enqueued(Task.TELL_ASKER, "kept", NOW - SECOND)
        assert not tx.outbox.was_enqueued(Task.CHECK_CHANNEL, "dropped", NOW - SECOND)
    assert claim(store, NOW + LEASE) == []
