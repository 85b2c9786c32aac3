"""Sentences about a request and its answers."""

from datetime import datetime

from markupsafe import Markup

from bot.errors import Invalid
from bot.rules.requests.agreement import Reading
from bot.rules.requests.lifecycle import SETTLED
from bot.text import text
from bot.text.lists import in_a_row
from bot.text.requests import answer_label, describe_result
from bot.text.times import asked_ago, time_left
from storage.records import Answer, Request, RequestState


def count_answers(people: int) -> str:
    """Return how many people have answered. The sentence never reveals an answer."""
    if people == 0:
        return text("requests.answered.none")
    return text("requests.answered.people", count=people)


def describe_answer(
    answer: Answer,
    words: str | None,
) -> str:
    """Return the words of an answer, or the label of its kind if it has none."""
    if words:
        return words
    return answer_label(answer)


def after_answer(request: Request) -> str:
    """Return what follows from the person's answer to this request."""
    if request.state is RequestState.OPEN:
        return text("listening.shift.waits_for_others")
    if request.state is RequestState.DISPUTED:
        return text("requests.closed_page.disputed")
    if request.state in SETTLED:
        return text("listening.shift.settled")
    return text("listening.shift.closed")


def describe_weight(reading: Reading) -> str:
    """Return how many people gave a reading, and how sure they were."""
    sure = [text(f"requests.confidence.{each}").lower() for each in reading.confidences]
    return text(
        "requests.ruling_page.gave",
        count=len(reading.confidences),
        confidences=in_a_row(sure),
    )


def isolate(words: str) -> Markup:
    """Return the words as HTML, apart from the direction of the text around them."""
    return Markup("<bdi>{}</bdi>").format(words)


def describe_progress(
    request: Request,
    now: datetime,
) -> str:
    """Return one phrase about a request for the list of its asker."""
    if request.state in SETTLED:
        return describe_result(request)
    if request.state is RequestState.OPEN:
        return time_left(request, now)
    return asked_ago(request, now)


def field_error(
    error: Exception | None,
    field: str,
) -> str:
    """Return the sentence to show beside `field` of a form; empty without an error."""
    if isinstance(error, Invalid) and error.field == field:
        return str(error)
    return ""
