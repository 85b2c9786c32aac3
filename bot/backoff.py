"""The time of the next attempt at an outbox row."""

from datetime import timedelta

from bot.rules.pauses import pause_after_try
from storage.records import OutboxRow

_LONGEST = timedelta(minutes=5)


class RetryLater(Exception):
    """A row could not be performed now; attempt it again in `after`.

    `tried` is False if nothing can have left this process: the attempt does not count.
    `waits_for` is the paced channel or method of Slack that the row waits for.
    """

    def __init__(
        self,
        after: timedelta,
        reason: str,
        *,
        tried: bool = True,
        waits_for: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.after = after
        self.reason = reason
        self.tried = tried
        self.waits_for = waits_for


def pause_after(row: OutboxRow) -> timedelta:
    """Return the pause after a failed attempt: 1 s, 2 s, 4 s, at most 5 minutes."""
    return pause_after_try(row.attempts, _LONGEST)
