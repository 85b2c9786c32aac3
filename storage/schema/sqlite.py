"""The parts of a schema on SQLite: every statement that its master table keeps."""

import re
from functools import cache

from sqlalchemy import Engine, text

from storage.database import open_engine
from storage.migrations import upgrade
from storage.schema.parts import Part

_MASTER = text(
    "SELECT type, name, tbl_name, sql FROM sqlite_master "
    "WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"
)
# SQLite quotes a name or not, and keeps blanks, as the statement had them.
_WRITING = re.compile(r'[\s"`]+')


def parts(engine: Engine) -> set[Part]:
    """Return the parts of the open database."""
    with engine.connect() as connection:
        rows = connection.execute(_MASTER).all()
    return {
        Part(
            kind=_kind(row.type, row.sql),
            table=row.tbl_name,
            name=row.name,
            definition=_WRITING.sub("", row.sql or ""),
        )
        for row in rows
    }


@cache
def expected_parts() -> set[Part]:
    """Return the parts of a fresh database, migrated in memory."""
    engine = open_engine("sqlite://")
    try:
        upgrade(engine)
        return parts(engine)
    finally:
        engine.dispose()


def _kind(kind: str, sql: str | None) -> str:
    """Return the kind of a part; a unique index can make a row replace another."""
    if kind == "index" and sql is not None and sql.startswith("CREATE UNIQUE"):
        return "unique index"
    return kind
