"""The acts of a safety officer on a case, and the reporter's answer to the reply."""

from collections.abc import Collection

from bot.errors import Invalid, NotFound
from bot.redaction.words import mask_words
from bot.rules.distress import case_clock
from bot.rules.distress.replies import fault_of
from bot.rules.distress.reports import may_reopen
from bot.rules.refusals import Refusal
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress.alerts import alert_next, notify_drill_over
from bot.usecases.distress.cases import case_event, find_case, relate_to_case
from bot.usecases.distress.stop_clip import quarantine_clip
from bot.usecases.erasure import holds
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.requests.resume import resume_requests
from bot.usecases.services import Services
from storage.records import (
    Action,
    Case,
    CaseState,
    Hold,
    Person,
    Reply,
    RequestState,
    Role,
    Severity,
    Tick,
)
from storage.records.outbox import NotifyReporter, PageOfficer
from storage.store import Transaction


def acknowledge(
    services: Services,
    act: Act,
    key: str,
) -> Case:
    """Look after a case, or take it over. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        who = relate_to_case(services, tx, act.actor, case)
        refusal = case_clock.may_acknowledge(case, who)
        waited = max(0, int((act.now - case.opened_at).total_seconds()))
        if refusal is None and not who.is_on(case):
            was_open = case.state is CaseState.OPEN
            case = _give_to(
                services,
                tx,
                act,
                case,
                act.actor,
            )
            if case.is_drill and was_open:
                notify_drill_over(services, tx, act, case)
        tx.log.record(
            case_event(
                act,
                case,
                Action.CASE_ACKNOWLEDGED,
                refusal=refusal,
                role=_role(refusal),
                after_s=waited,
            )
        )
    raise_refusal(refusal)
    return case


def hand_over(
    services: Services,
    act: Act,
    key: str,
    user_id: str,
) -> Case:
    """Give the case to another officer, and notify them. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        taker = Person(team_id=services.team_id, user_id=user_id)
        refusal = case_clock.may_decide(
            case, relate_to_case(services, tx, act.actor, case)
        ) or case_clock.may_take_over(case, relate_to_case(services, tx, taker, case))
        if refusal is None:
            case = _give_to(
                services,
                tx,
                act,
                case,
                taker,
            )
            page = PageOfficer(
                case_id=case.id,
                user_id=user_id,
                stage=None,
            )
            tx.outbox.enqueue(page, now=act.now)
        tx.log.record(
            case_event(
                act,
                case,
                Action.CASE_HANDED_OVER,
                refusal=refusal,
                role=_role(refusal),
            )
        )
    raise_refusal(refusal)
    return case


def tick(
    services: Services,
    act: Act,
    key: str,
    step_id: str,
) -> Case:
    """Mark a step of the checklist as done. Raises `NotFound`, `Refused`, `Invalid`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        refusal = case_clock.may_decide(
            case, relate_to_case(services, tx, act.actor, case)
        )
        if refusal is None:
            _add_tick(
                services,
                tx,
                act,
                case,
                step_id,
            )
        tx.log.record(
            case_event(
                act,
                case,
                Action.CASE_STEP_DONE,
                refusal=refusal,
                role=_role(refusal),
            )
        )
    raise_refusal(refusal)
    return case


def lower_severity(
    services: Services,
    act: Act,
    key: str,
) -> Case:
    """Lower the severity: the officer finds no emergency. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        refusal = case_clock.may_decide(
            case, relate_to_case(services, tx, act.actor, case)
        )
        if refusal is None:
            case = case.evolve(severity=Severity.UPSETTING)
            tx.cases.save(case)
        tx.log.record(
            case_event(
                act,
                case,
                Action.CASE_GRADED,
                refusal=refusal,
                role=_role(refusal),
            )
        )
    raise_refusal(refusal)
    return case


def close(
    services: Services,
    act: Act,
    key: str,
    *,
    reply: str,
    release: bool,
    notified: Collection[Person] = (),
) -> Case:
    """Close a case with a reply to its reporters, but for those who were `notified`.

    The clip opens again, which requires a fresh sign-in, or stays closed for good.
    Raises `NotFound`, `Refused`, `Invalid` (field `reply`), `Unavailable` (the clip's
    source).
    """
    with services.store.read() as tx:
        fault = _fault_of(services, find_case(tx, key), reply.strip())
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        tx.clips.lock(case.clip_id)
        refusal = case_clock.may_close(
            case, relate_to_case(services, tx, act.actor, case)
        )
        if release:
            refusal = refusal or step_up_refusal(services, act)
        role = _role(refusal)
        if refusal is None:
            reports = tx.cases.reports(case.id)
            if fault is not None and reports:
                raise Invalid(fault, field="reply")
            state = CaseState.RELEASED if release else CaseState.KEPT
            case = case.evolve(
                state=state,
                closed_at=act.now,
                due_at=None,
                overdue_since=None,
            )
            tx.cases.save(case)
            if release:
                tx.quarantines.release(case.clip_id, act.now)
                tx.log.record(
                    act.event(Action.CLIP_RELEASED, clip_id=case.clip_id, role=role)
                )
                resume_requests(tx, act, case.clip_id, RequestState.QUARANTINED)
            if reports:
                kept = tx.cases.add_reply(case.id, act.actor, reply.strip(), act.now)
                for report in reports:
                    if report.reporter not in notified:
                        _notify(tx, act, kept, report.reporter)
        waited = max(0, int((act.now - case.opened_at).total_seconds()))
        tx.log.record(
            case_event(
                act,
                case,
                Action.CASE_CLOSED,
                refusal=refusal,
                role=role,
                after_s=waited,
                released=int(release),
            )
        )
    raise_refusal(refusal)
    return case


