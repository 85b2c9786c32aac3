"""Figures that a company may publish about listening without identifying a person.

No figure is published about fewer than five people, nor about one to four clips, nor a
figure that the total minus the published ones would reveal (complementary suppression).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import Invalid
from bot.text import text

K = 5


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The figures of one desk or of all. None hides a figure that is too small.

    `asked`, `heard` and `accidental` count clips; `ears` counts pairs of clip and
    person.
    """

    name: str
    asked: int | None
    heard: int | None  # clips
    people: int | None
    seconds: int | None
    ears: int | None
    accidental: int | None

    @property
    def ears_per_clip(self) -> float | None:
        """Return the pairs of clip and person for each clip heard."""
        if not self.ears:
            return None
        if not self.heard:
            return None
        return self.ears / self.heard

    @property
    def accidental_share(self) -> float | None:
        """Return the share of clips that should not have been recorded."""
        if self.accidental is None:
            return None
        if not self.asked:
            return None
        return self.accidental / self.asked


def publishable(desks: Sequence[Facts], total: Facts) -> tuple[list[Facts], Facts]:
    """Return the figures with None for each one that could identify a person.

    A small total hides all desks. Small desks are hidden next, then a second desk where
    only one is hidden, and last the small counts of accidental recordings.
    """
    everything_hidden = [_hidden(facts) for facts in desks], _hidden(total)
    if _is_small(total):
        return everything_hidden
    hidden = {facts.name for facts in desks if _is_small(facts)}
    # A single hidden desk would follow from the total and the other desks.
    if len(hidden) == 1:
        hidden |= _smallest_other(desks, hidden)
    if len(hidden) == 1:
        return everything_hidden
    kept = []
    for desk in desks:
        if desk.name in hidden:
            kept.append(_hidden(desk))
        else:
            kept.append(desk)
    return _without_small_cells(kept, total)


def hide_small(count: int) -> int | None:
    """Return a count of clips or cases, or None for one to four."""
    if 0 < count < K:
        return None
    return count


def _smallest_other(desks: Sequence[Facts], hidden: set[str]) -> set[str]:
    """Return the name of the desk with the fewest people that is not hidden yet."""
    people_by_desk = {desk.name: desk.people for desk in desks if desk.people}
    others = {
        name: people for name, people in people_by_desk.items() if name not in hidden
    }
    if not others:
        return set()
    return {min(others, key=lambda name: others[name])}


def _is_small(facts: Facts) -> bool:
    counts = (facts.asked, facts.heard, facts.people)
    return any(0 < count < K for count in counts if count is not None)


def _hidden(facts: Facts) -> Facts:
    zero = None
    is_empty = not any((facts.asked, facts.heard, facts.people))
    if is_empty:
        zero = 0
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
    """Return the figures without accidental counts that are small or would follow.

    Small counts are hidden first. Where the total would reveal the only hidden one, the
    smallest other count is hidden too, or else the total.
    """
    cells: dict[str, int | None] = {}
    for desk in desks:
        cells[desk.name] = None
        if desk.accidental is not None:
            cells[desk.name] = hide_small(desk.accidental)
    gaps = [name for name, cell in cells.items() if cell is None]
    overall: int | None = 0
    if total.accidental is not None:
        overall = hide_small(total.accidental)
    has_one_gap = len(gaps) == 1
    if all((has_one_gap, overall is not None)):
        others = {name: cell for name, cell in cells.items() if cell}
        if others:
            smallest = min(others, key=lambda name: others[name])
            cells[smallest] = None
        else:
            overall = None
    shown = [_with_accidental(desk, cells[desk.name]) for desk in desks]
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


def period(
    first: str,
    last: str,
    now: datetime,
) -> tuple[datetime, datetime]:
    """Return the half-open period of whole months that are over.

    `first` and `last` are months such as 2026-01, both included; without them the last
    month is meant. Only whole months are allowed, because two periods that differ by a
    day would reveal that day. Raises `Invalid`.
    """
    this = now.astimezone(UTC).replace(
        day=1,
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
    )
    end = this
    if last:
        end = _next(_month("to", last))
    start = _before(end)
    if first:
        start = _month("from", first)
    if not start < end <= this:
        raise Invalid(text("erasure.disclosure.whole_months"))
    return start, end


def _month(field: str, month: str) -> datetime:
    try:
        return datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(text("erasure.disclosure.month"), field=field) from None


def _next(month: datetime) -> datetime:
    if month.month == 12:
        return month.replace(year=month.year + 1, month=1)
    return month.replace(month=month.month + 1)


def _before(month: datetime) -> datetime:
    if month.month == 1:
        return month.replace(year=month.year - 1, month=12)
    return month.replace(month=month.month - 1)
