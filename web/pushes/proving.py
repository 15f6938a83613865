"""Whose repository a run of CI belongs to. Why it is done so, and what it keeps off, stands in docs/ci.md."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from grader.errors import ExplainedHere
from web.accounts.journal import note
from web.accounts.sessions import digest
from web.database.models import ApiToken, Course, OneTimeKey, Repository, User
from web.pushes import linking
from web.pushes.identities import LEEWAY, Run
from web.submissions import role_of

LIFE = timedelta(minutes=15)
PURPOSE = "ci"
LOCK = 0x6369


class Unproven(ExplainedHere):
    """No repository here is known to be this run's; `text` says what to do."""


class Used(Exception):
    """This identity was exchanged before."""


def exchange(session: Session, run: Run, course: str, code: str, moment: datetime) -> tuple[str, ApiToken, Repository]:
    """A token for this commit of this repository. Raises Unproven and Used."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))  # of two that would prove the same, one comes later
    repository = _repository(session, run, course, code, moment)
    if role_of(session, repository.user_id, repository.course_id) is None:
        raise Unproven(
            "Whoever linked this repository is no longer in the course.", "关联这个仓库的人已不在这门课程中。"
        )
    _spend(session, run, repository, moment)
    token = linking.PREFIX + secrets.token_urlsafe(32)
    row = linking.token_row(repository, token, f"CI: {run.host}/{run.name}", moment, LIFE)
    row.commit = run.commit
    session.add(row)
    old = (ApiToken.commit.is_not(None), ApiToken.expires_at < moment - timedelta(days=1))
    session.execute(delete(ApiToken).where(*old))
    session.flush()
    return token, row, repository


def _repository(session: Session, run: Run, course: str, code: str, moment: datetime) -> Repository:
    candidates = _candidates(session, run, course)
    named = next((one for one in candidates if code and hmac.compare_digest(one.code.encode(), code.encode())), None)
    if named:
        return _proven(session, run, named, moment)
    known = [one for one in candidates if one.remote_id == run.remote_id]
    if len(known) > 1:
        raise Unproven(
            "It is linked in several courses: name one in chainrule.toml.",
            "它关联了多门课程：请在 chainrule.toml 中写明。",
        )
    if not known:
        raise Unproven(
            f"{run.name} is not known to be yours. Link it on the course's page of repositories, and write the line "
            "that stands there into chainrule.toml.",
            f"无法确认 {run.name} 属于你。请在课程的仓库页面关联它，并把页面上的那一行写进 chainrule.toml。",
        )
    return _proven(session, run, known[0], moment)


def _candidates(session: Session, run: Run, course: str) -> list[Repository]:
    """Linked under this name, or known by this number, which a repository keeps when it is renamed."""
    same = or_(func.lower(Repository.name) == run.name.lower(), Repository.remote_id == run.remote_id)
    found = (
        select(Repository)
        .join(Course, Course.id == Repository.course_id)
        .join(User, User.id == Repository.user_id)
        .where(Repository.host == run.host, same, Repository.revoked_at.is_(None))
        .where(Course.archived_at.is_(None), User.disabled_at.is_(None))
        .order_by(Repository.id)
    )
    return list(session.scalars(found.where(Course.slug == course) if course else found))


def _proven(session: Session, run: Run, repository: Repository, moment: datetime) -> Repository:
    """From the first time on, its number is what counts: a name can come to be somebody else's."""
    if repository.remote_id is None:
        if linking.taken(session, run.host, run.name, repository.user_id, run.remote_id):
            raise Unproven(
                "This repository is another student's. Ask your instructor if that is wrong.",
                "这个仓库属于另一位同学。如有误，请联系老师。",
            )
        repository.remote_id, repository.proven_at = run.remote_id, moment
        note(session, moment, "repository proven", None, linking.about(repository), new=f"{run.name} {run.remote_id}")
    elif repository.remote_id != run.remote_id:
        raise Unproven(
            "This is another repository than the one that was linked under this name. Unlink it, and link it anew.",
            "这与当初以此名称关联的不是同一个仓库。请解除关联后重新关联。",
        )
    if repository.name != run.name:
        note(session, moment, "repository renamed", None, linking.about(repository), old=repository.name, new=run.name)
        repository.name = run.name
    return repository


def _spend(session: Session, run: Run, repository: Repository, moment: datetime) -> None:
    """An identity is good for one token. Raises Used."""
    session.execute(delete(OneTimeKey).where(OneTimeKey.purpose == PURPOSE, OneTimeKey.expires_at < moment))
    key = digest(f"{PURPOSE} {run.issuer} {run.jti}")
    if session.get(OneTimeKey, key):
        raise Used(run.jti)
    until = datetime.fromtimestamp(min(run.expires, moment.timestamp() + 86_400) + LEEWAY + 1, UTC)
    kept = {"created_at": moment, "expires_at": until, "used_at": moment}
    session.add(OneTimeKey(id=key, purpose=PURPOSE, user_id=repository.user_id, **kept))
