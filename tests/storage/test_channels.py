"""What is remembered of channels, on both databases."""

from dataclasses import replace
from datetime import timedelta

from storage.records import Channel, ChannelProblem
from storage.store import Store
from tests.storage.builders import NOW

SEEN = Channel(
    id="C1",
    problems=(ChannelProblem.PUBLIC, ChannelProblem.GUESTS),
    people=("U1", "U2"),
    checked_at=NOW,
    unfit_since=NOW - timedelta(hours=1),
)


def test_a_channel_comes_back_as_it_was_seen(store: Store) -> None:
    with store.begin() as tx:
        tx.put_channel(SEEN)
    with store.read() as tx:
        assert tx.channel("C1") == SEEN
        assert tx.channel("C2") is None
        assert tx.channels(["C1", "C2"]) == {"C1": SEEN}
        assert not SEEN.fit


def test_a_later_look_replaces_the_earlier_one(store: Store) -> None:
    mended = replace(SEEN, problems=(), people=(), unfit_since=None)
    with store.begin() as tx:
        tx.put_channel(SEEN)
        tx.put_channel(mended)
    with store.begin() as tx:
        assert tx.channel("C1", lock=True) == mended
    assert mended.fit
