"""When Slack is to be asked again."""

from datetime import timedelta

from slack_sdk.errors import SlackApiError

from storage.records import OutboxRow


class RetryLater(Exception):
    """Slack asked to be left alone for `after`, or did not answer.

    `tried` False: nothing can have reached Slack, so there is nothing to look for next
    time.
    """

    def __init__(self, after: timedelta, reason: str, *, tried: bool = True) -> None:
        super().__init__(reason)
        self.after = after
        self.reason = reason
        self.tried = tried


def later(row: OutboxRow, error: SlackApiError | OSError) -> RetryLater:
    """When to try a row again that failed so."""
    if not isinstance(
        error, SlackApiError
    ):  # URLError, timeouts, resets: it may have acted
        return RetryLater(backoff(row), type(error).__name__)
    if error.response.status_code == 429:
        seconds = int(error.response.headers.get("Retry-After", 1))
        return RetryLater(timedelta(seconds=seconds), "ratelimited", tried=False)
    return RetryLater(backoff(row), code_of(error))


def code_of(error: SlackApiError) -> str:
    """Slack's short name of what went wrong."""
    return str(error.response.get("error") or error.response.status_code)


def backoff(row: OutboxRow) -> timedelta:
    """1 s, 2 s, 4 s ... at most 5 minutes."""
    return timedelta(seconds=min(2 ** min(row.attempts - 1, 9), 300))
