"""`help-clip db`: the schema, and the keys of the snippets."""

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.cli.program import open_program
from bot.config.settings import read_settings
from bot.text import text
from bot.usecases.erasure import rotate_keys as rotation
from bot.wiring import prepare_database
from storage.seal import new_master_key

database_app = typer.Typer(help="The database and its keys.", no_args_is_help=True)


@database_app.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest schema. Safe to run again."""
    prepare_database(read_settings())
    typer.echo(text("cli.db.upgraded"))


@database_app.command("key")
def print_key() -> None:
    """Print a fresh SNIPPET_KEY."""
    typer.echo(new_master_key())


@database_app.command("rotate-keys")
def rotate_keys() -> None:
    """Wrap every clip's key with the first key of SNIPPET_KEY.

    The command may be stopped at any time and continues at its next run. Exit status 1
    when no key of SNIPPET_KEY opens some of them.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        open_program() as (services, act),
        Progress(*columns, transient=True) as progress,
    ):
        counts = rotation.count_keys(services)
        task = progress.add_task(
            text("cli.db.rotating"), total=counts.of_another + counts.of_unknown
        )
        rotated = rotation.rotate_keys(
            services, act, lambda done: progress.update(task, completed=done)
        )
        has_former_keys = services.snippet_key.has_former_keys
    typer.echo(text("cli.db.rotated", count=rotated.wrapped))
    if rotated.unreadable:
        typer.echo(text("cli.db.unreadable", count=rotated.unreadable), err=True)
        raise typer.Exit(1)
    if has_former_keys:
        typer.echo(text("cli.db.former_keys"))
