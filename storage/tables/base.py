"""Shared parts of the tables.

Times are microseconds since the epoch in UTC, which are exact and equal on both
databases.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect

metadata = MetaData()

# SQLite makes an INTEGER PRIMARY KEY an alias of its rowid, but never a BIGINT.
RowId = BigInteger().with_variant(Integer, "sqlite")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since the epoch."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> int | None:
        if value is None:
            return None
        return (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return _EPOCH + timedelta(microseconds=value)


def person_columns(prefix: str) -> list[Column[str]]:
    return [
        Column(f"{prefix}_team", String(32), nullable=False),
        Column(f"{prefix}_user", String(32), nullable=False),
    ]
