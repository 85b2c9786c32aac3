"""The cases of stopped clips: opened by a stop, graded, alerted, escalated by the clock."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import NotFound
from bot.rules.distress import case_clock
from bot.rules.distress.case_clock import CaseRelation
from bot.rules.distress.reports import may_grade
from bot.rules.refusals import Refusal
from bot.text import text
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.lookup import company_roles, member_of, people_of
from bot.usecases.services import Services
from storage.records import (
    Action,
    Case,
    CaseState,
    Event,
    Membership,
    Person,
    Reply,
    Report,
    Request,
    Role,
    Severity,
)
from storage.records.outbox import NotifyDrillOver, PageChannel, PageOfficer
from storage.store import Transaction


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
    case = tx.cases.live_on(clip_id)
    if case is not None:
        if act.person is not None and tx.cases.add_report(case.id, act.actor, act.now):
            tx.log.record(case_event(act, case, Action.CASE_JOINED))
        return case
    case = tx.cases.add(
        key=new_key(),
        clip_id=clip_id,
        request_id=request.id if request else None,
        desk=request.desk if request else None,
        opened_at=act.now,
        due_at=act.now + case_clock.patience(Severity.UNKNOWN, services.desks.safety),
        is_drill=is_drill,
    )
    if act.person is not None:
        tx.cases.add_report(case.id, act.actor, act.now)
    case, called = alert_next(services, tx, act, case)
    tx.log.record(case_event(act, case, Action.CASE_OPENED, called=called))
    return case


def grade(
    services: Services,
    act: Act,
    key: str,
    severity: Severity,
) -> Case:
    """Store the severity that a reporter gives afterwards. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        reporters = [report.reporter for report in tx.cases.reports(case.id)]
        refusal = may_grade(act.actor, reporters)
        if refusal is None:
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


def alert_next(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
) -> tuple[Case, int]:
    """Alert the case's stage, or the first later one with people; start the clock.

    Returns the case as saved, and how many people were alerted.
    """
    safety = services.desks.safety
    while not (called := alert_officers(services, tx, act, case)):
        if case.stage >= case_clock.last_stage(safety):
            break
        case = case.evolve(stage=case.stage + 1)
    case = case.evolve(due_at=case_clock.due_after(case, safety, act.now))
    tx.cases.save(case)
    return case, called


def alert_officers(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
) -> int:
    """Enqueue the alerts of the case's stage; return how many people are alerted."""
    people, channel_id, is_channel_paged = _alerted_at(services, tx, case, case.stage)
    for user_id in people:
        officer = PageOfficer(
            case_id=case.id,
            user_id=user_id,
            stage=case.stage,
        )
        tx.outbox.enqueue(officer, now=act.now)
    if is_channel_paged:
        page = PageChannel(
            case_id=case.id,
            channel_id=channel_id,
            stage=case.stage,
        )
        tx.outbox.enqueue(page, now=act.now)
    return len(people)


def notify_drill_over(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
) -> None:
    """Notify all alerted people that it was a drill, and how fast it went."""
    told: set[str] = set()
    for stage in range(case.stage + 1):
        people, channel_id, is_channel_paged = _alerted_at(services, tx, case, stage)
        told.update(people)
        if is_channel_paged and channel_id is not None:
            told.add(channel_id)
    for recipient_id in sorted(told - {act.actor.user_id}):
        notice = NotifyDrillOver(case_id=case.id, recipient_id=recipient_id)
        tx.outbox.enqueue(notice, now=act.now)


def _alerted_at(
    services: Services,
    tx: Transaction,
    case: Case,
    stage_number: int,
) -> tuple[list[str], str | None, bool]:
    """Return the people a stage pages, its channel, and whether to page the channel.

    People the case is kept from are left out. An administrators' stage pages its
    channel even if none is set, so that `help-clip check` reports the missing channel.
    """
    stage, administrators = case_clock.find_stage(stage_number, services.desks.safety)
    people = stage.users | tx.groups.members(stage.groups)
    if administrators:
        people |= people_of(tx, services.desks.holders.get(Role.ADMINISTRATOR))
    people -= left_out(services, tx, case)
    people = frozenset(
        u for u in people if tx.people.membership_of(u) in (None, Membership.MEMBER)
    )
    channel_id = stage.channel_id or services.desks.safety_channel_id
    is_channel_paged = administrators or (bool(people) and channel_id is not None)
    return sorted(people), channel_id, is_channel_paged


def left_out(
    services: Services,
    tx: Transaction,
    case: Case,
) -> set[str]:
    """Return the users a case is kept from.

    They are its reporters, the leads of these, and the officer with the insufficient
    reply.
    """
    reporters = [report.reporter for report in tx.cases.reports(case.id)]
    kept_from = {person.user_id for person in reporters}
    for reporter in reporters:
        kept_from |= leads_of(services, tx, reporter)
    if case.former_officer is not None:
        kept_from.add(case.former_officer.user_id)
    return kept_from


def leads_of(
    services: Services,
    tx: Transaction,
    person: Person,
) -> set[str]:
    """Return the users that lead a desk this person works on."""
    held = services.desks.held_by(member_of(services, tx, person))
    leads: set[str] = set()
    for desk in {desk for _, desk in held if desk is not None}:
        leads |= people_of(tx, services.desks[desk].holders.get(Role.LEAD))
    return leads - {person.user_id}


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

    The case's number, severity and stage are among its numbers.
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
