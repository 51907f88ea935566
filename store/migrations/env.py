"""Alembic's entry: runs the steps on the connection and inside the transaction of :func:`store.database.upgrade`."""

from __future__ import annotations

from alembic import context

from store.database import VERSION_TABLE
from store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite changes a column by copying its table.
    render_as_batch=True,
)
context.run_migrations()
