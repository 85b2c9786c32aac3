"""Locks on a name until the transaction ends, for decisions that count many rows.

SQLite needs none: BEGIN IMMEDIATE already lets in one writer at a time.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from storage.records import Person


def lock_names(connection: Connection, *names: str) -> None:
    """Wait for the locks of these names, in one statement."""
    locks = locks_on(connection, *names)
    if locks:
        connection.execute(select(*locks))


def locks_on(connection: Connection, *names: str) -> list[ColumnElement[Any]]:
    """Return a column for each name that takes its lock; on SQLite there are none."""
    if connection.dialect.name != "postgresql":
        return []
    keys = [func.hashtextextended(name, 0) for name in names]
    return [func.pg_advisory_xact_lock(key) for key in keys]


def listens_of(person: Person) -> str:
    """Return the name of the lock under which a person's listens are decided."""
    return f"listens of {person.team_id} {person.user_id}"


def questions_of(person: Person) -> str:
    """Return the name of the lock under which a person's questions are decided."""
    return f"questions of {person.team_id} {person.user_id}"


def readings_of(person: Person) -> str:
    """Return the name of the lock under which a person's readings are decided."""
    return f"readings of {person.team_id} {person.user_id}"
