"""Legal holds: for how long, and why."""

from datetime import timedelta

from bot.errors import Invalid

# A hold without an end would outlive its reason.
PRESETS = {30: "30 days", 90: "90 days", 365: "1 year"}
MAX_REASON = 500


def hold_length(days: int) -> timedelta:
    """One of the presets. Raises `Invalid`."""
    if days not in PRESETS:
        raise Invalid(
            f"A hold lasts {', '.join(PRESETS.values())}: choose one.", field="days"
        )
    return timedelta(days=days)


def checked_reason(reason: str) -> str:
    """Why, in one line. Raises `Invalid`."""
    why = " ".join(reason.split())
    if not why:
        raise Invalid(
            "Say in a few words why. It is kept beside the access log.", field="reason"
        )
    if len(why) > MAX_REASON:
        raise Invalid(f"Keep the reason under {MAX_REASON} characters.", field="reason")
    return why
