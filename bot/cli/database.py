"""`help-clip db`: the schema, and a key for the snippets."""

import typer

from bot.config.settings import read_settings
from bot.text import text
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
