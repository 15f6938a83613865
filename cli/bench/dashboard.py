"""Every page of those who teach, at the size that is promised: 300 students, 20 000 submissions, all exercises.

python -m cli.bench.dashboard RUNS DATABASE prints its figures as JSON. DATABASE: an empty one's address, or nothing.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from cli.bench.measuring import latencies, quantile
from web.accounts.sessions import begin
from web.application import create_app
from web.crowd.making import Size, make
from web.database.models import Assignment, Submission, User
from web.database.schema import upgrade
from web.services import Services
from web.settings import Settings

EXERCISES = Path(__file__).parents[2] / "assignments"
STAFF = "/courses/crowd/staff"
NAVIGATION = re.compile(r'<nav class="main".*?</nav>', re.DOTALL)


def main() -> None:
    """Make the class, then measure."""
    _, runs, database = sys.argv
    with tempfile.TemporaryDirectory() as folder:
        services = site_in(Path(folder), database)
        began = time.perf_counter()
        grace, *_ = make(services, Size(), "nobody signs in by it")
        figures: dict[str, Any] = {"made_s": time.perf_counter() - began, "database": services.database.engine.name}
        browser = signed_in(services, grace)
        figures["pages"] = {path: measured(services, browser, path, int(runs)) for path in pages(services, browser)}
        services.database.close()
    print(json.dumps(figures))


def site_in(home: Path, database: str) -> Services:
    """Without a broker: nothing is handed in here."""
    url = database or f"sqlite:///{home}/site.db"
    services = Services.of(Settings(home, url, "memory://", "0" * 32, EXERCISES))
    upgrade(services.database)
    return services


def signed_in(services: Services, person: User) -> FlaskClient:
    """A browser, and the whole application behind it, without a network between them."""
    browser = create_app(services.settings, services).test_client()
    with services.database.write() as session:
        token = begin(session, session.get_one(User, person.id), services.clock(), "bench")
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return browser


def pages(services: Services, browser: FlaskClient) -> list[str]:
    """What the header offers, and from there the pages about one exercise, one student and one submission."""
    found = NAVIGATION.search(browser.get(STAFF).text)
    header = re.findall(r'href="([^"]+)"', found[0]) if found else []
    regrades = re.findall(rf'href="({STAFF}/regrades/\d+)"', browser.get(f"{STAFF}/regrades").text)
    exercise, student, submission = busiest(services)
    return [
        "/",
        *header,
        *regrades[:1],
        f"{STAFF}/live?seen=old",
        f"{STAFF}/attention",
        f"{STAFF}/exercises/{exercise}",
        f"{STAFF}/exercises/{exercise}/students?show=submitted",
        f"{STAFF}/submissions?page=400",
        f"{STAFF}/submissions?exercise={exercise}&state=graded",
        f"{STAFF}/gradebook.csv",
        f"{STAFF}/students/{student}",
        f"{STAFF}/students/{student}/{exercise}",
        f"/submissions/{submission}",
    ]


def busiest(services: Services) -> tuple[str, int, str]:
    """The exercise with the most submissions, whoever handed in the most there, and the last of those."""
    of = (Assignment.exercise, Submission.assignment_id, Submission.user_id, func.max(Submission.id))
    many = func.count().desc()
    with services.database.read() as session:
        assignment = session.execute(
            select(Submission.assignment_id).group_by(Submission.assignment_id).order_by(many)
        ).first()
        found = select(*of).join(Assignment).where(Submission.assignment_id == (assignment[0] if assignment else 0))
        row = session.execute(
            found.group_by(Assignment.exercise, Submission.assignment_id, Submission.user_id).order_by(many)
        ).first()
    if row is None:
        raise AssertionError("nobody has handed anything in")
    return row[0], row[2], row[3]


def measured(services: Services, browser: FlaskClient, path: str, runs: int) -> dict[str, float]:
    """Milliseconds on the server, and how often the database is asked. The first time is left out."""
    with counted(services) as statements:
        answer = browser.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path} answers {answer.status_code}")
    used = time.process_time()
    taken = latencies(lambda: void(browser.get(path)), runs)
    return {
        "cpu_ms": (time.process_time() - used) / runs * 1e3,  # what is left of it where others use the machine too
        "queries": len(statements),
        "kib": len(answer.data) / 1024,
        "p50_ms": statistics.median(taken) * 1e3,
        "p95_ms": quantile(taken, 0.95) * 1e3,
    }


@contextmanager
def counted(services: Services) -> Iterator[list[str]]:
    """The statements that go to the database."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(services.database.engine, "before_cursor_execute", note)


def void(_: object) -> None:
    """For measuring what gives something back."""


if __name__ == "__main__":
    main()
