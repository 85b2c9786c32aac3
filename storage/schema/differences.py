"""What a database has that no migration made, and what it lacks.

A trigger, a rule, a policy or a changed column can drop or alter what is recorded
without an error. So the schema of the open database is compared with a fresh one: on
SQLite in memory, on PostgreSQL in the temporary schema of a transaction that is rolled
back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from storage.schema import postgresql, sqlite
from storage.schema.parts import Part

# An additional index of this kind changes nothing that is written.
_HARMLESS = "index"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One part of the schema that is unknown, missing or changed.

    `how` is one of these three words; `kind` is a word such as trigger, rule, column.
    `is_grave`: what is recorded may be dropped or changed because of it.
    """

    how: str
    kind: str
    table: str
    name: str

    @property
    def is_grave(self) -> bool:
        return self.kind != _HARMLESS


def schema_differences(engine: Engine) -> list[Difference]:
    """Return how the schema differs from that of the newest migration.

    Tables and indexes of others are left out: an additional table, or an additional
    index that is not unique.
    """
    if engine.dialect.name == "sqlite":
        found = sqlite.parts(engine)
        expected = sqlite.expected_parts()
    else:
        found = postgresql.parts(engine)
        expected = postgresql.expected_parts(engine)
    return _compare(found, expected)


def _compare(found: set[Part], expected: set[Part]) -> list[Difference]:
    return [*_lost_or_changed(found, expected), *_unknown(found, expected)]


def _lost_or_changed(found: set[Part], expected: set[Part]) -> Iterator[Difference]:
    actual = {part.place: part for part in found}
    for part in sorted(expected, key=lambda each: each.place):
        here = actual.get(part.place)
        if here is None:
            yield _difference("missing", part)
        elif here.definition != part.definition:
            yield _difference("changed", part)


def _unknown(found: set[Part], expected: set[Part]) -> Iterator[Difference]:
    wanted = {part.place for part in expected}
    tables = {part.table for part in expected}
    for part in sorted(found, key=lambda each: each.place):
        if part.place in wanted or part.table not in tables:
            continue
        if part.kind != _HARMLESS:
            yield _difference("unknown", part)


def _difference(how: str, part: Part) -> Difference:
    return Difference(
        how=how,
        kind=part.kind,
        table=part.table,
        name=part.name,
    )
