"""A course with every exercise, an instructor and two students: to look around, and to be thrown away."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from web.accounts.passwords import hashed
from web.database.base import Role
from web.database.models import Assignment, Course, Membership, User
from web.services import Services
from web.settings import Settings, SettingsError

SLUG = "backprop"
PEOPLE: dict[str, tuple[str, Role]] = {
    "grace@example.org": ("Grace", "instructor"),
    "ada@example.org": ("Ada", "student"),
    "ben@example.org": ("Ben", "student"),
}


@dataclass(frozen=True)
class Login:
    """How one of the demo's people signs in."""

    email: str
    name: str
    role: str
    password: str


def make(services: Services) -> list[Login]:
    """The demo's people; made where they are not there yet, with passwords that only this installation knows."""
    kept = services.settings.home / "demo.json"
    with services.database.write() as session:
        if session.scalar(select(Course.id).where(Course.slug == SLUG)):
            return _known(kept)
        moment = services.clock()
        course = Course(
            slug=SLUG, title_en="Backpropagation", title_zh="反向传播", counts="best", timezone="UTC", created_at=moment
        )
        session.add(course)
        logins = [Login(email, name, role, secrets.token_urlsafe(9)) for email, (name, role) in PEOPLE.items()]
        for login in logins:
            user = User(email=login.email, name=login.name, password=hashed(login.password), created_at=moment)
            role: Role = PEOPLE[login.email][1]
            session.add(Membership(course=course, user=user, role=role, created_at=moment))
        for position, name in enumerate(services.catalogue.sheets):
            deadline = moment + timedelta(days=7 * (position // 3 + 1))
            session.add(Assignment(course=course, exercise=name, position=position, deadline=deadline))
        _keep(kept, logins)
    return logins


def _keep(path: Path, logins: list[Login]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps([vars(login) for login in logins]), encoding="utf-8")


def _known(path: Path) -> list[Login]:
    return [Login(**one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


if __name__ == "__main__":
    try:
        for login in make(Services.of(Settings.from_environment())):
            print(f"{login.name:8} {login.email:20} {login.password:14} {login.role}")  # noqa: T201 - a command prints
    except SettingsError as error:
        sys.exit(str(error))
