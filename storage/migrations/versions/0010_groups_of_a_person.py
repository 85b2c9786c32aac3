"""An index for the groups of one person, which every request asks for."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_group_members_user_id", "group_members", ["user_id"])
