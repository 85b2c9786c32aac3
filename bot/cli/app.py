"""All commands in one place."""

import sys
from typing import NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from bot.cli import (
    check_times,
    database,
    drill,
    manifest,
    results,
    serve,
    snippet,
    words,
)
from bot.cli.audit import trace
from bot.cli.audit.query import audit_app
from bot.cli.checks import check, config, setup
from bot.cli.checks.tasks import tasks_app
from bot.cli.demo import demo, sandbox
from bot.cli.erasure import consent, disclose, erase, hold, purge
from bot.cli.evidence import quality
from bot.cli.logs import report_uncaught_by_place
from bot.cli.output import plain
from bot.cli.private_files import keep_files_private
from bot.cli.roles import roles_app
from bot.cli.work_tools.tools import tools_app
from bot.errors import HelpClipError
from bot.proxies import spare_loopback
from bot.text import text
from storage.database import is_storable
from storage.errors import StorageError

app = typer.Typer(
    name="help-clip",
    help="Settle a muddled word together, without passing recordings around.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("sandbox")(sandbox.sandbox)
app.command("manifest")(manifest.manifest)
app.command("check")(check.check)
app.command("config")(config.config)
app.command("drill")(drill.drill)
app.command("setup")(setup.setup)
app.command("check-times")(check_times.check_times)
app.command("snippet")(snippet.snippet)
app.command("words")(words.words)
app.command("trace")(trace.trace)
app.command("erase")(erase.erase)
app.command("withdraw-consent")(consent.withdraw_consent)
app.command("disclose")(disclose.disclose)
app.command("hold")(hold.hold)
app.command("purge")(purge.purge)
app.command("results")(results.results)
app.command("quality")(quality.quality)
app.add_typer(tasks_app, name="tasks")
app.add_typer(audit_app, name="audit")
app.add_typer(roles_app, name="roles")
app.add_typer(tools_app, name="tools")
app.add_typer(database.database_app, name="db")


def run() -> None:
    """Run the command line and report every expected error as one line."""
    keep_files_private()
    spare_loopback()
    report_uncaught_by_place()
    if not all(is_storable(each) for each in sys.argv):
        _fail(text("cli.argument_unusable"))
    try:
        app()
    except (HelpClipError, StorageError) as error:
        _fail(str(error))
    except DBAPIError as error:
        _fail(text("cli.database_unusable", reason=_database_reason(error)))
    except OSError as error:
        if error.filename is None:
            raise
        problem = text("cli.file_unusable", path=error.filename, reason=error.strerror)
        _fail(problem)


def _database_reason(error: DBAPIError) -> str:
    """Return the reason in a line that quotes no row.

    PostgreSQL quotes values in its messages about a statement, not in those about a
    connection, which have no code. SQLite's name tables and columns.
    """
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return text("cli.database_code", kind=type(error.orig).__name__, code=code)
    return str(error.orig).splitlines()[0]


def _fail(sentence: str) -> NoReturn:
    typer.echo(plain(text("cli.error", sentence=sentence)), err=True)
    sys.exit(1)
