"""Nothing is handed out that the audit does not know of, whoever is killed when, and whoever else publishes meanwhile."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from sqlalchemy import select

from grader.calls import File
from grader.editions import Draft, Editions
from grader.files import Source
from tests.web.accounts.acts import audit
from tests.web.conftest import RIGHT
from tests.web.publishing.conftest import NAME_OF, chinese, numbered, publish
from web.database.models import Publication
from web.publishing import announcing
from web.reconciler import Patience, reconcile
from web.services import Services
from web.submissions import Upload, accept


def publications(services) -> list[tuple[str, str, str]]:
    with services.database.read() as session:
        rows = session.scalars(select(Publication).order_by(Publication.id))
        return [(row.before, row.edition, row.state) for row in rows]


def present(services) -> str | None:
    return Editions(services.settings.published).present().get(NAME_OF)


def test_the_same_again_is_no_news(site, allowed, grace):
    installed = allowed.catalogue[NAME_OF].edition
    first, again = (publish(grace, **numbered(1)) for _ in range(2))
    edition = first.json["edition"]
    assert (first.status_code, again.status_code, again.json["before"]) == (201, 200, edition)
    assert publications(allowed) == [(installed, edition, "out")]
    assert len(audit(site, "edition published")) == 1


def test_another_translation_stands_in_the_audit_too(site, allowed, grace):
    edition = publish(grace, **numbered(1)).json["edition"]
    assert publish(grace, **numbered(1), **chinese("另一个标题")).status_code == 200
    assert publications(allowed)[1:] == [(edition, edition, "out")]
    assert allowed.catalogue[NAME_OF].title.zh == "另一个标题"
    assert len(audit(site, "edition published")) == 2


def test_an_edition_from_before_is_published_again_as_any_other(site, allowed, grace):
    first, second, third = (publish(grace, **numbered(number)).json["edition"] for number in (1, 2, 1))
    assert (first == third, present(allowed)) == (True, first)
    assert publications(allowed)[1:] == [(first, second, "out"), (second, first, "out")]


def test_of_two_who_publish_at_once_the_later_one_replaces_what_the_earlier_one_published(site, allowed, program):
    installed, start, answers = allowed.catalogue[NAME_OF].edition, threading.Barrier(4), []

    def work(who, number):
        start.wait()
        answers.append(publish(who, **numbered(number)))

    threads = [threading.Thread(target=work, args=(program("grace", "publish"), number)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    rows = publications(allowed)
    assert [before for before, _, _ in rows] == [installed, *(edition for _, edition, _ in rows[:-1])]
    assert (present(allowed), {state for _, _, state in rows}) == (rows[-1][1], {"out"})
    assert allowed.catalogue[NAME_OF].edition == rows[-1][1]


def test_what_waits_while_an_edition_is_published_is_graded_by_the_one_it_was_handed_in_for(site, allowed, grace):
    """A hundred in the queue, and each that is sent again: nobody is judged by what they could not read."""
    old = allowed.catalogue[NAME_OF].edition
    source = Source((File("solution.py", RIGHT),))
    for number in range(100):
        accept(allowed, site.people["ada"], site.assignments[NAME_OF], Upload(source, "api", f"key-{number}"))
    new = publish(grace, **numbered(1)).json["edition"]
    late = accept(allowed, site.people["ben"], site.assignments[NAME_OF], Upload(source))
    assert (late.edition, old != new) == (new, True)
    assert {job.edition for job in allowed.doorbell.rung[:100]} == {old}
    allowed.doorbell.rung.clear()
    allowed.doorbell.unrecorded = lambda: 0
    site.clock.advance(hours=1)
    reconcile(allowed, Patience())
    editions = [job.edition for job in allowed.doorbell.rung]
    assert (editions.count(old), editions.count(new)) == (100, 1)


# Broken off ---------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What no handler of ours takes for a mistake."""


def breaks_off(monkeypatch, before: bool):
    """Whoever publishes is gone just before, or just after, the edition can be seen."""
    keep = Draft.keep

    def broken(draft):
        if not before:
            keep(draft)
        raise Killed

    monkeypatch.setattr(Draft, "keep", broken)
    return lambda: monkeypatch.setattr(Draft, "keep", keep)


