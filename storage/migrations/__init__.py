"""The schema, step by step. `upgrade` brings a database to the newest step."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.database import open_engine

_FOLDER = Path(__file__).parent
# The letters "hc_migra".
_LOCK = 0x68635F6D69677261


def configuration(connection: Connection) -> Config:
    """Return Alembic's settings for one open connection; there is no alembic.ini."""
    config = Config()
    # Alembic would read `%` in paths as interpolation.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Engine | str) -> None:
    """Run every step the database lacks in one transaction.

    Several processes may run it at once.
    """
    if isinstance(database, str):
        engine = open_engine(database)
        try:
            upgrade(engine)
        finally:
            engine.dispose()
        return
    with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK}
            )
        command.upgrade(configuration(connection), "head")


def current(database: Engine) -> str | None:
    """Return the step of the database, or None for an empty one."""
    with database.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Return the step that this version of help-clip needs."""
    head = ScriptDirectory(str(_FOLDER)).get_current_head()
    # The folder holds at least the first step.
    assert head is not None
    return head
