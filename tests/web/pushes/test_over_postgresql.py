"""The same over PostgreSQL, where several processes do everything at once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.web.api.conftest import Bell
from tests.web.conftest import Clock, populate
from tests.web.pushes.actions import AUDIENCE, Actions
from tests.web.pushes.forge import Forge
from tests.web.pushes.test_collecting import commit
from tests.web.pushes.test_commits import COMMIT
from tests.web.pushes.test_exchange import exchange, pushed, token_of
from tests.web.pushes.test_hooks import Hook, archive, secret_of, send_along
from tests.web.pushes.test_linking import link
from web.database.models import Push, Repository, Submission
from web.database.schema import upgrade
from web.pushes.collecting import collect
from web.pushes.hosts import Host, issuers_of
from web.services import Services

pytestmark = pytest.mark.service


@pytest.fixture
def forge():
    with Forge() as running:
        yield running


@pytest.fixture
def services(settings, postgresql_url, hashed_password, forge):
    lists = {"git_hosts": (Host("gitea", forge.base),), "ci_issuers": issuers_of(f"github={forge.base}")}
    made = Services.of(replace(settings, database_url=postgresql_url, **lists), Clock())
    upgrade(made.database)
    populate(made, hashed_password)
    yield replace(made, doorbell=Bell())
    made.database.close()


def at_once(work, times=4):
    start, answers = threading.Barrier(times), []

    def run(number):
        start.wait()
        answers.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def count(site, table):
    with site.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_one_push_is_fetched_by_one_of_several_and_handed_in_once(site, forge):
    found = link(site, address=f"{forge.base}/ada/homework")
    hook = Hook(site, found.id, secret_of(site, found))
    assert hook.push(host=forge.base).status_code == 202
    forge.put(COMMIT, commit(found.code))
    assert sorted(at_once(lambda _: collect(site.services))) == [False, False, False, True]
    assert (count(site, Push), count(site, Submission), len(forge.asked)) == (1, 1, 1)


def test_of_several_words_about_one_new_commit_at_once_each_is_answered(site, forge):
    """A push of two branches that stand at one commit is told of twice in one moment."""
    found = link(site, address=f"{forge.base}/ada/homework")
    hook = Hook(site, found.id, secret_of(site, found))
    answers = at_once(lambda _: hook.push(host=forge.base).status_code, 8)
    assert (set(answers) <= {200, 202}, len(answers), count(site, Push)) == (True, 8, 1)
    bundles = at_once(lambda _: send_along(hook, archive(comment="f" * 40)).status_code, 8)
    assert (set(bundles) <= {200, 201}, len(bundles), count(site, Push)) == (True, 8, 2)


def test_one_commit_by_several_workflows_at_once_is_one_submission(site, forge):
    actions = Actions(forge, site.clock().timestamp()).forgotten_by(site)
    found = link(site, address=f"{forge.base}/ada/homework")
    exchange(site, actions.identity(), link=found.code)
    tokens = [token_of(site, exchange(site, actions.identity())) for _ in range(4)]
    answers = at_once(lambda number: tokens[number].hand_in(json=pushed(forge)).status_code)
    assert (sorted(answers), count(site, Submission)) == ([200, 200, 200, 201], 1)


def test_an_identity_that_is_sent_several_times_at_once_is_good_once(site, forge):
    actions = Actions(forge, site.clock().timestamp()).forgotten_by(site)
    found = link(site, address=f"{forge.base}/ada/homework")
    exchange(site, actions.identity(), link=found.code)
    identity = actions.identity()
    answers = at_once(lambda _: exchange(site, identity).status_code)
    assert sorted(answers) == [201, 401, 401, 401]


def test_of_two_students_who_prove_one_repository_at_once_one_has_it(site, forge):
    """Both may write into it, and each has put their code there."""
    actions = Actions(forge, site.clock().timestamp()).forgotten_by(site)
    links = [link(site, who, f"{forge.base}/ada/homework") for who in ("ada", "ben")]
    exchange(site, actions.identity(aud=AUDIENCE, repository="nobody/nothing"))  # so that the keys are there
    identities = [actions.identity(jti=str(number)) for number in range(2)]
    answers = at_once(lambda n: exchange(site, identities[n], link=links[n].code).status_code, 2)
    assert sorted(answers) == [201, 403]
    with site.services.database.read() as session:
        proven = session.scalars(select(Repository.proven_at).where(Repository.proven_at.is_not(None))).all()
    assert len(proven) == 1
