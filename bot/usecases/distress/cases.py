"""The cases of stopped clips: opened or joined by a stop, graded, paged, escalated by
the clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import NotFound
from bot.rules.distress import case_clock
from bot.rules.distress.case_clock import CaseRelation
from bot.rules.distress.reports import may_grade
from bot.rules.refusals import Refusal
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.lookup import company_roles, member_of
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
    """A reporter's own view: what they said of it, and what they were answered."""

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
    """Open the case of a clip that was just stopped, or join the one there is, and
    page.
    """
    case = tx.cases.live_on(clip_id)
    if case is not None:
        if act.person is not None and tx.cases.add_report(case.id, act.actor, act.now):
            tx.log.record(about(act, case, Action.CASE_JOINED))
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
    case, called = page_next(services, tx, act, case)
    tx.log.record(about(act, case, Action.CASE_OPENED, called=called))
    return case


def grade(services: Services, act: Act, key: str, severity: Severity) -> Case:
    """What the reporter says afterwards of how bad it is. Raises `NotFound`,
    `Refused`.
    """
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        reporters = [report.reporter for report in tx.cases.reports(case.id)]
        refusal = may_grade(act.actor, reporters)
        if refusal is None:
            tx.cases.grade_report(case.id, act.actor, severity)
            case = _graded(services, tx, act, case)
        tx.log.record(about(act, case, Action.CASE_GRADED, refusal=refusal))
    raise_refusal(refusal)
    return case


def my_report(services: Services, act: Act, key: str) -> MyReport:
    """What a reporter sees of their own stop. It is no act on the recording. Raises
    `NotFound`.
    """
    with services.store.read() as tx:
        case = find_case(tx, key)
        mine = next(
            (r for r in tx.cases.reports(case.id) if r.reporter == act.actor), None
        )
        if mine is None:
            raise NotFound("There is nothing here. Open it again from Slack.")
        return MyReport(
            case=case,
            severity=mine.severity,
            replies=tuple(tx.cases.replies([case.id])),
        )


def _graded(services: Services, tx: Transaction, act: Act, case: Case) -> Case:
    """The case after somebody said how bad it is; worse than known pages again."""
    worst = case_clock.severity_of(tx.cases.reports(case.id))
    was = case.severity
    if case.is_closed or worst is was:
        return case
    case = case.evolve(severity=worst)
    safety = services.desks.safety
    case = case.evolve(due_at=case_clock.due_when_graded(case, safety, act.now))
    tx.cases.save(case)
    if worst.rank > was.rank and worst is Severity.DANGER:
        call(services, tx, act, case)
    return case


def escalate(services: Services, act: Act) -> int:
    """Page the next in line for every case whose clock has run out; returns how
    many.
    """
    with services.store.read() as tx:
        due = tx.cases.due(act.now)
    for candidate in due:
        with services.store.begin() as tx:
            case = find_case(tx, candidate.key, lock=True)
            if case.due_at is None or case.due_at > act.now:
                continue  # acknowledged, or paged by another replica, meanwhile
            last = case_clock.last_stage(services.desks.safety)
            late = case.evolve(
                stage=min(case.stage + 1, last),
                overdue_since=case.overdue_since or act.now,
            )
            case, called = page_next(services, tx, act, late)
            tx.log.record(about(act, case, Action.CASE_ESCALATED, called=called))
    return len(due)


def page_next(
    services: Services, tx: Transaction, act: Act, case: Case
) -> tuple[Case, int]:
    """Page the case's stage, or the first after it with somebody to page, and start the
    clock.

    Returns the case as saved, and how many people were called.
    """
    safety = services.desks.safety
    while not (called := call(services, tx, act, case)):
        if case.stage >= case_clock.last_stage(safety):
            break
        case = case.evolve(stage=case.stage + 1)
    case = case.evolve(due_at=case_clock.due_after(case, safety, act.now))
    tx.cases.save(case)
    return case, called


def call(services: Services, tx: Transaction, act: Act, case: Case) -> int:
    """Ask for a message to everybody called at the case's stage, and to its channel."""
    people, channel_id, is_channel_paged = _called_at(services, tx, case, case.stage)
    for user_id in people:
        officer = PageOfficer(case_id=case.id, user_id=user_id, stage=case.stage)
        tx.outbox.enqueue(officer, now=act.now)
    if is_channel_paged:
        page = PageChannel(case_id=case.id, channel_id=channel_id, stage=case.stage)
        tx.outbox.enqueue(page, now=act.now)
    return len(people)


