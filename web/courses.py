"""`python -m web.courses SLUG TITLE_EN TITLE_ZH`: a course with every exercise; people come by invitation.

The site's page for a new course makes it by the same function.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grader.errors import Explained
from grader.messages import Text
from web.accounts.journal import note, user
from web.database.models import Assignment, Course, Membership
from web.services import Services
from web.settings import Settings, SettingsError

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LONGEST_TITLE = 200
NO_REGIONS = frozenset(["Factory", "localtime", "posixrules"])  # files of the machine's own beside the zones


class CannotBeMade(Explained, ValueError):
    """The course cannot be made. field: of NewCourse, whose value is the reason; the text says why and what to do."""

    def __init__(self, field: str, text: Text) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class NewCourse:
    """What is asked of whoever makes a course. exercises: None for all of them; draft: only staff see them."""

    slug: str
    title_en: str
    title_zh: str
    timezone: str = "UTC"
    exercises: tuple[str, ...] | None = None
    draft: bool = False


@cache
def zones() -> tuple[str, ...]:
    """The names of all time zones that this machine knows, in the order of the alphabet."""
    return tuple(sorted(available_timezones() - NO_REGIONS))


def mistakes(new: NewCourse) -> dict[str, Text]:
    """What has to be mended, by field; empty where the course can be made."""
    found = {
        "slug": mistake_in_slug(new.slug),
        "title_en": mistake_in_title(new.title_en),
        "title_zh": mistake_in_title(new.title_zh),
        "timezone": mistake_in_zone(new.timezone),
    }
    return {field: text for field, text in found.items() if text}


def mistake_in_slug(slug: str) -> Text | None:
    """What is wrong with a course's name in its address."""
    if SLUG.fullmatch(slug):
        return None
    return Text(
        f"{slug!r} cannot stand in an address: small letters, digits and hyphens can, at most 64, as in backprop-2027.",
        f"“{slug}”不能用在网址里：只能用小写字母、数字和连字符，最多 64 个，例如 backprop-2027。",
    )


def mistake_in_title(title: str) -> Text | None:
    """What is wrong with a title."""
    if 0 < len(title) <= LONGEST_TITLE and title.isprintable():
        return None
    return Text(f"Write a title, in at most {LONGEST_TITLE} letters.", f"请填写标题，最多 {LONGEST_TITLE} 个字。")


def mistake_in_zone(name: str) -> Text | None:
    """What is wrong with the name of a time zone."""
    if name in zones():
        return None
    return Text(
        f"There is no time zone {name!r}; one is Asia/Shanghai.", f"没有名为“{name}”的时区；例如 Asia/Shanghai。"
    )


def make(services: Services, new: NewCourse, creator: int | None = None) -> None:
    """A course in which nothing has a deadline. creator: becomes its instructor, None for the operator's command.

    Raises CannotBeMade.
    """
    for field, text in mistakes(new).items():
        raise CannotBeMade(field, text)
    taken = Text(f"There is a course {new.slug!r} already.", f"已经有一门课程叫“{new.slug}”。")
    try:
        with services.database.write() as session:
            if session.scalar(select(Course.id).where(Course.slug == new.slug)):
                raise CannotBeMade("slug", taken)
            _add(services, session, new, creator)
    except IntegrityError as error:  # somebody took the name between our look and our writing
        raise CannotBeMade("slug", taken) from error


def _add(services: Services, session: Session, new: NewCourse, creator: int | None) -> None:
    moment = services.clock()
    titles = {"title_en": new.title_en, "title_zh": new.title_zh}
    course = Course(slug=new.slug, **titles, timezone=new.timezone, created_at=moment)
    session.add(course)
    session.flush()
    chosen = [name for name in services.catalogue.sheets if new.exercises is None or name in new.exercises]
    for position, name in enumerate(chosen):
        session.add(Assignment(course=course, exercise=name, position=position, draft=new.draft))
    about = f"course {course.id}"
    note(session, moment, "course made", creator, about, new=f"{new.slug}: {len(chosen)} exercises, {new.timezone}")
    if creator is not None:
        session.add(Membership(course=course, user_id=creator, role="instructor", created_at=moment))
        note(session, moment, "role changed", creator, f"{user(creator)} in {about}", new="instructor")


def zone_of(course: Course) -> ZoneInfo:
    """In which a course's times are shown and typed; UTC where this machine does not know its zone."""
    return ZoneInfo(course.timezone if course.timezone in zones() else "UTC")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m web.courses", description="Make a course with every exercise.")
    parser.add_argument("slug", help="the course's name in its address")
    parser.add_argument("title_en", help="its title in English")
    parser.add_argument("title_zh", help="its title in Chinese")
    parser.add_argument("--timezone", default="UTC", help="in which its deadlines are shown (UTC)")
    given = parser.parse_args(arguments)
    try:
        make(Services.of(Settings.from_environment()), NewCourse(**vars(given)))
    except (CannotBeMade, SettingsError) as error:
        sys.exit(str(error))
    print(f"Made. Next: python -m web.accounts.invite {given.slug} instructor")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
