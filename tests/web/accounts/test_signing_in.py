"""Signing in: who gets in, what the others learn (nothing), and what a session is worth afterwards."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.web.accounts.acts import audit, change, sign_in
from tests.web.conftest import PASSWORD
from web.accounts import passwords
from web.accounts.addresses import inside
from web.database.models import SignIn, User


def test_the_right_password_leads_to_the_courses_in_whatever_case_the_email_is_written(site):
    browser = site.client()
    answer = sign_in(browser, email=" Ada@Example.org ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/").status_code == 200


def test_signing_in_leads_back_to_the_page_that_asked_for_it(site):
    browser = site.client()
    asked = browser.get("/courses/backprop?tab=1")
    assert asked.location == "/sign-in?next=/courses/backprop?tab%3D1"
    assert 'value="/courses/backprop?tab=1"' in browser.get(asked.location).text
    assert sign_in(browser, next="/courses/backprop?tab=1").location == "/courses/backprop?tab=1"


# Nobody learns who is there -------------------------------------------------------------------------


@pytest.fixture
def nobodies(site):
    """Somebody with a wrong password, a stranger, one who was disabled, one who only comes by OIDC: all with PASSWORD."""
    change(site, "ben", disabled_at=site.clock())
    change(site, "tom", password=None, oidc_issuer="https://id.example.org", oidc_subject="tom")
    change(site, "ada", password=passwords.hashed("another password"))
    return ["ada@example.org", "nobody@example.org", "ben@example.org", "tom@example.org"]


def test_a_wrong_password_and_every_kind_of_nobody_get_one_and_the_same_answer(site, nobodies):
    answers = [sign_in(site.client(), email=email) for email in nobodies]
    assert {answer.status_code for answer in answers} == {401}
    pages = {
        re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text.replace(email, "WHO"))
        for answer, email in zip(answers, nobodies, strict=True)
    }
    assert len(pages) == 1
    assert "do not fit together" in pages.pop()


def test_one_hash_is_computed_for_everybody(site, nobodies, monkeypatch):
    """Time cannot be asserted on a busy machine; the work can."""
    verified = []
    real = passwords.PasswordHasher.verify
    monkeypatch.setattr(
        passwords.PasswordHasher, "verify", lambda self, kept, given: verified.append(kept) or real(self, kept, given)
    )
    for email in nobodies:
        sign_in(site.client(), email=email)
    assert len(verified) == 4
    parameters = {kept.rpartition("$")[0].rpartition("$")[0] for kept in verified}
    assert len(parameters) == 1


def test_every_failure_writes_one_line_which_names_only_people_who_are_there(site, nobodies):
    for email in nobodies:
        sign_in(site.client(), email=email)
    lines = audit(site, "sign-in failed")
    people = [site.people[name] for name in ("ada",)]
    assert [line.subject for line in lines] == [f"user {people[0]}", "", "", f"user {site.people['tom']}"]
    assert "nobody@" not in "".join(f"{line.subject}{line.old}{line.new}{line.why}" for line in lines)


# The session ----------------------------------------------------------------------------------------


def test_a_session_brought_along_is_worth_nothing_afterwards(site):
    """Fixation: Mallory plants her own cookie in Ada's browser before Ada signs in."""
    planted = site.client("mallory")
    with planted.session_transaction() as cookie:
        before = cookie["_user_id"]
        cookie["planted"] = "yes"
    answer = sign_in(planted)
    assert answer.status_code == 303
    with planted.session_transaction() as cookie:
        assert cookie["_user_id"] != before
        assert "planted" not in cookie
    copy = site.client()
    with copy.session_transaction() as cookie:
        cookie["_user_id"] = before
    assert copy.get("/").status_code == 302  # and Mallory's own session has ended


def test_a_planted_csrf_token_does_not_survive_signing_in(site):
    browser = site.client()
    with browser.session_transaction() as cookie:
        cookie["csrf_token"] = "known to Mallory"
    sign_in(browser)
    with browser.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "known to Mallory"


def test_the_database_keeps_no_token_that_opens_anything(site):
    browser = site.client()
    sign_in(browser)
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    with site.services.database.read() as session:
        assert token not in {row.id for row in session.scalars(select(SignIn))}


def test_twelve_idle_hours_end_a_session_and_use_keeps_it(site):
    browser = site.client("ada")
    for _ in range(20):
        site.clock.advance(hours=11)
        assert browser.get("/").status_code == 200
    site.clock.advance(hours=12, seconds=1)
    assert browser.get("/").status_code == 302


def test_fourteen_days_end_a_session_however_busy_it_is(site):
    browser = site.client("ada")
    hours = 0
    while browser.get("/").status_code == 200:
        site.clock.advance(hours=6)
        hours += 6
    assert hours == 14 * 24 + 6


def test_an_ended_session_is_told_kindly_and_a_stranger_is_not(site):
    browser = site.client("ada")
    site.clock.advance(hours=13)
    asked = browser.get("/courses/backprop")
    assert "Your session has ended" in browser.get(asked.location).text
    assert "Your session has ended" not in site.client().get("/sign-in").text


def test_a_disabled_person_is_out_at_once(site):
    browser = site.client("ben")
    change(site, "ben", disabled_at=site.clock())
    assert browser.get("/").status_code == 302


