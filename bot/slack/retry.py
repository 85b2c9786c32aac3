"""The time at which a failed call to Slack is attempted again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError

from bot.backoff import RetryLater, pause_after
from bot.rules.numbers import whole_number
from storage.records import OutboxRow

TOO_MANY_REQUESTS = 429
_SHORTEST_S = 1
_LONGEST_S = 3600
# The header is missing or unreadable.
_UNKNOWN_S = 30


def retry_after_error(
    row: OutboxRow,
    error: SlackApiError | OSError,
) -> RetryLater:
    """Return when to attempt a row again after this error."""
    if not isinstance(error, SlackApiError):
        # After a timeout or a reset, Slack may have acted all the same.
        return RetryLater(pause_after(row), type(error).__name__)
    if error.response.status_code == TOO_MANY_REQUESTS:
        return RetryLater(
            retry_after(error.response.headers),
            "ratelimited",
            tried=False,
            waits_for=error.response.api_url.rpartition("/")[2],
        )
    return RetryLater(pause_after(row), error_code(error))


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """Return the pause that Slack asks for, from a second to an hour.

    It concerns every call of the method. Slack sends seconds; a proxy before it may
    send a date.
    """
    header = headers.get("Retry-After", "").strip()
    seconds: float | None = whole_number(header)
    if seconds is None:
        seconds = _seconds_until(header)
    seconds = min(max(seconds, _SHORTEST_S), _LONGEST_S)
    return timedelta(seconds=seconds)


def _seconds_until(date: str) -> float:
    try:
        until = parsedate_to_datetime(date)
    except ValueError:
        return _UNKNOWN_S
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    pause = until - datetime.now(UTC)
    return pause.total_seconds()


def error_code(error: SlackApiError) -> str:
    """Return Slack's short name of the error, or else the HTTP status."""
    return str(error.response.get("error") or error.response.status_code)
