"""`help-clip drill`: measure which safety officers come, and how fast."""

import typer

from bot.cli.program import open_program_in_workspace, operator_act
from bot.text import text
from bot.usecases.distress.drill import start_drill as start_drill


def drill() -> None:
    """Call the safety officers as for a stopped recording.

    The officer who comes learns that it is a drill.
    """
    with open_program_in_workspace() as services:
        case = start_drill(services, operator_act())
    typer.echo(text("cli.drill.begun", number=case.id))
