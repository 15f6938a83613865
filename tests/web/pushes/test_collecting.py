"""Between the webhook and the submission: fetched from a real server, handed in once, and never lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.web.conftest import RIGHT
from tests.web.pushes.forge import Forge
from tests.web.pushes.test_commits import COMMIT
from tests.web.pushes.test_hooks import TOML, Hook, archive, pushes, secret_of
from tests.web.pushes.test_linking import PAGE, link
from web.database.models import Push, Submission
from web.pushes import collecting
from web.pushes.collecting import LEASE, TRIES, collect
from web.pushes.hosts import Host

pytestmark = pytest.mark.slow  # a server listens, and is connected to


@pytest.fixture
def forge():
    with Forge() as running:
        yield running


@pytest.fixture
def settings(settings, forge):
    return replace(settings, git_hosts=(Host("gitea", forge.base),))


@pytest.fixture
def pushed(site, forge):
    """Ada's repository on that host, whose hook has told of a push."""
    found = link(site, address=f"{forge.base}/ada/homework")
    hook = Hook(site, found.id, secret_of(site, found))
    assert hook.push(host=forge.base).status_code == 202
    return hook, found.code


def commit(code: str, **files) -> bytes:
    """As Gitea packs it: everything in one folder."""
    return archive({"chainrule.toml": f'link = "{code}"\n{TOML}', "solution.py": RIGHT} | files, top="homework/")


def submissions(site) -> list[Submission]:
    with site.services.database.read() as session:
        return list(session.scalars(select(Submission)))


def only(site) -> Push:
    (push,) = pushes(site)
    return push


def test_a_push_is_fetched_and_handed_in_as_its_student(site, forge, pushed):
    forge.put(COMMIT, commit(pushed[1]))
    assert collect(site.services)
    (row,) = submissions(site)
    assert (row.commit, row.branch, row.source, row.user_id) == (COMMIT, "main", "push", site.people["ada"])
    assert row.repository == f"{forge.base}/ada/homework"
    assert (only(site).state, only(site).made) == ("done", {"product_gradient": {"submission": row.id}})
    assert not collect(site.services), "there is nothing more to do"
    page = site.client("ada").get(PAGE).text
    assert f"/submissions/{row.id}" in page
    assert len(site.services.doorbell.rung) == 1


def test_the_deadline_looks_at_when_the_push_came(site, forge, pushed):
    """A host that is away for an hour makes nobody late."""
    forge.put(COMMIT, commit(pushed[1]))
    site.clock.advance(days=7, hours=1)
    assert collect(site.services)
    (row,) = submissions(site)
    assert row.created_at == site.clock() - timedelta(days=7, hours=1)


def test_mallory_gets_nothing_of_bens_repository(site, forge, mallory):
    """She links it, and signs with her own secret that it was pushed to. Ben's commit does not carry her code."""
    bens = link(site, "ben", f"{forge.base}/ben/homework")
    forge.put(COMMIT, commit(bens.code), "ben/homework")
    mallorys = link(site, mallory, f"{forge.base}/ben/homework")
    hook = Hook(site, mallorys.id, secret_of(site, mallorys, mallory))
    assert hook.push(name="ben/homework", host=forge.base).status_code == 202
    assert collect(site.services)
    assert submissions(site) == []
    assert only(site).state == "refused"
    assert "does not say that it is yours" in only(site).words["en"]
    assert bens.code not in str(only(site).words)


def test_a_repository_without_any_code_is_nobodys(site, forge, pushed):
    forge.put(COMMIT, archive(top="homework/"))
    collect(site.services)
    assert (submissions(site), only(site).state) == ([], "refused")


@pytest.mark.parametrize("status", [404, 403])
def test_a_private_repository_is_told_apart_from_a_host_that_is_away(site, forge, pushed, status):
    forge.answers[f"/ada/homework/archive/{COMMIT}.zip"] = (status, {}, b"")
    collect(site.services)
    assert only(site).state == "refused"
    assert "private repository" in site.client("ada").get(PAGE, headers={"Accept-Language": "en"}).text


def test_what_was_refused_is_tried_anew_when_it_is_sent_again(site, forge, pushed):
    """The repository has been opened meanwhile, say. The deadline looks at when it was sent again."""
    collect(site.services)
    assert only(site).state == "refused"
    forge.put(COMMIT, commit(pushed[1]))
    site.clock.advance(minutes=5)
    assert pushed[0].push(host=forge.base).status_code == 202
    assert collect(site.services)
    assert (only(site).state, only(site).words, len(submissions(site))) == ("done", None, 1)
    assert pushed[0].push(host=forge.base).status_code == 200


