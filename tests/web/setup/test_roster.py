"""A roster is read as people save it, looked at before anything changes, applied whole or not at all, and only once."""

from __future__ import annotations

import csv
import html
import io
import re
from base64 import b64decode
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from tests.web.accounts.acts import audit, role_of
from tests.web.setup.conftest import SETUP, course, words
from web.accounts.invitations import Terms, find, make
from web.database.models import Course, Invitation, Membership, SignIn, User
from web.setup.roster import page as page_module
from web.tabular import read

ROSTER = f"{SETUP}/roster"
PLAIN = "email,name,role,group\nada@example.org,Ada,student,A\nlinus@example.org,Linus,student,B\n"


def bring(grace, content, **more):
    """The page that says what would change. content: bytes of a file, or a text written into the page."""
    if isinstance(content, str):
        return grace.browser.post(ROSTER, data={"text": content} | more)
    return grace.browser.post(
        ROSTER, data={"file": (io.BytesIO(content), "roster.csv")}, content_type="multipart/form-data"
    )


def confirm(grace, page, **more):
    return grace.browser.post(f"{ROSTER}/apply", data=hidden(page) | more)


def hidden(page) -> dict[str, str]:
    """What the form to confirm with carries."""
    form = page.text.partition(f'action="{ROSTER}/apply"')[2].partition("</form>")[0]
    found = dict(re.findall(r'name="(text|digest)" value="([^"]*)"', form, re.DOTALL))
    assert len(found) == 2, words(page)
    return {name: html.unescape(value) for name, value in found.items()}


def applied(grace, content, **more):
    answer = confirm(grace, bring(grace, content), **more)
    assert answer.status_code == 201, words(answer)
    return answer


def links(answer) -> list[dict[str, str]]:
    """The file that the page gives."""
    kept = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]*)"', answer.text)
    return list(csv.DictReader(io.StringIO(b64decode(kept[1]).decode("utf-8-sig")))) if kept else []


def state(site):
    """Everything that a roster can change."""
    with site.services.database.read() as session:
        members = {(one.user_id, one.role, one.group) for one in session.scalars(select(Membership))}
        invited = {(one.id, one.role, one.revoked_at) for one in session.scalars(select(Invitation))}
        return members, invited


def group_of(site, name):
    with site.services.database.read() as session:
        return session.get_one(Membership, (course(site).id, site.people[name])).group


def proven_long_ago(site):
    """Nobody has given a password lately."""
    with site.services.database.write() as session:
        for one in session.scalars(select(SignIn)):
            one.proved_at = site.clock() - timedelta(days=1)


def account(site, email) -> int:
    with site.services.database.write() as session:
        made = User(email=email, name=email.partition("@")[0].title(), created_at=site.clock())
        session.add(made)
        session.flush()
        site.people[made.name.lower()] = made.id
        return made.id


# Looking first ----------------------------------------------------------------------------------------


def test_one_sees_who_comes_who_changes_and_who_is_left_alone_before_anything_does(site, grace):
    account(site, "emmy@example.org")
    before = state(site)
    page = words(bring(grace, PLAIN + "tom@example.org,Tom,assistant,\nemmy@example.org,Emmy,,A\n"))
    assert "1 come in 1 get a link 1 change 1 stay as they are 2 are not in the file" in page
    assert "Ada student until now none → A" in page
    assert "Nothing is changed yet." in page
    assert "Ben · ben@example.org" in page
    assert state(site) == before


def test_then_it_is_applied_and_who_has_no_account_gets_a_link_for_this_e_mail(site, grace):
    account(site, "emmy@example.org")
    answer = applied(grace, PLAIN + "emmy@example.org,Emmy,,C\n")
    assert role_of(site, "emmy@example.org") == "student"
    assert (group_of(site, "ada"), group_of(site, "emmy"), group_of(site, "ben")) == ("A", "C", "")
    (link,) = links(answer)
    assert (link["name"], link["email"]) == ("Linus", "linus@example.org")
    token = link["link"].rpartition("/")[2]
    with site.services.database.read() as session:
        found = find(session, token, site.clock())
        assert (found.email, found.role, found.uses_left) == ("linus@example.org", "student", 1)
        assert token not in "".join(str(vars(one)) for one in [found, *audit(site)])
    assert site.client().get(f"/join/{token}").status_code == 200


