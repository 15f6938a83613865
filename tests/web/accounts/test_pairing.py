"""A terminal signs in by a code that its person confirms: short-lived, once, and worth nothing to whoever guesses."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.web.accounts.acts import audit
from web.accounts import pairing
from web.accounts.pairing_pages import GRANT
from web.database.models import ApiToken, Pairing
from web.services import NAME


class Terminal:
    """Speaks RFC 8628 with a site."""

    def __init__(self, site, name="ada's laptop"):
        self.site, self.http = site, site.app.test_client()
        answer = self.http.post("/device/code", data={"client_id": "chainrule", "name": name})
        self.begun = answer.get_json()
        self.code = self.begun["user_code"]

    def ask(self, after=3.0):
        self.site.clock.advance(seconds=after)
        answer = self.http.post("/device/token", data={"grant_type": GRANT, "device_code": self.begun["device_code"]})
        return answer.get_json()

    def whoami(self, token):
        return self.http.get("/api/v1/whoami", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def terminal(site):
    return Terminal(site)


def confirm(site, code, who="ada", **more):
    return site.client(who).post("/device", data={"code": code, "decision": "confirm"} | more)


def tokens(site):
    with site.services.database.read() as session:
        return list(session.scalars(select(ApiToken)))


def test_the_answer_has_what_rfc_8628_names(site, terminal):
    said = terminal.begun
    assert said.keys() == {
        "device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval",
    }  # fmt: skip
    assert (said["verification_uri"], said["expires_in"], said["interval"]) == ("http://localhost/device", 600, 3)
    assert re.fullmatch(r"[B-DF-HJKMNP-TV-XZ2-9]{4}-[B-DF-HJKMNP-TV-XZ2-9]{4}", said["user_code"])
    assert said["verification_uri_complete"] == f"http://localhost/device?code={said['user_code']}"


def test_people_are_sent_to_the_address_that_the_operator_gave(site):
    """Whatever name a proxy or a program has called the site by."""
    settings = replace(site.services.settings, base_url="https://grader.example.edu")
    site.app.extensions[NAME] = site.services = replace(site.services, settings=settings)
    said = Terminal(site).begun
    assert said["verification_uri"] == "https://grader.example.edu/device"
    assert said["verification_uri_complete"] == f"https://grader.example.edu/device?code={said['user_code']}"


def test_a_confirmed_terminal_gets_a_token_once_that_stands_for_its_person(site, terminal):
    assert terminal.ask() == {"error": "authorization_pending"}
    assert confirm(site, terminal.code).status_code == 303
    given = terminal.ask()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 90 * 86400)
    who = terminal.whoami(given["access_token"]).get_json()
    assert (who["email"], who["scopes"]) == ("ada@example.org", ["read", "submit"])
    assert terminal.ask() == {"error": "invalid_grant"}
    (kept,) = tokens(site)
    assert (kept.name, given["access_token"] in kept.digest) == ("ada's laptop", False)
    assert [line.new for line in audit(site, "token made")] == ["read submit, for a terminal"]


def test_before_its_terminal_has_it_a_token_says_so_and_no_end(site, terminal):
    """Its ten minutes are the terminal's to collect it, and not how long it is good for."""
    confirm(site, terminal.code)
    ada = site.client("ada")
    assert "waits for its terminal" in ada.get("/account/tokens").text
    terminal.ask()
    page = ada.get("/account/tokens").text
    assert "waits for its terminal" not in page
    assert "Feb 19" in page


def test_the_page_shows_the_code_and_what_the_machine_calls_itself_and_nothing_of_it_is_html(site):
    terminal = Terminal(site, "<b>Mallory</b>\u202e\x1b[31m")
    page = site.client("ada").get(f"/device?code={terminal.code}").text
    assert terminal.code in page
    assert "&lt;b&gt;Mallory&lt;/b&gt;" in page
    assert not {"\u202e", "\x1b"} & set(page)
    assert (
        "以你的名义"
        in site.client("ada").get(f"/device?code={terminal.code}", headers={"Accept-Language": "zh-CN"}).text
    )


def test_a_refused_terminal_is_told_so_and_gets_nothing(site, terminal):
    confirm(site, terminal.code, decision="refuse")
    assert terminal.ask() == {"error": "access_denied"}
    assert (tokens(site), len(audit(site, "terminal refused"))) == ([], 1)


@pytest.mark.parametrize("typed", [str.lower, str.upper, lambda code: code.replace("-", " ")])
def test_a_code_may_be_typed_as_one_likes(site, terminal, typed):
    assert confirm(site, typed(terminal.code)).status_code == 303
    assert "access_token" in terminal.ask()


