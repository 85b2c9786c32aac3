"""The page of a request, as far as one person may see it before a press of play."""

from dataclasses import dataclass, replace

from bot.rules.distress.care import may_listen_now
from bot.rules.listening.elevated_listening import may_ask_elevated
from bot.rules.people import permission
from bot.rules.refusals import Refusal
from bot.rules.requests.agreement import agrees
from bot.rules.requests.lifecycle import AFTER_PERSONAL_REPORT, LIVE
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress.care import rest_now
from bot.usecases.history.asked import OwnQuestion, own_question
from bot.usecases.listening.budget import link_tried, note_for
from bot.usecases.listening.request_snippet import may_listen_here, page_version
from bot.usecases.lookup import RequestRelation, acting_role, find_request, relate
from bot.usecases.requests.appeal import appeal_refusal
from bot.usecases.requests.propose import TypedAnswer, typed_answer
from bot.usecases.services import Services
from storage.records import (
    Action,
    Answer,
    Proposal,
    Request,
    RequestState,
    SnippetRecord,
)
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The result of a request, for people of its desk.

    `text` is None where this person may not read it. `reason` is the lead's, if a lead
    ruled.
    """

    answer: Answer
    text: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class ListenPage:
    """The contents of the page. `snippet` is None where `refusal` forbids listening.

    `answered` counts people and reveals no answer. `note` is the private notice that
    the listening budget is nearly spent. `late` is the person's late answer. `agrees`
    is None without a proposal or a result. `version` is that of `page_version`.
    """

    request: Request
    desk_name: str
    snippet: SnippetRecord | None
    refusal: Refusal | None
    has_heard: bool
    proposal: Proposal | None
    late: Proposal | None
    answered: int
    is_asker: bool
    declined: bool
    settled: Settled | None
    draft: TypedAnswer | None
    may_ask_elevated: bool
    note: str | None
    agrees: bool | None
    has_listened: bool
    has_ruled: bool
    has_reported: bool = False
    has_appealed: bool = False
    is_appealed: bool = False
    may_appeal: bool = False
    own_question: OwnQuestion | None = None
    version: str = ""

    @property
    def is_live(self) -> bool:
        """Return whether the request goes on, so that its page may change by itself."""
        return self.request.state in LIVE

    @property
    def has_worked(self) -> bool:
        """Return whether the person answered, reported or listened."""
        return any((self.proposal, self.late, self.has_reported, self.has_listened))

    @property
    def needs_care(self) -> bool:
        """Return whether the person heard a recording that was stopped."""
        is_stopped = self.request.state is RequestState.QUARANTINED
        return is_stopped and self.has_listened


def view(
    services: Services,
    act: Act,
    key: str,
) -> ListenPage:
    """Open the page of a request.

    Raises `NotFound`, and `Refused` for people who do not belong to the desk.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        unwelcome = permission.may_view(relation, request)
        event = act.event(
            Action.REQUEST_VIEWED,
            refusal=unwelcome,
            request=request,
            role=acting_role(relation),
        )
        tx.log.record(event)
        if unwelcome is not None:
            link_tried(tx, act, request)
        refusal = may_listen_here(services, act, relation, request)
        version = page_version(relation, request, refusal)
        if refusal is None:
            refusal = may_listen_now(rest_now(services, tx, act))
        note = None
        if refusal is None:
            note = note_for(services, tx, act, request)
        page = _page(
            services,
            relation,
            request,
            refusal,
            note,
        )
        page = replace(
            page,
            has_reported=_has_reported(tx, act, request),
            own_question=_own_question(services, relation, request),
            has_appealed=relation.has_appealed,
            is_appealed=relation.appealed,
            may_appeal=appeal_refusal(services, tx, relation, request) is None,
            version=version,
        )
    raise_refusal(unwelcome)
    return page


def _page(
    services: Services,
    relation: RequestRelation,
    request: Request,
    refusal: Refusal | None,
    note: str | None,
) -> ListenPage:
    is_elevated_open = may_ask_elevated(relation, request) is None
    snippet = None
    if refusal is None:
        snippet = relation.snippet
    return ListenPage(
        request=request,
        desk_name=services.desks[request.desk].name,
        snippet=snippet,
        refusal=refusal,
        has_heard=relation.has_heard,
        proposal=relation.own_proposal,
        late=relation.own_late,
        answered=len(relation.proposals),
        is_asker=relation.asked(request),
        declined=relation.has_declined,
        settled=_settled(relation, request),
        draft=typed_answer(relation.draft),
        may_ask_elevated=refusal is None and is_elevated_open,
        note=note,
        agrees=_agrees(relation, request),
        has_listened=any(x.listener == relation.person for x in relation.listens),
        has_ruled=any(x.lead == relation.person for x in relation.adjudications),
    )


def _own_question(
    services: Services,
    relation: RequestRelation,
    request: Request,
) -> OwnQuestion | None:
    """Return the question as this person typed it, None for all others."""
    if relation.asked(request):
        guess = request.guess
    elif relation.has_joined:
        guess = relation.joined_guess
    else:
        return None
    return own_question(
        services,
        request,
        guess,
        may_read_word=permission.may_read_settled(relation, request),
    )


def _has_reported(
    tx: Transaction,
    act: Act,
    request: Request,
) -> bool:
    """Return whether this person reported personal information in the snippet."""
    if request.state not in AFTER_PERSONAL_REPORT:
        return False
    reports = tx.personal_reports.of_request(request.id)
    return any(report.reporter == act.actor for report in reports)


def _agrees(relation: RequestRelation, request: Request) -> bool | None:
    """Return whether the person's answer is the settled one."""
    if relation.own_proposal is None or request.settled_answer is None:
        return None
    return agrees(
        relation.own_proposal,
        request.settled_answer,
        request.settled_text,
        request.locale,
    )


def _settled(relation: RequestRelation, request: Request) -> Settled | None:
    """Return the result of a request, as far as this person may read it."""
    if request.settled_answer is None:
        return None
    settled_text = None
    if permission.may_read_settled(relation, request):
        settled_text = request.settled_text
    reason = None
    if relation.adjudications:
        reason = relation.adjudications[-1].reason
    return Settled(
        answer=request.settled_answer,
        text=settled_text,
        reason=reason,
    )
