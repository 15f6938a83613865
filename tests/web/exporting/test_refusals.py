"""An archive that is damaged, foreign, newer or built for harm is refused with a sentence, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import func, select

from tests.web.exporting.conftest import brought, exported, repacked, unpacked
from web.database.base import Base
from web.exporting import opening
from web.exporting.subjects import in_ids, in_names


def counts(site) -> dict[str, int]:
    """Rows of every table."""
    with site.services.database.read() as session:
        tables = Base.metadata.sorted_tables
        return {
            one.name: session.scalar(select(func.count()).select_from(one)) for one in tables if one.name != "sign_ins"
        }


def refused(site, content: bytes, slug: str = "again") -> str:
    before = counts(site)
    answer = brought(site, content, slug)
    assert answer.status_code == 422
    assert counts(site) == before
    body = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    return body.partition("<li>")[2].partition("</li>")[0].replace("&#39;", "'").replace("&gt;", ">")


@pytest.mark.parametrize("content", [b"", b"email,name\nada@example.org,Ada\n"])
def test_another_file_than_an_archive_is_called_that_and_not_damaged(site, content):
    assert "This is no course exported" in refused(site, content)


def test_a_zip_that_is_cut_off_is_damaged(site):
    assert "damaged" in refused(site, b"PK\x03\x04nonsense")


def test_another_zip_is_foreign(full):
    assert "no course exported from Chainrule" in refused(full, repacked({"a.py": b"x = 1"}, honest=False))
    foreign = {"manifest.json": b'{"format": "another", "version": 1}'}
    assert "no course exported from Chainrule" in refused(full, repacked(foreign, honest=False))


def test_an_archive_of_a_newer_version_is_not_guessed_at(full):
    files = unpacked(exported(full))
    files["manifest.json"] = files["manifest.json"].replace(b'"version": 1', b'"version": 2')
    assert "newer version" in refused(full, repacked(files))


def test_half_an_archive_is_damaged(full):
    content = exported(full)
    assert "damaged" in refused(full, content[: len(content) // 2])


@pytest.mark.parametrize(
    "name", ["grades.jsonl", "submissions/product_gradient/ada_example.org/1/mine.py", "README.txt"]
)
def test_a_single_other_byte_is_noticed(full, name):
    files = unpacked(exported(full))
    files[name] = files[name][:-2] + b"!" + files[name][-1:]
    assert f"{name} is not as it was written" in refused(full, repacked(files, honest=False))


def test_a_file_too_many_or_too_few_is_noticed(full):
    files = unpacked(exported(full))
    fewer = {name: content for name, content in files.items() if name != "marks.jsonl"}
    assert "damaged" in refused(full, repacked(fewer, honest=False))
    assert "damaged" in refused(full, repacked(fewer))
    more = files | {"submissions/product_gradient/x/1/x.py": b""}
    assert "damaged" in refused(full, repacked(more, honest=False))


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py",
        "/etc/passwd",
        "submissions/../../../evil",
        "submissions/a/b/../c.py",
        "submissions\\a\\b\\1\\c.py",
        "C:evil.py",
        "notes.txt",
        "submissions/a/b/1/c\n.py",
        "submissions/a/b/1/d/e.py",
    ],
)
def test_a_file_that_no_export_writes_is_not_read(full, name):
    files = unpacked(exported(full)) | {name: b"x"}
    assert "no export of ours writes" in refused(full, repacked(files))


def test_a_name_that_stands_twice_is_refused(full):
    files = unpacked(exported(full))
    made = io.BytesIO(repacked(files))
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("marks.jsonl", b"")
    assert "damaged" in refused(full, made.getvalue())


def test_what_grows_beyond_all_measure_is_stopped(full, monkeypatch):
    files = unpacked(exported(full))
    monkeypatch.setattr(opening, "LARGEST", 1_000_000)
    bomb = files | {"submissions/product_gradient/x/1/x.py": b"0" * 2_000_000}
    assert "larger than" in refused(full, repacked(bomb))


def test_a_bomb_that_lies_about_its_size_is_stopped_too(full, monkeypatch):
    """The directory says ten bytes; more come out of it."""
    files = unpacked(exported(full)) | {"submissions/product_gradient/x/1/x.py": b"0" * 2_000_000}
    content = repacked(files)
    size = (2_000_000).to_bytes(4, "little")
    assert content.count(size) >= 2
    assert "damaged" in refused(full, content.replace(size, (10).to_bytes(4, "little")))


def changed(site, name: str, change) -> bytes:
    """Honest about its sums, but with one record changed."""
    files = unpacked(exported(site))
    if name.endswith(".jsonl"):
        first, *others = files[name].splitlines(keepends=True)
        record = json.loads(first)
        change(record)
        files[name] = json.dumps(record).encode() + b"\n" + b"".join(others)
    else:
        whole = json.loads(files[name])
        change(whole)
        files[name] = json.dumps(whole).encode()
    return repacked(files)


def credit(**words) -> dict[str, float]:
    return {"early_percent": 5.0, "early_hours": 0, "late_percent": 5.0, "late_days": 1} | words


def set_(whole, **words) -> None:
    """Of every exercise."""
    for one in whole["assignments"]:
        one.update(words)


WRONG = {
    "a person nobody knows": ("submissions.jsonl", lambda one: one.update(user="nobody@example.org")),
    "an exercise that is not set": ("submissions.jsonl", lambda one: one.update(assignment="nonsense")),
    "files that are none": ("submissions.jsonl", lambda one: one.update(files=[{"name": "x"}])),
    "a state that there is not": ("submissions.jsonl", lambda one: one.update(state="done")),
    "a field of a later day": ("submissions.jsonl", lambda one: one.update(mood="good")),
    "an id of our own": ("submissions.jsonl", lambda one: one.update(id="s1")),
    "a ticket": ("submissions.jsonl", lambda one: one.update(ticket="t")),
    "a number that is text": ("submissions.jsonl", lambda one: one.update(number="1")),
    "a number beyond the database": ("submissions.jsonl", lambda one: one.update(number=2**40)),
    "the same number twice": ("submissions.jsonl", lambda one: one.update(number=2)),
    "no time": ("submissions.jsonl", lambda one: one.update(created_at="yesterday")),
    "a time without its zone": ("submissions.jsonl", lambda one: one.update(created_at="2026-01-01T00:00:00")),
    "nothing where something must be": ("submissions.jsonl", lambda one: one.update(seed=None)),
    "a text that is too long": ("submissions.jsonl", lambda one: one.update(edition="x" * 65)),
    "a NUL": ("arrangements.jsonl", lambda one: one.update(flag="a\0b")),
    "half a character": ("arrangements.jsonl", lambda one: one.update(flag="\ud83d")),
    "points beyond all numbers": ("grades.jsonl", lambda one: one.update(points=1e308)),
    "points below none": ("grades.jsonl", lambda one: one.update(out_of=-1.0)),
    "points that are none": ("grades.jsonl", lambda one: one.update(points=True)),
    "a report that is none": ("grades.jsonl", lambda one: one.update(report={})),
    "a grade of nothing": ("grades.jsonl", lambda one: one.update(submission="product_gradient/ada@example.org/9")),
    "a mark in no column": ("marks.jsonl", lambda one: one.update(column="nonsense")),
    "a regrade that would begin to run": ("regrades.jsonl", lambda one: one.update(state="running")),
    "a shadow that would be graded": ("shadows.jsonl", lambda one: one.update(state="waiting")),
    "a list for a person": ("people.json", lambda all_: all_.append([])),
    "a role that there is not": ("people.json", lambda all_: all_[0].update(role="root")),
    "no address": ("people.json", lambda all_: all_[0].update(email="ada")),
    "the same person twice": ("people.json", lambda all_: all_.append(all_[0])),
    "a password": ("people.json", lambda all_: all_[0].update(password="x")),
    "a course that is none": ("course.json", lambda whole: whole.update(course=[])),
    "credit that is none": ("course.json", lambda whole: whole["course"].update(credit={"late_percent": "all"})),
    "more late days than a calendar has": (
        "course.json",
        lambda whole: whole["course"].update(credit=credit(late_days=10**12)),
    ),
    "hours that nobody comes early": ("course.json", lambda whole: set_(whole, credit=credit(early_hours=10**12))),
    "more percent than there are": ("course.json", lambda whole: set_(whole, credit=credit(early_percent=1e307))),
    "late work that gains": ("course.json", lambda whole: set_(whole, credit=credit(late_percent=-50.0))),
    "fewer attempts than none": ("course.json", lambda whole: set_(whole, attempts=-5)),
    "attempts that come back after all time": ("course.json", lambda whole: set_(whole, attempts_hours=2**31 - 1)),
    "a date before all calendars": ("course.json", lambda whole: set_(whole, opens_at="0001-01-01T00:00:00+00:00")),
    "a date after them": ("course.json", lambda whole: set_(whole, deadline="9999-12-31T23:00:00+00:00")),
    "somebody's attempts below none": ("arrangements.jsonl", lambda one: one.update(attempts_more=-100)),
    "an exercise that no file is called like": ("course.json", lambda whole: set_(whole, exercise='"><img src="x')),
    "an exercise that leads elsewhere": ("course.json", lambda whole: set_(whole, exercise="../..")),
    "an exercise called nothing": ("course.json", lambda whole: set_(whole, exercise="")),
    "a column that turns lines around": ("course.json", lambda whole: whole["columns"][0].update(name="a\u202eb")),
    "an exercise without a name": ("course.json", lambda whole: whole["assignments"][0].pop("exercise")),
    "an exercise whose name is a list": ("course.json", lambda whole: whole["assignments"][0].update(exercise=[])),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_record_that_does_not_fit_is_refused_though_the_sums_are_right(full, wrong):
    name, change = WRONG[wrong]
    assert "damaged" in refused(full, changed(full, name, change))


@pytest.mark.parametrize("content", [b"[" * 100_000, b"{}", b"[]", b"null", b"NaN", b"\xff"])
@pytest.mark.parametrize("name", ["course.json", "people.json", "audit.jsonl", "manifest.json"])
def test_json_that_is_none_or_is_built_for_harm_is_refused(full, name, content):
    if (name, content) == ("people.json", b"[]"):
        content = b'[{"email": 1}]'
    files = unpacked(exported(full))
    files[name] = content + b"\n"
    if name == "audit.jsonl" and content == b"{}":
        return
    assert refused(full, repacked(files, honest=name != "manifest.json"))


@pytest.mark.parametrize(
    ("slug", "words"),
    [("backprop", "There is a course 'backprop' already."), ("A B", "cannot stand in an address"), ("", "cannot")],
)
def test_a_name_that_will_not_do_is_refused_and_what_was_typed_stays(full, slug, words):
    content = exported(full)
    assert words in refused(full, content, slug)
    assert f'value="{slug}"' in brought(full, content, slug).text


def test_a_time_zone_that_this_machine_does_not_know_is_said(full):
    content = changed(full, "course.json", lambda whole: whole["course"].update(timezone="Mars/Olympus"))
    assert "Mars/Olympus" in refused(full, content)


def test_who_brings_a_course_teaches_it_and_nobody_else_becomes_anything_elsewhere(full):
    content = changed(full, "people.json", lambda all_: [one.update(role="student") for one in all_ if one["role"]])
    assert brought(full, content).status_code == 303
    grace, tom = full.client("grace"), full.client("tom")
    assert grace.get("/courses/again/staff/gradebook").status_code == 200
    assert tom.get("/courses/again/staff/gradebook").status_code == 404
    assert tom.get("/courses/backprop/staff/gradebook").status_code == 200


def test_a_line_of_the_audit_cannot_point_at_what_is_here():
    """`course 1` in an archive is none of ours; names are looked up, and what is unknown is said to be."""
    find = {("person", "ada@example.org"): 7, ("course", ""): 3}.get
    ids = lambda text: in_ids(text, "mine", lambda *key: find(key))  # noqa: E731
    assert ids("course 1") == "course was 1"
    assert ids("user 5, mine/product_gradient") == "user was 5, other/product_gradient"
    assert ids("user <ada@example.org>, <course>/x") == "user 7, mine/x"
    assert ids("user <eve@example.org> in course <>") == "user unknown in course 3"
    names = {("person", 7): "ada@example.org", ("course", 3): ""}
    assert in_names("user 7 in course 3", "mine", lambda *key: names.get(key)) == "user <ada@example.org> in course <>"
    assert in_names("user 8, mine/x", "mine", lambda *key: names.get(key)) == "user was 8, <course>/x"


def test_an_upload_may_be_large_for_who_teaches_only(full):
    """Elsewhere two megabytes are the most that a form may bring."""

    def sent(who: str, address: str = "/courses/new/archive") -> int:
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.zip"\r\n\r\n'
        body = head + b"0" * 3_000_000 + b"\r\n--x--\r\n"
        return full.client(who).post(address, data=body, content_type="multipart/form-data; boundary=x").status_code

    assert sent("grace") == 422  # it was read, and is no archive
    assert sent("ada") == 404
    assert sent("") in {302, 413}
    assert sent("ada", "/courses/backprop/product_gradient") == 413
