"""An instructor's program publishes an edition: it is read, never run, and handed out from then on."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace

import pytest

from grader.editions import Editions
from tests.web.accounts.acts import audit
from tests.web.publishing.conftest import CHINESE, NAME_OF, PATH, SHIPPED, changed, files, publish
from web.database.models import Course
from web.services import NAME, Services


def test_a_published_edition_is_handed_out_at_once_in_every_process(site, allowed, grace):
    before = allowed.catalogue[NAME_OF].edition
    elsewhere = Services.of(allowed.settings, site.clock)
    assert elsewhere.catalogue[NAME_OF].edition == before
    answer = publish(grace, **{f"{NAME_OF}.py": changed()})
    assert answer.status_code == 201, answer.json
    assert (answer.json["exercise"], answer.json["before"]) == (NAME_OF, before)
    for one in (allowed, elsewhere):
        assert one.catalogue[NAME_OF].edition == answer.json["edition"] != before
    assert list(allowed.catalogue.sheets) == list(Services.of(site.app.extensions[NAME].settings).catalogue.sheets)


def test_what_is_handed_in_afterwards_asks_the_workers_for_the_new_edition(site, grace, program):
    edition = publish(grace, **{f"{NAME_OF}.py": changed()}).json["edition"]
    ada = program("ada")
    number = ada.hand_in().json["submission"]
    from tests.web.api.conftest import row

    assert row(site, number).edition == edition


def test_editions_before_stay_and_a_translation_alone_is_no_new_edition(allowed, grace):
    first = publish(grace).json["edition"]
    second = publish(grace, **{f"{NAME_OF}.py": changed()}).json["edition"]
    editions = Editions(allowed.settings.published)
    assert None not in {editions.path(NAME_OF, one) for one in (first, second)}
    chinese = (SHIPPED / f"zh/{NAME_OF}.toml").read_text() + "\n# reviewed\n"
    answer = publish(grace, **{f"{NAME_OF}.py": changed(), f"zh/{NAME_OF}.toml": chinese})
    assert (answer.status_code, answer.json["edition"]) == (200, second)
    assert "# reviewed" in (allowed.settings.published / NAME_OF / second / f"zh/{NAME_OF}.toml").read_text()


def test_nothing_of_it_is_executed_on_the_site(allowed, grace, tmp_path):
    mark = tmp_path / "executed"
    answer = publish(grace, **{f"{NAME_OF}.py": changed() + f"\nopen({str(mark)!r}, 'w')\n"})
    assert (answer.status_code, mark.exists()) == (201, False)


@pytest.mark.parametrize("umask", [0o002, 0o022, 0o077], ids=oct)
def test_workers_of_another_account_can_read_it_and_nobody_else_can_write(allowed, grace, umask):
    usual = os.umask(umask)
    try:
        publish(grace)
    finally:
        os.umask(usual)
    published = allowed.settings.published
    for path in (published, *published.rglob("[!.]*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert (mode & 0o044, mode & 0o022) == (0o044, 0), path


def test_it_stands_in_the_audit_with_the_edition_before(site, allowed, grace):
    before = allowed.catalogue[NAME_OF].edition
    edition = publish(grace, **{f"{NAME_OF}.py": changed()}).json["edition"]
    (line,) = audit(site, "edition published")
    assert (line.actor_id, line.old, line.new) == (site.people["grace"], before, edition)


@pytest.mark.parametrize(("who", "scopes"), [("grace", "read submit"), ("ada", "read submit"), ("", "")])
def test_without_the_scope_there_is_nothing_here(allowed, program, who, scopes):
    answer = publish(program(who, scopes) if who else program())
    assert answer.status_code == (404 if who else 401)
    assert not allowed.settings.published.exists()


def test_a_student_with_an_old_token_and_an_operator_who_has_not_allowed_it_are_told_so(site, allowed, program):
    assert "Only instructors" in publish(program("ben", "publish")).json["detail"]
    site.app.extensions[NAME] = replace(allowed, settings=replace(allowed.settings, publish=False))
    answer = publish(program("grace", "publish"))
    assert (answer.status_code, "GRADER_PUBLISH=1" in answer.json["detail"]) == (403, True)


def with_options(old: str, new: str) -> str:
    """What the site reads of it would end each page that shows it, or the whole course, in a fault of ours."""
    text = changed(old, new.replace(" or ", ", was="))
    assert new.partition("=")[0] in text
    return text


def test_a_token_for_one_course_changes_no_exercise_of_all_courses(allowed, program):
    answer = publish(program("grace", "publish", course="backprop"))
    assert (answer.status_code, "all courses" in answer.json["detail"]) == (403, True)
    assert not allowed.settings.published.exists()


def test_a_token_to_publish_is_not_made_for_one_course(site, allowed):
    with site.services.database.read() as session:
        course = session.query(Course).filter_by(slug="backprop").one().id
    wanted = {"name": "ci", "scope": ["publish"], "days": "30", "course": str(course)}
    answer = site.client("grace").post("/account/tokens", data=wanted)
    assert (answer.status_code, "for all of them" in answer.text) == (422, True)
    assert site.client("grace").post("/account/tokens", data=wanted | {"course": ""}).status_code in {200, 201, 303}


WRONG = {
    "a path that leads out": ({"../evil.py": "x"}, "no file"),
    "an absolute path": ({"/etc/passwd": "x"}, "no file"),
    "another exercise's file": ({"mlp_backward.py": "x"}, "no file"),
    "a translation of another": ({"zh/mlp_backward.toml": "x"}, "no file"),
    "no Python": ({f"{NAME_OF}.py": "def ("}, "line 1"),
    "a module of something else": ({f"{NAME_OF}.py": '"""# Title"""\nx = 1\n'}, "Exercise(__name__"),
    "no TOML": ({f"zh/{NAME_OF}.toml": "= ="}, "zh/"),
    "no Chinese": ({f"zh/{NAME_OF}.toml": ""}, "Without Chinese: statement"),
    "a byte of nothing": ({f"{NAME_OF}.py": "x = 1\0"}, "no text"),
    "too deep for a parser": ({f"{NAME_OF}.py": "x = " + "(" * 100_000}, "cannot be read"),
    "a module and a package": ({f"{NAME_OF}/__init__.py": "x = 1"}, "at once"),
    "a module, and files that no edition tells of": ({f"{NAME_OF}/more.py": "x = 1"}, "at once"),
    "points that are a word": ({f"{NAME_OF}.py": with_options("points=", 'points="two" or ')}, "points"),
    "points that have to be computed": ({f"{NAME_OF}.py": with_options("points=", "points=0 + ")}, "points"),
    "points of which no sum is a number": ({f"{NAME_OF}.py": with_options("points=", "points=1e305, rest=")}, "points"),
    "points below nothing": ({f"{NAME_OF}.py": with_options("points=", "points=-")}, "points"),
    "an order that is a word": ({f"{NAME_OF}.py": with_options("order=", 'order="first", early=')}, "order"),
    "a chapter that is a list": ({f"{NAME_OF}.py": with_options("chapter=", "chapter=[1], title=")}, "chapter"),
    "checks in one word of Chinese": ({f"zh/{NAME_OF}.toml": 'statement = "# 题"\nchecks = "是"\n'}, "checks"),
    "a number for Chinese": ({f"zh/{NAME_OF}.toml": CHINESE.replace("[checks]", "[checks]\nextra = 5")}, "checks"),
    "another text to whoever runs it": ({f"{NAME_OF}.py": "# -*- coding: utf-7 -*-\n" + changed()}, "encoding"),
    "the same below what is no end of a line": (
        {f"{NAME_OF}.py": "#\x0b\x0b\n# coding: latin-1\n" + changed()},
        "encoding",
    ),
    "a pace that was not sent": ({f"{NAME_OF}.py": with_options("order=", 'pace="paces/x.py", order=')}, "pace"),
    "a pace that leads out": ({f"{NAME_OF}.py": with_options("order=", 'pace="../../../secret", order=')}, "pace"),
    "a pace that is a number": ({f"{NAME_OF}.py": with_options("order=", "pace=7, order=")}, "pace"),
    "a module beside it that nothing imports": ({"shared.py": "RATE = 1"}, "no file"),
    "a module beside it by a name that holds nowhere else": (
        {f"{NAME_OF}.py": changed() + "\nimport shared\n", "shared.py": "RATE = 1"},
        "`from .shared import …`",
    ),
    "checks taken away": ({f"{NAME_OF}.py": changed("@exercise.check", "@exercise.chek").replace("@exercise.check", "@x")}, "no check"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_exercise_is_refused_in_words_and_changes_nothing(allowed, grace, what):
    more, words = WRONG[what]
    before = allowed.catalogue[NAME_OF].edition
    answer = publish(grace, **more)
    assert (answer.status_code, words in answer.json["detail"]) == (422, True), answer.json
    assert allowed.catalogue[NAME_OF].edition == before
    folder = allowed.settings.published
    assert not folder.exists() or [path.name for path in folder.iterdir()] == [".lock"]


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "utf_8"])
def test_that_it_is_in_utf_8_may_be_said_in_any_of_its_spellings(grace, name):
    text = f"# -*- coding: {name} -*-\n{changed()}"
    assert publish(grace, **{f"{NAME_OF}.py": text}).status_code == 201


def test_a_path_that_is_named_twice_is_refused(allowed, grace):
    """One of the two would be read by people, and the other one run."""
    answer = grace.post(PATH, json={"files": [*files(), files()[0] | {"text": "x = 1"}]})
    assert (answer.status_code, answer.json["errors"][0]["what"]) == (422, "names a path twice")
    assert not allowed.settings.published.exists()


@pytest.mark.parametrize("name", ["..", "Product", "a" * 80, "a-b", "1a"])
def test_a_name_that_is_none_is_refused(allowed, grace, name):
    assert grace.post(f"/api/v1/editions/{name}", json={"files": files()}).status_code in {404, 422}
    assert not (allowed.settings.home / name).exists() or name == ".."


def test_a_damaged_list_of_present_editions_hides_them_and_breaks_nothing(allowed, grace):
    before = allowed.catalogue[NAME_OF].edition
    publish(grace, **{f"{NAME_OF}.py": changed()})
    (allowed.settings.published / "present.json").write_text("{")
    assert allowed.catalogue[NAME_OF].edition == before
    (allowed.settings.published / "present.json").write_text(json.dumps({NAME_OF: "../../etc"}))
    assert allowed.catalogue[NAME_OF].edition == before
