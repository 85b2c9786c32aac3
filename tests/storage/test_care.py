"""What is kept for one person alone, on both databases."""

from datetime import timedelta

from storage.records import CaseState, Choices, Exposure, Listen, Person
from storage.store import Store, Transaction
from tests.storage.builders import ANA, BEN, CLEO, NOW, SECOND, add_request
from tests.storage.test_cases import add_case

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def hear(tx: Transaction, person: Person, clip_id: str) -> None:
    request = add_request(tx, clip_id=clip_id)
    tx.listens.add(
        Listen(
            id=f"{clip_id} {person.user_id}",
            request_id=request.id,
            listener=person,
            press="p" * 16,
            granted_at=NOW - HOUR,
        )
    )


def test_a_break_is_kept_and_ended_for_one_person(store: Store) -> None:
    with store.begin() as tx:
        tx.care.add_break(ANA, NOW, NOW + HOUR)
        tx.care.add_break(BEN, NOW, NOW + HOUR)
        tx.care.end_breaks(ANA, NOW + SECOND)
        (anas,), (bens,) = tx.care.breaks(ANA, 10), tx.care.breaks(BEN, 10)
    assert anas.ended_at == NOW + SECOND
    assert bens.ended_at is None


def test_one_is_exposed_to_what_one_stopped_and_to_what_one_had_heard(
    store: Store,
) -> None:
    with store.begin() as tx:
        hear(tx, ANA, "clip-1")
        hear(tx, BEN, "clip-1")
        case = add_case(tx)
        tx.cases.add_report(case.id, BEN, NOW + SECOND)
        add_case(tx, "drill-1", is_drill=True)
        assert tx.care.exposures(ANA, NOW) == [
            Exposure(at=NOW, stopped_it=False, heard=True)
        ]
        assert tx.care.exposures(BEN, NOW) == [
            Exposure(at=NOW + SECOND, stopped_it=True, heard=True)
        ]
        assert tx.care.exposures(CLEO, NOW) == []
        assert tx.care.exposures(ANA, NOW + SECOND) == []


def test_a_bundled_stop_counts_for_its_listeners_once_an_officer_keeps_it(
    store: Store,
) -> None:
    with store.begin() as tx:
        hear(tx, ANA, "clip-1")
        bundle = tx.stop_bundles.add("key", BEN, NOW)
        case = add_case(tx, bundle_id=bundle.id)
        tx.cases.add_report(case.id, BEN, NOW)
        assert tx.care.exposures(ANA, NOW) == []
        assert tx.care.exposures(BEN, NOW) == [
            Exposure(at=NOW, stopped_it=True, heard=False)
        ]
        assert tx.care.exposure_counts("en-GB", NOW) == {}
        kept = case.evolve(state=CaseState.KEPT, due_at=None, closed_at=NOW + HOUR)
        tx.cases.save(kept)
        assert tx.care.exposures(ANA, NOW) == [
            Exposure(at=NOW + HOUR, stopped_it=False, heard=True)
        ]
        assert tx.care.exposure_counts("en-GB", NOW) == {ANA.user_id: 1}


def test_people_of_a_desk_are_counted_once_for_each_recording(store: Store) -> None:
    with store.begin() as tx:
        hear(tx, ANA, "clip-1")
        hear(tx, ANA, "clip-2")
        hear(tx, BEN, "clip-2")
        first, _ = add_case(tx), add_case(tx, "clip-2")
        tx.cases.add_report(first.id, ANA, NOW)
        assert tx.care.exposure_counts("en-GB", NOW) == {ANA.user_id: 2, BEN.user_id: 1}
        assert tx.care.exposure_counts("en-GB", NOW + SECOND) == {}
        assert tx.care.exposure_counts("de-DE", NOW) == {}


def test_choices_are_kept_and_the_circle_is_of_one_team(store: Store) -> None:
    chosen = Choices(
        weekly_line=False, in_circle=True, not_offered=frozenset({"noise", "desk:x"})
    )
    elsewhere = Person(team_id="T2", user_id="U_DAN")
    with store.begin() as tx:
        assert tx.care.choices(ANA) == Choices()
        tx.care.save_choices(ANA, chosen)
        tx.care.save_choices(ANA, chosen)
        tx.care.save_choices(elsewhere, chosen)
        assert tx.care.choices(ANA) == chosen
        assert tx.care.peer_circle("T1") == [ANA.user_id]


def test_a_call_is_taken_by_one(store: Store) -> None:
    with store.begin() as tx:
        tx.peer_talks.add("key-1", ANA, NOW)
        found = tx.peer_talks.by_key("key-1", lock=True)
        assert found is not None
        assert (found.caller, found.called_at, found.taken_by) == (ANA, NOW, None)
        tx.peer_talks.take(found.id, BEN)
        taken = tx.peer_talks.by_key("key-1")
        assert taken is not None
        assert taken.taken_by == BEN
        assert tx.peer_talks.by_key("key-2") is None


def test_a_round_begins_its_clock_and_comes_again_in_time(store: Store) -> None:
    with store.begin() as tx:
        assert tx.rounds.begin("weekly", NOW, 7 * DAY) is None
        assert tx.rounds.begin("weekly", NOW + 6 * DAY, 7 * DAY) is None
        assert tx.rounds.begin("weekly", NOW + 7 * DAY, 7 * DAY) == NOW
        assert tx.rounds.begin("weekly", NOW + 7 * DAY, 7 * DAY) is None


def test_a_person_is_forgotten_and_nobody_else(store: Store) -> None:
    with store.begin() as tx:
        for person in (ANA, BEN):
            tx.care.add_break(person, NOW, NOW + HOUR)
            tx.care.save_choices(person, Choices(in_circle=True))
        tx.care.forget_person(ANA)
        assert tx.care.breaks(ANA, 10) == []
        assert tx.care.peer_circle("T1") == [BEN.user_id]
