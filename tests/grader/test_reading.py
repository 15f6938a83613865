"""What students may see of an exercise is read as text: nothing is executed, and what is missing is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import assignments
from grader.errors import ExerciseError
from grader.reading import Sheet, read_sheet

MODULE = '''r"""# A title

The statement, with $\\hat y$.
"""

from grader.exercise import Exercise

exercise = Exercise(__name__, chapter="tests", order=-3, forbid=("autograd",), seconds=UNKNOWN)
EXECUTED


@exercise.given()
def square(x):
    """Public."""
    return x * x  # as it stands


@exercise.starter(returns=("a", "b"))
def pair(x):
    """Return two numbers."""
    raise NotImplementedError


@exercise.reference(pair)
def secret(x):
    return 41.5, x


@exercise.check(points=2, public=True)
def one(draw):
    """says one
    thing on two lines"""
    yield pair(1.0)


@other.check(points=9)
def none_of_ours(draw):
    """is no check"""


def plain():
    """is no entry"""
'''

CHINESE = """statement = '''
# 标题

题面。'''
[checks]
one = "一件事"
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(module: str = MODULE, chinese: str | None = CHINESE, name: str = "exercise_of_grace") -> Path:
        path = tmp_path / f"{name}.py"
        path.write_text(module, encoding="utf-8")
        if chinese is not None:
            (tmp_path / "zh").mkdir(exist_ok=True)
            (tmp_path / "zh" / f"{name}.toml").write_text(chinese, encoding="utf-8")
        return path

    return write


@pytest.fixture
def sheet(written) -> Sheet:
    return read_sheet(written())


def test_nothing_is_imported_or_executed(sheet):
    """The module would fail at once: EXECUTED is no name."""
    assert sheet.name == "exercise_of_grace"
    assert "exercise_of_grace" not in sys.modules


def test_title_and_statement_are_there_in_both_languages(sheet):
    assert (sheet.title.en, sheet.title.zh) == ("A title", "标题")
    assert "$\\hat y$" in sheet.statement.en
    assert sheet.statement.zh.endswith("题面。")


def test_options_that_are_literals_are_known_and_others_are_left_out(sheet):
    assert sheet.options == {"chapter": "tests", "order": -3, "forbid": ("autograd",)}
    assert sheet.chapter == "tests"


def test_a_check_is_called_by_its_docstring_on_one_line(sheet):
    title = sheet.text("check", "one")
    assert (title.en, title.zh) == ("says one thing on two lines", "一件事")


def test_only_what_the_exercise_decorates_is_an_entry(sheet):
    assert [(entry.role, entry.name) for entry in sheet.entries] == [
        ("given", "square"),
        ("starter", "pair"),
        ("reference", "secret"),
        ("check", "one"),
    ]


def test_an_entry_says_what_it_is_about(sheet):
    """A reference of its function, a misconception of its code and the function that is wrong."""
    assert [entry.about for entry in sheet.entries] == [(), (), ("pair",), ()]


def test_a_text_that_is_not_there_is_the_exercises_fault(sheet):
    with pytest.raises(ExerciseError, match="no check is called two"):
        sheet.text("check", "two")


def test_given_code_comes_as_it_stands_without_its_decorator(sheet):
    assert sheet.given == 'def square(x):\n    """Public."""\n    return x * x  # as it stands'


@pytest.mark.parametrize("letter", ["\u2028", "\x0b", "\x0c", "\x85"])
def test_what_some_editors_leave_in_a_text_moves_no_line(written, letter):
    """Python counts no line there: else students would be given other lines than the judge runs."""
    read = read_sheet(written(MODULE.replace("The statement,", f"The{letter}statement,")))
    assert read.given == read_sheet(written()).given
    assert read.starter_in("zh") == read_sheet(written()).starter_in("zh")


def test_the_starter_holds_given_code_and_signatures_and_no_answer(sheet):
    compile(sheet.starter, "starter", "exec")
    assert "def pair(x):" in sheet.starter
    assert "def square(x):" in sheet.starter
    assert "@exercise" not in sheet.starter
    assert "41.5" not in sheet.starter


def test_what_is_untranslated_is_listed(written):
    assert read_sheet(written(chinese="statement = '题'\n")).untranslated() == ("checks.one",)
    assert read_sheet(written(chinese="[checks]\none = '一'\n")).untranslated() == ("statement",)
    assert read_sheet(written()).untranslated() == ()


def test_without_a_translation_english_stands_in(written):
    sheet = read_sheet(written(chinese=None, name="alone"))
    assert sheet.text("check", "one").zh == "says one thing on two lines"
    assert sheet.title.zh == "A title"


