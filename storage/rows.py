"""Read single rows, and the people in their columns."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, select

from storage.records import Person

# One row by column name, of one statement or of a part of a combined one.
Columns = Mapping[Any, Any]


def row_with(
    connection: Connection,
    column: Column[Any],
    value: object,
    *,
    lock: bool = False,
) -> RowMapping | None:
    """Return the one row in which `column` is `value`, or None.

    `lock` keeps other transactions from changing the row until this one ends.
    """
    query = select(column.table).where(column == value)
    if lock:
        query = query.with_for_update()
    return connection.execute(query).mappings().one_or_none()


def person_of(team_id: str | None, user_id: str | None) -> Person | None:
    """Return the person of two columns, or None if the columns are empty."""
    if team_id is None:
        return None
    if user_id is None:
        return None
    return Person(team_id=team_id, user_id=user_id)


def ids_of(person: Person | None) -> tuple[str | None, str | None]:
    """Return the team id and user id for two columns, None twice for no person."""
    if person is None:
        return None, None
    return person.team_id, person.user_id
