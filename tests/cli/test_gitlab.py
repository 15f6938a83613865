"""The scripts of the GitLab files, run as its runner runs them: in one shell, in a clean directory, with its variables."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import OWN_VALUE, RIGHT
from tests.cli.test_action import PASSED_ON
from tests.cli.test_gradescope import upstream_of

pytestmark = [pytest.mark.slow, pytest.mark.box, pytest.mark.timeout(900)]  # the first run sets up from nothing
URL = "https://git.example.org/chainrule"


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    """Where the program is fetched from, and which commit."""
    return upstream_of(tmp_path_factory.mktemp("upstream"))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The directory of the project on the runner: what its cache keeps stays from job to job."""
    return tmp_path_factory.mktemp("project")


@pytest.fixture
def fresh(project, tmp_path, grader, upstream):
    """A repository as a command of ours writes it, checked out where the one before was."""

    def make(*words) -> Path:
        assert grader(*words, "--to", tmp_path / "work", "--source", f"{URL}@{upstream[1]}")[0] == 0
        for path in project.iterdir():
            if path.name != ".chainrule":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(tmp_path / "work", project, dirs_exist_ok=True)
        return project

    return make


def run(folder: Path, upstream: tuple[str, str]) -> subprocess.CompletedProcess:
    """The one job of the file."""
    (job,) = yaml.safe_load((folder / ".gitlab-ci.yml").read_text()).values()
    given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    known = {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_PROJECT_DIR": str(folder),
        "CI_COMMIT_SHA": "0" * 40,
        "LC_ALL": "C.UTF-8",
    }
    for name, value in job["variables"].items():
        known[name] = re.sub(r"\$(\w+)", lambda found: known[found[1]], value)
    known |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{upstream[0]}.insteadOf", "GIT_CONFIG_VALUE_0": URL}
    script = "\n".join(["set -eo pipefail", *job["script"]])
    line = ["bash", "--noprofile", "--norc", "-c", script]
    return subprocess.run(line, cwd=folder, env=given | known, capture_output=True, text=True, check=False, timeout=800)


def test_a_student_s_push_is_checked_and_leaves_its_junit(fresh, upstream):
    folder = fresh("init-repo", "product_gradient")
    (folder / "solution.py").write_text(OWN_VALUE)
    ran = run(folder, upstream)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    report = ET.parse(folder / ".chainrule" / "report.xml").getroot()
    assert int(report.get("failures")) > 0
    assert {case.get("file") for case in report.iter("testcase")} == {"solution.py"}
    (folder / "solution.py").write_text(RIGHT)
    assert run(folder, upstream).returncode == 0


def test_an_instructor_s_push_is_proved_and_compared_with_last_term(fresh, upstream):
    folder = fresh("init-course")
    ran = run(folder, upstream)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "✓ product_gradient" in ran.stdout
    work = folder / "last-term" / "submissions" / "product_gradient" / "ada" / "1"
    work.mkdir(parents=True)
    (work / "solution.py").write_text(OWN_VALUE)
    row = '{"exercise": "product_gradient", "student": "ada", "number": 1, "points": 6}'
    (folder / "last-term" / "scores.json").write_text(f'{{"scores": [{row}]}}')
    ran = run(folder, upstream)
    assert (ran.returncode, "0 gain, 1 lose" in ran.stdout) == (1, True)
