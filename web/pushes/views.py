"""The page of a course's repositories: link one, make a token or a webhook's secret for it, see what came of pushes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web import kinds
from web.access import MEMBER, WITHOUT_FACTOR, allow, course_here, place
from web.accounts import proof
from web.accounts.addresses import whole
from web.accounts.journal import note
from web.database.base import STAFF
from web.database.models import ApiToken, Assignment, Course, Repository
from web.languages import say, t
from web.problems import Problem
from web.pushes import linking, listed, origin
from web.services import services
from web.staff.tables import title_of

pushes = Blueprint("pushes", __name__)

Answer = Response | str | tuple[str, int]
HERE = "/courses/<course>/repositories"
ONE = f"{HERE}/<int(max=2147483647):repository>"
LONGEST_NUMBER = 10  # digits


@pushes.app_template_filter("commit_page")
def commit_page(handed_in: Any) -> str:
    """Where the commit of a submission is shown; empty where no listed host has it."""
    if not handed_in.repository or not handed_in.commit:
        return ""
    return origin.commit_page(services().settings.git_hosts, handed_in.repository, handed_in.commit)


@pushes.get(HERE)
@allow(MEMBER)
def page(course: str) -> Answer:  # noqa: ARG001 - enforce() has read the address
    """One's own repositories; to staff, everybody's."""
    return _page()


@pushes.post(HERE)
@allow(MEMBER)
def link(course: str) -> Answer:
    """Link another one: one's own or, for staff, a student's."""
    try:
        with services().database.write() as session:
            student, exercise = _student(session), _exercise(session)
            wish = linking.wish_of(request.form.get("address", "")[:400], exercise)
            linking.link(session, course_here(), student, wish, services().clock(), current_user.user_id)
    except linking.Refused as refusal:
        return _page(mistake=say(refusal.text)), 422
    flash(t("The repository is linked.", "仓库已关联。"), "success")
    return _back(course, student)


@pushes.post(f"{ONE}/token")
@allow(MEMBER)
def token(course: str, repository: int) -> Answer:
    """A new token, shown this once."""
    if not proof.proven():
        return proof.ask(url_for("pushes.page", course=course))
    with services().database.write() as session:
        found = _own(session, repository)
        shown = linking.new_token(session, found, services().clock(), current_user.user_id, linking.LIFE.days)
    return _page(repository=repository, new_token=shown), 201


@pushes.post(f"{ONE}/tokens/<int(max=2147483647):granted>/revoke")
@allow(MEMBER)
def revoke(course: str, repository: int, granted: int) -> Answer:
    """It opens nothing any more."""
    moment = services().clock()
    with services().database.write() as session:
        found, row = _own(session, repository), session.get(ApiToken, granted)
        if row is None or row.repository_id != found.id:
            abort(404)
        if row.revoked_at is None:
            row.revoked_at = moment
            note(session, moment, "repository token revoked", current_user.user_id, linking.about(found))
    flash(t("The token is revoked.", "令牌已撤销。"), "success")
    return _back(course, found.user_id)


@pushes.post(f"{ONE}/hook")
@allow(MEMBER)
def hook(course: str, repository: int) -> Answer:
    """A new secret for the webhook, shown this once."""
    if not proof.proven():
        return proof.ask(url_for("pushes.page", course=course))
    key, moment = services().settings.secret_key, services().clock()
    with services().database.write() as session:
        secret = linking.new_hook(session, _own(session, repository), key, moment, current_user.user_id)
    return _page(repository=repository, new_secret=secret), 201


@pushes.post(f"{ONE}/unlink")
@allow(MEMBER)
def unlink(course: str, repository: int) -> Answer:
    """What came from it stays; nothing more comes."""
    with services().database.write() as session:
        found = _own(session, repository)
        linking.unlink(session, found, services().clock(), current_user.user_id)
    flash(t("The repository is no longer linked.", "仓库已解除关联。"), "success")
    return _back(course, found.user_id)


def _own(session: Session, repository: int) -> Repository:
    """The repository of this address, where it is one's own, or where one teaches; else 404."""
    found = session.get(Repository, repository)
    if found is None or found.course_id != course_here().id or found.revoked_at:
        abort(404)
    if found.user_id != current_user.user_id:
        _as_staff()
    return found


def _as_staff() -> None:
    """Who acts for a student teaches here and, where it is asked for, has a second factor."""
    if place().role not in STAFF:
        abort(404)
    if services().settings.production and not current_user.second_factor:
        raise Problem(kinds.FORBIDDEN, WITHOUT_FACTOR)


def _student(session: Session) -> int:
    """Whose the repository is."""
    wanted = request.form.get("student", "")
    if wanted in {"", str(current_user.user_id)}:
        return int(current_user.user_id)
    _as_staff()
    known = {str(key): key for key, _ in listed.students(session, course_here())}
    return known.get(wanted) or abort(404)


def _exercise(session: Session) -> str:
    """The one exercise that it is for, of this course; empty for any."""
    wanted = request.form.get("exercise", "")
    if wanted and wanted not in {one.exercise for one in _assignments(session)}:
        abort(404)
    return wanted


def _assignments(session: Session) -> list[Assignment]:
    """Those that this person may know of."""
    found = session.get_one(Course, course_here().id).assignments
    return [one for one in found if not one.draft or place().role in STAFF]


def _page(mistake: str = "", repository: int = 0, new_token: str = "", new_secret: str = "") -> str:
    """repository: the one whose new token or secret is shown. Staff see a table of all, and one student's in full."""
    staff = place().role in STAFF
    with services().database.read() as session:
        course = session.get_one(Course, course_here().id)
        student = _shown(session, repository) if staff else current_user.user_id
        return render_template(
            "pushes/repositories.html",
            course=course,
            staff=staff,
            student=student,
            shown=listed.repositories(session, services().settings, course, student, services().clock()),
            students=listed.students(session, course) if staff else [],
            exercises=[(one.exercise, title_of(services().catalogue, one.exercise)) for one in _assignments(session)],
            mistake=mistake,
            typed=request.form if mistake else {},
            here=repository,
            new_token=new_token,
            new_secret=new_secret,
            hook_of=lambda one: whole(url_for("hooks.receive", repository=one)),
        )


def _shown(session: Session, repository: int) -> int | None:
    """Whose repositories staff see in full: of whom they ask for, or have just done something for; None for all."""
    if repository:
        return session.get_one(Repository, repository).user_id
    wanted = request.args.get("student", "")
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < LONGEST_NUMBER else None


def _back(course: str, student: int) -> Response:
    """To the page, where staff see what they did."""
    return redirect(url_for("pushes.page", course=course, student=student if place().role in STAFF else None), 303)
