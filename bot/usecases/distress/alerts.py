"""Alerts about cases: each by itself, or those of a bundle together."""

from bot.rules.distress import bundles, case_clock
from bot.usecases.context import Act
from bot.usecases.lookup import member_of, people_of
from bot.usecases.services import Services
from storage.records import Case, Membership, Person, Role
from storage.records.outbox import (
    NotifyDrillOver,
    PageBundle,
    PageChannel,
    PageOfficer,
)
from storage.store import Transaction


def alert_next(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
    *,
    is_stop: bool = False,
) -> tuple[Case, int]:
    """Alert the case's stage, or the first later one with people; start the clock.

    `is_stop` is whether the recording was stopped just now. Returns the case as saved,
    and how many people are alerted.
    """
    safety = services.desks.safety
    while not (called := alert_officers(services, tx, act, case, is_stop=is_stop)):
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
    *,
    is_stop: bool = False,
) -> int:
    """Enqueue the alerts of the case's stage; return how many people are alerted.

    People who are paged about the case's bundle count as alerted.
    """
    people, channel_id, is_channel_paged = _alerted_at(services, tx, case, case.stage)
    if _is_paged_alone(tx, case):
        _page_alone(tx, act, case, people)
        if is_channel_paged:
            page = PageChannel(
                case_id=case.id,
                channel_id=channel_id,
                stage=case.stage,
            )
            tx.outbox.enqueue(page, now=act.now)
        return len(people)
    recipients: list[str | None] = [*people]
    if is_channel_paged:
        recipients.append(channel_id)
    _page_bundle(tx, act, case, recipients, is_stop=is_stop)
    return len(people)


def _is_paged_alone(tx: Transaction, case: Case) -> bool:
    if case.bundle_id is None:
        return True
    n_cases = len(tx.cases.of_bundle(case.bundle_id))
    return bundles.is_paged_alone(case, n_cases)


def _page_alone(
    tx: Transaction,
    act: Act,
    case: Case,
    people: list[str],
) -> None:
    for user_id in people:
        page = PageOfficer(
            case_id=case.id,
            user_id=user_id,
            stage=case.stage,
        )
        tx.outbox.enqueue(page, now=act.now)


def _page_bundle(
    tx: Transaction,
    act: Act,
    case: Case,
    recipients: list[str | None],
    *,
    is_stop: bool,
) -> None:
    """Enqueue one message about all cases of the bundle, unless one has just gone out."""
    assert case.bundle_id is not None
    bundle = tx.stop_bundles.by_id(case.bundle_id, lock=True)
    if is_stop:
        due_at = bundles.page_of_stop_at(bundle, act.now)
    else:
        due_at = bundles.page_of_stage_at(bundle, case.stage, act.now)
    if due_at is None or not recipients:
        return
    for recipient_id in recipients:
        page = PageBundle(bundle_id=bundle.id, recipient_id=recipient_id)
        tx.outbox.enqueue(page, now=due_at)
    paged_stage = max(case.stage, bundle.paged_stage or 0)
    tx.stop_bundles.save_page(bundle.id, paged_stage, due_at)


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
