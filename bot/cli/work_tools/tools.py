"""`help-clip tools`: the tokens with which work tools call the API."""

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.output import Column, json_text, print_table
from bot.cli.program import open_program
from bot.rules.work_tools.tokens import CALLS_PER_MINUTE
from bot.text import text
from bot.usecases.work_tools import manage
from storage.records import WorkTool

tools_app = typer.Typer(
    help="Work tools that may call the API: create, list, revoke.",
    no_args_is_help=True,
)

_COLUMNS = ("name", "desks", "state", "made", "expires", "used")
_Name = Annotated[str, typer.Argument(help="The name of the tool.")]
_Reason = Annotated[str, typer.Option(help="Why; it is kept beside the access log.")]


@tools_app.command("create")
def create(
    name: _Name,
    desk: Annotated[
        list[str], typer.Option(help="A desk on which it acts; give it once for each.")
    ],
    reason: _Reason,
    days: Annotated[int, typer.Option(help="For how many days the token works.")] = 90,
    calls_per_minute: Annotated[
        int, typer.Option(help="How many calls a minute it may make.")
    ] = CALLS_PER_MINUTE,
) -> None:
    """Make a work tool and print its token, once."""
    order = manage.Order(
        name=name,
        desks=desk,
        days=days,
        reason=reason,
        calls_per_minute=calls_per_minute,
    )
    with open_program() as (services, act):
        made = manage.make(services, act, order)
    typer.echo(text("work_tools.cli.token", name=name, token=made.token))
    typer.echo(text("work_tools.cli.shown_once"))


@tools_app.command("list")
def list_tools(
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines.")] = False,
) -> None:
    """List all work tools, revoked ones too, without their tokens."""
    with open_program() as (services, act):
        found = manage.list_tools(services, act)
    if as_json:
        for tool in found:
            typer.echo(json_text(_document(tool, act.now)))
        return
    if not found:
        typer.echo(text("work_tools.cli.none"))
        return
    columns = [Column(name=text(f"work_tools.cli.column_{name}")) for name in _COLUMNS]
    print_table(columns, [_cells(tool, act.now) for tool in found])


@tools_app.command("revoke")
def revoke(name: _Name, reason: _Reason) -> None:
    """Revoke a work tool; its token opens nothing any more."""
    with open_program() as (services, act):
        manage.revoke(services, act, name, reason)
    typer.echo(text("work_tools.cli.revoked", name=name))


def _document(tool: WorkTool, now: datetime) -> dict[str, Any]:
    return {
        "name": tool.name,
        "desks": sorted(tool.desks),
        "state": _state(tool, now),
        "made": _time(tool.made_at),
        "expires": _time(tool.expires_at),
        "used": _time(tool.used_at),
    }


def _cells(tool: WorkTool, now: datetime) -> list[str]:
    document = _document(tool, now)
    document["desks"] = ", ".join(document["desks"])
    return [str(document[name] or "") for name in _COLUMNS]


def _state(tool: WorkTool, now: datetime) -> str:
    if tool.revoked_at is not None:
        return text("work_tools.cli.ended")
    if now >= tool.expires_at:
        return text("work_tools.cli.expired")
    return text("work_tools.cli.in_use")


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.isoformat(timespec="seconds")
