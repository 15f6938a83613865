"""Make the class where it is not there yet, and say how its people sign in."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from web.accounts.passwords import hashed
from web.crowd.making import Size, make
from web.database.models import Assignment, Course, Submission
from web.database.schema import upgrade
from web.services import Services
from web.settings import Settings, SettingsError


def main(arguments: Sequence[str] | None = None) -> None:
    """Make what the command line names."""
    size = Size(**vars(_parser().parse_args(arguments)))
    try:
        services = Services.of(Settings.from_environment())
        with closing(services.database):
            _make(services, size)
    except (ValueError, SettingsError) as error:
        sys.exit(str(error))


def _make(services: Services, size: Size) -> None:
    upgrade(services.database)
    kept = services.settings.home / f"{size.slug}.password"
    began = time.monotonic()
    password = _known(services, size, kept) or _made(services, size, kept)
    _say(services, size, password, time.monotonic() - began)


def _parser() -> argparse.ArgumentParser:
    usual = Size()
    parser = argparse.ArgumentParser(prog="python -m web.crowd", description="Make a class to look around in.")
    for name, what in (
        ("students", "how many students"),
        ("submissions", "how many submissions in all"),
        ("assistants", "how many assistants"),
        ("groups", "how many groups"),
        ("exercises", "so many of the catalogue; all of them if not given"),
        ("seed", "another number makes another class"),
    ):
        default = getattr(usual, name)
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{what} ({default or 'all'})")
    parser.add_argument("--slug", default=usual.slug, help=f"the course's name in its address ({usual.slug})")
    return parser


def _known(services: Services, size: Size, kept: Path) -> str:
    """The password of a class that is there; empty where there is none. Raises ValueError where it is another's."""
    with services.database.read() as session:
        if session.scalar(select(Course.id).where(Course.slug == size.slug)) is None:
            return ""
    if not kept.is_file():
        raise ValueError(f"there is a course {size.slug!r} already, and it was not made by this command")
    return kept.read_text(encoding="utf-8")


def _made(services: Services, size: Size, kept: Path) -> str:
    password = secrets.token_urlsafe(9)
    make(services, size, hashed(password))
    kept.touch(mode=0o600)
    kept.write_text(password, encoding="utf-8")
    return password


def _say(services: Services, size: Size, password: str, seconds: float) -> None:
    handed_in = (
        select(func.count()).select_from(Submission).join(Assignment).join(Course).where(Course.slug == size.slug)
    )
    with services.database.read() as session:
        count = session.scalar(handed_in) or 0
    host = f"{size.slug}.example.org"
    lines = [
        f"The class {size.slug!r}: {count} submissions ({seconds:.1f} s). Everybody's password is {password}",
        f"  instructor  grace@{host}",
        f"  assistants  assistant1@{host} …",
        f"  students    s001@{host} …",
        f"Its page: {services.settings.address}/courses/{size.slug}/staff",
    ]
    print("\n".join(lines))  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
