"""Alembic runs this to migrate the connection that `storage.migrations` hands it."""

from alembic import context

from storage.audit import tables as _log  # noqa: F401  (adds its tables to the metadata)
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite has transactional DDL when, as here, BEGIN is said by us and not by the driver.
    transactional_ddl=True,
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)
context.run_migrations()
