"""Lists hold exactly what belongs on them, on every page, and count all of it."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from storage.records import Answer, Difficulty, Person, Proposal, Request, RequestState
from storage.requests.request_lists import ListQuestion, RequestPage
from storage.store import Store, Transaction
from tests.storage.builders import ANA, BEN, CLEO, NOW, SECOND, add_request

DESKS = ("en-GB", "de-DE", "fr-FR")
ALL_DESKS = ListQuestion(desks=frozenset(DESKS), rows=1_000)
Read = Callable[[ListQuestion], RequestPage]


def add(tx: Transaction, state: RequestState, **changes: object) -> Request:
    request = replace(add_request(tx, **changes), state=state)
    tx.requests.save(request)
    return request


def answer(
    tx: Transaction,
    request: Request,
    person: Person,
    *,
    withdrawn: bool = False,
) -> None:
    proposal = Proposal(
        request_id=request.id,
        proposer=person,
        answer=Answer.WORDS,
        text="lamp",
        confidence=2,
        made_at=NOW,
        withdrawn_at=NOW if withdrawn else None,
    )
    tx.proposals.put(proposal)


def add_case(
    tx: Transaction,
    clip_id: str,
    *,
    is_drill: bool = False,
) -> None:
    tx.cases.add(
        key=f"case-{clip_id}",
        clip_id=clip_id,
        request_id=None,
        desk="en-GB",
        opened_at=NOW,
        due_at=NOW,
        is_drill=is_drill,
    )


def walk(read: Read, question: ListQuestion) -> list[int]:
    """Return the ids of all pages, checking that each page states the same total."""
    found: list[int] = []
    totals = set()
    while True:
        page = read(question)
        found += [request.id for request in page.requests]
        totals.add(page.total)
        if page.next_after is None:
            assert totals == {len(found)}
            return found
        question = replace(question, after=page.next_after)


def populate(tx: Transaction, random: Random) -> list[tuple[Request, set[str]]]:
    """Add requests of every kind; return each with the marks that decide about it."""
    population = []
    for number in range(120):
        marks = set()
        difficulties = tuple(random.sample(list(Difficulty), random.randint(0, 2)))
        clip_id = f"clip-{random.randint(1, 30)}"
        request = add(
            tx,
            random.choice([RequestState.OPEN, RequestState.DISPUTED]),
            desk=random.choice(DESKS),
            asker=random.choice([ANA, BEN, CLEO]),
            difficulties=difficulties,
            clip_id=clip_id,
            asked_at=NOW + number * SECOND,
        )
        if random.random() < 0.3:
            withdrawn = random.random() < 0.3
            answer(tx, request, BEN, withdrawn=withdrawn)
            marks.add("withdrawn" if withdrawn else "answered")
        if random.random() < 0.3:
            tx.proposals.add_decline(request.id, BEN, NOW)
            marks.add("declined")
        population.append((request, marks))
    return population


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rows", [1, 7, 1_000])
def test_a_list_to_answer_is_what_a_walk_over_all_requests_finds(
    store: Store,
    seed: int,
    rows: int,
) -> None:
    random = Random(seed)
    without = frozenset(random.sample(list(Difficulty), 2))
    desks = frozenset(random.sample(DESKS, 2))
    with store.begin() as tx:
        population = populate(tx, random)
        expected = [
            request.id
            for request, marks in population
            if request.state is RequestState.OPEN
            and request.desk in desks
            and request.asker != BEN
            and not marks & {"answered", "declined"}
            and without.isdisjoint(request.difficulties)
        ]

        def read(question: ListQuestion) -> RequestPage:
            return tx.request_lists.to_answer(
                BEN,
                question,
                without_difficulties=without,
            )

        assert walk(read, ListQuestion(desks=desks, rows=rows)) == expected


@pytest.mark.parametrize("seed", range(5))
def test_a_queue_holds_a_leads_own_disputes_only_if_wanted(
    store: Store,
    seed: int,
) -> None:
    question = replace(ALL_DESKS, rows=11)
    with store.begin() as tx:
        disputed = [
            (request, marks)
            for request, marks in populate(tx, Random(seed))
            if request.state is RequestState.DISPUTED
        ]

        def others(asked: ListQuestion) -> RequestPage:
            return tx.request_lists.to_rule(BEN, asked)

        def every(asked: ListQuestion) -> RequestPage:
            return tx.request_lists.to_rule(BEN, asked, with_own=True)

        assert walk(every, question) == [request.id for request, _ in disputed]
        assert walk(others, question) == [
            request.id
            for request, marks in disputed
            if request.asker != BEN and "answered" not in marks
        ]


def test_what_a_person_asked_is_newest_first_and_can_be_narrowed(store: Store) -> None:
    with store.begin() as tx:
        first = add(tx, RequestState.OPEN, asker=ANA)
        second = add(tx, RequestState.EXPIRED, asker=ANA, asked_at=NOW + SECOND)
        third = add(tx, RequestState.EXPIRED, asker=ANA, desk="de-DE")
        add(tx, RequestState.OPEN, asker=BEN)
        every = ListQuestion(desks=frozenset(), rows=2)

        def read(question: ListQuestion) -> RequestPage:
            return tx.request_lists.asked_by(ANA, question)

        assert walk(read, every) == [third.id, second.id, first.id]
        closed = replace(every, states=frozenset({RequestState.EXPIRED}))
        assert walk(read, closed) == [third.id, second.id]
        german = replace(every, desks=frozenset({"de-DE"}))
        assert walk(read, german) == [third.id]
        older = replace(every, asked_before=NOW)
        assert walk(read, older) == [third.id, first.id]


def test_requests_about_stopped_recordings_are_left_out_if_wanted(store: Store) -> None:
    with store.begin() as tx:
        add(tx, RequestState.OPEN, clip_id="clip-1")
        other = add(tx, RequestState.OPEN, clip_id="clip-2")
        drill = add(tx, RequestState.OPEN, clip_id="clip-3")
        add_case(tx, "clip-1")
        add_case(tx, "clip-3", is_drill=True)
        page = tx.request_lists.to_answer(BEN, ALL_DESKS, without_stopped=True)
        assert [request.id for request in page.requests] == [other.id, drill.id]
        assert page.total == 2


def test_no_desks_hold_no_work(store: Store) -> None:
    with store.begin() as tx:
        add(tx, RequestState.OPEN)
        nowhere = ListQuestion(desks=frozenset(), rows=10)
        assert tx.request_lists.to_answer(BEN, nowhere).total == 0
        assert tx.request_lists.to_rule(BEN, nowhere).total == 0


def test_answers_are_counted_for_all_requests_at_once(store: Store) -> None:
    with store.begin() as tx:
        two, none = add(tx, RequestState.OPEN), add(tx, RequestState.OPEN)
        answer(tx, two, BEN)
        answer(tx, two, CLEO)
        answer(tx, none, BEN, withdrawn=True)
        ids = [two.id, none.id]
        assert tx.request_lists.answers_per_request(ids) == {two.id: 2}
        assert tx.request_lists.not_ruled_by(BEN, ids) == {two.id}
