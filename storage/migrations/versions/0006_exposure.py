"""How much a snippet plays around its span, and whether a lead has to agree first."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A request of an earlier release played 2 s on either side.
    op.add_column(
        "requests",
        sa.Column(
            "context_ms",
            sa.Integer(),
            server_default="2000",
            nullable=False,
        ),
    )
    op.add_column(
        "requests",
        sa.Column(
            "needs_lead",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
        ),
    )
