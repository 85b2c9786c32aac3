"""What a transaction promises, on both databases."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

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
    SnippetRecord,
    Span,
)
from storage.records.outbox import RenderSnippet
from storage.store import Store
from storage.tables import events, requests
from tests.storage.builders import (
    ANA,
    BEN,
    CLEO,
    NOW,
    SECOND,
    add_request,
    event,
    new_request,
)


def count_events(store: Store) -> int:
    with store.read() as tx:
        return tx.connection.execute(
            select(func.count()).select_from(events)
        ).scalar_one()


def test_a_request_comes_back_as_it_was_stored(store: Store) -> None:
    asked = new_request(
        store,
        difficulties=(Difficulty.NOISE, Difficulty.CUT_OFF),
        guess="Ærøskøbing 👋 \"quoted\" 'n' ünïcode",
        asker=Person(team_id="T" * 32, user_id="U" * 32),
    )
    with store.read() as tx:
        assert tx.requests.by_id(asked.id) == asked
        assert tx.requests.by_key(asked.key) == asked
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
    changed = replace(
        asked,
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
        tx.requests.save(changed)
    with store.read() as tx:
        assert tx.requests.by_id(asked.id) == changed


def test_a_failed_transaction_leaves_no_state_no_event_and_no_outbox_row(
    store: Store,
) -> None:
    def act_and_fail() -> None:
        with store.begin() as tx:
            asked = add_request(tx)
            tx.log.record(event())
            tx.outbox.enqueue(RenderSnippet(request_id=asked.id), now=NOW)
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        act_and_fail()
    assert count_events(store) == 0
    with store.read() as tx:
        assert tx.requests.by_id(1) is None
        assert tx.outbox_counts.count_waiting() == 0


def test_if_the_event_cannot_be_written_the_act_does_not_happen(store: Store) -> None:
    with store.begin() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE events RENAME TO events_gone")

    def act() -> None:
        with store.begin() as tx:
            add_request(tx)
            tx.log.record(event())

    with pytest.raises(Exception, match="events"):
        act()
    with store.read() as tx:
        assert tx.requests.on_clip("clip-1") == []


def test_two_writers_lose_no_update(store: Store) -> None:
    asked = new_request(store)
    start = Barrier(2)

    def raise_quorum() -> None:
        start.wait()
        for _ in range(20):
            with store.begin() as tx:
                request = tx.requests.by_id(asked.id, lock=True)
                assert request is not None
                tx.requests.save(request.evolve(quorum=request.quorum + 1))

    with ThreadPoolExecutor(2) as writers:
        for writer in [writers.submit(raise_quorum) for _ in range(2)]:
            writer.result()
    with store.read() as tx:
        found = tx.requests.by_id(asked.id)
    assert found is not None
    assert found.quorum == 42


def test_a_reader_sees_one_moment(store: Store) -> None:
    asked = new_request(store)
    with store.read() as tx:
        assert tx.requests.by_id(asked.id) == asked
        with store.begin() as other:
            other.requests.save(asked.evolve(quorum=9))
            add_request(other)
        assert [r.quorum for r in tx.requests.on_clip("clip-1")] == [2]


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.requests.save(asked.evolve(quorum=9))
        with store.read() as reader:
            assert reader.requests.by_id(asked.id) == asked


def test_a_press_works_once_for_each_person(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.listens.add(listen(asked.id, "a", ANA))
        tx.listens.add(listen(asked.id, "b", BEN))
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.listens.add(listen(asked.id, "c", ANA))
    with store.read() as tx:
        assert [x.id for x in tx.listens.of_request(asked.id)] == ["a", "b"]


def test_of_two_requests_with_one_press_one_is_granted(store: Store) -> None:
    asked = new_request(store)
    start = Barrier(6)

    def press(n: int) -> bool:
        start.wait()
        try:
            with store.begin() as tx:
                tx.listens.add(listen(asked.id, f"id-{n}", ANA))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(6) as people:
        assert list(people.map(press, range(6))).count(True) == 1


def test_what_was_played_is_saved(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.listens.add(listen(asked.id, "a", ANA))
        tx.listens.save_played("a", played_ms=1400, loops=2)
    with store.read() as tx:
        assert tx.listens.of_request(asked.id) == [
            replace(listen(asked.id, "a", ANA), played_ms=1400, loops=2)
        ]


def test_a_nonce_is_used_once(store: Store) -> None:
    start = Barrier(5)

    def use(_: int) -> bool:
        start.wait()
        with store.begin() as tx:
            return tx.sessions.use_nonce("nonce", NOW + SECOND)

    with ThreadPoolExecutor(5) as browsers:
        used = list(browsers.map(use, range(5)))
    assert sorted(used) == [False, False, False, False, True]
    with store.begin() as tx:
        tx.sessions.forget_expired(NOW + SECOND)
    with store.begin() as tx:
        assert tx.sessions.use_nonce("nonce", NOW + 2 * SECOND)


def test_sessions_end(store: Store) -> None:
    sessions = [session(name, ANA) for name in ("a", "b")] + [session("c", BEN)]
    with store.begin() as tx:
        for one in sessions:
            tx.sessions.add(one)
        assert tx.sessions.by_token("a", NOW) == sessions[0]
        assert tx.sessions.by_token("a", NOW + 2 * SECOND) is None
        tx.sessions.end("b", NOW)
        assert tx.sessions.by_token("b", NOW) is None
        tx.sessions.end_of_person(ANA, NOW)
        assert tx.sessions.by_token("a", NOW) is None
        assert tx.sessions.by_token("c", NOW) == sessions[2]
        tx.sessions.forget_expired(NOW + 2 * SECOND)
        assert tx.sessions.by_token("c", NOW) is None


def test_a_later_proposal_replaces_the_earlier(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.proposals.put(proposal(asked.id, ANA, "lamp"))
        tx.proposals.put(proposal(asked.id, BEN, "lamb"))
        tx.proposals.put(proposal(asked.id, ANA, "Lampe", made_at=NOW + SECOND))
    with store.read() as tx:
        assert [p.text for p in tx.proposals.of_request(asked.id)] == ["lamb", "Lampe"]
        assert tx.proposals.by_person(asked.id, CLEO) is None


def test_a_withdrawn_proposal_does_not_stand(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        tx.proposals.put(proposal(asked.id, ANA, "lamp", withdrawn_at=NOW))
        assert tx.proposals.of_request(asked.id) == []


def test_two_proposals_of_one_person_at_once_leave_one(store: Store) -> None:
    asked = new_request(store)
    start = Barrier(4)

    def propose(text: str) -> None:
        start.wait()
        with store.begin() as tx:
            tx.requests.by_id(asked.id, lock=True)
            tx.proposals.put(proposal(asked.id, ANA, text))

    with ThreadPoolExecutor(4) as browsers:
        list(browsers.map(propose, "abcd"))
    with store.read() as tx:
        assert len(tx.proposals.of_request(asked.id)) == 1


def test_declining_and_following_twice_change_nothing(store: Store) -> None:
    asked = new_request(store)
    with store.begin() as tx:
        assert tx.proposals.add_decline(asked.id, BEN, NOW)
        assert not tx.proposals.add_decline(asked.id, BEN, NOW)
        tx.requests.add_follower(asked.id, BEN, "guess", NOW)
        tx.requests.add_follower(asked.id, BEN, "other", NOW)
        assert tx.requests.followers(asked.id) == [BEN]
        assert tx.proposals.has_declined(asked.id, BEN)


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
            tx.adjudications.add(decision)
        assert tx.adjudications.of_request(asked.id) == decisions


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
        tx.snippets.put(replace(kept, blob="old"))
        tx.snippets.put(kept)
        assert tx.snippets.of_request(asked.id) == kept
        tx.snippets.drop(asked.id)
        assert tx.snippets.of_request(asked.id) is None


def test_a_clip_key_is_due_when_its_time_is_over(store: Store) -> None:
    with store.begin() as tx:
        tx.retention.keep_clip_key("clip-1", until=NOW)
        tx.retention.keep_clip_key("clip-2", until=NOW)
        tx.retention.keep_clip_key("clip-2", until=NOW + SECOND)
        assert tx.retention.clip_keys_due(NOW, 10) == ["clip-1"]
        tx.retention.forget_clip_key("clip-1")
        assert tx.retention.clip_keys_due(NOW + SECOND, 10) == ["clip-2"]


def test_a_quarantined_clip_is_closed_until_released(store: Store) -> None:
    with store.begin() as tx:
        assert not tx.quarantines.is_active("clip-1")
        assert not tx.quarantines.release("clip-1", NOW)
        tx.quarantines.add("clip-1", None, ANA, NOW)
        tx.quarantines.add("clip-1", None, BEN, NOW)
        assert tx.quarantines.is_active("clip-1")
        assert not tx.quarantines.is_active("clip-2")
        assert tx.quarantines.release("clip-1", NOW)
        assert not tx.quarantines.is_active("clip-1")


def test_a_result_is_stored_once(store: Store) -> None:
    asked = new_request(store)
    first = result(asked.name, "lamp")
    with store.begin() as tx:
        tx.results.put(asked.id, first)
        tx.results.put(asked.id, replace(first, text="other"))
        assert tx.results.by_id(first.id) == first
        assert tx.results.newest(limit=10) == [first]
        assert tx.results.next_number(asked.id) == 2
        assert tx.results.by_id("HC-9/9") is None


def test_drafts_are_kept_per_person_and_form(store: Store) -> None:
    with store.begin() as tx:
        tx.drafts.save(ANA, "ask", json.dumps({"guess": "a"}), NOW)
        tx.drafts.save(ANA, "ask", json.dumps({"guess": "b"}), NOW)
        assert tx.drafts.by_form(ANA, "ask") == '{"guess": "b"}'
        assert tx.drafts.by_form(BEN, "ask") is None
        tx.drafts.forget_before(NOW + SECOND)
        assert tx.drafts.by_form(ANA, "ask") is None


def test_one_person_in_two_windows_saves_drafts_without_an_error(store: Store) -> None:
    start = Barrier(4)

    def save(text: str) -> None:
        start.wait()
        for _ in range(10):
            with store.begin() as tx:
                tx.drafts.save(ANA, "ask", text, NOW)

    with ThreadPoolExecutor(4) as windows:
        list(windows.map(save, "abcd"))
    with store.read() as tx:
        assert tx.drafts.by_form(ANA, "ask") in set("abcd")


def test_groups_are_replaced_whole(store: Store) -> None:
    with store.begin() as tx:
        tx.groups.put("S1", ["U1", "U2", "U2"], NOW)
        tx.groups.put("S2", ["U2"], NOW + SECOND)
        tx.groups.put("S1", ["U2"], NOW)
        for user_id in ("U1", "U2"):
            tx.people.set_membership(user_id, Membership.MEMBER, NOW)
        assert tx.people.member_by_id("U1") == Member(user_id="U1")
        assert tx.people.member_by_id("U2") == Member(
            user_id="U2", groups=frozenset({"S1", "S2"})
        )
        assert tx.groups.members(["S1", "S2"]) == {"U2"}


def test_replicas_refresh_a_group_at_once_without_an_error(store: Store) -> None:
    start = Barrier(4)

    def refresh(_: int) -> None:
        start.wait()
        for _ in range(10):
            with store.begin() as tx:
                tx.groups.put("S1", ["U1", "U2"], NOW)

    with ThreadPoolExecutor(4) as replicas:
        list(replicas.map(refresh, range(4)))
    with store.read() as tx:
        assert tx.groups.members(["S1"]) == {"U1", "U2"}


def test_requests_are_found_by_clip_desk_and_time(store: Store) -> None:
    with store.begin() as tx:
        first = add_request(tx)
        second = add_request(tx, desk="de-DE", asker=BEN, asked_at=NOW + SECOND)
        third = add_request(tx, clip_id="clip-2", expires_at=NOW + SECOND)
        assert tx.requests.on_clip("clip-1") == [first, second]
        assert tx.requests.on_clip("clip-1", [RequestState.OPEN]) == []
        assert tx.requests.in_states([RequestState.RENDERING], ["de-DE"]) == [second]
        due = tx.requests.due([RequestState.RENDERING], NOW + SECOND, limit=9)
        assert due == [third]


def listen(request_id: int, name: str, who: Person) -> Listen:
    return Listen(
        id=name, request_id=request_id, listener=who, press="press", granted_at=NOW
    )


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


def session(token_hash: str, who: Person) -> Session:
    return Session(
        token_hash=token_hash,
        person=who,
        browser="b",
        csrf="csrf",
        started_at=NOW,
        authenticated_at=NOW,
        expires_at=NOW + SECOND,
        used_at=NOW,
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
