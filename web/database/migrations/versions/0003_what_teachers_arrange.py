"""Rules of credit and attempts, what is arranged for one student, comments, marks, regrades, repositories, pairings."""

import sqlalchemy as sa
from alembic import op

from web.database.base import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 200  # reports at a time: they may be large


def upgrade() -> None:
    _create()
    _add()
    _show_the_latest()
    _keep_the_verdicts()


def _create() -> None:
    op.create_table(
        "columns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("out_of", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_columns_course_id_courses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_columns")),
        sa.UniqueConstraint("course_id", "name", name=op.f("uq_columns_course_id_name")),
    )
    op.create_table(
        "pairings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_pairings_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("code", name=op.f("uq_pairings_code")),
    )
    op.create_table(
        "repositories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=100), nullable=True),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_repositories_course_id_courses")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_repositories_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repositories")),
    )
    op.create_index(op.f("ix_repositories_user_id"), "repositories", ["user_id"], unique=False)
    op.create_table(
        "arrangements",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("deadline", Moment(), nullable=True),
        sa.Column("attempts_more", sa.Integer(), nullable=False),
        sa.Column("attempts_since", Moment(), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("points_why", sa.Text(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_arrangements_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_arrangements_user_id_users")),
        sa.PrimaryKeyConstraint("assignment_id", "user_id", name=op.f("pk_arrangements")),
    )
    op.create_index(op.f("ix_arrangements_user_id"), "arrangements", ["user_id"], unique=False)
    op.create_table(
        "marks",
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["column_id"], ["columns.id"], name=op.f("fk_marks_column_id_columns")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_marks_user_id_users")),
        sa.PrimaryKeyConstraint("column_id", "user_id", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_user_id"), "marks", ["user_id"], unique=False)
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("new_seeds", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_regrades_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_regrades_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_assignment_id"), "regrades", ["assignment_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_comments_author_id_users")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_comments_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_submission_id"), "comments", ["submission_id"], unique=False)
    op.create_table(
        "score_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=True),
        sa.Column("old", sa.Double(), nullable=True),
        sa.Column("new", sa.Double(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_score_changes_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_score_changes_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_score_changes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_changes")),
    )
    op.create_index(op.f("ix_score_changes_user_id"), "score_changes", ["user_id"], unique=False)
    op.create_table(
        "shadows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("grade_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["before_id"], ["grades.id"], name=op.f("fk_shadows_before_id_grades")),
        sa.ForeignKeyConstraint(["grade_id"], ["grades.id"], name=op.f("fk_shadows_grade_id_grades")),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrades.id"], name=op.f("fk_shadows_regrade_id_regrades")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_shadows_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadows")),
        sa.UniqueConstraint("regrade_id", "submission_id", name=op.f("uq_shadows_regrade_id_submission_id")),
        sa.UniqueConstraint("ticket", name=op.f("uq_shadows_ticket")),
    )
    op.create_index("ix_shadows_state_sent_at", "shadows", ["state", "sent_at"], unique=False)


def _add() -> None:
    with op.batch_alter_table("api_tokens") as batch:
        batch.add_column(sa.Column("repository_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_api_tokens_repository_id_repositories"), "repositories", ["repository_id"], ["id"]
        )
    op.add_column("assignments", sa.Column("draft", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("assignments", sa.Column("credit", sa.JSON(), nullable=True))
    op.add_column("assignments", sa.Column("attempts_hours", sa.Integer(), nullable=True))
    op.add_column("assignments", sa.Column("attempts_since", Moment(), nullable=True))
    op.add_column("assignments", sa.Column("shows_hidden", sa.String(length=8), nullable=True))
    op.add_column("assignments", sa.Column("hidden_until", Moment(), nullable=True))
    op.add_column("courses", sa.Column("credit", sa.JSON(), nullable=True))
    op.add_column("courses", sa.Column("shows_hidden", sa.String(length=8), nullable=False, server_default="deadline"))
    op.add_column("grades", sa.Column("seed", sa.String(length=64), nullable=True))
    op.add_column("grades", sa.Column("verdicts", sa.JSON(), nullable=True))
    op.add_column("memberships", sa.Column("group_name", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("submissions", sa.Column("commit_id", sa.String(length=64), nullable=True))
    op.add_column("submissions", sa.Column("branch", sa.String(length=200), nullable=True))
    op.add_column("submissions", sa.Column("repository", sa.String(length=400), nullable=True))
    op.add_column("submissions", sa.Column("grade_id", sa.Integer(), nullable=True))
    op.create_index("ix_submissions_user_id_created_at", "submissions", ["user_id", "created_at"], unique=False)


def _show_the_latest() -> None:
    """Until now the latest published grade of a submission was the one that was shown."""
    op.execute(
        "UPDATE submissions SET grade_id = (SELECT max(grades.id) FROM grades "
        "WHERE grades.submission_id = submissions.id AND grades.published_at IS NOT NULL)"
    )


def _keep_the_verdicts() -> None:
    """Out of the reports, which are too long to be read for a whole class."""
    connection = op.get_bind()
    grades = sa.table("grades", sa.column("id"), sa.column("report", sa.JSON), sa.column("verdicts", sa.JSON))
    last = 0
    while rows := connection.execute(
        sa.select(grades.c.id, grades.c.report).where(grades.c.id > last).order_by(grades.c.id).limit(BATCH)
    ).all():
        for row in rows:
            found = [[one["check"], one["passed"]] for one in row.report.get("findings", [])]
            connection.execute(grades.update().where(grades.c.id == row.id).values(verdicts=found))
        last = rows[-1].id
