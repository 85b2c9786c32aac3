"""Claims on disputes. A claim lapses without activity, and after a while in any case.

So no dispute is stuck with a lead that left or that does not decide.
"""

from datetime import datetime, timedelta

from storage.records import Claim, Person

LASTS = timedelta(seconds=90)
LASTS_AT_MOST = timedelta(minutes=15)


def holder(
    claim: Claim | None,
    lead: Person,
    now: datetime,
) -> Person | None:
    """Return the other lead who has this dispute now, or None if `lead` may take it."""
    if claim is None or claim.lead == lead:
        return None
    if has_lapsed(claim, now):
        return None
    return claim.lead


def has_lapsed(claim: Claim, now: datetime) -> bool:
    """Return whether a claim keeps no other lead away any more."""
    if claim.active_at <= now - LASTS:
        return True
    return claim.since <= now - LASTS_AT_MOST


def begin_or_renew(
    claim: Claim | None,
    request_id: int,
    lead: Person,
    now: datetime,
) -> Claim:
    """Return this lead's claim after an activity; a renewed one keeps its start."""
    since = now
    if claim is not None and claim.lead == lead and claim.active_at > now - LASTS:
        since = claim.since
    return Claim(
        request_id=request_id,
        lead=lead,
        since=since,
        active_at=now,
    )
