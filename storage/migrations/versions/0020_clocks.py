"""The clock of a request that waits for answers or for a ruling."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A request from before has waited since it was opened.
    for column in (
        sa.Column("waiting_since", sa.BigInteger(), nullable=True),
        sa.Column("chased", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("chase_at", sa.BigInteger(), nullable=True),
        sa.Column("helping_desk", sa.String(length=64), nullable=True),
    ):
        op.add_column("requests", column)
    op.create_index("requests_to_chase", "requests", ["state", "chase_at"])