def hold_clip(
    services: Services,
    act: Act,
    key: str,
    *,
    days: int,
    reason: str,
) -> Hold:
    """Hold the clip of one's case for 30, 90 or 365 days, against purge and erasure.

    Raises `NotFound`, `Refused` (also without a fresh sign-in), `Invalid`.
    """
    with services.store.begin() as tx:
        case = find_case(tx, key)
        refusal = case_clock.may_close(
            case, relate_to_case(services, tx, act.actor, case)
        )
        if refusal is not None:
            tx.log.record(case_event(act, case, Action.HOLD_PLACED, refusal=refusal))
    raise_refusal(refusal)
    return holds.place_hold(
        services,
        act,
        case.clip_id,
        days=days,
        reason=reason,
    )


def reopen(
    services: Services,
    act: Act,
    key: str,
) -> Case:
    """Reopen a case with an insufficient reply, for the deputy; close its clip.

    Only a reporter may. Raises `NotFound`, `Refused`.
    """
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        tx.clips.lock(case.clip_id)
        reporters = [report.reporter for report in tx.cases.reports(case.id)]
        refusal = may_reopen(act.actor, reporters, case)
        called = 0
        if refusal is None:
            quarantine_clip(tx, act, case.clip_id)
            last = case_clock.last_stage(services.desks.safety)
            again = case.evolve(
                state=CaseState.OPEN,
                stage=min(case.stage + 1, last),
                officer=None,
                former_officer=case.officer,
                acknowledged_at=None,
                closed_at=None,
            )
            case, called = alert_next(services, tx, act, again)
        tx.log.record(
            case_event(
                act,
                case,
                Action.CASE_REOPENED,
                refusal=refusal,
                called=called,
            )
        )
    raise_refusal(refusal)
    return case


def _fault_of(
    services: Services,
    case: Case,
    reply: str,
) -> str | None:
    try:
        clip = services.clips.clip(case.clip_id)
    # A drill's clip and a deleted clip are not in the source: there are no words to
    # repeat.
    except NotFound:
        return fault_of(
            reply,
            clip_id=case.clip_id,
            covered=(),
            locale="",
        )
    words = [word.text for word in clip.words]
    masked = mask_words(words, clip.locale)
    covered = [word for word, is_masked in zip(words, masked, strict=True) if is_masked]
    return fault_of(
        reply,
        clip_id=case.clip_id,
        covered=covered,
        locale=clip.locale,
    )


def _add_tick(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
    step_id: str,
) -> None:
    """Store that a step is done, once. Raises `Invalid` for an unknown step."""
    checklist = services.desks.safety.checklist(case.desk)
    if checklist is None or step_id not in {step.id for step in checklist.steps}:
        raise Invalid(text("distress.case.step_unknown"))
    if step_id in {done.step for done in tx.cases.ticks(case.id)}:
        return
    done = Tick(
        step=step_id,
        version=checklist.version,
        officer=act.actor,
        ticked_at=act.now,
    )
    tx.cases.add_tick(case.id, done)


def _give_to(
    services: Services,
    tx: Transaction,
    act: Act,
    case: Case,
    taker: Person,
) -> Case:
    case = case.evolve(
        state=CaseState.ACKNOWLEDGED,
        officer=taker,
        acknowledged_at=act.now,
        overdue_since=None,
    )
    case = case.evolve(
        due_at=case_clock.due_after(case, services.desks.safety, act.now)
    )
    tx.cases.save(case)
    return case


def _notify(
    tx: Transaction,
    act: Act,
    reply: Reply,
    reporter: Person,
) -> None:
    notice = NotifyReporter(
        reply_id=reply.id,
        case_id=reply.case_id,
        user_id=reporter.user_id,
    )
    tx.outbox.enqueue(notice, now=act.now)


def _role(refusal: Refusal | None) -> Role | None:
    if refusal is not None:
        return None
    return Role.SAFETY_OFFICER
