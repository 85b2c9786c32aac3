"""What the audit commands share: the filters as options, and who acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bot.config.settings import read_settings
from bot.usecases.context import Act
from bot.usecases.people import role_mapping
from bot.usecases.services import Services
from bot.wiring import open_services, utc_now
from storage.records import Origin

Clip = Annotated[str, typer.Option(help="A clip's id.")]
Request = Annotated[str, typer.Option(help="HC-1042")]
Person = Annotated[str, typer.Option(help="A Slack user id.")]
Desk = Annotated[str, typer.Option(help="A desk's id.")]
Action = Annotated[str, typer.Option(help="snippet.heard,... or: heard, log")]
Outcome = Annotated[str, typer.Option(help="allowed, denied, failed")]
Since = Annotated[str, typer.Option(help="2026-03-31, 2026-03-31T09:30 or 7d")]
Until = Annotated[str, typer.Option(help="As --since.")]
Reason = Annotated[str, typer.Option(help="Why; needed for questions about a person.")]


@contextmanager
def open_program() -> Iterator[tuple[Services, Act]]:
    """The collaborators, and an act of whoever sits at this shell."""
    services = open_services(read_settings(), team_id="")
    try:
        role_mapping.follow(services)
        yield services, Act(person=None, origin=Origin.CLI, now=utc_now())
    finally:
        services.store.close()
