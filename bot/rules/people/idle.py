"""How long a session may be left alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import Session

# The last use of a session is stored to the minute, so that not every page is a write.
USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class IdleLimits:
    """The longest time without activity, on pages of grave acts and on all others."""

    grave: timedelta = timedelta(minutes=30)
    other: timedelta = timedelta(hours=8)


def is_over(session: Session, now: datetime, limits: IdleLimits) -> bool:
    """Return whether the session has ended because it was left alone."""
    return now - session.used_at > limits.other


def is_for_grave_acts(
    session: Session,
    now: datetime,
    limits: IdleLimits,
) -> bool:
    """Return whether the session may still open pages of grave acts.

    A session that was left alone too long once stays shut out of them: a visit to
    another page in between does not help.
    """
    if session.was_idle:
        return False
    return now - session.used_at <= limits.grave


def is_use_due(session: Session, now: datetime) -> bool:
    """Return whether the last use that is stored is a minute old."""
    return now - session.used_at >= USE_EVERY