def test_the_same_file_a_second_time_changes_nothing(site, grace):
    applied(grace, PLAIN)
    before, lines = state(site), len(audit(site))
    again = bring(grace, PLAIN)
    assert "This file changes nothing" in words(again)
    answer = confirm(grace, again)
    assert links(answer) == []
    assert state(site) == before
    assert [line.action for line in audit(site)][lines:] == ["roster applied"]


def test_lost_links_are_made_anew_and_the_old_ones_no_longer_open(site, grace):
    (old,) = links(applied(grace, PLAIN))
    (new,) = links(applied(grace, PLAIN, renew="1"))
    open_ = [site.client().get(one["link"].replace("http://localhost", "")).status_code for one in (old, new)]
    assert open_ == [404, 200]


def test_another_role_for_somebody_invited_takes_the_old_link_back(site, grace):
    (old,) = links(applied(grace, PLAIN))
    (new,) = links(applied(grace, PLAIN.replace("Linus,student", "Linus,assistant")))
    token = new["link"].rpartition("/")[2]
    with site.services.database.read() as session:
        assert find(session, old["link"].rpartition("/")[2], site.clock()) is None
        assert find(session, token, site.clock()).role == "assistant"


def test_who_comes_by_a_link_comes_into_the_group_of_the_file(site, grace):
    (link,) = links(applied(grace, PLAIN))
    form = {"name": "Linus T", "email": "linus@example.org", "password": "correct horse battery"}
    assert site.client().post(link["link"].replace("http://localhost", ""), data=form).status_code in {302, 303}
    assert "This file changes nothing" in words(bring(grace, PLAIN))
    with site.services.database.read() as session:
        linus = session.scalars(select(User).where(User.email == "linus@example.org")).one()
        assert session.get_one(Membership, (course(site).id, linus.id)).group == "B"


def test_another_group_for_somebody_invited_makes_another_link(site, grace):
    applied(grace, PLAIN)
    (new,) = links(applied(grace, PLAIN.replace("Linus,student,B", "Linus,student,C")))
    with site.services.database.read() as session:
        assert find(session, new["link"].rpartition("/")[2], site.clock()).group == "C"


def test_what_the_file_does_not_say_of_somebody_invited_is_in_the_new_link_too(site, grace):
    applied(grace, PLAIN.replace("Linus,student", "Linus,assistant"))
    only_names = "email,name\nlinus@example.org,Linus\n"
    assert "This file changes nothing" in words(bring(grace, only_names))
    (new,) = links(applied(grace, only_names, renew="1"))
    with site.services.database.read() as session:
        found = find(session, new["link"].rpartition("/")[2], site.clock())
        assert (found.role, found.group) == ("assistant", "B")


def test_whoever_waits_is_counted_among_those_who_stay_until_the_link_is_a_new_one(site, grace):
    account(site, "emmy@example.org")
    both = PLAIN.replace("ada@", "emmy@")
    assert "Added: 1. Invited: 1. Changed: 0. As before: 0." in words(applied(grace, both))
    assert "Added: 0. Invited: 0. Changed: 0. As before: 2." in words(applied(grace, both))
    assert "Added: 0. Invited: 1. Changed: 0. As before: 1." in words(applied(grace, both, renew="1"))


def test_what_the_file_does_not_say_stays(site, grace):
    applied(grace, PLAIN)
    assert "This file changes nothing" in words(bring(grace, "e-mail\ntom@example.org\nada@example.org\n"))
    applied(grace, "email,group\nada@example.org,\n")
    assert (group_of(site, "ada"), role_of(site, "tom@example.org")) == ("", "assistant")