def test_signing_out_ends_the_session_and_not_only_the_cookie(site):
    browser = site.client("ada")
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert browser.post("/sign-out").status_code == 303
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert browser.get("/").status_code == 302


def test_a_hash_from_weaker_times_is_renewed_at_sign_in(site):
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    change(site, "ada", password=weak)
    sign_in(site.client())
    with site.services.database.read() as session:
        kept = session.get_one(User, site.people["ada"]).password
    assert kept != weak
    assert passwords.fits(PASSWORD, kept)


def test_signing_in_is_in_the_audit(site):
    sign_in(site.client())
    (line,) = audit(site, "signed in")
    assert (line.actor_id, line.new) == (site.people["ada"], "password")


# Nobody is led away ---------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\t//evil.example/",
    "/%5cevil.example\\",
    "javascript:alert(1)",
    "http:evil.example",
    "evil.example",
    "/\u2028/evil.example",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_next_leads_nowhere_else(site, address):
    assert sign_in(site.client(), next=address).location == "/"
    page = site.client().get("/sign-in", query_string={"next": address}).text
    form = page.partition('action="/sign-in"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="next" value="">' in form


@pytest.mark.parametrize("address", ["/", "/courses/backprop", "/courses/backprop?tab=1&x=//y", "/join/abc"])
def test_paths_of_ours_are_kept(address):
    assert inside(address) == address


# Forms that come too late ---------------------------------------------------------------------------


def test_what_was_written_in_an_ended_session_comes_back_after_signing_in(site):
    browser = site.client("ada")
    site.clock.advance(hours=13)
    code = "\n\ndef f(x):\n    return '<b>' + x\n"
    late = browser.post("/courses/backprop/product_gradient", data={"code": code})
    assert late.status_code == 401
    assert "What you wrote is kept" in late.text
    assert "&lt;b&gt;" in late.text
    back = sign_in(browser, next="/courses/backprop/product_gradient", kept=code)
    assert back.status_code == 200
    assert "return &#39;&lt;b&gt;&#39; + x" in back.text
    assert 'action="/courses/backprop/product_gradient"' in back.text
    assert "not been handed in yet" in back.text


def test_a_lost_token_loses_no_text(site):
    site.app.config["WTF_CSRF_ENABLED"] = True
    answer = site.client("ada").post("/courses/backprop/product_gradient", data={"code": "my_own_work = 1"})
    assert answer.status_code == 400
    assert "my_own_work = 1" in answer.text
    assert "nothing was handed in" in answer.text


def test_a_lost_token_elsewhere_gets_a_clear_page(site):
    site.app.config["WTF_CSRF_ENABLED"] = True
    answer = site.client("ada").post("/sign-out")
    assert answer.status_code == 400
    assert "This form has expired" in answer.text
    chinese = site.client().post("/sign-in", data={"email": "x"}, headers={"Accept-Language": "zh-CN"})
    assert "表单已过期" in chinese.text


def test_a_form_on_another_site_neither_acts_nor_signs_anybody_out(site):
    """It comes without our cookie (SameSite); a page in answer would set a new one in place of the good one."""
    for path in ("/courses/backprop/product_gradient", "/sign-in", "/sign-out", "/account/profile"):
        answer = site.client().post(path, data={"code": "x = 1"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers
    assert site.client().get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


# Limits ---------------------------------------------------------------------------------------------


def test_ten_failures_close_the_door_for_a_while_even_to_the_right_password(site):
    for _ in range(10):
        assert sign_in(site.client(), password="wrong").status_code == 401
    closed = sign_in(site.client())
    assert closed.status_code == 429
    assert 0 < int(closed.headers["Retry-After"]) <= 300
    assert "too often" in closed.text
    assert sign_in(site.client(), email="ben@example.org").status_code == 303  # others may


def test_a_stranger_elsewhere_does_not_lock_a_person_out(site):
    for _ in range(11):
        site.client().post(
            "/sign-in", data={"email": "ada@example.org", "password": "x"}, environ_base={"REMOTE_ADDR": "203.0.113.5"}
        )
    assert sign_in(site.client()).status_code == 303


def test_success_costs_nothing(site):
    assert {sign_in(site.client()).status_code for _ in range(12)} == {303}


def test_uploads_are_limited_and_the_text_is_not_lost(site):
    browser = site.client("ada")
    most = site.services.settings.uploads_a_minute
    codes = [browser.post("/courses/backprop/product_gradient", data={"code": ""}).status_code for _ in range(most)]
    assert 429 not in codes
    late = browser.post("/courses/backprop/product_gradient", data={"code": "my_own_work = 1"})
    assert late.status_code == 429
    assert "Retry-After" in late.headers
    assert "my_own_work = 1" in late.text


def test_programs_are_limited_too_and_told_when_to_come_again(site):
    browser = site.client("ada")
    path = "/api/v1/courses/backprop/exercises/product_gradient/submissions"
    codes = [browser.post(path, json={"files": []}).status_code for _ in range(site.services.settings.uploads_a_minute)]
    assert 429 not in codes
    late = browser.post(path, json={"files": []})
    assert (late.status_code, late.mimetype) == (429, "application/problem+json")
    assert int(late.headers["Retry-After"]) > 0
    assert browser.get("/api/v1/courses").status_code == 200  # reading goes on
