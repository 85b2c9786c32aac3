"""`help-clip audit query`: ask the access log from a shell."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer

from bot.cli.audit import pack, proof
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
)
from bot.cli.output import Column, Row, print_table
from bot.cli.program import open_program
from bot.text import text
from bot.usecases.audit.parse_query import read_question
from bot.usecases.audit.query import query_audit, stream_audit
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.audit.query.formats import csv_lines, json_lines, setting_words
from storage.audit.query.ocsf import ocsf_lines
from storage.audit.query.search import Page, Question
from storage.records import Outcome as OutcomeCode
from storage.records import RecordedEvent

audit_app = typer.Typer(
    help="The access log: who heard what, and proof of it.", no_args_is_help=True
)
audit_app.command("key")(proof.key)
audit_app.command("checkpoint")(proof.checkpoint)
audit_app.command("verify")(proof.verify)
audit_app.command("receipt")(proof.receipt)
audit_app.command("prune")(proof.prune)
audit_app.command("export")(proof.export)
audit_app.command("pack")(pack.pack)
audit_app.command("sign-off")(pack.sign_off)

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
    unusual_filter = ""
    if unusual:
        unusual_filter = "yes"
    filters = {
        "clip": clip,
        "request": request,
        "person": person,
        "desk": desk,
        "action": action,
        "outcome": outcome,
        "unusual": unusual_filter,
        "since": since,
        "until": until,
        "limit": limit,
        "cursor": cursor,
        "order": order,
    }
    with open_program() as (services, act):
        question = read_question(filters, team_id="", now=act.now)
        format_lines = _format(
            as_json=as_json,
            as_csv=as_csv,
            as_ocsf=as_ocsf,
        )
        if format_lines is None:
            found = query_audit(services, act, question, reason)
            _print_page(found.asked_as, found.page)
        else:
            _stream(
                services,
                act,
                question,
                reason,
                format_lines,
            )


def _format(
    *,
    as_json: bool,
    as_csv: bool,
    as_ocsf: bool,
) -> Format | None:
    if as_csv:
        return csv_lines
    if as_ocsf:
        return ocsf_lines
    if as_json:
        return json_lines
    return None


def _stream(
    services: Services,
    act: Act,
    question: Question,
    reason: str,
    format_lines: Format,
) -> None:
    asked_as, events = stream_audit(services, act, question, reason)
    typer.echo(text("cli.audit.this_question_sentence", event=asked_as), err=True)
    for line in format_lines(events):
        typer.echo(line, nl=False)


def _print_page(asked_as: int, page: Page) -> None:
    print_table(
        [
            Column(name=text("cli.audit.id"), is_number=True),
            Column(name=text("cli.audit.time"), wraps=False),
            text("cli.audit.who"),
            text("cli.audit.what"),
            text("cli.audit.about"),
        ],
        [_row(found) for found in page.events],
        title=text("cli.audit.this_question", event=asked_as),
    )
    if page.next_cursor:
        typer.echo(text("cli.audit.more", cursor=page.next_cursor))


def _row(found: RecordedEvent) -> Row:
    event = found.event
    actor = str(event.origin)
    if event.actor:
        actor = event.actor.user_id
    subject = [event.request, event.clip_id, event.desk, setting_words(event.setting)]
    outcome: list[str | None] = []
    if event.outcome is not OutcomeCode.ALLOWED:
        outcome = [event.outcome]
    return Row(
        cells=[
            str(found.id),
            event.at.strftime("%Y-%m-%d %H:%M:%S"),
            _join([actor, event.role]),
            _join([event.action, *outcome, event.rule]),
            _join(subject),
        ],
        style="yellow" if outcome else "",
    )


def _join(parts: Iterable[str | None]) -> str:
    return " ".join(part for part in parts if part)