def test_who_is_gone_before_it_is_seen_has_published_nothing_and_the_audit_says_so(site, allowed, grace, monkeypatch):
    old = allowed.catalogue[NAME_OF].edition
    mend = breaks_off(monkeypatch, before=True)
    with pytest.raises(Killed):
        publish(grace, **numbered(1))
    assert (present(allowed), [state for *_, state in publications(allowed)]) == (None, ["begun"])
    assert announcing.settle(allowed) == 1
    assert [state for *_, state in publications(allowed)] == ["lost"]
    assert len(audit(site, "edition not published")) == 1
    mend()
    again = publish(grace, **numbered(1))
    assert (again.status_code, again.json["before"]) == (201, old)
    assert [state for *_, state in publications(allowed)] == ["lost", "out"]


def test_who_is_gone_after_it_is_seen_has_published_it(site, allowed, grace, monkeypatch):
    mend = breaks_off(monkeypatch, before=False)
    with pytest.raises(Killed):
        publish(grace, **numbered(1))
    mend()
    again = publish(grace, **numbered(1))
    assert (again.status_code, again.json["edition"]) == (200, present(allowed))
    assert announcing.settle(allowed) == 1
    assert [state for *_, state in publications(allowed)] == ["out"]
    assert (len(audit(site, "edition published")), audit(site, "edition not published")) == (1, [])
    assert announcing.settle(allowed) == 0


def test_the_next_who_publishes_settles_what_the_one_before_left(allowed, grace, monkeypatch):
    mend = breaks_off(monkeypatch, before=True)
    with pytest.raises(Killed):
        publish(grace, **numbered(1))
    mend()
    assert publish(grace, **numbered(2)).status_code == 201
    assert [state for *_, state in publications(allowed)] == ["lost", "out"]


def test_where_the_folder_is_away_nothing_is_said_of_what_was_begun(allowed, grace, monkeypatch):
    """Whoever looks may stand on another machine, or before the folder is mounted."""
    breaks_off(monkeypatch, before=False)
    with pytest.raises(Killed):
        publish(grace, **numbered(1))
    allowed.settings.published.rename(allowed.settings.home / "elsewhere")
    assert announcing.settle(allowed) == 0
    assert [state for *_, state in publications(allowed)] == ["begun"]


def test_whoever_looks_waits_for_nobody_who_hangs(allowed, grace, monkeypatch):
    """The reconciler has all that got lost to look after."""
    breaks_off(monkeypatch, before=True)
    with pytest.raises(Killed):
        publish(grace, **numbered(1))
    with Editions(allowed.settings.published).alone():
        assert announcing.settle(allowed) == 0
    assert announcing.settle(allowed) == 1


POINTS = {
    "before the row": (announcing, "settle_here", False),
    "before it is kept": (Draft, "keep", False),
    "after its files, before it is present": (os, "fsync", False),
    "after it is kept": (announcing, "_settle", True),
}


@pytest.mark.slow
@pytest.mark.parametrize("translated", [False, True])
@pytest.mark.parametrize("point", POINTS)
def test_a_real_kill_at_any_point_leaves_nothing_that_nobody_audited(site, allowed, grace, point, translated):
    """And who tries again has it: no lock, no half edition and no litter are left."""
    old = publish(grace, **numbered(0)).json["edition"]
    new = numbered(0) | chinese("另一个标题") if translated else numbered(1)
    where, name, out = POINTS[point]
    child = os.fork()
    if not child:
        killed(site, allowed, grace, new, where, name)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    rows = publications(allowed)[1:]
    assert [row[2] for row in rows] == ([] if point == "before the row" else ["begun"])
    announcing.settle(allowed)
    seen = allowed.catalogue[NAME_OF]  # of a process that goes on, and has read it before
    is_new = seen.title.zh == "另一个标题" if translated else seen.edition != old
    assert [row[2] for row in publications(allowed)[1:]] == ["out" if is_new else "lost"] * len(rows)
    assert is_new == (out or (translated and name == "fsync"))  # a translation is there in one step
    again = publish(grace, **new)
    assert again.status_code == (200 if translated or is_new else 201)
    assert Services.of(allowed.settings, site.clock).catalogue[NAME_OF].edition == again.json["edition"]
    assert [row[2] for row in publications(allowed)].count("out") == 2
    assert sorted(path.name for path in allowed.settings.published.iterdir()) == [".lock", "present.json", NAME_OF]


def killed(site, allowed, grace, new, where, name) -> None:
    """In a process of its own: publishes, and is killed where it would call this."""
    try:
        allowed.database.engine.dispose(close=False)
        real, calls = getattr(where, name), []

        def deadly(*given):
            calls.append(given)
            if name != "fsync" or len(calls) == 3:  # the third is the list of present editions
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given)

        setattr(where, name, deadly)
        publish(grace, **new)
    finally:
        os._exit(1)
