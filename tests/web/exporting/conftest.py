"""A course with a little of everything in it, and its archive taken apart and put together again."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from grader.calls import File
from grader.files import Source
from grader.messages import Fault, Finding, Graded, Report, Text
from web.accounts.journal import note
from web.database.models import (
    Arrangement,
    Assignment,
    Column,
    Comment,
    Course,
    Grade,
    Mark,
    Membership,
    Regrade,
    ScoreChange,
    Shadow,
    Submission,
)
from web.recorder import give_up, record
from web.submissions import Upload, accept

FILES = (
    File("work/mine.py", "x = 1\n# 中文 \ud83d\n"),
    File("con.ipynb", "y = 2\nz = 3\n", (1, 2)),
    File("MINE.py", "w = 4\n"),
)


def submission(site, who: str, exercise: str = "product_gradient", points: float | None = 5.0) -> str:
    """Graded by the recorder; None: it waits."""
    row = accept(site.services, site.people[who], site.assignments[exercise], Upload(Source(FILES)))
    if points is not None:
        finding = Finding("a_check", "product_backward", Text("a check", "检查"), points == 6, points, 6.0, public=True)
        report = Report(exercise, Text("A title", "标题"), row.edition, row.seed, (finding,), files=FILES)
        assert record(site.services, [Graded(row.id, row.ticket, row.attempt, report)]) == 1
    site.clock.advance(minutes=1)
    return row.id


@pytest.fixture
def full(site, stages):
    stages.begin(site, furnished)
    return site


def furnished(site) -> None:
    """`backprop` with work in every state, and everything that staff can say of it."""
    ada, ben = submission(site, "ada"), submission(site, "ben", points=2.0)
    submission(site, "ada", points=6.0)
    lost = submission(site, "ben", "mlp_backward", points=None)
    with site.services.database.write() as session:
        moment = site.clock()
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        course.credit, course.timezone = {"late_percent": 10.0, "late_days": 3}, "Asia/Shanghai"
        first = session.get_one(Assignment, site.assignments["product_gradient"])
        first.attempts, first.attempts_hours = 5, 12
        session.scalars(select(Membership).where(Membership.user_id == site.people["ben"])).one().group = "周一"
        row = session.get_one(Submission, lost)
        give_up(site.services, session, row, Fault(row.id, row.ticket, 0, "ours", Text("broken", "坏了")))
        session.add(
            Arrangement(
                assignment_id=first.id,
                user_id=site.people["ben"],
                deadline=moment + timedelta(days=9),
                points=4.5,
                points_why="=1+1",
                flag="ask",
                changed_at=moment,
            )
        )
        column = Column(course_id=course.id, name="口试", out_of=10, position=0)
        session.add(column)
        session.flush()
        session.add(Mark(column_id=column.id, user_id=site.people["ada"], points=7.5))
        session.add(
            Comment(
                submission_id=ada, author_id=site.people["tom"], file="mine.py", line=1, text="好", created_at=moment
            )
        )
        _regraded(session, site, first.id, ben)
        about = f"user {site.people['ben']}"
        note(
            session,
            moment,
            "excused",
            site.people["grace"],
            f"{about}, backprop/product_gradient",
            new="yes",
            why="ill",
        )
        note(session, moment, "mark set", site.people["grace"], f"{about}, column {column.id} in course {course.id}")
        note(session, moment, "course changed", site.people["grace"], f"course {course.id}")
        note(session, moment, "course changed", site.people["mallory"], f"course {course.id + 1}")


def _regraded(session, site, assignment: int, one: str) -> None:
    moment = site.clock()
    regrade = Regrade(
        assignment_id=assignment,
        edition="2",
        state="published",
        why="a slip",
        created_by=site.people["grace"],
        created_at=moment,
    )
    running = Regrade(assignment_id=assignment, edition="3", created_by=site.people["grace"], created_at=moment)
    before = session.scalars(select(Grade).where(Grade.submission_id == one)).one()
    after = Grade(
        submission_id=one,
        ticket="again",
        points=3,
        out_of=6,
        edition="2",
        codes=["M12"],
        report=before.report,
        graded_at=moment,
    )
    session.add_all([regrade, running, after])
    session.flush()
    session.get_one(Submission, one).grade_id = after.id
    shadow = Shadow(regrade_id=regrade.id, submission_id=one, state="graded", ticket="shadow", seed="s")
    shadow.before_id, shadow.grade_id = before.id, after.id
    user = site.people["ben"]
    change = ScoreChange(user_id=user, assignment_id=assignment, submission_id=one, old=2, new=3, created_at=moment)
    session.add_all([shadow, change])


def exported(site, slug: str = "backprop", who: str = "grace") -> bytes:
    """Through the page's button."""
    answer = site.client(who).post(f"/courses/{slug}/staff/export")
    assert answer.status_code == 200, answer.status_code
    assert answer.content_type == "application/zip"
    return answer.data


def brought(site, content: bytes, slug: str = "again", who: str = "grace"):
    form = {"slug": slug, "file": (io.BytesIO(content), "course.zip")}
    return site.client(who).post("/courses/new/archive", data=form, headers={"Accept-Language": "en"})


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(files: dict[str, bytes], *, honest: bool = True, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """As a zip; with the sums of what is in it, where it is honest."""
    files = dict(files)
    if honest:
        manifest = json.loads(files.pop("manifest.json"))
        manifest["files"] = {name: [len(content), sha256(content).hexdigest()] for name, content in files.items()}
        files["manifest.json"] = json.dumps(manifest).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()
