"""What the README promises is run as it stands there, and a set-up that cannot work says so in words."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import shutil
import signal
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_HERE = {
    "./run": "runs until it is stopped: has a test of its own below",
    "./run grader backup /tmp/chainrule.backup --force": "has a test of its own below, with a folder of its own",
    "./run grader restore /tmp/chainrule.backup": "likewise",
    "./run test": "would run this test again",
    "./run bench judge": "has a test of its own, beside the benchmark",
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return list(dict.fromkeys(line.removeprefix("$ ") for line in lines if line.startswith("$ ")))


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "GRADER_VENV") if name in os.environ}
    environment |= {"LANG": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1"} | changes
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.box
@pytest.mark.slow
@pytest.mark.parametrize("command", [command for command in commands() if command not in NOT_HERE])
def test_commands_of_the_readme_do_what_they_should(command):
    """A check of the mistaken example ends with 1, everything else with 0; nothing ends in a traceback."""
    answer = run(*shlex.split(command))
    assert answer.returncode == (1 if " check " in command else 0), answer.stderr
    assert "Traceback" not in answer.stdout + answer.stderr
    assert answer.stdout.strip()


@pytest.mark.service
def test_the_bare_command_starts_the_site_and_its_data_can_be_backed_up_and_restored(tmp_path):
    """`./run`, then Ctrl-C; then the two commands of the README, on the folder that was made."""
    names = ("PATH", "HOME", "GRADER_VENV")
    environment = {name: os.environ[name] for name in names if name in os.environ}
    environment |= {"LANG": "C.UTF-8", "GRADER_HOME": str(tmp_path / "home"), "GRADER_PORT": "0", "GRADER_SLOTS": "1"}
    with subprocess.Popen(
        ["./run"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        said = "".join(itertools.takewhile(lambda line: "Ctrl-C stops" not in line, process.stdout))
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said + rest
    assert re.search(r"^Open http://127\.0\.0\.1:\d+/$", said, re.MULTILINE)
    assert "grace@example.org" in said
    for line in ("backup", "restore"):
        command = next(command for command in commands() if f"grader {line} " in command)
        answer = run(*shlex.split(command.replace("/tmp/", f"{tmp_path}/")), GRADER_HOME=str(tmp_path / "home"))
        assert answer.returncode == 0, answer.stderr


@pytest.mark.box
@pytest.mark.slow
def test_the_report_in_the_readme_is_what_the_command_prints():
    command, *shown = blocks("console")[0].rstrip().splitlines()
    printed = [line.rstrip() for line in run(*shlex.split(command.removeprefix("$ "))).stdout.splitlines()]
    assert [line for line in shown if line not in {"…", *printed}] == []


@pytest.mark.slow
def test_the_exercise_in_the_readme_obeys_every_law(tmp_path, chinese_cube):
    (tmp_path / "cube_gradient.py").write_text(blocks("python")[0], encoding="utf-8")
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "cube_gradient.toml").write_text(chinese_cube, encoding="utf-8")
    answer = run("./run", "grader", "verify", str(tmp_path))
    assert answer.returncode == 0, answer.stdout


@pytest.fixture
def chinese_cube() -> str:
    return '''
statement = """# 立方的梯度

对 $f = x^3$，写出 `cube_backward(x, upstream)`：损失对 $x$ 的梯度，其中 `upstream` 是 $dL/df$。"""

[checks]
worked_example = "与手算的例子一致"
any_upstream = "把上游梯度传了下去"

[misconceptions]
no_upstream = "这只是 $f$ 随 $x$ 的变化。那么 $f$ 变化时，$L$ 怎样变化？"
'''


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_what_pyproject_asks_for_is_pinned():
    """Each dependency has one version in constraints.txt, so that two set-ups give the same grader."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    names = {plain(re.match(r"[\w.-]+", line)[0]) for line in asked} - {project["name"]}
    assert names - {plain(name) for name in pinned} == set()


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


# Set-up that cannot work ----------------------------------------------------------------------------


