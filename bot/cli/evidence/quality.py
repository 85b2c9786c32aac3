"""`help-clip quality`: figures of the work, and the agreement of blind answers."""

from typing import Annotated

import typer

from bot.cli.output import Column, json_text, print_table
from bot.cli.program import open_program
from bot.errors import Invalid
from bot.pages.quality import tables
from bot.pages.wording import figures as wording
from bot.rules.quality.figures import GroupBy
from bot.rules.quality.readings import Readings
from bot.text import text
from bot.usecases.quality.view_quality import (
    PERIODS,
    QualityQuestion,
    Totals,
    operator_totals,
)


def quality(
    desk: Annotated[str, typer.Option(help="A desk's id; else all desks.")] = "",
    weeks: Annotated[int, typer.Option(help="The newest 4, 13, 26 or 52.")] = 13,
    by: Annotated[
        GroupBy, typer.Option(help="What the requests of a line have in common.")
    ] = GroupBy.DESK,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="The figures alone, as CSV.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Agreement alone, as JSON.")
    ] = False,
) -> None:
    """Print how requests ended, how long it took, and how far answers agree."""
    if weeks not in PERIODS:
        raise Invalid(text("cli.quality.weeks"), field="weeks")
    question = QualityQuestion(
        desk=desk,
        weeks=weeks,
        by=by,
    )
    with open_program() as (services, act):
        if desk and desk not in services.desks.desks:
            raise Invalid(text("cli.quality.no_desk"), field="desk")
        totals = operator_totals(services, act, question)
        desks = {each.id: each.name for each in services.desks.desks.values()}
    if as_csv:
        typer.echo(tables.figures_csv(totals.groups, by, desks), nl=False)
        return
    if as_json:
        typer.echo(json_text(_agreement(totals.readings)))
        return
    _print_figures(totals, by, desks)
    typer.echo(_agreement_sentence(totals.readings))


def _print_figures(
    totals: Totals,
    by: GroupBy,
    desks: dict[str, str],
) -> None:
    columns: list[str | Column] = [text(f"quality.by.{by}")]
    for name in ("asked", *tables.FIGURE_COLUMNS):
        column = Column(
            name=text(f"quality.column.{name}"),
            is_number=True,
        )
        columns.append(column)
    rows = []
    for row in tables.figure_rows(totals.groups, by, desks):
        cells = row.cells or ("",) * len(tables.FIGURE_COLUMNS)
        rows.append([row.name, str(row.asked), *cells])
    print_table(
        columns,
        rows,
        caption=text("quality.page.withheld"),
    )


def _agreement_sentence(readings: Readings) -> str:
    found = readings.agreement
    if found is None:
        return text(
            f"quality.too_few.{readings.too_few}",
            requests=readings.requests,
            people=readings.people,
        )
    return text(
        "quality.agreement.alpha",
        alpha=wording.describe_coefficient(found.alpha),
        low=wording.describe_coefficient(found.low),
        high=wording.describe_coefficient(found.high),
    )


def _agreement(readings: Readings) -> dict[str, object]:
    found = readings.agreement
    counts: dict[str, object] = {
        "questions": readings.requests,
        "people": readings.people,
    }
    if found is None:
        return {**counts, "alpha": None, "too_few": readings.too_few}
    return {
        **counts,
        "answers": found.answers,
        "alpha": round(found.alpha, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "pairwise": round(found.pairwise, 4),
    }
