"""One's own account: name, password, sessions, and tokens for programs."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.web.accounts.acts import audit, change, person, shown, sign_in
from tests.web.conftest import PASSWORD
from web.accounts import passwords, sessions
from web.accounts.devices import device
from web.database.models import ApiToken, SignIn

NEW = "quite another one"


def change_password(browser, old=PASSWORD, new=NEW):
    return browser.post("/account/password", data={"old": old, "new": new})


# Name and language ----------------------------------------------------------------------------------


def test_a_name_is_changed_and_the_language_kept_in_the_account(site):
    browser = site.client("ada")
    answer = browser.post("/account/profile", data={"name": " Ada   Lovelace ", "language": "zh"})
    assert answer.status_code == 303
    assert (person(site, "ada").name, person(site, "ada").language) == ("Ada Lovelace", "zh")
    assert "Ada Lovelace" in browser.get("/account").text
    assert "两步验证" in site.client("ada").get("/account").text  # in another browser too


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
def test_a_name_that_is_none_is_refused_at_its_field(site, name):
    answer = site.client("ada").post("/account/profile", data={"name": name})
    assert answer.status_code == 422
    assert "field-name-error" in answer.text
    assert person(site, "ada").name == "Ada"


# Password -------------------------------------------------------------------------------------------


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(site):
    other, browser = site.client("ada"), site.client("ada")
    assert change_password(browser).status_code == 303
    assert browser.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert sign_in(site.client(), password=PASSWORD).status_code == 401
    assert sign_in(site.client(), password=NEW).status_code == 303
    assert audit(site, "password changed")[0].actor_id == site.people["ada"]


def test_the_old_password_is_asked_for(site):
    answer = change_password(site.client("ada"), old="wrong")
    assert answer.status_code == 422
    assert "field-old-error" in answer.text
    assert passwords.fits(PASSWORD, person(site, "ada").password)


def test_a_weak_password_is_refused_at_its_field(site):
    answer = change_password(site.client("ada"), new="password123")
    assert answer.status_code == 422
    assert "field-new-error" in answer.text


def test_guessing_the_old_password_is_limited(site):
    browser = site.client("ada")
    assert [change_password(browser, old="wrong").status_code for _ in range(6)] == [422] * 5 + [429]


def test_who_has_no_password_cannot_invent_one(site):
    change(site, "ada", password=None)
    browser = site.client("ada")
    assert "no password here" in browser.get("/account").text
    assert change_password(browser, old="").status_code == 422


# Sessions -------------------------------------------------------------------------------------------


def test_sessions_are_listed_with_device_and_can_be_ended_one_by_one(site):
    browser = site.client("ada")
    other = site.client()
    other.post(
        "/sign-in",
        data={"email": "ada@example.org", "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
    )
    page = browser.get("/account").text
    assert "Firefox · Linux" in page
    (key,) = re.findall(r"/account/sessions/(\w{64})/end", page)  # one's own has no button
    assert browser.post(f"/account/sessions/{key}/end").status_code == 303
    assert other.get("/").status_code == 302
    assert browser.get("/").status_code == 200


def test_nobody_ends_anothers_session(site):
    victim = site.client("ben")
    with site.services.database.read() as session:
        key = session.scalar(select(SignIn.id))
    site.client("ada").post(f"/account/sessions/{key}/end")
    assert victim.get("/").status_code == 200


def test_signing_out_everywhere_ends_every_session(site):
    browsers = [site.client("ada") for _ in range(3)]
    assert browsers[0].post("/account/sessions/end").location == "/sign-in"
    assert [browser.get("/").status_code for browser in browsers] == [302] * 3
    assert len(audit(site, "signed out everywhere")) == 1


def test_ended_and_outlived_sessions_are_not_listed(site):
    site.client("ada")
    site.clock.advance(hours=13)
    browser = site.client("ada")
    with site.services.database.read() as session:
        assert len(sessions.alive(session, site.people["ada"], site.clock())) == 1
    assert "this one" in browser.get("/account").text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Chrome/140.0 Safari/537.36", "Chrome · macOS"),
        ("<script>", "?"),
        ("", "?"),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(agent, words):
    assert device(agent) == words


# Tokens ---------------------------------------------------------------------------------------------


def make_token(browser, **more):
    data = {"name": "laptop", "scope": ["read", "submit"], "course": "", "days": "90"}
    return browser.post("/account/tokens", data=data | more)


def rows(site):
    with site.services.database.read() as session:
        return list(session.scalars(select(ApiToken)))


def test_a_token_is_shown_once_kept_as_a_hash_and_says_what_it_may(site):
    browser = site.client("ada")
    made = make_token(browser)
    assert made.status_code == 201
    token = shown(made.text, "token")
    assert token.startswith("chainrule_")
    assert len(token) > 40
    (row,) = rows(site)
    assert (row.digest, row.scopes, row.course_id) == (sessions.digest(token), "read submit", None)
    assert row.expires_at == site.clock() + timedelta(days=90)
    page = browser.get("/account/tokens").text
    assert token not in page
    assert "laptop" in page


def test_a_token_can_be_for_one_course_and_one_scope(site):
    browser = site.client("ada")
    course = re.search(r'<option value="(\d+)">Backpropagation', browser.get("/account/tokens").text)[1]
    make_token(browser, scope="read", course=course)
    (row,) = rows(site)
    assert (row.scopes, str(row.course_id)) == ("read", course)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", "366"),
        ("days", "0"),
        ("days", "9" * 50),
        ("days", "²"),
        ("scope", "grade"),
        ("course", "2"),
        ("course", "x"),
        ("name", ""),
    ],
)
def test_a_token_that_would_be_too_good_is_refused_at_its_field(site, field, value):
    answer = make_token(site.client("ada"), **{field: value})
    assert answer.status_code == 422
    assert f"{field}-error" in answer.text
    assert rows(site) == []


def test_a_token_is_revoked_by_its_owner_only(site):
    browser = site.client("ada")
    make_token(browser)
    (row,) = rows(site)
    assert site.client("ben").post(f"/account/tokens/{row.id}/revoke").status_code == 404
    assert rows(site)[0].revoked_at is None
    assert browser.post(f"/account/tokens/{row.id}/revoke").status_code == 303
    assert rows(site)[0].revoked_at == site.clock()
    assert [line.action for line in audit(site)] == ["token made", "token revoked"]


def test_twenty_tokens_are_enough(site):
    browser = site.client("ada")
    codes = [make_token(browser, name=f"n{number}").status_code for number in range(21)]
    assert (codes.count(201), codes[-1]) == (20, 422)


# What is written down -------------------------------------------------------------------------------


def test_no_password_token_or_code_is_in_any_log_or_in_the_audit(site, caplog):
    caplog.set_level(logging.DEBUG)
    browser = site.client()
    sign_in(browser, password="wrong secret 1")
    sign_in(browser)
    change_password(browser, old="wrong secret 2")
    change_password(browser)
    token = shown(make_token(browser).text, "token")
    grace = site.client("grace")
    people = "/courses/backprop/staff/people"
    invitation = shown(
        grace.post(f"{people}/invitations", data={"role": "student", "uses": "1", "days": "1"}).text, "link"
    )
    reset = shown(grace.post(f"{people}/{site.people['ben']}/reset").text, "link")
    site.client().get(invitation)
    site.client().post(reset, data={"password": "secret number 3"})
    page = browser.get("/account/second-factor").text
    browser.post("/account/second-factor", data={"code": "135790"})
    with browser.session_transaction() as cookie:
        session_token = cookie["_user_id"]
    secrets = [
        PASSWORD, NEW, "wrong secret 1", "wrong secret 2", "secret number 3", "135790", token, session_token,
        invitation.rpartition("/")[2], reset.rpartition("/")[2],
        re.search(r"<code>([A-Z2-7 ]{30,})</code>", page)[1].replace(" ", ""),
    ]  # fmt: skip
    written = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    written += "\n".join(str(vars(line)) for line in audit(site))
    assert "request" in written
    assert "invitation made" in written
    assert [secret for secret in secrets if secret in written] == []
