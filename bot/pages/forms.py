"""Read the values of a form."""

from enum import Enum
from typing import TypeVar

from bot.errors import Invalid
from bot.pages.context import Visit
from bot.rules.numbers import whole_number
from bot.text import text
from storage.records import Answer

_Kind = TypeVar("_Kind", bound=Enum)

# The greatest number in a form.
MOST_NUMBER = 10**9 - 1


def number_in(
    visit: Visit,
    name: str,
) -> int:
    """Return the field as a non-negative int, or 0 if it is missing or malformed."""
    typed = visit.form.get(name, "")
    return whole_number(typed, MOST_NUMBER) or 0


def one_of(
    kinds: type[_Kind],
    typed: str,
    sentence: str,
    field: str | None = None,
) -> _Kind:
    """Return the chosen member of `kinds`.

    Raises `Invalid` with `sentence`, at `field`, for any other value.
    """
    try:
        return kinds(typed)
    except ValueError:
        raise Invalid(sentence, field=field) from None


def answer_kind(name: str) -> Answer:
    """Return the kind of answer that a form names. Raises `Invalid`."""
    return one_of(
        Answer,
        name,
        text("requests.answer_form.kind_missing"),
        "answer",
    )
