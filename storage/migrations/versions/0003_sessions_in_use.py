"""Sessions in use and their logins; sign-ins under way are stored no more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(
            sa.Column("kind", sa.String(length=40), nullable=False, server_default="")
        )
        sessions.add_column(
            sa.Column(
                "login", sa.String(length=8), nullable=False, server_default="earlier"
            )
        )
        sessions.add_column(
            sa.Column("used_at", sa.BigInteger(), nullable=False, server_default="0")
        )
        sessions.add_column(
            sa.Column(
                "was_idle", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
    op.execute("UPDATE sessions SET used_at = started_at")
    with op.batch_alter_table("sessions") as sessions:
        for name in ("kind", "login", "used_at", "was_idle"):
            sessions.alter_column(name, server_default=None)
    op.create_table(
        "used_nonces",
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash"),
    )
    op.drop_table("sign_ins")
