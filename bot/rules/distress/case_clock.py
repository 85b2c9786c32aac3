"""The clock of a case, its stages, and the permissions on it."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.distress.safety import Safety, Stage
from bot.rules.people import permission
from bot.rules.refusals import Refusal, refuse
from storage.records import Case, CaseState, Consent, Person, Report, Role, Severity

# The administrators are called again and again, but at most once an hour.
_AGAIN_AT_LEAST = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class CaseRelation:
    """One person's relation to one case.

    `stages` are the stages at which the person is called; the stage after the last is
    for administrators.
    """

    person: Person
    roles: Set[Role]
    stages: Set[int] = frozenset()
    reported: bool = False
    leads_reporter: bool = False

    def is_on(self, case: Case) -> bool:
        """Return whether this person is the officer on the case."""
        return case.officer == self.person


def severity_of(reports: Iterable[Report]) -> Severity:
    """Return the gravest grade of the reports, or UNKNOWN without any grade."""
    grades = (report.severity for report in reports)
    return max(grades, key=lambda grade: grade.rank, default=Severity.UNKNOWN)


def patience(severity: Severity, safety: Safety) -> timedelta:
    """Return how long a case may wait to be acknowledged.

    A case without a grade counts as serious.
    """
    if severity is Severity.UNKNOWN:
        return safety.patience[Severity.SERIOUS]
    return safety.patience[severity]


def due_after(
    case: Case,
    safety: Safety,
    now: datetime,
) -> datetime | None:
    """Return when the clock runs out for a case that enters its state or stage now."""
    if case.is_closed:
        return None
    if case.state is CaseState.ACKNOWLEDGED:
        return now + safety.reply_within
    waits = patience(case.severity, safety)
    if case.stage >= last_stage(safety):
        waits = max(waits, _AGAIN_AT_LEAST)
    return now + waits


def due_when_graded(
    case: Case,
    safety: Safety,
    now: datetime,
) -> datetime | None:
    """Return when the clock runs out after a new grade.

    The clock starts again, but a case that was overdue gets no more time.
    """
    if case.state is not CaseState.OPEN:
        return case.due_at
    if case.due_at is None:
        return None
    due_at = due_after(case, safety, now)
    assert due_at is not None
    if case.overdue_since:
        return min(case.due_at, due_at)
    return due_at


def last_stage(safety: Safety) -> int:
    """Return the number of the stage at which the administrators are called."""
    return len(safety.stages)


def find_stage(stage: int, safety: Safety) -> tuple[Stage, bool]:
    """Return the stage, and whether the administrators are called with it."""
    if stage < len(safety.stages):
        return safety.stages[stage], False
    if not safety.stages:
        return Stage(), True
    return safety.stages[-1], True


def may_open(case: Case, relation: CaseRelation) -> Refusal | None:
    """Safety officers may open a case, administrators once no officer came.

    The reporters and their leads may not.
    """
    if relation.reported:
        return refuse("own_report")
    if relation.leads_reporter:
        return refuse("leads_reporter")
    if Role.SAFETY_OFFICER in relation.roles:
        return None
    # An administrator on the case may go on even if a new stage has moved the
    # administrators to a later one.
    is_called = any((case.stage in relation.stages, relation.is_on(case)))
    is_administrator = Role.ADMINISTRATOR in relation.roles
    if all((is_administrator, is_called)):
        return None
    return refuse("not_safety_officer", "refusals.not_case_officer")


def may_acknowledge(case: Case, relation: CaseRelation) -> Refusal | None:
    """Anyone with access to a case may take it while it is open.

    A deputy of this or the next stage may also take over a case that an officer has.
    """
    if refusal := may_open(case, relation):
        return refusal
    if case.is_closed:
        return refuse("case_closed")
    if case.former_officer == relation.person:
        return refuse("answered_before")
    if case.state is CaseState.OPEN:
        return None
    if case.overdue_since is not None:
        return None
    stages_of_deputies = {case.stage, case.stage + 1}
    if stages_of_deputies.isdisjoint(relation.stages):
        return refuse("not_deputy")
    return None


def may_decide(case: Case, relation: CaseRelation) -> Refusal | None:
    """Only the officer on the case may decide."""
    if refusal := may_open(case, relation):
        return refusal
    if case.is_closed:
        return refuse("case_closed")
    if relation.is_on(case):
        return None
    return refuse("not_on_case")


def may_close(case: Case, relation: CaseRelation) -> Refusal | None:
    """The officer on the case may close it; administrators may only hand it over."""
    if refusal := may_decide(case, relation):
        return refusal
    return permission.may_release(relation.roles)


def is_officer(relation: CaseRelation) -> bool:
    """Return whether this person may close cases once they are theirs."""
    return permission.may_release(relation.roles) is None


def may_hear(
    case: Case,
    relation: CaseRelation,
    consent: Consent,
) -> Refusal | None:
    """The officer on the case may hear the redacted snippet, with consent."""
    if refusal := may_close(case, relation):
        return refusal
    if consent is Consent.GRANTED:
        return None
    return refuse(f"consent_{consent}", "refusals.consent_missing")


def may_take_over(case: Case, relation: CaseRelation) -> Refusal | None:
    """The case may be handed over to another officer with access to it."""
    may_answer_again = case.former_officer != relation.person
    is_officer = Role.SAFETY_OFFICER in relation.roles
    is_allowed = may_open(case, relation) is None
    if all((is_allowed, is_officer, may_answer_again)):
        return None
    return refuse("cannot_take_it")
