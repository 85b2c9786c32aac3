"""Whether this machine's clock agrees with Slack's."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.cli.checks.clock import clock_line

SAID = "Mon, 02 Mar 2026 09:00:00 GMT"
THEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("apart_s", [-60, -1, 0, 1, 60])
def test_a_clock_within_a_minute_of_slacks_is_in_order(apart_s: int) -> None:
    assert clock_line(SAID, THEN + timedelta(seconds=apart_s)).problem is None


@pytest.mark.parametrize(
    ("apart_s", "says"),
    [
        (61, "61 seconds ahead of"),
        (-61, "61 seconds behind"),
        (600, "10 minutes ahead of"),
        (-86_400, "24 hours behind"),
    ],
)
def test_a_clock_further_off_is_red_and_says_what_to_do(
    apart_s: int, says: str
) -> None:
    problem = clock_line(SAID, THEN + timedelta(seconds=apart_s)).problem
    assert problem is not None
    assert problem.startswith(f"{says} Slack's")
    assert "NTP" in problem


def test_the_zone_of_a_clock_does_not_matter() -> None:
    here = THEN.astimezone(timezone(timedelta(hours=9)))
    assert clock_line(SAID, here).problem is None


@pytest.mark.parametrize("said", [None, "", "soon", "Mon, 99 Foo 2026", "\x00"])
def test_what_is_no_time_is_no_alarm(said: str | None) -> None:
    line = clock_line(said, THEN)
    assert line.problem is None
    assert "carried no time" in line.subject
