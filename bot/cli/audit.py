"""`help-clip audit`: ask the access log from a shell."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.settings import read_settings
from bot.usecases.audit_question import read_question
from bot.usecases.query_audit import query_audit, stream_audit
from bot.usecases.services import Act, Services
from bot.wiring import open_services, utc_now
from storage.audit.formats import csv_lines, json_lines
from storage.audit.query import Page, Question
from storage.records import Origin, Outcome

audit_app = typer.Typer(
    help="The access log: who heard what, and proof of it.", no_args_is_help=True
)

Text = Annotated[str, typer.Option()]


@contextmanager
def open_program() -> Iterator[tuple[Services, Act]]:
    """The collaborators, and an act of whoever sits at this shell."""
    services = open_services(read_settings(), team_id="")
    try:
        yield services, Act(person=None, origin=Origin.CLI, now=utc_now())
    finally:
        services.store.close()


@audit_app.command("query")
def query(
    clip: Text = "",
    request: Annotated[str, typer.Option(help="HC-1042")] = "",
    person: Annotated[str, typer.Option(help="Slack user id")] = "",
    desk: Text = "",
    action: Annotated[str, typer.Option(help="snippet.heard,... or: heard, log")] = "",
    outcome: Annotated[str, typer.Option(help="allowed, denied, failed")] = "",
    unusual: Annotated[bool, typer.Option(help="Only plays that went on for very long.")] = False,
    since: Annotated[str, typer.Option(help="2026-03-31, 2026-03-31T09:30 or 7d")] = "",
    until: Text = "",
    reason: Annotated[str, typer.Option(help="Why; needed for questions about a person.")] = "",
    limit: Annotated[str, typer.Option(help="Events a page, at most 500.")] = "",
    cursor: Annotated[str, typer.Option(help="Continue a page.")] = "",
    order: Annotated[str, typer.Option(help="newest or oldest")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="All events, JSON Lines.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="All events, CSV.")] = False,
) -> None:
    """Ask who heard a clip, what a person did, what happened to a request. The question is on
    record first."""
    filters = {
        "clip": clip,
        "request": request,
        "person": person,
        "desk": desk,
        "action": action,
        "outcome": outcome,
        "unusual": "yes" if unusual else "",
        "since": since,
        "until": until,
        "limit": limit,
        "cursor": cursor,
        "order": order,
    }
    with open_program() as (services, act):
        question = read_question(filters, team_id="", now=act.now)
        if as_json or as_csv:
            _stream(services, act, question, reason, as_csv=as_csv)
        else:
            found = query_audit(services, act, question, reason)
            _show(found.asked_as, found.page)


def _stream(services: Services, act: Act, question: Question, reason: str, *, as_csv: bool) -> None:
    asked_as, events = stream_audit(services, act, question, reason)
    typer.echo(f"This question is event {asked_as}.", err=True)
    for line in (csv_lines if as_csv else json_lines)(events):
        typer.echo(line, nl=False)


def _show(asked_as: int, page: Page) -> None:
    table = Table(title=f"This question is event {asked_as}", title_justify="left")
    table.add_column("id", justify="right")
    table.add_column("time (UTC)", no_wrap=True)
    for name in ("who", "what", "about"):
        table.add_column(name, overflow="fold")
    for found in page.events:
        event = found.event
        allowed = event.outcome is Outcome.ALLOWED
        table.add_row(
            str(found.id),
            event.at.strftime("%Y-%m-%d %H:%M:%S"),
            _words(event.actor.user_id if event.actor else event.origin, event.role),
            _words(event.action, None if allowed else event.outcome, event.rule),
            _words(event.request, event.clip_id, event.desk),
            style=None if allowed else "yellow",
        )
    Console().print(table)
    if page.next_cursor:
        typer.echo(f"More: --cursor {page.next_cursor}")


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
