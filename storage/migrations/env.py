"""Alembic runs this to migrate the connection that `storage.migrations` hands it."""

from alembic import context

from storage import store as _store  # noqa: F401  (adds every table to the metadata)
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite has transactional DDL when, as here, BEGIN is said by us and not by the
    # driver.
    transactional_ddl=True,
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)
context.run_migrations()
