"""A report of personal information: the snippet goes at once, and a new one follows."""

import contextlib
from datetime import timedelta

from bot.rules.people import permission
from bot.rules.requests import lifecycle
from bot.rules.requests.agreement import Verdict
from bot.rules.requests.personal_reports import (
    PEOPLE_TO_END,
    Consequence,
    consequence,
    masked_sides,
)
from bot.usecases.context import Act, raise_refusal
from bot.usecases.listening.budget import report_to_leads
from bot.usecases.lookup import (
    RequestRelation,
    acting_role,
    answer_form,
    find_request,
    relate,
)
from bot.usecases.requests.settle import apply_verdict, open_dispute
from bot.usecases.services import Services
from storage.errors import StorageError
from storage.records import (
    Action,
    Answer,
    IncidentKind,
    PersonalReport,
    Request,
    RequestState,
    Side,
)
from storage.records.outbox import RenderSnippet
from storage.store import Transaction

_DAY = timedelta(days=1)


def report_personal(
    services: Services,
    act: Act,
    key: str,
    side: Side,
) -> Request:
    """Take the snippet away and have a new one made, with the reported side masked.

    Answers are kept. A second person's report ends the request. Raises `NotFound`,
    `Refused`, and `Conflict` when the request closed meanwhile.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_propose(relation, request)
        tx.log.record(
            act.event(
                Action.SNIPPET_REPORTED,
                refusal=refusal,
                rule=side,
                request=request,
                role=acting_role(relation),
            )
        )
        old_blob = request.blob
        if refusal is None:
            tx.personal_reports.add(
                PersonalReport(
                    request_id=request.id,
                    reporter=act.actor,
                    side=side,
                    reported_at=act.now,
                )
            )
            tx.drafts.drop(act.actor, answer_form(request.key))
            request = _go_on(tx, act, request, relation)
            _notify_leads(services, tx, act, request)
    raise_refusal(refusal, meanwhile=permission.CLOSED_MEANWHILE)
    if request.blob != old_blob:
        # No row leads to the old sound any more. The worker deletes it again.
        with contextlib.suppress(StorageError):
            services.blobs.delete(old_blob)
    return request


def _go_on(
    tx: Transaction,
    act: Act,
    request: Request,
    relation: RequestRelation,
) -> Request:
    """Return the request after its newest report."""
    reports = tx.personal_reports.of_request(request.id)
    follows = consequence(request, reports)
    if follows is Consequence.END:
        return apply_verdict(
            tx,
            act,
            request,
            Verdict(
                state=RequestState.UNMASKABLE,
                answer=Answer.HEARD_PERSONAL,
                agreeing=PEOPLE_TO_END,
            ),
            list(relation.proposals),
            how="agreement",
        )
    if follows is Consequence.ASK_LEAD:
        return open_dispute(tx, act, request)
    again = lifecycle.move(
        request,
        RequestState.RENDERING,
        remasked=request.remasked + 1,
        masked_sides=masked_sides(reports),
    )
    tx.requests.save(again)
    tx.snippets.drop(request.id)
    tx.outbox.enqueue(RenderSnippet(request_id=request.id), now=act.now)
    return again


def _notify_leads(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Put a person with many reports in a day on the leads' list, once a day."""
    since = act.now - _DAY
    limit = services.desks[request.desk].budgets.personal_reports_per_day
    if tx.personal_reports.count_of(act.actor, since) < limit:
        return
    report_to_leads(tx, act, request, IncidentKind.REPORTS_A_LOT)
