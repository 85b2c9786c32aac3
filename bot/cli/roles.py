"""`help-clip roles`: confirm a change of role holders without an administrator."""

from collections.abc import Iterator
from typing import Annotated

import typer

from bot.cli.program import open_program_in_workspace, operator_act
from bot.config.settings import read_settings
from bot.rules.desks import Holders
from bot.text import text
from bot.usecases.people import role_mapping
from bot.usecases.people.waiting_mapping import WaitingMapping
from bot.wiring import open_services

roles_app = typer.Typer(
    no_args_is_help=True, help="Which roles desks.toml gives, and what waits of it."
)


@roles_app.command("show")
def show() -> None:
    """Show the change that waits, line by line."""
    services = open_services(read_settings(), team_id="")
    try:
        found = role_mapping.view_waiting(services, operator_act())
        is_newer_than_start = role_mapping.count_unconfirmed(services)
    finally:
        services.store.close()
    if found:
        _print_changes(found)
        typer.echo(text("cli.roles.how_to_confirm"))
    elif is_newer_than_start:
        typer.echo(text("cli.roles.restart_first"))
    else:
        typer.echo(text("cli.roles.nothing_waits"))


@roles_app.command("confirm")
def confirm(
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the access log.")],
) -> None:
    """Put the change that waits in force, as an administrator does at /mapping."""
    # The sessions that end with a role belong to the workspace, whose id is needed.
    with open_program_in_workspace() as services:
        found = role_mapping.confirm(services, operator_act(), seen=None, reason=reason)
    _print_changes(found)
    typer.echo(text("cli.roles.in_force"))


def _print_changes(found: WaitingMapping) -> None:
    for change in found.changes:
        for holder in _ids(change.gained):
            typer.echo(f"+ {change.name} {holder}")
        for holder in _ids(change.lost):
            typer.echo(f"- {change.name} {holder}")


def _ids(holders: Holders) -> Iterator[str]:
    yield from sorted(holders.users)
    yield from sorted(holders.groups)
