"""`help-clip drill`: who comes, and how fast?"""

import contextlib

import typer

from bot.config.settings import read_settings
from bot.usecases.context import Act
from bot.usecases.distress.drill import drill as start
from bot.wiring import open_services, open_slack, utc_now
from storage.records import Origin


def drill() -> None:
    """Call the safety officers as for a stopped recording; who comes is told that it is
    a drill.
    """
    settings = read_settings()
    _, identity = open_slack(settings)
    services = open_services(settings, team_id=identity.team_id or "")
    with contextlib.closing(services.store):
        case = start(services, Act(person=None, origin=Origin.CLI, now=utc_now()))
    typer.echo(
        f"Drill {case.id} has begun: the officers are called while `help-clip serve` runs."
    )
