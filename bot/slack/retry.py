"""The time at which a failed call to Slack is attempted again."""

from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.backoff import RetryLater, backoff
from storage.records import OutboxRow

_TOO_MANY_REQUESTS = 429


def retry_after_error(
    row: OutboxRow,
    error: SlackApiError | OSError,
) -> RetryLater:
    """Return when to attempt a row again after this error."""
    if not isinstance(error, SlackApiError):
        # After a timeout or a reset, Slack may have acted all the same.
        return RetryLater(backoff(row), type(error).__name__)
    if error.response.status_code == _TOO_MANY_REQUESTS:
        seconds = int(error.response.headers.get("Retry-After", 1))
        return RetryLater(timedelta(seconds=seconds), "ratelimited", tried=False)
    return RetryLater(backoff(row), error_code(error))


def error_code(error: SlackApiError) -> str:
    """Return Slack's short name of the error, or else the HTTP status."""
    return str(error.response.get("error") or error.response.status_code)
