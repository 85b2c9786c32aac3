"""Ruling on disputed requests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.errors import Conflict
from bot.redaction.words import mask_sentence
from bot.rules.people import permission
from bot.rules.reasons import MAX_REASON, check_reason
from bot.rules.refusals import Refusal
from bot.rules.requests.agreement import Reading, Verdict, readings, state_after_ruling
from bot.rules.requests.claims import begin_or_renew, holder
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.listening.budget import link_tried
from bot.usecases.listening.request_snippet import may_listen_here, page_version
from bot.usecases.lookup import (
    RequestRelation,
    acting_role,
    find_request,
    relate,
)
from bot.usecases.requests.propose import check_text
from bot.usecases.requests.settle import apply_verdict
from bot.usecases.services import Services
from storage.records import (
    Action,
    Adjudication,
    Answer,
    Proposal,
    Request,
    RequestState,
    SnippetRecord,
)
from storage.store import Transaction


@dataclass(
    frozen=True,
    kw_only=True,
)
class RulingPage:
    """The contents of a ruling page: readings without authors, and the peers' snippet.

    `claimed_by` is the name of another lead who works on it now, else empty; then there
    is nothing to choose. `late_readings` came too late to count. `names` are those of
    the authors, by user id. `authors` is empty until this lead has ruled. `may_choose`
    is whether the lead may choose a reading now, `shows_counts` whether the numbers of
    each reading show before a choice. `version` is that of `page_version`.
    """

    request: Request
    desk_name: str
    readings: tuple[Reading, ...]
    late_readings: tuple[Reading, ...]
    snippet: SnippetRecord | None
    rulings: tuple[Adjudication, ...]
    authors: tuple[Proposal, ...]
    names: Mapping[str, str]
    claimed_by: str
    may_choose: bool
    shows_counts: bool
    version: str
    appeals: tuple[str, ...]

    @property
    def is_ruled(self) -> bool:
        """Return whether a ruling counts now; after an appeal none does."""
        return bool(self.rulings) and self.request.state is not RequestState.DISPUTED


def open_ruling_page(
    services: Services,
    act: Act,
    key: str,
) -> RulingPage:
    """Return the ruling page of a request. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_adjudicate(relation, request)
        event = act.event(
            Action.REQUEST_VIEWED,
            refusal=refusal,
            request=request,
            role=acting_role(relation),
        )
        tx.log.record(event)
        if permission.may_view(relation, request) is not None:
            link_tried(tx, act, request)
        claimed_by = ""
        if refusal is None:
            claimed_by = _claim(tx, act, request)
        authors = [proposal.proposer.user_id for proposal in relation.proposals]
        names = tx.people.names(authors)
    raise_refusal(refusal)
    page = _ruling_page(services, act, request, relation)
    if claimed_by:
        page = replace(page, snippet=None, readings=(), late_readings=())
    return replace(page, names=names, claimed_by=claimed_by)


def keep_claim(
    services: Services,
    act: Act,
    key: str,
) -> None:
    """Renew the lead's claim on a dispute. Raises `NotFound`, `Refused`, `Conflict`."""
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_adjudicate(relation, request)
        if refusal is None:
            if _claim(tx, act, request):
                raise Conflict(text("requests.ruling.claimed", request=request.name))
        else:
            _record_denial(
                tx,
                act,
                request,
                relation,
                refusal,
            )
    raise_refusal(refusal)


def _claim(
    tx: Transaction,
    act: Act,
    request: Request,
) -> str:
    """Claim a dispute for this lead; return the name of another lead who has it."""
    if request.state is not RequestState.DISPUTED:
        return ""
    claim = tx.claims.of_request(request.id)
    other = holder(claim, act.actor, act.now)
    if other is not None:
        return tx.people.names([other.user_id]).get(other.user_id, other.user_id)
    tx.claims.put(begin_or_renew(claim, request.id, act.actor, act.now))
    return ""


