"""Legal holds, and that nothing of a held or quarantined clip is due, on both databases."""

from datetime import timedelta

from storage.records import RequestState
from storage.store import Store
from tests.storage.builders import ANA, BEN, NOW, SECOND, add_request

MONTH = timedelta(days=30)


def test_a_clip_is_held_until_its_last_hold_ends(store: Store) -> None:
    with store.begin() as tx:
        assert tx.held_until("clip-1") is None
        first = tx.add_hold("clip-1", ANA, NOW, NOW + MONTH)
        second = tx.add_hold("clip-1", None, NOW, NOW + 2 * MONTH)
        tx.add_hold("clip-2", BEN, NOW, NOW + MONTH)
        assert tx.held_until("clip-1") == NOW + 2 * MONTH
        assert tx.holds("clip-1") == [first, second]
        assert len(tx.holds()) == 3
        assert tx.end_hold(second.id, NOW)
        assert not tx.end_hold(second.id, NOW)
        assert tx.held_until("clip-1") == NOW + MONTH
        ended = tx.hold(second.id)
    assert ended is not None
    assert (ended.placed_by, ended.ended_at) == (None, NOW)


def test_a_hold_is_expired_from_the_moment_it_names(store: Store) -> None:
    with store.begin() as tx:
        placed = tx.add_hold("clip-1", ANA, NOW, NOW + MONTH)
        assert tx.holds_expired(NOW + MONTH - SECOND) == []
        assert tx.holds_expired(NOW + MONTH) == [placed]
        tx.end_hold(placed.id, NOW)
        assert tx.holds_expired(NOW + MONTH) == []


def test_nothing_of_a_held_clip_or_one_with_a_live_case_is_due(store: Store) -> None:
    with store.begin() as tx:
        for clip_id in ("free", "held", "stopped"):
            request = add_request(tx, clip_id=clip_id)
            tx.save_request(request.evolve(state=RequestState.EXPIRED, closed_at=NOW))
            tx.keep_clip_key(clip_id, until=NOW)
        hold = tx.add_hold("held", ANA, NOW, NOW + MONTH)
        case = tx.add_case(
            key="case",
            clip_id="stopped",
            request_id=None,
            desk=None,
            opened_at=NOW,
            due_at=NOW,
        )
        assert tx.clip_keys_due(NOW) == ["free"]
        assert [r.clip_id for r in tx.answers_due("en-GB", NOW + SECOND)] == ["free"]
        tx.end_hold(hold.id, NOW)
        tx.save_case(case.evolve(closed_at=NOW))
        assert len(tx.clip_keys_due(NOW)) == len(tx.answers_due("en-GB", NOW + SECOND)) == 3


def test_what_people_typed_is_forgotten_once(store: Store) -> None:
    with store.begin() as tx:
        request = add_request(tx, guess="a lamp")
        tx.add_follower(request.id, BEN, "a lamb", NOW)
        tx.save_request(request.evolve(state=RequestState.EXPIRED, closed_at=NOW))
        tx.forget_words(request.id)
        assert tx.answers_due("en-GB", NOW + SECOND) == []
        found = tx.request(request.id)
        assert found is not None
        assert found.guess is None
        assert tx.followers(request.id) == [BEN]
