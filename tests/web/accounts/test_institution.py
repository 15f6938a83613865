"""Signing in with one's institution, against a real provider over HTTP: whom it lets in, and whom never."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from joserfc import jwk
from sqlalchemy import select

from tests.web.accounts.acts import audit, change, person, role_of, sign_in
from tests.web.accounts.institution import CLIENT, SECRET, Institution
from tests.web.conftest import PASSWORD, Site
from web.accounts.invitations import Terms, make
from web.application import create_app
from web.database.models import Course, User
from web.settings import Provider

pytestmark = pytest.mark.service  # it listens and connects

BACK = "/sign-in/institution/back"


@pytest.fixture
def institution():
    with Institution() as running:
        yield running


@pytest.fixture
def campus(services, site, institution) -> Site:
    """The site, with an institution to sign in with."""
    provider = Provider("University", institution.issuer, CLIENT, SECRET)
    made = replace(services, settings=replace(services.settings, oidc=(provider,)))
    app = create_app(made.settings, made)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return Site(app, made, site.clock, site.people, site.assignments)


def invite(campus, **terms) -> str:
    with campus.services.database.write() as session:
        course = session.scalar(select(Course).where(Course.slug == "backprop"))
        return make(session, course, Terms("student", **terms), campus.people["grace"], campus.clock())


def come(campus, institution, browser=None, **arguments):
    """Go to the institution, agree, and come back; the last answer of ours."""
    browser = browser or campus.client()
    leaving = browser.get("/sign-in/institution", query_string=arguments)
    assert leaving.status_code == 302, leaving.text
    back = urlsplit(institution.consent(leaving.location))
    assert back.path == BACK
    return browser.get(f"{back.path}?{back.query}")


def somebody(campus, **values) -> int:
    with campus.services.database.write() as session:
        made = User(**{"email": "linus@example.org", "name": "Linus", "created_at": campus.clock()} | values)
        session.add(made)
        session.flush()
        return made.id


def linus(campus) -> User | None:
    with campus.services.database.read() as session:
        return session.scalar(select(User).where(User.email == "linus@example.org"))


# Who comes in ---------------------------------------------------------------------------------------


def test_whoever_was_invited_by_email_gets_an_account_and_is_known_from_then_on(campus, institution):
    invite(campus, email="linus@example.org")
    browser = campus.client()
    assert come(campus, institution, browser, next="/courses/backprop").location == "/courses/backprop"
    assert browser.get("/courses/backprop").status_code == 200
    made = linus(campus)
    assert (made.oidc_issuer, made.oidc_subject, made.password) == (institution.issuer, "subject-1", None)
    institution.claims = {"email": "new-address@example.org"}  # a person stays the same with another e-mail
    assert come(campus, institution).status_code == 303
    assert [line.actor_id for line in audit(campus, "signed in")] == [made.id, made.id]


def test_the_link_of_an_invitation_can_be_taken_with_the_institution(campus, institution):
    token = invite(campus, uses=30)
    page = campus.client().get(f"/join/{token}").text
    assert "Join with University" in page
    come(campus, institution, invitation=token)
    assert role_of(campus, "linus@example.org") == "student"


def test_an_account_without_any_key_is_linked_by_its_verified_email(campus, institution):
    known = somebody(campus)
    assert come(campus, institution).status_code == 303
    assert linus(campus).oidc_subject == "subject-1"
    assert audit(campus, "identity connected")[0].subject == f"user {known}"


def test_the_institution_is_asked_with_state_nonce_and_a_challenge(campus, institution):
    come(campus, institution)
    (asked,) = institution.seen
    assert all(len(asked[name]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == f"http://localhost{BACK}"


def test_a_second_factor_is_asked_for_all_the_same(campus, institution):
    secret = pyotp.random_base32()
    known = somebody(campus, totp_secret=secret)
    browser = campus.client()
    assert come(campus, institution, browser).location == "/sign-in/code"
    assert browser.get("/").status_code == 302
    code = pyotp.TOTP(secret).at(int(campus.clock().timestamp()))
    assert browser.post("/sign-in/code", data={"code": code}).status_code == 303
    assert audit(campus, "signed in")[0].new == "institution and code"
    assert audit(campus, "signed in")[0].actor_id == known


def test_the_session_from_before_is_gone(campus, institution):
    somebody(campus)
    browser = campus.client("mallory")
    with browser.session_transaction() as cookie:
        planted = cookie["_user_id"]
    come(campus, institution, browser)
    with browser.session_transaction() as cookie:
        assert cookie["_user_id"] != planted


def test_the_way_back_leads_nowhere_else(campus, institution):
    somebody(campus)
    assert come(campus, institution, next="//evil.example/").location == "/"


# Who does not ---------------------------------------------------------------------------------------


def kindly_refused(answer, words):
    assert answer.status_code == 403
    assert words in answer.text
    return True


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_email_that_nobody_verified_opens_no_account(campus, institution, verified):
    somebody(campus)
    institution.claims = {"email_verified": verified}
    assert kindly_refused(come(campus, institution), "has not confirmed")
    assert linus(campus).oidc_subject is None


def test_an_account_with_a_password_is_not_taken_over_by_its_email(campus, institution):
    """Mallory could have made it with Linus's address, to sit in it when he comes."""
    somebody(campus, password="a hash")
    assert kindly_refused(come(campus, institution), "Sign in with the password")
    assert linus(campus).oidc_subject is None


