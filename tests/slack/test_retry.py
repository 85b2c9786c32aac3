"""The pause that Slack, or a proxy before it, asks for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.slack.retry import retry_after


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("0", 1), ("7200", 3600), ("9" * 400, 30), ("", 30), ("soon", 30)],
)
def test_a_pause_lies_between_a_second_and_an_hour(header: str, seconds: int) -> None:
    assert retry_after({"Retry-After": header}) == timedelta(seconds=seconds)


def test_a_pause_may_be_a_date() -> None:
    until = datetime.now(UTC) + timedelta(seconds=90)
    pause = retry_after({"Retry-After": format_datetime(until, usegmt=True)})
    assert timedelta(seconds=60) < pause <= timedelta(seconds=91)


def test_a_date_that_has_passed_is_a_second() -> None:
    long_ago = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert retry_after({"Retry-After": long_ago}) == timedelta(seconds=1)
