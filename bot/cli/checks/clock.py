"""`help-clip check`: does this machine's clock agree with Slack's?"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.cli.checks.lines import Line
from bot.pages.sign_in.openid import LEEWAY


def clock_line(said: str | None, now: datetime) -> Line:
    """`said`: the Date header of an answer of Slack (RFC 9110 section 6.6.1), just
    arrived.
    """
    try:
        theirs = parsedate_to_datetime(said or "").astimezone(UTC)
    except ValueError:
        return Line("Clock: Slack did not say what time it is")
    ahead = now - theirs
    if abs(ahead) <= LEEWAY:
        return Line("Clock: as Slack's")
    way = "ahead of" if ahead > timedelta(0) else "behind"
    return Line(
        "Clock",
        f"{_written(abs(ahead))} {way} Slack's, so sign-ins are refused, and from five minutes "
        "on all that Slack sends. Let this machine set its clock by NTP (see timedatectl)",
    )


def _written(apart: timedelta) -> str:
    minutes = round(apart / timedelta(minutes=1))
    if minutes >= 120:
        return f"{round(minutes / 60)} hours"
    return (
        f"{minutes} minutes"
        if minutes >= 2
        else f"{round(apart.total_seconds())} seconds"
    )
