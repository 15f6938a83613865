"""Alembic's way in: the connection comes from web/database/schema.py."""

from alembic import context

import web.database.models  # noqa: F401 - the tables join what Base knows
from web.database.base import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
