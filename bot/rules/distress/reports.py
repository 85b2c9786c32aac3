"""Permissions of a reporter: to grade a recording, and to reopen its case."""

from collections.abc import Iterable

from bot.rules.refusals import Refusal, refuse
from storage.records import Case, Person


def may_grade(person: Person, reporters: Iterable[Person]) -> Refusal | None:
    """Reporters may grade how severe the recording is."""
    if person in reporters:
        return None
    return refuse("not_reporter")


def may_reopen(
    person: Person,
    reporters: Iterable[Person],
    case: Case,
) -> Refusal | None:
    """Reporters may reopen a closed case."""
    refusal = may_grade(person, reporters)
    if refusal is not None:
        return refusal
    if not case.is_closed:
        return refuse("case_open")
    return None
