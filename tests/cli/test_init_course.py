"""An instructor's repository, and students' repositories made from a course file."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import assignments
from tests.cli.test_init_repo import PINNED, ROOT, SOURCE, TOOLS

SCHEMAS = {
    ".github/workflows/exercises.yml": ("vendor.github-workflows",),
    ".gitlab-ci.yml": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
}


@pytest.fixture
def made(grader, tmp_path):
    def make(*words) -> Path:
        code, _, err = grader("init-course", *words, "--to", tmp_path / "course", *SOURCE)
        assert code == 0, err
        return tmp_path / "course"

    return make


def test_it_begins_with_copies_that_have_the_editions_of_ours(made):
    folder = made("product_gradient", "softmax_derivative", "perceptron")
    ours = {sheet.name: sheet.edition for sheet in assignments.sheets()}
    copied = assignments.sheets(folder / "exercises")
    assert [sheet.name for sheet in copied] == ["product_gradient", "softmax_derivative", "perceptron"]
    assert all(not sheet.untranslated() for sheet in copied)
    assert copied[0].edition == ours["product_gradient"]


def test_no_blank_is_left_and_nothing_is_written_over(made, grader, tmp_path):
    folder = made()
    assert [path for path in folder.rglob("*") if path.is_file() and "@@" in path.read_text()] == []
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, _, err = grader("init-course", "--to", folder, *SOURCE)
    assert (code, "already" in err) == (2, True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_workflow_may_only_read_and_every_action_is_pinned_by_the_hash_of_a_commit(made):
    path = made("--minutes", "7") / ".github/workflows/exercises.yml"
    workflow = yaml.safe_load(path.read_text())
    (job,) = workflow["jobs"].values()
    assert (workflow["permissions"], job["permissions"], job["timeout-minutes"]) == ({}, {"contents": "read"}, 22)
    assert job["steps"][1]["with"] == {
        "exercises": "exercises",
        "minutes": "7",
        "submissions": "last-term",
        "language": "en",
    }
    used = [line.partition("uses: ")[2] for line in path.read_text().splitlines() if "uses: " in line]
    assert (len(used), [one for one in used if not PINNED.fullmatch(one)]) == (2, [])
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    assert set(job["steps"][1]["with"]) <= set(inputs)


def test_where_the_action_does_not_lie_on_github_there_is_no_workflow(grader, tmp_path):
    code, _, err = grader("init-course", "--to", tmp_path, "--source", f"https://git.example.org/chainrule@{'0' * 40}")
    assert (code, "must lie on GitHub" in err, (tmp_path / ".github").exists()) == (0, True, False)
    assert "https://git.example.org/chainrule" in (tmp_path / ".gitlab-ci.yml").read_text()


@pytest.mark.slow
def test_check_jsonschema_and_zizmor_find_nothing(made):
    folder = made()
    for path, schema in SCHEMAS.items():
        line = [TOOLS / "check-jsonschema", "--builtin-schema", *schema, folder / path]
        checked = subprocess.run(line, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout
    line = [TOOLS / "zizmor", "--offline", "--no-progress", "."]
    checked = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
def test_what_is_written_is_proved_by_the_command_that_its_runner_runs(made, grader):
    folder = made()
    code, out, err = grader("verify", folder / "exercises", "--seeds", "3", "--minutes", "3")
    assert (code, "✓ product_gradient" in out) == (0, True), out + err


# Course files ---------------------------------------------------------------------------------------


def test_a_course_file_makes_a_repository_with_several_exercises(made, grader, tmp_path):
    file = made("product_gradient", "mlp_backward") / "course.toml"
    file.write_text(
        file.read_text()
        .replace('course = ""', 'course = "backprop"')
        .replace('service = ""', 'service = "https://grader.example.org"')
    )
    code, _, err = grader("init-repo", file, "--to", tmp_path / "student", "--notebook")
    assert code == 0, err
    project = tomllib.loads((tmp_path / "student" / "chainrule.toml").read_text())
    assert (project["service"], project["course"]) == ("https://grader.example.org", "backprop")
    assert project["exercises"] == {name: [f"{name}/solution.ipynb"] for name in ("product_gradient", "mlp_backward")}
    assert SOURCE[1].rpartition("@")[2] in (tmp_path / "student" / ".github/workflows/chainrule.yml").read_text()


def test_an_exercise_of_the_course_s_own_is_what_students_get(made, grader, tmp_path):
    folder = made()
    shutil.copy(folder / "exercises" / "product_gradient.py", folder / "exercises" / "own_product.py")
    shutil.copy(folder / "exercises" / "zh" / "product_gradient.toml", folder / "exercises" / "zh" / "own_product.toml")
    changed = (
        (folder / "exercises" / "product_gradient.py").read_text().replace("def product_backward(", "def our_backward(")
    )
    (folder / "exercises" / "product_gradient.py").write_text(changed)
    (folder / "course.toml").write_text(
        'exercises = ["own_product", "product_gradient", "mlp_backward"]\nfolder = "exercises"\n'
    )
    code, _, err = grader("init-repo", folder / "course.toml", "--to", tmp_path / "student", *SOURCE)
    assert code == 0, err
    assert "product_backward" in (tmp_path / "student" / "own_product" / "solution.py").read_text()
    assert "our_backward" in (tmp_path / "student" / "product_gradient" / "solution.py").read_text()
    (folder / "course.toml").write_text('exercises = ["own_product"]\nfolder = "elsewhere"\n')
    assert "no folder" in grader("init-repo", folder / "course.toml", "--to", tmp_path / "two", *SOURCE)[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [("exercises = [", "course.toml"), ("exercises = []", "must list names"), ("exercises = [1]", "must list names"),
     ('exercises = ["product_gradient"]\nx = 1', "x is not known"), ('exercises = "product_gradient"', "must be a list"),
     ('exercises = ["no_such_exercise"]', "no_such_exercise"), ('exercises = ["product_gradient"]\nnotebook = "yes"', "notebook")],
)  # fmt: skip
def test_a_course_file_that_makes_no_sense_is_a_usage_error_and_nothing_is_written(grader, tmp_path, text, words):
    (tmp_path / "course.toml").write_text(text)
    code, _, err = grader("init-repo", tmp_path / "course.toml", "--to", tmp_path / "student", *SOURCE)
    assert (code, words in err, (tmp_path / "student").exists()) == (2, True, False)


def test_a_course_file_that_is_not_there_is_a_usage_error(grader, tmp_path):
    assert grader("init-repo", tmp_path / "nowhere.toml", *SOURCE)[0] == 2


def test_the_readme_names_only_commands_that_there_are(made):
    from cli.main import COMMANDS

    text = (made() / "README.md").read_text()
    named = {line.split()[1] for line in text.splitlines() if line.strip().startswith("grader ")}
    assert {"new-exercise", "verify", "publish", "regrade"} <= named <= set(COMMANDS)
