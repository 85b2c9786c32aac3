"""Several queries in one statement, because a round trip costs more than a query."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    SelectBase,
    Subquery,
    cast,
    literal_column,
    null,
    select,
    union_all,
)

Row = dict[str, Any]


class CombinedQuery:
    """Queries with different columns, run as one UNION ALL and told apart by name.

    The statement is built once. Rows come in no order; callers sort them.
    """

    def __init__(self, **queries: SelectBase) -> None:
        parts = {name: query.subquery() for name, query in queries.items()}
        self._columns = {
            name: [column.name for column in part.columns]
            for name, part in parts.items()
        }
        arms = [_arm(name, parts) for name in parts]
        self._statement: CompoundSelect[Any] = union_all(*arms)
        self._starts = _starts(self._columns)

    def run(
        self, connection: Connection, parameters: Mapping[str, object]
    ) -> dict[str, list[Row]]:
        """Return the rows of each query, by its name, as column names and values."""
        found: dict[str, list[Row]] = {name: [] for name in self._columns}
        for row in connection.execute(self._statement, parameters):
            name = row[0]
            columns = self._columns[name]
            start = self._starts[name]
            values = row[start : start + len(columns)]
            found[name].append(dict(zip(columns, values, strict=True)))
        return found


def _starts(columns: Mapping[str, list[str]]) -> dict[str, int]:
    """Return the position of each query's first column; column 0 is the name."""
    starts = {}
    position = 1
    for name, own in columns.items():
        starts[name] = position
        position += len(own)
    return starts


def _arm(name: str, parts: Mapping[str, Subquery]) -> SelectBase:
    """Select one query's columns, and NULL in place of the columns of all others."""
    columns: list[ColumnElement[Any]] = []
    for other, part in parts.items():
        for column in part.columns:
            if other == name:
                columns.append(column)
            else:
                # PostgreSQL matches the types of a UNION's parts in pairs, so that an
                # untyped NULL would become text.
                columns.append(cast(null(), column.type))
    labelled = [column.label(f"c{i}") for i, column in enumerate(columns)]
    return select(literal_column(f"'{name}'").label("part"), *labelled)
