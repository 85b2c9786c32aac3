"""When each row of the outbox was enqueued, because its due time moves."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rows of an earlier release have no such time, and count as new.
    op.add_column("outbox", sa.Column("enqueued_at", sa.BigInteger()))
