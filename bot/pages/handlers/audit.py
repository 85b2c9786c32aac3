"""The audit page: filters in its address, a table that can go on by itself, charts,
exports.
"""

from collections.abc import Iterator
from datetime import datetime

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import Site, Visit
from bot.pages.handlers.audit_charts import day_chart, person_bars
from bot.pages.responses import html, json
from bot.pages.routing import action, page
from bot.usecases.audit.page import AuditView, view_audit, watch_audit
from bot.usecases.audit.parse_query import FILTERS, as_filters, read_question
from bot.usecases.audit.query import stream_audit
from storage.audit.query.formats import as_row, csv_lines, json_lines, setting_words
from storage.audit.query.ocsf import ocsf_lines
from storage.audit.query.search import Question, first_cursor
from storage.records import Action, Outcome, RecordedEvent

FORMATS = {
    "csv": ("text/csv; charset=utf-8", csv_lines, "csv"),
    "jsonl": ("application/x-ndjson", json_lines, "jsonl"),
    "ocsf": ("application/x-ndjson", ocsf_lines, "ocsf.jsonl"),
}
OFTEN = (
    ("Heard today", {"action": "heard", "since": "24h"}),
    ("Refused this week", {"outcome": "denied", "since": "7d"}),
    ("Unusual plays", {"unusual": "yes"}),
    ("Who asked the log", {"action": "log"}),
    ("My own record", {"person": "me"}),
)
_CHUNK = 64_000  # characters


def routes(site: Site) -> list[BaseRoute]:
    """All routes of the audit page."""
    return [
        page(site, "/audit", show),
        page(site, "/audit/live", live),
        action(site, "/audit", ask),
        action(site, "/audit/export", export),
    ]


def show(visit: Visit) -> Response:
    """GET /audit?clip=...: the question is its address, so it can be kept and sent.

    A question about one person asks for its reason first; reasons do not belong in
    addresses.
    """
    filters = dict(visit.request.query_params)
    return _page(visit, filters, reason="", case="")


def ask(visit: Visit) -> Response:
    """POST /audit: the same, with what must not be in an address."""
    filters = {name: visit.form[name] for name in FILTERS if name in visit.form}
    return _page(
        visit,
        filters,
        reason=visit.form.get("reason", ""),
        case=visit.form.get("case", ""),
    )


def live(visit: Visit) -> Response:
    """GET /audit/live?asked=7&cursor=...: what came since, for a question asked
    before.
    """
    query = visit.request.query_params
    asked = query.get("asked", "")
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 18:
        raise Invalid("Ask the question again.", field="asked")
    found = watch_audit(visit.services, visit.act, int(asked), query.get("cursor", ""))
    newest = (
        first_cursor(found, visit.act.now) if found.events else query.get("cursor", "")
    )
    return json({"rows": [_row(event) for event in found.events], "cursor": newest})


def export(visit: Visit) -> Response:
    """POST /audit/export: everything the question asks about, streamed."""
    filters = {name: visit.form[name] for name in FILTERS if name in visit.form}
    filters.pop("cursor", None)
    kind, lines, ending = FORMATS.get(visit.form.get("format", ""), FORMATS["csv"])
    asked_as, events = stream_audit(
        visit.services,
        visit.act,
        _question(visit, filters),
        visit.form.get("reason", ""),
    )
    name = f"access-log-{visit.act.now:%Y%m%d}-{asked_as}.{ending}"
    return StreamingResponse(
        _chunks(lines(events)),
        media_type=kind,
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
            "x-asked-as": str(asked_as),
        },
    )


def _question(visit: Visit, filters: dict[str, str]) -> Question:
    return read_question(
        filters, team_id=visit.services.team_id, now=visit.act.now, me=visit.person
    )


def _page(visit: Visit, filters: dict[str, str], *, reason: str, case: str) -> Response:
    view: AuditView | None = None
    problem: Invalid | None = None
    question = Question()
    try:
        question = _question(visit, filters)
        if not _waits_for_reason(visit, question, reason):
            view = view_audit(visit.services, visit.act, question, reason, case)
    except Invalid as error:
        problem = error
    summary = view.summary if view else None
    return html(
        visit,
        "audit.html",
        422 if problem else 200,
        view=view,
        problem=problem,
        filters={name: filters.get(name, "") for name in FILTERS},
        kept=as_filters(question) if problem is None else {},
        reason=reason,
        case=case,
        rows=[_row(event) for event in view.page.events] if view else [],
        links=_links(question, view) if view else {},
        needs_post=bool(reason or case),
        days=day_chart(summary) if summary else None,
        people=person_bars(summary) if summary else [],
        often=OFTEN,
        actions=list(Action),
        outcomes=list(Outcome),
    )


def _waits_for_reason(visit: Visit, question: Question, reason: str) -> bool:
    about = question.person
    return about is not None and about != visit.person and not reason.strip()


def _links(question: Question, view: AuditView) -> dict[str, dict[str, str]]:
    """The filters of the pages before and after."""
    kept = as_filters(question)
    cursors = {"newer": view.page.previous_cursor, "older": view.page.next_cursor}
    return {
        name: {**kept, "cursor": cursor} for name, cursor in cursors.items() if cursor
    }


def _row(found: RecordedEvent) -> dict[str, str]:
    """One line of the table."""
    event, row = found.event, as_row(found)
    played = event.numbers.get("played_ms")
    notes = [
        *([event.rule.replace("_", " ")] if event.rule else []),
        *([setting_words(event.setting)] if event.setting else []),
        *([f"{played / 1000:.1f} s"] if played is not None else []),
        *([f"{event.numbers['loops']} loops"] if event.numbers.get("loops") else []),
    ]
    return {
        "id": str(found.id),
        "at": _moment(event.at),
        "who": event.actor.user_id if event.actor else "help-clip",
        "person": event.actor.user_id if event.actor else "",
        "role": (event.role or "").replace("_", " "),
        "action": event.action,
        "outcome": event.outcome,
        "notes": ", ".join(notes),
        "request": event.request or "",
        "clip": event.clip_id or "",
        "desk": event.desk or "",
        "about": row.get("subject_user", ""),
    }


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _chunks(lines: Iterator[str]) -> Iterator[str]:
    # One write a line would cost more than making the line.
    kept: list[str] = []
    size = 0
    for line in lines:
        kept.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield "".join(kept)
            kept, size = [], 0
    yield "".join(kept)
