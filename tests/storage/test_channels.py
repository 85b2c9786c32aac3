"""What is remembered of channels, on both databases."""

from dataclasses import replace
from datetime import timedelta

from storage.records import Channel, ChannelProblem, RequestState, Task
from storage.records.outbox import PostThread
from storage.store import Store
from tests.storage.builders import NOW, SECOND, new_request

SEEN = Channel(
    id="C1",
    problems=(ChannelProblem.PUBLIC, ChannelProblem.GUESTS),
    people=("U1", "U2"),
    checked_at=NOW,
    unfit_since=NOW - timedelta(hours=1),
)


def test_a_channel_comes_back_as_it_was_seen(store: Store) -> None:
    with store.begin() as tx:
        tx.channels.put(SEEN)
    with store.read() as tx:
        assert tx.channels.by_id("C1") == SEEN
        assert tx.channels.by_id("C2") is None
        assert tx.channels.by_ids(["C1", "C2"]) == {"C1": SEEN}
        assert not SEEN.fit


def test_a_later_look_replaces_the_earlier_one(store: Store) -> None:
    mended = replace(SEEN, problems=(), people=(), unfit_since=None)
    with store.begin() as tx:
        tx.channels.put(SEEN)
        tx.channels.put(mended)
    with store.begin() as tx:
        assert tx.channels.by_id("C1", lock=True) == mended
    assert mended.fit


def test_who_was_in_a_channel_is_replaced_by_who_is(store: Store) -> None:
    with store.begin() as tx:
        for channel in ("C1", "C2"):
            tx.channels.put(replace(SEEN, id=channel))
            tx.channels.set_members(channel, ["U1", "U2", "U1"])
        tx.channels.set_members("C1", ["U3"])
    with store.read() as tx:
        assert tx.channels.with_person("U1") == ["C2"]
        assert tx.channels.with_person("U3") == ["C1"]
        assert tx.channels.with_person("U9") == []


def test_requests_are_found_by_where_their_thread_is(store: Store) -> None:
    unposted, here, there = (new_request(store, desk="en") for _ in range(3))
    closed = replace(
        there, state=RequestState.WITHDRAWN, channel_id="C2", thread_ts="1.2"
    )
    with store.begin() as tx:
        tx.requests.save(here.evolve(channel_id="C1", thread_ts="1.1"))
        tx.requests.save(closed.evolve(closed_at=NOW))
    with store.read() as tx:
        every = [RequestState.RENDERING, RequestState.WITHDRAWN]
        found = tx.requests.posted_elsewhere(every, "en", "C1")
        assert [request.id for request in found] == [there.id]
        assert unposted.id not in [
            r.id for r in tx.requests.posted_elsewhere(every, "en", "C3")
        ]
        assert [r.id for r in tx.requests.closed_in_channel_since("C2", NOW)] == [
            there.id
        ]
        assert tx.requests.closed_in_channel_since("C2", NOW + SECOND) == []
        assert tx.requests.closed_in_channel_since("C1", NOW - SECOND) == []


def test_the_time_of_a_paused_desk_stands_still(store: Store) -> None:
    first, second = new_request(store, desk="en"), new_request(store, desk="de")
    later = NOW + timedelta(hours=25)
    with store.read() as tx:
        due = tx.requests.due([RequestState.RENDERING], later, limit=9)
        assert [request.id for request in due] == [first.id, second.id]
        due = tx.requests.due(
            [RequestState.RENDERING], later, limit=9, paused_desks=["en"]
        )
        assert [request.id for request in due] == [second.id]


def test_what_was_held_back_is_hurried_unless_it_is_under_way(store: Store) -> None:
    first, second = new_request(store), new_request(store)
    with store.begin() as tx:
        for request in (first, second):
            tx.outbox.enqueue(PostThread(request_id=request.id), now=NOW + SECOND)
        tx.outbox.hurry([first.id], NOW)
    with store.begin() as tx:
        rows = tx.outbox.claim([Task.POST_THREAD], now=NOW, lease=SECOND)
        assert [row.payload for row in rows] == [PostThread(request_id=first.id)]
        tx.outbox.hurry([first.id, second.id], NOW)
    with store.read() as tx:
        assert tx.outbox.next_due([Task.POST_THREAD]) == NOW
