"""Invitations: who may make them, what they open, and that a bad one says nothing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.web.accounts.acts import audit, change, person, role_of, shown
from web.accounts import passwords
from web.accounts.invitations import Terms, make
from web.accounts.invite import NoCourse, asked, link
from web.database.models import ApiToken, Course, Invitation, Membership, OneTimeKey, SignIn, User

PEOPLE = "/courses/backprop/staff/people"
LINUS = {"name": "Linus", "email": "Linus@Example.org", "password": "correct horse battery"}


def invitation(site, role="student", course="backprop", **terms):
    """The path of a link."""
    with site.services.database.write() as session:
        found = session.scalar(select(Course).where(Course.slug == course))
        return f"/join/{make(session, found, Terms(role, **terms), site.people['grace'], site.clock())}"


def open_ones(site):
    with site.services.database.read() as session:
        return list(session.scalars(select(Invitation)))


# Making them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("maker", "role", "status"),
    [
        ("grace", "student", 201),
        ("grace", "assistant", 201),
        ("grace", "instructor", 201),
        ("tom", "student", 201),
        ("tom", "assistant", 422),
        ("tom", "instructor", 422),
        ("grace", "owner", 422),
        ("ada", "student", 404),
        ("mallory", "student", 404),
    ],
)
def test_an_instructor_invites_anybody_an_assistant_students_the_others_nobody(site, maker, role, status):
    answer = site.client(maker).post(f"{PEOPLE}/invitations", data={"role": role, "uses": "3", "days": "5"})
    assert answer.status_code == status
    assert len(open_ones(site)) == (status == 201)


def test_those_made_at_once_stand_by_e_mail_so_that_one_finds_somebody(site):
    for name in ("linus", "ben", "emmy"):
        invitation(site, email=f"{name}@example.org", days=14)
    page = site.client("grace").get(PEOPLE).text.partition("Open invitations")[2]
    assert sorted(("ben@", "emmy@", "linus@"), key=page.index) == ["ben@", "emmy@", "linus@"]


def test_the_link_is_shown_once_and_kept_as_a_hash(site):
    browser = site.client("grace")
    page = browser.post(f"{PEOPLE}/invitations", data={"role": "student", "uses": "30", "days": "14"}).text
    path = urlsplit(shown(page, "link")).path
    token = path.removeprefix("/join/")
    assert token not in browser.get(PEOPLE).text
    assert token not in "".join(str(vars(row)) for row in [*open_ones(site), *audit(site)])
    assert site.client().get(path).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"uses": "0"}, {"uses": "1001"}, {"days": "999"}, {"days": "x"}, {"email": "nobody"}]
)
def test_what_is_wrong_in_the_form_is_said_at_its_field(site, wrong):
    data = {"role": "student", "uses": "1", "days": "1"} | wrong
    answer = site.client("grace").post(f"{PEOPLE}/invitations", data=data)
    assert answer.status_code == 422
    (name,) = wrong
    assert f'id="field-{name}-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert open_ones(site) == []


def test_a_link_for_staff_opens_ten_times_at_most(site):
    data = {"role": "instructor", "uses": "11", "days": "1"}
    assert site.client("grace").post(f"{PEOPLE}/invitations", data=data).status_code == 422


# Using them -----------------------------------------------------------------------------------------


def test_a_newcomer_makes_an_account_and_is_in(site):
    browser = site.client()
    path = invitation(site)
    assert "Backpropagation" in browser.get(path).text
    answer = browser.post(path, data=LINUS)
    assert (answer.status_code, answer.location) == (303, "/courses/backprop")
    assert browser.get("/courses/backprop").status_code == 200
    assert role_of(site, "linus@example.org") == "student"
    assert [line.action for line in audit(site)] == ["invitation made", "account made", "invitation used", "signed in"]
    assert site.client().post("/sign-in", data=LINUS).status_code == 303


def test_whoever_has_an_account_joins_with_it(site):
    browser = site.client("mallory")
    path = invitation(site)
    assert "Join as Mallory" in browser.get(path).text
    assert browser.post(path).location == "/courses/backprop"
    assert role_of(site, "mallory@example.org") == "student"


def test_signing_in_leads_back_to_the_invitation(site):
    path = invitation(site)
    assert f"/sign-in?next={path}" in site.client().get(path).text


def test_an_invitation_for_one_is_used_up_by_one(site):
    path = invitation(site)
    assert site.client().post(path, data=LINUS).status_code == 303
    assert site.client("mallory").post(path).status_code == 404
    assert role_of(site, "mallory@example.org") is None


def test_an_invitation_for_two_lets_two_in(site):
    path = invitation(site, uses=2)
    codes = [
        site.client().post(path, data=LINUS | {"email": f"linus{number}@example.org"}).status_code
        for number in range(3)
    ]
    assert codes == [303, 303, 404]


def test_a_refused_form_uses_nothing_up(site):
    path = invitation(site)
    site.client().post(path, data=LINUS | {"password": "short"})
    site.client().post(path, data=LINUS | {"email": "ada@example.org"})
    site.client("ada").post(path)  # who is in already
    assert site.client().post(path, data=LINUS).status_code == 303


def test_an_invitation_for_one_email_opens_for_no_other(site):
    path = invitation(site, email="Linus@example.org")
    assert site.client("mallory").post(path).status_code == 404
    other = site.client().post(path, data=LINUS | {"email": "else@example.org"})
    assert other.status_code == 422
    assert "another e-mail" in other.text
    assert site.client().post(path, data=LINUS).status_code == 303


def test_all_that_is_wrong_with_a_link_gets_one_answer(site):
    expired, used, revoked = (invitation(site, days=days) for days in (1, 30, 30))
    site.clock.advance(days=2)
    site.client().post(used, data=LINUS)
    with site.services.database.write() as session:
        for row in session.scalars(select(Invitation).where(Invitation.uses_left == 1)):
            row.revoked_at = site.clock() if row.expires_at > site.clock() else None
    answers = [site.client().get(path) for path in (expired, used, revoked, "/join/no-such-token")]
    assert {answer.status_code for answer in answers} == {404}
    texts = {re.sub(r'"csrf_token" value="[^"]*"|/join/[^"]*|<code>\w+</code>', "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert "cannot be used" in texts.pop()


def test_guessing_links_is_limited(site):
    codes = [site.client().get(f"/join/{number}").status_code for number in range(61)]
    assert (codes[59], codes[60]) == (404, 429)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("password", "short", "10 characters or more"),
        ("password", "Password123", "tried first"),
        ("password", "aaabbbaaabbb", "tried first"),
        ("password", "linus@example.org", "your name or e-mail"),
        ("password", "x" * 201, "at most 200"),
        ("name", "", "Write your name"),
        ("name", "a\x1b[2J", "Write your name"),
        ("email", "linus", "Write an e-mail"),
        ("email", "a b@example.org", "Write an e-mail"),
        ("email", "ada@example.org", "cannot be made"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_at_its_field(site, field, value, said):
    answer = site.client().post(invitation(site), data=LINUS | {field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert (
        f'aria-describedby="{"field-password-hint " if field == "password" else ""}field-{field}-error"' in answer.text
    )
    assert LINUS["password"] not in answer.text


def test_a_higher_invitation_raises_a_lower_one_does_not_lower(site):
    assert site.client("ada").post(invitation(site, "assistant")).status_code == 303
    assert role_of(site, "ada@example.org") == "assistant"
    site.client("ada").post(invitation(site, "student"))
    assert role_of(site, "ada@example.org") == "assistant"
    (line,) = audit(site, "role changed")
    assert (line.old, line.new, line.actor_id) == ("student", "assistant", site.people["ada"])


def test_a_token_made_as_a_student_ends_when_its_owner_becomes_staff(site):
    with site.services.database.write() as session:
        times = {"created_at": site.clock(), "expires_at": site.clock()}
        session.add(ApiToken(digest="d", user_id=site.people["ada"], name="ci", scopes="read", **times))
    site.client("ada").post(invitation(site, "assistant"))
    with site.services.database.read() as session:
        assert session.scalar(select(ApiToken)).revoked_at == site.clock()


# Revoking -------------------------------------------------------------------------------------------


def test_a_revoked_link_opens_no_more_and_both_are_in_the_audit(site):
    path = invitation(site)
    (row,) = open_ones(site)
    assert site.client("grace").post(f"{PEOPLE}/invitations/{row.id}/revoke").status_code == 303
    assert site.client().get(path).status_code == 404
    assert [line.action for line in audit(site)] == ["invitation made", "invitation revoked"]


@pytest.mark.parametrize(("who", "role"), [("tom", "instructor"), ("ada", "student"), ("mallory", "student")])
def test_nobody_revokes_what_they_could_not_make(site, who, role):
    path = invitation(site, role)
    (row,) = open_ones(site)
    assert site.client(who).post(f"{PEOPLE}/invitations/{row.id}/revoke").status_code == 404
    assert site.client().get(path).status_code == 200


def test_an_invitation_of_another_course_cannot_be_revoked_here(site):
    path = invitation(site, course="other")
    (row,) = open_ones(site)
    assert site.client("grace").post(f"{PEOPLE}/invitations/{row.id}/revoke").status_code == 404
    assert site.client().get(path).status_code == 200


# Roles and forgotten passwords ----------------------------------------------------------------------


def test_an_instructor_changes_roles_an_assistant_does_not(site):
    address = f"{PEOPLE}/{site.people['ben']}/role"
    assert site.client("tom").post(address, data={"role": "assistant"}).status_code == 404
    assert site.client("grace").post(address, data={"role": "assistant"}).status_code == 303
    assert role_of(site, "ben@example.org") == "assistant"
    own = f"{PEOPLE}/{site.people['grace']}/role"
    assert site.client("grace").post(own, data={"role": "student"}).status_code == 400


def reset_link(site, name="ada"):
    answer = site.client("grace").post(f"{PEOPLE}/{site.people[name]}/reset")
    assert answer.status_code == 201
    return urlsplit(shown(answer.text, "link")).path


def test_a_reset_link_works_once_ends_all_sessions_and_is_audited(site):
    signed_in, path = site.client("ada"), reset_link(site)
    browser = site.client()
    assert browser.get(path).status_code == 200
    assert browser.post(path, data={"password": "short"}).status_code == 422
    assert browser.post(path, data={"password": "a brand new one"}).status_code == 303
    assert browser.post(path, data={"password": "another new one"}).status_code == 404
    assert passwords.fits("a brand new one", person(site, "ada").password)
    assert signed_in.get("/").status_code == 302
    lines = audit(site)
    assert [(line.action, line.actor_id) for line in lines] == [
        ("reset link made", site.people["grace"]),
        ("password changed", site.people["ada"]),
    ]
    assert {line.subject for line in lines} == {f"user {site.people['ada']}"}


def test_a_reset_link_ends_after_a_day_and_with_the_next_one(site):
    first = reset_link(site)
    second = reset_link(site)
    assert site.client().get(first).status_code == 404
    assert site.client().get(second).status_code == 200
    site.clock.advance(hours=25)
    assert site.client().get(second).status_code == 404


@pytest.mark.parametrize("deed", ["reset", "role"])
def test_after_a_while_an_instructor_proves_anew_who_they_are_before_such_a_change(site, deed):
    browser = site.client("grace")
    site.clock.advance(minutes=16)
    answer = browser.post(f"{PEOPLE}/{site.people['ben']}/{deed}", data={"role": "instructor"})
    assert answer.location == f"/account/confirm?next={PEOPLE}"
    assert role_of(site, "ben@example.org") == "student"
    assert audit(site) == []


@pytest.mark.parametrize("who", ["tom", "ada", "mallory"])
def test_only_an_instructor_makes_reset_links(site, who):
    assert site.client(who).post(f"{PEOPLE}/{site.people['ben']}/reset").status_code == 404


def test_nobody_takes_over_a_colleague_or_a_student_of_another_course(site):
    tom = site.client("grace").post(f"{PEOPLE}/{site.people['tom']}/reset")
    assert "/reset/" not in tom.text
    assert site.client("grace").post(f"{PEOPLE}/{site.people['mallory']}/reset").status_code == 404


def test_putting_somebody_into_ones_own_course_does_not_open_their_account(site):
    """Who teaches elsewhere may bring any account into a course of theirs; a reset link would be that account."""
    with site.services.database.write() as session:
        other = session.scalars(select(Course).where(Course.slug == "other")).one()
        session.get_one(Membership, (other.id, site.people["mallory"])).role = "instructor"
        session.add(Membership(course_id=other.id, user_id=site.people["ben"], role="student", created_at=site.clock()))
    answer = site.client("mallory").post(f"/courses/other/staff/people/{site.people['ben']}/reset")
    assert "/reset/" not in answer.text
    with site.services.database.read() as session:
        assert not session.scalars(select(OneTimeKey).where(OneTimeKey.user_id == site.people["ben"])).all()


def test_a_student_here_who_teaches_elsewhere_gets_no_link_from_here(site):
    site.client("ada").post(invitation(site, "assistant", course="other"))
    answer = site.client("grace").post(f"{PEOPLE}/{site.people['ada']}/reset")
    assert answer.status_code == 303


def test_who_only_comes_by_oidc_gets_no_password(site):
    change(site, "ada", password=None)
    assert site.client("grace").post(f"{PEOPLE}/{site.people['ada']}/reset").status_code == 303


def test_a_disabled_person_chooses_nothing(site):
    path = reset_link(site)
    change(site, "ada", disabled_at=site.clock())
    assert site.client().get(path).status_code == 404


# The operator's command -----------------------------------------------------------------------------


def test_the_operator_makes_the_first_instructor(site):
    address = link(site.services, *asked(["backprop", "instructor", "--email", "linus@example.org"]))
    assert address.startswith("http://127.0.0.1:8000/join/")
    assert site.client().post(urlsplit(address).path, data=LINUS).status_code == 303
    assert role_of(site, "linus@example.org") == "instructor"
    assert audit(site, "invitation made")[0].actor_id is None


def test_the_operator_is_told_which_courses_there_are(site):
    with pytest.raises(NoCourse, match="backprop, other"):
        link(site.services, "nonsense", Terms("student"))


def test_two_who_come_at_once_with_one_use_are_counted_by_the_database(site):
    from web.accounts.invitations import find, join

    token = invitation(site).removeprefix("/join/")
    with site.services.database.read() as session:
        seen_by_both = find(session, token, site.clock())
    results = []
    for name in ("mallory", "mallory2"):
        with site.services.database.write() as session:
            if name == "mallory2":
                session.add(User(email="m2@example.org", name="M2", created_at=site.clock()))
                session.flush()
            email = f"{name}@example.org" if name == "mallory" else "m2@example.org"
            who = session.scalar(select(User).where(User.email == email))
            results.append(join(session, seen_by_both, who, site.clock()))
    assert results == [True, False]


def test_an_account_made_by_invitation_has_one_session(site):
    site.client().post(invitation(site), data=LINUS)
    with site.services.database.read() as session:
        assert len(list(session.scalars(select(SignIn).join(User).where(User.email == "linus@example.org")))) == 1
