"""Legal holds, and that nothing of a held or quarantined clip is due, on both
databases.
"""

from dataclasses import replace
from datetime import timedelta

from storage.records import RequestState
from storage.store import Store
from tests.storage.builders import ANA, BEN, NOW, SECOND, add_request

MONTH = timedelta(days=30)


def test_a_clip_is_held_until_its_last_hold_ends(store: Store) -> None:
    with store.begin() as tx:
        assert tx.holds.held_until("clip-1") is None
        first = tx.holds.add("clip-1", ANA, NOW, NOW + MONTH)
        second = tx.holds.add("clip-1", None, NOW, NOW + 2 * MONTH)
        tx.holds.add("clip-2", BEN, NOW, NOW + MONTH)
        assert tx.holds.held_until("clip-1") == NOW + 2 * MONTH
        assert tx.holds.standing("clip-1") == [first, second]
        assert len(tx.holds.standing()) == 3
        assert tx.holds.end(second.id, NOW)
        assert not tx.holds.end(second.id, NOW)
        assert tx.holds.held_until("clip-1") == NOW + MONTH
        ended = tx.holds.by_id(second.id)
    assert ended is not None
    assert (ended.placed_by, ended.ended_at) == (None, NOW)


def test_a_hold_is_expired_from_the_moment_it_names(store: Store) -> None:
    with store.begin() as tx:
        placed = tx.holds.add("clip-1", ANA, NOW, NOW + MONTH)
        assert tx.holds.expired(NOW + MONTH - SECOND, 10) == []
        assert tx.holds.expired(NOW + MONTH, 10) == [placed]
        tx.holds.end(placed.id, NOW)
        assert tx.holds.expired(NOW + MONTH, 10) == []


def test_nothing_of_a_held_clip_or_one_with_a_live_case_is_due(store: Store) -> None:
    with store.begin() as tx:
        for clip_id in ("free", "held", "stopped"):
            request = add_request(tx, clip_id=clip_id)
            tx.requests.save(
                replace(request, state=RequestState.EXPIRED, closed_at=NOW)
            )
            tx.retention.keep_clip_key(clip_id, until=NOW)
        hold = tx.holds.add("held", ANA, NOW, NOW + MONTH)
        case = tx.cases.add(
            key="case",
            clip_id="stopped",
            request_id=None,
            desk=None,
            opened_at=NOW,
            due_at=NOW,
        )
        assert tx.retention.clip_keys_due(NOW, 10) == ["free"]
        assert [
            r.clip_id for r in tx.retention.answers_due("en-GB", NOW + SECOND, 10)
        ] == ["free"]
        tx.holds.end(hold.id, NOW)
        tx.cases.save(case.evolve(closed_at=NOW))
        assert (
            len(tx.retention.clip_keys_due(NOW, 10))
            == len(tx.retention.answers_due("en-GB", NOW + SECOND, 10))
            == 3
        )


def test_what_people_typed_is_forgotten_once(store: Store) -> None:
    with store.begin() as tx:
        request = add_request(tx, guess="a lamp")
        tx.requests.add_follower(request.id, BEN, "a lamb", NOW)
        tx.requests.save(replace(request, state=RequestState.EXPIRED, closed_at=NOW))
        tx.forgetting.delete_texts_of_answers(request.id)
        assert tx.retention.answers_due("en-GB", NOW + SECOND, 10) == []
        found = tx.requests.by_id(request.id)
        assert found is not None
        assert found.guess is None
        assert tx.requests.followers(request.id) == [BEN]
