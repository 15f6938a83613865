"""The whole service for browser tests, as `grader up` starts it: queue, recorder, reconciler, worker, site."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select

from cli.service import answering
from web.accounts.sessions import begin
from web.application import create_app
from web.database.models import Assignment, Course, Membership, SignIn, User
from web.services import Services
from web.settings import Settings

ROOT = Path(__file__).parents[2]
START_SECONDS = 90.0
COURSE = "/courses/backprop"


@dataclass
class Visitor:
    """Somebody new, who is signed in and has done nothing yet."""

    id: int
    name: str
    cookie: str


class Whole:
    """What tests ask of the running service; its people and terms are changed in its own database."""

    def __init__(self, url: str, home: Path) -> None:
        self.url, self.home = url, home
        made = Settings.from_environment()
        settings = replace(
            made, home=home, database_url=f"sqlite:///{home}/chainrule.db", secret_key=(home / "secret").read_text()
        )
        self.services = Services.of(settings)
        self.app = create_app(settings, self.services)
        self.people = {one["name"]: one for one in json.loads((home / "demo.json").read_text())}
        self._numbers = count(1)

    def visitor(self, role: str = "student") -> Visitor:
        """Nobody else's work, attempts or limits stand in their way."""
        number = next(self._numbers)
        with self.services.database.write() as session:
            moment = self.services.clock()
            user = User(email=f"visitor{number}@example.org", name=f"Visitor {number}", created_at=moment)
            course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
            session.add(Membership(course=course, user=user, role=role, created_at=moment))
            session.flush()
        return Visitor(user.id, user.name, self.signed_in(user.id))

    def signed_in(self, user_id: int) -> str:
        """The cookie of a new session."""
        with self.services.database.write() as session:
            token = begin(session, session.get_one(User, user_id), self.services.clock(), "test")
        browser = self.app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return browser.get_cookie("chainrule").value

    def end_session(self, visitor: Visitor) -> None:
        with self.services.database.write() as session:
            for one in session.scalars(select(SignIn).where(SignIn.user_id == visitor.id)):
                one.ended_at = self.services.clock()

    @contextmanager
    def terms(self, exercise: str, *, deadline: datetime | None = None, attempts: int | None = None) -> Iterator[None]:
        """Other terms for an exercise, for a while."""
        before = self._set(exercise, deadline or self.services.clock() + timedelta(days=7), attempts)
        try:
            yield
        finally:
            self._set(exercise, *before)

    def _set(
        self, exercise: str, deadline: datetime | None, attempts: int | None
    ) -> tuple[datetime | None, int | None]:
        with self.services.database.write() as session:
            row = session.scalars(select(Assignment).where(Assignment.exercise == exercise)).one()
            before = row.deadline, row.attempts
            row.deadline, row.attempts = deadline, attempts
            return before

    @contextmanager
    def queue_away(self) -> Iterator[None]:
        """The queue hears nobody: its process is stopped, and goes on afterwards."""
        process = answering(self.home / "broker" / "socket")
        assert process, "nobody answers at the queue's socket"
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)


@contextmanager
def whole(home: Path) -> Iterator[Whole]:
    """Started on a free port, with the demo's course; ended in order."""
    log = home / "up.log"
    environment = {**os.environ, "GRADER_HOME": str(home), "GRADER_SLOTS": "1", "PYTHONUNBUFFERED": "1"}
    environment.pop("REDIS_URL", None)
    command = [sys.executable, "-c", "from cli.main import main; main()", "up", "--port", "0", "--lang", "en"]
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        yield Whole(_address(process, log), home)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen, log: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"Open (http://\S+?)/?$", log.read_text(), re.MULTILINE)
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"the service does not start:\n{log.read_text()}")
