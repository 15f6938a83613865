"""The shell of action.yml, run as a runner runs it: in a clean directory, with the runner's variables and no others."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from cli.assembly import profile_of
from tests.assignments.test_dress import PROGRAMS
from tests.cli.conftest import OWN_VALUE, RIGHT

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")
PASSED_ON = ("PATH", "HOME", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE", "PIP_CERT", "SSL_CERT_FILE")


def filled(text: str, known: dict[str, str]) -> str:
    """An input or an output with its expressions worked out."""
    return EXPRESSION.sub(lambda found: known.get(found[1], ""), text)


@dataclass
class Runner:
    """A runner with one job. temp: where the environment is kept from job to job."""

    folder: Path
    temp: Path

    def __post_init__(self):
        self.work = self.folder / "work"
        self.work.mkdir()
        self.summary, self.log = self.folder / "summary.md", ""
        self.summary.touch()

    def variables(self) -> dict[str, str]:
        """As GitHub documents them."""
        given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return given | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(self.work),
            "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
            "LANG": "C.UTF-8",
        }

    def run(self, **inputs: str) -> int:
        """Every step with a shell, in order; the exit code of the first that fails."""
        known = {f"inputs.{name}": inputs.get(name, one["default"]) for name, one in ACTION["inputs"].items()}
        for number, step in enumerate(one for one in ACTION["runs"]["steps"] if "run" in one):
            outputs = self.folder / f"output-{number}"
            outputs.touch()
            own = {name: filled(text, known) for name, text in step.get("env", {}).items()}
            code = self._shell(step["run"], self.variables() | own | {"GITHUB_OUTPUT": str(outputs)})
            pairs = [line.partition("=") for line in outputs.read_text().splitlines()]
            known |= {f"steps.{step.get('id')}.outputs.{name}": value for name, _, value in pairs}
            if code:
                break
        self.outputs = {name: filled(one["value"], known) for name, one in ACTION["outputs"].items()}
        self.key = known.get("steps.place.outputs.key", "")
        return code

    def _shell(self, script: str, variables: dict[str, str]) -> int:
        """With the words that the runner puts before a script of bash."""
        line = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        ran = subprocess.run(
            line, cwd=self.work, env=variables, capture_output=True, text=True, timeout=580, check=False
        )
        self.log += ran.stdout + ran.stderr
        return ran.returncode


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """A runner's folder, clean when the first test begins; GRADER_ACTION_TEMP names one that stays."""
    named = os.environ.get("GRADER_ACTION_TEMP")
    return Path(named) if named else tmp_path_factory.mktemp("runner")


@pytest.fixture
def runner(grader, kept, tmp_path):
    made = Runner(tmp_path, kept)
    source = "https://github.com/example/chainrule@0123456789abcdef0123456789abcdef01234567"
    assert grader("init-repo", "product_gradient", "--to", made.work, "--source", source)[0] == 0
    return made


pytestmark = [pytest.mark.slow, pytest.mark.box, pytest.mark.timeout(600)]  # the first test sets up from nothing


def test_a_right_solution_is_green_and_what_was_not_run_is_said(runner):
    """Without a token, as in a pull request from a fork."""
    (runner.work / "solution.py").write_text(RIGHT)
    assert runner.run() == 0, runner.log
    assert (runner.outputs, len(runner.key)) == ({"code": "0"}, 32)
    assert "only the public checks ran" in runner.log
    assert "points" in runner.summary.read_text()
    assert re.search(r"Set up in \d+ s", runner.log)
    assert re.search(r"Checked in \d+ s", runner.log)


def test_a_wrong_solution_is_red_and_annotated_at_its_line(runner):
    (runner.work / "solution.py").write_text(OWN_VALUE)
    assert runner.run() == 1, runner.log
    assert runner.outputs == {"code": "1"}
    assert "::error file=solution.py,line=1,title=product_gradient%3A" in runner.log
    assert "M35" in runner.summary.read_text()
    assert "Setting up" not in runner.log, "the environment was there already"