def test_an_account_of_another_identity_is_not_taken_over(campus, institution):
    somebody(campus, oidc_issuer=institution.issuer, oidc_subject="another")
    assert kindly_refused(come(campus, institution), "another identity")


def test_a_stranger_is_told_to_ask_for_an_invitation(campus, institution):
    assert kindly_refused(come(campus, institution), "Nobody has invited you")
    assert linus(campus) is None


def test_an_invitation_for_another_email_does_not_help(campus, institution):
    token = invite(campus, email="else@example.org")
    assert kindly_refused(come(campus, institution, invitation=token), "Nobody has invited you")
    assert linus(campus) is None


def test_a_closed_account_stays_closed(campus, institution):
    somebody(campus, disabled_at=campus.clock())
    assert kindly_refused(come(campus, institution), "closed")


# Answers that are not to be trusted -----------------------------------------------------------------

NOW = int(time.time())
FORGED = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "wrong issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "for another client": {"aud": "another"},
    "for another client, by way of us": {"aud": "another", "azp": CLIENT},
    "expired": {"exp": NOW - 3600, "iat": NOW - 7200},
    "no end": {"exp": None},
    "no subject": {"sub": None},
    "a subject that would be cut off": {"sub": "s" * 201},
    "not yet": {"nbf": NOW + 7200},
}


@pytest.mark.parametrize("claims", FORGED.values(), ids=FORGED)
def test_a_token_that_is_not_ours_now_opens_nothing(campus, institution, claims):
    somebody(campus)
    institution.claims = claims
    browser = campus.client()
    answer = come(campus, institution, browser)
    assert answer.status_code == 400
    assert "could not be used" in answer.text
    assert browser.get("/").status_code == 302
    assert linus(campus).oidc_subject is None


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_a_token_that_anybody_could_have_signed_opens_nothing_even_where_the_provider_offers_it(
    campus, institution, alg
):
    somebody(campus)
    institution.alg = alg
    assert come(campus, institution).status_code == 400


def test_a_token_signed_by_another_key_opens_nothing(campus, institution):
    somebody(campus)
    browser = campus.client()
    come(campus, institution, browser)  # the right key is known
    real = institution.keys()
    institution.key = jwk.ECKey.generate_key("P-256", {"kid": "one"})
    institution.keys = lambda: real
    assert come(campus, institution).status_code == 400


def test_an_answer_counts_once(campus, institution):
    somebody(campus)
    browser = campus.client()
    leaving = browser.get("/sign-in/institution")
    back = urlsplit(institution.consent(leaving.location))
    assert browser.get(f"{BACK}?{back.query}").status_code == 303
    browser.post("/sign-out")
    assert browser.get(f"{BACK}?{back.query}").status_code == 400
    assert browser.get("/").status_code == 302