def test_everything_is_written_down(site, grace):
    account(site, "emmy@example.org")
    applied(grace, PLAIN + "ben@example.org,Ben,assistant,\nemmy@example.org,Emmy,,\n")
    actions = {line.action for line in audit(site) if line.actor_id == site.people["grace"]}
    assert actions >= {"roster applied", "group changed", "role changed", "member added", "invitation made"}
    (line,) = audit(site, "group changed")
    assert (line.old, line.new) == ("", "A")


# What is believed -------------------------------------------------------------------------------------


def test_what_the_browser_sends_back_is_read_and_checked_again(site, grace):
    page, before = bring(grace, PLAIN), state(site)
    other = PLAIN.replace("Linus,student", "Linus,instructor")
    answer = confirm(grace, page, text=other)
    assert answer.status_code == 409
    assert "Nothing was changed" in words(answer)
    assert confirm(grace, page, text="email\nnobody\n").status_code == 409
    assert confirm(grace, page, text="\0").status_code == 422
    assert confirm(grace, page, text="").status_code == 422
    assert confirm(grace, page, digest="").status_code == 409
    assert state(site) == before


def test_a_course_that_changed_meanwhile_is_looked_at_again(site, grace):
    page = bring(grace, PLAIN)
    applied(grace, "email,group\nada@example.org,Z\n")
    assert confirm(grace, page).status_code == 409
    assert group_of(site, "ada") == "Z"