def tell_drill(services: Services, tx: Transaction, act: Act, case: Case) -> None:
    """Somebody came: everybody who was called learns that it was a drill, and how fast
    it went.
    """
    told: set[str] = set()
    for stage in range(case.stage + 1):
        people, channel_id, is_channel_paged = _called_at(services, tx, case, stage)
        told.update(people)
        if is_channel_paged and channel_id is not None:
            told.add(channel_id)
    for recipient_id in sorted(told - {act.actor.user_id}):
        notice = NotifyDrillOver(case_id=case.id, recipient_id=recipient_id)
        tx.outbox.enqueue(notice, now=act.now)


def _called_at(
    services: Services, tx: Transaction, case: Case, stage_number: int
) -> tuple[list[str], str | None, bool]:
    """Return the people a stage pages, its channel, and whether to page the channel.

    People the case is kept from are left out. An administrators' stage pages its
    channel even if none is set, so that `help-clip check` reports the missing channel.
    """
    stage, administrators = case_clock.called_at(stage_number, services.desks.safety)
    people = stage.users | tx.groups.members(stage.groups)
    if administrators:
        people |= _holding(services, tx, Role.ADMINISTRATOR)
    people -= left_out(services, tx, case)
    people = frozenset(
        u for u in people if tx.people.membership_of(u) in (None, Membership.MEMBER)
    )
    channel_id = stage.channel_id or services.desks.safety_channel_id
    is_channel_paged = administrators or (bool(people) and channel_id is not None)
    return sorted(people), channel_id, is_channel_paged


def left_out(services: Services, tx: Transaction, case: Case) -> set[str]:
    """Whom a case is kept from: its reporters, whoever leads them, and whose reply fell
    short.
    """
    reporters = [report.reporter for report in tx.cases.reports(case.id)]
    kept_from = {person.user_id for person in reporters}
    for reporter in reporters:
        kept_from |= leads_of(services, tx, reporter)
    if case.former_officer is not None:
        kept_from.add(case.former_officer.user_id)
    return kept_from


def leads_of(services: Services, tx: Transaction, person: Person) -> set[str]:
    """Everybody who leads a desk this person works on."""
    held = services.desks.held_by(member_of(services, tx, person))
    leads: set[str] = set()
    for desk in {desk for _, desk in held if desk is not None}:
        leading = services.desks[desk].holders.get(Role.LEAD)
        if leading is not None:
            leads |= leading.users | tx.groups.members(leading.groups)
    return leads - {person.user_id}


def relate_to_case(
    services: Services, tx: Transaction, person: Person, case: Case
) -> CaseRelation:
    """What `person` has to do with `case`, as the rules want to know it."""
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
    if case is None or case.is_closed:
        return None
    if isinstance(page, PageOfficer) and page.stage is None:
        is_theirs = case.officer is not None and case.officer.user_id == page.user_id
        return case if is_theirs else None
    taken = case.state is CaseState.ACKNOWLEDGED and case.overdue_since is None
    return None if taken else case


def drill_to_tell(services: Services, number: int) -> Case | None:
    """A drill that somebody came to."""
    with services.store.read() as tx:
        case = tx.cases.by_id(number)
    return case if case and case.is_drill and case.acknowledged_at else None


def reply_to_tell(
    services: Services, number: int, reply_id: int
) -> tuple[Case, Reply] | None:
    """A reply and its case."""
    with services.store.read() as tx:
        case = tx.cases.by_id(number)
        reply = next(
            (found for found in tx.cases.replies([number]) if found.id == reply_id),
            None,
        )
    return None if case is None or reply is None else (case, reply)


def find_case(tx: Transaction, key: str, *, lock: bool = False) -> Case:
    """The case behind an address. Raises `NotFound`."""
    case = tx.cases.by_key(key, lock=lock)
    if case is None:
        raise NotFound(
            "There is no such case. Open it again from the message that called you."
        )
    return case


def about(
    act: Act,
    case: Case,
    action: Action,
    *,
    refusal: Refusal | None = None,
    role: Role | None = None,
    called: int | None = None,
    **numbers: int,
) -> Event:
    """The audit event of an act on a case; its number, severity and stage travel as
    numbers.
    """
    known = {"case": case.id, "severity": case.severity.rank, "stage": case.stage}
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
        numbers={**known, **numbers},
    )


def _holding(services: Services, tx: Transaction, role: Role) -> frozenset[str]:
    held = services.desks.holders.get(role)
    return held.users | tx.groups.members(held.groups) if held else frozenset()
