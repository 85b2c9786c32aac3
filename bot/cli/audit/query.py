"""`help-clip audit`: ask the access log from a shell."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.audit import proof
from bot.cli.audit.filters import (
    Action,
    Clip,
    Desk,
    Outcome,
    Person,
    Reason,
    Request,
    Since,
    Until,
    open_program,
)
from bot.usecases.audit.parse_query import read_question
from bot.usecases.audit.query import query_audit, stream_audit
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.audit.query.formats import csv_lines, json_lines, setting_words
from storage.audit.query.ocsf import ocsf_lines
from storage.audit.query.search import Page, Question
from storage.records import RecordedEvent
from tools.audit_bench import command

audit_app = typer.Typer(
    help="The access log: who heard what, and proof of it.", no_args_is_help=True
)
audit_app.command("key")(proof.key)
audit_app.command("checkpoint")(proof.checkpoint)
audit_app.command("verify")(proof.verify)
audit_app.command("receipt")(proof.receipt)
audit_app.command("prune")(proof.prune)
audit_app.command("export")(proof.export)
audit_app.command("bench")(command.bench)

Format = Callable[[Iterable[RecordedEvent]], Iterator[str]]


@audit_app.command("query")
def query(
    clip: Clip = "",
    request: Request = "",
    person: Person = "",
    desk: Desk = "",
    action: Action = "",
    outcome: Outcome = "",
    unusual: Annotated[
        bool,
        typer.Option(
            help="Only plays that were unmasked, less disguised, or very long."
        ),
    ] = False,
    since: Since = "",
    until: Until = "",
    reason: Reason = "",
    limit: Annotated[str, typer.Option(help="Events a page, at most 500.")] = "",
    cursor: Annotated[str, typer.Option(help="Continue a page.")] = "",
    order: Annotated[str, typer.Option(help="newest or oldest")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="All events, JSON Lines.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="All events, CSV.")] = False,
    as_ocsf: Annotated[
        bool, typer.Option("--ocsf", help="All events, OCSF 6006.")
    ] = False,
) -> None:
    """Ask who heard a clip, what a person did, what happened to a request.

    The question is on record first.
    """
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
        if as_json or as_csv or as_ocsf:
            format_ = csv_lines if as_csv else ocsf_lines if as_ocsf else json_lines
            _stream(services, act, question, reason, format_)
        else:
            found = query_audit(services, act, question, reason)
            _show(found.asked_as, found.page)


def _stream(
    services: Services, act: Act, question: Question, reason: str, format_: Format
) -> None:
    asked_as, events = stream_audit(services, act, question, reason)
    typer.echo(f"This question is event {asked_as}.", err=True)
    for line in format_(events):
        typer.echo(line, nl=False)


def _show(asked_as: int, page: Page) -> None:
    table = Table(title=f"This question is event {asked_as}", title_justify="left")
    table.add_column("id", justify="right")
    table.add_column("time (UTC)", no_wrap=True)
    for name in ("who", "what", "about"):
        table.add_column(name, overflow="fold")
    for found in page.events:
        event = found.event
        allowed = event.outcome == "allowed"
        table.add_row(
            str(found.id),
            event.at.strftime("%Y-%m-%d %H:%M:%S"),
            _words(event.actor.user_id if event.actor else event.origin, event.role),
            _words(event.action, None if allowed else event.outcome, event.rule),
            _words(
                event.request, event.clip_id, event.desk, setting_words(event.setting)
            ),
            style=None if allowed else "yellow",
        )
    Console().print(table)
    if page.next_cursor:
        typer.echo(f"More: --cursor {page.next_cursor}")


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
