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
from grader.reading import read_sheet
from tests.cli.conftest import OWN_VALUE, RIGHT
from tests.cli.online.conftest import SERVICE
from web.services import NAME as SERVICES
from web.services import Services
from worker.finding import Finder

NAME, ON_DEVICE = "product_gradient", "train_on_device"
GRADER = Path(sys.executable).with_name("grader")


def exercises(folder: Path, text: str = "") -> Path:
    """A folder of one's own with one exercise, which is ours with a remark: another edition."""
    (folder / "zh").mkdir(parents=True)
    module = (assignments.HERE / f"{NAME}.py").read_text() + "\n# the edition of this term\n" + text
    (folder / f"{NAME}.py").write_text(module)
    shutil.copy(assignments.HERE / "zh" / f"{NAME}.toml", folder / "zh")
    return folder


def gpu_exercise(folder: Path) -> Path:
    """The exercise with a pace and a module beside it, in a folder of one's own."""
    sheet = read_sheet(assignments.HERE / f"{ON_DEVICE}.py")
    for file in sheet.files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(assignments.HERE / file, folder / file)
    module = folder / f"{ON_DEVICE}.py"
    module.write_text(f"{module.read_text()}\n# the edition of this term\n")
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
    assert (code, "`from .shared import …`" in err) == (2, True)
    assert grader("publish", tmp_path)[0] == 2


def test_all_that_an_edition_consists_of_is_sent_and_it_is_called_alike_on_both_sides(grader, grace, wire, tmp_path):
    """A shared module, its own shared module, a pace: what the product's own exercise for a GPU has, and deeper."""
    folder = gpu_exercise(tmp_path / "mine")
    (folder / "steps.py").write_text("STEPS = 1\n")
    shared = folder / "fitting.py"
    shared.write_text(f"{shared.read_text()}\nfrom .steps import STEPS\n")
    code, out, err = grader("publish", folder, "--only", ON_DEVICE, "--seeds", "1")
    sheet = read_sheet(folder / f"{ON_DEVICE}.py")
    assert (code, f"edition {sheet.edition} is handed out" in out) == (0, True), err
    place = grace.services.settings.published / ON_DEVICE / sheet.edition
    assert {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()} == set(sheet.files)
    assert {f"paces/{ON_DEVICE}.py", "fitting.py", "steps.py", f"zh/{ON_DEVICE}.toml"} < set(sheet.files)
    edition = Finder(grace.services.settings.published)(ON_DEVICE, sheet.edition)
    assert (edition.edition, edition.pace) == (sheet.edition, place / "paces" / f"{ON_DEVICE}.py")


def test_another_pace_is_another_edition(grader, grace, tmp_path):
    """Its times are kept by edition, and stand in reports."""
    folder = gpu_exercise(tmp_path / "mine")
    before = read_sheet(folder / f"{ON_DEVICE}.py").edition
    pace = folder / "paces" / f"{ON_DEVICE}.py"
    pace.write_text(f"{pace.read_text()}# faster\n")
    assert read_sheet(folder / f"{ON_DEVICE}.py").edition != before


@pytest.mark.service
def test_a_published_edition_is_what_the_worker_judges_by_and_the_one_before_is_still_there(tmp_path):
    """The whole way: the command, the service with its real queue and worker, the box, and the report."""
    from cli.bench.running import running, tokens
    from web.accounts.sessions import digest
    from web.database.models import ApiToken

    folder = exercises(tmp_path / "mine")
    text = (folder / f"{NAME}.py").read_text()
    (folder / f"{NAME}.py").write_text(text.replace("points=1", "points=4", 1))
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


@pytest.mark.service
def test_the_times_of_a_published_pace_stand_in_the_report_of_a_worker_with_a_device(tmp_path, monkeypatch):
    """The whole way again, with the exercise that needs a module and a pace beside it; the CPU stands in for a GPU."""
    from cli.bench.running import running, tokens
    from web.accounts.sessions import digest
    from web.database.models import ApiToken

    folder = gpu_exercise(tmp_path / "mine")
    for name, value in {"GRADER_PUBLISH": "1", "GRADER_DEVICES": "cpu,gpu", "GRADER_GPU": "stand-in"}.items():
        monkeypatch.setenv(name, value)
    with running() as (_, address, services):
        student, teacher = tokens(services)[0], instructor(services, digest, ApiToken)
        made = command(tmp_path, address, teacher, "publish", folder, "--only", ON_DEVICE, "--seeds", "1")
        assert made.returncode == 0, made.stderr
        right = (folder / "paces" / f"{ON_DEVICE}.py").read_text()
        report = graded(tmp_path, address, student, right, ON_DEVICE)
    assert report["edition"] == read_sheet(folder / f"{ON_DEVICE}.py").edition
    assert report["points"] == report["out_of"]
    assert any("of the reference" in remark["text"] for remark in report["remarks"]), report["remarks"]


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


def graded(folder, address, token, text, exercise=NAME) -> dict:
    import json

    (folder / "solution.py").write_text(text)
    ran = command(folder, address, token, "submit", "solution.py", "--exercise", exercise, "--wait", "--format", "json")
    assert ran.returncode in {0, 1}, ran.stderr
    return json.loads(ran.stdout)
