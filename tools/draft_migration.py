"""Draft the next migration from the difference between tables and migrations.

Run `python -m tools.draft_migration "description"`, then read and edit the file that it
names. `--initial` writes the first migration again, as long as no database exists.
"""

import sys
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Integer

from storage import store as _store  # noqa: F401  (adds all tables to the metadata)
from storage.database import open_engine
from storage.migrations import newest, upgrade
from storage.tables import UtcTime, metadata

_VERSIONS = Path(__file__).parents[1] / "storage/migrations/versions"

_FILE = '''"""{message}."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {body}
'''


def render_type(
    kind: str,
    value: Any,
    _: AutogenContext,
) -> str | Literal[False]:
    """Return SQLAlchemy's own type, so that a migration outlives a change of ours."""
    if kind == "type" and isinstance(value, UtcTime):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(value, BigInteger) and value._variant_mapping:
        assert isinstance(value._variant_mapping["sqlite"], Integer)
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def draft(message: str, *, initial: bool) -> Path:
    """Write the file and return its path."""
    engine = open_engine("sqlite://")
    if not initial:
        upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"render_item": render_type}
        )
        script = produce_migrations(context, metadata)
        assert script.upgrade_ops is not None
        body = render_python_code(
            script.upgrade_ops, render_item=render_type, migration_context=context
        )
    engine.dispose()
    number = 1
    if not initial:
        number = int(newest()) + 1
    path = _VERSIONS / f"{number:04d}_{'_'.join(message.lower().split())}.py"
    path.write_text(
        _FILE.format(
            message=message[0].upper() + message[1:],
            revision=f"{number:04d}",
            down="None" if initial else f'"{newest()}"',
            body="\n".join(
                x for x in body.strip().splitlines() if "# ###" not in x
            ).strip(),
        ),
        encoding="utf-8",
    )
    return path


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--initial"]
    first = "--initial" in sys.argv
    print(draft(" ".join(words) or "initial tables", initial=first))