@pytest.fixture
def bare_path(tmp_path) -> str:
    """A PATH with the shell's tools and no Python."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "dirname", "mkdir", "uname", "ls", "rm"):
        (tools / name).symlink_to(str(shutil.which(name)))
    return str(tools)


@pytest.mark.slow
def test_without_a_python_the_script_says_what_to_install(tmp_path, bare_path):
    answer = run("./run", "setup", PATH=bare_path, GRADER_VENV=str(tmp_path / "venv"))
    assert answer.returncode == 3
    assert "no complete Python 3.11-3.14 was found" in answer.stderr
    assert "apt-get install python3" in answer.stderr


@pytest.mark.slow
def test_a_python_on_path_that_does_not_run_is_passed_over(tmp_path, bare_path):
    """A shim may stand for a version that is switched off."""
    shim = Path(bare_path) / "python3.14"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    answer = run("./run", "setup", PATH=bare_path, GRADER_VENV=str(tmp_path / "venv"))
    assert "no complete Python" in answer.stderr


@pytest.mark.slow
def test_a_folder_with_other_things_is_not_taken_for_the_environment(tmp_path):
    """GRADER_VENV=~ by mistake must not cost anybody a file."""
    (tmp_path / "thesis.tex").write_text("precious")
    answer = run("./run", "setup", GRADER_VENV=str(tmp_path))
    assert answer.returncode == 3
    assert "something else than a virtual environment" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


# Kinds of environment -------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path):
    """Make one that is ready for these kinds, and whose `grader` says what it was given."""

    def make(*kinds: str, stamp: str | None = None) -> Path:
        texts = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt", "run"))
        summed = subprocess.run(["cksum"], input=texts, capture_output=True, check=True).stdout.decode().strip()
        venv = tmp_path / "venv"
        (venv / "bin").mkdir(parents=True)
        (venv / "bin" / "python").symlink_to(str(shutil.which("true")))
        (venv / "bin" / "grader").write_text('#!/bin/sh\necho "grader $*"\n')
        (venv / "bin" / "grader").chmod(0o755)
        for kind in kinds:
            (venv / f".ready-{kind}").write_text(f"{stamp or summed + f' {ROOT}'}\n")
        return venv

    return make


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kinds", "command", "said"),
    [
        ("grade", ("setup", "grade"), ""),
        ("grade", ("grader", "ci", "--local"), "grader ci --local"),
        ("grade", ("check", "mine.py"), "grader check mine.py"),
        ("grade base", ("setup", "grade"), ""),
        ("grade base", ("up", "--port", "1"), "grader up --port 1"),
        ("grade base dev", ("bench", "ci"), "grader bench ci"),
    ],
)
def test_what_an_environment_is_for_it_is_used_for_at_once(environment, bare_path, kinds, command, said):
    """On this PATH nothing could be set up."""
    answer = run("./run", *command, PATH=bare_path, GRADER_VENV=str(environment(*kinds.split())))
    assert (answer.returncode, answer.stdout.strip()) == (0, said), answer.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", [("up",), ("setup",), ("--port", "8001"), ("bench", "ci")])
def test_one_that_only_grades_is_added_to_where_more_is_wanted(environment, bare_path, command):
    answer = run("./run", *command, PATH=bare_path, GRADER_VENV=str(environment("grade")))
    assert answer.returncode == 3
    assert "no complete Python" in answer.stderr


@pytest.mark.slow
def test_one_that_only_grades_goes_on_doing_so_when_its_pins_have_changed(environment, tmp_path):
    """What set-up is asked for is seen by what it installs; pip is the venv's, and here it says what it was given."""
    venv = environment("grade", stamp="another")
    (venv / "pyvenv.cfg").touch()
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/asked\n')
    (venv / "bin" / "python").chmod(0o755)
    assert run("./run", "grader", "list", GRADER_VENV=str(venv)).returncode == 0
    asked = (tmp_path / "asked").read_text()
    assert f"-e {ROOT}\n" in asked
    assert "[service]" not in asked
    assert not (venv / ".ready-base").exists()
    (venv / ".ready-base").write_text("another\n")  # what serves goes on serving
    (venv / ".ready-grade").unlink()
    assert run("./run", "setup", "grade", GRADER_VENV=str(venv)).returncode == 0
    assert f"-e {ROOT}[service]\n" in (tmp_path / "asked").read_text()
    assert {path.name for path in venv.glob(".ready-*")} == {".ready-grade", ".ready-base"}


@pytest.mark.slow
def test_an_environment_of_no_kind_is_not_set_up():
    answer = run("./run", "setup", "everything")
    assert answer.returncode == 2
    assert "there are grade, base and dev" in answer.stderr


@pytest.mark.slow
def test_an_unknown_command_shows_the_help_and_ends_with_2():
    answer = run("./run", "chekc", "mine.py")
    assert answer.returncode == 2
    assert "there is no command 'chekc'" in answer.stderr
    assert answer.stdout == ""
