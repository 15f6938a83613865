"""The autograder for Gradescope: its zip, unpacked and run in a clean directory laid out as there."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import jsonschema
import pytest

import assignments
from tests.cli.conftest import OWN_VALUE, RIGHT
from tests.cli.test_action import PASSED_ON
from tests.cli.test_formats import GRADESCOPE
from tests.cli.test_init_repo import SOURCE

ROOT = Path(__file__).parents[2]
NAME = "product_gradient"
METADATA = {  # from the document "Submission Metadata"
    "id": 123456,
    "created_at": "2026-11-21T19:58:11.123456-05:00",
    "assignment": {
        "due_date": "2026-11-28T20:00:00.000000-08:00",
        "id": 25828,
        "title": "Product",
        "total_points": "6.0",
    },
    "submission_method": "upload",
    "users": [{"email": "ada@example.org", "id": 1234, "name": "Ada"}],
    "previous_submissions": [],
}


@pytest.fixture
def autograder(tmp_path):
    """A folder as Gradescope has it: source, submission, results."""
    home = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (home / name).mkdir(parents=True)
    (home / "source" / "seeds").write_text("5ec4e7" * 10)
    (home / "submission_metadata.json").write_text(json.dumps(METADATA))
    return home


@pytest.fixture
def autograde(grader, autograder, trusted_box):
    """Hand in and read what comes out."""

    def run(text: str, *more, file: str = "solution.py"):
        shutil.rmtree(autograder / "submission")
        (autograder / "submission").mkdir()
        (autograder / "submission" / file).write_text(text)
        code, _, err = grader("autograde", NAME, "--home", autograder, *more)
        assert code == 0, err
        return json.loads((autograder / "results" / "results.json").read_text())

    return run


def read_by(found: dict) -> dict:
    """By its specification, and as Gradescope adds up."""
    jsonschema.validate(found, GRADESCOPE)
    assert found["score"] == sum(test["score"] for test in found["tests"])
    assert all(0 <= test["score"] <= test["max_score"] for test in found["tests"])
    return found


def test_right_and_wrong_get_their_points_and_the_thought_is_named(autograde):
    assert read_by(autograde(RIGHT))["score"] == 6
    wrong = read_by(autograde(OWN_VALUE))
    assert (wrong["score"], "M35" in wrong["output"]) == (0, True)


def test_the_same_submission_has_the_same_inputs_and_another_has_others(autograde, autograder, monkeypatch):
    import contextlib

    from cli import assembly
    from tests.cli.conftest import run_trusted

    asked = []

    @contextlib.contextmanager
    def box(profile):
        yield lambda request: asked.append(repr(request.calls)) or run_trusted(request)

    def inputs():
        autograde(RIGHT)
        return asked[-1]

    monkeypatch.setattr(assembly, "box", box)
    first = inputs()
    assert inputs() == first
    (autograder / "submission_metadata.json").write_text(json.dumps({**METADATA, "id": 123457}))
    assert inputs() != first
    (autograder / "submission_metadata.json").write_text(json.dumps(METADATA))
    (autograder / "source" / "seeds").write_text("another")
    assert inputs() != first


@pytest.mark.parametrize("metadata", ["", "[]", "{", '{"id": null}', "[" * 100_000])
def test_metadata_that_cannot_be_read_stop_nobody(autograde, autograder, metadata):
    (autograder / "submission_metadata.json").write_text(metadata)
    assert autograde(RIGHT)["score"] == 6


def test_a_submission_without_a_program_is_told_so_and_earns_nothing(autograde):
    found = read_by(autograde("hello", file="readme.txt"))
    assert (found["score"], ".py" in found["output"]) == (0, True)
    assert "没有" in autograde("hello", "--lang", "zh", file="readme.txt")["output"]


def test_where_the_fault_is_ours_there_are_no_results_not_even_old_ones(autograde, autograder, grader, monkeypatch):
    from cli import assembly
    from grader.messages import Text
    from worker.sandbox.launch import SandboxUnavailable

    autograde(RIGHT)

    def no_box(profile):
        raise SandboxUnavailable(Text("no namespaces", "没有命名空间"), Text("ask", "问"))

    monkeypatch.setattr(assembly, "box", no_box)
    assert grader("autograde", NAME, "--home", autograder)[0] == 3
    assert list((autograder / "results").iterdir()) == []


def test_the_zip_has_two_scripts_that_may_be_run_and_a_secret_of_its_own(grader, tmp_path):
    paths = [tmp_path / f"{number}.zip" for number in (1, 2)]
    for path in paths:
        code, out, _ = grader("export", "gradescope", NAME, "-o", path, *SOURCE)
        assert (code, "Autograder Points 6" in out) == (0, True)
    zips = [zipfile.ZipFile(path) for path in paths]
    assert zips[0].namelist() == ["setup.sh", "run_autograder", "seeds"]
    modes = [stat.S_IMODE(entry.external_attr >> 16) for entry in zips[0].infolist()]
    assert modes == [0o755, 0o755, 0o644]
    assert zips[0].read("seeds") != zips[1].read("seeds")
    assert not [name for name in zips[0].namelist() if b"@@" in zips[0].read(name)]
    assert grader("export", "gradescope", NAME, "-o", paths[0], *SOURCE)[0] == 2
    assert grader("export", "gradescope", NAME, "-o", paths[0], "--force", *SOURCE)[0] == 0
    assert grader("export", "gradescope", "no_such", *SOURCE)[0] == 2
    for one in zips:
        one.close()


def test_only_who_made_the_zip_can_read_it_for_it_says_what_inputs_will_be_drawn(grader, tmp_path):
    before = os.umask(0)
    try:
        assert grader("export", "gradescope", NAME, "-o", tmp_path / "a.zip", *SOURCE)[0] == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600


def test_written_over_it_has_the_same_secret_and_without_changes_the_same_bytes(grader, tmp_path):
    """A submission that is graded again after an update has the inputs that it had."""
    path = tmp_path / "a.zip"
    contents = []
    for words in ((), ("--force",), ("--force", "--lang", "zh")):
        assert grader("export", "gradescope", NAME, "-o", path, *words, *SOURCE)[0] == 0
        contents.append((path.read_bytes(), zipfile.Path(path, "seeds").read_text()))
    assert contents[0] == contents[1]
    assert contents[0][0] != contents[2][0]
    assert contents[0][1] == contents[2][1]


@pytest.mark.parametrize("before", [b"", b"no zip", b"PK\x03\x04 and no more"])
def test_what_was_no_autograder_is_written_over_all_the_same(grader, tmp_path, before):
    path = tmp_path / "a.zip"
    path.write_bytes(before)
    assert grader("export", "gradescope", NAME, "-o", path, "--force", *SOURCE)[0] == 0
    assert len(zipfile.Path(path, "seeds").read_text().strip()) == 64


def test_where_writing_fails_the_zip_of_before_is_still_there_and_nothing_beside_it(grader, tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    assert grader("export", "gradescope", NAME, "-o", path, *SOURCE)[0] == 0
    before = path.read_bytes()

    def full(self, *_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    code, _, err = grader("export", "gradescope", NAME, "-o", path, "--force", *SOURCE)
    assert (code, "No space left" in err) == (2, True)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.slow
@pytest.mark.box
@pytest.mark.timeout(600)
def test_the_zip_is_set_up_and_run_as_gradescope_does_it(grader, tmp_path):
    """With the real git, a real environment and the real box. Only apt is not asked: what it brings is there."""
    home, own = tmp_path / "autograder", tmp_path / "exercises"
    upstream, commit = upstream_of(tmp_path)
    (own / "zh").mkdir(parents=True)
    shutil.copy(assignments.HERE / f"{NAME}.py", own / "own_product.py")
    shutil.copy(assignments.HERE / "zh" / f"{NAME}.toml", own / "zh" / "own_product.toml")
    source = f"https://github.com/example/chainrule@{commit}"
    line = ("export", "gradescope", "own_product", "--exercises", own, "-o", tmp_path / "a.zip", "--source", source)
    assert grader(*line)[0] == 0
    for name in ("source", "submission", "results"):
        (home / name).mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        packed.extractall(home / "source")
    shutil.copy(home / "source" / "run_autograder", home)
    (home / "submission" / "answer.py").write_text(OWN_VALUE)
    (home / "submission_metadata.json").write_text(json.dumps(METADATA))
    given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    given |= {"AUTOGRADER": str(home), "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{upstream}.insteadOf",
              "GIT_CONFIG_VALUE_0": "https://github.com/example/chainrule", "LC_ALL": "C.UTF-8"}  # fmt: skip
    for script in (home / "source" / "setup.sh", home / "run_autograder"):
        ran = subprocess.run(
            ["sh", script], cwd=home, env=given, capture_output=True, text=True, check=False, timeout=560
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    found = read_by(json.loads((home / "results" / "results.json").read_text()))
    assert (found["score"], "M35" in found["output"]) == (0, True)
    assert sum(test["max_score"] for test in found["tests"]) == 6


def upstream_of(folder: Path) -> tuple[str, str]:
    """The repository as a server would have it: what is committed, and its newest commit."""
    bare = folder / "chainrule.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, bare], check=True)
    commit = subprocess.run(["git", "-C", bare, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    return bare.as_uri(), commit.strip()
