"""Claims on disputes. A claim lapses without activity, so that no dispute is stuck."""

from datetime import datetime, timedelta

from storage.records import Claim, Person

LASTS = timedelta(seconds=90)


def holder(
    claim: Claim | None,
    lead: Person,
    now: datetime,
) -> Person | None:
    """Return the other lead who has this dispute now, or None if `lead` may take it."""
    if claim is None or claim.lead == lead:
        return None
    if claim.active_at <= now - LASTS:
        return None
    return claim.lead
