"""Alembic runs this file to migrate the connection of `storage.migrations`."""

from alembic import context

from storage import store as _store  # noqa: F401  (adds every table to the metadata)
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite has transactional DDL where, as here, the program and not the driver begins
    # transactions.
    transactional_ddl=True,
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)
context.run_migrations()
