"""How many answers may differ before a lead is asked."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A request from before keeps its rule: any dissent is a dispute.
    seats = sa.Column("spare_seats", sa.Integer(), nullable=False, server_default="0")
    op.add_column("requests", seats)
