"""Reading one row."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, select

# One row by column name, of one statement or of a part of a combined one.
Columns = Mapping[Any, Any]


def row_with(
    connection: Connection, column: Column[Any], value: object, *, lock: bool = False
) -> RowMapping | None:
    """The one row in which `column` is `value`; `lock` holds it until the transaction
    ends.
    """
    query = select(column.table).where(column == value)
    found = connection.execute(query.with_for_update() if lock else query)
    return found.mappings().one_or_none()
