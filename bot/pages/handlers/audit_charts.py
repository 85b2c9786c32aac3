"""Charts of the audit page as numbers for its SVG, which needs no script or style."""

import math
from dataclasses import dataclass
from datetime import date

from bot.text import text
from storage.audit.query.summary import DayCount, Summary

WIDTH, HEIGHT = 720, 130
# The dates stand below the bars, the largest number above them.
_BASE = HEIGHT - 22
_TOP = 14
# The share of a day's step that its bar fills, and the most dates below the bars.
_BAR_SHARE = 0.8
_MAX_DATES = 8


@dataclass(
    frozen=True,
    kw_only=True,
)
class Bar:
    """One day's bar, in SVG units; `refused` is the height of its upper part."""

    x: float
    width: float
    y: float
    allowed: float
    refused: float
    label: str


@dataclass(
    frozen=True,
    kw_only=True,
)
class DayChart:
    """Bars and the few dates written below them."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    most: int
    title: str


@dataclass(
    frozen=True,
    kw_only=True,
)
class PersonBar:
    """One person's row; `share` is the length of the bar in percent of the longest."""

    user_id: str
    events: int
    refused: int
    seconds: int
    share: float


def day_chart(summary: Summary) -> DayChart:
    """Return the chart with one bar for each day."""
    most = max((day.allowed + day.refused for day in summary.days), default=0)
    step = WIDTH / max(len(summary.days), 1)
    scale = (_BASE - _TOP) / max(most, 1)
    bars = [
        _bar(
            day,
            n,
            step,
            scale,
        )
        for n, day in enumerate(summary.days)
    ]
    dates = [day.day for day in summary.days]
    return DayChart(
        bars=tuple(bars),
        ticks=tuple(_ticks(dates, step)),
        most=most,
        title=text(
            "audit.chart.title",
            events=f"{summary.events:,}",
            first=f"{dates[0]:%d %b %Y}",
            last=f"{dates[-1]:%d %b %Y}",
            most=f"{most:,}",
        ),
    )


def _bar(
    day: DayCount,
    n: int,
    step: float,
    scale: float,
) -> Bar:
    """Return the bar of the `n`-th day; `step` and `scale` are SVG units a day, an event."""
    allowed = day.allowed * scale
    refused = day.refused * scale
    margin = (1 - _BAR_SHARE) / 2
    return Bar(
        x=round((n + margin) * step, 2),
        width=round(step * _BAR_SHARE, 2),
        y=round(_BASE - allowed - refused, 2),
        allowed=round(allowed, 2),
        refused=round(refused, 2),
        label=_label(day),
    )


def person_bars(summary: Summary) -> list[PersonBar]:
    """Return a row for each of the busiest people."""
    most = max((one.events for one in summary.people), default=1)
    return [
        PersonBar(
            user_id=one.person.user_id,
            events=one.events,
            refused=one.refused,
            seconds=round(one.played_ms / 1000),
            share=round(100 * one.events / most, 1),
        )
        for one in summary.people
    ]


def _label(day: DayCount) -> str:
    date = f"{day.day:%a %d %b %Y}"
    events = f"{day.allowed + day.refused:,}"
    if not day.refused:
        return text(
            "audit.chart.day",
            date=date,
            events=events,
        )
    refused = f"{day.refused:,}"
    return text(
        "audit.chart.day_refused",
        date=date,
        events=events,
        refused=refused,
    )


def _ticks(
    days: list[date],
    step: float,
) -> list[tuple[float, str]]:
    interval = max(1, math.ceil(len(days) / _MAX_DATES))
    ticks = []
    for n in range(0, len(days), interval):
        x = round((n + 0.5) * step, 2)
        ticks.append((x, f"{days[n]:%d %b}"))
    return ticks
