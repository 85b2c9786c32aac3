"""`help-clip purge`: delete what is over its time, now."""

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.cli.audit.filters import open_program
from bot.usecases.erasure.purge import Purged
from bot.usecases.erasure.purge import purge as purge_once


def purge() -> None:
    """Delete snippets, keys and answers whose time is over. `serve` does so by itself.

    It may be stopped at any time and goes on where it was. Exit status 1 when something
    could not be deleted.
    """
    total = Purged()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        open_program() as (services, act),
        Progress(*columns, transient=True) as progress,
    ):
        task = progress.add_task("looking", total=None)
        while True:
            gone = purge_once(services, act)
            total += gone
            progress.update(task, description=_said(total))
            if not gone.something:
                break
    typer.echo(f"Deleted: {_said(total)}.")
    if gone.failed:
        typer.echo(f"{gone.failed} could not be deleted; run it again.", err=True)
        raise typer.Exit(1)


def _said(gone: Purged) -> str:
    return f"{gone.snippets} snippets, {gone.keys} keys, the answers of {gone.answers} requests"
