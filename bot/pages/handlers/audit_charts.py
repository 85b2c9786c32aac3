"""Charts of the audit page as numbers for its SVG: no script and no style is needed to
see them.
"""

from dataclasses import dataclass
from datetime import date

from storage.audit.query.summary import Summary

WIDTH, HEIGHT = 720, 130
_BASE = HEIGHT - 22  # room for the dates below
_TOP = 14  # and for the largest number above


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day's bar, in SVG units; `refused` is the height of its upper part."""

    x: float
    width: float
    y: float
    allowed: float
    refused: float
    label: str


@dataclass(frozen=True, kw_only=True)
class DayChart:
    """Bars and the few dates written below them."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    most: int
    title: str


@dataclass(frozen=True, kw_only=True)
class PersonBar:
    """One person's row; `share` is the length of the bar in percent of the longest."""

    user_id: str
    events: int
    refused: int
    seconds: int
    share: float


def day_chart(summary: Summary) -> DayChart:
    """A bar for each day."""
    most = max((day.allowed + day.refused for day in summary.days), default=0)
    step = WIDTH / max(len(summary.days), 1)
    scale = (_BASE - _TOP) / max(most, 1)
    bars = []
    for n, day in enumerate(summary.days):
        allowed, refused = day.allowed * scale, day.refused * scale
        bars.append(
            Bar(
                x=round(n * step + step * 0.1, 2),
                width=round(step * 0.8, 2),
                y=round(_BASE - allowed - refused, 2),
                allowed=round(allowed, 2),
                refused=round(refused, 2),
                label=_label(day.day, day.allowed, day.refused),
            )
        )
    first, last = summary.days[0].day, summary.days[-1].day
    return DayChart(
        bars=tuple(bars),
        ticks=tuple(_ticks([day.day for day in summary.days], step)),
        most=most,
        title=f"{summary.events:,} events from {first:%d %b %Y} to {last:%d %b %Y}, "
        f"at most {most:,} a day",
    )


def person_bars(summary: Summary) -> list[PersonBar]:
    """A row for each of the busiest people."""
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


def _label(day: date, allowed: int, refused: int) -> str:
    text = f"{day:%a %d %b %Y}: {allowed + refused:,} events"
    return f"{text}, {refused:,} refused" if refused else text


def _ticks(days: list[date], step: float) -> list[tuple[float, str]]:
    every = max(1, -(-len(days) // 8))
    return [
        (round((n + 0.5) * step, 2), f"{days[n]:%d %b}")
        for n in range(0, len(days), every)
    ]
