"""The difference between two attempts: every change is shown, and no file, however it is made, takes long."""

from __future__ import annotations

import time

import pytest
from markupsafe import Markup

from grader.calls import File
from web.learners import differences
from web.learners.differences import Change, changes


def one(before: str, after: str, **names) -> Change:
    (change,) = changes((File("ada.py", before),), (File(names.get("name", "ada.py"), after),))
    return change


def lines(change: Change) -> list[tuple[str, str, str, str]]:
    return [(row.kind, row.before, row.after, str(row.code)) for row in change.rows]


def test_a_line_that_gave_way_to_another_stands_above_it_with_the_part_marked():
    change = one("a = 1\ny = w * x\n", "a = 1\ny = w + x\n")
    assert lines(change) == [
        ("same", "1", "1", "a = 1"),
        ("gone", "2", "", "y = w <del>*</del> x"),
        ("new", "", "2", "y = w <ins>+</ins> x"),
    ]
    assert (change.kind, change.gone, change.new) == ("changed", 1, 1)


def test_lines_that_have_nothing_in_common_are_not_marked_within():
    assert [row[3] for row in lines(one("abc\n", "xyz\n"))] == ["abc", "xyz"]


def test_lines_that_came_and_lines_that_went_are_counted():
    change = one("a\nb\nc\nd\n", "a\nb\nnew\nmore\nc\n")
    assert (change.gone, change.new) == (1, 2)
    assert [row[0] for row in lines(change)] == ["same", "same", "new", "new", "same", "gone"]


def test_far_from_a_change_lines_are_left_out_and_counted():
    text = "".join(f"line{n}\n" for n in range(1, 101))
    change = one(text, text.replace("line50\n", "LINE\n"))
    kinds = [row.kind for row in change.rows]
    assert kinds == ["skipped", *["same"] * 3, "gone", "new", *["same"] * 3, "skipped"]
    assert [row.count for row in change.rows if row.kind == "skipped"] == [46, 47]
    assert [row.before for row in change.rows if row.kind == "same"] == ["47", "48", "49", "51", "52", "53"]


def test_between_two_changes_a_gap_of_one_line_is_shown():
    before = ["x", *"abcdefg", "y"]
    after = ["X", *"abcdefg", "Y"]
    assert "skipped" not in [row.kind for row in one("\n".join(before), "\n".join(after)).rows]


@pytest.mark.parametrize("after", ["a = 1\n", "a = 1", "a = 1\n\n\n"])
def test_only_line_ends_at_the_end_of_a_file_are_no_change(after):
    assert one("a = 1\n", after).kind == "same"


def test_one_file_each_is_compared_also_under_another_name():
    change = one("a = 1\n", "a = 2\n", name="final.py")
    assert (change.name, change.renamed, change.kind) == ("final.py", "ada.py", "changed")


def test_of_several_files_some_come_and_some_go():
    before = (File("a.py", "1\n"), File("b.py", "2\n"))
    after = (File("a.py", "1\n"), File("c.py", "3\n"))
    found = {change.name: change.kind for change in changes(before, after)}
    assert found == {"a.py": "same", "c.py": "came", "b.py": "went"}


def test_nothing_at_all_against_nothing_is_no_change():
    assert changes((), ()) == ()
    assert one("", "").kind == "same"


def test_a_notebook_is_counted_by_its_cells():
    before = File("a.ipynb", "x = 1\ny = 2\nz = 3\n", (1, 3))
    after = File("a.ipynb", "x = 1\ny = 2\nz = 4\n", (1, 3))
    (change,) = changes((before,), (after,))
    assert [(row.before, row.after) for row in change.rows] == [
        ("1:1", "1:1"),
        ("1:2", "1:2"),
        ("2:1", ""),
        ("", "2:1"),
    ]


def test_a_program_may_follow_a_notebook():
    (change,) = changes((File("a.ipynb", "x = 1\n", (1,)),), (File("a.py", "x = 2\n"),))
    assert [(row.before, row.after) for row in change.rows] == [("1:1", ""), ("", "1")]


# What somebody may hand in to make staff's page do something ------------------------------------------------


def test_code_and_names_are_never_markup_and_never_turn_a_line_around():
    change = one("<script>alert(1)</script>\u202e\n", "<img onerror=x>\n", name="<b>\u202e.py")
    text = str(Markup("").join(row.code for row in change.rows))
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text + change.name
    assert "⟨U+202E⟩" in text


def test_markup_within_a_marked_line_is_escaped_too():
    rows = lines(one("value = '<b>one</b>' # end\n", "value = '<b>two</b>' # end\n"))
    assert rows[0][3] == "value = &#39;&lt;b&gt;<del>one</del>&lt;/b&gt;&#39; # end"


def test_of_a_very_long_line_the_part_that_changed_is_shown():
    long = "x" * 100_000
    gone, new = (row[3] for row in lines(one(f"{long}before{long}", f"{long}after!{long}")))
    assert "before" in gone
    assert "after!" in new
    assert gone.startswith("…")
    assert len(gone) < 600


HALF = differences.MOST_COMPARED // 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x" * 2_000_000, "x" * 1_000_000 + "y" + "x" * 999_999),
        ("\n" * 1_999_999 + "a", "\n" * 1_999_998 + "ab"),
        ("a\n" * 1_000_000, "b\n" * 1_000_000),
        ("".join(f"{n}\na{n}\n" for n in range(HALF)), "".join(f"{n}\nb{n}\n" for n in range(HALF))),
        ("".join(f"{n % 50}\n" for n in range(2 * HALF)), "".join(f"{(7 * n) % 50}\n" for n in range(2 * HALF))),
        ("a\nb\n" * HALF, "b\na\n" * HALF),
    ],
    ids=["one long line", "empty lines", "all lines", "every second line", "few different lines", "two lines in turn"],
)
def test_two_megabytes_are_compared_or_said_to_be_too_much_within_two_seconds(before, after):
    began = time.monotonic()
    change = one(before, after)
    assert time.monotonic() - began < 2
    assert change.kind == "changed"
    assert len(change.rows) <= differences.MOST_ROWS
    assert sum(len(row.code) for row in change.rows) < 1_500_000


def test_too_many_changed_lines_are_counted_and_not_compared():
    change = one("a\n" * 5000, "b\n" * 4000)
    assert (change.compared, change.gone, change.new, change.rows) == (False, 5000, 4000, ())


def test_fifty_files_share_what_one_may_use():
    """Else each could bring as many lines as can just be compared."""
    before = tuple(File(f"{n}.py", "".join(f"{i}\na{i}\n" for i in range(900))) for n in range(50))
    after = tuple(File(f"{n}.py", "".join(f"{i}\nb{i}\n" for i in range(900))) for n in range(50))
    began = time.monotonic()
    found = changes(before, after)
    assert time.monotonic() - began < 2
    assert sum(len(change.rows) for change in found) <= differences.MOST_ROWS
    assert not found[-1].compared
    assert found[0].left_out + len(found[0].rows) >= 1800


def test_a_new_file_is_shown_up_to_the_limit_and_the_rest_counted():
    (change,) = changes((), (File("a.py", "x\n" * 5000),))
    assert (change.kind, change.new, len(change.rows)) == ("came", 5000, differences.MOST_ROWS)
    assert change.left_out == 5000 - differences.MOST_ROWS
