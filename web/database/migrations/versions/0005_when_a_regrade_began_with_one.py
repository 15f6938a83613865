"""When a worker took a submission that is graded again: one that waits in a long queue is not one that got lost."""

import sqlalchemy as sa
from alembic import op

from web.database.base import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shadows", sa.Column("began_at", Moment(), nullable=True))
