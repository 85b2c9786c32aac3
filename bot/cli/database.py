"""`help-clip db`: the schema, and the keys of the snippets."""

from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.cli.audit.proof import open_anchors, read_log_keys
from bot.cli.program import open_program
from bot.config.settings import read_settings
from bot.text import text
from bot.usecases.audit.restored import record_restore
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


@database_app.command("restored")
def record_restored_database(
    reason: Annotated[str, typer.Option(help="Why it was restored. It is on record.")],
) -> None:
    """Record that the database was restored from a backup; the log goes on afterwards.

    Run it once, before help-clip starts. Names and numbers of the lost time are not
    given again, and waiting messages are looked for in Slack before they are posted.
    """
    settings = read_settings()
    prepare_database(settings)
    with open_program() as (services, act):
        restore = record_restore(
            services,
            act,
            read_log_keys(settings),
            open_anchors(settings),
            reason=reason,
        )
    typer.echo(text("cli.db.restored", size=restore.size, lost=restore.lost))


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
