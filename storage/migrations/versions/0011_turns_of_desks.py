"""Turns of desks and defects of outbox rows; indexes that hold only what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WAITS = "done_at IS NULL"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("desk", sa.String(length=64)))
    for name, kind in (("turn", sa.BigInteger()), ("defects", sa.Integer())):
        column = sa.Column(name, kind, nullable=False, server_default="0")
        op.add_column("outbox", column)
    op.drop_index("outbox_pending", "outbox")
    _index("outbox_waiting", ["task", "turn", "due_at", "id"], _WAITS)
    _index("outbox_waiting_by_desk", ["task", "desk", "turn"], _WAITS)
    _index("outbox_waiting_by_lane", ["lane", "id"], _WAITS)
    _index("outbox_waiting_by_request", ["request_id"], _WAITS)
    _index("outbox_done", ["done_at"], "done_at IS NOT NULL")
    _index("outbox_failed", ["done_at", "task"], "failure IS NOT NULL")


def _index(
    name: str,
    columns: list[str],
    condition: str,
) -> None:
    op.create_index(
        name,
        "outbox",
        columns,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
