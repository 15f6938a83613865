"""Published editions in a folder: each stays what it was, and who reads meanwhile finds all old or all new."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.editions import Editions
from grader.errors import ExerciseError
from grader.reading import _module
from tests.publishing import publish

SHIPPED = Path(__file__).parents[2] / "assignments"
NAME = "computational_graph"
FIRST, SECOND, CHINESE = f"{NAME}/engine.py", f"{NAME}/wrong_engines.py", f"zh/{NAME}.toml"


def package(**changed: str) -> dict[str, str]:
    """The files of an exercise that is a package, as they are published."""
    paths = [*(SHIPPED / NAME).glob("*.py"), SHIPPED / CHINESE]
    return {path.relative_to(SHIPPED).as_posix(): path.read_text(encoding="utf-8") for path in paths} | changed


@pytest.fixture
def editions(tmp_path):
    return Editions(tmp_path / "published")


def add(editions, files):
    return publish(editions.folder, NAME, files)


def test_a_package_whose_module_has_another_name_is_another_edition_and_each_stays_what_it_was(editions):
    """Else both modules would lie in one folder, which is no edition that anybody knows: nothing could be graded."""
    before, files = package(), package()
    files[f"{NAME}/wrong_programs.py"] = files.pop(SECOND)
    first, _ = add(editions, before)
    second, replaced = add(editions, files)
    assert (first.edition != second.edition, replaced) == (True, first.edition)
    assert [sheet.edition for sheet in editions.sheets()] == [second.edition] == [editions.present()[NAME]]
    assert add(editions, before)[0].edition == first.edition
    assert [sheet.edition for sheet in editions.sheets()] == [first.edition]


def test_a_line_that_moved_from_one_module_of_a_package_to_the_next_makes_another_edition(editions):
    files = package()
    before = {**files, FIRST: files[FIRST] + "# a line\n"}
    after = {**files, SECOND: "# a line\n" + files[SECOND]}
    assert add(editions, before)[0].edition != add(editions, after)[0].edition


def test_whoever_reads_a_translation_while_another_takes_its_place_finds_one_of_the_two(editions):
    old = package()[CHINESE]
    sheet, _ = add(editions, package())
    place = editions.folder / NAME / sheet.edition / CHINESE
    with place.open(encoding="utf-8") as reading:
        again, _ = add(editions, package(**{CHINESE: f"{old}\n# reviewed\n"}))
        assert (again.edition, reading.read()) == (sheet.edition, old)
    assert place.read_text(encoding="utf-8").endswith("# reviewed\n")
    assert sorted(path.name for path in place.parent.iterdir()) == [place.name]


def test_an_edition_that_cannot_be_read_any_more_is_left_out_and_the_others_stay(editions, caplog):
    """A damaged disk, or stricter rules after an upgrade, must not take every page away."""
    sheet, _ = add(editions, package())
    (editions.folder / NAME / sheet.edition / NAME / "__init__.py").write_text("def", encoding="utf-8")
    assert editions.sheets() == ()
    assert "cannot be read" in caplog.text


def test_an_edition_that_only_some_can_read_takes_no_page_away(editions):
    """Python gives up the sooner, the deeper the page is that asks for it."""
    deep = "@exercise.misconception('M01', " + "a." * 280 + "b)\ndef far(): pass\n"
    files = package()
    sheet, _ = add(editions, {**files, SECOND: files[SECOND] + deep})

    def asked_from(depth):
        return asked_from(depth - 1) if depth else editions.sheets()

    _module.cache_clear()
    assert [one.edition for one in asked_from(0)] == [sheet.edition]
    _module.cache_clear()
    assert asked_from(400) == ()


def test_a_name_that_no_disk_takes_is_said_to_whoever_publishes_it(editions):
    with pytest.raises(ExerciseError, match="cannot be read"):
        add(editions, {**package(), FIRST: f"from .. import {'x' * 300}\n"})
    assert editions.present() == {}


@pytest.mark.parametrize("damaged", ["{", "[]"])
def test_nothing_is_published_over_a_damaged_list_or_all_others_would_be_forgotten(editions, damaged):
    add(editions, package())
    (editions.folder / "present.json").write_text(damaged, encoding="utf-8")
    with pytest.raises(ExerciseError, match="damaged"):
        add(editions, package())
    assert (editions.folder / "present.json").read_text(encoding="utf-8") == damaged
