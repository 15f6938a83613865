"""Who published what, written down before anybody can be handed it, and settled when it is.

A row without its files says that somebody broke off; files without a row there are none.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.editions import Draft, Editions
from web.accounts.journal import note
from web.database.base import PublicationState
from web.database.models import Course, Membership, Noticed, Publication
from web.services import Services

log = logging.getLogger(__name__)


def folder_of(services: Services) -> Path:
    """Where the published editions lie."""
    return services.settings.published or services.settings.home / "published"


def publish(services: Services, draft: Draft, before: str, actor: int) -> None:
    """Hand out a draft from now on. Whoever holds it is alone, so that what others have begun is broken off."""
    settle_here(services)
    exercise = draft.sheet.name
    with services.database.write() as session:
        row = Publication(
            exercise=exercise,
            edition=draft.sheet.edition,
            before=before,
            words=draft.words,
            actor_id=actor,
            at=services.clock(),
        )
        session.add(row)
        session.flush()
        note(session, row.at, "edition published", actor, f"exercise {exercise}", old=before, new=row.edition)
        mine = select(Membership.course_id).where(Membership.user_id == actor, Membership.role == "instructor")
        for course_id in session.scalars(mine.order_by(Membership.course_id)):
            take_note(session, course_id, row)
    draft.keep()
    _settle(services, row, "out")


def settle(services: Services) -> int:
    """Say of what was begun and never settled what became of it; how many. To be asked now and then."""
    with services.database.read() as session:
        if session.scalar(select(Publication.id).where(Publication.state == "begun").limit(1)) is None:
            return 0
    try:
        with Editions(folder_of(services)).alone(patient=False):
            return settle_here(services)
    except BlockingIOError:
        return 0  # somebody publishes just now, who will settle it; whoever asks us has more to do than to wait
    except (OSError, ValueError) as error:
        log.warning("published editions cannot be looked at: %s", error)
        return 0


def settle_here(services: Services) -> int:
    """The same for whoever is alone in the folder already. Raises OSError and ValueError where it is damaged."""
    editions = Editions(folder_of(services))
    with services.database.read() as session:
        begun = session.scalars(select(Publication).where(Publication.state == "begun").order_by(Publication.id)).all()
    for row in begun:
        stands = editions.stands(row.exercise, row.edition, row.words)
        if stands:
            editions.touch()  # who was killed may have changed a translation, and told no reader of it
        _settle(services, row, "out" if stands else "lost")
    return len(begun)


def take_note(session: Session, course_id: int, publication: Publication) -> bool:
    """Those who teach a course know of this publication, and of all before it; False where they did already.

    Of two who note it, one comes later.
    """
    session.execute(select(Course.id).where(Course.id == course_id).with_for_update(key_share=True))
    known = session.get(Noticed, (course_id, publication.exercise))
    if known and known.publication_id >= publication.id:
        return False
    if known:
        known.publication_id = publication.id
    else:
        session.add(Noticed(course_id=course_id, exercise=publication.exercise, publication_id=publication.id))
    return True


def _settle(services: Services, row: Publication, state: PublicationState) -> None:
    with services.database.write() as session:
        session.get_one(Publication, row.id).state = state
        if state == "lost":
            about, why = f"exercise {row.exercise}", "broken off before it was handed out"
            note(session, services.clock(), "edition not published", None, about, new=row.edition, why=why)
