"""Read the values of a form."""

from enum import Enum
from typing import TypeVar

from bot.errors import Invalid
from bot.pages.context import Visit
from bot.text import text
from storage.records import Answer

_Kind = TypeVar("_Kind", bound=Enum)

# The most digits of a number in a form.
_MAX_DIGITS = 9


def number_in(
    visit: Visit,
    name: str,
) -> int:
    """Return the field as a non-negative int, or 0 if it is missing or malformed."""
    typed = visit.form.get(name, "")
    if is_number(typed, _MAX_DIGITS):
        return int(typed)
    return 0


def is_number(
    typed: str,
    max_digits: int,
) -> bool:
    """Return whether `typed` is 1 to `max_digits` ASCII digits."""
    if len(typed) > max_digits:
        return False
    return typed.isascii() and typed.isdigit()


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
