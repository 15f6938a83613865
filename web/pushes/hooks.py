"""Where hosts tell of pushes: signed with the repository's secret, kept in a row, and fetched after the answer.

A server of one's own can send the commit along instead, as `git archive --format=zip` makes it, signed with its ref.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from web import kinds
from web.access import CARRIES_PROOF, allow
from web.accounts.addresses import whole
from web.database.base import PushState
from web.database.models import Push, Repository
from web.problems import Problem
from web.pushes import linking, receiving
from web.pushes.collecting import TRIES
from web.pushes.handing_in import Arrived, Made, as_text, hand_in
from web.pushes.kinds import NO_COMMIT, OTHER_REPOSITORY, UNLISTED, UNSIGNED
from web.pushes.project import Unfit, commit_of
from web.pushes.receiving import NotAPush, Told
from web.requests import request_id
from web.services import services

hooks = Blueprint("hooks", __name__)

ZIP = "application/zip"
REF, SIGNATURE = "X-Chainrule-Ref", "X-Chainrule-Signature"
EVENTS = ("X-GitHub-Event", "X-Gitea-Event", "X-Forgejo-Event", "X-Gitlab-Event")


@hooks.post("/hooks/<int(max=2147483647):repository>")
@allow(CARRIES_PROOF)
def receive(repository: int) -> Response:
    """A push, or a ping. What was handed in before is answered as then: to repeat it changes nothing."""
    content = request.get_data()
    found = _signed(repository, content)
    if request.mimetype == ZIP:
        return _sent_along(found, content)
    event = next((request.headers[name] for name in EVENTS if name in request.headers), "")
    if event == "ping":
        return jsonify(ping="pong")
    try:
        told = receiving.read(_json(content), event)
    except NotAPush as ignored:
        return jsonify(ignored=str(ignored))
    return _fetched_later(found, told)


def _signed(repository: int, content: bytes) -> Repository:
    """The repository whose secret this is signed with. One that is not there is refused in the same words."""
    with services().database.read() as session:
        found = session.scalar(
            select(Repository).where(
                Repository.id == repository, Repository.revoked_at.is_(None), Repository.hook.is_not(None)
            )
        )
        if found:
            session.refresh(found, ["course", "user"])
    secret = linking.hook_secret(found or Repository(id=0, hook=""), services().settings.secret_key)
    if not _fits(secret, content) or found is None or found.user.disabled_at or found.course.archived_at:
        raise Problem(UNSIGNED)
    return found


def _fits(secret: str, content: bytes) -> bool:
    """GitHub, Gitea and Forgejo sign what they send; GitLab sends the secret itself.

    Of a commit that is sent along, its ref is signed too, and that it is one: a header alone could be exchanged.
    """
    if request.mimetype == ZIP:
        content = b"chainrule-commit\n%b\n%b" % (_ref(), content)
    signature = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    given = {
        SIGNATURE: f"sha256={signature}",
        "X-Hub-Signature-256": f"sha256={signature}",
        "X-Gitea-Signature": signature,
        "X-Gitlab-Token": secret,
    }
    counts = {SIGNATURE} if request.mimetype == ZIP else given.keys() - {SIGNATURE}
    return any(hmac.compare_digest(request.headers.get(name, "").encode(), given[name].encode()) for name in counts)


def _ref() -> bytes:
    """As it was sent: names of branches are in whatever letters people write."""
    return request.headers.get(REF, "").encode("latin-1", "replace")


def _json(content: bytes) -> Any:
    if request.mimetype != "application/json":
        raise Problem(kinds.WRONG_TYPE)
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Problem(kinds.BAD_REQUEST) from None


def _fetched_later(repository: Repository, told: Told) -> Response:
    """Written down, and fetched by the reconciler."""
    if not linking.is_of(repository, told.host, told.name):
        raise Problem(OTHER_REPOSITORY)
    if repository.host not in {one.name for one in services().settings.git_hosts}:
        raise Problem(UNLISTED)
    moment = services().clock()
    with services().database.write() as session:
        push = _known(session, repository, told.commit)
        known = push is not None and push.state != "refused"
        if push is None:
            push = _row(repository, told.commit, told.branch, moment, "waiting")
            session.add(push)
        elif push.state == "refused":  # whoever sends it again may have mended what was wrong
            heard = push.created_at if push.tries >= TRIES else moment  # that its host was away is no lateness
            push.state, push.tries, push.next_at, push.words, push.created_at = "waiting", 0, moment, None, heard
        session.flush()
    return _answer(push, 200 if known else 202)


def _sent_along(repository: Repository, content: bytes) -> Response:
    """Handed in at once. The commit's name is in the archive, and so it is signed too."""
    commit, branch = commit_of(content), receiving.branch_of(_ref().decode("utf-8", "replace"))
    if not commit:
        raise Problem(NO_COMMIT)
    moment = services().clock()
    try:
        made = hand_in(services(), Arrived(repository, commit, branch, moment, request_id()), content, fetched=False)
    except Unfit as error:
        raise Problem(kinds.UNREADABLE, error.text) from error
    with services().database.write() as session:
        push = _known(session, repository, commit)
        known = push is not None
        if push is None:
            push = _row(repository, commit, branch, moment, "done")
            session.add(push)
        push.made, push.state, push.words = made, _state(made), _words(made)
        session.flush()
    return _answer(push, 200 if known else 201)


def _known(session: Session, repository: Repository, commit: str) -> Push | None:
    """What is written down of a commit. Who asks has the repository's turn: of two words at once, one comes later."""
    session.execute(select(Repository.id).where(Repository.id == repository.id).with_for_update())
    return session.scalar(
        select(Push).where(Push.repository_id == repository.id, Push.commit == commit).with_for_update()
    )


def _row(repository: Repository, commit: str, branch: str, moment: datetime, state: PushState) -> Push:
    return Push(
        repository_id=repository.id,
        commit=commit,
        branch=branch,
        state=state,
        tries=0,
        next_at=moment,
        created_at=moment,
        request_id=request_id(),
    )


def _state(made: Made) -> PushState:
    return "done" if any("submission" in one for one in made.values()) else "refused"


def _words(made: Made) -> dict[str, Any] | None:
    text = as_text(made)
    return {"en": text.en, "zh": text.zh} if text else None


def _answer(push: Push, status: int) -> Response:
    """Where people see what came of it."""
    made = push.made or {}
    pages = {
        name: whole(url_for("students.submission", submission=one["submission"]))
        for name, one in made.items()
        if "submission" in one
    }
    answer = jsonify(commit=push.commit, state=push.state, pages=pages, words=push.words)
    answer.status_code = status
    return answer
