"""`python -m web.accounts.invite COURSE ROLE`: a link into a course, for the operator who has no account yet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy import select

from web.accounts.invitations import MOST_DAYS, RANKS, Terms, make
from web.database.models import Course
from web.services import Services
from web.settings import Settings, SettingsError


class NoCourse(LookupError):
    """There is no course of this name."""


def link(services: Services, course: str, terms: Terms) -> str:
    """The address of a new invitation. Raises NoCourse."""
    with services.database.write() as session:
        found = session.scalar(select(Course).where(Course.slug == course))
        if found is None:
            known = ", ".join(session.scalars(select(Course.slug))) or "none"
            raise NoCourse(f"there is no course {course!r}; the courses are: {known}")
        token = make(session, found, terms, None, services.clock())
    return f"{services.settings.address}/join/{token}"


def asked(arguments: Sequence[str] | None = None) -> tuple[str, Terms]:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m web.accounts.invite", description="Make an invitation link.")
    parser.add_argument("course", help="the course's name in its address")
    parser.add_argument("role", choices=list(RANKS))
    parser.add_argument("--email", help="only for the owner of this e-mail")
    parser.add_argument("--uses", type=int, default=1, help="how many may use it (1)")
    parser.add_argument("--days", type=int, default=14, help=f"how long it can be used (14, at most {MOST_DAYS})")
    given = parser.parse_args(arguments)
    if given.uses < 1 or not 1 <= given.days <= MOST_DAYS:
        parser.error(f"--uses is 1 or more, --days from 1 to {MOST_DAYS}")
    return given.course, Terms(given.role, given.email, given.uses, given.days)


if __name__ == "__main__":
    try:
        print(link(Services.of(Settings.from_environment()), *asked()))  # noqa: T201 - a command prints
    except (SettingsError, NoCourse) as error:
        sys.exit(str(error))
