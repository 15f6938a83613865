"""The weights of a course's total, courses that students do not see yet, and which comments their students have seen."""

import sqlalchemy as sa
from alembic import op

from web.database.base import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("courses", sa.Column("draft", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("courses", sa.Column("weights", sa.JSON(), nullable=True))
    op.add_column("courses", sa.Column("shows_total", sa.Boolean(), nullable=False, server_default=sa.true()))
    for table in ("assignments", "columns"):
        op.add_column(table, sa.Column("category", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("comments", sa.Column("read_at", Moment(), nullable=True))
    op.execute("UPDATE comments SET read_at = created_at")  # what is old is no news
