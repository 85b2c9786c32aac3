"""The leads' list, on both databases."""

import pytest
from sqlalchemy.exc import IntegrityError

from storage.records import Incident, IncidentKind
from storage.store import Store
from tests.storage.builders import ANA, BEN, NOW, SECOND, new_request


def dropped(store: Store, ts: str = "1.1", desk: str = "en") -> Incident:
    with store.begin() as tx:
        return tx.incidents.add(
            IncidentKind.RECORDING_DROPPED,
            ANA,
            desk=desk,
            now=NOW,
            channel_id="C1",
            message_ts=ts,
        )


def test_an_incident_waits_until_a_lead_has_seen_it(store: Store) -> None:
    first, second, elsewhere = (
        dropped(store),
        dropped(store, "1.2"),
        dropped(store, "1.3", "de"),
    )
    with store.read() as tx:
        assert tx.incidents.unseen(["en"], 10) == [first, second]
        assert tx.incidents.unseen(["en", "de"], limit=2) == [first, second]
        assert tx.incidents.unseen(["de"], 10) == [elsewhere]
    with store.begin() as tx:
        tx.incidents.mark_seen(first.id, BEN, NOW + SECOND)
        tx.incidents.mark_seen(first.id, ANA, NOW + 2 * SECOND)
    with store.read() as tx:
        assert tx.incidents.unseen(["en"], 10) == [second]
        seen = tx.incidents.by_id(first.id)
    assert seen is not None
    assert (seen.seen_by, seen.seen_at) == (BEN, NOW + SECOND)


def test_a_message_is_listed_once(store: Store) -> None:
    listed = dropped(store)
    with store.read() as tx:
        assert tx.incidents.of_message("C1", "1.1") == listed
        assert tx.incidents.of_message("C1", "9.9") is None
    with pytest.raises(IntegrityError):
        dropped(store)


def test_what_was_taken_away_is_marked(store: Store) -> None:
    listed = dropped(store)
    with store.begin() as tx:
        tx.incidents.mark_removed(listed.id, NOW + SECOND)
    with store.begin() as tx:
        found = tx.incidents.by_id(listed.id, lock=True)
    assert found is not None
    assert found.removed_at == NOW + SECOND


def test_an_incident_without_a_message_is_found_by_what_happened(store: Store) -> None:
    request = new_request(store)
    with store.begin() as tx:
        for _ in range(2):  # no message: nothing makes them the same
            tx.incidents.add(
                IncidentKind.PLAYER_LINKED,
                ANA,
                desk="en",
                now=NOW,
                request_id=request.id,
            )
    with store.read() as tx:
        found = tx.incidents.unseen_of(IncidentKind.PLAYER_LINKED, ANA, "en", NOW)
        assert found is not None
        assert found.request_id == request.id
        assert (
            tx.incidents.unseen_of(IncidentKind.PLAYER_LINKED, BEN, "en", NOW) is None
        )
        assert (
            tx.incidents.unseen_of(IncidentKind.PLAYER_LINKED, ANA, "en", NOW + SECOND)
            is None
        )


def test_a_request_is_found_by_its_thread(store: Store) -> None:
    request = new_request(store).evolve(
        channel_id="C1", thread_ts="1.1", discussed_at=NOW
    )
    with store.begin() as tx:
        tx.requests.save(request)
    with store.begin() as tx:
        assert tx.requests.in_thread("C1", "1.1", lock=True) == request
        assert tx.requests.in_thread("C1", "1.2") is None
