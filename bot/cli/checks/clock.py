"""`help-clip check`: compare this machine's clock with Slack's."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.cli.checks.result import CheckResult
from bot.rules.people.step_up import LEEWAY
from bot.text import text


def clock_line(date_header: str | None, now: datetime) -> CheckResult:
    """Return how this clock compares with Slack's.

    `date_header` is the Date header of an answer of Slack (RFC 9110 section 6.6.1)
    that has just arrived.
    """
    try:
        slack_time = parsedate_to_datetime(date_header or "").astimezone(UTC)
    except ValueError:
        return CheckResult(text("cli.check.subject.clock_unknown"))
    ahead = now - slack_time
    if abs(ahead) <= LEEWAY:
        return CheckResult(text("cli.check.subject.clock_agrees"))
    difference = _duration(abs(ahead))
    if ahead > timedelta(0):
        problem = text("cli.check.problem.clock_ahead", difference=difference)
    else:
        problem = text("cli.check.problem.clock_behind", difference=difference)
    return CheckResult(text("cli.check.subject.clock"), problem)


def _duration(duration: timedelta) -> str:
    minutes = round(duration / timedelta(minutes=1))
    if minutes >= 120:
        return text("cli.check.duration.hours", count=round(minutes / 60))
    if minutes >= 2:
        return text("cli.check.duration.minutes", count=minutes)
    seconds = round(duration.total_seconds())
    return text("cli.check.duration.seconds", count=seconds)
