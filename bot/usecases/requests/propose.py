"""Answering blind: proposing, changing one's mind, taking it back, and "not me"."""

import json
from dataclasses import dataclass

from bot.errors import Conflict, Invalid
from bot.rules.people import permission
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import (
    RequestRelation,
    acting_role,
    answer_form,
    find_request,
    relate,
)
from bot.usecases.requests.settle import settle
from bot.usecases.services import Services
from storage.records import Action, Answer, Proposal, Request, RequestState

MAX_TEXT = 200


@dataclass(frozen=True, kw_only=True)
class TypedAnswer:
    """What somebody typed into the answer form, kept exactly as typed."""

    answer: str
    text: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """The request as it is after the answer."""

    request: Request
    changed: bool


def propose(
    services: Services,
    act: Act,
    key: str,
    *,
    answer: Answer,
    text: str | None,
    confidence: int,
) -> Proposed:
    """Put one person's answer on record and settle the request if it can be settled.

    Raises `NotFound`, `Invalid` (with the field), `Refused`, `Conflict` when it closed
    meanwhile.
    """
    said = checked_text(answer, text)
    if confidence not in (1, 2, 3):
        raise Invalid("Say how sure you are: 1, 2 or 3.", field="confidence")
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_propose(relation, request)
        earlier = relation.own_proposal
        tx.log.record(
            act.event(
                Action.PROPOSAL_CHANGED if earlier else Action.PROPOSAL_MADE,
                refusal=refusal,
                request=request,
                role=acting_role(relation),
                numbers={"confidence": confidence},
            )
        )
        if refusal is None:
            proposal = Proposal(
                request_id=request.id,
                proposer=act.actor,
                answer=answer,
                text=said,
                confidence=confidence,
                made_at=act.now,
            )
            tx.proposals.put(proposal)
            tx.drafts.drop(act.actor, answer_form(request.key))
            standing = _standing(relation, proposal)
            request = settle(tx, act, request, standing)
    if refusal is not None and refusal.rule in ("closed", "disputed"):
        raise Conflict(refusal.sentence)
    raise_refusal(refusal)
    return Proposed(request=request, changed=earlier is not None)


def _standing(relation: RequestRelation, newest: Proposal) -> list[Proposal]:
    """Return the standing proposals with this person's newest one, oldest first."""
    others = [x for x in relation.proposals if x.proposer != newest.proposer]
    return sorted([*others, newest], key=lambda x: (x.made_at, x.proposer.user_id))


def keep_draft(services: Services, act: Act, key: str, typed: TypedAnswer) -> None:
    """Keep an answer that could not be taken, until one is: an error costs nobody their
    words.
    """
    with services.store.begin() as tx:
        if tx.requests.by_key(key) is not None:
            body = {
                "answer": typed.answer,
                "text": typed.text,
                "confidence": typed.confidence,
            }
            tx.drafts.save(act.actor, answer_form(key), json.dumps(body), act.now)


def typed_answer(body: str | None) -> TypedAnswer | None:
    """Return a draft answer as it was typed, or None if there is none."""
    return None if body is None else TypedAnswer(**json.loads(body))


def checked_text(answer: Answer, text: str | None) -> str | None:
    """The words of an answer, trimmed; None for answers that have none. Raises
    `Invalid`.
    """
    if answer is not Answer.WORDS:
        return None
    said = " ".join((text or "").split())
    if not said:
        raise Invalid(
            "Type the word you hear, or choose one of the other answers.", field="text"
        )
    if len(said) > MAX_TEXT:
        raise Invalid(f"An answer has at most {MAX_TEXT} characters.", field="text")
    if not said.isprintable():
        raise Invalid("Type only letters, digits and punctuation.", field="text")
    return said


def withdraw_proposal(services: Services, act: Act, key: str) -> Request:
    """Take one's own answer back while the request is open."""
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        mine = tx.proposals.by_person(request.id, act.actor)
        if mine is None or request.state is not RequestState.OPEN:
            raise Conflict("There is no answer of yours to take back any more.")
        tx.proposals.put(
            Proposal(
                request_id=request.id,
                proposer=act.actor,
                answer=mine.answer,
                text=mine.text,
                confidence=mine.confidence,
                made_at=mine.made_at,
                withdrawn_at=act.now,
            )
        )
        tx.log.record(act.event(Action.PROPOSAL_WITHDRAWN, request=request))
    return request


def decline(services: Services, act: Act, key: str) -> Request:
    """Say "not me": the request leaves this person's list. Saying it twice changes
    nothing.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_decline(relation, request)
        if refusal is not None or tx.proposals.add_decline(
            request.id, act.actor, act.now
        ):
            tx.log.record(
                act.event(
                    Action.REQUEST_DECLINED,
                    refusal=refusal,
                    request=request,
                    role=acting_role(relation),
                )
            )
    raise_refusal(refusal)
    return request
