"""Ruling on disputed requests."""

from dataclasses import dataclass

from bot.errors import Conflict, Invalid
from bot.rules.people import permission
from bot.rules.requests.agreement import Reading, Verdict, readings, state_after_ruling
from bot.usecases.context import Act, raise_refusal
from bot.usecases.listening.budget import link_tried
from bot.usecases.lookup import acting_role, find_request, member_of, relate
from bot.usecases.requests.propose import checked_text
from bot.usecases.requests.settle import close
from bot.usecases.services import Services
from storage.records import (
    Action,
    Adjudication,
    Answer,
    Proposal,
    Request,
    RequestState,
    Role,
    SnippetRecord,
)

MAX_REASON = 300


@dataclass(frozen=True, kw_only=True)
class QueueItem:
    """A disputed request; `mine` when this lead asked or answered it, so another has to
    rule.
    """

    request: Request
    desk_name: str
    proposals: int
    mine: bool


@dataclass(frozen=True, kw_only=True)
class RulePage:
    """What a lead sees: readings without authors, and the snippet as the peers heard
    it.

    `authors` is filled only after this lead has ruled.
    """

    request: Request
    desk_name: str
    readings: tuple[Reading, ...]
    snippet: SnippetRecord | None
    rulings: tuple[Adjudication, ...]
    authors: tuple[Proposal, ...]


def queue(services: Services, act: Act) -> list[QueueItem]:
    """The disputed requests of this lead's desks, oldest first. Raises `Refused`."""
    with services.store.begin() as tx:
        desks = services.desks.where(Role.LEAD, member_of(services, tx, act.actor))
        refusal = permission.may_see_queue({Role.LEAD} if desks else set())
        tx.log.record(act.event(Action.QUEUE_VIEWED, refusal=refusal))
        found = tx.requests.in_states(
            [RequestState.DISPUTED], [desk.id for desk in desks]
        )
        items = [
            QueueItem(
                request=request,
                desk_name=services.desks[request.desk].name,
                proposals=len(tx.proposals.of_request(request.id)),
                mine=request.asker == act.actor
                or tx.proposals.by_person(request.id, act.actor) is not None,
            )
            for request in found
        ]
    raise_refusal(refusal)
    return items


def rule_page(services: Services, act: Act, key: str) -> RulePage:
    """Open the ruling page. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_adjudicate(relation, request)
        tx.log.record(
            act.event(
                Action.REQUEST_VIEWED,
                refusal=refusal,
                request=request,
                role=acting_role(relation),
            )
        )
        if permission.may_view(relation, request) is not None:
            link_tried(tx, act, request)
        standing = list(relation.proposals)
        rulings = tuple(relation.adjudications)
        ruled_by_me = any(ruling.lead == act.actor for ruling in rulings)
        page = RulePage(
            request=request,
            desk_name=services.desks[request.desk].name,
            readings=tuple(readings(standing, request.locale)),
            snippet=relation.snippet
            if request.state is RequestState.DISPUTED
            else None,
            rulings=rulings,
            authors=tuple(standing) if ruled_by_me else (),
        )
    raise_refusal(refusal)
    return page


def adjudicate(
    services: Services,
    act: Act,
    key: str,
    *,
    answer: Answer,
    text: str | None,
    reason: str,
    seen: int | None = None,
) -> Request:
    """Rule on a disputed request, or rule anew. The newest ruling counts.

    `seen` is how many rulings their page showed: nobody replaces one they have not
    read. Raises `NotFound`, `Invalid` (with the field), `Refused`, `Conflict`.
    """
    said = checked_text(answer, text)
    why = " ".join(reason.split())
    if not why:
        raise Invalid(
            "Give the reason in one line: the people who answered will read it.",
            field="reason",
        )
    if len(why) > MAX_REASON:
        raise Invalid(f"Keep the reason under {MAX_REASON} characters.", field="reason")
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_adjudicate(relation, request)
        if refusal is None and seen is not None and len(relation.adjudications) > seen:
            raise Conflict(
                f"{request.name} was ruled on meanwhile. Reload the page to see the ruling; "
                "you can rule anew there."
            )
        if refusal is not None:
            tx.log.record(
                act.event(
                    Action.REQUEST_ADJUDICATED,
                    refusal=refusal,
                    request=request,
                    role=acting_role(relation),
                )
            )
        else:
            tx.adjudications.add(
                Adjudication(
                    request_id=request.id,
                    lead=act.actor,
                    answer=answer,
                    text=said,
                    reason=why,
                    made_at=act.now,
                )
            )
            verdict = Verdict(
                state=state_after_ruling(answer), answer=answer, text=said
            )
            request = close(
                tx,
                act,
                request,
                verdict,
                list(relation.proposals),
                how="adjudication",
            )
    if refusal is not None and refusal.rule == "not_disputed":
        raise Conflict(refusal.sentence)
    raise_refusal(refusal)
    return request
