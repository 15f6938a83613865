"""A second factor: confirmed before it counts, asked for at sign-in, never twice with one code; in production a duty."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
from sqlalchemy import select

from tests.web.accounts.acts import audit, change, person, sign_in
from tests.web.conftest import PASSWORD, Site, source
from web.accounts import keys, rescue
from web.accounts.sessions import begin, digest
from web.application import create_app
from web.database.models import ApiToken, OneTimeKey, User
from web.submissions import Upload, accept

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FACTOR = "/account/second-factor"


def code(site, steps=0, secret=SECRET):
    return pyotp.TOTP(secret).at(int(site.clock().timestamp()) + 30 * steps)


def enrol(site, name="grace"):
    change(site, name, totp_secret=SECRET)
    with site.services.database.write() as session:
        return keys.recovery_codes(session, site.people[name], site.clock())


def half_in(site, name="grace", **more):
    """A browser that has given the right password and no code."""
    browser = site.client()
    answer = sign_in(browser, f"{name}@example.org", **more)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in/code")
    return browser


def give(browser, text, **more):
    return browser.post("/sign-in/code", data={"code": text} | more)


# Signing in -----------------------------------------------------------------------------------------


def test_a_password_alone_opens_nothing(site):
    enrol(site)
    browser = half_in(site)
    assert browser.get("/").status_code == 302
    assert "six digits" in browser.get("/sign-in/code").text


def test_the_code_opens_and_leads_back(site):
    enrol(site)
    browser = half_in(site, next="/courses/backprop")
    assert give(browser, code(site), next="/courses/backprop").location == "/courses/backprop"
    assert browser.get("/courses/backprop").status_code == 200
    assert audit(site, "signed in")[0].new == "password and code"


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(site, steps, opens):
    enrol(site)
    assert (give(half_in(site), code(site, steps)).status_code == 303) == opens


def test_a_code_opens_once(site):
    """Whoever looked over a shoulder comes too late, and with the code before it as well."""
    enrol(site)
    used = code(site)
    assert give(half_in(site), used).status_code == 303
    again = give(half_in(site), used)
    assert again.status_code == 401
    assert give(half_in(site), code(site, -1)).status_code == 401
    site.clock.advance(seconds=30)
    assert give(half_in(site), code(site)).status_code == 303


def test_spaces_in_a_code_do_not_matter(site):
    enrol(site)
    digits = code(site)
    assert give(half_in(site), f" {digits[:3]} {digits[3:]} ").status_code == 303


@pytest.mark.parametrize("wrong", ["", "000000", "12345", "1234567", "ABCDEF", "１２３４５６", "é" * 6])
def test_a_wrong_code_is_said_at_its_field(site, wrong):
    enrol(site)
    answer = give(half_in(site), wrong)
    assert answer.status_code == 401
    assert 'aria-describedby="field-code-hint field-code-error"' in answer.text
    assert audit(site, "sign-in failed")[0].subject == f"user {site.people['grace']}"


def test_five_wrong_codes_close_the_door(site):
    enrol(site)
    browser = half_in(site)
    assert [give(browser, "000000").status_code for _ in range(5)] == [401] * 5
    closed = give(half_in(site), code(site))
    assert closed.status_code == 429
    assert int(closed.headers["Retry-After"]) > 0


def test_half_a_sign_in_is_good_for_five_minutes(site, monkeypatch):
    enrol(site)
    browser = half_in(site)
    with browser.session_transaction() as cookie:
        cookie["half"] = cookie["half"] | {"until": 0}
    assert give(browser, code(site)).status_code == 200  # the first form again
    assert browser.get("/").status_code == 302


def test_half_a_sign_in_ends_when_the_password_changes(site):
    enrol(site)
    browser = half_in(site)
    change(site, "grace", password="another hash")
    give(browser, code(site))
    assert browser.get("/").status_code == 302


def test_without_a_password_there_is_no_second_step(site):
    enrol(site)
    browser = site.client()
    assert browser.get("/sign-in/code").location == "/sign-in"
    give(browser, code(site))
    assert browser.get("/").status_code == 302


def test_text_kept_from_an_ended_session_travels_through_both_steps(site):
    enrol(site)
    browser = site.client()
    data = {"kept": "my_own_work = 1", "next": "/courses/backprop/product_gradient"}
    page = sign_in(browser, "grace@example.org", **data).text
    assert "my_own_work = 1" in page
    assert "my_own_work = 1" in give(browser, code(site), **data).text


# Recovery codes -------------------------------------------------------------------------------------


def test_a_recovery_code_opens_once_in_whatever_way_it_is_typed(site):
    codes = enrol(site)
    assert give(half_in(site), codes[0].upper().replace("-", " ")).status_code == 303
    assert give(half_in(site), codes[0]).status_code == 401
    assert give(half_in(site), codes[1]).status_code == 303
    assert len(audit(site, "recovery code used")) == 2


def test_anothers_recovery_code_opens_nothing(site):
    enrol(site)
    theirs = enrol(site, "tom")
    assert give(half_in(site), theirs[0]).status_code == 401


def test_recovery_codes_are_kept_as_hashes(site):
    codes = enrol(site)
    with site.services.database.read() as session:
        kept = {row.id for row in session.scalars(select(OneTimeKey))}
    assert len(kept) == len(set(codes)) == 10
    assert not kept & {*codes, *(one.replace("-", "") for one in codes)}


def test_a_recovery_code_is_no_reset_link(site):
    codes = enrol(site)
    assert site.client().get(f"/reset/{codes[0]}").status_code == 404


# Setting it up --------------------------------------------------------------------------------------


def offered(page):
    return html.unescape(re.search(r"<code>([A-Z2-7 ]{30,})</code>", page)[1]).replace(" ", "")


def test_a_secret_counts_only_after_a_code_has_confirmed_it(site):
    browser = site.client("grace")
    page = browser.get(FACTOR).text
    secret = offered(page)
    assert sign_in(site.client(), "grace@example.org").location == "/"  # not yet
    assert browser.post(FACTOR, data={"code": "000000"}).status_code == 401
    assert offered(browser.get(FACTOR).text) == secret  # the picture that was read stays good
    done = browser.post(FACTOR, data={"code": code(site, secret=secret)})
    assert done.status_code == 200
    assert len(set(re.findall(r"\w{4}-\w{4}-\w{4}-\w{4}", done.text))) == 10
    half_in(site)
    assert person(site, "grace").totp_offered is None


def test_the_picture_is_an_image_that_the_policy_allows(site):
    answer = site.client("grace").get(FACTOR)
    assert 'src="data:image/svg+xml' in answer.text
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]
    assert " style=" not in answer.text


def test_the_code_that_confirmed_does_not_sign_in(site):
    browser = site.client("grace")
    secret = offered(browser.get(FACTOR).text)
    digits = code(site, secret=secret)
    browser.post(FACTOR, data={"code": digits})
    assert give(half_in(site), digits).status_code == 401


def test_setting_it_up_ends_the_sessions_that_had_none(site):
    other, browser = site.client("grace"), site.client("grace")
    secret = offered(browser.get(FACTOR).text)
    browser.post(FACTOR, data={"code": code(site, secret=secret)})
    assert other.get("/").status_code == 302
    assert browser.get("/").status_code == 200
    assert [line.action for line in audit(site)] == ["second factor on"]


def test_a_secret_that_counts_is_never_shown_again(site):
    enrol(site)
    browser = half_in(site)
    give(browser, code(site))
    page = browser.get(FACTOR).text
    assert SECRET[:4] not in page
    assert "10 of your recovery codes" in page


def test_turning_it_off_needs_a_session_opened_with_it_and_is_in_the_audit(site):
    enrol(site)
    without = site.client("grace")  # as from before it was set up
    assert without.post(f"{FACTOR}/off").location.startswith("/account/confirm")
    browser = half_in(site)
    give(browser, code(site))
    assert browser.post(f"{FACTOR}/off").status_code == 303
    assert person(site, "grace").totp_secret is None
    assert sign_in(site.client(), "grace@example.org").location == "/"
    assert len(audit(site, "second factor off")) == 1
    with site.services.database.read() as session:
        assert session.scalar(select(OneTimeKey)) is None


def test_new_recovery_codes_make_the_old_ones_worthless(site):
    old = enrol(site)
    browser = half_in(site)
    give(browser, code(site))
    new = re.findall(r"\w{4}-\w{4}-\w{4}-\w{4}", browser.post(f"{FACTOR}/recovery-codes").text)
    assert give(half_in(site), old[0]).status_code == 401
    assert give(half_in(site), new[0]).status_code == 303


# Asked again ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [FACTOR, "/account/tokens"])
def test_after_a_quarter_of_an_hour_keys_are_changed_only_after_a_new_proof(site, path):
    browser = site.client("ada")
    assert browser.get(path).status_code == 200
    site.clock.advance(minutes=16)
    asked = browser.get(path)
    assert asked.location == f"/account/confirm?next={path}"
    assert browser.post("/account/confirm", data={"proof": "wrong", "next": path}).status_code == 401
    assert browser.post("/account/confirm", data={"proof": PASSWORD, "next": path}).location == path
    assert browser.get(path).status_code == 200


def test_who_has_a_second_factor_proves_it_by_a_code_and_not_by_the_password(site):
    enrol(site)
    browser = site.client("grace")
    assert browser.post("/account/confirm", data={"proof": PASSWORD}).status_code == 401
    assert browser.post("/account/confirm", data={"proof": code(site)}).status_code == 303
    assert browser.get(FACTOR).status_code == 200


def test_confirming_leads_nowhere_else(site):
    answer = site.client("ada").post("/account/confirm", data={"proof": PASSWORD, "next": "//evil.example"})
    assert answer.location == "/account"


def test_guessing_at_the_confirmation_is_limited(site):
    browser = site.client("ada")
    codes = [browser.post("/account/confirm", data={"proof": "wrong"}).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]


# In production --------------------------------------------------------------------------------------


@pytest.fixture
def live(services, site) -> Site:
    """The same site in production."""
    made = replace(services, settings=replace(services.settings, production=True))
    app = create_app(made.settings, made)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PREFERRED_URL_SCHEME="https")
    return Site(app, made, site.clock, site.people, site.assignments)


def signed_in(live, name, *, second_factor):
    browser = live.app.test_client()
    with live.services.database.write() as session:
        token = begin(
            session, session.get_one(User, live.people[name]), live.clock(), "test", second_factor=second_factor
        )
    with browser.session_transaction(base_url="https://localhost") as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return lambda path, method="GET", **more: browser.open(path, method=method, base_url="https://localhost", **more)


def token_of(site, name, token="chainrule_token"):
    with site.services.database.write() as session:
        times = {"created_at": site.clock(), "expires_at": site.clock() + timedelta(days=9)}
        row = ApiToken(digest=digest(token), user_id=site.people[name], name="ci", scopes="read", **times)
        session.add(row)
    return {"Authorization": f"Bearer {token}"}


def test_tokens_from_before_it_was_set_up_are_revoked(site):
    headers, browser = token_of(site, "grace"), site.client("grace")
    assert site.client().get("/api/v1/whoami", headers=headers).status_code == 200
    secret = offered(browser.get(FACTOR).text)
    browser.post(FACTOR, data={"code": code(site, secret=secret)})
    assert site.client().get("/api/v1/whoami", headers=headers).status_code == 401


def test_in_production_a_teachers_token_reads_others_work_only_with_a_second_factor(live):
    submission = accept(live.services, live.people["ada"], live.assignments["product_gradient"], Upload(source()))
    path, headers = f"/api/v1/submissions/{submission.id}", token_of(live, "grace")
    refused = live.app.test_client().get(path, headers=headers, base_url="https://localhost")
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert "second factor" in refused.json["detail"]
    change(live, "grace", totp_secret=SECRET)
    assert live.app.test_client().get(path, headers=headers, base_url="https://localhost").status_code == 200


STAFF_PAGES = [
    "/courses/backprop/staff/gradebook",
    "/courses/backprop/staff/people",
    "/courses/backprop/staff/submissions",
]


@pytest.mark.parametrize("path", STAFF_PAGES)
@pytest.mark.parametrize("who", ["grace", "tom"])
def test_in_production_staff_without_a_second_factor_are_led_to_set_it_up(live, who, path):
    ask = signed_in(live, who, second_factor=False)
    asked = ask(path)
    assert asked.location == f"/account/second-factor?next={path}"
    assert "This takes a minute" in ask(asked.location).text
    assert signed_in(live, who, second_factor=True)(path).status_code == 200


def test_in_production_a_student_needs_none_and_a_teacher_none_for_the_exercises(live):
    assert signed_in(live, "ada", second_factor=False)("/courses/backprop").status_code == 200
    assert signed_in(live, "grace", second_factor=False)("/courses/backprop").status_code == 200


def test_in_production_setting_it_up_opens_the_page_that_asked(live):
    ask = signed_in(live, "grace", second_factor=False)
    secret = offered(ask("/account/second-factor").text)
    done = ask("/account/second-factor", "POST", data={"code": code(live, secret=secret), "next": STAFF_PAGES[0]})
    assert f'href="{STAFF_PAGES[0]}"' in done.text
    assert ask(STAFF_PAGES[0]).status_code == 200


def test_in_production_another_persons_submission_needs_it_too(live):
    submission = accept(live.services, live.people["ada"], live.assignments["product_gradient"], Upload(source()))
    path = f"/submissions/{submission.id}"
    assert signed_in(live, "ada", second_factor=False)(path).status_code == 200
    assert signed_in(live, "grace", second_factor=False)(path).location.startswith("/account/second-factor")
    assert signed_in(live, "grace", second_factor=True)(path).status_code == 200


def test_elsewhere_staff_are_only_advised(site):
    assert site.client("grace").get("/courses/backprop/staff/gradebook").status_code == 200
    assert "Who teaches should have one" in site.client("grace").get("/account").text


def test_in_production_the_cookie_belongs_to_this_host_and_to_https(live):
    answer = live.app.test_client().get("/sign-in", base_url="https://localhost")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-chainrule=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


# The operator helps ---------------------------------------------------------------------------------


def test_the_operator_lets_in_who_has_lost_everything(site):
    enrol(site)
    old = half_in(site)
    give(old, code(site))
    email, off = rescue.asked(["Grace@example.org", "--second-factor-off"])
    address = rescue.link(site.services, email, second_factor_off=off)
    path = urlsplit(address).path
    assert old.get("/").status_code == 302
    assert site.client().post(path, data={"password": "a brand new one"}).status_code == 303
    assert sign_in(site.client(), "grace@example.org", "a brand new one").location == "/"
    operators = [line.action for line in audit(site) if line.actor_id is None]
    assert operators == ["reset link made", "second factor off"]


def test_a_new_password_alone_leaves_the_second_factor(site):
    enrol(site)
    rescue.link(site.services, "grace@example.org")
    assert person(site, "grace").totp_secret == SECRET


def test_the_operator_is_told_that_nobody_is_there(site):
    with pytest.raises(rescue.Nobody, match="nobody@example"):
        rescue.link(site.services, "nobody@example.org")
