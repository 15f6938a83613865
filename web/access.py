"""Who may open which page. Every view names its rule; one without a rule is shown to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grader.messages import Text
from web import kinds
from web.database.base import STAFF, Role
from web.database.models import Assignment, Course, Membership, Submission
from web.problems import Problem
from web.services import services

WITHOUT_FACTOR = Text(
    "Whoever teaches needs a second factor here. Set it up on your account page, then make a new token.",
    "教职人员必须开启两步验证。请在账号页面设置，然后新建令牌。",
)

View = TypeVar("View", bound=Callable[..., Any])

# Asked at every request, so that they are built once: to build one takes longer than to ask it.
MINE = and_(Membership.course_id == Course.id, Membership.user_id == bindparam("person"))
BY_SLUG = select(Course, Membership.role).outerjoin(Membership, MINE).where(Course.slug == bindparam("slug"))
BY_SUBMISSION = (
    select(Course, Membership.role, Submission, Assignment.exercise)
    .join(Assignment, Assignment.course_id == Course.id)
    .join(Submission, Submission.assignment_id == Assignment.id)
    .outerjoin(Membership, MINE)
    .where(Submission.id == bindparam("submission"))
)
ASSIGNMENT = select(Assignment).where(
    Assignment.course_id == bindparam("course"), Assignment.exercise == bindparam("exercise")
)


@dataclass(frozen=True)
class Place:
    """What the address of a page is about, and what the person who asks is there (None: nothing)."""

    role: Role | None = None
    course: Course | None = None
    submission: Submission | None = None
    exercise: str | None = None


@dataclass(frozen=True)
class Rule:
    """`signed_in`: whether one must be; `allows` is asked about the place; `staff`: only staff come in by it.

    scope: what a program's token must be good for, where that is neither to read nor to hand in.
    """

    name: str
    signed_in: bool
    allows: Callable[[Place], bool]
    staff: bool = False
    scope: str = ""


ANYONE = Rule("anyone", signed_in=False, allows=lambda _: True)
CARRIES_PROOF = Rule("anyone: the request itself carries its proof", signed_in=False, allows=lambda _: True)
SIGNED_IN = Rule("signed in", signed_in=True, allows=lambda _: True)
MEMBER = Rule("member of the course", signed_in=True, allows=lambda place: place.role is not None)
STAFF_ONLY = Rule("staff of the course", signed_in=True, allows=lambda place: place.role in STAFF, staff=True)
INSTRUCTOR = Rule(
    "instructor of the course", signed_in=True, allows=lambda place: place.role == "instructor", staff=True
)
TEACHES = Rule("instructor of some course", signed_in=True, allows=lambda _: teaches(), staff=True)
OWNER_OR_STAFF = Rule(
    "owner of the submission, or staff of its course",
    signed_in=True,
    allows=lambda place: (
        place.submission is not None
        and place.role is not None
        and (place.submission.user_id == current_user.user_id or place.role in STAFF)
    ),
)

PUBLISHER = Rule(
    "instructor with a token to publish",
    signed_in=True,
    allows=lambda _: "publish" in current_user.scopes,
    staff=True,
    scope="publish",
)


def allow(rule: Rule) -> Callable[[View], View]:
    """Mark a view with the rule that opens it."""

    def mark(view: View) -> View:
        view.rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(endpoint: str) -> Rule | None:
    """The rule of a view; None where it has none."""
    return cast("Rule | None", getattr(current_app.view_functions.get(endpoint), "rule", None))


def enforce() -> Response | None:
    """Before every request. A stranger is led to sign in; who may not see a page does not learn that it exists."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    rule = rule_of(request.endpoint)
    if rule is None:
        abort(500, f"{request.endpoint} has no rule")
    if rule.signed_in and not current_user.is_authenticated:
        if request.blueprint == "api" or request.form.get("code"):
            abort(401)  # what was written for an exercise is shown again: web/accounts/again.py
        return redirect(url_for("accounts.sign_in", next=_wanted()))
    g.place = _place(request.view_args or {}) if current_user.is_authenticated else Place()
    if not rule.allows(g.place):
        abort(404)
    return _second_factor(rule, g.place)


def _second_factor(rule: Rule, place: Place) -> Response | None:
    """In production, staff see and change others' work only with a second factor: without one they are led to it."""
    if not services().settings.production or not as_staff(rule, place) or current_user.second_factor:
        return None
    if request.blueprint == "api":
        raise Problem(kinds.FORBIDDEN, WITHOUT_FACTOR)
    return redirect(url_for("second_factor.page", next=_wanted()))


def as_staff(rule: Rule, place: Place) -> bool:
    """Whether somebody comes in by what they are in the course, and not to what is their own."""
    others = place.submission is not None and place.submission.user_id != current_user.user_id
    return rule.staff or (place.role in STAFF and others)


def teaches() -> bool:
    """Whether whoever asks is an instructor, wherever it is."""
    mine = select(Membership.course_id).where(
        Membership.user_id == current_user.user_id, Membership.role == "instructor"
    )
    with services().database.read() as session:
        return session.scalar(mine.limit(1)) is not None


def place() -> Place:
    """What this request is about, as `enforce` found it."""
    found: Place = g.place
    return found


def course_here() -> Course:
    """The course of this address, or 404."""
    return place().course or abort(404)


def assignment_here(session: Session, exercise: str) -> Assignment:
    """The exercise of this address in its course, or 404; a draft is there for staff only."""
    found = session.scalar(ASSIGNMENT, {"course": course_here().id, "exercise": exercise})
    if found is None or (found.draft and place().role not in STAFF):
        abort(404)
    return found


def _wanted() -> str:
    """Where to go after signing in: back, where that can be done by following a link."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter and adapter.test(request.path, method="GET") else ""


def _place(arguments: dict[str, Any]) -> Place:
    """From the address's own words: `submission` an id, `course` a slug. Not found looks like not allowed."""
    person = {"person": current_user.user_id}
    with services().database.read() as session:
        if "submission" in arguments:
            found = session.execute(BY_SUBMISSION, {**person, "submission": arguments["submission"]}).first()
            return _there(*found) if found else Place()
        if "course" in arguments:
            known = session.execute(BY_SLUG, {**person, "slug": arguments["course"]}).first()
            return _there(*known, None, arguments.get("exercise")) if known else Place()
    return Place()


def _there(course: Course, role: Role | None, submission: Submission | None, exercise: str | None) -> Place:
    return Place(_acting(role, course) if role else None, course, submission, exercise)


def _acting(role: Role, course: Course) -> Role | None:
    """A repository's token lies in its CI, where others may read it: it hands in as a student does.

    In a course that is a draft there are no students yet.
    """
    acting: Role = "student" if current_user.only_repository else role
    return None if course.draft and acting == "student" else acting
