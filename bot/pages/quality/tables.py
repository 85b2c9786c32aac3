"""The figures as tables: for the page, and the same as CSV."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.pages.wording import figures as wording
from bot.rules.quality.figures import Figures, GroupBy
from bot.rules.quality.own import ALL_ANSWERS, OwnFigures
from bot.rules.quality.readings import Confusion, Readings
from bot.text import text
from storage.spreadsheet import csv_lines

_BAR_WIDTH = 100

# The columns of figures after the number asked, each a key of `quality.column`.
FIGURE_COLUMNS = (
    "settled",
    "disputed",
    "unclear",
    "expired",
    "third_ear",
    "first_answer",
    "settle",
    "rule",
    "appeals",
    "changed",
    "kept",
    "masking_reports",
    "unmaskable",
)


@dataclass(
    frozen=True,
    kw_only=True,
)
class FigureRow:
    """One line of figures. `cells` is empty where they are withheld.

    `bar` is the share of settled questions, in percent of the bar's width.
    """

    name: str
    asked: int
    cells: tuple[str, ...]
    bar: float
    bar_label: str


def figure_rows(
    groups: Mapping[str, Figures],
    by: GroupBy,
    desks: dict[str, str],
) -> list[FigureRow]:
    """Return a line for each group."""
    rows = []
    for name, figures in groups.items():
        shown = wording.group_name(by, name, desks)
        rows.append(_figure_row(shown, figures))
    return rows


def _figure_row(name: str, figures: Figures) -> FigureRow:
    if figures.is_withheld:
        return FigureRow(
            name=name,
            asked=figures.asked,
            cells=(),
            bar=0,
            bar_label="",
        )
    return FigureRow(
        name=name,
        asked=figures.asked,
        cells=_cells(figures),
        bar=round(_BAR_WIDTH * figures.settled / figures.asked, 1),
        bar_label=text(
            "quality.totals.bar",
            name=name,
            settled=figures.settled,
            asked=figures.asked,
        ),
    )


def _cells(figures: Figures) -> tuple[str, ...]:
    return (
        str(figures.settled),
        str(figures.disputed),
        str(figures.unclear),
        str(figures.expired),
        wording.describe_share(figures.third_ear, figures.by_peers),
        wording.describe_median(figures.first_answer_s),
        wording.describe_median(figures.settle_s),
        wording.describe_median(figures.rule_s),
        str(figures.appeals),
        str(figures.changed),
        str(figures.kept),
        str(figures.masking_reports),
        str(figures.unmaskable),
    )


def figures_csv(
    groups: Mapping[str, Figures],
    by: GroupBy,
    desks: dict[str, str],
) -> str:
    """Return the figures as CSV; times are in seconds, withheld cells are empty."""
    names = ["group", "asked", *FIGURE_COLUMNS, "by_peers", "people"]
    rows = []
    for name, figures in groups.items():
        row = [wording.group_name(by, name, desks), str(figures.asked)]
        if figures.is_withheld:
            row.extend([""] * (len(names) - len(row)))
        else:
            row.extend(_numbers(figures))
        rows.append(row)
    return _csv(names, rows)


def _numbers(figures: Figures) -> list[str]:
    numbers = [
        figures.settled,
        figures.disputed,
        figures.unclear,
        figures.expired,
        figures.third_ear,
        figures.first_answer_s,
        figures.settle_s,
        figures.rule_s,
        figures.appeals,
        figures.changed,
        figures.kept,
        figures.masking_reports,
        figures.unmaskable,
        figures.by_peers,
        figures.people,
    ]
    return ["" if number is None else f"{number:g}" for number in numbers]


def agreement_csv(readings: Readings) -> str:
    """Return the agreement as CSV, a line of names and one of values."""
    found = readings.agreement
    names = ["alpha", "low", "high", "pairwise", "questions", "answers", "people"]
    if found is None:
        return _csv(names, [])
    numbers = [found.alpha, found.low, found.high, found.pairwise]
    counts = [found.requests, found.answers, readings.people]
    row = [f"{number:.4f}" for number in numbers] + [str(count) for count in counts]
    return _csv(names, [row])


def confusions_csv(confusions: Iterable[Confusion]) -> str:
    """Return the confusions as CSV."""
    names = ["heard", "settled", "language", "answers", "people"]
    rows = []
    for each in confusions:
        counts = [str(each.answers), str(each.people)]
        rows.append([each.heard, each.settled, each.locale, *counts])
    return _csv(names, rows)


def own_csv(own: Iterable[OwnFigures]) -> str:
    """Return a person's own figures as CSV."""
    rows = []
    for line in own:
        rows.append([own_name(line), str(line.answered), str(line.same)])
    return _csv(["difficulty", "answered", "same"], rows)


def own_name(line: OwnFigures) -> str:
    """Return the name of a line of one's own figures."""
    if line.difficulty == ALL_ANSWERS:
        return text("quality.own.all")
    return wording.difficulty_name(line.difficulty)


def _csv(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(csv_lines([names, *rows]))
