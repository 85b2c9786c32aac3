"""`help-clip purge`: delete everything that is over its retention time, now."""

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.cli.program import open_program
from bot.text import text
from bot.usecases.erasure.purge import Purged
from bot.usecases.erasure.purge import purge as purge_once


def purge() -> None:
    """Delete snippets, keys and answers whose time is over. `serve` does so by itself.

    The command may be stopped at any time and continues at its next run. Exit status 1
    when something could not be deleted.
    """
    total = Purged()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        open_program() as (services, act),
        Progress(*columns, transient=True) as progress,
    ):
        task = progress.add_task(text("cli.purge.looking"), total=None)
        while True:
            purged = purge_once(services, act)
            total += purged
            progress.update(task, description=_count("cli.purge.so_far", total))
            if not purged.something:
                break
    typer.echo(_count("cli.purge.deleted", total))
    if purged.failed:
        typer.echo(text("cli.purge.failed", count=purged.failed), err=True)
        raise typer.Exit(1)


def _count(key: str, purged: Purged) -> str:
    return text(
        key,
        snippets=purged.snippets,
        keys=purged.keys,
        answers=purged.answers,
    )
