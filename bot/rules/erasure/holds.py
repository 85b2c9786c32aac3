"""Legal holds: their length and their reason."""

from datetime import timedelta

from bot.errors import Invalid
from bot.text import text

# Every hold has an end, because a hold without one would outlive its reason.
# In days; the labels are `erasure.hold_length.DAYS`.
PRESETS = (30, 90, 365)
MAX_REASON = 500


def hold_length(days: int) -> timedelta:
    """Return the length of a hold. Raises `Invalid` for a length that is no preset."""
    if days not in PRESETS:
        raise Invalid(text("erasure.hold.length"), field="days")
    return timedelta(days=days)


def check_reason(reason: str) -> str:
    """Return the reason in one line. Raises `Invalid` if it is empty or too long."""
    one_line = " ".join(reason.split())
    if not one_line:
        raise Invalid(text("erasure.reason.missing"), field="reason")
    if len(one_line) > MAX_REASON:
        raise Invalid(text("common.reason.too_long", limit=MAX_REASON), field="reason")
    return one_line