def test_a_host_that_is_away_is_asked_again_later_and_again_later(site, forge, pushed):
    path = f"/ada/homework/archive/{COMMIT}.zip"
    forge.answers[path] = (503, {}, b"")
    assert collect(site.services)
    assert not collect(site.services), "not at once"
    site.clock.advance(seconds=6)
    assert collect(site.services)
    forge.put(COMMIT, commit(pushed[1]))
    site.clock.advance(seconds=11)
    assert collect(site.services)
    assert (only(site).state, len(submissions(site)), len(forge.asked)) == ("done", 1, 3)


def test_after_so_many_tries_its_student_is_told(site, forge, pushed):
    forge.answers[f"/ada/homework/archive/{COMMIT}.zip"] = (503, {}, b"")
    for _ in range(TRIES):
        assert collect(site.services)
        site.clock.advance(minutes=20)
    assert not collect(site.services)
    assert (only(site).state, only(site).tries) == ("refused", TRIES)
    assert "did not answer" in only(site).words["en"]


def test_a_commit_whose_host_was_away_until_after_the_deadline_came_before_it(site, forge, pushed):
    """It is sent again, as hosts do it by a button; a commit is what it was when we first heard of it."""
    hook, code = pushed
    forge.answers[f"/ada/homework/archive/{COMMIT}.zip"] = (503, {}, b"")
    for _ in range(TRIES):
        site.clock.advance(minutes=20)
        assert collect(site.services)
    assert only(site).state == "refused"
    site.clock.advance(days=8)
    forge.put(COMMIT, commit(code))
    assert hook.push(host=forge.base).status_code == 202
    assert collect(site.services)
    assert (only(site).state, len(submissions(site))) == ("done", 1)


def test_whoever_is_killed_on_the_way_leaves_it_to_the_next(site, forge, pushed):
    forge.put(COMMIT, commit(pushed[1]))
    collecting._take(site.services)  # and is never heard of again
    assert not collect(site.services)
    site.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert collect(site.services)
    assert (only(site).state, len(submissions(site))) == ("done", 1)


def test_killed_between_handing_in_and_writing_it_down_it_is_one_submission(site, forge, pushed):
    forge.put(COMMIT, commit(pushed[1]))
    push = collecting._take(site.services)
    collecting._handed_in(site.services, push, None)
    site.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert collect(site.services)
    assert (only(site).state, len(submissions(site))) == ("done", 1)


def test_one_that_kills_everybody_is_given_up(site, forge, pushed):
    for _ in range(TRIES):
        collecting._take(site.services)
        site.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert collect(site.services)
    assert (only(site).state, forge.asked) == ("refused", [])


def test_of_several_that_collect_at_once_one_has_it(site, forge, pushed):
    forge.put(COMMIT, commit(pushed[1]))
    start, worked = threading.Barrier(4), []

    def work():
        start.wait()
        worked.append(collect(site.services))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(worked), len(submissions(site)), len(forge.asked)) == ([False] * 3 + [True], 1, 1)


def test_a_bomb_is_not_unpacked(site, forge, pushed):
    forge.put(COMMIT, commit(pushed[1], **{"solution.py": "x" * 1_900_000}))
    collect(site.services)
    assert (submissions(site), only(site).state) == ([], "refused")
    assert "too tightly" in only(site).words["en"]


def test_an_archive_that_is_too_large_is_not_read(site, forge, pushed):
    forge.put(COMMIT, b"x" * 8_100_000)
    collect(site.services)
    assert (submissions(site), only(site).state) == ([], "refused")


def test_unlinked_meanwhile_nothing_is_fetched(site, forge, pushed):
    forge.put(COMMIT, commit(pushed[1]))
    with site.services.database.read() as session:
        number = session.scalars(select(Push.repository_id)).one()
    site.client("ada").post(f"{PAGE}/{number}/unlink")
    assert collect(site.services)
    assert (only(site).state, forge.asked, submissions(site)) == ("refused", [], [])


def test_the_thread_beside_the_reconciler_does_it(site, forge, pushed, monkeypatch):
    forge.put(COMMIT, commit(pushed[1]))
    monkeypatch.setattr(collecting.watch, "__defaults__", (0.01,))
    stopped = threading.Event()
    with collecting.beside(site.services, stopped):
        for _ in range(500):
            if only(site).state != "waiting":
                break
            stopped.wait(0.01)
    assert (only(site).state, stopped.is_set()) == ("done", True)


def test_who_tells_of_many_commits_holds_up_nobody_else(site, forge, pushed):
    """Mallory's hook, say, which signs whatever she likes."""
    hook, _ = pushed
    for number in range(20):
        assert hook.push(commit=f"{number:02x}" + "b" * 38, host=forge.base).status_code == 202
    site.clock.advance(minutes=1)
    bens = link(site, "ben", f"{forge.base}/ben/homework")
    theirs = Hook(site, bens.id, secret_of(site, bens, "ben"))
    assert theirs.push(name="ben/homework", host=forge.base).status_code == 202
    forge.put(COMMIT, commit(bens.code), "ben/homework")
    assert collect(site.services)
    assert [one.user_id for one in submissions(site)] == [site.people["ben"]]
