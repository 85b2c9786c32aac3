"""What a transaction promises, on both databases."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from storage.audit.tables import events
from storage.records import (
    Adjudication,
    Answer,
    Difficulty,
    Listen,
    Member,
    Membership,
    Person,
    Proposal,
    RequestState,
    Result,
    Session,
    ShownWord,
    SignIn,
    SnippetRecord,
    Span,
    Task,
)
from storage.store import Store
from storage.tables import requests
from tests.storage.builders import ANA, BEN, CLEO, NOW, SECOND, add_request, event, new_request


def count_events(store: Store) -> int:
    with store.read() as tx:
        return tx.connection.execute(select(func.count()).select_from(events)).scalar_one()


def test_a_request_comes_back_as_it_was_stored(store: Store) -> None:
    asked = new_request(
        store,
        difficulties=(Difficulty.NOISE, Difficulty.CUT_OFF),
        guess="Ærøskøbing 👋 \"quoted\" 'n' ünïcode",
        asker=Person(team_id="T" * 32, user_id="U" * 32),
    )
    with store.read() as tx:
        assert tx.request(asked.id) == asked
        assert tx.request_by_key(asked.key) == asked
    assert asked.state is RequestState.RENDERING
    assert asked.name == f"HC-{1000 + asked.id}"


def test_times_keep_their_microseconds_and_come_back_in_utc(store: Store) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))
    asked = new_request(store, asked_at=elsewhere)
    assert asked.asked_at == NOW
    assert asked.asked_at.utcoffset() == timedelta(0)
    assert asked.asked_at.microsecond == 123456


def test_everything_that_changes_in_a_requests_life_is_saved(store: Store) -> None:
    asked = new_request(store)
    changed = asked.evolve(
        state=RequestState.AGREED,
        guess="x",
        quorum=3,
        expires_at=NOW + SECOND,
        opened_at=NOW,
        closed_at=NOW + SECOND,
        channel_id="C1",
        thread_ts="1.2",
        problem="none",
        settled_answer=Answer.WORDS,
        settled_text="lamp",
        settled_personal=True,
    )
    with store.begin() as tx:
        tx.save_request(changed)
    with store.read() as tx:
        assert tx.request(asked.id) == changed


def test_a_failed_transaction_leaves_no_state_no_event_and_no_outbox_row(store: Store) -> None:
    def act_and_fail() -> None:
        with store.begin() as tx:
            asked = add_request(tx)
            tx.record(event())
            tx.enqueue(Task.RENDER, lane="l", now=NOW, request_id=asked.id)
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        act_and_fail()
    assert count_events(store) == 0
    with store.read() as tx:
        assert tx.request(1) is None
        assert tx.waiting() == 0


def test_if_the_event_cannot_be_written_the_act_does_not_happen(store: Store) -> None:
    with store.begin() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE events RENAME TO events_gone")

    def act() -> None:
        with store.begin() as tx:
            add_request(tx)
            tx.record(event())

    with pytest.raises(Exception, match="events"):
        act()
    with store.read() as tx:
        assert tx.requests_on_clip("clip-1") == []


def test_two_writers_lose_no_update(store: Store) -> None:
    asked = new_request(store)
    start = Barrier(2)

    def raise_quorum() -> None:
        start.wait()
        for _ in range(20):
            with store.begin() as tx:
                request = tx.request(asked.id, lock=True)
                assert request is not None
                tx.save_request(request.evolve(quorum=request.quorum + 1))

    with ThreadPoolExecutor(2) as writers:
        for writer in [writers.submit(raise_quorum) for _ in range(2)]:
            writer.result()
    with store.read() as tx:
        found = tx.request(asked.id)
    assert found is not None
    assert found.quorum == 42


def test_a_reader_sees_one_moment(store: Store) -> None:
    asked = new_request(store)
    with store.read() as tx:
        assert tx.request(asked.id) == asked
        with store.begin() as other:
            other.save_request(asked.evolve(quorum=9))
            add_request(other)
        assert [r.quorum for r in tx.requests_on_clip("clip-1")] == [2]


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.save_request(asked.evolve(quorum=9))
        with store.read() as reader:
            assert reader.request(asked.id) == asked


def test_a_press_works_once_for_each_person(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.add_listen(listen(asked.id, "a", ANA))
        tx.add_listen(listen(asked.id, "b", BEN))
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.add_listen(listen(asked.id, "c", ANA))
    with store.read() as tx:
        assert [x.id for x in tx.listens(asked.id)] == ["a", "b"]


def test_of_two_requests_with_one_press_one_is_granted(store: Store) -> None:
    asked = new_request(store)
    start = Barrier(6)

    def press(n: int) -> bool:
        start.wait()
        try:
            with store.begin() as tx:
                tx.add_listen(listen(asked.id, f"id-{n}", ANA))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(6) as people:
        assert list(people.map(press, range(6))).count(True) == 1


def test_what_was_played_is_saved(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.add_listen(listen(asked.id, "a", ANA))
        tx.save_played("a", played_ms=1400, loops=2)
    with store.read() as tx:
        assert tx.listens_of(asked.id, ANA) == [
            replace(listen(asked.id, "a", ANA), played_ms=1400, loops=2)
        ]
        assert tx.listens_of(asked.id, BEN) == []


def test_a_sign_in_is_taken_once(store: Store) -> None:
    begun = sign_in()
    with store.begin() as tx:
        tx.add_sign_in(begun)
    start = Barrier(5)

    def take(_: int) -> SignIn | None:
        start.wait()
        with store.begin() as tx:
            return tx.take_sign_in("state", NOW)

    with ThreadPoolExecutor(5) as browsers:
        taken = list(browsers.map(take, range(5)))
    assert [x for x in taken if x] == [begun]


def test_an_expired_sign_in_is_not_taken(store: Store) -> None:
    with store.begin() as tx:
        tx.add_sign_in(sign_in())
    with store.begin() as tx:
        assert tx.take_sign_in("state", NOW + 2 * SECOND) is None


def test_sessions_end(store: Store) -> None:
    sessions = [session(name, ANA) for name in ("a", "b")] + [session("c", BEN)]
    with store.begin() as tx:
        for one in sessions:
            tx.add_session(one)
        assert tx.session("a", NOW) == sessions[0]
        assert tx.session("a", NOW + 2 * SECOND) is None
        tx.end_session("b", NOW)
        assert tx.session("b", NOW) is None
        tx.end_sessions_of(ANA, NOW)
        assert tx.session("a", NOW) is None
        assert tx.session("c", NOW) == sessions[2]
        tx.forget_expired(NOW + 2 * SECOND)
        assert tx.session("c", NOW) is None


def test_a_later_proposal_replaces_the_earlier(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.put_proposal(proposal(asked.id, ANA, "lamp"))
        tx.put_proposal(proposal(asked.id, BEN, "lamb"))
        tx.put_proposal(proposal(asked.id, ANA, "Lampe", made_at=NOW + SECOND))
    with store.read() as tx:
        assert [p.text for p in tx.proposals(asked.id)] == ["lamb", "Lampe"]
        assert tx.answered_by(ANA, [asked.id, 999]) == {asked.id}
        assert tx.proposal_of(asked.id, CLEO) is None


def test_a_withdrawn_proposal_does_not_stand(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.put_proposal(proposal(asked.id, ANA, "lamp", withdrawn_at=NOW))
        assert tx.proposals(asked.id) == []
        assert tx.answered_by(ANA, [asked.id]) == set()


def test_two_proposals_of_one_person_at_once_leave_one(store: Store) -> None:
    asked = new_request(store)
    start = Barrier(4)

    def propose(text: str) -> None:
        start.wait()
        with store.begin() as tx:
            tx.request(asked.id, lock=True)
            tx.put_proposal(proposal(asked.id, ANA, text))

    with ThreadPoolExecutor(4) as browsers:
        list(browsers.map(propose, "abcd"))
    with store.read() as tx:
        assert len(tx.proposals(asked.id)) == 1


def test_declining_and_following_twice_change_nothing(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        assert tx.add_decline(asked.id, BEN, NOW)
        assert not tx.add_decline(asked.id, BEN, NOW)
        tx.add_follower(asked.id, BEN, "guess", NOW)
        tx.add_follower(asked.id, BEN, "other", NOW)
        assert tx.followers(asked.id) == [BEN]
        assert tx.answered_by(BEN, [asked.id]) == {asked.id}


def test_adjudications_are_kept_in_order(store: Store) -> None:
    asked = new_request(store)
    decisions = [
        Adjudication(
            request_id=asked.id,
            lead=CLEO,
            answer=Answer.WORDS,
            text=text,
            reason="clear",
            made_at=NOW,
        )
        for text in ("one", "two")
    ]
    with store.begin() as tx:
        for decision in decisions:
            tx.add_adjudication(decision)
        assert tx.adjudications(asked.id) == decisions


def test_a_snippet_is_replaced_and_dropped(store: Store) -> None:
    asked = new_request(store)
    kept = SnippetRecord(
        request_id=asked.id,
        blob="HC/a",
        duration_ms=4000,
        span=Span(start_ms=2000, end_ms=2700),
        words=(ShownWord(text=None, start_ms=0, end_ms=5),),
        peaks=(0, 100),
        rendered_at=NOW,
    )
    with store.begin() as tx:
        tx.put_snippet(replace(kept, blob="old"))
        tx.put_snippet(kept)
        assert tx.snippet(asked.id) == kept
        tx.drop_snippet(asked.id)
        assert tx.snippet(asked.id) is None


def test_a_clip_key_is_due_when_its_time_is_over(store: Store) -> None:
    with store.begin() as tx:
        tx.keep_clip_key("clip-1", until=NOW)
        tx.keep_clip_key("clip-2", until=NOW)
        tx.keep_clip_key("clip-2", until=NOW + SECOND)
        assert tx.clip_keys_due(NOW) == ["clip-1"]
        tx.forget_clip_key("clip-1")
        assert tx.clip_keys_due(NOW + SECOND) == ["clip-2"]


def test_a_quarantined_clip_is_closed_until_released(store: Store) -> None:
    with store.begin() as tx:
        assert not tx.is_quarantined("clip-1")
        assert not tx.release_quarantine("clip-1", NOW)
        tx.add_quarantine("clip-1", None, ANA, NOW)
        tx.add_quarantine("clip-1", None, BEN, NOW)
        assert tx.is_quarantined("clip-1")
        assert not tx.is_quarantined("clip-2")
        assert tx.release_quarantine("clip-1", NOW)
        assert not tx.is_quarantined("clip-1")


def test_a_result_is_stored_once(store: Store) -> None:
    asked = new_request(store)
    first = result(asked.name, "lamp")
    with store.begin() as tx:
        tx.put_result(asked.id, first)
        tx.put_result(asked.id, replace(first, text="other"))
        assert tx.result(first.id) == first
        assert tx.results() == [first]
        assert tx.result_count(asked.id) == 1
        assert tx.result("HC-9/9") is None


def test_drafts_are_kept_per_person_and_form(store: Store) -> None:
    with store.begin() as tx:
        tx.save_draft(ANA, "ask", json.dumps({"guess": "a"}), NOW)
        tx.save_draft(ANA, "ask", json.dumps({"guess": "b"}), NOW)
        assert tx.draft(ANA, "ask") == '{"guess": "b"}'
        assert tx.draft(BEN, "ask") is None
        tx.forget_drafts(NOW + SECOND)
        assert tx.draft(ANA, "ask") is None


def test_one_person_in_two_windows_saves_drafts_without_an_error(store: Store) -> None:
    start = Barrier(4)

    def save(text: str) -> None:
        start.wait()
        for _ in range(10):
            with store.begin() as tx:
                tx.save_draft(ANA, "ask", text, NOW)

    with ThreadPoolExecutor(4) as windows:
        list(windows.map(save, "abcd"))
    with store.read() as tx:
        assert tx.draft(ANA, "ask") in set("abcd")


def test_groups_are_replaced_whole(store: Store) -> None:
    with store.begin() as tx:
        assert tx.oldest_refresh(["S1"]) is None
        tx.set_group("S1", ["U1", "U2", "U2"], NOW)
        tx.set_group("S2", ["U2"], NOW + SECOND)
        tx.set_group("S1", ["U2"], NOW)
        for user_id in ("U1", "U2"):
            tx.set_membership(user_id, Membership.MEMBER, NOW)
        assert tx.member("U1") == Member(user_id="U1")
        assert tx.member("U2") == Member(user_id="U2", groups=frozenset({"S1", "S2"}))
        assert tx.members_of(["S1", "S2"]) == {"U2"}
        assert tx.oldest_refresh(["S1", "S2"]) == NOW
        assert tx.oldest_refresh(["S1", "S3"]) is None


def test_replicas_refresh_a_group_at_once_without_an_error(store: Store) -> None:
    start = Barrier(4)

    def refresh(_: int) -> None:
        start.wait()
        for _ in range(10):
            with store.begin() as tx:
                tx.set_group("S1", ["U1", "U2"], NOW)

    with ThreadPoolExecutor(4) as replicas:
        list(replicas.map(refresh, range(4)))
    with store.read() as tx:
        assert tx.members_of(["S1"]) == {"U1", "U2"}


def test_requests_are_found_by_clip_desk_asker_and_time(store: Store) -> None:
    with store.begin() as tx:
        first = add_request(tx)
        second = add_request(tx, desk="de-DE", asker=BEN, asked_at=NOW + SECOND)
        third = add_request(tx, clip_id="clip-2", expires_at=NOW + SECOND)
        assert tx.requests_on_clip("clip-1") == [first, second]
        assert tx.requests_on_clip("clip-1", [RequestState.OPEN]) == []
        assert tx.requests_asked_by(ANA) == [third, first]
        assert tx.requests_in([RequestState.RENDERING], ["de-DE"]) == [second]
        assert tx.requests_due([RequestState.RENDERING], NOW + SECOND) == [third]


def listen(request_id: int, name: str, who: Person) -> Listen:
    return Listen(id=name, request_id=request_id, listener=who, press="press", granted_at=NOW)


def proposal(request_id: int, who: Person, text: str, **changes: object) -> Proposal:
    values: dict[str, object] = {
        "request_id": request_id,
        "proposer": who,
        "answer": Answer.WORDS,
        "text": text,
        "confidence": 2,
        "made_at": NOW,
    }
    return Proposal(**{**values, **changes})  # type: ignore[arg-type]


def sign_in() -> SignIn:
    return SignIn(state_hash="state", nonce="n", return_to="/r/x", expires_at=NOW + SECOND)


def session(token_hash: str, who: Person) -> Session:
    return Session(
        token_hash=token_hash,
        person=who,
        browser="b",
        csrf="csrf",
        started_at=NOW,
        authenticated_at=NOW,
        expires_at=NOW + SECOND,
    )


def result(request: str, text: str) -> Result:
    return Result(
        id=f"{request}/1",
        request=request,
        clip_id="clip-1",
        span=Span(start_ms=1, end_ms=2),
        locale="en-GB",
        answer=Answer.WORDS,
        text=text,
        how="agreement",
        proposals=2,
        agreeing=2,
        quorum=2,
        blind=True,
        dissent=("lamb",),
        settled_at=NOW,
    )


def test_every_state_of_a_request_fits_its_column() -> None:
    length = requests.c.state.type.length  # type: ignore[attr-defined]
    assert all(len(state) <= length for state in RequestState)
