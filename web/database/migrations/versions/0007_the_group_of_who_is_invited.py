"""Into which group an invitation leads."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitations", sa.Column("group_name", sa.String(length=100), nullable=False, server_default=""))
