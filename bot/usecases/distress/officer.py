"""What a safety officer does with a case, and what the reporter answers to the
reply.
"""

from dataclasses import dataclass

from bot.errors import Invalid, NotFound
from bot.redaction.words import mask_words
from bot.rules.distress import case_clock
from bot.rules.distress.replies import fault_of
from bot.rules.distress.reports import may_reopen
from bot.rules.distress.safety import Checklist
from bot.rules.refusals import Refusal
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress import drill_sound
from bot.usecases.distress.cases import (
    about,
    find_case,
    left_out,
    page_next,
    relate_to_case,
    tell_drill,
)
from bot.usecases.distress.stop_clip import close_clip
from bot.usecases.erasure import holds
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.services import Services
from storage.records import (
    Action,
    Case,
    CaseState,
    Hold,
    Person,
    Reply,
    Role,
    Severity,
    SnippetRecord,
    Tick,
)
from storage.records.outbox import NotifyReporter, PageOfficer
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """What one officer sees. Only the officer on the case gets `snippet`, its words
    masked.
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
    others: tuple[str, ...]  # Slack ids of officers it could be handed to

    @property
    def lacks_officer(self) -> bool:
        """An administrator looks after it, and there is no officer to hand it to."""
        waits = self.case.state is CaseState.ACKNOWLEDGED and not self.case.is_drill
        return waits and self.is_mine and not self.may_close and not self.others


def case_list(services: Services, act: Act) -> list[Case]:
    """The live cases this person may open, those due first. It is no act on any of
    them.
    """
    with services.store.read() as tx:
        live = tx.cases.live()
        return [
            case
            for case in live
            if case_clock.may_open(case, relate_to_case(services, tx, act.actor, case))
            is None
        ]


def case_page(services: Services, act: Act, key: str) -> CasePage:
    """Open the page of a case. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key)
        who = relate_to_case(services, tx, act.actor, case)
        refusal = case_clock.may_open(case, who)
        tx.log.record(
            about(act, case, Action.CASE_VIEWED, refusal=refusal, role=_role(refusal))
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
        )
    raise_refusal(refusal)
    return page


def acknowledge(services: Services, act: Act, key: str) -> Case:
    """Look after a case, or take it over. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        who = relate_to_case(services, tx, act.actor, case)
        refusal = case_clock.may_acknowledge(case, who)
        waited = max(0, int((act.now - case.opened_at).total_seconds()))
        if refusal is None and not who.is_on(case):
            was_open = case.state is CaseState.OPEN
            case = _given_to(services, tx, act, case, act.actor)
            if case.is_drill and was_open:
                tell_drill(services, tx, act, case)
        tx.log.record(
            about(
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


def hand_over(services: Services, act: Act, key: str, user_id: str) -> Case:
    """Give the case to another officer, who is told. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        taker = Person(team_id=services.team_id, user_id=user_id)
        refusal = case_clock.may_decide(
            case, relate_to_case(services, tx, act.actor, case)
        ) or case_clock.may_take_over(case, relate_to_case(services, tx, taker, case))
        if refusal is None:
            case = _given_to(services, tx, act, case, taker)
            page = PageOfficer(case_id=case.id, user_id=user_id, stage=None)
            tx.outbox.enqueue(page, now=act.now)
        tx.log.record(
            about(
                act, case, Action.CASE_HANDED_OVER, refusal=refusal, role=_role(refusal)
            )
        )
    raise_refusal(refusal)
    return case


def tick(services: Services, act: Act, key: str, step_id: str) -> Case:
    """A step of the checklist is done. Raises `NotFound`, `Refused`, `Invalid`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        refusal = case_clock.may_decide(
            case, relate_to_case(services, tx, act.actor, case)
        )
        checklist = services.desks.safety.checklist(case.desk)
        if checklist is None or step_id not in {step.id for step in checklist.steps}:
            raise Invalid("The checklist has no such step. Reload the page.")
        if refusal is None and step_id not in {
            done.step for done in tx.cases.ticks(case.id)
        }:
            done = Tick(
                step=step_id,
                version=checklist.version,
                officer=act.actor,
                ticked_at=act.now,
            )
            tx.cases.add_tick(case.id, done)
        tx.log.record(
            about(
                act, case, Action.CASE_STEP_DONE, refusal=refusal, role=_role(refusal)
            )
        )
    raise_refusal(refusal)
    return case


def calm(services: Services, act: Act, key: str) -> Case:
    """The officer finds that it is not an emergency. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        refusal = case_clock.may_decide(
            case, relate_to_case(services, tx, act.actor, case)
        )
        if refusal is None:
            case = case.evolve(severity=Severity.UPSETTING)
            tx.cases.save(case)
        tx.log.record(
            about(act, case, Action.CASE_GRADED, refusal=refusal, role=_role(refusal))
        )
    raise_refusal(refusal)
    return case


