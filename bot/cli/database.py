"""`help-clip db`: the schema, and a key for the snippets."""

import typer

from bot.config.settings import read_settings
from bot.wiring import prepare_database
from storage.seal import new_master_key

database_app = typer.Typer(help="The database and its keys.", no_args_is_help=True)


@database_app.command("upgrade")
def upgrade_() -> None:
    """Bring the database to the newest schema. Safe to run again."""
    prepare_database(read_settings())
    typer.echo("The database is up to date.")


@database_app.command("key")
def key() -> None:
    """Print a fresh SNIPPET_KEY."""
    typer.echo(new_master_key())
