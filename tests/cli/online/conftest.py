"""The real site behind the command, without a network between them: requests go straight into the application."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest

from cli.online import handing_in
from cli.online.client import Client
from tests.web.api.conftest import Bell, grade, program  # noqa: F401 - program is a fixture
from tests.web.conftest import Clock, applications, hashed_password, populated, settings, site  # noqa: F401 - fixtures
from web.services import Services

SERVICE = "http://127.0.0.1:8000"


@dataclass
class Wire:
    """Between command and site. broken: what happens instead of an answer, one for each request, None for nothing."""

    site: object
    graded: Callable | None = None
    broken: list = field(default_factory=list)
    requests: list = field(default_factory=list)

    def fetch(self, client, request):
        self.requests.append((request.get_method(), request.full_url, dict(request.header_items())))
        trouble = self.broken.pop(0) if self.broken else None
        if isinstance(trouble, tuple):
            return trouble
        parts = urlsplit(request.full_url)
        if self.graded and request.get_method() == "GET" and parts.path.startswith("/api/v1/submissions/"):
            self.graded(parts.path.split("/")[4])
        answer = self.site.app.test_client().open(
            f"{parts.path}?{parts.query}", method=request.get_method(), headers=request.headers, data=request.data
        )
        if trouble:
            raise client._no_answer(trouble)  # the site has done it, and its answer is lost
        return answer.status_code, answer.data, answer.headers.get("Retry-After", "")


@pytest.fixture
def services(settings, populated):  # noqa: F811 - the fixtures
    shutil.copy(populated, settings.home / "site.db")
    made = replace(Services.of(settings, Clock()), doorbell=Bell())
    yield made
    made.database.close()


@pytest.fixture(autouse=True)
def no_keyring():
    """Not the one of whoever runs the tests."""
    keyring = pytest.importorskip("keyring")
    from keyring.backends.null import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def wire(site, monkeypatch, tmp_path):  # noqa: F811 - the fixture
    """The service at SERVICE is the site of the test; waiting takes no time."""
    found = Wire(site)

    def fetch(client, request):
        return found.fetch(client, request)

    monkeypatch.setattr(Client, "_fetch", fetch)
    monkeypatch.setattr(handing_in.Counter.__init__, "__defaults__", (handing_in.time.monotonic, lambda seconds: None))
    for name, value in {"GITHUB_SHA": "a1b2c3d4e5" * 4, "XDG_CONFIG_HOME": str(tmp_path / "config")}.items():
        monkeypatch.setenv(name, value)
    for name in ("GRADER_TOKEN", "GRADER_SERVICE", "GITHUB_ACTIONS", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return found


@pytest.fixture
def token(wire, program, monkeypatch):  # noqa: F811 - the fixture
    """Ada's, as CI has it; and a worker that grades whatever waits."""
    given = program("ada").token
    monkeypatch.setenv("GRADER_TOKEN", given)
    monkeypatch.setenv("GRADER_SERVICE", SERVICE)
    wire.graded = lambda submission: grade(wire.site, submission)
    return given
