"""What tests of accounts do over and over."""

from __future__ import annotations

import html
import re

from sqlalchemy import select

from tests.web.conftest import PASSWORD
from web.database.models import Audit, Membership, User


def sign_in(browser, email="ada@example.org", password=PASSWORD, **more):
    return browser.post("/sign-in", data={"email": email, "password": password} | more)


def change(site, name, **values):
    with site.services.database.write() as session:
        for key, value in values.items():
            setattr(session.get_one(User, site.people[name]), key, value)


def person(site, name) -> User:
    with site.services.database.read() as session:
        return session.get_one(User, site.people[name])


def audit(site, action="") -> list[Audit]:
    with site.services.database.read() as session:
        return [line for line in session.scalars(select(Audit).order_by(Audit.id)) if action in {"", line.action}]


def role_of(site, email, course="backprop") -> str | None:
    with site.services.database.read() as session:
        found = select(Membership).join(User).where(User.email == email)
        roles = {one.course.slug: one.role for one in session.scalars(found)}
    return roles.get(course)


def shown(page, name) -> str:
    """The value of a field of a page."""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found, f"no field {name}"
    return html.unescape(found[1])
