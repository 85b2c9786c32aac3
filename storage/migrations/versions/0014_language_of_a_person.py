"""The locale of an account in Slack, and the language that a person chose instead."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("locale", sa.String(35)))
    op.add_column("people", sa.Column("chosen_language", sa.String(35)))
