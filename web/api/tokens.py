"""Keys for programs: a bearer token is looked up by its hash, and stands for its owner within its limits."""

from __future__ import annotations

from flask import request
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from web.accounts.sessions import NOTED_EVERY, Person, digest
from web.database.models import ApiToken, Repository
from web.pushes.linking import address_of
from web.services import Services

LONGEST = 200  # characters of a token
FOUND = select(ApiToken).where(ApiToken.digest == bindparam("digest")).options(joinedload(ApiToken.user))


def presented() -> str | None:
    """The bearer token of a request to the API; None where there is none. Elsewhere tokens open nothing."""
    given = request.authorization
    if request.blueprint != "api" or given is None or given.type != "bearer":
        return None
    return given.token or ""


def person_of(services: Services, token: str) -> Person | None:
    """Whom this token stands for; None where it has run out, was revoked, or never was."""
    moment = services.clock()
    if not 0 < len(token) <= LONGEST:
        return None
    with services.database.read() as session:
        found = session.scalar(FOUND, {"digest": digest(token)})
        if found is None or found.revoked_at or moment > found.expires_at or found.user.disabled_at:
            return None
        repository = session.get(Repository, found.repository_id) if found.repository_id else None
        if repository and repository.revoked_at:
            return None
        person = _person(found, address_of(services.settings, repository) if repository else None)
        stale = found.used_at is None or moment - found.used_at > NOTED_EVERY
    if stale:
        with services.database.write() as session:
            session.execute(update(ApiToken).where(ApiToken.id == found.id).values(used_at=moment))
    return person


def _person(token: ApiToken, repository: str | None) -> Person:
    user = token.user
    return Person(
        user.id,
        user.name,
        user.email,
        user.language,
        second_factor=user.totp_secret is not None,  # tokens from before it was set up are revoked
        scopes=frozenset(token.scopes.split()),
        only_course=token.course_id,
        only_exercise=token.exercise,
        only_repository=repository,
        only_commit=token.commit,
    )