def test_the_edition_changes_with_the_exercise(written):
    first = read_sheet(written()).edition
    assert read_sheet(written()).edition == first
    assert read_sheet(written(MODULE.replace("41.5", "41.6"))).edition != first


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The exercise again, as a package with a second module; its translation lies beside the package."""
    package = tmp_path / "exercise_of_tom"
    package.mkdir()
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "exercise_of_tom.toml").write_text(CHINESE, encoding="utf-8")
    (package / "__init__.py").write_text(MODULE, encoding="utf-8")
    (package / "wrong.py").write_text(SECOND, encoding="utf-8")
    return package / "__init__.py"


SECOND = '''"""Not the statement."""


@exercise.misconception("M12", pair)
def halved(x):
    """Where did the other half go?"""
'''


def test_a_package_is_one_exercise_and_its_first_module_holds_the_statement(package):
    sheet = read_sheet(package)
    assert (sheet.name, sheet.title.zh) == ("exercise_of_tom", "标题")
    assert [entry.name for entry in sheet.entries] == ["square", "pair", "secret", "one", "halved"]
    assert sheet.text("misconception", "halved").en == "Where did the other half go?"


def test_the_edition_changes_with_every_module_of_a_package(package):
    first = read_sheet(package).edition
    (package.parent / "wrong.py").write_text(SECOND.replace("M12", "M13"), encoding="utf-8")
    assert read_sheet(package).edition != first


IMPORTS = [
    "from {home}.shared import f",
    "from {home} import shared",
    "import {home}.shared as s",
    "from shared import f",
]


@pytest.mark.parametrize("imported", IMPORTS)
def test_the_edition_changes_with_a_shared_module_that_is_imported_and_with_no_other(written, tmp_path, imported):
    """What stands beside the exercise and is not imported, directly or by what is imported, is not part of it."""
    path = written(MODULE + f"\n\ndef late():\n    {imported.format(home=tmp_path.name)}\n")
    shared, deeper, other = (tmp_path / f"{name}.py" for name in ("shared", "deeper", "other"))
    shared.write_text("from .deeper import g\n")
    editions = [read_sheet(path).edition]
    for file, text in [
        (deeper, "g = 1"),
        (deeper, "g = 2"),
        (shared, "from .deeper import g\nf = g"),
        (other, "x = 1"),
    ]:
        file.write_text(text)
        editions.append(read_sheet(path).edition)
    assert editions[-1] == editions[-2]
    assert len(set(editions)) == 4


def test_the_edition_of_a_package_changes_with_what_its_second_module_imports_from_beside_it(package):
    (package.parent / "wrong.py").write_text(
        "from ..shared import f\nfrom .shared import g\n" + SECOND, encoding="utf-8"
    )
    first = read_sheet(package).edition
    (package.parent.parent / "shared.py").write_text("f = 1")
    assert read_sheet(package).edition != first


def test_the_edition_of_a_training_exercise_holds_the_code_of_descending(tmp_path):
    """The exercise as it is taught: copied whole, and again with another descent."""
    home = tmp_path / "assignments"
    home.mkdir()
    for name in ("train_quadratic", "product_gradient", "descending"):
        (home / f"{name}.py").write_text(
            (assignments.HERE / f"{name}.py").read_text(encoding="utf-8"), encoding="utf-8"
        )
    before = {name: read_sheet(home / f"{name}.py").edition for name in ("train_quadratic", "product_gradient")}
    assert before["train_quadratic"] == read_sheet(assignments.HERE / "train_quadratic.py").edition
    with (home / "descending.py").open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    assert read_sheet(home / "train_quadratic.py").edition != before["train_quadratic"]
    assert read_sheet(home / "product_gradient.py").edition == before["product_gradient"]


def test_a_module_of_a_package_that_cannot_be_read_is_named(package):
    (package.parent / "wrong.py").write_text("def (", encoding="utf-8")
    with pytest.raises(ExerciseError, match=r"wrong\.py: line 1: "):
        read_sheet(package)


@pytest.mark.parametrize(
    ("module", "chinese", "words"),
    [("def (", CHINESE, "line 1: "), (MODULE, "statement = ", "zh/exercise_of_grace.toml")],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(written, module, chinese, words):
    with pytest.raises(ExerciseError, match=words):
        read_sheet(written(module, chinese))


def test_a_starter_begins_with_the_library_that_the_exercise_is_about():
    starters = {name: assignments.find(name).sheet.starter for name in ("mse_autograd", "activations")}
    assert "\nimport torch\n" in starters["mse_autograd"]
    assert "\nimport numpy as np\n" in starters["activations"]


@pytest.mark.parametrize("name", assignments.names())
def test_every_starter_is_a_program_that_defines_what_is_asked_for(name):
    exercise = assignments.find(name)
    namespace: dict[str, object] = {}
    exec(compile(exercise.sheet.starter, name, "exec"), namespace)
    assert set(exercise.needs) <= set(namespace)


@pytest.mark.parametrize("name", assignments.names())
def test_no_starter_holds_a_reference_or_a_misconception(name):
    exercise = assignments.find(name)
    hidden = [entry for role in ("reference", "misconception", "check", "law") for entry in exercise.sheet.of(role)]
    assert [entry.name for entry in hidden if entry.source in exercise.sheet.starter] == []
