"""`help-clip tasks`: tasks that were given up, or that fail and wait."""

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.output import Column, json_text, print_table
from bot.cli.program import open_program
from bot.rules.numbers import MAX_STORED
from bot.text import text
from bot.usecases.tasks import given_up
from storage.records import request_name
from storage.records.outbox import GivenUpTask

tasks_app = typer.Typer(
    help="Tasks that help-clip gave up: list, show, retry, drop.",
    no_args_is_help=True,
)

_COLUMNS = ("task", "kind", "request", "desk", "tries", "reason", "since", "given_up")
_Number = Annotated[
    int, typer.Argument(min=1, max=MAX_STORED, help="The number of the task.")
]
_Json = Annotated[bool, typer.Option("--json", help="JSON lines.")]


@tasks_app.command("list")
def list_tasks(
    failing: Annotated[
        bool,
        typer.Option("--failing", help="List tasks that fail and are tried again."),
    ] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=MAX_STORED, help="How many at most.")
    ] = 100,
    as_json: _Json = False,
) -> None:
    """List the tasks that were given up, newest first."""
    with open_program() as (services, _), services.store.read() as tx:
        if failing:
            found = tx.given_up_tasks.failing(limit)
        else:
            found = tx.given_up_tasks.newest(limit)
    if as_json:
        for task in found:
            typer.echo(json_text(_document(task)))
        return
    if not found:
        typer.echo(text("cli.tasks.none"))
        return
    print_table(_columns(), [_cells(task) for task in found])


@tasks_app.command("show")
def show_task(number: _Number, as_json: _Json = False) -> None:
    """Show one task."""
    with open_program() as (services, _):
        task = given_up.find(services, number)
    if as_json:
        typer.echo(json_text(_document(task)))
        return
    print_table(_columns(), [_cells(task)])


@tasks_app.command("retry")
def retry_task(number: _Number) -> None:
    """Let a task that was given up be performed again. This is on record."""
    with open_program() as (services, act):
        given_up.retry(services, act, number)
    typer.echo(text("cli.tasks.retried", number=number))


@tasks_app.command("drop")
def drop_task(number: _Number) -> None:
    """Drop a task that was given up, for good. This is on record."""
    with open_program() as (services, act):
        given_up.drop(services, act, number)
    typer.echo(text("cli.tasks.dropped", number=number))


def _columns() -> list[Column]:
    columns = []
    for name in _COLUMNS:
        title = text(f"cli.tasks.{name}")
        columns.append(Column(name=title, is_number=name in ("task", "tries")))
    return columns


def _document(task: GivenUpTask) -> dict[str, Any]:
    """Return what is shown of a task: no clip, no person and no word."""
    return {
        "task": task.id,
        "kind": task.task,
        "request": _request(task),
        "desk": task.desk,
        "tries": task.attempts,
        "reason": task.failure,
        "since": _time(task.enqueued_at),
        "due": _time(task.due_at),
        "given_up": _time(task.given_up_at),
    }


def _cells(task: GivenUpTask) -> list[str]:
    document = _document(task)
    return [_cell(document[name]) for name in _COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value)


def _request(task: GivenUpTask) -> str | None:
    if task.request_id is None:
        return None
    return request_name(task.request_id)


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.isoformat(timespec="seconds")