def test_all_of_it_is_applied_or_nothing(site, grace, monkeypatch):
    page, before = bring(grace, PLAIN), state(site)
    monkeypatch.setattr("web.setup.roster.applying.invitations.make", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        confirm(grace, page)
    assert state(site) == before


def test_somebody_who_comes_in_the_same_moment_makes_one_look_again(site, grace, monkeypatch):
    user_id, text = account(site, "emmy@example.org"), "email,group\nemmy@example.org,A\n"
    page, made = bring(grace, text), page_module.carry_out

    def late(by, *rest, **more):
        by.session.add(Membership(course_id=by.course.id, user_id=user_id, role="student", created_at=by.moment))
        by.session.flush()
        return made(by, *rest, **more)

    monkeypatch.setattr(page_module, "carry_out", late)
    assert confirm(grace, page).status_code == 409
    assert role_of(site, "emmy@example.org") is None  # nothing of it was kept


@pytest.mark.parametrize(
    "line", ["ben@example.org,,assistant,", "new@example.org,,instructor,", "tom@example.org,,student,"]
)
def test_making_somebody_staff_or_something_else_asks_who_one_is(site, grace, line):
    text, before = f"email,name,role,group\n{line}\n", None
    page = bring(grace, text)
    proven_long_ago(site)
    before = state(site)
    assert "/account/confirm" in bring(grace, text).location
    assert "/account/confirm" in confirm(grace, page).location
    assert state(site) == before


def test_students_and_groups_need_no_password_again(site, grace):
    proven_long_ago(site)
    applied(grace, PLAIN)


def test_nobody_makes_something_else_of_themselves(site, grace):
    before = state(site)
    page = bring(grace, "email,role,group\ngrace@example.org,student,A\n")
    assert page.status_code == 422
    assert "Line 2: You cannot change your own role." in words(page)
    applied(grace, "email,role,group\ngrace@example.org,instructor,A\n")
    assert state(site) != before
    assert role_of(site, "grace@example.org") == "instructor"


def test_who_rises_by_a_roster_loses_the_tokens_of_before(site, grace):
    """As by the page of people: web/accounts/invitations.py."""
    from web.database.models import ApiToken

    with site.services.database.write() as session:
        moment = site.clock()
        token = ApiToken(
            digest="d",
            user_id=site.people["ben"],
            name="n",
            scopes="read",
            created_at=moment,
            expires_at=moment + timedelta(days=9),
        )
        session.add(token)
    applied(grace, "email,role\nben@example.org,assistant\n")
    with site.services.database.read() as session:
        assert session.scalars(select(ApiToken)).one().revoked_at


def test_a_roster_is_for_instructors_of_this_course(site, grace):
    form = hidden(bring(grace, PLAIN))
    for name in ("tom", "ada", "mallory"):
        browser = site.client(name)
        assert browser.get(ROSTER).status_code == 404
        assert browser.get(f"{ROSTER}.csv").status_code == 404
        assert browser.post(ROSTER, data={"text": PLAIN}).status_code == 404
        assert browser.post(f"{ROSTER}/apply", data=form).status_code == 404


def test_invitations_of_another_course_are_not_taken_for_this_one(site, grace):
    with site.services.database.write() as session:
        other = session.scalars(select(Course).where(Course.slug == "other")).one()
        make(session, other, Terms("student", "linus@example.org"), None, site.clock())
    assert "1 get a link" in words(bring(grace, PLAIN))


# Files as they come -----------------------------------------------------------------------------------

CHINESE = "邮箱,姓名,角色,小组\nada@example.org,爱达,学生,甲组\nlinus@example.org,林纳斯,学生,乙组\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("ada@example.org,Ada", '"ADA@Example.org","Ada ""the first"", L."').encode(),
        b"\n" + PLAIN.encode() + b"\n,,,\n",
        PLAIN.replace("student", "Student").replace("email", "E-Mail").encode(),
        PLAIN.replace("email,name", "name,email")
        .replace("ada@example.org,Ada", "Ada,ada@example.org")
        .replace("linus@example.org,Linus", "Linus,linus@example.org")
        .encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "semicolon", "tab", "crlf", "quoted", "blank lines", "capitals", "other order"],
)
def test_a_file_says_the_same_however_it_was_saved(site, grace, content):
    applied(grace, content)
    assert group_of(site, "ada") == "A"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_chinese_file_is_read_in_each_encoding_that_excel_writes(site, grace, codec):
    answer = applied(grace, CHINESE.encode(codec))
    assert group_of(site, "ada") == "甲组"
    assert links(answer)[0]["name"] == "林纳斯"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file"),
        (b"   \n", "empty"),
        (b"name,role\nAda,student\n", "Line 1 names no column “email”"),
        (b"ada@example.org,Ada\nben@example.org,Ben\n", "Line 1 names no column “email”"),
        (b"email,mail\na@example.org,b@example.org\n", "Two columns are for email"),
        (b"email\nada@example.org\0\n", "no text file"),
        (b"\0\0\0\0", "no text file"),
        (b"PK\x03\x04 not a table", "Save it as CSV"),
        (b'email,name\nada@example.org,"Ada\n', "Line 2 cannot be read"),
        (
            b"email\n" + b"\n".join(b"s%d@example.org" % n for n in range(10_000)),
            "The file has 10000 people, and at most 2000",
        ),
        ("email\n" + "x" * 2_000_001, "larger than 2 MB"),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else None,
)
def test_what_is_no_roster_is_refused_with_a_reason(site, grace, content, said):
    before = state(site)
    page = bring(grace, content) if content else grace.browser.post(ROSTER, data={"text": ""})
    assert page.status_code == 422
    assert said in words(page)
    assert state(site) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nobody,Ada,student,A", "'nobody' is no e-mail address"),
        (",Ada,student,A", "There is no e-mail address"),
        ("a@b,Ada,student,A", "is no e-mail address"),
        ("a b@example.org,Ada,student,A", "is no e-mail address"),
        ("<b>@example.org,Ada,student,A", "is no e-mail address"),
        ("x\u202e@example.org,Ada,student,A", "is no e-mail address"),
        (f"{'x' * 64}@{'y' * 185}.{'z' * 60},Ada,student,A", "is no e-mail address"),
        ("new@example.org,Ada,owner,A", "There is no role 'owner'"),
        ("new@example.org,Ada,admin<script>,A", "There is no role 'admin<script>'"),
        (f"new@example.org,{'A' * 101},student,A", "too long"),
        ("new@example.org,A\u202eda,student,A", "signs that cannot be seen"),
        ('new@example.org,"A\nda",student,A', "signs that cannot be seen"),
        (f"new@example.org,Ada,student,{'G' * 101}", "A group has at most 100 letters"),
        ("new@example.org,Ada,student,A\x07B", "A group has at most 100 letters"),
        ("new@example.org,A\ufffdda,student,A", "Some letters cannot be read"),
        ("ben@example.org,Ben,student,B", "ben@example.org stands in line 2 already"),
        ("BEN@Example.ORG ,Ben,student,B", "ben@example.org stands in line 2 already"),
    ],
)
def test_what_is_wrong_in_a_line_is_said_with_its_number_and_nothing_is_applied(site, grace, line, said):
    before = state(site)
    page = bring(
        grace, f"email,name,role,group\nben@example.org,Ben,student,A\n{line}\nada@example.org,Ada,student,A\n"
    )
    assert page.status_code == 422
    read_so = words(page)
    assert said in read_so
    assert "Line 3:" in read_so
    assert "Apply this" not in read_so
    assert "<script>" not in page.text.replace("<script src", "")
    assert state(site) == before


