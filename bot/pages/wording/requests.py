"""Sentences about a request and its answers."""

from datetime import datetime

from bot.errors import Invalid
from bot.rules.requests.lifecycle import LIVE, SETTLED
from bot.text import text
from bot.text.requests import answer_label, describe_result, state_label
from bot.text.times import asked_ago, time_left
from bot.usecases.listening.view import ListenPage
from storage.records import Answer, Request, RequestState

# Languages written from right to left, by their ISO 639 codes.
_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}


def count_answers(people: int) -> str:
    """Return how many people have answered. The sentence never reveals an answer."""
    if people == 0:
        return text("requests.answered.none")
    return text("requests.answered.people", count=people)


def text_direction(locale: str) -> str:
    """Return `rtl` or `ltr`, the direction of a transcript in this locale.

    A browser cannot derive it: masks and blanks have no direction of their own.
    """
    language = locale.replace("_", "-").partition("-")[0].lower()
    if language in _RIGHT_TO_LEFT:
        return "rtl"
    return "ltr"


def describe_answer(
    answer: Answer,
    words: str | None,
) -> str:
    """Return the words of an answer, or the label of its kind if it has none."""
    if words:
        return words
    return answer_label(answer)


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


def closed_title(page: ListenPage) -> str:
    """Return the heading of a page with no sound and no settled answer."""
    if page.request.state in LIVE and page.is_asker:
        return text("requests.closed_page.own_title")
    return state_label(page.request.state)


def closed_sentence(page: ListenPage) -> str:
    """Return why the page has no sound for this person, and what to do next."""
    request = page.request
    if request.state is RequestState.WAITING:
        return _waiting_sentence(page)
    if request.state is RequestState.RENDERING:
        return _rendering_sentence(page)
    if request.state is RequestState.UNMASKABLE and request.problem:
        return request.problem
    if page.refusal is None:
        return text("requests.closed_page.not_kept")
    if page.refusal.rule == "own_request":
        return _own_request_sentence(request, page.refusal.sentence)
    return page.refusal.sentence


def _waiting_sentence(page: ListenPage) -> str:
    if page.is_asker:
        return text("requests.closed_page.own_waiting")
    return text("requests.closed_page.waiting")


def _rendering_sentence(page: ListenPage) -> str:
    if page.is_asker:
        return text("requests.closed_page.own_rendering")
    return text("requests.closed_page.rendering")


def _own_request_sentence(
    request: Request,
    while_live: str,
) -> str:
    if request.state in LIVE:
        return while_live
    if request.state is RequestState.EXPIRED:
        return text("requests.closed_page.own_expired")
    if request.state is RequestState.REFUSED:
        return text("requests.closed_page.own_refused")
    return text("requests.closed_page.own")


def field_error(
    error: Exception | None,
    field: str,
) -> str:
    """Return the sentence to show beside `field` of a form; empty without an error."""
    if isinstance(error, Invalid) and error.field == field:
        return str(error)
    return ""
