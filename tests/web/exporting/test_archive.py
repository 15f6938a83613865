"""A whole course goes out as one archive, and comes in again as it was."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from sqlalchemy import select

from tests.web.exporting.conftest import brought, exported, repacked, submission, unpacked
from web.database.models import Assignment, Audit, Column, Course, Membership, Submission, User
from web.exporting import read as command
from web.exporting.names import Namer, safe


def lines(files: dict[str, bytes], name: str) -> list[dict]:
    return [json.loads(line) for line in files[name].splitlines()]


def test_the_archive_holds_everything_and_says_what_is_what(full):
    files = unpacked(exported(full))
    assert {name for name in files if not name.startswith("submissions/")} == set(
        """README.txt course.json people.json people.csv gradebook.csv submissions.jsonl grades.jsonl arrangements.jsonl
        marks.jsonl comments.jsonl changes.jsonl regrades.jsonl shadows.jsonl audit.jsonl manifest.json""".split()
    )
    counts = {name: len(lines(files, name)) for name in files if name.endswith(".jsonl")}
    assert counts == {
        "submissions.jsonl": 4,
        "grades.jsonl": 4,
        "arrangements.jsonl": 1,
        "marks.jsonl": 1,
        "comments.jsonl": 1,
        "changes.jsonl": 1,
        "regrades.jsonl": 1,  # not the one that runs
        "shadows.jsonl": 1,
        "audit.jsonl": counts["audit.jsonl"],
    }
    readme = files["README.txt"].decode()
    assert all(name in readme for name in files if not name.startswith(("submissions/", "people", "README")))
    assert "confidential" in readme
    assert "机密" in readme


def test_records_name_people_and_exercises_and_no_secret_is_among_them(full):
    files = unpacked(exported(full))
    shown = [
        one for one in lines(files, "grades.jsonl") if one["submission"].endswith("ben@example.org/1") and one["shown"]
    ]
    assert [(one["points"], one["codes"]) for one in shown] == [(3, ["M12"])]
    (shadow,) = lines(files, "shadows.jsonl")
    first = "product_gradient/ben@example.org/1"
    assert (shadow["before"], shadow["grade"]) == (f"{first}#1", f"{first}#2")
    subjects = {one["subject"] for one in lines(files, "audit.jsonl")}
    assert {
        "user <ben@example.org>, <course>/product_gradient",
        "user <ben@example.org>, column <口试> in course <>",
    } <= subjects
    everything = b"".join(files.values())
    with full.services.database.read() as session:
        secrets = [user.password for user in session.scalars(select(User))]
        tickets = [row.ticket for row in session.scalars(select(Submission).where(Submission.state == "graded"))]
    assert not [one for one in (*secrets, *tickets) if one.encode() in everything]
    assert b"mallory" not in everything


def test_what_was_handed_in_lies_in_folders_under_names_that_every_system_takes(full):
    files = unpacked(exported(full))
    folder = "submissions/product_gradient/ada_example.org/1/"
    mine = {name.removeprefix(folder): content for name, content in files.items() if name.startswith(folder)}
    assert list(mine) == ["mine.py", "_con.ipynb", "MINE-2.py"]
    assert mine["mine.py"].startswith(b"x = 1\n")
    assert [cell["source"] for cell in json.loads(mine["_con.ipynb"])["cells"]] == ["y = 2", "z = 3"]


def test_names_are_safe_and_differ_also_where_large_letters_are_small_ones():
    wanted = [
        "a.py",
        "A.py",
        "../../etc/passwd",
        "aux",
        "com1.txt",
        "",
        "...",
        "-rf",
        "名.py",
        "x" * 99 + ".py",
        "a\n.py",
        "a. ",
    ]
    name = Namer()
    made = [name(one) for one in wanted]
    assert len({one.casefold() for one in made}) == len(wanted)
    assert all(re.fullmatch(r"[A-Za-z0-9_.][A-Za-z0-9._-]{0,63}", one) for one in made)
    assert not [one for one in made if ".." in one or one.endswith(".") or one.casefold() in {"aux", "com1.txt"}]
    assert safe("x" * 99 + ".py").endswith("x.py")


# What was said and changed elsewhere is no news where the course is brought to.
READ = {name: {"read_at": "read"} for name in ("changes.jsonl", "comments.jsonl")}


def comparable(content: bytes) -> dict[str, object]:
    """Without ids, the day of the export, and what is noted of exports and imports themselves."""
    files = unpacked(content)
    found: dict[str, object] = dict(files)
    del found["manifest.json"]
    course = json.loads(files["course.json"])
    del course["course"]["slug"]
    found["course.json"] = course
    moves = {"course exported", "course imported"}
    for name in [name for name in files if name.endswith(".jsonl")]:
        records = [one for one in lines(files, name) if one.get("action") not in moves]
        found[name] = sorted(json.dumps(one | READ.get(name, {}), sort_keys=True) for one in records)
    return found


def test_out_and_in_and_out_again_is_the_same(full):
    first = exported(full)
    assert brought(full, first).status_code == 303
    second = exported(full, "again")
    assert comparable(second) == comparable(first)


def test_scores_that_changed_elsewhere_are_no_news_here(full):
    assert brought(full, exported(full)).status_code == 303
    changes = lines(unpacked(exported(full, "again")), "changes.jsonl")
    assert list(changes)
    assert all(one["read_at"] for one in lines(unpacked(exported(full, "again")), "changes.jsonl"))


def test_the_course_that_was_brought_shows_the_same_gradebook_and_the_same_report(full):
    brought(full, exported(full))
    grace, ada = full.client("grace"), full.client("ada")
    grace.post("/courses/again/staff/setup/open")
    tables = [csv_of(grace.get(f"/courses/{slug}/staff/gradebook.csv")) for slug in ("backprop", "again")]
    assert tables[0] == tables[1]
    with full.services.database.read() as session:
        course = session.scalars(select(Course).where(Course.slug == "again")).one()
        found = select(Submission).join(Assignment).where(Assignment.course_id == course.id)
        mine = session.scalars(found.where(Submission.user_id == full.people["ada"])).all()
        ids = set(session.scalars(select(Submission.id)))
    assert len(ids) == 8
    assert "a check" in ada.get(f"/submissions/{mine[0].id}").text
    assert full.client("ben").get(f"/submissions/{mine[0].id}").status_code == 404


def test_what_says_nothing_is_stored_as_nothing(full):
    """And not as the word null, which no query for what is missing finds."""
    brought(full, exported(full))
    with full.services.database.read() as session:
        faultless = select(Submission.id).where(Submission.fault.is_(None))
        assert len(session.scalars(faultless).all()) == 6


def csv_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_what_still_waited_waits_again_behind_everybody(full):
    submission(full, "ada", points=None)
    brought(full, exported(full))
    with full.services.database.read() as session:
        rows = session.scalars(select(Submission).where(Submission.state == "waiting")).all()
    assert sorted((row.lane, row.sent_at is None) for row in rows) == [("regrades", True), ("students", False)]
    assert len({row.ticket for row in rows}) == 2


def test_people_are_matched_by_e_mail_and_others_are_made_without_a_password(full):
    content = exported(full)
    with full.services.database.write() as session:
        session.get_one(User, full.people["ben"]).email = "another@example.org"
    assert brought(full, content).status_code == 303
    with full.services.database.read() as session:
        made = session.scalars(select(User).where(User.email == "ben@example.org")).one()
        ada = session.get_one(User, full.people["ada"])
        course = session.scalars(select(Course).where(Course.slug == "again")).one()
        roles = {
            row.user_id: (row.role, row.group)
            for row in session.scalars(select(Membership))
            if row.course_id == course.id
        }
        elsewhere = [
            row.role
            for row in session.scalars(select(Membership))
            if row.course_id != course.id and row.user_id == ada.id
        ]
    assert (made.name, made.password) == ("Ben", None)
    assert ada.password
    assert roles[made.id] == ("student", "周一")
    assert roles[ada.id] == ("student", "")
    assert elsewhere == ["student"]


def test_both_ways_are_kept_in_the_audit_and_what_others_wrote_is_marked(full):
    brought(full, exported(full))
    with full.services.database.read() as session:
        course = session.scalars(select(Course).where(Course.slug == "again")).one()
        rows = session.scalars(select(Audit).order_by(Audit.id)).all()
    moves = [
        (row.action, row.actor_id, row.subject) for row in rows if row.action in {"course exported", "course imported"}
    ]
    assert ("course exported", full.people["grace"], "course 1") in moves
    assert ("course imported", full.people["grace"], f"course {course.id}") in moves
    theirs = [row for row in rows if row.request_id == "imported"]
    assert f"user {full.people['ben']}, again/product_gradient" in {row.subject for row in theirs}
    assert not [row for row in theirs if row.subject in {"course 1", "course 2"}]


def test_both_ask_for_proof(full):
    grace = full.client("grace")
    full.clock.advance(hours=1)
    for ask in (
        lambda: grace.get("/courses/backprop/staff/export"),
        lambda: grace.post("/courses/backprop/staff/export"),
        lambda: grace.get("/courses/new/archive"),
        lambda: grace.post("/courses/new/archive", data={"slug": "again"}),
    ):
        answer = ask()
        assert answer.status_code in {302, 303}
        assert answer.location.startswith("/account/confirm")


def test_the_command_reads_an_archive_of_any_size(full, tmp_path, monkeypatch, capsys):
    file = tmp_path / "course.zip"
    file.write_bytes(exported(full))
    monkeypatch.setattr(command.Settings, "from_environment", classmethod(lambda _: full.services.settings))
    command.main([str(file), "by-command"])
    assert "Made 'by-command': Backpropagation" in capsys.readouterr().out
    assert full.client("grace").get("/courses/by-command").status_code == 200


def test_students_do_not_find_a_copy_before_somebody_opens_it(full):
    """Else each of them would have the same course twice, and hand in to the wrong one."""
    grace, ada = full.client("grace"), full.client("ada")
    answer = grace.post(
        "/courses/new/archive",
        data={"slug": "again", "file": (io.BytesIO(exported(full)), "course.zip")},
        headers={"Accept-Language": "en"},
        follow_redirects=True,
    )
    assert "Students see it once you open it in its set-up." in answer.text
    with full.services.database.read() as session:
        found = select(Submission.id).join(Assignment).join(Course).where(Course.slug == "again")
        mine = session.scalars(found.where(Submission.user_id == full.people["ada"])).first()
    hidden = ("/courses/again", "/courses/again/product_gradient", f"/submissions/{mine}")
    assert [ada.get(address).status_code for address in hidden] == [404, 404, 404]
    assert "/courses/again" not in ada.get("/").text
    assert "/courses/again" in full.client("tom").get("/").text
    assert "Students do not see this course yet." in grace.get("/courses/again/staff/setup").text
    assert full.client("tom").post("/courses/again/staff/setup/open").status_code == 404
    for _ in range(2):
        assert grace.post("/courses/again/staff/setup/open").status_code == 303
    assert [ada.get(address).status_code for address in hidden] == [200, 200, 200]
    assert "/courses/again" in ada.get("/").text
    with full.services.database.read() as session:
        opened = session.scalars(select(Audit).where(Audit.action == "course opened")).all()
    assert [row.actor_id for row in opened] == [full.people["grace"]]


def test_weights_go_with_the_course_and_an_archive_of_before_there_were_any_is_read(full):
    with full.services.database.write() as session:
        course = session.scalars(select(Course).where(Course.slug == "backprop")).one()
        course.weights = [
            {"name": "By hand / 手工", "weight": 33.3, "drops": 1},
            {"name": "Exam", "weight": 60.0, "drops": 0},
        ]
        course.shows_total = False
        course.assignments[0].category = "By hand / 手工"
        session.scalars(select(Column)).one().category = "Exam"
    first = exported(full)
    assert brought(full, first).status_code == 303
    assert comparable(exported(full, "again")) == comparable(first)
    files = unpacked(first)
    course = json.loads(files["course.json"])
    for record, names in (
        (course["course"], ("weights", "shows_total")),
        *((one, ("category",)) for one in (*course["assignments"], *course["columns"])),
    ):
        for name in names:
            del record[name]
    files["course.json"] = json.dumps(course).encode()
    files["comments.jsonl"] = b"".join(
        json.dumps({name: value for name, value in one.items() if name != "read_at"}).encode() + b"\n"
        for one in lines(files, "comments.jsonl")
    )
    assert brought(full, repacked(files), "before").status_code == 303
    with full.services.database.read() as session:
        before = session.scalars(select(Course).where(Course.slug == "before")).one()
        assert (before.weights, before.shows_total, before.draft) == (None, True, True)
        assert {one.category for one in before.assignments} == {""}


@pytest.mark.parametrize(
    "weights",
    [
        [{"name": "A", "weight": -1.0, "drops": 0}],
        [{"name": "A", "weight": "nan", "drops": 0}],
        [{"name": "A", "weight": 1.0, "drops": -1}],
        [{"name": "A", "weight": 1.0, "drops": 0}, {"name": "a", "weight": 1.0, "drops": 0}],
        [{"name": "", "weight": 1.0, "drops": 0}],
        [{"name": "A\u202e", "weight": 1.0, "drops": 0}],
        [{"name": "A"}],
        "A",
        [{"name": "A", "weight": 1.0, "drops": 0}] * 30,
    ],
)
def test_weights_that_no_form_says_are_refused(full, weights):
    files = unpacked(exported(full))
    course = json.loads(files["course.json"])
    course["course"]["weights"] = weights
    files["course.json"] = json.dumps(course).encode()
    assert brought(full, repacked(files)).status_code == 422
