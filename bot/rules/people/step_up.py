"""Step-up: what the gravest acts ask for on top of a role."""

from datetime import datetime, timedelta

from bot.rules.people.permission_table import Refusal

FRESH_FOR = timedelta(minutes=5)

STEP_UP = Refusal(
    rule="step_up",
    sentence="This asks for a fresh sign-in. Sign in once more; what you typed is kept.",
)


def step_up(signed_in_at: datetime | None, now: datetime) -> Refusal | None:
    """None when the person signed in within the last five minutes."""
    fresh = signed_in_at is not None and now - signed_in_at <= FRESH_FOR
    return None if fresh else STEP_UP
