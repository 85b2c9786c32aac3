"""The audit page: filters in its address, a table with live rows, charts and exports."""

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import PageContext, Visit
from bot.pages.handlers.audit_charts import day_chart, person_bars
from bot.pages.responses import render_json, render_page
from bot.pages.routing import action_route, page_route
from bot.rules.numbers import whole_number
from bot.text import text
from bot.usecases.audit.page import AuditView, view_audit, watch_audit
from bot.usecases.audit.parse_query import FILTERS, as_filters, read_question
from bot.usecases.audit.query import stream_audit
from storage.audit.query.formats import as_row, csv_lines, json_lines, setting_words
from storage.audit.query.ocsf import ocsf_lines
from storage.audit.query.search import Question, first_cursor
from storage.records import Action, Event, Outcome, RecordedEvent

FORMATS = {
    "csv": ("text/csv; charset=utf-8", csv_lines, "csv"),
    "jsonl": ("application/x-ndjson", json_lines, "jsonl"),
    "ocsf": ("application/x-ndjson", ocsf_lines, "ocsf.jsonl"),
}
# Last part of the label's key -> the filters of a question that is asked often.
OFTEN = {
    "heard": {
        "action": "heard",
        "since": "24h",
    },
    "refused": {
        "outcome": "denied",
        "since": "7d",
    },
    "unusual": {"unusual": "yes"},
    "log": {"action": "log"},
    "own": {"person": "me"},
}
_CHUNK_CHARACTERS = 64_000


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes of the audit page."""
    return [
        page_route(context, "/audit", show_log),
        page_route(context, "/audit/live", list_new_events),
        action_route(context, "/audit", ask),
        action_route(context, "/audit/export", export),
    ]


def show_log(visit: Visit) -> Response:
    """GET /audit?clip=...: the address holds the question, so it can be kept and sent.

    A question about one person needs its reason first, and reasons do not belong in
    addresses.
    """
    filters = dict(visit.request.query_params)
    return _render_log(
        visit,
        filters,
        reason="",
        case="",
    )


def ask(visit: Visit) -> Response:
    """POST /audit: the same, with the reason and the case, which no address may hold."""
    return _render_log(
        visit,
        _filters_of_form(visit),
        reason=visit.form.get("reason", ""),
        case=visit.form.get("case", ""),
    )


def list_new_events(visit: Visit) -> Response:
    """GET /audit/live?asked=7&cursor=...: the events since the cursor, as JSON.

    `asked` is the number of the event that recorded the question.
    """
    query = visit.request.query_params
    asked = query.get("asked", "")
    cursor = query.get("cursor", "")
    event_id = whole_number(asked)
    if event_id is None:
        raise Invalid(text("audit.page.ask_again"), field="asked")
    found = watch_audit(
        visit.services,
        visit.act,
        event_id,
        cursor,
    )
    if found.events:
        cursor = first_cursor(found, visit.act.now)
    rows = [_row(event) for event in found.events]
    return render_json(
        {
            "rows": rows,
            "cursor": cursor,
        }
    )


def export(visit: Visit) -> Response:
    """POST /audit/export: a stream of all events that match the question."""
    filters = _filters_of_form(visit)
    filters.pop("cursor", None)
    format_name = visit.form.get("format", "")
    kind, lines, extension = FORMATS.get(format_name, FORMATS["csv"])
    asked_as, events = stream_audit(
        visit.services,
        visit.act,
        _question(visit, filters),
        visit.form.get("reason", ""),
    )
    name = f"access-log-{visit.act.now:%Y%m%d}-{asked_as}.{extension}"
    return StreamingResponse(
        _chunks(lines(events)),
        media_type=kind,
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
            "x-asked-as": str(asked_as),
        },
    )


def _filters_of_form(visit: Visit) -> dict[str, str]:
    return {name: visit.form[name] for name in FILTERS if name in visit.form}


def _question(
    visit: Visit,
    filters: dict[str, str],
) -> Question:
    return read_question(
        filters,
        team_id=visit.services.team_id,
        now=visit.act.now,
        me=visit.person,
    )


def _render_log(
    visit: Visit,
    filters: dict[str, str],
    *,
    reason: str,
    case: str,
) -> Response:
    view: AuditView | None = None
    problem: Invalid | None = None
    kept: dict[str, str] = {}
    try:
        question = _question(visit, filters)
        if not _needs_reason(visit, question, reason):
            view = view_audit(
                visit.services,
                visit.act,
                question,
                reason,
                case,
            )
        kept = as_filters(question)
    except Invalid as error:
        problem = error
    return render_page(
        visit,
        "audit.html",
        422 if problem else 200,
        view=view,
        problem=problem,
        filters={name: filters.get(name, "") for name in FILTERS},
        kept=kept,
        reason=reason,
        case=case,
        often=OFTEN,
        formats=list(FORMATS),
        actions=list(Action),
        outcomes=list(Outcome),
        **_answer_values(view, kept),
    )


def _answer_values(
    view: AuditView | None,
    kept: dict[str, str],
) -> dict[str, Any]:
    """Return the table, its pager and its charts; all empty without an answer."""
    values: dict[str, Any] = {
        "rows": [],
        "links": {},
        "days": None,
        "people": [],
    }
    if view is None:
        return values
    values["rows"] = [_row(event) for event in view.page.events]
    values["links"] = _links(kept, view)
    if view.summary:
        values["days"] = day_chart(view.summary)
        values["people"] = person_bars(view.summary)
    return values


def _needs_reason(
    visit: Visit,
    question: Question,
    reason: str,
) -> bool:
    if question.person is None:
        return False
    if question.person == visit.person:
        return False
    return not reason.strip()


def _links(
    kept: dict[str, str],
    view: AuditView,
) -> dict[str, dict[str, str]]:
    """Return the filters of the page before and of the page after, where there is one."""
    links = {}
    if view.page.previous_cursor:
        links["newer"] = {
            **kept,
            "cursor": view.page.previous_cursor,
        }
    if view.page.next_cursor:
        links["older"] = {
            **kept,
            "cursor": view.page.next_cursor,
        }
    return links


def _row(found: RecordedEvent) -> dict[str, str]:
    """Return one row of the table, with a text for each field."""
    event = found.event
    row = as_row(found)
    person = event.actor.user_id if event.actor else ""
    return {
        "id": str(found.id),
        "at": event.at.strftime("%Y-%m-%d %H:%M:%S"),
        "who": person or "help-clip",
        "person": person,
        "role": (event.role or "").replace("_", " "),
        "action": event.action,
        "outcome": event.outcome,
        "notes": ", ".join(_notes(event)),
        "request": event.request or "",
        "clip": event.clip_id or "",
        "desk": event.desk or "",
        "about": row.get("subject_user", ""),
    }


def _notes(event: Event) -> list[str]:
    notes = []
    if event.rule:
        notes.append(event.rule.replace("_", " "))
    if event.setting:
        notes.append(setting_words(event.setting))
    played_ms = event.numbers.get("played_ms")
    if played_ms is not None:
        seconds = f"{played_ms / 1000:.1f}"
        notes.append(text("audit.page.seconds", seconds=seconds))
    loops = event.numbers.get("loops")
    if loops:
        notes.append(text("audit.note.loops", count=loops))
    return notes


def _chunks(lines: Iterator[str]) -> Iterator[str]:
    # A write for each line would cost more than the making of the line.
    kept: list[str] = []
    size = 0
    for line in lines:
        kept.append(line)
        size += len(line)
        if size >= _CHUNK_CHARACTERS:
            yield "".join(kept)
            kept = []
            size = 0
    yield "".join(kept)
