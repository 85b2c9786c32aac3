"""How many Socket Mode connections each process holds."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "socket_shares",
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("process"),
    )
