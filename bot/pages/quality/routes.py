"""The page of quality figures: one's own first, then a lead's totals, each as CSV too."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import NotFound
from bot.pages.context import PageContext, Visit
from bot.pages.quality import tables
from bot.pages.responses import render_page
from bot.pages.routing import page_route
from bot.rules.numbers import whole_number
from bot.rules.quality.figures import GroupBy
from bot.text import text
from bot.usecases.quality.view_quality import (
    PERIODS,
    QualityQuestion,
    export_figures,
    export_readings,
    view_own,
    view_quality,
)


def routes(context: PageContext) -> list[BaseRoute]:
    """Return the routes of the quality figures."""
    return [
        page_route(context, "/quality", show_quality),
        page_route(context, "/quality/export", export_table),
    ]


def show_quality(visit: Visit) -> Response:
    """GET /quality: one's own figures, and the totals of the desks that one leads."""
    question = read_question(visit)
    view = view_quality(visit.services, visit.act, question)
    desks = desk_names(visit)
    rows: list[tables.FigureRow] = []
    if view.totals is not None:
        rows = tables.figure_rows(view.totals.groups, question.by, desks)
    return render_page(
        visit,
        "quality.html",
        view=view,
        question=question,
        periods=PERIODS,
        groups=list(GroupBy),
        rows=rows,
        columns=tables.FIGURE_COLUMNS,
        own_name=tables.own_name,
        query=urlencode(_address_of(question)),
    )


def export_table(visit: Visit) -> Response:
    """GET /quality/export?table=figures: one of the tables of the page as CSV."""
    name = visit.request.query_params.get("table", "")
    make = _TABLES.get(name)
    if make is None:
        raise NotFound(text("pages.error.no_page"))
    return Response(
        make(visit, read_question(visit)),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="quality-{name}.csv"',
            "cache-control": "no-store",
        },
    )


def read_question(visit: Visit) -> QualityQuestion:
    """Return the question of the address; a malformed value narrows nothing."""
    given = visit.request.query_params
    standard = QualityQuestion()
    weeks = whole_number(given.get("weeks"), max(PERIODS))
    if weeks not in PERIODS:
        weeks = standard.weeks
    desk = given.get("desk", "")
    if desk not in visit.services.desks.desks:
        desk = ""
    by = given.get("by", "")
    if by not in list(GroupBy):
        by = standard.by
    return QualityQuestion(
        desk=desk,
        weeks=weeks,
        by=GroupBy(by),
    )


def desk_names(visit: Visit) -> dict[str, str]:
    """Return the names of all desks by their ids."""
    return {desk.id: desk.name for desk in visit.services.desks.desks.values()}


def _address_of(question: QualityQuestion) -> dict[str, str]:
    return {
        "desk": question.desk,
        "weeks": str(question.weeks),
        "by": str(question.by),
    }


def _own(visit: Visit, question: QualityQuestion) -> str:
    return tables.own_csv(view_own(visit.services, visit.act, question))


def _figures(visit: Visit, question: QualityQuestion) -> str:
    groups = export_figures(visit.services, visit.act, question)
    return tables.figures_csv(groups, question.by, desk_names(visit))


def _agreement(visit: Visit, question: QualityQuestion) -> str:
    readings = export_readings(visit.services, visit.act, question)
    return tables.agreement_csv(readings)


def _confusions(visit: Visit, question: QualityQuestion) -> str:
    readings = export_readings(visit.services, visit.act, question)
    return tables.confusions_csv(readings.confusions)


_TABLES: Mapping[str, Callable[[Visit, QualityQuestion], str]] = {
    "own": _own,
    "figures": _figures,
    "agreement": _agreement,
    "confusions": _confusions,
}