def test_an_answer_to_another_browser_counts_for_nothing(campus, institution):
    """Mallory signs in as herself, and hands Ada the last link, so that Ada hands in into Mallory's account."""
    somebody(campus)
    leaving = campus.client().get("/sign-in/institution")
    back = urlsplit(institution.consent(leaving.location))
    ada = campus.client()
    assert ada.get(f"{BACK}?{back.query}").status_code == 400
    ada.get("/sign-in/institution")  # nor while her own sign-in is under way
    assert ada.get(f"{BACK}?{back.query}").status_code == 400


@pytest.mark.parametrize("query", ["", "code=x", "state=x", "code=x&state=x", "error=access_denied&state=x"])
def test_an_answer_that_nobody_asked_for_is_a_clear_page(campus, query):
    answer = campus.client().get(f"{BACK}?{query}")
    assert answer.status_code == 400
    assert "Start again" in answer.text


def test_an_answer_of_another_issuer_counts_for_nothing(campus, institution):
    somebody(campus)
    browser = campus.client()
    back = urlsplit(institution.consent(browser.get("/sign-in/institution").location))
    assert browser.get(f"{BACK}?{back.query}&iss=https://evil.example").status_code == 400


def test_an_institution_that_names_another_issuer_is_not_gone_to_and_asked_again_later(campus, institution):
    institution.says_issuer = "https://evil.example"
    assert campus.client().get("/sign-in/institution").status_code == 503
    institution.says_issuer = ""
    assert campus.client().get("/sign-in/institution").status_code == 302


def test_an_institution_with_signatures_that_prove_nothing_is_not_gone_to(campus, institution):
    institution.offers = ["none", "HS256"]
    assert campus.client().get("/sign-in/institution").status_code == 503


def test_an_institution_that_is_away_is_a_clear_page(campus, institution):
    institution.server.shutdown()
    institution.server.server_close()
    answer = campus.client().get("/sign-in/institution")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    institution.__enter__()


# An account with a password -------------------------------------------------------------------------


def connect(campus, institution, browser):
    back = urlsplit(institution.consent(browser.get("/account/connect").location))
    return browser.get(f"{BACK}?{back.query}")


def test_the_owner_of_an_account_connects_the_institution_and_signs_in_with_it(campus, institution):
    browser = campus.client()
    sign_in(browser)
    assert "Connect University" in browser.get("/account").text
    assert connect(campus, institution, browser).location == "/account"
    assert person(campus, "ada").oidc_subject == "subject-1"
    assert come(campus, institution).status_code == 303
    assert audit(campus, "signed in")[-1].actor_id == campus.people["ada"]
    assert sign_in(campus.client(), password=PASSWORD).status_code == 303


def test_connecting_wants_a_fresh_proof(campus):
    browser = campus.client("ada")
    campus.clock.advance(minutes=16)
    assert browser.get("/account/connect").location.startswith("/account/confirm")


def test_an_identity_belongs_to_one_account(campus, institution):
    change(campus, "ben", oidc_issuer=institution.issuer, oidc_subject="subject-1")
    assert kindly_refused(connect(campus, institution, campus.client("ada")), "another identity")


def test_who_was_known_long_ago_at_the_institution_proves_it_anew_before_keys_change(campus, institution):
    somebody(campus)
    institution.claims = {"auth_time": int(time.time()) - 3600}
    browser = campus.client()
    come(campus, institution, browser)
    assert browser.get("/account/tokens").location.startswith("/account/confirm")
    institution.claims = {"auth_time": int(time.time())}
    come(campus, institution, browser, again="1")
    assert institution.seen[-1]["prompt"] == "login"
    assert browser.get("/account/tokens").status_code == 200


def test_no_code_and_no_secret_is_logged(campus, institution, caplog):
    caplog.set_level(logging.DEBUG)
    somebody(campus)
    browser = campus.client()
    leaving = browser.get("/sign-in/institution")
    back = urlsplit(institution.consent(leaving.location))
    code = parse_qs(back.query)["code"][0]
    with browser.session_transaction() as cookie:
        verifier = next(value["data"]["code_verifier"] for key, value in cookie.items() if key.startswith("_state"))
    browser.get(f"{BACK}?{back.query}")
    written = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert [secret for secret in (code, verifier, SECRET, "Bearer access") if secret in written] == []
