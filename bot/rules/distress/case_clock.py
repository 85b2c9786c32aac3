"""What follows a stop: the clock of a case, who is called next, and who may do what
with it.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.distress.safety import Safety, Stage
from bot.rules.people import permission
from bot.rules.people.permission import Refusal
from storage.records import Case, CaseState, Consent, Person, Report, Role, Severity

# Once the administrators are called, they are called again, but not every five minutes.
_AGAIN_AT_LEAST = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class CaseRelation:
    """What one person has to do with one case.

    `stages` are those of the chain they are called at; the administrators come after
    the last.
    """

    person: Person
    roles: Set[Role]
    stages: Set[int] = frozenset()
    reported: bool = False
    leads_reporter: bool = False

    def is_on(self, case: Case) -> bool:
        return case.officer == self.person


def severity_of(reports: Iterable[Report]) -> Severity:
    """The worst that anybody said; what nobody said counts for nothing."""
    said = (report.severity for report in reports)
    return max(said, key=lambda severity: severity.rank, default=Severity.UNKNOWN)


def patience(severity: Severity, safety: Safety) -> timedelta:
    """How long a case may wait to be acknowledged. What nobody has graded is
    serious.
    """
    return safety.patience[
        Severity.SERIOUS if severity is Severity.UNKNOWN else severity
    ]


def due_after(case: Case, safety: Safety, now: datetime) -> datetime | None:
    """When the clock of a case runs out that enters its state, or the next stage,
    now.
    """
    if case.is_closed:
        return None
    if case.state is CaseState.ACKNOWLEDGED:
        return now + safety.reply_within
    waits = patience(case.severity, safety)
    if case.stage >= last_stage(safety):
        waits = max(waits, _AGAIN_AT_LEAST)
    return now + waits


def due_when_graded(case: Case, safety: Safety, now: datetime) -> datetime | None:
    """When the clock runs out once the case has its new severity: sooner, or as if it
    began now.

    Whoever was overdue already does not get more time.
    """
    if case.state is not CaseState.OPEN or case.due_at is None:
        return case.due_at
    anew = due_after(case, safety, now)
    assert anew is not None
    return min(case.due_at, anew) if case.overdue_since else anew


def last_stage(safety: Safety) -> int:
    """The number of the stage at which the administrators are called."""
    return len(safety.stages)


def called_at(stage: int, safety: Safety) -> tuple[Stage, bool]:
    """The stage that is called, and whether the administrators are called with it."""
    if stage < len(safety.stages):
        return safety.stages[stage], False
    return (safety.stages[-1] if safety.stages else Stage()), True


def may_open(case: Case, who: CaseRelation) -> Refusal | None:
    """Safety officers; administrators when nobody else came. Never who reported or
    leads them.
    """
    if who.reported:
        return Refusal(
            rule="own_report",
            sentence="You reported this one, so somebody else looks after it and answers you.",
        )
    if who.leads_reporter:
        return Refusal(
            rule="leads_reporter",
            sentence="This case goes to officers who do not lead whoever reported it.",
        )
    if Role.SAFETY_OFFICER in who.roles:
        return None
    # On the case counts too: a stage added meanwhile moves the administrators further
    # along.
    if Role.ADMINISTRATOR in who.roles and (
        case.stage in who.stages or who.is_on(case)
    ):
        return None
    return Refusal(rule="not_safety_officer", sentence="Cases are for safety officers.")


def may_acknowledge(case: Case, who: CaseRelation) -> Refusal | None:
    """Whoever may open it takes an open case; a deputy takes over one that is looked
    after.
    """
    if refusal := may_open(case, who):
        return refusal
    if case.is_closed:
        return Refusal(rule="case_closed", sentence="This case is closed.")
    if case.former_officer == who.person:
        return Refusal(
            rule="answered_before",
            sentence="Your reply was not enough to whoever reported it, so somebody else takes it.",
        )
    is_deputy = case.stage in who.stages or case.stage + 1 in who.stages
    if case.state is CaseState.OPEN or (case.overdue_since is not None) or is_deputy:
        return None
    return Refusal(
        rule="not_deputy",
        sentence="Somebody looks after this case. They can hand it over to you.",
    )


def may_decide(case: Case, who: CaseRelation) -> Refusal | None:
    """Only the officer on the case."""
    if refusal := may_open(case, who):
        return refusal
    if case.is_closed:
        return Refusal(rule="case_closed", sentence="This case is closed.")
    if who.is_on(case):
        return None
    return Refusal(
        rule="not_on_case", sentence="Acknowledge the case first; then it is yours."
    )


def may_close(case: Case, who: CaseRelation) -> Refusal | None:
    """The officer on the case, a safety officer: administrators only hand over."""
    if refusal := may_decide(case, who):
        return refusal
    return permission.may_release(who.roles)


def may_hear(case: Case, who: CaseRelation, consent: Consent) -> Refusal | None:
    """The officer on the case hears the redacted snippet; consent binds them too."""
    if refusal := may_close(case, who):
        return refusal
    if consent is Consent.GRANTED:
        return None
    return Refusal(
        rule=f"consent_{consent}",
        sentence="The speaker's consent is not given, so nobody may hear this recording.",
    )


def may_take_over(case: Case, who: CaseRelation) -> Refusal | None:
    """Whether a case can be handed to this person."""
    refusal = may_open(case, who)
    if (
        refusal is None
        and Role.SAFETY_OFFICER in who.roles
        and case.former_officer != who.person
    ):
        return None
    return Refusal(
        rule="cannot_take_it",
        sentence="This person cannot look after the case. Choose another safety officer.",
    )