def test_whoever_asks_too_often_is_told_to_slow_down_and_learns_nothing(site, terminal):
    terminal.ask()
    confirm(site, terminal.code)
    assert terminal.ask(after=0.2) == {"error": "slow_down"}
    assert "access_token" in terminal.ask(after=3)


def test_after_ten_minutes_a_code_is_worth_nothing(site, terminal):
    site.clock.advance(minutes=10, seconds=1)
    assert confirm(site, terminal.code).status_code == 422
    assert terminal.ask() == {"error": "expired_token"}
    late = Terminal(site)
    confirm(site, late.code)
    site.clock.advance(minutes=10)
    assert late.ask() == {"error": "expired_token"}
    assert all(one.expires_at < site.clock() for one in tokens(site)), "nobody can collect it any more"


def test_a_code_is_decided_once(site, terminal):
    assert confirm(site, terminal.code, "ada").status_code == 303
    assert confirm(site, terminal.code, "mallory").status_code == 422
    assert terminal.whoami(terminal.ask()["access_token"]).get_json()["email"] == "ada@example.org"


def test_a_token_that_was_revoked_before_it_was_collected_is_not_handed_out(site, terminal):
    confirm(site, terminal.code)
    (kept,) = tokens(site)
    site.client("ada").post(f"/account/tokens/{kept.id}/revoke")
    assert terminal.ask() == {"error": "access_denied"}


def test_guessing_ends_after_ten_codes_for_a_person(site, terminal):
    browser = site.client("mallory")
    tries = [browser.get(f"/device?code=BCDF-234{last}").status_code for last in "23456789bcd"]
    assert (tries[:10], tries[10]) == ([422] * 10, 429)
    assert browser.get(f"/device?code={terminal.code}").status_code == 429
    assert site.client("ada").get(f"/device?code={terminal.code}").status_code == 200


def test_what_the_database_keeps_is_neither_the_terminals_secret_nor_its_token(site, terminal):
    secret = terminal.begun["device_code"]
    with site.services.database.read() as session:
        (row,) = session.scalars(select(Pairing))
    assert secret not in {row.id, row.code}
    confirm(site, terminal.code)
    (kept,) = tokens(site)
    for guess in (secret, f"pairing {secret}", kept.digest, row.id):
        assert terminal.whoami(guess).status_code == 401


@pytest.mark.parametrize(
    ("path", "form", "error"),
    [
        ("/device/code", {}, "invalid_request"),
        ("/device/token", {"grant_type": "password"}, "unsupported_grant_type"),
        ("/device/token", {"grant_type": GRANT}, "invalid_request"),
        ("/device/token", {"grant_type": GRANT, "device_code": "x" * 101}, "invalid_request"),
        ("/device/token", {"grant_type": GRANT, "device_code": "no such secret"}, "invalid_grant"),
        ("/device/revoke", {}, "invalid_request"),
    ],
)
def test_what_makes_no_sense_is_refused_in_the_words_of_the_rfc(site, path, form, error):
    answer = site.app.test_client().post(path, data=form)
    assert (answer.status_code, answer.get_json()) == (400, {"error": error})


def test_whoever_holds_a_token_can_end_it_and_another_is_answered_alike(site, terminal):
    confirm(site, terminal.code)
    token = terminal.ask()["access_token"]
    answers = [terminal.http.post("/device/revoke", data={"token": one}) for one in (token, "no such token", token)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert terminal.whoami(token).status_code == 401
    assert len(audit(site, "token revoked")) == 1


def test_confirming_asks_anew_who_one_is_and_comes_back_with_the_code(site, terminal):
    browser = site.client("ada")
    site.clock.advance(minutes=8)
    fresh = Terminal(site)
    site.clock.advance(minutes=8)
    answer = browser.get(f"/device?code={fresh.code}")
    assert answer.status_code == 303
    assert fresh.code in answer.location
    assert tokens(site) == []


def test_a_token_to_publish_is_for_instructors_where_the_operator_lets_exercises_in(site):
    def scopes(who):
        terminal = Terminal(site)
        confirm(site, terminal.code, who, publish="1")
        return terminal.whoami(terminal.ask()["access_token"]).get_json()["scopes"]

    assert scopes("grace") == ["read", "submit"]
    services = site.app.extensions[NAME]
    site.app.extensions[NAME] = replace(services, settings=replace(services.settings, publish=True))
    assert scopes("grace") == ["publish", "read", "submit"]
    assert scopes("ada") == ["read", "submit"]


def test_codes_are_of_letters_that_cannot_be_mistaken_and_make_no_word(site):
    with site.services.database.write() as session:
        codes = [pairing.ask(session, "x", site.clock()).code for _ in range(200)]
    assert len(set(codes)) == 200
    assert not set("".join(codes)) & set("aeiou01l")
