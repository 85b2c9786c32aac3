"""Settling: from the standing proposals to the next state, its result and messages."""

from dataclasses import replace

from bot.redaction.words import is_personal
from bot.rules.requests import agreement, lifecycle
from bot.rules.requests.agreement import Verdict, agrees
from bot.text import stored, text
from bot.usecases.context import Act
from storage.records import (
    Action,
    Answer,
    Event,
    Proposal,
    Request,
    RequestState,
    Result,
    Role,
    Why,
)
from storage.records.outbox import (
    DeliverResult,
    EraseAccidental,
    PostDisputedReply,
    PostSettledReply,
    UpdateThread,
)
from storage.store import Transaction

# How a request is settled that its asker closes, because it is late.
CLOSED_BY_ASKER = "asker"


def settle(
    tx: Transaction,
    act: Act,
    request: Request,
    standing: list[Proposal],
) -> Request:
    """Move a locked, open request on if its standing proposals allow it.

    `standing` are oldest first. Returns the request as it is afterwards.
    """
    verdict = agreement.verdict(
        standing,
        request.quorum,
        request.locale,
        spare_seats=request.spare_seats,
    )
    if verdict.state is RequestState.OPEN:
        return request
    if verdict.state is RequestState.DISPUTED:
        return ask_lead(tx, act, request)
    return apply_verdict(
        tx,
        act,
        request,
        verdict,
        standing,
        how="agreement",
    )


def ask_lead(
    tx: Transaction,
    act: Act,
    request: Request,
) -> Request:
    """Return a locked, open request as a dispute, with its event on record."""
    disputed = open_dispute(tx, act, request)
    verdict = Verdict(state=RequestState.DISPUTED)
    tx.log.record(_settled_event(act, disputed, verdict, "agreement"))
    return disputed


def open_dispute(
    tx: Transaction,
    act: Act,
    request: Request,
) -> Request:
    """Return a locked, open request as a dispute, with the leads to be asked to rule."""
    disputed = lifecycle.move(
        request,
        RequestState.DISPUTED,
        waiting_since=act.now,
    )
    tx.requests.save(disputed)
    tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
    tx.outbox.enqueue(PostDisputedReply(request_id=request.id), now=act.now)
    return disputed


def apply_verdict(
    tx: Transaction,
    act: Act,
    request: Request,
    verdict: Verdict,
    standing: list[Proposal],
    *,
    how: str,
) -> Request:
    """Store the settled answer, its result and its event, and enqueue the messages.

    Returns the settled request.
    """
    settled = _settled(act, request, verdict)
    tx.requests.save(settled)
    tx.log.record(_settled_event(act, settled, verdict, how))
    if settled.state in lifecycle.WITH_RESULT:
        result = _result(
            tx,
            act,
            settled,
            standing,
            verdict,
            how,
        )
        tx.results.put(settled.id, result)
        delivery = DeliverResult(
            request_id=settled.id,
            result_id=result.id,
        )
        tx.outbox.enqueue(delivery, now=act.now)
    tx.outbox.enqueue(UpdateThread(request_id=settled.id), now=act.now)
    tx.outbox.enqueue(PostSettledReply(request_id=settled.id), now=act.now)
    if settled.state is RequestState.ACCIDENTAL:
        # The clip is barred at once. The rest of the erasure needs the clip's lock,
        # which is taken before a request's.
        tx.clips.bar(settled.clip_id, Why.ACCIDENTAL, act.now)
        tx.outbox.enqueue(EraseAccidental(request_id=settled.id), now=act.now)
    return settled


def _settled(
    act: Act,
    request: Request,
    verdict: Verdict,
) -> Request:
    """Return the request in the state of the verdict, with the settled answer."""
    assert verdict.answer is not None
    problem = None
    if verdict.state is RequestState.UNMASKABLE:
        problem = stored(text("requests.outcome.heard_personal"))
    has_personal_text = False
    if verdict.text is not None:
        has_personal_text = is_personal(verdict.text, request.locale)
    return lifecycle.move(
        request,
        verdict.state,
        closed_at=act.now,
        settled_answer=verdict.answer,
        settled_text=verdict.text,
        settled_personal=has_personal_text,
        problem=problem,
    )


def _settled_event(
    act: Act,
    request: Request,
    verdict: Verdict,
    how: str,
) -> Event:
    if how == CLOSED_BY_ASKER:
        return act.event(
            Action.REQUEST_SETTLED,
            request=request,
            rule=verdict.state,
            numbers={"agreeing": verdict.agreeing},
        )
    if how == "adjudication":
        return act.event(
            Action.REQUEST_ADJUDICATED,
            request=request,
            role=Role.LEAD,
        )
    # The event has no actor: the answers settle a request together.
    return replace(act, person=None).event(
        Action.REQUEST_SETTLED,
        request=request,
        rule=verdict.state,
        numbers={"agreeing": verdict.agreeing},
    )


def _result(
    tx: Transaction,
    act: Act,
    request: Request,
    standing: list[Proposal],
    verdict: Verdict,
    how: str,
) -> Result:
    answer = verdict.answer or Answer.CANT_TELL
    agreeing = [p for p in standing if agrees(p, answer, verdict.text, request.locale)]
    dissent: list[str] = []
    # No word of an accidental recording leaves.
    if request.state is not RequestState.ACCIDENTAL:
        dissenting = [each for each in standing if each not in agreeing]
        dissent = sorted({each.text or each.answer for each in dissenting})
    number = tx.results.next_number(request.id)
    if verdict.state is RequestState.UNCLEAR:
        how = "unclear"
    return Result(
        id=f"{request.name}/{number}",
        request=request.name,
        clip_id=request.clip_id,
        span=request.span,
        locale=request.locale,
        answer=answer,
        text=verdict.text,
        how=how,
        proposals=len(standing),
        agreeing=len(agreeing),
        quorum=request.quorum,
        blind=request.blind,
        dissent=tuple(dissent),
        settled_at=act.now,
    )