def of_the_environment(kept: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A program of the environment that the runner keeps, in the folder of ours."""
    line = [kept / "chainrule-venv" / "bin" / words[0], *words[1:]]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)


def test_the_environment_has_what_grading_needs_and_no_more(runner, kept):
    """It is carried to every job: 700 MB stay away, and what stays is compiled."""
    (runner.work / "solution.py").write_text(RIGHT)
    assert runner.run() == 0, runner.log
    (packages,) = (kept / "chainrule-venv" / "lib").glob("python3.*/site-packages")
    assert not any(
        (packages / name).exists() for name in ("flask", "sqlalchemy", "celery", "torch/include", "torch/test")
    )
    assert not list(packages.rglob("tests"))
    assert list((packages / "torch" / "optim" / "__pycache__").glob("adam.*.pyc"))
    assert sum(path.lstat().st_size for path in packages.rglob("*")) < 700e6
    assert of_the_environment(kept, "python", "-m", "pip", "check").returncode == 0


def test_what_was_left_out_of_torch_no_solution_needs(runner, kept):
    """The wardrobe of every exercise with torch, optimisers and all, in the real box: the same verdicts as elsewhere."""
    if not (kept / "chainrule-venv").exists():
        runner.run()
    mine = {program: codes for program, codes in PROGRAMS.items() if profile_of(program.partition("/")[0]) == "torch"}
    ran = of_the_environment(kept, "python", "-m", "tests.cli.dressed", *mine)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert found == [[program, sorted(set(codes)), not codes, "None"] for program, codes in mine.items()], ran.stderr


def test_the_site_can_be_asked_for_and_is_said_to_be_missing_until_then(runner, kept):
    if not (kept / "chainrule-venv").exists():
        runner.run()
    given = runner.variables() | {"GRADER_VENV": str(kept / "chainrule-venv")}
    line = [ROOT / "run", "grader", "up"]
    ran = subprocess.run(line, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"This installs it: {ROOT}/run setup" in ran.stderr


def test_the_untouched_starter_is_red_in_chinese_as_well(runner):
    assert runner.run(language="zh") == 1, runner.log
    assert "公开检查" in runner.log


def test_a_service_that_is_down_is_told_apart_from_a_wrong_solution(runner):
    (runner.work / "solution.py").write_text(RIGHT)
    toml = runner.work / "chainrule.toml"
    toml.write_text(toml.read_text().replace('course = ""', 'course = "backprop"'))
    code = runner.run(token="x" * 43, service="http://127.0.0.1:9", patience="0")
    assert (code, runner.outputs) == (3, {"code": "3"})
    assert "Nobody answers at http://127.0.0.1:9" in runner.log
    assert "x" * 43 not in runner.log


@pytest.fixture
def teacher(grader, kept, tmp_path):
    """An instructor's repository, as `init-course` writes it."""
    made = Runner(tmp_path, kept)
    source = "https://github.com/example/chainrule@0123456789abcdef0123456789abcdef01234567"
    assert grader("init-course", "--to", made.work, "--source", source)[0] == 0
    return made


def inputs_of(runner: Runner) -> dict[str, str]:
    """What its workflow gives to the action."""
    workflow = yaml.safe_load((runner.work / ".github/workflows/exercises.yml").read_text())
    return workflow["jobs"]["verify"]["steps"][1]["with"]


def test_exercises_are_proved_and_a_broken_one_is_red_at_its_file(teacher):
    assert teacher.run(**inputs_of(teacher)) == 0, teacher.log
    assert "✓ product_gradient" in teacher.log
    module = teacher.work / "exercises" / "product_gradient.py"
    module.write_text(module.read_text() + "\nraise RuntimeError('not today')\n")
    assert teacher.run(**inputs_of(teacher)) == 1
    assert "::error file=exercises/product_gradient.py,title=product_gradient%3A" in teacher.log
    assert "not today" in teacher.summary.read_text()


def test_a_change_by_which_somebody_of_last_term_loses_is_red_and_says_who(teacher):
    folder = teacher.work / "last-term" / "submissions" / "product_gradient" / "ada" / "1"
    folder.mkdir(parents=True)
    (folder / "solution.py").write_text(OWN_VALUE)
    row = '{"exercise": "product_gradient", "student": "ada", "number": 1, "points": 6}'
    (teacher.work / "last-term" / "scores.json").write_text(f'{{"scores": [{row}]}}')
    assert teacher.run(**inputs_of(teacher)) == 1, teacher.log
    assert "0 gain, 1 lose" in teacher.log
    assert "| product\\_gradient | ada | 1 | 6 | 0 | -6 |" in teacher.summary.read_text()
