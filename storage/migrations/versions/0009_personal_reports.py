"""Reports of personal information, and what they masked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "requests",
        sa.Column("remasked", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column(
        "requests",
        sa.Column(
            "masked_sides",
            sa.String(length=20),
            nullable=False,
            server_default="",
        ),
    )
    op.create_table(
        "personal_reports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("reporter_team", sa.String(length=32), nullable=False),
        sa.Column("reporter_user", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_personal_reports_request_id", "personal_reports", ["request_id"]
    )
    op.create_index(
        "personal_reports_by_reporter",
        "personal_reports",
        ["reporter_team", "reporter_user", "reported_at"],
    )
