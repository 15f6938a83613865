"""A program at the interface: with a token of Ada's, or of whomever a test names."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import undefer_group
from werkzeug.test import TestResponse

from grader.calls import File, Printed
from grader.messages import Finding, Graded, Graph, HeatMap, Remark, Report, Text, Thought, Trace
from tests.web.conftest import RIGHT, Site
from web.accounts.sessions import digest
from web.database.models import ApiToken, Course, Submission
from web.recorder import record

ROOT = "/api/v1"
HAND_IN = f"{ROOT}/courses/backprop/exercises/product_gradient/submissions"
CODE = {"files": [{"name": "ada.py", "text": RIGHT}]}


@dataclass
class Bell:
    """The doorbell of a test: remembers what was rung, and is deaf on request."""

    rung: list = field(default_factory=list)
    heard: bool = True

    def ring(self, job, lane):
        if self.heard:
            self.rung.append(job)
        return self.heard

    def answers(self):
        return self.heard

    def waiting(self, lane, device):
        return len(self.rung)

    def workers(self):
        return ()


@pytest.fixture
def services(services):
    return replace(services, doorbell=Bell())


@dataclass
class Program:
    """Sends requests with a token, if it has one."""

    site: Site
    token: str = ""

    def headers(self, more):
        return ({"Authorization": f"Bearer {self.token}"} if self.token else {}) | (more or {})

    def get(self, path: str, headers=None, **words) -> TestResponse:
        address = path if path.startswith("/") else f"{ROOT}/{path}"
        return self.site.app.test_client().get(address, headers=self.headers(headers), **words)

    def post(self, path: str = HAND_IN, headers=None, **words) -> TestResponse:
        return self.site.app.test_client().post(path, headers=self.headers(headers), **words)

    def hand_in(self, **words) -> TestResponse:
        """What is right, as JSON."""
        return self.post(**({"json": CODE} | words))


@pytest.fixture
def program(site):
    """Makes programs: `program("ada", scopes="read")` has a new token of Ada's; `program()` has none."""

    def make(name: str = "", scopes: str = "read submit", course: str | None = None, **token) -> Program:
        if not name:
            return Program(site)
        given = secrets.token_urlsafe(32)
        with site.services.database.write() as session:
            found = session.query(Course).filter_by(slug=course).one().id if course else None
            moment = site.clock()
            known = {"created_at": moment, "expires_at": moment + timedelta(days=30)}
            owner = site.people[name]
            kept = {"digest": digest(given), "user_id": owner, "course_id": found, "name": "test", "scopes": scopes}
            session.add(ApiToken(**(kept | known | token)))
        return Program(site, given)

    return make


@pytest.fixture
def ada(program):
    return program("ada")


def row(site: Site, submission: str) -> Submission:
    with site.services.database.read() as session:
        return session.get_one(Submission, submission, options=[undefer_group("work")])


def grade(site: Site, submission: str, report: Report | None = None) -> None:
    """As the recorder does it when a worker has answered."""
    found = row(site, submission)
    record(site.services, [Graded(found.id, found.ticket, found.attempt, report or made_report(found.edition))])


def made_report(edition: str = "edition") -> Report:
    """A public check that failed and a hidden one, with all that could tell of its inputs."""
    words = Text("agrees with the sheet", "与题目一致")
    return Report(
        "product_gradient",
        Text("Product", "乘积"),
        edition,
        "5eed" * 16,
        (
            Finding("shown", "f", words, passed=False, points=0, out_of=2, public=True, detail=Text("got 3", "得到 3")),
            Finding(
                "unseen", "f", words, passed=False, points=0, out_of=8, public=False, detail=Text("SECRET", "秘密")
            ),
        ),
        thoughts=(Thought("M12", "swapped", Text("Which factor is left?", "剩下哪个因子？"), ("x", "z")),),
        broken_laws=(Text("a law", "一条规律"),),
        remarks=(Remark("style", Text("long line", "行太长"), "ada.py", 3),),
        pictures=(
            Graph(words, (("x", ""), ("z", "x * w")), (("x", "z"),), ("z",), ("x", "z")),
            Trace(words, (1.0, float("nan")), (1.0, float("inf")), 1),
            HeatMap(words, ((1.0, float("-inf")),), ((1.0, 2.0),)),
        ),
        files=(File("ada.py", RIGHT),),
        stdout=Printed("half \ud800 a character\x1b[2J", 7, 30),
    )
