"""`help-clip roles`: a change of who holds a role, where no administrator can confirm
it.
"""

import contextlib
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.config.settings import read_settings
from bot.rules.desks import Holders
from bot.usecases.context import Act
from bot.usecases.people import role_mapping
from bot.usecases.people.role_mapping import Waiting
from bot.usecases.services import Services
from bot.wiring import open_services, open_slack, utc_now
from storage.records import Origin

roles_app = typer.Typer(
    no_args_is_help=True, help="What desks.toml gives, and what waits of it."
)


@roles_app.command("show")
def show() -> None:
    """Show the change that waits, line by line."""
    services = open_services(read_settings(), team_id="")
    with contextlib.closing(services.store):
        found = role_mapping.waiting(services, _act())
        unknown = role_mapping.unconfirmed(services)
    if found:
        for line in _lines(found):
            typer.echo(line)
        typer.echo(
            "An administrator confirms it at /mapping, or: help-clip roles confirm"
        )
    elif unknown:
        typer.echo(
            "desks.toml has changed since help-clip was started. Restart it, then look."
        )
    else:
        typer.echo("Nothing waits: what desks.toml gives is in force.")


@roles_app.command("confirm")
def confirm(
    reason: Annotated[str, typer.Option(help="Why; it is kept beside the access log.")],
) -> None:
    """Put the change that waits in force. An administrator does the same at
    /mapping.
    """
    with _program() as services:
        found = role_mapping.confirm(services, _act(), seen=None, reason=reason)
    for line in _lines(found):
        typer.echo(line)
    typer.echo("In force. Running replicas follow within 15 seconds.")


@contextlib.contextmanager
def _program() -> Iterator[Services]:
    settings = read_settings()
    _, identity = open_slack(
        settings
    )  # whose sessions end is told by the workspace's id
    services = open_services(
        settings, team_id=identity.team_id or "", enterprise_id=identity.enterprise_id
    )
    with contextlib.closing(services.store):
        yield services


def _act() -> Act:
    return Act(person=None, origin=Origin.CLI, now=utc_now())


def _lines(found: Waiting) -> Iterator[str]:
    for change in found.changes:
        yield from (f"+ {change.name} {who}" for who in _ids(change.gained))
        yield from (f"- {change.name} {who}" for who in _ids(change.lost))


def _ids(who: Holders) -> list[str]:
    return [*sorted(who.users), *sorted(who.groups)]
