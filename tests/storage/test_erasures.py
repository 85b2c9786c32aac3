"""Erasures, receipts and bars, on both databases."""

from datetime import timedelta

from storage.records import Person, Place, Why
from storage.store import Store
from tests.storage.builders import ANA, BEN, NOW, SECOND, add_request


def test_a_receipt_is_open_until_it_is_closed(store: Store) -> None:
    with store.begin() as tx:
        erasure = tx.add_erasure(clip_id="clip-1", person=None, why=Why.ASKED, now=NOW)
        tx.add_receipt(erasure.id, Place.PLAYERS, due_at=NOW, done_at=NOW)
        key = tx.add_receipt(erasure.id, Place.KEY, due_at=NOW)
        assert tx.open_receipts() == tx.open_receipts(clip_id="clip-1") == [key]
        assert tx.open_receipts(clip_id="clip-2") == []
        assert tx.receipts_overdue(NOW, []) == 0
        assert tx.receipts_overdue(NOW + SECOND, []) == 1
        assert tx.receipts_overdue(NOW + SECOND, ["clip-1"]) == 0
        tx.fail_receipt(key.id, "away")
        failed = tx.receipt(key.id)
        assert failed is not None
        assert failed.failure == "away"
        tx.close_receipt(key.id, NOW)
        tx.close_erasure(erasure.id, NOW)
        assert tx.receipts_overdue(NOW + SECOND, []) == 0
        assert tx.open_receipts() == []
        done = tx.erasure(erasure.id, lock=True)
    assert done is not None
    assert (done.done_at, done.clip_id, done.person) == (NOW, "clip-1", None)


def test_a_persons_places_wait_for_any_clips_hold(store: Store) -> None:
    with store.begin() as tx:
        erasure = tx.add_erasure(clip_id=None, person=ANA, why=Why.ASKED, now=NOW)
        words = tx.add_receipt(erasure.id, Place.WORDS, due_at=NOW)
        assert tx.open_receipts(clip_id="any") == [words]
        assert tx.erasures() == [erasure]
        assert tx.erasures(clip_id="any") == []


def test_a_clip_is_barred_by_itself_or_by_its_speaker(store: Store) -> None:
    with store.begin() as tx:
        assert tx.barred("clip-1", "spk") is None
        tx.bar_speaker("spk", Why.CONSENT, NOW)
        assert tx.barred("clip-1", "spk") is Why.CONSENT
        assert tx.barred("clip-1", None) is None
        assert tx.barred("spk", None) is None
        tx.bar_clip("clip-1", Why.ACCIDENTAL, NOW)
        tx.bar_clip("clip-1", Why.ASKED, NOW)
        assert tx.barred("clip-1", "spk") is Why.ASKED
        assert tx.barred("clip-1", "other") is Why.ASKED


def test_a_signed_call_is_known_until_it_is_forgotten(store: Store) -> None:
    with store.begin() as tx:
        assert not tx.knows_hook("1")
        tx.add_hook("1", NOW)
        tx.add_hook("1", NOW)
        assert tx.knows_hook("1")
        tx.forget_hooks(NOW + timedelta(days=1))
        assert not tx.knows_hook("1")


def test_people_are_found_in_every_team_that_keeps_something_of_them(store: Store) -> None:
    elsewhere = Person(team_id="T2", user_id=ANA.user_id)
    with store.begin() as tx:
        asked = add_request(tx, asker=ANA)
        tx.save_draft(elsewhere, "ask", "{}", NOW)
        tx.add_decline(asked.id, BEN, NOW)
        assert tx.people_called(ANA.user_id) == [ANA, elsewhere]
        assert tx.people_called(BEN.user_id) == [BEN]
        assert tx.people_called("U_NOBODY") == []


def test_half_filled_forms_that_name_a_clip_are_forgotten_and_others_are_not(store: Store) -> None:
    with store.begin() as tx:
        tx.save_draft(ANA, "ask", '{"clip": "a_1", "guess": "x"}', NOW)
        tx.save_draft(BEN, "ask", '{"clip": "ab1", "guess": "x"}', NOW)
        tx.forget_ask_drafts("a_1")
        assert tx.draft(ANA, "ask") is None
        assert tx.draft(BEN, "ask") is not None


def test_a_reply_is_remembered_once(store: Store) -> None:
    with store.begin() as tx:
        asked = add_request(tx)
        tx.add_thread_reply(asked.id, "C1", "2.0")
        tx.add_thread_reply(asked.id, "C1", "2.0")
        tx.add_thread_reply(asked.id, "C1", "1.0")
        assert tx.thread_replies(asked.id) == [("C1", "1.0"), ("C1", "2.0")]