def _check_claim(
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Raise `Conflict` if another lead works on this request now."""
    other = holder(tx.claims.of_request(request.id), act.actor, act.now)
    if other is not None:
        raise Conflict(text("requests.ruling.claimed", request=request.name))


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
    """Rule on a disputed request, or change its ruling. The newest ruling counts.

    `seen` is the number of rulings that the lead's page showed: a ruling that the lead
    has not read is never replaced. Raises `NotFound`, `Invalid` (with the field),
    `Refused`, `Conflict`.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_rule(
            relation,
            request,
            has_sound=relation.snippet is not None,
        )
        if refusal is None:
            _check_seen(request, relation, seen)
            _check_claim(tx, act, request)
            answer_text = check_text(answer, text)
            why = check_reason(reason, missing="requests.ruling.reason_missing")
            tx.claims.drop(request.id)
            ruling = Adjudication(
                request_id=request.id,
                lead=act.actor,
                answer=answer,
                text=answer_text,
                reason=why,
                made_at=act.now,
            )
            request = _apply_ruling(
                tx,
                act,
                request,
                relation,
                ruling,
            )
        else:
            _record_denial(
                tx,
                act,
                request,
                relation,
                refusal,
            )
    raise_refusal(refusal, meanwhile=("not_disputed",))
    return request


def preview_reason(
    services: Services,
    act: Act,
    key: str,
    typed: str,
) -> str:
    """Return a reason as the people in Slack will read it, for a lead who may rule.

    Raises `NotFound`, `Refused`.
    """
    # A lead's page asks while the lead types, so that it takes no write lock.
    with services.store.read() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
    refusal = permission.may_adjudicate(relation, request)
    if refusal is not None:
        with services.store.begin() as tx:
            _record_denial(
                tx,
                act,
                request,
                relation,
                refusal,
            )
    raise_refusal(refusal)
    return mask_sentence(typed[:MAX_REASON], request.locale)


def _record_denial(
    tx: Transaction,
    act: Act,
    request: Request,
    relation: RequestRelation,
    refusal: Refusal,
) -> None:
    denial = act.event(
        Action.REQUEST_ADJUDICATED,
        refusal=refusal,
        request=request,
        role=acting_role(relation),
    )
    tx.log.record(denial)


def _ruling_page(
    services: Services,
    act: Act,
    request: Request,
    relation: RequestRelation,
) -> RulingPage:
    snippet = None
    if request.state is RequestState.DISPUTED:
        snippet = relation.snippet
    proposals = list(relation.proposals)
    rulings = tuple(relation.adjudications)
    authors: tuple[Proposal, ...] = ()
    if any(ruling.lead == act.actor for ruling in rulings):
        authors = tuple(proposals)
    refusal = may_listen_here(services, act, relation, request)
    return RulingPage(
        request=request,
        desk_name=services.desks[request.desk].name,
        readings=tuple(readings(proposals, request.locale)),
        late_readings=tuple(readings(relation.late_answers, request.locale)),
        snippet=snippet,
        rulings=rulings,
        authors=authors,
        names={},
        claimed_by="",
        may_choose=any((relation.has_heard, snippet is None)),
        shows_counts=services.desks[request.desk].shows_counts,
        version=page_version(relation, request, refusal),
        appeals=tuple(each.reason for each in relation.appeals if each.reason),
    )


def _check_seen(
    request: Request,
    relation: RequestRelation,
    seen: int | None,
) -> None:
    """Raise `Conflict` if there are more rulings than the `seen` ones of the page."""
    if seen is not None and len(relation.adjudications) > seen:
        sentence = text("requests.ruling.changed_meanwhile", request=request.name)
        raise Conflict(sentence)


def _apply_ruling(
    tx: Transaction,
    act: Act,
    request: Request,
    relation: RequestRelation,
    ruling: Adjudication,
) -> Request:
    tx.adjudications.add(ruling)
    verdict = Verdict(
        state=state_after_ruling(ruling.answer),
        answer=ruling.answer,
        text=ruling.text,
    )
    proposals = list(relation.proposals)
    return apply_verdict(
        tx,
        act,
        request,
        verdict,
        proposals,
        how="adjudication",
    )
