"""Linking a repository: whose it is, what its token opens, and that nobody gets at another's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from tests.web.api.conftest import CODE, HAND_IN, Program, grade
from tests.web.pushes.test_commits import COMMIT, FROM, PUSHED
from web.access import WITHOUT_FACTOR
from web.database.models import ApiToken, Assignment, Audit, Repository
from web.services import NAME

PAGE = "/courses/backprop/repositories"
ADDRESS = "https://github.com/ada/homework"


def repositories(site) -> list[Repository]:
    with site.services.database.read() as session:
        return list(session.scalars(select(Repository)))


def link(site, who: str = "ada", address: str = ADDRESS, **more) -> Repository:
    answer = site.client(who).post(PAGE, data={"address": address} | more)
    assert answer.status_code == 303, answer.text
    return repositories(site)[-1]


def token_of(site, repository: Repository, who: str = "ada") -> Program:
    """A new one, as the page shows it this once."""
    answer = site.client(who).post(f"{PAGE}/{repository.id}/token")
    assert answer.status_code == 201
    found = re.search(r'value="(chainrule_repo_[\w-]{43})"', answer.text)
    assert found[1] not in site.client(who).get(PAGE).text, "it is shown once"
    return Program(site, found[1])


@pytest.mark.parametrize(
    ("address", "host", "name"),
    [
        ("https://github.com/ada/homework", "github.com", "ada/homework"),
        ("https://github.com/ada/homework.git", "github.com", "ada/homework"),
        ("git@github.com:ada/homework.git", "github.com", "ada/homework"),
        ("  github.com/ada/homework/ ", "github.com", "ada/homework"),
        ("https://git.example.edu/course/2026/ada", "git.example.edu", "course/2026/ada"),
        ("http://127.0.0.1:3000/ada/homework", "127.0.0.1:3000", "ada/homework"),
    ],
)
def test_an_address_is_taken_as_people_copy_it(site, address, host, name):
    found = link(site, address=address)
    assert (found.host, found.name, found.user_id) == (host, name, site.people["ada"])
    assert re.fullmatch(r"[a-z2-9]{16}", found.code)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "homework",
        "https://github.com/ada",
        "https://github.com/ada/../grace/solutions",
        "https://ada:secret@github.com/ada/homework",
        "https://github.com/ada/homework?ref=main",
        "https://github.com/ada/homework#readme",
        "file:///etc/passwd",
        "ftp://github.com/ada/homework",
        "https://[::1/ada/homework",
        "https://github.com\\@evil.example/ada/homework",
        "https://github.com/ada/home work",
        f"https://github.com/{'a' * 200}/homework",
    ],
)
def test_what_is_no_address_is_refused_in_words(site, address):
    answer = site.client("ada").post(PAGE, data={"address": address}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "no address of a repository" in answer.text
    assert repositories(site) == []


def test_a_repository_is_linked_once_in_a_course_and_so_many_at_most(site):
    link(site)
    answer = site.client("ada").post(PAGE, data={"address": "https://GitHub.com/Ada/Homework"})
    assert (answer.status_code, len(repositories(site))) == (422, 1)
    for number in range(9):
        link(site, address=f"{ADDRESS}-{number}")
    assert site.client("ada").post(PAGE, data={"address": f"{ADDRESS}-ten"}).status_code == 422


def test_one_that_somebody_else_has_proven_cannot_be_linked(site):
    found = link(site, "ben", "https://github.com/ben/homework")
    link(site, "ada", "https://github.com/ben/homework")  # nothing is proven yet, and nobody is kept out
    with site.services.database.write() as session:
        session.get_one(Repository, found.id).proven_at = site.clock()
    answer = site.client("tom").post(PAGE, data={"address": "https://github.com/ben/homework"})
    assert answer.status_code == 422
    assert "another student" in answer.text


def test_one_sees_ones_own_and_staff_see_all(site):
    link(site, "ada")
    link(site, "ben", "https://github.com/ben/homework")
    assert "ben/homework" not in site.client("ada").get(PAGE).text
    everything = site.client("tom").get(PAGE).text
    bens = site.client("tom").get(f"{PAGE}?student={site.people['ben']}").text
    assert "ben/homework" in bens
    assert "github.com/ada/homework<" not in bens
    assert "ada/homework" in everything
    assert "ben/homework" in everything


@pytest.mark.parametrize("act", ["token", "hook", "unlink"])
def test_nobody_gets_at_another_students_repository(site, act):
    bens = link(site, "ben", "https://github.com/ben/homework")
    assert site.client("ada").post(f"{PAGE}/{bens.id}/{act}").status_code == 404
    assert site.client("mallory").post(f"/courses/other/repositories/{bens.id}/{act}").status_code == 404
    row = repositories(site)[0]
    assert (row.revoked_at, row.hook) == (None, None)


def test_a_student_links_nothing_for_somebody_else(site):
    data = {"address": ADDRESS, "student": str(site.people["ben"])}
    assert site.client("ada").post(PAGE, data=data).status_code == 404
    assert repositories(site) == []


def test_staff_link_for_a_student_and_it_is_written_down(site):
    found = link(site, "grace", student=str(site.people["ada"]), exercise="product_gradient")
    assert (found.user_id, found.exercise) == (site.people["ada"], "product_gradient")
    token = token_of(site, found, "grace")
    assert token.get("whoami").json["name"] == "Ada"
    with site.services.database.read() as session:
        lines = session.execute(select(Audit.action, Audit.actor_id, Audit.subject)).all()
    about = f"repository {found.id} of user {site.people['ada']}"
    assert ("repository linked", site.people["grace"], about) in [tuple(line) for line in lines]
    assert ("repository token made", site.people["grace"], about) in [tuple(line) for line in lines]


def test_staff_link_for_members_of_their_course_only(site):
    data = {"address": ADDRESS, "student": str(site.people["mallory"])}
    assert site.client("grace").post(PAGE, data=data).status_code == 404


def test_in_production_staff_need_their_second_factor_for_it(site):
    site.app.extensions[NAME] = replace(site.services, settings=replace(site.services.settings, production=True))
    data = {"address": ADDRESS, "student": str(site.people["ada"])}
    answer = site.client("grace").post(PAGE, data=data, headers={"Accept-Language": "en"})
    assert (answer.status_code, repositories(site)) == (403, [])
    assert WITHOUT_FACTOR.en in answer.text


@pytest.mark.parametrize("act", ["token", "hook"])
def test_a_secret_is_made_after_a_fresh_proof_only(site, act):
    found, browser = link(site), site.client("ada")
    site.clock.advance(minutes=20)
    answer = browser.post(f"{PAGE}/{found.id}/{act}")
    assert (answer.status_code, "/account/confirm" in answer.location) == (303, True)


# Tokens ---------------------------------------------------------------------------------------------------


def test_a_token_hands_in_and_reads_what_it_handed_in(site):
    token = token_of(site, link(site))
    answer = token.hand_in(json=PUSHED)
    assert answer.status_code == 201
    grade(site, answer.json["submission"])
    assert token.get(answer.json["url"]).json["state"] == "graded"
    assert token.get(f"{answer.json['url']}/report").status_code == 200
    assert [one["submission"] for one in token.get("submissions").json["items"]] == [answer.json["submission"]]
    with site.services.database.read() as session:
        assert session.scalars(select(ApiToken)).one().used_at == site.clock()


OTHERS = {
    "no repository": {"repository": None},
    "another repository": {"repository": "https://github.com/ada/other"},
    "the same name elsewhere": {"repository": "https://git.example.edu/ada/homework"},
    "no commit": {"commit": None},
}


@pytest.mark.parametrize("what", OTHERS)
def test_a_token_hands_in_nothing_else(site, what):
    token = token_of(site, link(site))
    sent = {name: value for name, value in (PUSHED | OTHERS[what]).items() if value is not None}
    answer = token.hand_in(json=sent)
    assert (answer.status_code, answer.json["type"]) == (403, "urn:problem-type:chainrule:other-repository")


def test_letters_of_any_size_are_the_same_repository(site):
    token = token_of(site, link(site))
    assert token.hand_in(json=PUSHED | {"repository": "https://github.com/Ada/Homework"}).status_code == 201


def test_a_token_for_an_exercise_is_good_for_that_one(site):
    token = token_of(site, link(site, exercise="product_gradient"))
    other = HAND_IN.replace("product_gradient", "mlp_backward")
    assert token.post(other, json=PUSHED).status_code == 404
    assert token.hand_in(json=PUSHED).status_code == 201


def test_a_token_is_good_in_its_course_only(site):
    token = token_of(site, link(site))
    assert token.post(HAND_IN.replace("backprop", "other"), json=PUSHED).status_code == 404


def test_a_token_reads_neither_what_came_otherwise_nor_what_is_anothers(site, ada, program):
    """Not even one of Grace's, who may read everything herself."""
    by_hand = ada.hand_in(json=CODE).json["submission"]
    bens = program("ben").hand_in(json=PUSHED).json["submission"]
    for who in ("ada", "grace"):
        token = token_of(site, link(site, who), who)
        assert token.get(f"submissions/{by_hand}").status_code == 404
        assert token.get(f"submissions/{bens}").status_code == 404
        assert token.get("submissions").json["items"] == []


