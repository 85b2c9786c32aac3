"""Bundles of stops by one person who neither heard nor was offered the recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stop_bundles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("reporter_team", sa.String(length=32), nullable=False),
        sa.Column("reporter_user", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("paged_stage", sa.Integer(), nullable=True),
        sa.Column("paged_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("explained_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "stop_bundles_by_reporter",
        "stop_bundles",
        ["reporter_team", "reporter_user", "started_at"],
    )
    # Both databases add a column that refers to another table without copying the
    # table; Alembic would copy it on SQLite.
    kind = _ID.compile(op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE cases ADD COLUMN bundle_id {kind} REFERENCES stop_bundles (id)"
    )
    op.create_index("ix_cases_bundle_id", "cases", ["bundle_id"])
