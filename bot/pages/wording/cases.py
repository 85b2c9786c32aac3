"""Sentences about the case of a stopped recording."""

from datetime import datetime, timedelta

from bot.text import text
from bot.text.times import day_and_time
from storage.records import Case, CaseState

# Times of two hours and more are rounded to hours, shorter ones to minutes.
_HOURS_FROM = 120


def describe_opening(
    case: Case,
    reporters: int,
) -> str:
    """Return when a recording was stopped, and by how many people if by several."""
    time = day_and_time(case.opened_at)
    if reporters > 1:
        return text(
            "distress.case_page.stopped_by",
            time=time,
            people=reporters,
        )
    return text("distress.case_page.stopped", time=time)


def describe_clock(
    case: Case,
    now: datetime,
) -> str:
    """Return the officer's next step and its time limit; empty without a limit."""
    if case.due_at is None:
        return ""
    step = _awaited_step(case)
    left = case.due_at - now
    is_over = round(left / timedelta(minutes=1)) <= 0
    if is_over or case.overdue_since is not None:
        return text(f"distress.overdue.{step}")
    return text(f"distress.due.{step}", time=_duration(left))


def _awaited_step(case: Case) -> str:
    if case.state is not CaseState.ACKNOWLEDGED:
        return "acknowledge"
    if case.is_drill:
        return "close"
    return "reply"


def describe_drill(case: Case) -> str:
    """Return the notice of a drill with its times, from its acknowledgement on."""
    if not case.is_drill:
        return ""
    if case.acknowledged_at is None:
        return ""
    acknowledged = _duration(case.acknowledged_at - case.opened_at)
    if case.closed_at is None:
        return text("distress.drill.acknowledged", acknowledged=acknowledged)
    closed = _duration(case.closed_at - case.opened_at)
    return text(
        "distress.drill.closed",
        acknowledged=acknowledged,
        closed=closed,
    )


def _duration(time: timedelta) -> str:
    minutes = max(1, round(time / timedelta(minutes=1)))
    if minutes >= _HOURS_FROM:
        return text("distress.duration.hours", hours=round(minutes / 60))
    return text("distress.duration.minutes", minutes=minutes)
