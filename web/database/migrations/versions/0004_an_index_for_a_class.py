"""All that is counted of a class stands in one index: rows with files of megabytes need not be read for it."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTED = ["assignment_id", "user_id", "number", "state", "created_at", "grade_id", "id"]


def upgrade() -> None:
    op.create_index("ix_submissions_counted", "submissions", COUNTED, unique=False)
