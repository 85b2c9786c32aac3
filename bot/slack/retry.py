"""The time at which a failed call to Slack is attempted again."""

from collections.abc import Mapping
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.backoff import RetryLater, backoff
from storage.records import OutboxRow

TOO_MANY_REQUESTS = 429


def retry_after_error(
    row: OutboxRow,
    error: SlackApiError | OSError,
) -> RetryLater:
    """Return when to attempt a row again after this error."""
    if not isinstance(error, SlackApiError):
        # After a timeout or a reset, Slack may have acted all the same.
        return RetryLater(backoff(row), type(error).__name__)
    if error.response.status_code == TOO_MANY_REQUESTS:
        return RetryLater(
            retry_after(error.response.headers),
            "ratelimited",
            tried=False,
            waits_for=error.response.api_url.rpartition("/")[2],
        )
    return RetryLater(backoff(row), error_code(error))


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """Return the pause that Slack asks for; it concerns every call of the method."""
    return timedelta(seconds=int(headers.get("Retry-After", 1)))


def error_code(error: SlackApiError) -> str:
    """Return Slack's short name of the error, or else the HTTP status."""
    return str(error.response.get("error") or error.response.status_code)
