"""Where an invitation's link leads: into the course, with the account one has or with a new one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from grader.messages import Text
from web import kinds
from web.access import ANYONE, allow
from web.accounts import entering, invitations, passwords
from web.accounts.newcomers import TAKEN, Newcomer, settle
from web.database.base import STAFF
from web.database.models import Invitation, User
from web.languages import say, t
from web.problems import Problem
from web.services import services

joining = Blueprint("joining", __name__)

Answer = Response | str | tuple[str, int]


@joining.get("/join/<token>")
@allow(ANYONE)
def invited(token: str) -> Answer:
    """What one is invited to."""
    return _page(token, _invitation(token))


@joining.post("/join/<token>")
@allow(ANYONE)
def join(token: str) -> Answer:
    """Take the invitation, as whoever is signed in or as somebody new."""
    found = _invitation(token)
    if current_user.is_authenticated:
        return _with_account(found)
    form = request.form
    newcomer = Newcomer(
        " ".join(form.get("name", "").split()), form.get("email", "").strip().lower(), form.get("password", "")
    )
    mistakes = newcomer.mistakes(found)
    made = None if mistakes else _settle(newcomer, found)
    if made is None:
        return _page(token, found, newcomer, mistakes or {"email": TAKEN}), 422
    return entering.admit(made, _inside(found), "invitation")


def _with_account(found: Invitation) -> Response:
    moment = services().clock()
    with services().database.write() as session:
        person = session.get_one(User, current_user.user_id)
        if not invitations.join(session, session.get_one(Invitation, found.id), person, moment):
            raise unusable()
    title = t(found.course.title_en, found.course.title_zh)
    flash(t(f"You are now in {title}.", f"你已加入“{title}”。"), "success")
    return redirect(_inside(found), 303)


def _inside(found: Invitation) -> str:
    """The course; the page of all courses where students do not see this one yet."""
    hidden = found.course.draft and found.role not in STAFF
    return url_for("students.home") if hidden else url_for("students.course", course=found.course.slug)


def _settle(newcomer: Newcomer, found: Invitation) -> User | None:
    """Account and membership in one transaction; None where the e-mail is taken. The hash is made before it."""
    password, moment = passwords.hashed(newcomer.password), services().clock()
    try:
        with services().database.write() as session:
            made = settle(session, newcomer, password, moment)
            if made and not invitations.join(session, session.get_one(Invitation, found.id), made, moment):
                raise unusable()
            return made
    except IntegrityError:  # somebody took the e-mail between our look and our writing
        return None


def _invitation(token: str) -> Invitation:
    with services().database.read() as session:
        found = invitations.find(session, token, services().clock())
        if found is None:
            raise unusable()
        _ = found.course  # read while it can be: pages say into which course this leads
        return found


def unusable() -> Problem:
    """One answer, whether the link is wrong, has run out, was used up, revoked, or is another's."""
    return Problem(
        kinds.NOT_FOUND,
        Text(
            "This invitation cannot be used. It may be incomplete, have run out, been used already, or be for "
            "somebody else. Ask whoever sent it for a new one.",
            "这个邀请无法使用：链接可能不完整、已过期、已被使用，或是发给别人的。请向发送者索取新的邀请。",
        ),
    )


def _page(token: str, found: Invitation, typed: Newcomer | None = None, mistakes: dict[str, Text] | None = None) -> str:
    return render_template(
        "accounts/join.html",
        token=token,
        invitation=found,
        title=t(found.course.title_en, found.course.title_zh),
        typed=typed or Newcomer("", found.email or "", ""),
        mistakes={name: say(text) for name, text in (mistakes or {}).items()},
        fewest=passwords.FEWEST,
        providers=services().settings.oidc,
    )
