"""Clip keys note the master key that wraps them, so that a rotation can be resumed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It is empty for keys that were made before this step: their master key is unknown.
    op.add_column("clip_keys", sa.Column("wrapped_by", sa.String(16)))
