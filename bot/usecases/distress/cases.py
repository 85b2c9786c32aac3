"""The cases of stopped clips: opened by a stop, graded, alerted, escalated by the clock."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import Invalid, NotFound
from bot.rules.distress import case_clock
from bot.rules.distress.bundles import is_known_to
from bot.rules.distress.case_clock import CaseRelation
from bot.rules.distress.reports import may_grade
from bot.rules.refusals import Refusal
from bot.text import text
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.distress.alerts import alert_next, alert_officers, leads_of
from bot.usecases.distress.bundles import ask_reporter, bundle_of_stop
from bot.usecases.lookup import company_roles, member_of
from bot.usecases.services import Services
from storage.records import (
    Action,
    Case,
    CaseState,
    Event,
    Person,
    Reply,
    Report,
    Request,
    Role,
    Severity,
)
from storage.records.outbox import PageChannel, PageOfficer
from storage.store import Transaction

# Requests of a desk are offered to these roles.
_OFFERED = frozenset({Role.REVIEWER, Role.LEAD})


@dataclass(frozen=True, kw_only=True)
class MyReport:
    """A reporter's own view: the severity they gave, and the replies they got."""

    case: Case
    severity: Severity
    replies: tuple[Reply, ...]


def open_case(
    services: Services,
    tx: Transaction,
    act: Act,
    clip_id: str,
    *,
    request: Request | None = None,
    is_drill: bool = False,
) -> Case:
    """Open the case of a stopped clip, or join the live one, and alert the officers."""
    live = tx.cases.live_on(clip_id)
    if live is not None:
        return _join_case(services, tx, act, live)
    bundle_id: int | None = None
    if not _knows_clip(services, tx, act, clip_id):
        bundle_id = bundle_of_stop(tx, act).id
    case = tx.cases.add(
        key=new_key(),
        clip_id=clip_id,
        request_id=request.id if request else None,
        desk=request.desk if request else None,
        opened_at=act.now,
        due_at=act.now + case_clock.patience(Severity.UNKNOWN, services.desks.safety),
        is_drill=is_drill,
        bundle_id=bundle_id,
    )
    if act.person is not None:
        tx.cases.add_report(case.id, act.actor, act.now)
    case, called = alert_next(services, tx, act, case, is_stop=True)
    if bundle_id is not None:
        ask_reporter(tx, act, bundle_id)
    tx.log.record(
        case_event(
            act,
            case,
            Action.CASE_OPENED,
            called=called,
        )
    )
    return case


def _join_case(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
) -> Case:
    """Add a report to a live case, and return the case.

    A reporter who knows the recording takes the case out of its bundle.
    """
    if act.person is None:
        return case
    if not tx.cases.add_report(case.id, act.actor, act.now):
        return case
    called = 0
    is_bundled = case.bundle_id is not None
    if is_bundled and _knows_clip(services, tx, act, case.clip_id):
        case = case.evolve(bundle_id=None)
        if case.state is CaseState.OPEN:
            case, called = alert_next(services, tx, act, case)
        else:
            tx.cases.save(case)
    tx.log.record(case_event(act, case, Action.CASE_JOINED, called=called))
    return case


def _knows_clip(
    services: Services,
    tx: Transaction,
    act: Act,
    clip_id: str,
) -> bool:
    """Return whether the person heard the clip, asked about it or was offered it."""
    if act.person is None:
        return True
    held = services.desks.held_by(member_of(services, tx, act.person))
    return is_known_to(
        act.person,
        has_listened=tx.listens.has_listened_to(act.person, clip_id),
        requests=tx.requests.on_clip(clip_id),
        desks={desk for role, desk in held if role in _OFFERED if desk is not None},
    )


def grade(
    services: Services,
    act: Act,
    key: str,
    severity: Severity | None,
) -> Case:
    """Store the severity that a reporter gives afterwards.

    Raises `NotFound`, `Refused`, `Invalid` for no severity.
    """
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        reporters = [report.reporter for report in tx.cases.reports(case.id)]
        refusal = may_grade(act.actor, reporters)
        if refusal is None and severity is None:
            raise Invalid(text("distress.stopped_page.severity_missing"))
        if refusal is None and severity is not None:
            tx.cases.grade_report(case.id, act.actor, severity)
            case = _graded(services, tx, act, case)
        tx.log.record(case_event(act, case, Action.CASE_GRADED, refusal=refusal))
    raise_refusal(refusal)
    return case


def my_report(
    services: Services,
    act: Act,
    key: str,
) -> MyReport:
    """Return a reporter's view of their own stop. Raises `NotFound`.

    It is no act on the recording.
    """
    with services.store.read() as tx:
        case = find_case(tx, key)
        mine = next(
            (r for r in tx.cases.reports(case.id) if r.reporter == act.actor), None
        )
        if mine is None:
            raise NotFound(text("distress.report.not_found"))
        return MyReport(
            case=case,
            severity=mine.severity,
            replies=tuple(tx.cases.replies([case.id])),
        )


