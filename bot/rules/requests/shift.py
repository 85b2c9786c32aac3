"""The order in which one person works through requests, one after the other."""

from collections.abc import Sequence, Set
from datetime import datetime

from storage.records import Request

# A choice among the first of a list looks at so many of them.
CANDIDATES = 40


def choose_next(
    candidates: Sequence[Request],
    reviewing: Set[str],
    last: Request | None,
) -> Request | None:
    """Return the next request to answer, or None without candidates.

    Desks on which the person reviews come before those that the person only leads.
    Then the request that is due first comes first, by minutes; among those due in one
    minute, one in the language of the `last` request. A request with the voice of the
    last one waits until no other voice is left.
    """
    if not candidates:
        return None
    locale = last.locale if last else ""
    ordered = sorted(
        candidates,
        key=lambda each: (
            each.desk not in reviewing,
            _minute(each.expires_at),
            each.locale != locale,
            each.id,
        ),
    )
    for request in ordered:
        if last is None or voice_of(request) != voice_of(last):
            return request
    return ordered[0]


def voice_of(request: Request) -> str:
    """Return the speaker, or the clip where the source names no speaker."""
    return request.speaker or request.clip_id


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
