"""Settled words, as the result sink receives them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    String,
    Table,
    Text,
)

from storage.tables.base import UtcTime, metadata

results = Table(
    "results",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("settled_at", UtcTime, nullable=False),
    Column("delivered_at", UtcTime),
)
