"""A course is brought a little at a time: others write meanwhile, and until the end nobody sees any of it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from tests.web.exporting.conftest import exported, submission
from tests.web.exporting.test_archive import comparable
from tests.web.exporting.test_refusals import counts
from web.accounts.journal import note
from web.database.models import Course, Submission
from web.exporting import reading, removing
from web.exporting.opening import Opened, opened


@dataclass
class Watched:
    """An archive that does something before each record of which a row is made."""

    archive: Opened
    before: object
    read: list[str] = field(default_factory=list)

    def document(self, name):
        return self.archive.document(name)

    @property
    def manifest(self):
        return self.archive.manifest

    def lines(self, name):
        again = name in self.read
        self.read.append(name)
        for where, record in self.archive.lines(name):
            if again:  # the first time all of it is checked
                self.before(name)
            yield where, record


def bring(site, content: bytes, before, slug="again"):
    with opened(io.BytesIO(content)) as archive:
        return reading.bring(site.services, Watched(archive, before), slug, site.people["grace"])


def test_while_it_is_brought_others_write_and_nobody_sees_it(full):
    """A database that was held from end to end would make whoever hands in wait, and at last refuse them."""
    content, seen = exported(full), set()

    def look(name):
        with full.services.database.write() as session:
            note(session, full.clock(), "written meanwhile", None, name)
        seen.add(full.client("grace").get("/courses/again").status_code)
        assert "again" not in full.client("grace").get("/").text

    bring(full, content, look)
    assert seen == {404}
    assert full.client("grace").get("/courses/again").status_code == 200
    assert comparable(exported(full, "again")) == comparable(content)


@pytest.mark.parametrize("file", ["submissions.jsonl", "grades.jsonl", "shadows.jsonl", "audit.jsonl"])
def test_what_fails_in_the_middle_leaves_nothing(full, file):
    content, before = exported(full), counts(full)

    def fail(name):
        if name == file:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bring(full, content, fail)
    assert counts(full) == before


def test_what_a_killed_import_left_is_taken_out_by_a_later_one(full, monkeypatch):
    content, before = exported(full), counts(full)

    def killed(name):
        if name == "audit.jsonl":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(removing, "remove", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            bring(full, content, killed)
    bring(full, content, lambda _: None, "first")  # another may be under way: it stays
    assert counts(full)["courses"] == before["courses"] + 2
    full.clock.advance(days=2)
    bring(full, content, lambda _: None, "second")
    assert counts(full)["courses"] == before["courses"] + 2
    with full.services.database.read() as session:
        assert set(session.scalars(select(Course.slug))) >= {"first", "second"}
        assert not [slug for slug in session.scalars(select(Course.slug)) if slug.startswith(removing.SIGN)]


def test_a_course_that_has_its_name_stays_whatever_is_heard_of_the_last_transaction(full, monkeypatch):
    """A connection may break, or somebody press Ctrl-C, when all is committed and people are in it."""
    content, finish = exported(full), reading._Writer._finish

    def unheard(*given):
        finish(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(reading._Writer, "_finish", unheard)
    with pytest.raises(KeyboardInterrupt):
        bring(full, content, lambda _: None)
    assert comparable(exported(full, "again")) == comparable(content)


def test_what_waits_is_not_graded_before_all_is_there(full):
    """A grade that came before the end would stand in the way of taking the rest out again."""
    submission(full, "ada", points=None)
    content, states = exported(full), []

    def look(_):
        with full.services.database.read() as session:
            states.append(set(session.scalars(select(Submission.state).where(Submission.lane == "regrades"))))

    bring(full, content, look)
    assert "graded" in set().union(*states)
    assert "waiting" not in set().union(*states)
    look("")
    assert "waiting" in states[-1]
