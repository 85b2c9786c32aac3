"""A request's life: its states in groups, and the moves from one state to another.

`move` is the only way to change a request's state. docs/lifecycle.md is printed from
this module by `python -m tools.lifecycle_page`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from storage.records import STATES_WITH_RESULT, Request, RequestState

# The request still waits for its word: it can be joined, withdrawn, paused and stopped.
LIVE = frozenset(
    {
        RequestState.WAITING,
        RequestState.RENDERING,
        RequestState.OPEN,
        RequestState.DISPUTED,
    },
)
CLOSED = frozenset(RequestState) - LIVE

# People have to act: peers answer, leads rule. The request has a clock.
TIMED = frozenset({RequestState.OPEN, RequestState.DISPUTED})

# A dispute does not expire: it waits for the lead.
CAN_EXPIRE = frozenset(
    {
        RequestState.WAITING,
        RequestState.RENDERING,
        RequestState.OPEN,
    }
)

# The settled word has not yet reached the result sink.
UNDELIVERED = frozenset(
    {
        RequestState.AGREED,
        RequestState.UNCLEAR,
        RequestState.ADJUDICATED,
        RequestState.DELIVERY_FAILED,
    }
)
SETTLED = UNDELIVERED | {RequestState.DELIVERED}

# The sink gets a result when one of these states is entered.
WITH_RESULT = STATES_WITH_RESULT

# A lead who ruled can rule anew.
CAN_BE_RULED_ANEW = frozenset(
    {
        RequestState.ADJUDICATED,
        RequestState.DELIVERED,
        RequestState.DELIVERY_FAILED,
    }
)

# A report of personal information leads to one of these states.
AFTER_PERSONAL_REPORT = frozenset(
    {
        RequestState.RENDERING,
        RequestState.DISPUTED,
        RequestState.UNMASKABLE,
    }
)

# No word that a person typed is kept.
WITHOUT_WORDS = frozenset(
    {
        RequestState.ERASED,
        RequestState.ACCIDENTAL,
        RequestState.CONSENT_WITHDRAWN,
    }
)

# The request ended without an answer, and the asker did not end it.
ENDED_WITHOUT_ANSWER = WITHOUT_WORDS | {
    RequestState.EXPIRED,
    RequestState.REFUSED,
    RequestState.UNMASKABLE,
}

# The snippet is deleted as soon as the request closes; in the other closed states, when
# its retention time is over. Of a quarantined request nothing is due before its case is
# closed.
PURGED_AT_ONCE = WITHOUT_WORDS | {RequestState.UNMASKABLE}
PURGED_LATER = CLOSED - PURGED_AT_ONCE

GROUPS: Mapping[str, frozenset[RequestState]] = {
    "live": LIVE,
    "with a clock": TIMED,
    "can expire": CAN_EXPIRE,
    "settled": SETTLED,
    "undelivered": UNDELIVERED,
    "with a result": WITH_RESULT,
    "can be ruled anew": CAN_BE_RULED_ANEW,
    "after a personal report": AFTER_PERSONAL_REPORT,
    "closed": CLOSED,
    "ended without an answer": ENDED_WITHOUT_ANSWER,
    "without words": WITHOUT_WORDS,
    "purged at once": PURGED_AT_ONCE,
    "purged later": PURGED_LATER,
}


@dataclass(frozen=True, kw_only=True)
class Move:
    """One cause that takes a request from any state of `sources` to `target`."""

    cause: str
    sources: frozenset[RequestState]
    target: RequestState


def _moves(
    cause: str,
    sources: RequestState | frozenset[RequestState],
    *targets: RequestState,
) -> list[Move]:
    if isinstance(sources, RequestState):
        sources = frozenset({sources})
    return [
        Move(
            cause=cause,
            sources=sources,
            target=target,
        )
        for target in targets
    ]


MOVES: tuple[Move, ...] = (
    *_moves("a lead agreed", RequestState.WAITING, RequestState.RENDERING),
    *_moves("a lead refused", RequestState.WAITING, RequestState.REFUSED),
    *_moves("rendered", RequestState.RENDERING, RequestState.OPEN),
    *_moves("cannot be rendered", RequestState.RENDERING, RequestState.UNMASKABLE),
    *_moves(
        "answered",
        RequestState.OPEN,
        RequestState.AGREED,
        RequestState.DISPUTED,
        RequestState.UNCLEAR,
        RequestState.ACCIDENTAL,
        RequestState.UNMASKABLE,
    ),
    *_moves(
        "personal information reported",
        RequestState.OPEN,
        RequestState.RENDERING,
    ),
    *_moves(
        "ruled",
        CAN_BE_RULED_ANEW | {RequestState.DISPUTED},
        RequestState.ADJUDICATED,
        RequestState.ACCIDENTAL,
    ),
    # A settled word goes to a lead without a part in it.
    *_moves("appealed", SETTLED, RequestState.DISPUTED),
    *_moves(
        "closed by its asker, because it is late",
        TIMED,
        RequestState.UNCLEAR,
    ),
    *_moves("delivered", UNDELIVERED, RequestState.DELIVERED),
    *_moves(
        "delivery failed",
        UNDELIVERED - {RequestState.DELIVERY_FAILED},
        RequestState.DELIVERY_FAILED,
    ),
    *_moves("withdrawn", LIVE, RequestState.WITHDRAWN),
    *_moves(
        "its time is up after enough answers", RequestState.OPEN, RequestState.DISPUTED
    ),
    *_moves("expired", CAN_EXPIRE, RequestState.EXPIRED),
    *_moves("stopped as distressing", LIVE, RequestState.QUARANTINED),
    *_moves(
        "released",
        RequestState.QUARANTINED,
        RequestState.WAITING,
        RequestState.RENDERING,
        RequestState.OPEN,
        RequestState.DISPUTED,
    ),
    *_moves(
        "kept from erasure",
        RequestState.ACCIDENTAL,
        RequestState.WAITING,
        RequestState.RENDERING,
        RequestState.OPEN,
        RequestState.DISPUTED,
        RequestState.QUARANTINED,
    ),
    *_moves(
        "consent withdrawn",
        LIVE | UNDELIVERED | {RequestState.QUARANTINED},
        RequestState.CONSENT_WITHDRAWN,
    ),
    *_moves(
        "another request on the clip was accidental",
        LIVE | UNDELIVERED | {RequestState.ACCIDENTAL},
        RequestState.ACCIDENTAL,
    ),
    *_moves("erased", frozenset(RequestState), RequestState.ERASED),
)

TRANSITIONS: Mapping[RequestState, frozenset[RequestState]] = {
    state: frozenset(row.target for row in MOVES if state in row.sources)
    for state in RequestState
}


class ForbiddenMove(ValueError):
    """A request was to take a step that `MOVES` does not contain."""


def can_move(request: Request, state: RequestState) -> bool:
    """Return whether the table lets the request go to this state now."""
    return state in TRANSITIONS[request.state]


def move(
    request: Request,
    state: RequestState,
    **changes: object,
) -> Request:
    """Return the request in its next state, with further fields changed.

    Its clock begins anew where the next state has one. Raises `ForbiddenMove` where the
    table has no such move.
    """
    if not can_move(request, state):
        raise ForbiddenMove(
            f"{request.name} is {request.state} and cannot become {state}."
        )
    if state in TIMED:
        changes = {"chased": 0, "chase_at": None, **changes}
    return replace(request, state=state, **changes)  # type: ignore[arg-type]
