"""The reasons that people type for a ruling or an appeal."""

from bot.errors import Invalid
from bot.text import text

MAX_REASON = 300


def check_reason(typed: str, *, missing: str) -> str:
    """Return the reason in one line; `missing` is the key of the sentence without one.

    Raises `Invalid` if it is empty or too long.
    """
    reason = " ".join(typed.split())
    if not reason:
        raise Invalid(text(missing), field="reason")
    if len(reason) > MAX_REASON:
        sentence = text("common.reason.too_long", limit=MAX_REASON)
        raise Invalid(sentence, field="reason")
    return reason