def _graded(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
) -> Case:
    """Return the case after a report was graded; a rise to danger alerts again."""
    worst = case_clock.severity_of(tx.cases.reports(case.id))
    was = case.severity
    if case.is_closed or worst is was:
        return case
    case = case.evolve(severity=worst)
    safety = services.desks.safety
    case = case.evolve(due_at=case_clock.due_when_graded(case, safety, act.now))
    tx.cases.save(case)
    if worst.rank > was.rank and worst is Severity.DANGER:
        alert_officers(services, tx, act, case)
    return case


def escalate(services: Services, act: Act) -> int:
    """Alert the next stage of every case with an expired clock; return their number."""
    with services.store.read() as tx:
        due = tx.cases.due(act.now)
    for candidate in due:
        with services.store.begin() as tx:
            case = find_case(tx, candidate.key, lock=True)
            if case.due_at is None or case.due_at > act.now:
                # An officer acknowledged the case, or another replica alerted,
                # meanwhile.
                continue
            last = case_clock.last_stage(services.desks.safety)
            late = case.evolve(
                stage=min(case.stage + 1, last),
                overdue_since=case.overdue_since or act.now,
            )
            case, called = alert_next(services, tx, act, late)
            tx.log.record(case_event(act, case, Action.CASE_ESCALATED, called=called))
    return len(due)


def relate_to_case(
    services: Services,
    tx: Transaction,
    person: Person,
    case: Case,
) -> CaseRelation:
    """Return the relation of `person` to `case` for the rules."""
    roles = company_roles(services, tx, person)
    groups = member_of(services, tx, person).groups
    safety = services.desks.safety
    stages = {
        number
        for number, stage in enumerate(safety.stages)
        if person.user_id in stage.users or not groups.isdisjoint(stage.groups)
    }
    if Role.ADMINISTRATOR in roles:
        stages.add(case_clock.last_stage(safety))
    reports: Iterable[Report] = tx.cases.reports(case.id)
    reporters = [report.reporter for report in reports]
    return CaseRelation(
        person=person,
        roles=roles,
        stages=stages,
        reported=person in reporters,
        leads_reporter=any(
            person.user_id in leads_of(services, tx, r) for r in reporters
        ),
    )


def case_to_page(services: Services, page: PageOfficer | PageChannel) -> Case | None:
    """Return the case of a page as it is now; None if the page is needed no more."""
    with services.store.read() as tx:
        case = tx.cases.by_id(page.case_id)
    if case is None:
        return None
    if case.is_closed:
        return None
    if isinstance(page, PageOfficer) and page.stage is None:
        is_theirs = case.officer is not None and case.officer.user_id == page.user_id
        if is_theirs:
            return case
        return None
    taken = case.state is CaseState.ACKNOWLEDGED and case.overdue_since is None
    if taken:
        return None
    return case


def acknowledged_drill(services: Services, number: int) -> Case | None:
    """Return a drill that an officer has acknowledged, or None."""
    with services.store.read() as tx:
        case = tx.cases.by_id(number)
    if case is None:
        return None
    if not case.is_drill:
        return None
    if case.acknowledged_at is None:
        return None
    return case


def find_reply(
    services: Services,
    number: int,
    reply_id: int,
) -> tuple[Case, Reply] | None:
    """Return a reply and its case, or None."""
    with services.store.read() as tx:
        case = tx.cases.by_id(number)
        reply = next(
            (found for found in tx.cases.replies([number]) if found.id == reply_id),
            None,
        )
    if case is None:
        return None
    if reply is None:
        return None
    return case, reply


def find_case(
    tx: Transaction,
    key: str,
    *,
    lock: bool = False,
) -> Case:
    """Return the case behind an address. Raises `NotFound`."""
    case = tx.cases.by_key(key, lock=lock)
    if case is None:
        raise NotFound(text("distress.case.not_found"))
    return case


def case_event(
    act: Act,
    case: Case,
    action: Action,
    *,
    refusal: Refusal | None = None,
    role: Role | None = None,
    called: int | None = None,
    **numbers: int,
) -> Event:
    """Return the audit event of an act on a case.

    The case's number, severity and stage are among its numbers, and its bundle's.
    """
    known = {
        "case": case.id,
        "severity": case.severity.rank,
        "stage": case.stage,
    }
    if called is not None:
        known["called"] = called
    if case.is_drill:
        known["drill"] = 1
    if case.bundle_id is not None:
        known["bundle"] = case.bundle_id
    return act.event(
        action,
        refusal=refusal,
        clip_id=case.clip_id,
        desk=case.desk,
        role=role,
        numbers={
            **known,
            **numbers,
        },
    )
