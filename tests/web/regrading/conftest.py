"""Ada's course over each database, with graded work in it, and a bell in place of the broker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from grader.messages import Finding, Graded, Job, Report, Text, Thought
from tests.web.conftest import over, source
from tests.web.test_reliability import Bell
from web.database.models import Assignment, Grade, Shadow, Submission, User
from web.reconciler import Patience, reconcile
from web.recorder import record
from web.regrading import beginning, feeding
from web.services import Services
from web.submissions import Upload, accept

TITLE = Text("agrees with the sheet", "与题目一致")
WHY = "The tolerance of one check was too tight."


class House:
    """What a test does to the site."""

    def __init__(self, services: Services) -> None:
        self.services, self.bell = services, services.doorbell
        with services.database.read() as session:
            self.assignment = session.scalar(select(Assignment.id).order_by(Assignment.id))
            self.people = {user.name.lower(): user.id for user in session.scalars(select(User))}

    def graded(self, who: str, points: float, codes: tuple[str, ...] = ()) -> str:
        """A submission that earned this; its id."""
        row = accept(self.services, self.people[who], self.assignment, Upload(source()))
        assert self.tell(self.bell.rung[-1], points, codes) == 1
        return row.id

    def tell(self, job: Job, points: float, codes: tuple[str, ...] = ()) -> int:
        """What the recorder makes of a worker's report."""
        return record(self.services, [self.report(job, points, codes)])

    @staticmethod
    def report(job: Job, points: float, codes: tuple[str, ...] = ()) -> Graded:
        won = [min(max(points - 2 * n, 0.0), 2.0) for n in range(3)]
        findings = tuple(
            Finding(f"check{n}", "f", TITLE, one == 2.0, one, 2.0, public=True) for n, one in enumerate(won)
        )
        thoughts = tuple(Thought(code, code, TITLE) for code in codes)
        report = Report("product_gradient", TITLE, job.edition, job.seed, findings, thoughts)
        return Graded(job.submission, job.ticket, job.attempt, report)

    def begin(self, *, new_seeds: bool = False, why: str = WHY) -> int:
        return beginning.begin(self.services, self.assignment, self.people["grace"], new_seeds=new_seeds, why=why)

    def fed(self, most: int = feeding.MOST) -> list[Job]:
        """The jobs that are rung for now."""
        before = len(self.bell.rung)
        feeding.feed(self.services, most)
        return self.bell.rung[before:]

    def regraded(self, points: dict[str, float], codes: dict[str, tuple[str, ...]] | None = None, **options) -> int:
        """A regrade that is ready, with these points by submission."""
        regrade = self.begin(**options)
        for job in self.fed():
            self.tell(job, points[job.submission], (codes or {}).get(job.submission, ()))
        feeding.feed(self.services)
        return regrade

    def reconcile(self) -> int:
        return reconcile(self.services, Patience())

    def shown(self, submission: str) -> float:
        """What everybody sees of it."""
        with self.services.database.read() as session:
            row = session.get_one(Submission, submission)
            assert row.state == "graded"
            return row.shown.points

    def shadows(self, state: str = "") -> list[Shadow]:
        with self.services.database.read() as session:
            found = select(Shadow).order_by(Shadow.id)
            return list(session.scalars(found.where(Shadow.state == state) if state else found))

    def grades(self) -> int:
        with self.services.database.read() as session:
            return session.scalar(select(func.count()).select_from(Grade)) or 0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def house(request, settings) -> Iterator[House]:
    made = replace(over(request.param, request, settings), doorbell=Bell())
    yield House(made)
    made.database.close()
