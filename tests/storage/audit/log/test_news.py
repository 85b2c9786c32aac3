"""News of the access log: every event once, in whatever order transactions commit."""

from sqlalchemy import update

from storage.records import Event
from storage.store import Store
from storage.tables import events
from tests.storage.builders import event


def requests_in(news: list[Event] | None) -> set[str | None]:
    assert news is not None
    return {each.request for each in news}


def record(store: Store, *names: str) -> None:
    with store.begin() as tx:
        for name in names:
            tx.log.record(event(request=name))


def test_each_event_is_news_once(store: Store) -> None:
    record(store, "HC-1")
    with store.read() as tx:
        position = tx.log_news.position()
    record(store, "HC-2", "HC-3")
    with store.read() as tx:
        news, position = tx.log_news.since(position)
        again, _ = tx.log_news.since(position)
    assert requests_in(news) == {"HC-2", "HC-3"}
    assert again == []


def test_in_an_empty_log_the_first_event_is_news(store: Store) -> None:
    with store.read() as tx:
        position = tx.log_news.position()
    record(store, "HC-1")
    with store.read() as tx:
        news, _ = tx.log_news.since(position)
    assert requests_in(news) == {"HC-1"}


def test_an_event_of_a_slow_transaction_is_news_when_it_is_committed(
    postgres_store: Store,
) -> None:
    store = postgres_store
    with store.begin() as slow:
        slow.log.record(event(request="HC-slow"))
        record(store, "HC-fast")
        with store.read() as tx:
            before = tx.log_news.position()
    with store.read() as tx:
        news, after = tx.log_news.since(before)
        again, _ = tx.log_news.since(after)
    assert requests_in(news) == {"HC-slow"}
    assert again == []


def test_an_event_that_commits_between_two_looks_out_of_turn_is_news(
    postgres_store: Store,
) -> None:
    store = postgres_store
    with store.read() as tx:
        position = tx.log_news.position()
    with store.begin() as slow:
        slow.log.record(event(request="HC-slow"))
        record(store, "HC-fast")
        with store.read() as tx:
            first, position = tx.log_news.since(position)
    with store.read() as tx:
        second, _ = tx.log_news.since(position)
    assert requests_in(first) == {"HC-fast"}
    assert requests_in(second) == {"HC-slow"}


def test_ids_that_were_never_committed_cost_a_bounded_memory(store: Store) -> None:
    record(store, "HC-1")
    with store.read() as tx:
        position = tx.log_news.position()
    record(store, "HC-2")
    with store.begin() as tx:
        later = update(events).where(events.c.request == "HC-2").values(id=5_000_000)
        tx.connection.execute(later)
    with store.read() as tx:
        news, position = tx.log_news.since(position)
    assert requests_in(news) == {"HC-2"}
    assert len(position.missing) <= 1_000


def test_an_entry_that_cannot_be_read_is_no_lasting_obstacle(store: Store) -> None:
    with store.read() as tx:
        position = tx.log_news.position()
    record(store, "HC-1")
    with store.begin() as tx:
        tx.connection.execute(update(events).values(canonical=b"no event"))
    with store.read() as tx:
        news, position = tx.log_news.since(position)
        later, _ = tx.log_news.since(position)
    assert news is None
    assert later == []
