"""No minute holds more calls than Slack allows, and the urgent ones come first."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.slack_calls.limits import (
    Urgency,
    calls_per_minute,
    free_after_call,
    limit_of,
    wait_until,
)

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def calls_as_early_as_allowed(method: str, minutes: int) -> list[datetime]:
    """Return the times of calls by a caller who always calls as soon as it may."""
    limit = limit_of(method)
    free_at = None
    now = START
    times = []
    while now < START + minutes * MINUTE:
        times.append(now)
        free_at = free_after_call(limit, free_at, now)
        now = max(now, wait_until(limit, Urgency.PERSON, free_at))
    return times


@pytest.mark.parametrize("method", ["users.list", "chat.update", "users.info"])
def test_no_minute_holds_more_calls_than_slack_allows(method: str) -> None:
    times = calls_as_early_as_allowed(method, minutes=5)
    for start in times:
        in_minute = [time for time in times if start <= time < start + MINUTE]
        assert len(in_minute) <= calls_per_minute(method)


def test_the_first_calls_may_come_at_once() -> None:
    times = calls_as_early_as_allowed("users.list", minutes=1)
    assert times[:5] == [START] * 5
    assert times[5] - START == timedelta(seconds=4)


def test_posts_leave_room_for_the_pages_of_safety_officers() -> None:
    limit = limit_of("chat.postMessage")
    free_at = None
    n_posts = 0
    while free_at is None or wait_until(limit, Urgency.POST, free_at) <= START:
        free_at = free_after_call(limit, free_at, START)
        n_posts += 1
    n_pages = 0
    while wait_until(limit, Urgency.SAFETY, free_at) <= START:
        free_at = free_after_call(limit, free_at, START)
        n_pages += 1
    assert n_posts == 47
    assert n_pages == 19
