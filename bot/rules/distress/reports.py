"""What a person who reported a distressing recording may add to its case."""

from collections.abc import Iterable

from bot.rules.people.permission_table import Refusal
from bot.text import text
from storage.records import Case, Person

_NOT_REPORTER = Refusal(
    rule="not_reporter", sentence=text("refusals.case.not_reporter")
)
_OPEN_AGAIN = Refusal(rule="case_open", sentence=text("refusals.case.open_again"))


def may_grade(person: Person, reporters: Iterable[Person]) -> Refusal | None:
    """Return why this person may not report how bad the recording is."""
    if person in reporters:
        return None
    return _NOT_REPORTER


def may_reopen(
    person: Person, reporters: Iterable[Person], case: Case
) -> Refusal | None:
    """Return why this person may not open a closed case again."""
    refusal = may_grade(person, reporters)
    if refusal is None and not case.is_closed:
        return _OPEN_AGAIN
    return refusal
