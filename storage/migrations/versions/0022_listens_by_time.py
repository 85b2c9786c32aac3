"""An index of listens by time, for tracing a leak among very many."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("listens_by_time", "listens", ["granted_at"])
