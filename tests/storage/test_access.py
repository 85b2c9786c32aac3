"""Members, habits, closer listens and ended sessions, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.records import (
    NOBODY,
    Answer,
    ElevatedListen,
    Elevation,
    Habit,
    Listen,
    Member,
    Membership,
    Person,
    Proposal,
    RequestState,
    Session,
)
from storage.store import Store, Transaction
from tests.storage.builders import ANA, BEN, CLEO, NOW, SECOND, add_request, new_request

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def hear(
    tx: Transaction, request_id: int, person: Person, at: datetime, press: str
) -> None:
    tx.listens.add(
        Listen(
            id=f"listen {press}",
            request_id=request_id,
            listener=person,
            press=press,
            granted_at=at,
        )
    )


def test_only_full_members_are_somebody(store: Store) -> None:
    with store.begin() as tx:
        tx.groups.put("S1", ["U1", "U2"], NOW)
        assert tx.people.member_by_id("U1") is NOBODY
        tx.people.set_membership("U1", Membership.MEMBER, NOW)
        tx.people.set_membership("U2", Membership.GUEST, NOW)
        tx.people.set_membership("U3", Membership.MEMBER, NOW)
        assert tx.people.member_by_id("U1") == Member(
            user_id="U1", groups=frozenset({"S1"})
        )
        assert tx.people.member_by_id("U2") is NOBODY
        assert tx.people.member_by_id("U3") == Member(user_id="U3")
        tx.people.set_membership("U1", Membership.DEACTIVATED, NOW + SECOND)
        assert tx.people.member_by_id("U1") is NOBODY
        assert tx.people.last_checked(["U1", "U3", "U9"]) == {
            "U1": NOW + SECOND,
            "U3": NOW,
        }
        tx.people.set_membership("U3", None, NOW)
        assert tx.people.membership_of("U3") is None
        tx.people.forget_all()
        assert tx.people.membership_of("U1") is None


def test_habits_count_presses_clips_and_what_was_left_unanswered(store: Store) -> None:
    with store.begin() as tx:
        answered, left, declined = (
            add_request(tx, clip_id=f"clip-{n}") for n in range(3)
        )
        closed = add_request(tx, clip_id="clip-2")
        german = add_request(tx, clip_id="clip-9", locale="de-DE")
        for n, (request, at) in enumerate(
            [
                (answered, NOW - 2 * HOUR),
                (answered, NOW - 20 * MINUTE),
                (left, NOW - 20 * MINUTE),
                (left, NOW - 30 * HOUR),
                (declined, NOW - 15 * MINUTE),
                (closed, NOW - 15 * MINUTE),
                (german, NOW - 5 * MINUTE),
            ]
        ):
            hear(tx, request.id, BEN, at, f"press {n}")
        hear(tx, left.id, CLEO, NOW, "another's")
        tx.proposals.put(
            Proposal(
                request_id=answered.id,
                proposer=BEN,
                answer=Answer.CANT_TELL,
                text=None,
                confidence=1,
                made_at=NOW,
            )
        )
        tx.proposals.add_decline(declined.id, BEN, NOW)
        soon = NOW - 12 * MINUTE
        tx.requests.save(replace(closed, state=RequestState.AGREED, closed_at=soon))
        found = sorted(
            tx.listening_habits.of_listener(BEN, NOW), key=lambda habit: habit.locale
        )
        assert tx.listening_habits.of_listener(ANA, NOW) == []
    assert found == [
        Habit(locale="de-DE", n_presses=1, n_clips=1, n_requests=1, n_unanswered=0),
        Habit(locale="en-GB", n_presses=4, n_clips=3, n_requests=4, n_unanswered=1),
    ]


def test_a_closer_listen_is_decided_and_used(store: Store) -> None:
    request = new_request(store)
    asked = ElevatedListen(
        key="k1",
        request_id=request.id,
        desk="en-GB",
        listener=BEN,
        closeness=Elevation.UNMASKED,
        asked_at=NOW,
        asked_as=7,
    )
    with store.begin() as tx:
        tx.elevated_listens.add(asked)
        assert tx.elevated_listens.by_key("k1", lock=True) == asked
        assert tx.elevated_listens.by_key("k2") is None
        assert tx.elevated_listens.waiting(["en-GB"], NOW - SECOND) == [asked]
        assert tx.elevated_listens.waiting(["en-GB"], NOW) == []
        assert tx.elevated_listens.waiting(["de"], NOW - SECOND) == []
        tx.elevated_listens.decide("k1", ANA, NOW + SECOND, approved=True)
        tx.elevated_listens.mark_played("k1", NOW + 2 * SECOND)
        assert tx.elevated_listens.waiting(["en-GB"], NOW - SECOND) == []
        found = tx.elevated_listens.newest_of(request.id, BEN)
        assert tx.elevated_listens.newest_of(request.id, CLEO) is None
    assert found is not None
    assert (found.decided_by, found.decided_at, found.approved) == (
        ANA,
        NOW + SECOND,
        True,
    )
    assert found.used_at == NOW + 2 * SECOND


def test_an_ended_session_is_known_until_it_would_have_expired(store: Store) -> None:
    session = Session(
        token_hash="a",
        person=ANA,
        browser="b",
        csrf="c",
        started_at=NOW,
        authenticated_at=NOW - SECOND,
        expires_at=NOW + HOUR,
        used_at=NOW,
    )
    with store.begin() as tx:
        tx.sessions.add(session)
        assert tx.sessions.by_token("a", NOW) == session
        assert tx.sessions.ended_by_token("a", NOW) is None
        assert tx.sessions.end_of_person(BEN, NOW) == 0
        assert tx.sessions.end_of_person(ANA, NOW) == 1
        assert tx.sessions.end_of_person(ANA, NOW) == 0
        assert tx.sessions.by_token("a", NOW) is None
        assert tx.sessions.ended_by_token("a", NOW) == session
        assert tx.sessions.ended_by_token("a", NOW + HOUR) is None
        tx.sessions.forget_person(ANA)
        assert tx.sessions.ended_by_token("a", NOW) is None
