"""INSERT ... ON CONFLICT for both databases.

SQLAlchemy has one construct for each database.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any],
) -> None:
    """Insert a row, or overwrite the row with the same primary key, and lock it."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in values.items() if name not in keys}
    row = insert_into(connection, table).values(**values)
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_=changed))


def upsert_all(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Insert rows with the same columns, or overwrite those with their primary keys."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    new = insert_into(connection, table)
    changed = {name: new.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(
        new.on_conflict_do_update(index_elements=keys, set_=changed),
        list(rows),
    )


def insert_into(
    connection: Connection,
    table: Table,
) -> sqlite.Insert | postgresql.Insert:
    """Return an insertion of the database's own dialect, which knows ON CONFLICT."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def insert_many(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    clause: str = "",
) -> None:
    """Insert many rows in one statement.

    `clause` follows the rows, such as ON CONFLICT .... On PostgreSQL the rows travel as
    one JSON document, because a parameter costs more than a row there. Values are given
    as the database stores them: numbers and text.
    """
    names = ", ".join(rows[0])
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(rows[0]))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {clause}"
        connection.exec_driver_sql(statement, [tuple(row.values()) for row in rows])
        return
    columns = ", ".join(
        f"{name} {table.c[name].type.compile(connection.dialect)}" for name in rows[0]
    )
    source = (
        f"SELECT {names} FROM json_to_recordset(CAST(:rows AS json)) AS r ({columns})"
    )
    # WHERE true keeps the parser from reading ON CONFLICT as the ON of a join.
    insert = text(f"INSERT INTO {table.name} ({names}) {source} WHERE true {clause}")
    connection.execute(insert, {"rows": json.dumps(rows)})
