"""Step-up: the fresh sign-in that the gravest acts need besides a role."""

from datetime import datetime, timedelta

from bot.rules.refusals import Refusal, refuse

FRESH_FOR = timedelta(minutes=5)

STEP_UP = refuse("step_up")


def step_up(signed_in_at: datetime | None, now: datetime) -> Refusal | None:
    """Return None if the person signed in within the last five minutes."""
    if signed_in_at is None:
        return STEP_UP
    if now - signed_in_at > FRESH_FOR:
        return STEP_UP
    return None
