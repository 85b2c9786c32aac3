"""Members, habits, closer listens and ended sessions, on both databases."""

from datetime import datetime, timedelta

from storage.records import (
    NOBODY,
    Answer,
    Closeness,
    CloserListen,
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


def hear(tx: Transaction, request_id: int, person: Person, at: datetime, press: str) -> None:
    tx.add_listen(
        Listen(
            id=f"listen {press}", request_id=request_id, listener=person, press=press, granted_at=at
        )
    )


def test_only_full_members_are_somebody(store: Store) -> None:
    with store.begin() as tx:
        tx.set_group("S1", ["U1", "U2"], NOW)
        assert tx.member("U1") is NOBODY
        tx.set_membership("U1", Membership.MEMBER, NOW)
        tx.set_membership("U2", Membership.GUEST, NOW)
        tx.set_membership("U3", Membership.MEMBER, NOW)
        assert tx.member("U1") == Member(user_id="U1", groups=frozenset({"S1"}))
        assert tx.member("U2") is NOBODY
        assert tx.member("U3") == Member(user_id="U3")
        tx.set_membership("U1", Membership.DEACTIVATED, NOW + SECOND)
        assert tx.member("U1") is NOBODY
        assert tx.last_checked(["U1", "U3", "U9"]) == {"U1": NOW + SECOND, "U3": NOW}
        tx.set_membership("U3", None, NOW)
        assert tx.membership("U3") is None
        tx.forget_members()
        assert tx.membership("U1") is None


def test_habits_count_presses_clips_and_what_was_left_unanswered(store: Store) -> None:
    with store.begin() as tx:
        answered, left, declined = (add_request(tx, clip_id=f"clip-{n}") for n in range(3))
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
        tx.put_proposal(
            Proposal(
                request_id=answered.id,
                proposer=BEN,
                answer=Answer.CANT_TELL,
                text=None,
                confidence=1,
                made_at=NOW,
            )
        )
        tx.add_decline(declined.id, BEN, NOW)
        soon = NOW - 12 * MINUTE
        tx.save_request(closed.evolve(state=RequestState.AGREED, closed_at=soon))
        found = sorted(tx.habits_of(BEN, NOW), key=lambda habit: habit.locale)
        assert tx.habits_of(ANA, NOW) == []
    assert found == [
        Habit(locale="de-DE", n_presses=1, n_clips=1, n_requests=1, n_unanswered=0),
        Habit(locale="en-GB", n_presses=4, n_clips=3, n_requests=4, n_unanswered=1),
    ]


def test_a_closer_listen_is_decided_and_used(store: Store) -> None:
    request = new_request(store)
    asked = CloserListen(
        key="k1",
        request_id=request.id,
        desk="en-GB",
        listener=BEN,
        closeness=Closeness.UNMASKED,
        asked_at=NOW,
        asked_as=7,
    )
    with store.begin() as tx:
        tx.add_closer(asked)
        assert tx.closer("k1", lock=True) == asked
        assert tx.closer("k2") is None
        assert tx.closer_waiting(["en-GB"], NOW - SECOND) == [asked]
        assert tx.closer_waiting(["en-GB"], NOW) == []
        assert tx.closer_waiting(["de"], NOW - SECOND) == []
        tx.decide_closer("k1", ANA, NOW + SECOND, approved=True)
        tx.use_closer("k1", NOW + 2 * SECOND)
        assert tx.closer_waiting(["en-GB"], NOW - SECOND) == []
        found = tx.closer_of(request.id, BEN)
        assert tx.closer_of(request.id, CLEO) is None
    assert found is not None
    assert (found.decided_by, found.decided_at, found.approved) == (ANA, NOW + SECOND, True)
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
    )
    with store.begin() as tx:
        tx.add_session(session)
        assert tx.session("a", NOW) == session
        assert tx.ended_session("a", NOW) is None
        assert tx.end_sessions_of(BEN, NOW) == 0
        assert tx.end_sessions_of(ANA, NOW) == 1
        assert tx.end_sessions_of(ANA, NOW) == 0
        assert tx.session("a", NOW) is None
        assert tx.ended_session("a", NOW) == session
        assert tx.ended_session("a", NOW + HOUR) is None
        tx.forget_sessions_of(ANA)
        assert tx.ended_session("a", NOW) is None
