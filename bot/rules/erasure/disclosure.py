"""What a company may publish about listening without pointing at anybody.

Nothing is said of fewer than five people, nor of one to four clips; nor of what
subtracting the published from the total would give away (complementary suppression).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import Invalid

K = 5


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Of one desk, or of all. None: too few to be said. `ears` counts pairs of clip and
    person.
    """

    name: str
    asked: int | None  # clips
    heard: int | None  # clips
    people: int | None
    seconds: int | None
    ears: int | None
    accidental: int | None  # clips that should not have been recorded

    @property
    def ears_per_clip(self) -> float | None:
        return self.ears / self.heard if self.ears and self.heard else None

    @property
    def accidental_share(self) -> float | None:
        if self.accidental is None or not self.asked:
            return None
        return self.accidental / self.asked


def publishable(desks: Sequence[Facts], total: Facts) -> tuple[list[Facts], Facts]:
    """The same, with None wherever saying it would point at somebody."""
    if _is_small(total):
        return [_hidden(facts) for facts in desks], _hidden(total)
    hidden = {facts.name for facts in desks if _is_small(facts)}
    if len(hidden) == 1:  # alone it is the total less the others
        others = [f for f in desks if f.name not in hidden and f.people]
        hidden |= {min(others, key=lambda f: f.people or 0).name} if others else set()
    if len(hidden) == 1:
        return [_hidden(facts) for facts in desks], _hidden(total)
    kept = [_hidden(facts) if facts.name in hidden else facts for facts in desks]
    return _without_small_cells(kept, total)


def said(count: int) -> int | None:
    """A count of clips or cases; None where it is one to four."""
    return None if 0 < count < K else count


def _is_small(facts: Facts) -> bool:
    counts = (facts.asked or 0, facts.heard or 0, facts.people or 0)
    return any(0 < count < K for count in counts)


def _hidden(facts: Facts) -> Facts:
    nothing = not (facts.asked or facts.heard or facts.people)
    zero = 0 if nothing else None
    return Facts(
        name=facts.name,
        asked=zero,
        heard=zero,
        people=zero,
        seconds=zero,
        ears=zero,
        accidental=zero,
    )


def _without_small_cells(desks: list[Facts], total: Facts) -> tuple[list[Facts], Facts]:
    cells = {
        f.name: said(f.accidental) if f.accidental is not None else None for f in desks
    }
    gaps = [name for name, cell in cells.items() if cell is None]
    overall = said(total.accidental or 0)
    if len(gaps) == 1 and overall is not None:
        others = {name: cell for name, cell in cells.items() if cell}
        if others:
            cells[min(others, key=lambda name: others[name])] = None
        else:
            overall = None
    shown = [_with_accidental(f, cells[f.name]) for f in desks]
    return shown, _with_accidental(total, overall)


def _with_accidental(facts: Facts, accidental: int | None) -> Facts:
    return Facts(
        name=facts.name,
        asked=facts.asked,
        heard=facts.heard,
        people=facts.people,
        seconds=facts.seconds,
        ears=facts.ears,
        accidental=accidental,
    )


def period(first: str, last: str, now: datetime) -> tuple[datetime, datetime]:
    """Whole months that are over, from `2026-01` to `2026-03` inclusive; without: the
    last one.

    Whole ones only: two periods that differ by a day would say what happened on it.
    Raises `Invalid`.
    """
    this = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = _next(_month("to", last)) if last else this
    start = _month("from", first) if first else _before(end)
    if not start < end <= this:
        raise Invalid("Give whole months that are over: --from 2026-01 --to 2026-03.")
    return start, end


def _month(field: str, text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid("Write a month as 2026-03.", field=field) from None


def _next(month: datetime) -> datetime:
    if month.month == 12:
        return month.replace(year=month.year + 1, month=1)
    return month.replace(month=month.month + 1)


def _before(month: datetime) -> datetime:
    if month.month == 1:
        return month.replace(year=month.year - 1, month=12)
    return month.replace(month=month.month - 1)
