"""The pages of cases, as one officer sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.rules.distress import case_clock
from bot.rules.distress.safety import Checklist
from bot.rules.refusals import Refusal, refuse
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress.alerts import left_out
from bot.usecases.distress.cases import case_event, find_case, relate_to_case
from bot.usecases.distress.drill import LOCALE, drill_sound
from bot.usecases.lookup import company_roles, people_of
from bot.usecases.services import Services
from storage.records import (
    Action,
    Case,
    CaseState,
    Hold,
    Reply,
    Role,
    SnippetRecord,
    StopBundle,
    Tick,
)
from storage.store import Transaction

CLOSED_ROWS = 20


@dataclass(frozen=True, kw_only=True)
class CaseGroup:
    """Cases of one bundle, or cases that belong to none together (`bundle` None)."""

    bundle: StopBundle | None
    cases: Sequence[Case]


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """The contents of a case's page for one officer.

    Only the officer on the case gets `snippet`, its words masked. `others` are the
    Slack ids of officers that the case could be handed to; `names` are the names of
    officers by Slack id.
    """

    case: Case
    reporters: int
    is_mine: bool
    may_take: bool
    may_close: bool
    checklist: Checklist | None
    ticks: tuple[Tick, ...]
    replies: tuple[Reply, ...]
    snippet: SnippetRecord | None
    locale: str
    holds: tuple[Hold, ...]
    others: tuple[str, ...]
    names: Mapping[str, str]
    bundle: StopBundle | None

    @property
    def lacks_officer(self) -> bool:
        """Return whether an administrator has the case and no officer could take it."""
        waits = self.case.state is CaseState.ACKNOWLEDGED and not self.case.is_drill
        return waits and self.is_mine and not self.may_close and not self.others


@dataclass(frozen=True, kw_only=True)
class ClosedCase:
    """A closed case of the list. Another officer opens it unless `may_open`."""

    case: Case
    may_open: bool


@dataclass(frozen=True, kw_only=True)
class ClosedCases:
    """One page of the closed cases, newest first. `total` counts them all."""

    items: tuple[ClosedCase, ...]
    total: int
    next_after: int | None


def list_closed(
    services: Services,
    act: Act,
    after: int | None,
) -> ClosedCases:
    """Return a page of the closed cases for a safety officer. Raises `Refused`.

    `after` is the number of the last case of the page before.
    """
    with services.store.begin() as tx:
        roles = company_roles(services, tx, act.actor)
        refusal = None
        if Role.SAFETY_OFFICER not in roles:
            refusal = refuse("not_safety_officer", "refusals.not_case_officer")
            tx.log.record(act.event(Action.CASE_VIEWED, refusal=refusal))
        total = tx.cases.count_closed()
        found = tx.cases.closed(CLOSED_ROWS + 1, after)
        shown = found[:CLOSED_ROWS]
        items = []
        for case in shown:
            relation = relate_to_case(services, tx, act.actor, case)
            may_open = case_clock.may_open(case, relation) is None
            items.append(ClosedCase(case=case, may_open=may_open))
    raise_refusal(refusal)
    next_after = None
    if len(found) > CLOSED_ROWS:
        next_after = shown[-1].id
    return ClosedCases(
        items=tuple(items),
        total=total,
        next_after=next_after,
    )


def case_list(services: Services, act: Act) -> list[CaseGroup]:
    """Return the live cases that this person may open, by bundle.

    It is no act on any of them.
    """
    with services.store.read() as tx:
        return group_cases(tx, open_cases(services, tx, act))


def open_cases(
    services: Services,
    tx: Transaction,
    act: Act,
) -> list[Case]:
    """Return the live cases that the actor may open, those due first."""
    found = []
    for case in tx.cases.live():
        relation = relate_to_case(services, tx, act.actor, case)
        if case_clock.may_open(case, relation) is None:
            found.append(case)
    return found


def group_cases(tx: Transaction, cases: Sequence[Case]) -> list[CaseGroup]:
    """Return each bundle of several of these cases, then the others as one group."""
    bundled: dict[int, list[Case]] = {}
    for case in cases:
        if case.bundle_id is not None:
            bundled.setdefault(case.bundle_id, []).append(case)
    several = {number for number, found in bundled.items() if len(found) > 1}
    groups = [
        CaseGroup(bundle=bundle, cases=bundled[bundle.id])
        for bundle in tx.stop_bundles.with_ids(several)
    ]
    alone = [case for case in cases if case.bundle_id not in several]
    if alone:
        groups.append(CaseGroup(bundle=None, cases=alone))
    return groups


def case_page(
    services: Services,
    act: Act,
    key: str,
) -> CasePage:
    """Return the page of a case. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key)
        who = relate_to_case(services, tx, act.actor, case)
        refusal = case_clock.may_open(case, who)
        tx.log.record(
            case_event(
                act,
                case,
                Action.CASE_VIEWED,
                refusal=refusal,
                role=_role(refusal),
            )
        )
        may_close = case_clock.may_close(case, who) is None
        page = CasePage(
            case=case,
            reporters=len(tx.cases.reports(case.id)),
            is_mine=who.is_on(case),
            may_take=not who.is_on(case)
            and case_clock.may_acknowledge(case, who) is None,
            may_close=may_close,
            checklist=services.desks.safety.checklist(case.desk),
            ticks=tuple(tx.cases.ticks(case.id)),
            replies=tuple(tx.cases.replies([case.id])),
            snippet=_snippet(tx, case) if may_close else None,
            locale=_locale(services, case),
            holds=tuple(tx.holds.standing(case.clip_id)) if may_close else (),
            others=_others(services, tx, act, case) if who.is_on(case) else (),
            names={},
            bundle=_bundle_of(tx, case),
        )
        page = replace(page, names=tx.people.names(_officers_on(page)))
    raise_refusal(refusal)
    return page


def _officers_on(page: CasePage) -> set[str]:
    """Return the Slack ids of the officers that a case's page shows."""
    shown = {reply.officer.user_id for reply in page.replies} | set(page.others)
    if page.case.officer is not None:
        shown.add(page.case.officer.user_id)
    return shown


def _bundle_of(tx: Transaction, case: Case) -> StopBundle | None:
    """Return the bundle of a case with others in it."""
    if case.bundle_id is None:
        return None
    if len(tx.cases.of_bundle(case.bundle_id)) == 1:
        return None
    return tx.stop_bundles.by_id(case.bundle_id)


def _snippet(tx: Transaction, case: Case) -> SnippetRecord | None:
    if case.is_drill:
        return drill_sound().snippet(case.opened_at)
    if case.request_id is None:
        return None
    return tx.snippets.of_request(case.request_id)


def _locale(services: Services, case: Case) -> str:
    if case.is_drill:
        return LOCALE
    desk = services.desks.desks.get(case.desk or "")
    if desk is None:
        return ""
    return desk.locale


def _others(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
) -> tuple[str, ...]:
    officers = people_of(tx, services.desks.holders.get(Role.SAFETY_OFFICER))
    excluded = left_out(services, tx, case) | {act.actor.user_id}
    return tuple(sorted(officers - excluded))


def _role(refusal: Refusal | None) -> Role | None:
    if refusal is not None:
        return None
    return Role.SAFETY_OFFICER