def test_a_teachers_token_in_a_repository_sees_and_does_no_more_than_a_students(site):
    token = token_of(site, link(site, "grace"), "grace")
    assert token.hand_in(json=PUSHED).status_code == 201
    with site.services.database.write() as session:
        session.get_one(Assignment, site.assignments["product_gradient"]).draft = True
    assert token.get("courses/backprop/exercises/product_gradient").status_code == 404
    assert token.hand_in(json=PUSHED | {"commit": "c" * 40}).status_code == 404


def test_an_expired_revoked_or_unlinked_token_opens_nothing(site):
    found = link(site)
    expired, revoked, unlinked = (token_of(site, found) for _ in range(3))
    with site.services.database.write() as session:
        keys = list(session.scalars(select(ApiToken).order_by(ApiToken.id)))
        keys[0].expires_at = site.clock() - timedelta(seconds=1)
    answer = site.client("ada").post(f"{PAGE}/{found.id}/tokens/{keys[1].id}/revoke")
    assert (answer.status_code, unlinked.get("whoami").status_code) == (303, 200)
    assert site.client("ada").post(f"{PAGE}/{found.id}/unlink").status_code == 303
    for token in (expired, revoked, unlinked):
        assert token.hand_in(json=PUSHED).status_code == 401
    assert f'href="{ADDRESS}"' not in site.client("ada").get(PAGE).text


