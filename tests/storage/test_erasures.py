"""Erasures, receipts and bars, on both databases."""

from datetime import timedelta

from storage.records import Person, Place, Why
from storage.store import Store
from tests.storage.builders import ANA, BEN, NOW, SECOND, add_request


def test_a_receipt_is_open_until_it_is_closed(store: Store) -> None:
    with store.begin() as tx:
        erasure = tx.erasures.add(clip_id="clip-1", person=None, why=Why.ASKED, now=NOW)
        tx.receipts.add(erasure.id, Place.PLAYERS, due_at=NOW, done_at=NOW)
        key = tx.receipts.add(erasure.id, Place.KEY, due_at=NOW)
        assert tx.receipts.open() == tx.receipts.open(clip_id="clip-1") == [key]
        assert tx.receipts.open(clip_id="clip-2") == []
        assert tx.receipts.count_overdue(NOW, []) == 0
        assert tx.receipts.count_overdue(NOW + SECOND, []) == 1
        assert tx.receipts.count_overdue(NOW + SECOND, ["clip-1"]) == 0
        tx.receipts.fail(key.id, "away")
        failed = tx.receipts.by_id(key.id)
        assert failed is not None
        assert failed.failure == "away"
        tx.receipts.close(key.id, NOW)
        tx.erasures.close(erasure.id, NOW)
        assert tx.receipts.count_overdue(NOW + SECOND, []) == 0
        assert tx.receipts.open() == []
        done = tx.erasures.by_id(erasure.id, lock=True)
    assert done is not None
    assert (done.done_at, done.clip_id, done.person) == (NOW, "clip-1", None)


def test_a_persons_places_wait_for_any_clips_hold(store: Store) -> None:
    with store.begin() as tx:
        erasure = tx.erasures.add(clip_id=None, person=ANA, why=Why.ASKED, now=NOW)
        words = tx.receipts.add(erasure.id, Place.WORDS, due_at=NOW)
        assert tx.receipts.open(clip_id="any") == [words]
        assert tx.erasures.newest(limit=10) == [erasure]
        assert tx.erasures.newest(clip_id="any", limit=1) == []


def test_a_clip_is_barred_by_itself_or_by_its_speaker(store: Store) -> None:
    with store.begin() as tx:
        assert tx.clips.bar_reason("clip-1", "spk") is None
        tx.clips.bar_speaker("spk", Why.CONSENT, NOW)
        assert tx.clips.bar_reason("clip-1", "spk") is Why.CONSENT
        assert tx.clips.bar_reason("clip-1", None) is None
        assert tx.clips.bar_reason("spk", None) is None
        tx.clips.bar("clip-1", Why.ACCIDENTAL, NOW)
        tx.clips.bar("clip-1", Why.ASKED, NOW)
        assert tx.clips.bar_reason("clip-1", "spk") is Why.ASKED
        assert tx.clips.bar_reason("clip-1", "other") is Why.ASKED


def test_a_signed_call_is_known_until_it_is_forgotten(store: Store) -> None:
    with store.begin() as tx:
        assert not tx.hook_calls.is_known("1")
        tx.hook_calls.add("1", NOW)
        tx.hook_calls.add("1", NOW)
        assert tx.hook_calls.is_known("1")
        tx.hook_calls.forget_before(NOW + timedelta(days=1))
        assert not tx.hook_calls.is_known("1")


def test_people_are_found_in_every_team_that_keeps_something_of_them(
    store: Store,
) -> None:
    elsewhere = Person(team_id="T2", user_id=ANA.user_id)
    with store.begin() as tx:
        asked = add_request(tx, asker=ANA)
        tx.drafts.save(elsewhere, "ask", "{}", NOW)
        tx.proposals.add_decline(asked.id, BEN, NOW)
        assert tx.people.with_user_id(ANA.user_id) == [ANA, elsewhere]
        assert tx.people.with_user_id(BEN.user_id) == [BEN]
        assert tx.people.with_user_id("U_NOBODY") == []


def test_half_filled_forms_that_name_a_clip_are_forgotten_and_others_are_not(
    store: Store,
) -> None:
    with store.begin() as tx:
        tx.drafts.save(ANA, "ask", '{"clip": "a_1", "guess": "x"}', NOW)
        tx.drafts.save(BEN, "ask", '{"clip": "ab1", "guess": "x"}', NOW)
        tx.drafts.forget_clip("a_1")
        assert tx.drafts.by_form(ANA, "ask") is None
        assert tx.drafts.by_form(BEN, "ask") is not None


def test_a_reply_is_remembered_once(store: Store) -> None:
    with store.begin() as tx:
        asked = add_request(tx)
        tx.requests.add_thread_reply(asked.id, "C1", "2.0")
        tx.requests.add_thread_reply(asked.id, "C1", "2.0")
        tx.requests.add_thread_reply(asked.id, "C1", "1.0")
        assert tx.requests.thread_replies(asked.id) == [("C1", "1.0"), ("C1", "2.0")]
