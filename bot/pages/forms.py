"""Reading the values of a form."""

from enum import Enum
from typing import TypeVar

from bot.errors import Invalid
from bot.pages.context import Visit
from storage.records import Answer

_Kind = TypeVar("_Kind", bound=Enum)


def number_in(visit: Visit, name: str) -> int:
    """A whole number of a form; 0 for what is none."""
    text = visit.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def one_of(
    kinds: type[_Kind], text: str, sentence: str, field: str | None = None
) -> _Kind:
    """What was chosen. Raises `Invalid` with `sentence`, at `field`, for anything
    else.
    """
    try:
        return kinds(text)
    except ValueError:
        raise Invalid(sentence, field=field) from None


def answer_kind(name: str) -> Answer:
    """The kind of answer a form names. Raises `Invalid`."""
    return one_of(Answer, name, "Choose what kind of answer it is.", "answer")
