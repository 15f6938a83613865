"""The reconciler is killed while it fetches a commit: the next one hands it in, once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from tests.web.conftest import populate
from tests.web.pushes.forge import Forge
from tests.web.pushes.test_collecting import commit
from tests.web.pushes.test_commits import COMMIT
from web.database.models import Course, Push, Submission, User
from web.database.schema import upgrade
from web.pushes import linking
from web.pushes.hosts import hosts_of
from web.services import Services, now

pytestmark = pytest.mark.service
SECONDS = 30


@pytest.fixture
def forge():
    with Forge() as running:
        yield running


@pytest.fixture
def services(settings, hashed_password, forge):
    made = Services.of(replace(settings, git_hosts=hosts_of(f"gitea={forge.base}")))
    upgrade(made.database)
    populate(made, hashed_password)
    yield made
    made.database.close()


@pytest.fixture
def pushed(services, forge):
    """Ada's push, as the webhook has written it down; its commit comes slowly."""
    with services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        ada = session.scalars(select(User.id).where(User.name == "Ada")).one()
        found = linking.link(session, course, ada, linking.Wish(forge.name, "ada/homework"), now(), ada)
        known = {"commit": COMMIT, "branch": "main", "next_at": now(), "created_at": now()}
        session.add(Push(repository_id=found.id, **known))
    forge.put(COMMIT, commit(found.code))
    forge.drip = 0.02


def reconciler(services):
    surroundings = {
        **os.environ,
        "GRADER_HOME": str(services.settings.home),
        "DATABASE_URL": services.settings.database_url,
        "REDIS_URL": f"unix://{services.settings.home}/nobody",
        "GRADER_GIT_HOSTS": f"gitea={services.settings.git_hosts[0].base}",
    }
    with (services.settings.home / "reconciler.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "web.reconciler"], env=surroundings, stderr=log)


def until(holds):
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def state(services):
    with services.database.read() as session:
        return session.scalars(select(Push)).one().state


@pytest.mark.usefixtures("pushed")
def test_a_kill_while_a_commit_is_fetched_loses_nothing(services, forge):
    with reconciler(services) as first:
        until(lambda: forge.asked)
        first.kill()
    assert state(services) == "waiting"
    with services.database.write() as session:
        assert session.scalars(select(Push.tries)).one() == 1
        session.execute(update(Push).values(next_at=now()))  # a minute later
    forge.drip = 0.0
    with reconciler(services) as second, reconciler(services) as third:
        until(lambda: state(services) == "done")
        for process in (second, third):
            process.terminate()
    assert (second.returncode, third.returncode) == (0, 0)
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1
    assert len(forge.asked) == 2
