"""What a change of an exercise would do to last term's scores: who gains, who loses, and by which check."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import assignments
from cli.regrade.stored import NoArchive, read
from tests.cli.conftest import OWN_VALUE, RIGHT
from tests.web.conftest import applications, hashed_password, populated, services, settings, site  # noqa: F401 - fixtures

NAME = "product_gradient"
pytestmark = pytest.mark.usefixtures("trusted_box")


def hand_in(folder: Path, student: str, text: str, number: int = 1, name: str = NAME) -> None:
    place = folder / "submissions" / name / student / str(number)
    place.mkdir(parents=True)
    (place / "solution.py").write_text(text)


@pytest.fixture
def term(tmp_path):
    """Last term: Ada confused the factors, Ben was right."""
    hand_in(tmp_path / "term", "ada", OWN_VALUE)
    hand_in(tmp_path / "term", "ada", RIGHT, 2)
    hand_in(tmp_path / "term", "ben", RIGHT)
    return tmp_path / "term"


@pytest.fixture
def own(tmp_path):
    """The exercise in a course's own folder; changed by whoever calls it."""

    def make(old: str = "", new: str = "") -> Path:
        folder = tmp_path / "exercises"
        (folder / "zh").mkdir(parents=True, exist_ok=True)
        text = (assignments.HERE / f"{NAME}.py").read_text()
        assert old in text
        (folder / f"{NAME}.py").write_text(text.replace(old, new) if old else text)
        shutil.copy(assignments.HERE / "zh" / f"{NAME}.toml", folder / "zh")
        assignments.course.sheets.cache_clear()
        return folder

    return make


def preview(grader, folder, *more):
    code, out, err = grader("regrade", folder, "--preview", *more)
    return code, out, err


def saved(grader, term, *more) -> None:
    assert preview(grader, term, "--format", f"scores:{term / 'scores.json'}", *more)[0] == 0


def test_the_same_exercise_changes_nobody_s_score(grader, term):
    saved(grader, term)
    code, out, _ = preview(grader, term, "--fail-on-loss")
    assert (code, out) == (0, "0 gain, 0 lose, 3 stay as they were\n")


def test_who_loses_is_named_first_with_the_check_and_the_misconception(grader, term, tmp_path):
    scores = {"scores": [
        {"exercise": NAME, "student": "ada", "number": "1", "points": 6, "out_of": 6, "thoughts": [],
         "verdicts": {"worked_example": True}},
        {"exercise": NAME, "student": "ben", "number": "1", "points": 2, "out_of": 6},
    ]}  # fmt: skip
    (term / "scores.json").write_text(json.dumps(scores))
    code, out, _ = preview(
        grader, term, "--fail-on-loss", "--format", f"json:{tmp_path}/d.json", "--format", f"markdown:{tmp_path}/d.md"
    )
    assert code == 1
    assert out.index("ada") < out.index("ben")
    assert "worked_example ✓→✗" in out
    assert "– → M35" in out
    assert "1 gain, 1 lose, 1 had no score before" in out
    found = json.loads((tmp_path / "d.json").read_text())
    assert found["counts"] == {"gains": 1, "loses": 1, "same": 0, "new": 1, "unreadable": 0}
    assert [(one["student"], one["number"], one["by"]) for one in found["changes"]] == [
        ("ada", "1", -6.0), ("ada", "2", 0.0), ("ben", "1", 4.0),
    ]  # fmt: skip
    assert "| product\\_gradient | ada | 1 | 6 | 0 | -6 |" in (tmp_path / "d.md").read_text()
    assert preview(grader, term)[0] == 0, "without --fail-on-loss it is only said"


def test_a_harder_check_of_one_s_own_edition_shows_as_points_and_in_chinese(grader, term, own):
    folder = own()
    saved(grader, term, "--exercises", folder)
    own("points=", "points=1 + ")
    code, out, _ = preview(grader, term, "--exercises", folder, "--lang", "zh")
    assert (code, "2 分数提高，0 分数降低，1 不变" in out) == (0, True), out


def test_the_same_seed_is_used_again_so_that_a_difference_is_the_exercise_s(grader, term, tmp_path):
    saved(grader, term)
    seeds = {
        (row["student"], row["number"]): row["seed"] for row in json.loads((term / "scores.json").read_text())["scores"]
    }
    assert len(set(seeds.values())) == 3
    preview(grader, term, "--format", f"json:{tmp_path}/d.json")
    for change in json.loads((tmp_path / "d.json").read_text())["changes"]:
        assert change["now"]["seed"] == change["before"]["seed"] == seeds[change["student"], change["number"]]


def test_a_course_s_archive_is_read_with_the_grade_that_is_shown(grader, tmp_path):
    for number, text in ((1, OWN_VALUE), (2, RIGHT)):
        hand_in(tmp_path / "t", "ada_example.org", text, number)
    hand_in(tmp_path / "t", "ben_example.org", RIGHT)
    name = f"{NAME}/ada@example.org"
    grades = [{"submission": f"{name}/1", "points": 0, "shown": True}, {"submission": f"{name}/1", "points": 5, "shown": False},
              {"submission": f"{name}/2", "points": 6, "verdicts": [["worked_example", True]], "codes": []},
              {"submission": f"{NAME}/ben@example.org/1", "points": 7, "seed": "5", "edition": "e"}]  # fmt: skip
    (tmp_path / "t" / "grades.jsonl").write_text("".join(json.dumps(row) + "\n" for row in grades))
    scores = {one.key[1:]: one.score for one in read(tmp_path / "t")}
    assert {key: score.points for key, score in scores.items()} == {
        ("ada_example.org", "1"): 0, ("ada_example.org", "2"): 6, ("ben_example.org", "1"): 7,
    }  # fmt: skip
    assert scores["ada_example.org", "2"].verdicts == {"worked_example": True}
    assert "0 gain, 1 lose, 2 stay as they were" in preview(grader, tmp_path / "t")[1]


