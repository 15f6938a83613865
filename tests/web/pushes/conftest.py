"""The programs and the doorbell of the interface's tests, and a site that knows a few hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.api.conftest import Bell, program  # noqa: F401 - a fixture
from web.database.models import Course, Membership
from web.pushes.hosts import hosts_of

HOSTS = hosts_of("github.com, gitlab=https://git.example.edu, gitea=https://code.example.org")


@pytest.fixture
def settings(settings):
    return replace(settings, git_hosts=HOSTS)


@pytest.fixture
def services(services):
    return replace(services, doorbell=Bell())


@pytest.fixture
def ada(program):  # noqa: F811 - the fixture
    return program("ada")


@pytest.fixture
def mallory(site):
    """She studies in Ada's and Ben's course too."""
    with site.services.database.write() as session:
        course = session.query(Course).filter_by(slug="backprop").one()
        known = {"role": "student", "created_at": site.clock()}
        session.add(Membership(course_id=course.id, user_id=site.people["mallory"], **known))
    return "mallory"
