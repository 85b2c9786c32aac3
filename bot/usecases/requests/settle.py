"""Settling: from the standing proposals to the next state, its result and its
messages.
"""

from dataclasses import replace

from bot.redaction.words import is_personal
from bot.rules.requests import agreement, lifecycle
from bot.rules.requests.agreement import Verdict, agrees
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

_HEARD_PERSONAL = (
    "A listener heard personal information in the snippet, so it was removed. "
    "Settle this one without help, or ask your lead."
)


def settle(
    tx: Transaction, act: Act, request: Request, standing: list[Proposal]
) -> Request:
    """Move a locked, open request on if its standing proposals allow it.

    `standing` are oldest first.
    """
    verdict = agreement.verdict(standing, request.quorum, request.locale)
    if verdict.state is RequestState.OPEN:
        return request
    if verdict.state is RequestState.DISPUTED:
        disputed = lifecycle.move(request, RequestState.DISPUTED)
        tx.requests.save(disputed)
        tx.log.record(_settled_event(act, disputed, verdict, "agreement"))
        tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
        tx.outbox.enqueue(PostDisputedReply(request_id=request.id), now=act.now)
        return disputed
    return close(tx, act, request, verdict, standing, how="agreement")


def close(
    tx: Transaction,
    act: Act,
    request: Request,
    verdict: Verdict,
    standing: list[Proposal],
    *,
    how: str,
) -> Request:
    """Write the settled answer, its result, its event and everything that must be
    told.
    """
    assert verdict.answer is not None
    closed = lifecycle.move(
        request,
        verdict.state,
        closed_at=act.now,
        settled_answer=verdict.answer,
        settled_text=verdict.text,
        settled_personal=verdict.text is not None
        and is_personal(verdict.text, request.locale),
        problem=_HEARD_PERSONAL if verdict.state is RequestState.UNMASKABLE else None,
    )
    tx.requests.save(closed)
    tx.log.record(_settled_event(act, closed, verdict, how))
    if closed.state in lifecycle.WITH_RESULT:
        result = _result(tx, act, closed, standing, verdict, how)
        tx.results.put(closed.id, result)
        delivery = DeliverResult(request_id=closed.id, result_id=result.id)
        tx.outbox.enqueue(delivery, now=act.now)
    tx.outbox.enqueue(UpdateThread(request_id=closed.id), now=act.now)
    tx.outbox.enqueue(PostSettledReply(request_id=closed.id), now=act.now)
    if closed.state is RequestState.ACCIDENTAL:
        # Closed for good at once; the rest needs the clip's lock, which comes before a
        # request's.
        tx.clips.bar(closed.clip_id, Why.ACCIDENTAL, act.now)
        tx.outbox.enqueue(EraseAccidental(request_id=closed.id), now=act.now)
    return closed


def _settled_event(act: Act, request: Request, verdict: Verdict, how: str) -> Event:
    if how == "adjudication":
        return act.event(Action.REQUEST_ADJUDICATED, request=request, role=Role.LEAD)
    # Nobody settles a request: the answers together do.
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
    dissent = sorted({p.text or p.answer for p in standing if p not in agreeing})
    if request.state is RequestState.ACCIDENTAL:  # not a word of it leaves
        dissent = []
    return Result(
        id=f"{request.name}/{tx.results.count_of_request(request.id) + 1}",
        request=request.name,
        clip_id=request.clip_id,
        span=request.span,
        locale=request.locale,
        answer=answer,
        text=verdict.text,
        how="unclear" if verdict.state is RequestState.UNCLEAR else how,
        proposals=len(standing),
        agreeing=len(agreeing),
        quorum=request.quorum,
        blind=request.blind,
        dissent=tuple(dissent),
        settled_at=act.now,
    )
