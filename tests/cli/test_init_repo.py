"""A student's repository: what is written is what its runners, its hook and we ourselves can read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from grader.files import read_paths

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SOURCE = ("--source", f"https://github.com/example/chainrule@{COMMIT}")
TOOLS = Path(sys.executable).parent
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}( # v[\d.]+)?")
SCHEMAS = {
    "action.yml": ("vendor.github-actions",),
    ".github/workflows/chainrule.yml": ("vendor.github-workflows",),
    ".gitlab-ci.yml": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
}


@pytest.fixture
def made(grader, tmp_path):
    """A repository for one exercise or several."""

    def make(*words):
        code, _, err = grader("init-repo", *words, "--to", tmp_path / "work", *SOURCE)
        assert code == 0, err
        return tmp_path / "work"

    return make


def test_one_exercise_is_solution_py_and_several_have_a_folder_each(made, grader, tmp_path):
    assert (made("product_gradient") / "solution.py").read_text().startswith('"""')
    grader("init-repo", "product_gradient", "mlp_backward", "--to", tmp_path / "two", *SOURCE)
    project = tomllib.loads((tmp_path / "two" / "chainrule.toml").read_text())
    assert project["exercises"] == {
        "product_gradient": ["product_gradient/solution.py"],
        "mlp_backward": ["mlp_backward/solution.py"],
    }
    assert all((tmp_path / "two" / path).is_file() for (path,) in project["exercises"].values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_notebook_holds_the_same_starter(made, grader, tmp_path, language):
    folder = made("product_gradient", "--notebook", "--lang", language)
    grader("init-repo", "product_gradient", "--to", tmp_path / "plain", "--lang", language, *SOURCE)
    (notebook,) = read_paths((folder / "solution.ipynb",)).files
    (plain,) = read_paths((tmp_path / "plain" / "solution.py",)).files
    assert notebook.text.strip() == plain.text.strip()
    assert json.loads((folder / "solution.ipynb").read_text())["nbformat"] == 4


def test_nothing_is_written_over_and_then_nothing_is_written_at_all(made, grader):
    folder = made("product_gradient")
    (folder / "solution.py").unlink()
    code, _, err = grader("init-repo", "product_gradient", "--to", folder, *SOURCE)
    assert (code, "already" in err, (folder / "solution.py").exists()) == (2, True, False)


def test_what_cannot_be_pinned_is_refused(grader, tmp_path):
    for source in ("https://github.com/example/chainrule@main", "git@github.com:example/chainrule@" + COMMIT, COMMIT):
        code, _, err = grader("init-repo", "product_gradient", "--to", tmp_path / "work", "--source", source)
        assert (code, "40 digits" in err, (tmp_path / "work").exists()) == (2, True, False)


def test_no_blank_is_left_and_service_and_course_are_kept(made):
    folder = made("product_gradient", "--service", "https://grader.example.org/", "--course", 'back"prop')
    assert [path for path in folder.rglob("*") if path.is_file() and "@@" in path.read_text()] == []
    project = tomllib.loads((folder / "chainrule.toml").read_text())
    assert (project["service"], project["course"]) == ("https://grader.example.org", 'back"prop')


def test_a_workflow_is_written_only_where_the_action_lies_on_github(grader, tmp_path):
    source = f"https://git.example.org/chainrule@{COMMIT}"
    code, _, err = grader("init-repo", "product_gradient", "--to", tmp_path / "work", "--source", source)
    assert (code, "must lie on GitHub" in err) == (0, True)
    assert not (tmp_path / "work" / ".github").exists()
    assert (tmp_path / "work" / ".gitlab-ci.yml").exists()


# CI -------------------------------------------------------------------------------------------------


def test_every_action_is_pinned_by_the_hash_of_a_commit(made):
    texts = [
        (ROOT / "action.yml").read_text(),
        (made("product_gradient") / ".github/workflows/chainrule.yml").read_text(),
    ]
    used = [line.partition("uses: ")[2] for text in texts for line in text.splitlines() if "uses: " in line]
    assert len(used) == 3
    assert [one for one in used if not PINNED.fullmatch(one)] == []


def test_the_workflow_may_read_the_repository_and_only_a_push_sees_the_token(made):
    workflow = yaml.safe_load((made("product_gradient") / ".github/workflows/chainrule.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert (workflow["permissions"], job["permissions"]) == ({}, {"contents": "read", "id-token": "write"})
    assert workflow[True].keys() == {"push", "pull_request"}  # YAML 1.1 reads `on` as true
    (action,) = [step for step in job["steps"] if "chainrule" in step["uses"]]
    assert action["with"]["token"].startswith("${{ github.event_name == 'push' &&")
    assert job["steps"][0]["with"]["persist-credentials"] is False


def test_gitlab_signs_who_a_run_is_for_the_service_and_for_nobody_else(made):
    file = yaml.safe_load(
        (made("product_gradient", "--service", "https://grade.example.edu") / ".gitlab-ci.yml").read_text()
    )
    assert file["chainrule"]["id_tokens"] == {"GRADER_ID_TOKEN": {"aud": "https://grade.example.edu"}}


def test_without_a_service_gitlab_signs_nothing(made):
    file = yaml.safe_load((made("product_gradient") / ".gitlab-ci.yml").read_text())
    assert "id_tokens" not in file["chainrule"]


def test_no_step_of_the_action_puts_an_expression_into_its_shell():
    """What somebody else can name, a branch or an input, would be run else."""
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    assert [step for step in steps if "${{" in step.get("run", "")] == []


@pytest.mark.slow
def test_check_jsonschema_and_zizmor_find_nothing_in_workflow_action_and_gitlab_file(made):
    folder = made("product_gradient", "mlp_backward")
    shutil.copy(ROOT / "action.yml", folder)
    for path, schema in SCHEMAS.items():
        line = [TOOLS / "check-jsonschema", "--builtin-schema", *schema, folder / path]
        checked = subprocess.run(line, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout
    line = [TOOLS / "zizmor", "--offline", "--no-progress", "action.yml", ".github/workflows/chainrule.yml"]
    checked = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
@pytest.mark.box
def test_the_hook_stops_a_wrong_solution_and_lets_a_right_one_pass(made, tmp_path):
    """With the real git, and the real box behind it."""
    from tests.cli.conftest import OWN_VALUE, RIGHT

    folder = made("product_gradient")
    surroundings = {**os.environ, "PATH": f"{TOOLS}:{os.environ['PATH']}", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    surroundings |= {
        f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }

    def git(*words):
        return subprocess.run(
            ["git", *words], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
        )

    git("init", "-q")
    git("config", "core.hooksPath", ".githooks")
    git("add", "-A")
    (folder / "solution.py").write_text(OWN_VALUE)
    refused = git("commit", "-am", "wrong")
    assert refused.returncode == 1
    assert "Which thought went wrong" in refused.stdout + refused.stderr
    (folder / "solution.py").write_text(RIGHT)
    assert git("commit", "-am", "right").returncode == 0


@pytest.mark.slow
@pytest.mark.box
def test_a_student_s_program_sees_no_token(made, tmp_path):
    """Not in its environment, nor in that of a process above it."""
    folder = made("product_gradient")
    spy = "import glob, os\nprint(dict(os.environ))\n"
    spy += "for path in glob.glob('/proc/*/environ'):\n    try:\n        print(open(path, 'rb').read())\n"
    spy += "    except OSError as error:\n        print(path, error)\n"
    (folder / "solution.py").write_text(f"{spy}def product_backward(x, w, upstream):\n    return 0.0, 0.0\n")
    surroundings = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "GRADER_TOKEN": "secret-" * 6,
    }
    ran = subprocess.run(
        [TOOLS / "grader", "ci", "--format", "json"],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1, ran.stderr
    assert "'HOME': '/tmp'" in json.loads(ran.stdout)["stdout"]
    assert "secret-" not in ran.stdout + ran.stderr
