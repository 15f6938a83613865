"""Recovery codes, links to choose a new password, second factors on offer, and when somebody last proved who they are."""

import sqlalchemy as sa
from alembic import op

from web.database.base import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "one_time_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_keys_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_keys")),
    )
    op.create_index(op.f("ix_one_time_keys_user_id"), "one_time_keys", ["user_id"])
    op.add_column("sign_ins", sa.Column("proved_at", Moment(), nullable=True))
    op.add_column("users", sa.Column("totp_offered", sa.String(length=64), nullable=True))
