"""`grader verify` proves the laws for any directory of exercises, and says which one is broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import assignments
from cli.misconceptions import codes
from grader.codes import ANYWHERE, CODES


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A directory with one exercise of Grace's own."""
    (tmp_path / "zh").mkdir()
    shutil.copy(assignments.HERE / "product_gradient.py", tmp_path / "grace_product.py")
    shutil.copy(assignments.HERE / "zh" / "product_gradient.toml", tmp_path / "zh" / "grace_product.toml")
    return tmp_path


@pytest.mark.slow
def test_a_good_exercise_in_another_directory_ends_with_0(grader, course):
    code, out, _ = grader("verify", course, "--seeds", "2", "--matrix")
    assert code == 0
    assert "✓ grace_product" in out
    assert "own_value" in out


@pytest.mark.slow
def test_a_misconception_that_no_check_catches_ends_with_1_and_names_it(grader, course):
    path = course / "grace_product.py"
    wrong, right = "return x * upstream, w * upstream", "return w * upstream, x * upstream"
    assert wrong in path.read_text()
    path.write_text(path.read_text().replace(wrong, right))
    code, out, _ = grader("verify", course, "--seeds", "1")
    assert code == 1
    assert "✗ grace_product" in out
    assert "own_value" in out


@pytest.mark.slow
def test_a_package_in_another_directory_is_loaded_whole(grader, course):
    """A second module adds a misconception, and the one that no check can catch is found there."""
    package = course / "grace_product"
    package.mkdir()
    shutil.move(course / "grace_product.py", package / "__init__.py")
    wrong = '@exercise.misconception("M12", product_backward)\ndef no_slip(x, w, upstream):\n    """?"""\n'
    text = (
        f'"""More."""\n\nfrom . import exercise, product_backward\n\n\n{wrong}    return w * upstream, x * upstream\n'
    )
    (package / "more.py").write_text(text)
    code, out, _ = grader("verify", course, "--seeds", "1")
    assert code == 1
    assert "✗ grace_product" in out
    assert "no_slip loses nothing" in out


def test_every_code_has_a_meaning_and_every_meaning_a_code_that_is_used():
    used = {known.code for name in assignments.names() for known in assignments.find(name).misconceptions}
    assert used | ANYWHERE == set(CODES)
    assert len(set(CODES.values())) == len(CODES)


def test_the_page_of_misconceptions_says_what_the_codes_stand_for():
    """Where this fails, an exercise or a code has changed: ./run grader verify --markdown > docs/misconceptions.md"""
    page = (assignments.HERE.parent / "docs" / "misconceptions.md").read_text(encoding="utf-8")
    assert "".join(codes([assignments.find(name) for name in assignments.names()])) in page


@pytest.mark.slow
def test_the_page_of_misconceptions_lists_every_one_of_every_exercise():
    """Where this fails, an exercise has changed: ./run grader verify --markdown > docs/misconceptions.md"""
    page = (assignments.HERE.parent / "docs" / "misconceptions.md").read_text(encoding="utf-8")
    listed, _, matrices = page.partition("## All of them")[2].partition("## Who is named what")
    for exercise in map(assignments.find, assignments.names()):
        matrix = matrices.partition(f"(`{exercise.name}`)\n")[2].partition("\n###")[0]
        for known in exercise.misconceptions:
            (line,) = (line for line in listed.splitlines() if f"| {known.code} | `{known.name}` |" in line)
            assert f"`{exercise.name}`" in line
            (row,) = (
                line for line in matrix.splitlines() if f"| {known.code} `{known.name}` in `{known.function}` |" in line
            )
            assert row.endswith("| 20/20 | – |")
            assert "✗" in row
        assert matrix.count("\n| M") == len(exercise.misconceptions)
    entries = {
        (known.code, known.name) for name in assignments.names() for known in assignments.find(name).misconceptions
    }
    assert listed.count("\n| M") == len(entries)


@pytest.mark.slow
def test_the_page_is_one_command_for_any_directory(grader, course):
    code, out, _ = grader("verify", course, "--markdown", "--seeds", "2")
    assert code == 0
    assert "### The gradient of a product (`grace_product`)" in out
    assert "`own_value` in `product_backward` | ✗ | ✗ |" in out
    assert "2/2 | – |" in out


def test_a_module_that_does_not_load_breaks_a_law_instead_of_the_command(grader, course):
    path = course / "grace_product.py"
    path.write_text(path.read_text() + "\nraise RuntimeError('not today')\n")
    code, out, _ = grader("verify", course)
    assert code == 1
    assert "not today" in out


def test_a_directory_without_exercises_is_a_usage_error(grader, tmp_path):
    code, _, err = grader("verify", tmp_path)
    assert code == 2
    assert "holds no exercise" in err


@pytest.mark.slow
def test_what_is_not_proved_in_time_fails_by_name_also_one_that_never_ends(grader, course):
    path = course / "grace_product.py"
    path.write_text(path.read_text() + "\nwhile True:\n    pass\n")
    shutil.copy(assignments.HERE / "product_gradient.py", course / "another.py")
    code, out, _ = grader("verify", course, "--minutes", "0.02")
    assert code == 1
    assert "budget of 0.02 minutes is used up" in out
    assert out.count("✗ another") + out.count("✗ grace_product") >= 1


def test_on_github_a_broken_law_stands_at_its_file_and_in_the_summary(grader, course, tmp_path, monkeypatch):
    path = course / "grace_product.py"
    path.write_text(path.read_text() + "\nraise RuntimeError('not | today')\n")
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }.items():
        monkeypatch.setenv(name, value)
    code, out, _ = grader("verify", course)
    assert code == 1
    assert "::error file=grace_product.py,title=grace_product%3A the module loads::" in out
    assert "not \\| today" in (tmp_path / "summary.md").read_text()