def test_a_file_of_two_encodings_is_not_taken_with_letters_lost(site, grace):
    mixed = b"email,name\n" + "a@example.org,张三\n".encode("gbk") + "b@example.org,Müller\x81\n".encode("latin-1")
    page = bring(grace, mixed)
    assert page.status_code == 422 or "张三" in words(page)


def test_a_name_that_is_a_formula_comes_out_as_text_and_is_read_back_as_it_was(site, grace):
    text = 'email,name,role,group\nnew@example.org,"=HYPERLINK(""http://evil"")",student,@G\nada@example.org,Ada,student,=1+1\n'
    (link,) = links(applied(grace, text))
    assert link["name"].startswith("'=HYPERLINK")
    table = grace.browser.get(f"{ROSTER}.csv").data
    assert b"'=1+1" in table
    assert read(table).rows[-2 if b"Ben" in table else -1].cells
    assert "This file changes nothing" in words(bring(grace, table))


def test_the_present_roster_comes_out_as_a_table_that_changes_nothing(site, grace):
    applied(grace, PLAIN)
    answer = grace.browser.get(f"{ROSTER}.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="roster-backprop.csv"'
    rows = [row.cells for row in read(answer.data).rows]
    assert rows[0] == ("grace@example.org", "Grace", "instructor", "")
    assert ("ada@example.org", "Ada", "student", "A") in rows
    assert "This file changes nothing" in words(bring(grace, answer.data))


def test_columns_that_mean_nothing_are_named_and_left_out(grace):
    page = words(bring(grace, "email,number,phone\nada@example.org,1,2\n"))
    assert "Columns that mean nothing here are left out: number, phone." in page


def test_it_is_read_in_chinese_too(site):
    browser = site.client("grace")
    page = words(browser.post(ROSTER, data={"text": "邮箱,角色\n坏,学生\n"}, headers={"Accept-Language": "zh-CN"}))
    assert "第 2 行： “坏”不是邮箱地址。" in page


# At size ----------------------------------------------------------------------------------------------


def test_two_thousand_people_are_compared_in_a_few_questions(site, grace):
    text = "email,name,group\n" + "".join(f"s{n}@example.org,S {n},G{n % 9}\n" for n in range(2000))
    asked = []
    event.listen(site.services.database.engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    page = bring(grace, text)
    assert len(asked) < 20
    answer = confirm(grace, page)
    assert len(links(answer)) == 2000
    with site.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 2000
