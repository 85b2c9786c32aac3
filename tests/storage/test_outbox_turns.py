"""The outbox serves the desks in turn, and a backlog costs nothing."""

from datetime import datetime, timedelta

from storage.records import OutboxRow, Task
from storage.records.outbox import PostThread, RenderSnippet
from storage.store import Store
from tests.storage.builders import NOW, SECOND, new_request

LEASE = timedelta(seconds=30)


def ask(store: Store, desk: str, count: int = 1) -> list[int]:
    """Enqueue renderings of new requests of a desk; return the requests' ids."""
    requests = [new_request(store, desk=desk) for _ in range(count)]
    for request in requests:
        with store.begin() as tx:
            tx.outbox.enqueue(RenderSnippet(request_id=request.id), now=NOW)
    return [request.id for request in requests]


def claim_one(
    store: Store,
    now: datetime = NOW,
    task: Task = Task.RENDER_SNIPPET,
) -> OutboxRow | None:
    with store.begin() as tx:
        rows = tx.outbox.claim([task], now=now, lease=LEASE, limit=1)
    return next(iter(rows), None)


def desks_served(store: Store, count: int) -> list[str | None]:
    """Perform rows one after the other; return the desk of each."""
    served = []
    for _ in range(count):
        row = claim_one(store)
        assert row is not None
        served.append(row.desk)
        with store.begin() as tx:
            tx.outbox.finish(row.id, NOW)
    return served


def test_a_desk_does_not_wait_for_the_backlog_of_another(store: Store) -> None:
    ask(store, "english", 40)
    ask(store, "german")
    assert desks_served(store, 2) == ["english", "german"]


def test_desks_with_a_backlog_take_turns(store: Store) -> None:
    ask(store, "english", 6)
    ask(store, "german", 3)
    ask(store, "arabic", 2)
    order = desks_served(store, 11)
    assert order[:6] == ["english", "german", "arabic"] * 2
    assert order[6:8] == ["english", "german"]
    assert order[8:] == ["english"] * 3


def test_a_desk_that_comes_later_is_served_next(store: Store) -> None:
    ask(store, "english", 40)
    assert desks_served(store, 20) == ["english"] * 20
    ask(store, "german", 3)
    served = desks_served(store, 7)
    assert served.count("german") == 3


def test_a_desk_that_asks_all_the_time_keeps_no_other_waiting(store: Store) -> None:
    [german] = ask(store, "german")
    for _ in range(3):
        ask(store, "english", 5)
        row = claim_one(store)
        assert row is not None
        if row.desk == "german":
            return
    raise AssertionError(f"request {german} still waits")


def test_a_request_that_is_tried_again_keeps_its_place(store: Store) -> None:
    ask(store, "english", 3)
    row = claim_one(store)
    assert row is not None
    with store.begin() as tx:
        tx.outbox.postpone(row, NOW + SECOND, failure="unavailable")
    ask(store, "english", 3)
    again = claim_one(store, NOW + SECOND)
    assert again is not None
    assert again.id == row.id


def transactions_of_a_sender(store: Store, start: datetime, seconds: int) -> int:
    """Work as the sender does on one channel of a desk; return its transactions."""
    now = start
    end = start + seconds * SECOND
    n_transactions = 0
    while now < end:
        n_transactions += 1
        with store.read() as tx:
            due = tx.outbox.next_due([Task.POST_THREAD])
        assert due is not None
        if due > now:
            now = due
            continue
        n_transactions += 1
        row = claim_one(store, now, Task.POST_THREAD)
        assert row is not None
        n_transactions += 1
        with store.begin() as tx:
            free_at = tx.paces.free_at("C1")
            if free_at is not None and free_at > now:
                tx.outbox.postpone(row, free_at, tried=False, waits_for="C1")
            else:
                tx.paces.set_free_at("C1", now + SECOND)
                tx.outbox.finish(row.id, now)
    return n_transactions


def test_a_backlog_of_145_messages_costs_four_transactions_a_second(
    store: Store,
) -> None:
    requests = [new_request(store) for _ in range(145)]
    with store.begin() as tx:
        for request in requests:
            tx.outbox.enqueue(PostThread(request_id=request.id), now=NOW)
    seconds = 10
    # The first second has one more try, which finds that the channel is not free.
    assert transactions_of_a_sender(store, NOW, seconds) <= 4 * seconds + 3
    with store.read() as tx:
        assert tx.outbox_counts.count_waiting() == 145 - seconds


def test_messages_of_another_desk_do_not_wait_for_the_channel(store: Store) -> None:
    english = [new_request(store) for _ in range(5)]
    german = new_request(store, desk="german")
    with store.begin() as tx:
        for request in (*english, german):
            tx.outbox.enqueue(PostThread(request_id=request.id), now=NOW)
    row = claim_one(store, NOW, Task.POST_THREAD)
    assert row is not None
    with store.begin() as tx:
        tx.paces.set_free_at("C1", NOW + SECOND)
        tx.outbox.postpone(row, NOW + SECOND, tried=False, waits_for="C1")
    other = claim_one(store, NOW, Task.POST_THREAD)
    assert other is not None
    assert other.desk == "german"
    assert claim_one(store, NOW, Task.POST_THREAD) is None
