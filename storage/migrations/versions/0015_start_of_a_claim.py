"""The time at which a claim began, so that none is renewed for ever."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A claim from before has lapsed; the next look of its lead begins another.
    since = sa.Column("since", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("claims", since)
