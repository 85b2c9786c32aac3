"""Answering blind: proposing, changing and withdrawing an answer, and declining."""

import json
from dataclasses import dataclass, replace

from bot.errors import Conflict, Invalid
from bot.rules.joiners import without_joiners
from bot.rules.people import permission
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.listening.report_personal import report_personal
from bot.usecases.lookup import (
    RequestRelation,
    acting_role,
    answer_form,
    find_request,
    relate,
)
from bot.usecases.requests.answering.late import keep_late, may_be_late
from bot.usecases.requests.settle import settle
from bot.usecases.services import Services
from storage.records import Action, Answer, Proposal, Request, RequestState, Side
from storage.store import Transaction

MAX_TEXT = 200
MAX_DRAFT = 1_000
_CONFIDENCES = (1, 2, 3)


@dataclass(
    frozen=True,
    kw_only=True,
)
class TypedAnswer:
    """The fields of the answer form, kept exactly as typed."""

    answer: str
    text: str
    confidence: str


@dataclass(
    frozen=True,
    kw_only=True,
)
class Proposed:
    """The request as it is after the answer; a `late` answer came too late to count."""

    request: Request
    changed: bool
    late: bool = False


def propose(
    services: Services,
    act: Act,
    key: str,
    *,
    answer: Answer,
    text: str | None,
    confidence: int,
    side: Side = Side.UNSURE,
) -> Proposed:
    """Put one person's answer on record and settle the request if it can be settled.

    Personal information, heard at `side` of the span, is a report and no answer. Raises
    `NotFound`, `Invalid` (with the field), `Refused`, and `Conflict` when the request
    closed meanwhile and the answer is not kept as a late one.
    """
    if answer is Answer.HEARD_PERSONAL:
        reported = report_personal(services, act, key, side)
        return Proposed(request=reported, changed=False)
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_propose(relation, request)
        proposal = Proposal(
            request_id=request.id,
            proposer=act.actor,
            answer=answer,
            text=text,
            confidence=confidence,
            made_at=act.now,
        )
        if refusal is not None and may_be_late(tx, relation, proposal, request):
            keep_late(tx, act, relation, _checked(proposal), request)
            return Proposed(request=request, changed=False, late=True)
        is_change = relation.own_proposal is not None
        event = act.event(
            Action.PROPOSAL_CHANGED if is_change else Action.PROPOSAL_MADE,
            refusal=refusal,
            request=request,
            role=acting_role(relation),
            numbers={"confidence": confidence},
        )
        tx.log.record(event)
        if refusal is None:
            proposal = _checked(proposal)
            tx.proposals.put(proposal)
            tx.drafts.drop(act.actor, answer_form(request.key))
            standing = _standing(relation, proposal)
            request = settle(tx, act, request, standing)
    raise_refusal(refusal, meanwhile=permission.CLOSED_MEANWHILE)
    return Proposed(
        request=request,
        changed=is_change,
    )


def _checked(typed: Proposal) -> Proposal:
    """Return an answer with its words trimmed. Raises `Invalid`."""
    if typed.confidence not in _CONFIDENCES:
        raise Invalid(text("requests.proposal.confidence_missing"), field="confidence")
    return replace(typed, text=check_text(typed.answer, typed.text))


def keep_draft(
    services: Services,
    act: Act,
    key: str,
    typed: TypedAnswer,
) -> None:
    """Keep an answer that could not be accepted, for a person who may still answer.

    Nothing is kept about a clip that is gone. A text is cut at `MAX_DRAFT` characters.
    """
    with services.store.begin() as tx:
        request = tx.requests.by_key(key, lock=True)
        if request is None:
            return
        relation = relate(services, tx, act.actor, request)
        if permission.may_keep_answer_draft(relation, request) is not None:
            return
        _save_draft(tx, act, request, typed)


def _save_draft(
    tx: Transaction,
    act: Act,
    request: Request,
    typed: TypedAnswer,
) -> None:
    body = {
        "answer": typed.answer[:MAX_DRAFT],
        "text": typed.text[:MAX_DRAFT],
        "confidence": typed.confidence[:MAX_DRAFT],
    }
    tx.drafts.save(act.actor, answer_form(request.key), json.dumps(body), act.now)


def typed_answer(body: str | None) -> TypedAnswer | None:
    """Return a draft answer as it was typed, or None if there is none."""
    if body is None:
        return None
    return TypedAnswer(**json.loads(body))


def check_text(answer: Answer, typed: str | None) -> str | None:
    """Return the words of an answer, trimmed; None for answers without words.

    Raises `Invalid`.
    """
    if answer is not Answer.WORDS:
        return None
    words = " ".join((typed or "").split())
    if not words:
        raise Invalid(text("requests.proposal.text_missing"), field="text")
    if len(words) > MAX_TEXT:
        sentence = text("requests.proposal.text_too_long", limit=MAX_TEXT)
        raise Invalid(sentence, field="text")
    if not without_joiners(words).isprintable():
        raise Invalid(text("requests.proposal.text_unprintable"), field="text")
    return words


def withdraw_proposal(
    services: Services,
    act: Act,
    key: str,
) -> Request:
    """Take one's own answer back while the request is open, and keep it as a draft.

    Raises `NotFound`, `Refused` for a person who neither answered nor may see the
    request, and `Conflict` if there is no answer to take back.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        mine = tx.proposals.by_person(request.id, act.actor)
        refusal = None
        if mine is None:
            relation = relate(services, tx, act.actor, request)
            refusal = permission.may_view(relation, request)
        if refusal is not None:
            event = act.event(
                Action.PROPOSAL_WITHDRAWN,
                refusal=refusal,
                request=request,
            )
            tx.log.record(event)
        else:
            _take_back(tx, act, request, mine)
    raise_refusal(refusal)
    return request


def _take_back(
    tx: Transaction,
    act: Act,
    request: Request,
    mine: Proposal | None,
) -> None:
    """Withdraw an answer. Raises `Conflict` if there is none, or no longer."""
    if mine is None or request.state is not RequestState.OPEN:
        raise Conflict(text("requests.proposal.not_withdrawable"))
    withdrawn = Proposal(
        request_id=request.id,
        proposer=act.actor,
        answer=mine.answer,
        text=mine.text,
        confidence=mine.confidence,
        made_at=mine.made_at,
        withdrawn_at=act.now,
    )
    tx.proposals.put(withdrawn)
    tx.log.record(act.event(Action.PROPOSAL_WITHDRAWN, request=request))
    typed = TypedAnswer(
        answer=mine.answer,
        text=mine.text or "",
        confidence=str(mine.confidence),
    )
    _save_draft(tx, act, request, typed)


def decline(
    services: Services,
    act: Act,
    key: str,
) -> Request:
    """Take the request off this person's list; a repeated "not me" changes nothing.

    Raises `NotFound`, `Refused`.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_decline(relation, request)
        is_news = True
        if refusal is None:
            is_news = tx.proposals.add_decline(request.id, act.actor, act.now)
        if is_news:
            event = act.event(
                Action.REQUEST_DECLINED,
                refusal=refusal,
                request=request,
                role=acting_role(relation),
            )
            tx.log.record(event)
    raise_refusal(refusal)
    return request


def _standing(relation: RequestRelation, newest: Proposal) -> list[Proposal]:
    """Return the standing proposals with this person's newest one, oldest first."""
    others = [x for x in relation.proposals if x.proposer != newest.proposer]
    return sorted([*others, newest], key=lambda x: (x.made_at, x.proposer.user_id))
