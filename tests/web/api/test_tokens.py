"""Who may do what with which token."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.api.conftest import CODE, HAND_IN, ROOT, grade, made_report
from web.database.models import ApiToken, User


def test_a_program_without_a_token_is_asked_for_one(program):
    for path in ("whoami", "courses", "submissions", "courses/backprop/exercises"):
        answer = program().get(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="chainrule"'
    assert program().hand_in().status_code == 401


def test_a_token_that_never_was_opens_nothing(program, site):
    stranger = program()
    stranger.token = "made-up"
    answer = stranger.get("whoami")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("token", ["", "x" * 10_000, "zwölf"])
def test_a_token_that_is_none_opens_nothing(program, token):
    answer = program().get("whoami", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_an_expired_or_revoked_token_opens_nothing(program, site):
    expired = program("ada", expires_at=site.clock() + timedelta(hours=1))
    revoked = program("ada", revoked_at=site.clock())
    assert expired.get("whoami").status_code == 200
    site.clock.advance(hours=2)
    assert expired.get("whoami").status_code == 401
    assert revoked.get("whoami").status_code == 401


def test_the_token_of_a_disabled_person_opens_nothing(ada, site):
    with site.services.database.write() as session:
        session.get_one(User, site.people["ada"]).disabled_at = site.clock()
    assert ada.get("whoami").status_code == 401


def test_a_token_says_whom_it_stands_for_and_what_it_is_good_for(program):
    limited = program("ada", scopes="read", course="backprop", exercise="product_gradient")
    assert limited.get("whoami").json == {
        "name": "Ada",
        "email": "ada@example.org",
        "by": "token",
        "scopes": ["read"],
        "course": "backprop",
        "exercise": "product_gradient",
    }


def test_scope_read_cannot_hand_in_and_scope_submit_cannot_read(program, site):
    answer = program("ada", scopes="read").hand_in()
    assert answer.status_code == 403
    assert answer.json["type"].endswith(":scope")
    assert 'scope="submit"' in answer.headers["WWW-Authenticate"]
    assert site.services.doorbell.rung == []
    writer = program("ada", scopes="submit")
    assert writer.hand_in().status_code == 201
    assert writer.get("submissions").status_code == 403


def test_a_token_of_one_course_does_nothing_in_another(program, site):
    """Even where its owner is in both."""
    mallory = program("mallory", course="backprop")  # she is in `other` only
    assert mallory.get("courses").json == {"items": []}
    for path in ("courses/other/exercises", "courses/other/exercises/product_gradient", "courses/backprop/exercises"):
        assert mallory.get(path).status_code == 404
    assert mallory.post(HAND_IN.replace("backprop", "other"), json=CODE).status_code == 404
    free = program("mallory")
    mine = free.post(HAND_IN.replace("backprop", "other"), json=CODE).json["submission"]
    assert mallory.get(f"submissions/{mine}").status_code == 404
    assert mallory.get("submissions").json["items"] == []
    assert free.get(f"submissions/{mine}").status_code == 200


def test_a_token_of_one_exercise_does_nothing_in_another(program):
    limited = program("ada", exercise="softmax_derivative")
    mine = program("ada").hand_in().json["submission"]
    assert [one["exercise"] for one in limited.get("courses/backprop/exercises").json["items"]] == [
        "softmax_derivative"
    ]
    for path in ("courses/backprop/exercises/product_gradient", f"submissions/{mine}", f"submissions/{mine}/report"):
        assert limited.get(path).status_code == 404
    assert limited.hand_in().status_code == 404
    assert limited.get("submissions").json["items"] == []


def test_nobody_sees_the_submission_of_another_student(program, ada, site):
    """It is as if there were none."""
    bens = program("ben").hand_in().json["submission"]
    grade(site, bens, made_report())
    for path in (f"submissions/{bens}", f"submissions/{bens}/report"):
        for other in (ada, program("mallory")):
            strange, missing = other.get(path), other.get(path.replace(bens, "no-such-submission"))
            assert (strange.status_code, strange.json["detail"]) == (404, missing.json["detail"])
    assert ada.get("submissions").json["items"] == []
    assert ada.get("submissions", query_string={"after": bens}).status_code == 422
    assert program("grace").get(f"submissions/{bens}").status_code == 200


def test_nobody_sees_a_course_that_they_are_not_in(program):
    for path in ("courses/backprop/exercises", "courses/backprop/exercises/product_gradient"):
        assert program("mallory").get(path).status_code == 404
    assert program("mallory").hand_in().status_code == 404


def test_a_token_opens_no_page_for_people(ada):
    """Pages know no scopes."""
    answer = ada.get("/courses/backprop")
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


def test_the_use_of_a_token_is_noted_every_five_minutes(ada, site):
    """Else readers would become writers."""

    def used_at():
        with site.services.database.read() as session:
            return session.query(ApiToken).one().used_at

    ada.get("whoami")
    first = used_at()
    site.clock.advance(minutes=4)
    ada.get("whoami")
    assert used_at() == first
    site.clock.advance(minutes=2)
    ada.get("whoami")
    assert used_at() == site.clock()


# Cookies -------------------------------------------------------------------------------------------


def test_a_page_of_the_site_may_use_its_session(site):
    answer = site.client("ada").get(f"{ROOT}/whoami")
    assert (answer.json["by"], answer.json["name"]) == ("session", "Ada")


def test_a_cookie_alone_hands_nothing_in(site):
    """A strange page could make a browser send it."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    browser = site.client("ada")
    answer = browser.post(HAND_IN, json=CODE)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["type"].endswith(":form-expired")
    token = (
        browser.get("/courses/backprop/product_gradient")
        .text.partition('name="csrf_token" value="')[2]
        .partition('"')[0]
    )
    assert token
    assert browser.post(HAND_IN, json=CODE, headers={"X-CSRFToken": token}).status_code == 201


def test_a_token_needs_no_csrf_token(ada, site):
    site.app.config["WTF_CSRF_ENABLED"] = True
    assert ada.hand_in().status_code == 201


def test_a_bad_token_beside_a_good_cookie_opens_nothing(site):
    """Else a header would switch the check of the CSRF token off."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    browser = site.client("ada")
    answer = browser.post(HAND_IN, json=CODE, headers={"Authorization": "Bearer made-up"})
    assert answer.status_code == 401


def test_the_token_counts_and_not_the_cookie_beside_it(program, site):
    answer = site.client("ada").get(f"{ROOT}/whoami", headers=program("ben").headers({}))
    assert answer.json["name"] == "Ben"
