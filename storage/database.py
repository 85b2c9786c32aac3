"""Engines for SQLite and PostgreSQL whose transactions behave the same.

Errors of both hide the parameters of statements, because these hold what people typed.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import StorageError, Unstorable

READ_ONLY = "help_clip_read_only"
# NUL (PostgreSQL) and a lone surrogate (UTF-8).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REMOVE = "The text has a character that cannot be stored. Remove it, then try again."
_WHICH = "DATABASE_URL must start with sqlite:/// or postgresql://"


def open_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///...` or `postgresql://...` (psycopg).

    Raises `StorageError` for any other database, and where psycopg is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(_WHICH) from None
    if parsed.get_backend_name() == "sqlite":
        return _refuse_unstorable(_sqlite(parsed))
    if parsed.get_backend_name() == "postgresql":
        # With pool_pre_ping, a restarted database costs one query instead of a failed
        # request.
        try:
            engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                hide_parameters=True,
            )
            return _refuse_unstorable(engine)
        except ModuleNotFoundError:
            raise StorageError(
                "PostgreSQL needs: pip install 'psycopg[binary]'"
            ) from None
    raise StorageError(_WHICH)


def _refuse_unstorable(engine: Engine) -> Engine:
    """Return the engine, which refuses text that one of the databases cannot store.

    It raises `Unstorable` before the database sees the statement, so that whichever
    edge the text came through, both databases refuse it alike.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def check(
        connection: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        is_many: bool,
    ) -> None:
        del connection, cursor, statement, context, is_many
        if not all(is_storable(text) for text in _texts(parameters)):
            raise Unstorable(_REMOVE)

    return engine


def _texts(parameters: Any) -> Iterator[str]:
    """Yield every text among the parameters, which are one row or many.

    A row is a mapping or a sequence, as the driver takes it.
    """
    if isinstance(parameters, str):
        yield parameters
        return
    if isinstance(parameters, Mapping):
        parameters = parameters.values()
    elif not isinstance(parameters, list | tuple):
        return
    for each in parameters:
        yield from _texts(each)


def is_storable(text: str) -> bool:
    """Return whether both databases can store the text."""
    return _UNSTORABLE.search(text) is None


def local_files(url: str) -> list[Path]:
    """Return the files that a database keeps on this machine; none for PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return []
    if not parsed.database:
        return []
    return [Path(parsed.database + ending) for ending in ("", "-wal", "-shm")]


def for_reading(engine: Engine) -> Engine:
    """Return the engine with transactions that read one consistent state each."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READ_ONLY: True})
    # By default, each statement of PostgreSQL reads a state of its own.
    return engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The "begin" event below starts every transaction.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=10000")
        # Deleted data is overwritten:
        # https://sqlite.org/pragma.html#pragma_secure_delete
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred BEGIN takes the write lock at the first write and loses updates
        # read before it (SQLITE_BUSY_SNAPSHOT at best); IMMEDIATE takes it at once.
        if connection.get_execution_options().get(READ_ONLY, False):
            # This BEGIN takes no lock and touches no file. Without SQLAlchemy's
            # handling of statements a short read is a third cheaper.
            connection.connection.cursor().execute("BEGIN")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
