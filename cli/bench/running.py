"""The service as `grader up` starts it, in a folder of its own, and students who hand in by program."""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cli.bench.candidates import EXERCISE
from web.accounts.sessions import digest
from web.database.models import ApiToken, Course, Membership, User
from web.demo import SLUG
from web.services import Services, now
from web.settings import Settings

PATIENCE = 120.0  # seconds for the service to start and to answer
STUDENTS = 40
LIMITS = ("GRADER_UPLOADS_A_MINUTE", "GRADER_REQUESTS_A_MINUTE")  # of one person; here a few stand for a whole school
AGAIN = 0.1  # seconds; the service asks for a whole one
KEPT = 1.0  # seconds that a connection may lie idle: the site ends it after two


class Student:
    """One who hands in by program. A connection of their own, kept open as long as the site may want to."""

    def __init__(self, address: str, token: str) -> None:
        self.line = http.client.HTTPConnection(address, timeout=PATIENCE)
        self.used = 0.0
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The answer to a request. Raises AssertionError with what a problem says."""
        if time.monotonic() - self.used > KEPT:
            self.line.close()
        self.line.request(method, f"/api/v1{path}", json.dumps(body) if body else None, self.headers)
        answer = self.line.getresponse()
        data: dict[str, Any] = json.loads(answer.read())
        self.used = time.monotonic()
        if answer.status >= 400:
            raise AssertionError(data)
        return data

    def hand_in(self, text: str) -> str:
        """The submission's id, once it is accepted."""
        body = {"files": [{"name": "solution.py", "text": text}]}
        return str(self.ask("POST", f"/courses/{SLUG}/exercises/{EXERCISE}/submissions", body)["submission"])

    def score(self, text: str) -> float:
        """Hand in and wait for the points."""
        submission = self.hand_in(text)
        while (state := self.ask("GET", f"/submissions/{submission}?wait=10"))["state"] in {"waiting", "running"}:
            time.sleep(AGAIN)  # no seat was free to wait on
        if state["state"] != "graded" or not state["points"]:
            raise AssertionError(state)
        return float(state["points"])


@contextmanager
def running() -> Iterator[tuple[Path, str, Services]]:
    """`grader up` in a folder of its own: the folder, the address, and a way into its database."""
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        home = Path(folder)
        line = [
            "env",
            "-u",
            "REDIS_URL",
            "-u",
            "DATABASE_URL",
            f"GRADER_HOME={home}",
            *(f"{name}={10**6}" for name in LIMITS),
        ]
        line += [str(Path(sys.executable).with_name("grader")), "up", "--port", "0"]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
            try:
                address = address_in(process)
                url = f"sqlite:///{home / 'chainrule.db'}"
                services = Services.of(Settings(home, url, f"unix://{home}/broker/socket", "", Path()))
                yield home, address, services
            finally:
                process.terminate()
                process.communicate(timeout=PATIENCE)


def address_in(process: subprocess.Popen[str]) -> str:
    """Host and port, as the command says where to open the site."""
    for line in process.stdout or ():
        if "http://" in line:
            return line.partition("http://")[2].strip().rstrip("/").split()[0]
    raise AssertionError("the service did not start")


def tokens(services: Services) -> list[str]:
    """Students in the demo course, each with a token."""
    made = [secrets.token_urlsafe(32) for _ in range(STUDENTS)]
    with services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == SLUG)).one()
        for number, token in enumerate(made):
            user = User(email=f"student{number}@example.org", name=f"Student {number}", created_at=now())
            session.add(Membership(course=course, user=user, role="student", created_at=now()))
            times = {"created_at": now(), "expires_at": now() + timedelta(days=1)}
            session.add(ApiToken(digest=digest(token), user=user, name="bench", scopes="read submit", **times))
    return made


def student_of(home: Path) -> tuple[str, str]:
    """E-mail and password of a student of the demo course."""
    people = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    return next((person["email"], person["password"]) for person in people if person["role"] == "student")