def test_a_token_of_another_repository_is_not_revoked_by_its_number(site):
    mine, bens = link(site), link(site, "ben", "https://github.com/ben/homework")
    token = token_of(site, bens, "ben")
    with site.services.database.read() as session:
        key = session.scalars(select(ApiToken.id)).one()
    assert site.client("ada").post(f"{PAGE}/{mine.id}/tokens/{key}/revoke").status_code == 404
    assert token.get("whoami").status_code == 200


def test_the_page_lists_tokens_with_when_they_were_last_used(site):
    found = link(site)
    token = token_of(site, found)
    assert "never" in site.client("ada").get(PAGE).text
    token.hand_in(json=PUSHED)
    assert "never" not in site.client("ada").get(PAGE).text


def test_the_course_page_leads_to_the_repositories(site):
    for who in ("ada", "grace"):
        assert f'href="{PAGE}"' in site.client(who).get("/courses/backprop").text


def test_a_commit_is_shown_where_it_came_by_a_token(site):
    made = token_of(site, link(site)).hand_in(json=PUSHED).json["submission"]
    grade(site, made)
    assert f'href="{FROM["repository"]}/commit/{COMMIT}"' in site.client("ada").get(f"/submissions/{made}").text


def test_the_page_asks_the_database_as_often_for_many_repositories_as_for_one(site):
    """A course of three hundred is one table."""

    def queries(who):
        asked, browser = [], site.client(who)

        def note(*words):
            asked.append(words[2])

        event.listen(site.services.database.engine, "before_cursor_execute", note)
        assert browser.get(PAGE).status_code == 200
        event.remove(site.services.database.engine, "before_cursor_execute", note)
        return len(asked)

    link(site, "ada")
    few = queries("grace")
    for number in range(8):
        link(site, "ben", f"https://github.com/ben/homework-{number}")
    assert queries("grace") == few
