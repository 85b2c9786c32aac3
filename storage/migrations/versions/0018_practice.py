"""What people did with the synthetic recordings of the practice."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("exercise", sa.String(16), primary_key=True),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
    )
    columns = ["proposer_team", "proposer_user"]
    op.create_index("proposals_by_person", "proposals", columns)
