"""Publishing from a folder: verified first, refused in words, and in the end what real workers judge by."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import assignments
from tests.cli.conftest import OWN_VALUE, RIGHT
from tests.cli.online.conftest import SERVICE
from web.services import NAME as SERVICES
from web.services import Services

NAME = "product_gradient"
GRADER = Path(sys.executable).with_name("grader")


def exercises(folder: Path, text: str = "") -> Path:
    """A folder of one's own with one exercise, which is ours with a remark: another edition."""
    (folder / "zh").mkdir(parents=True)
    module = (assignments.HERE / f"{NAME}.py").read_text() + "\n# the edition of this term\n" + text
    (folder / f"{NAME}.py").write_text(module)
    shutil.copy(assignments.HERE / "zh" / f"{NAME}.toml", folder / "zh")
    return folder


@pytest.fixture
def grace(wire, program, monkeypatch):
    """An instructor at a service whose operator allows it."""
    site = wire.site
    settings = replace(site.services.settings, publish=True, published=site.services.settings.home / "published")
    site.app.extensions[SERVICES] = site.services = Services.of(settings, site.clock)
    monkeypatch.setenv("GRADER_TOKEN", program("grace", scopes="publish").token)
    monkeypatch.setenv("GRADER_SERVICE", SERVICE)
    return site


def test_an_edition_is_verified_sent_and_named(grader, grace, tmp_path):
    folder = exercises(tmp_path / "mine")
    code, out, err = grader("publish", folder, "--seeds", "2")
    edition = assignments.sheets(folder)[0].edition
    assert (code, f"edition {edition} is handed out from now on" in out) == (0, True), err
    assert grace.services.catalogue[NAME].edition == edition
    code, out, _ = grader("publish", folder, "--seeds", "1", "--lang", "zh")
    assert (code, "已经是当前版本" in out) == (0, True)


def test_a_broken_exercise_is_not_sent(grader, grace, wire, tmp_path):
    folder = exercises(
        tmp_path / "mine",
        "\n\n@exercise.misconception('M12')\ndef never_named(x, w, upstream):\n    '''A hint?'''\n    return w * upstream, x * upstream\n",
    )
    code, out, err = grader("publish", folder, "--seeds", "1")
    assert (code, out, "Nothing was published" in err) == (2, "", True)
    assert not [one for one in wire.requests if one[0] == "POST"]


def test_what_the_service_refuses_is_said_and_what_to_do(grader, grace, wire, program, monkeypatch, tmp_path):
    folder = exercises(tmp_path / "mine")
    monkeypatch.setenv("GRADER_TOKEN", program("grace", scopes="read submit").token)
    code, _, err = grader("publish", folder, "--seeds", "1")
    assert (code, "GRADER_PUBLISH=1" in err) == (2, True)
    monkeypatch.setenv("GRADER_TOKEN", program("ben", scopes="publish").token)
    assert "Only instructors" in grader("publish", folder, "--seeds", "1")[2]


def test_which_exercise_is_asked_where_there_are_several_and_what_lies_beside_is_not_forgotten(grader, grace, tmp_path):
    folder = exercises(tmp_path / "mine")
    shutil.copy(assignments.HERE / "mlp_backward.py", folder)
    code, _, err = grader("publish", folder)
    assert (code, "--only NAME" in err) == (2, True)
    (folder / "shared.py").write_text("RATE = 0.1\n")
    module = folder / f"{NAME}.py"
    module.write_text(module.read_text() + "\nimport shared\n")
    code, _, err = grader("publish", folder, "--only", NAME)
    assert (code, f"package {NAME}/" in err) == (2, True)
    assert grader("publish", tmp_path)[0] == 2


@pytest.mark.service
def test_a_published_edition_is_what_the_worker_judges_by_and_the_one_before_is_still_there(tmp_path):
    """The whole way: the command, the service with its real queue and worker, the box, and the report."""
    from cli.bench.running import running, tokens
    from web.accounts.sessions import digest
    from web.database.models import ApiToken

    folder = exercises(tmp_path / "mine")
    text = (folder / f"{NAME}.py").read_text()
    (folder / f"{NAME}.py").write_text(text.replace("points=", "points=3 + ", 1))
    os.environ["GRADER_PUBLISH"] = "1"
    try:
        with running() as (home, address, services):
            student = tokens(services)[0]
            teacher = instructor(services, digest, ApiToken)
            before = graded(tmp_path, address, student, OWN_VALUE)
            made = command(tmp_path, address, teacher, "publish", folder, "--seeds", "1")
            assert made.returncode == 0, made.stderr
            after = graded(tmp_path, address, student, RIGHT)
            edition = assignments.sheets(folder)[0].edition
            assert (before["edition"], after["edition"]) == (assignments.find(NAME).edition, edition)
            assert after["out_of"] == before["out_of"] + 3 == after["points"]
            assert (home / "published" / NAME / edition / f"{NAME}.py").is_file()
    finally:
        del os.environ["GRADER_PUBLISH"]


def instructor(services, digest, token_of) -> str:
    """A token to publish, of somebody who teaches in the demo course."""
    from datetime import timedelta

    from sqlalchemy import select

    from web.database.models import Membership
    from web.services import now

    with services.database.write() as session:
        who = session.scalars(select(Membership.user_id).where(Membership.role == "instructor")).first()
        times = {"created_at": now(), "expires_at": now() + timedelta(days=1)}
        session.add(token_of(digest=digest("t" * 43), user_id=who, name="publish", scopes="publish", **times))
    return "t" * 43


def command(folder, address, token, *line):
    kept = {name: os.environ[name] for name in ("PATH",)}
    given = kept | {
        "HOME": str(folder),
        "GRADER_TOKEN": token,
        "GRADER_SERVICE": f"http://{address}",
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        [GRADER, *map(str, line)], cwd=folder, env=given, capture_output=True, text=True, check=False, timeout=200
    )


def graded(folder, address, token, text) -> dict:
    import json

    (folder / "solution.py").write_text(text)
    ran = command(folder, address, token, "submit", "solution.py", "--exercise", NAME, "--wait", "--format", "json")
    assert ran.returncode in {0, 1}, ran.stderr
    return json.loads(ran.stdout)
