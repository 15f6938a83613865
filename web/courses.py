"""`python -m web.courses SLUG TITLE_EN TITLE_ZH`: a course with every exercise; people come by invitation."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from web.database.models import Assignment, Course
from web.services import Services
from web.settings import Settings, SettingsError

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class CannotBeMade(ValueError):
    """The course cannot be made; the words say why."""


def make(services: Services, slug: str, title_en: str, title_zh: str, timezone: str = "UTC") -> None:
    """A course in which everything is open and nothing has a deadline. Raises CannotBeMade."""
    if not SLUG.fullmatch(slug):
        raise CannotBeMade(f"{slug!r} cannot stand in an address: small letters, digits and hyphens can")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CannotBeMade(f"there is no time zone {timezone!r}; one is Asia/Shanghai") from error
    with services.database.write() as session:
        if session.scalar(select(Course.id).where(Course.slug == slug)):
            raise CannotBeMade(f"there is a course {slug!r} already")
        course = Course(slug=slug, title_en=title_en, title_zh=title_zh, timezone=timezone, created_at=services.clock())
        session.add(course)
        for position, name in enumerate(services.catalogue.sheets):
            session.add(Assignment(course=course, exercise=name, position=position))


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m web.courses", description="Make a course with every exercise.")
    parser.add_argument("slug", help="the course's name in its address")
    parser.add_argument("title_en", help="its title in English")
    parser.add_argument("title_zh", help="its title in Chinese")
    parser.add_argument("--timezone", default="UTC", help="in which its deadlines are shown (UTC)")
    given = parser.parse_args(arguments)
    try:
        make(Services.of(Settings.from_environment()), **vars(given))
    except (CannotBeMade, SettingsError) as error:
        sys.exit(str(error))
    print(f"Made. Next: python -m web.accounts.invite {given.slug} instructor")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
