"""The page of a request without sound, as it speaks to its reader.

The asker, the people who answered, reported, ruled or only listened, and all others
read different sentences: thanks first, then the outcome, then the next step.
"""

from bot.rules.requests.lifecycle import LIVE
from bot.text import spoken_again, text
from bot.text.requests import state_label
from bot.usecases.listening.view import ListenPage
from storage.records import Answer, Request, RequestState

# State of a request that ended without a result -> the key of its sentence, for the
# people who worked on it.
_ENDINGS = {
    RequestState.DISPUTED: "disputed",
    RequestState.EXPIRED: "expired",
    RequestState.WITHDRAWN: "withdrawn",
}


def closed_thanks(page: ListenPage) -> str:
    """Return the thanks for work on the request, empty for other readers."""
    if page.proposal is not None or page.late is not None:
        return text("requests.closed_page.thanks_answer")
    if page.has_reported:
        return text("requests.closed_page.thanks_report")
    if page.has_ruled:
        return text("requests.closed_page.thanks_ruling")
    if page.has_listened:
        return text("requests.closed_page.thanks_listen")
    return ""


def late_sentence(request: Request) -> str:
    """Return what became of an answer that arrived after the request was decided."""
    if request.state is RequestState.DISPUTED:
        return text("requests.closed_page.late_disputed")
    return text("requests.closed_page.late")


def closed_title(page: ListenPage) -> str:
    """Return the heading of a page with no sound and no settled answer."""
    state = page.request.state
    if _waits_for_appeal(page):
        return text("requests.closed_page.appealed_title")
    if state in LIVE and page.is_asker:
        return text("requests.closed_page.own_title")
    if page.needs_care:
        return text("requests.closed_page.stopped_title")
    if state is RequestState.DISPUTED and page.proposal is not None:
        return text("requests.closed_page.disputed_title")
    return state_label(state)


def closed_sentence(page: ListenPage) -> str:
    """Return the outcome, or why the page has no sound for this person."""
    if _waits_for_appeal(page):
        return _appealed_sentence(page)
    if page.is_asker:
        return _to_asker(page)
    if page.request.state is RequestState.RENDERING:
        return _rendering_sentence(page)
    if page.request.state is RequestState.WAITING:
        return text("requests.closed_page.waiting")
    if page.request.state is RequestState.UNMASKABLE:
        return _unmaskable_sentence(page)
    if page.settled is not None:
        return _settled_sentence(page)
    if page.needs_care:
        return text("requests.closed_page.stopped")
    if page.has_worked and page.request.state in _ENDINGS:
        return text(f"requests.closed_page.{_ENDINGS[page.request.state]}")
    if page.refusal is None:
        return text("requests.closed_page.not_kept")
    return page.refusal.sentence


def _waits_for_appeal(page: ListenPage) -> bool:
    return page.is_appealed and page.request.state is RequestState.DISPUTED


def _appealed_sentence(page: ListenPage) -> str:
    if page.has_appealed:
        return text("requests.closed_page.own_appeal")
    return text("requests.closed_page.appealed")


def _to_asker(page: ListenPage) -> str:
    request = page.request
    match request.state:
        case RequestState.WAITING:
            return text("requests.closed_page.own_waiting")
        case RequestState.RENDERING:
            return text("requests.closed_page.own_rendering")
        case RequestState.EXPIRED:
            return text("requests.closed_page.own_expired")
        case RequestState.REFUSED:
            return text("requests.closed_page.own_refused")
        case RequestState.UNMASKABLE if request.problem:
            return spoken_again(request.problem)
    if page.settled is not None:
        return text("requests.closed_page.own_settled")
    if page.refusal is None:
        return text("requests.closed_page.not_kept")
    if page.refusal.rule == "own_request" and request.state not in LIVE:
        return text("requests.closed_page.own")
    return page.refusal.sentence


def _rendering_sentence(page: ListenPage) -> str:
    if page.has_reported:
        return text("requests.closed_page.reported_again")
    return text("requests.closed_page.rendering")


def _unmaskable_sentence(page: ListenPage) -> str:
    if page.has_reported:
        return text("requests.closed_page.reported_end")
    if page.has_worked:
        return text("requests.closed_page.unmaskable")
    if page.request.problem:
        return spoken_again(page.request.problem)
    return text("requests.closed_page.unmaskable")


def _settled_sentence(page: ListenPage) -> str:
    """Return how the request was settled, seen from the reader's own answer."""
    by_ruling = page.settled is not None and page.settled.reason is not None
    if page.has_ruled:
        return text("requests.closed_page.settled_by_you")
    if page.proposal is None:
        return text("requests.closed_page.settled")
    if page.agrees and by_ruling:
        return text("requests.closed_page.ruled_as_you")
    if page.agrees:
        return text("requests.closed_page.settled_with_you")
    if page.proposal.answer is Answer.CANT_TELL:
        return text("requests.closed_page.settled_by_others")
    if by_ruling:
        return text("requests.closed_page.ruled_otherwise")
    return text("requests.closed_page.settled_otherwise")
