"""Paces of methods, leases of work, and what roles and channels share about people."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paces") as paces:
        paces.alter_column("channel_id", new_column_name="paced")
    op.add_column("outbox", sa.Column("waits_for", sa.String(length=32)))
    op.create_table(
        "leases",
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("work"),
    )
    op.create_table(
        "readings",
        sa.Column("list", sa.String(length=32), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("complete_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("list"),
    )
    op.add_column("people", sa.Column("team_id", sa.String(length=32)))
    op.add_column("people", sa.Column("enterprise_id", sa.String(length=32)))
    op.add_column("people", sa.Column("is_guest", sa.Boolean()))
    op.add_column("people", sa.Column("is_stranger", sa.Boolean()))
    op.add_column("people", sa.Column("is_app", sa.Boolean()))
    op.create_index("ix_people_checked_at", "people", ["checked_at"])
