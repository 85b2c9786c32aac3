"""The states of a request as work tools read them.

They are fewer than ours and stay the same from release to release.
"""

from collections.abc import Mapping
from enum import StrEnum

from bot.rules.requests.agreement import is_settled_word
from storage.records import Answer, Request, RequestState


class ToolState(StrEnum):
    """The state of a request in the API."""

    WAITING = "waiting"
    PREPARING = "preparing"
    OPEN = "open"
    DISPUTED = "disputed"
    SETTLED = "settled"
    UNCLEAR = "unclear"
    NOT_SHAREABLE = "not_shareable"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    EXPIRED = "expired"
    STOPPED = "stopped"
    GONE = "gone"


_STATES: Mapping[RequestState, ToolState] = {
    RequestState.WAITING: ToolState.WAITING,
    RequestState.RENDERING: ToolState.PREPARING,
    RequestState.OPEN: ToolState.OPEN,
    RequestState.DISPUTED: ToolState.DISPUTED,
    RequestState.AGREED: ToolState.SETTLED,
    RequestState.ADJUDICATED: ToolState.SETTLED,
    RequestState.DELIVERED: ToolState.SETTLED,
    RequestState.DELIVERY_FAILED: ToolState.SETTLED,
    RequestState.UNCLEAR: ToolState.UNCLEAR,
    RequestState.UNMASKABLE: ToolState.NOT_SHAREABLE,
    RequestState.WITHDRAWN: ToolState.WITHDRAWN,
    RequestState.REFUSED: ToolState.REFUSED,
    RequestState.EXPIRED: ToolState.EXPIRED,
    RequestState.QUARANTINED: ToolState.STOPPED,
    # Why a recording is closed for good is no affair of a tool.
    RequestState.ACCIDENTAL: ToolState.GONE,
    RequestState.ERASED: ToolState.GONE,
    RequestState.CONSENT_WITHDRAWN: ToolState.GONE,
}


def tool_state(request: Request) -> ToolState:
    """Return the state of a request for a work tool."""
    state = _STATES[request.state]
    # The sink gets a notice of unclear words too, and their state moves on with it.
    is_unclear = request.settled_answer is Answer.CANT_TELL
    if state is ToolState.SETTLED and is_unclear:
        return ToolState.UNCLEAR
    return state


def agrees_with_guess(request: Request, guess: str | None) -> bool | None:
    """Return whether the settled word equals a guess; None where that is not shown.

    It is not shown before the word is settled, nor of a word that is personal.
    """
    if guess is None or request.settled_text is None:
        return None
    if request.settled_personal or tool_state(request) is not ToolState.SETTLED:
        return None
    return is_settled_word(guess, request)