def close(services: Services, act: Act, key: str, *, reply: str, release: bool) -> Case:
    """Close a case with a reply to its reporters; the clip opens again or stays closed
    for good.

    Opening it again asks for a fresh sign-in.

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
            refusal = refusal or step_up_refusal(act)
        role = _role(refusal)
        if refusal is None:
            reports = tx.cases.reports(case.id)
            if fault is not None and reports:
                raise Invalid(fault, field="reply")
            state = CaseState.RELEASED if release else CaseState.KEPT
            case = case.evolve(
                state=state, closed_at=act.now, due_at=None, overdue_since=None
            )
            tx.cases.save(case)
            if release:
                tx.quarantines.release(case.clip_id, act.now)
                tx.log.record(
                    act.event(Action.CLIP_RELEASED, clip_id=case.clip_id, role=role)
                )
            if reports:
                kept = tx.cases.add_reply(case.id, act.actor, reply.strip(), act.now)
                for report in reports:
                    _tell(tx, act, kept, report.reporter)
        waited = max(0, int((act.now - case.opened_at).total_seconds()))
        tx.log.record(
            about(
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
    services: Services, act: Act, key: str, *, days: int, reason: str
) -> Hold:
    """The officer on the case holds its clip for 30, 90 or 365 days, against purge and
    erasure.

    Raises `NotFound`, `Refused` (also without a fresh sign-in), `Invalid`.
    """
    with services.store.begin() as tx:
        case = find_case(tx, key)
        refusal = case_clock.may_close(
            case, relate_to_case(services, tx, act.actor, case)
        )
        if refusal is not None:
            tx.log.record(about(act, case, Action.HOLD_PLACED, refusal=refusal))
    raise_refusal(refusal)
    return holds.place(services, act, case.clip_id, days=days, reason=reason)


def not_enough(services: Services, act: Act, key: str) -> Case:
    """The reporter finds the reply too little: the case goes to the deputy, the clip is
    closed.

    Raises `NotFound`, `Refused`.
    """
    with services.store.begin() as tx:
        case = find_case(tx, key, lock=True)
        tx.clips.lock(case.clip_id)
        reporters = [report.reporter for report in tx.cases.reports(case.id)]
        refusal = may_reopen(act.actor, reporters, case)
        called = 0
        if refusal is None:
            close_clip(tx, act, case.clip_id)
            last = case_clock.last_stage(services.desks.safety)
            again = case.evolve(
                state=CaseState.OPEN,
                stage=min(case.stage + 1, last),
                officer=None,
                former_officer=case.officer,
                acknowledged_at=None,
                closed_at=None,
            )
            case, called = page_next(services, tx, act, again)
        tx.log.record(
            about(act, case, Action.CASE_REOPENED, refusal=refusal, called=called)
        )
    raise_refusal(refusal)
    return case


def _fault_of(services: Services, case: Case, text: str) -> str | None:
    try:
        clip = services.clips.clip(case.clip_id)
    except NotFound:  # a drill's, or gone from the source: there are no words to repeat
        return fault_of(text, clip_id=case.clip_id, covered=(), locale="")
    words = [word.text for word in clip.words]
    masked = mask_words(words, clip.locale)
    covered = [word for word, is_masked in zip(words, masked, strict=True) if is_masked]
    return fault_of(text, clip_id=case.clip_id, covered=covered, locale=clip.locale)


def _given_to(
    services: Services, tx: Transaction, act: Act, case: Case, taker: Person
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


def _tell(tx: Transaction, act: Act, reply: Reply, reporter: Person) -> None:
    notice = NotifyReporter(
        reply_id=reply.id, case_id=reply.case_id, user_id=reporter.user_id
    )
    tx.outbox.enqueue(notice, now=act.now)


def _snippet(tx: Transaction, case: Case) -> SnippetRecord | None:
    if case.is_drill:
        return drill_sound.snippet_of(case)
    return (
        tx.snippets.of_request(case.request_id) if case.request_id is not None else None
    )


def _locale(services: Services, case: Case) -> str:
    if case.is_drill:
        return drill_sound.LOCALE
    desk = services.desks.desks.get(case.desk or "")
    return desk.locale if desk else ""


def _others(
    services: Services, tx: Transaction, act: Act, case: Case
) -> tuple[str, ...]:
    held = services.desks.holders.get(Role.SAFETY_OFFICER)
    everybody = (
        held.users | tx.groups.members(held.groups) if held else frozenset[str]()
    )
    return tuple(sorted(everybody - left_out(services, tx, case) - {act.actor.user_id}))


def _role(refusal: Refusal | None) -> Role | None:
    return Role.SAFETY_OFFICER if refusal is None else None