def test_the_archive_of_a_real_course_is_read_as_the_site_writes_it(grader, tmp_path, site):  # noqa: F811 - the fixture
    """Two whose folders would be called the same, each with their own scores."""
    import io
    import zipfile

    from tests.web.api.conftest import grade, made_report
    from tests.web.conftest import source
    from web.database.models import Membership, User
    from web.exporting.writing import archive
    from web.submissions import Upload, accept

    points = {"ada@example.org": 0.0, "ada+example.org": 6.0}
    with site.services.database.write() as session:
        user = User(email="ada+example.org", name="Ada", created_at=site.clock())
        course = session.get_one(User, site.people["ada"]).memberships[0].course
        session.add(Membership(course=course, user=user, role="student", created_at=site.clock()))
        session.flush()
        people = {"ada@example.org": site.people["ada"], "ada+example.org": user.id}
    for email, text in (("ada@example.org", OWN_VALUE), ("ada+example.org", RIGHT)):
        row = accept(site.services, people[email], site.assignments[NAME], Upload(source(text)))
        report = made_report(row.edition)
        first = replace(report.findings[0], points=points[email], out_of=6.0)
        grade(site, row.id, replace(report, findings=(first,), seed=row.seed))
    with zipfile.ZipFile(io.BytesIO(b"".join(archive(site.services, course.id)))) as packed:
        packed.extractall(tmp_path / "course")
    assert {one.student: one.score.points for one in read(tmp_path / "course")} == {
        "ada_example.org": 6.0, "ada_example-2.org": 0.0,
    }  # fmt: skip
    code, out, err = preview(grader, tmp_path / "course", "--fail-on-loss")
    assert (code, out) == (0, "0 gain, 0 lose, 2 stay as they were\n"), err


def test_a_file_that_cannot_be_read_is_said_and_the_others_go_on(grader, term):
    saved(grader, term)
    (term / "submissions" / NAME / "ben" / "1" / "solution.py").unlink()
    code, out, _ = preview(grader, term, "--fail-on-loss")
    assert (code, "1 cannot be read" in out) == (1, True)


def test_a_name_of_a_student_steers_no_terminal_and_no_page(grader, tmp_path):
    hand_in(tmp_path / "t", "<b>|@ada\x1b[31m", OWN_VALUE)
    row = {"exercise": NAME, "student": "<b>|@ada\x1b[31m", "number": "1", "points": 6}
    (tmp_path / "t" / "scores.json").write_text(json.dumps({"scores": [row]}))
    _, out, _ = preview(grader, tmp_path / "t", "--format", f"markdown:{tmp_path}/d.md")
    page = (tmp_path / "d.md").read_text()
    assert "\x1b" not in out + page
    assert "&lt;b>\\|" in page


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("scores.json", "[", "no JSON"), ("scores.json", "[]", "no object"), ("scores.json", '{"scores": [{}]}', "has no"),
     ("scores.json", '{"scores": [{"exercise": "a", "student": "b", "number": 1}]}', "no points"),
     ("grades.jsonl", "nonsense\n", "no JSON"), ("grades.jsonl", '{"points": 1}\n', "names no submission")],
)  # fmt: skip
def test_scores_that_make_no_sense_are_refused_by_their_file(grader, term, name, content, words):
    (term / name).write_text(content)
    code, _, err = preview(grader, term)
    assert (code, words in err, name in err) == (2, True, True)


def test_one_format_may_have_stdout_for_itself(grader, term):
    assert json.loads(preview(grader, term, "--format", "json")[1])["counts"]["new"] == 3
    assert preview(grader, term, "--format", "json", "--format", "scores")[0] == 2
    assert "markdown" in preview(grader, term, "--format", "html")[2]


def test_what_cannot_be_done_is_refused(grader, term, tmp_path):
    assert "add --preview" in grader("regrade", term)[2]
    hand_in(term, "ada", RIGHT, name="no_such_exercise")
    code, _, err = preview(grader, term)
    assert (code, "no_such_exercise" in err) == (2, True)
    with pytest.raises(NoArchive):
        read(tmp_path / "term" / "submissions" / NAME / "ada")


@pytest.mark.slow
@pytest.mark.box
def test_in_the_real_box_a_preview_of_many_is_quick(tmp_path):
    import subprocess
    import sys

    for number in range(40):
        hand_in(tmp_path, f"student{number}", RIGHT if number % 2 else OWN_VALUE)
    line = [Path(sys.executable).with_name("grader"), "regrade", tmp_path, "--preview", "--lang", "en"]
    ran = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120)
    assert (ran.returncode, "40 had no score before" in ran.stdout) == (0, True), ran.stderr
