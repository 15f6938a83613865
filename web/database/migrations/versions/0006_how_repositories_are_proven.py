"""How a repository is proven, the commit that a token of CI is good for, and the pushes that webhooks tell of."""

import sqlalchemy as sa
from alembic import op

from web.database.base import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_tokens", sa.Column("commit_id", sa.String(length=64), nullable=True))
    op.add_column("repositories", sa.Column("code", sa.String(length=32), nullable=False, server_default=""))
    op.add_column("repositories", sa.Column("remote_id", sa.String(length=64), nullable=True))
    op.add_column("repositories", sa.Column("proven_at", Moment(), nullable=True))
    op.add_column("repositories", sa.Column("hook", sa.String(length=32), nullable=True))
    op.create_table(
        "pushes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repository_id", sa.Integer(), nullable=False),
        sa.Column("commit_id", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=True),
        sa.Column("made", sa.JSON(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repositories.id"], name=op.f("fk_pushes_repository_id_repositories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("repository_id", "commit_id", name=op.f("uq_pushes_repository_id_commit_id")),
    )
    op.create_index("ix_pushes_state_next_at", "pushes", ["state", "next_at"], unique=False)
