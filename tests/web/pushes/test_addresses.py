"""A repository's address is read in one place, however it is written, and compared as what it leads to."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import CODE
from tests.web.pushes.test_commits import COMMIT
from tests.web.pushes.test_linking import link, token_of
from web.database.models import Submission
from web.pushes.origin import address, same_repository

HOME = "https://github.com/ada/homework"
SAME = [
    "https://github.com/ada/homework.git",
    "https://GitHub.com/ada/homework/",
    "HTTPS://github.com/ada/homework.git/",
    "https://github.com:443/ada/homework",
    "git@github.com:ada/homework",
    "git@github.com:ada/homework.git",
    "ssh://git@github.com/ada/homework.git",
    "ssh://git@github.com:22/ada/homework",
    "github.com/ada/homework",
    "  https://github.com/ada/homework\n",
]
NONE = [
    "https://ada:secret@github.com/ada/homework",
    "https://github.com/homework",
    "https://github.com/ada/../ben",
    "https://github.com/ada/homework?token=x",
    "/srv/git/ada.git",
    "../ada",
    "file:///etc/passwd",
    "git://github.com/ada/homework",
    "javascript:alert(1)",
    "",
]


@pytest.mark.parametrize("written", [HOME, *SAME])
def test_however_it_is_written_it_is_one_address(written):
    assert str(address(written)) == HOME
    assert same_repository(written, HOME.upper().replace("HTTPS", "https"))


@pytest.mark.parametrize("written", NONE)
def test_what_leads_nowhere_is_none_and_is_like_no_other(written):
    assert address(written) is None
    assert not same_repository(written, written)


def test_a_port_is_part_of_it_unless_it_is_the_usual_one_or_gits_own():
    assert str(address("http://127.0.0.1:3000/ada/homework")) == "http://127.0.0.1:3000/ada/homework"
    assert str(address("127.0.0.1:3000/ada/homework")) == "https://127.0.0.1:3000/ada/homework"
    assert str(address("ssh://git@git.example.edu:2222/course/ada.git")) == "https://git.example.edu/course/ada"
    assert str(address("git@git.example.edu:2026/ada.git")) == "https://git.example.edu/2026/ada"


@pytest.mark.parametrize("written", SAME)
def test_a_commit_is_kept_with_one_address_however_its_sender_writes_it(ada, written):
    answer = ada.hand_in(json=CODE | {"commit": COMMIT, "repository": written})
    assert (answer.status_code, answer.json["repository"]) == (201, HOME)


@pytest.mark.parametrize("kept", [HOME, f"{HOME}.git", "http://github.com/Ada/homework"])
def test_the_list_of_a_repositorys_token_has_what_came_from_it_however_it_was_kept(site, ada, kept):
    """Rows from before addresses were kept in one way are found too, and those of another repository are not."""
    mine = token_of(site, link(site, address=HOME))
    numbers = []
    for repository, commit in ((HOME, COMMIT), (f"{HOME}-2", "f" * 40)):
        answer = ada.hand_in(json=CODE | {"commit": commit, "repository": repository})
        numbers.append(answer.json["submission"])
    with site.services.database.write() as session:
        session.get_one(Submission, numbers[0]).repository = kept
    assert [one["submission"] for one in mine.get("submissions").json["items"]] == numbers[:1]
    assert mine.get(f"submissions/{numbers[0]}").status_code == 200
    assert mine.get(f"submissions/{numbers[1]}").status_code == 404


def test_a_repositorys_token_takes_a_commit_of_it_however_its_address_is_written(site):
    mine = token_of(site, link(site, address="git@GitHub.com:ada/homework.git"))
    answer = mine.hand_in(json=CODE | {"commit": COMMIT, "repository": "git@github.com:Ada/Homework"})
    assert answer.status_code == 201
    other = mine.hand_in(json=CODE | {"commit": "f" * 40, "repository": "git@github.com:ben/homework"})
    assert other.status_code == 403


def test_one_repository_cannot_be_linked_twice_by_writing_it_otherwise(site):
    link(site, address=HOME)
    page = site.client("ada").post(
        "/courses/backprop/repositories", data={"address": "ssh://git@github.com:22/ada/homework"}
    )
    assert (page.status_code, "linked already" in page.text) == (422, True)
