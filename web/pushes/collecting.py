"""Fetches the commits that webhooks told of, and hands them in. The rows are the queue: a kill loses none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from grader.messages import Text
from web.database.models import Push, Repository
from web.pushes.fetching import Reach, Unfetched, fetch
from web.pushes.handing_in import Arrived, as_text, hand_in
from web.pushes.hosts import Host
from web.pushes.project import Unfit
from web.services import Services

TRIES = 8
LEASE = timedelta(seconds=60)  # whoever takes a row has it for so long: much longer than fetching may take
FIRST_PAUSE = timedelta(seconds=5)  # doubled each time: eleven minutes in all
EVERY_SECONDS = 1.0
ELSEWHERE = {"https://github.com": frozenset(["https://codeload.github.com"])}
AWAY = Text(
    "The commit could not be fetched: its host did not answer. Push again, or hand it in another way.",
    "无法获取这个 commit：代码托管站点没有响应。请重新推送，或者用其他方式提交。",
)
NOT_THERE = Text(
    "The commit could not be fetched: the host does not give it to strangers, or it is not there or too large. "
    "For a private repository, let CI hand in.",
    "无法获取这个 commit：仓库不公开、commit 不存在或体积太大。私有仓库请用 CI 提交。",
)

log = logging.getLogger(__name__)


def collect(services: Services, reach: Reach | None = None) -> bool:
    """Fetch and hand in one commit, if one is due. Any number of reconcilers may do so at once."""
    push = _take(services)
    if push is None:
        return False
    if push.tries > TRIES:  # whoever had it before was killed, or fell over it, each time
        _settle(services, push, state="refused", words=_words(AWAY))
        return True
    try:
        made = _handed_in(services, push, reach)
    except Unfit as error:
        _settle(services, push, state="refused", words=_words(error.text))
    except Unfetched as error:
        log.warning("commit not fetched: %s", error, extra={"push": push.id, "tries": push.tries})
        _again(services, push) if error.again else _settle(services, push, state="refused", words=_words(NOT_THERE))
    else:
        state = "done" if any("submission" in one for one in made.values()) else "refused"
        _settle(services, push, state=state, made=made, words=_words(as_text(made)))
    return True


def watch(services: Services, stopped: Event, every: float = EVERY_SECONDS) -> None:
    """Look every second, until stopped; a database that goes away is waited for."""
    while not stopped.wait(every):
        try:
            while not stopped.is_set() and collect(services):
                pass
        except SQLAlchemyError as error:
            log.error("interrupted: %s", error)  # noqa: TRY400 - the stack says no more


@contextmanager
def beside(services: Services, stopped: Event) -> Iterator[None]:
    """While the context lasts, pushes are collected in a thread of their own: a slow host holds up nobody else.

    Where a fault of ours ends it, the process ends too, and is started again; the push has one try less.
    """

    def work() -> None:
        try:
            watch(services, stopped)
        finally:
            stopped.set()

    thread = Thread(target=work, name="pushes")
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _take(services: Services) -> Push | None:
    """For LEASE ours alone: the push that has waited longest, of those students of whom the fewest wait.

    Whoever tells of a thousand commits waits for them, and nobody else does.
    """
    moment = services.clock()
    many = select(Repository.user_id, func.count().label("many")).join(Push, Push.repository_id == Repository.id)
    waiting = many.where(Push.state == "waiting").group_by(Repository.user_id).subquery()
    due = (
        select(Push)
        .join(Repository, Repository.id == Push.repository_id)
        .join(waiting, waiting.c.user_id == Repository.user_id)
        .where(Push.state == "waiting", Push.next_at <= moment)
        .order_by(waiting.c.many, Push.next_at, Push.id)
        .limit(1)
    )
    whole = joinedload(Push.repository, innerjoin=True)
    with services.database.write() as session:
        found = session.scalar(
            due.options(whole.joinedload(Repository.user), whole.joinedload(Repository.course)).with_for_update(
                skip_locked=True, of=Push
            )
        )
        if found:
            found.tries += 1
            found.next_at = moment + LEASE
    return found


def _handed_in(services: Services, push: Push, reach: Reach | None) -> dict[str, Any]:
    """What became of each exercise. Raises Unfetched and Unfit."""
    repository = push.repository
    host = next((one for one in services.settings.git_hosts if one.name == repository.host), None)
    if host is None or repository.revoked_at or repository.user.disabled_at:
        raise Unfit(
            "This repository is no longer linked, or its host no longer listed.",
            "仓库已解除关联，或其托管站点已不在列表中。",
        )
    content = fetch(host.archive(repository.name, push.commit), reach or reach_of(services, host))
    arrived = Arrived(repository, push.commit, push.branch, push.created_at, push.request_id)
    return hand_in(services, arrived, content, fetched=True)


def reach_of(services: Services, host: Host) -> Reach:
    """Of a host: itself, and where it itself keeps archives."""
    return Reach(frozenset([host.base]) | ELSEWHERE.get(host.base, frozenset()), services.settings.git_networks)


def _again(services: Services, push: Push) -> None:
    if push.tries >= TRIES:
        _settle(services, push, state="refused", words=_words(AWAY))
    else:
        _settle(services, push, next_at=services.clock() + FIRST_PAUSE * 2 ** (push.tries - 1))


def _settle(services: Services, push: Push, **values: Any) -> None:
    """Write down what came of it, unless somebody else has since."""
    with services.database.write() as session:
        row = session.get_one(Push, push.id)
        if row.state == "waiting":
            for name, value in values.items():
                setattr(row, name, value)


def _words(text: Text | None) -> dict[str, str] | None:
    return {"en": text.en, "zh": text.zh} if text else None
