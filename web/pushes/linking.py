"""Linking repositories to students. How it is proven that one is theirs, and why so, stands in docs/ci.md."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from grader.errors import ExplainedHere
from web.accounts.journal import note
from web.accounts.keys import LETTERS
from web.accounts.sessions import digest
from web.database.models import ApiToken, Course, Repository, User
from web.pushes import origin
from web.settings import Settings

PREFIX = "chainrule_repo_"
SCOPES = "read submit"
MOST = 10  # repositories of one student in a course
LONGEST = 365  # days of a token
LIFE = timedelta(days=200)  # two thirds of a year: a course, and some time to finish it


class Refused(ExplainedHere):
    """This cannot be linked; `text` says why and what to do."""


@dataclass(frozen=True)
class Wish:
    """A repository to be linked. exercise: empty for any of the course that its settings name."""

    host: str
    name: str
    exercise: str = ""


def wish_of(address: str, exercise: str) -> Wish:
    """From the address as people copy it. Raises Refused."""
    found = origin.address(address)
    if found is None:
        raise _no_address()
    return Wish(found.host, found.name, exercise)


def _no_address() -> Refused:
    return Refused(
        "This is no address of a repository. Copy it from the browser, as in https://github.com/ada/homework.",
        "这不是仓库地址。请从浏览器复制，例如 https://github.com/ada/homework。",
    )


def link(session: Session, course: Course, student: int, wish: Wish, moment: datetime, actor: int) -> Repository:
    """The linked repository, with a code of its own. Raises Refused."""
    mine = alive(session, course.id, student)
    if any(is_of(one, wish.host, wish.name) for one in mine):
        raise Refused("This repository is linked already.", "这个仓库已经关联。")
    if len(mine) >= MOST:
        en = f"{MOST} repositories are linked already. Unlink one first."
        raise Refused(en, f"已关联 {MOST} 个仓库，请先解除一个。")
    if taken(session, wish.host, wish.name, student):
        raise Refused(
            "This repository is another student's: its pushes have proven it. Ask your instructor if that is wrong.",
            "这个仓库属于另一位同学，已由推送证实。如有误，请联系老师。",
        )
    made = Repository(
        course_id=course.id,
        user_id=student,
        exercise=wish.exercise or None,
        host=wish.host,
        name=wish.name,
        code="".join(secrets.choice(LETTERS) for _ in range(16)),
        created_at=moment,
    )
    session.add(made)
    session.flush()
    note(session, moment, "repository linked", actor, about(made), new=f"{wish.host}/{wish.name}")
    return made


def taken(session: Session, host: str, name: str, student: int, remote_id: str = "") -> bool:
    """Whether somebody else has proven that it is theirs, in whatever course, under whatever name."""
    others = (Repository.user_id != student, Repository.revoked_at.is_(None), Repository.proven_at.is_not(None))
    same = or_(func.lower(Repository.name) == name.lower(), Repository.remote_id == remote_id)
    found = select(Repository.id).where(*others, Repository.host == host, same)
    return session.scalar(found.limit(1)) is not None


def alive(session: Session, course_id: int, student: int | None = None) -> list[Repository]:
    """Of one student or of all: the linked repositories of a course."""
    found = select(Repository).where(Repository.course_id == course_id, Repository.revoked_at.is_(None))
    if student is not None:
        found = found.where(Repository.user_id == student)
    found = found.join(User, User.id == Repository.user_id).options(contains_eager(Repository.user))
    return list(session.scalars(found.order_by(User.name, Repository.id)))


def is_of(repository: Repository, host: str, name: str) -> bool:
    """Whether this is the repository of that name; its letters may be of any size."""
    return repository.host == host.lower() and repository.name.lower() == name.lower()


def unlink(session: Session, repository: Repository, moment: datetime, actor: int) -> None:
    """Its tokens, its webhook and its CI open nothing any more."""
    repository.revoked_at, repository.hook = moment, None
    theirs = (ApiToken.repository_id == repository.id, ApiToken.revoked_at.is_(None))
    session.execute(update(ApiToken).where(*theirs).values(revoked_at=moment))
    note(session, moment, "repository unlinked", actor, about(repository))


def new_token(session: Session, repository: Repository, moment: datetime, actor: int, days: int) -> str:
    """A token for this repository's pushes, to be shown once."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = token_row(repository, token, f"{repository.host}/{repository.name}", moment, timedelta(days=days))
    session.add(row)
    session.flush()
    note(session, moment, "repository token made", actor, about(repository), new=f"token {row.id}")
    return token


def token_row(repository: Repository, token: str, name: str, moment: datetime, life: timedelta) -> ApiToken:
    """What is kept of a token that is good for one repository."""
    return ApiToken(
        digest=digest(token),
        user_id=repository.user_id,
        course_id=repository.course_id,
        exercise=repository.exercise,
        repository_id=repository.id,
        name=name[:100],
        scopes=SCOPES,
        created_at=moment,
        expires_at=moment + life,
    )


def new_hook(session: Session, repository: Repository, key: str, moment: datetime, actor: int) -> str:
    """The webhook's secret, to be shown once; the one before opens nothing any more."""
    repository.hook = secrets.token_hex(16)
    note(session, moment, "webhook secret made", actor, about(repository))
    return hook_secret(repository, key)


def hook_secret(repository: Repository, key: str) -> str:
    """Made from our own key and what the row holds: whoever reads the database alone cannot sign."""
    text = f"webhook {repository.id} {repository.hook}".encode()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest()


def address_of(settings: Settings, repository: Repository) -> str:
    """Of a repository, as people open it: HTTPS, but where the operator has listed another."""
    bases = {one.name: one.base for one in settings.git_hosts} | {one.host: one.base for one in settings.ci_issuers}
    return f"{bases.get(repository.host, f'https://{repository.host}')}/{repository.name}"


def about(repository: Repository) -> str:
    """How the audit names one."""
    return f"repository {repository.id} of user {repository.user_id}"
