"""The requests that a person asked, with the clips that only the asker may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.rules.desks import Desk
from bot.rules.requests.agreement import is_settled_word
from bot.rules.work_tools.links import address_in_tool
from bot.usecases.context import Act
from bot.usecases.requests import lists
from bot.usecases.requests.lists import ListFilter
from bot.usecases.services import Services
from storage.records import Request, Span
from storage.requests.request_lists import RequestPage
from storage.store import Transaction


@dataclass(
    frozen=True,
    kw_only=True,
)
class OwnQuestion:
    """A question as its asker typed it. It is shown on signed-in pages only.

    `guess` is None where none was typed or kept; `guess_is_settled` is whether the
    settled word is the same, for people who may read that word. `address` leads into
    the work tool, empty without one.
    """

    clip_id: str
    span: Span
    guess: str | None
    address: str
    guess_is_settled: bool = False


@dataclass(
    frozen=True,
    kw_only=True,
)
class AskedList:
    """One page of what a person asked, with the `questions` by the ids of requests.

    `hidden` holds the ids of joined requests whose desk the person works on no more:
    their outcome is not shown.
    """

    page: RequestPage
    questions: Mapping[int, OwnQuestion]
    hidden: frozenset[int]
    desks: tuple[Desk, ...]


def list_asked(
    services: Services,
    act: Act,
    chosen: ListFilter,
) -> AskedList:
    """Return the requests that this person asked or joined, newest first."""
    with services.store.read() as tx:
        desks = lists.desks_of(services, tx, act.actor)
        page = lists.asked(tx, act, chosen)
        questions = own_questions(services, tx, act, page.requests)
    mine = {desk.id for desk in desks}
    hidden = set()
    for request in page.requests:
        if request.asker != act.actor and request.desk not in mine:
            hidden.add(request.id)
            sealed = replace(questions[request.id], guess_is_settled=False)
            questions[request.id] = sealed
    return AskedList(
        page=page,
        questions=questions,
        hidden=frozenset(hidden),
        desks=desks,
    )


def own_questions(
    services: Services,
    tx: Transaction,
    act: Act,
    asked: Iterable[Request],
) -> dict[int, OwnQuestion]:
    """Return the questions of this person by the ids of requests, without others'."""
    requests = list(asked)
    joined = tx.request_lists.joined_guesses(act.actor, [each.id for each in requests])
    questions = {}
    for request in requests:
        if request.asker == act.actor:
            questions[request.id] = own_question(
                services,
                request,
                request.guess,
                may_read_word=True,
            )
        elif request.id in joined:
            guess = joined[request.id]
            questions[request.id] = own_question(
                services,
                request,
                guess,
                may_read_word=not request.settled_personal,
            )
    return questions


def own_question(
    services: Services,
    request: Request,
    guess: str | None,
    *,
    may_read_word: bool,
) -> OwnQuestion:
    """Return the question of a request, for a person who asked it."""
    address = ""
    if services.work_tool:
        address = address_in_tool(services.work_tool, request.clip_id, request.span)
    return OwnQuestion(
        clip_id=request.clip_id,
        span=request.span,
        guess=guess,
        address=address,
        guess_is_settled=may_read_word and is_settled_word(guess, request),
    )
