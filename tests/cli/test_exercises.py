"""Exercises can be listed, read and begun at once, without waiting for torch."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from rich.cells import cell_len

import assignments
from grader.course import chapter_titles


def test_the_list_names_every_exercise(grader):
    code, out, _ = grader("list")
    assert code == 0
    assert all(name in out for name in assignments.names())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_list_is_the_course_on_80_columns_with_no_title_cut_off(grader, monkeypatch, language):
    """Every chapter once, in the order of the course, and under it its exercises with points and whole titles."""
    monkeypatch.setenv("COLUMNS", "80")
    out = grader("list", "--lang", language)[1]
    course = assignments.chapters()
    headings = [assignments.chapter_title(chapter)(language) for chapter in course]
    assert [line.strip() for line in out.splitlines() if line.strip() in headings] == headings
    names = [sheet.name for sheets in course.values() for sheet in sheets]
    assert [line.split()[0] for line in out.splitlines() if set(line.split()[:1]) & set(names)] == names
    assert "…" not in out
    assert all(cell_len(line) <= 80 for line in out.splitlines())


def test_every_chapter_of_the_course_has_a_name_in_both_languages():
    assert set(assignments.chapters()) == set(chapter_titles(assignments.HERE))


@pytest.mark.parametrize("name", assignments.names())
def test_the_points_in_the_list_are_those_of_the_checks(name):
    exercise = assignments.find(name)
    assert exercise.sheet.points == sum(check.points for check in exercise.checks)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", assignments.names())
def test_a_statement_is_shown_with_no_tex_left(grader, name, language):
    code, out, _ = grader("show", name, "--lang", language)
    assert code == 0
    assert "$" not in out
    assert "\\frac" not in out


def test_bold_words_in_chinese_are_bold_and_lines_join_without_a_space():
    from rich.console import Console

    from cli.statement import _body

    console = Console(width=60)
    with console.capture() as shown:
        for block in _body("**不允许：**自动微分。\n这是推导。"):
            console.print(block)
    assert shown.get().strip() == "不允许：自动微分。这是推导。"


def test_the_starter_is_written_and_never_over_a_file_unasked(grader, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "product_gradient.py"
    assert grader("new-solution", "product_gradient")[0] == 0
    assert "def product_backward" in path.read_text()
    path.write_text("mine")
    code, _, err = grader("new-solution", "product_gradient")
    assert (code, path.read_text()) == (2, "mine")
    assert "--force" in err
    assert grader("new-solution", "product_gradient", "--force")[0] == 0
    assert path.read_text() != "mine"


def test_a_misspelt_name_or_command_is_answered_with_its_neighbour(grader):
    assert "product_gradient" in grader("show", "product_gradeint")[2]
    assert "Did you mean 'check'" in grader("chekc")[2]


@pytest.mark.box
@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["show", "product_gradient"], ["check", "--help"]])
def test_what_only_reads_does_not_import_torch(arguments):
    code = (
        "import sys; from cli.main import outcome; code = outcome(sys.argv[1:]); "
        "sys.exit(code or ('torch' in sys.modules) * 9 or ('numpy' in sys.modules) * 8)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, check=False).returncode == 0
    )


def test_the_help_is_made_of_words(grader):
    code, out, _ = grader("--help")
    assert code == 0
    assert "\\" not in out
    assert "new-solution softmax_derivative" in " ".join(out.split())


def test_hints_name_the_command_as_it_was_started(grader, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_COMMAND", "./run grader")
    path = tmp_path / "ada.py"
    assert f"./run grader check {path}" in grader("new-solution", "slope", "--to", path)[1]
    assert "`./run grader list`" in grader("show", "zzz")[2]
    assert "Usage: ./run grader " in grader("--help")[1]


@pytest.mark.parametrize("sheet", assignments.sheets(), ids=lambda sheet: sheet.name)
def test_no_space_follows_a_wide_stop_in_a_chinese_statement(grader, sheet):
    out = grader("show", sheet.name, "--lang", "zh")[1].partition("你要写的")[0]
    assert re.findall(r".{0,9}[，。；：、！？][ ]+[^ \n].{0,9}", out) == []
