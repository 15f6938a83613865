"""Keys for programs: made, shown once, listed, revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.access import SIGNED_IN, allow, teaches
from web.accounts.journal import note
from web.accounts.proof import after_proof
from web.accounts.sessions import digest
from web.database.base import STAFF
from web.database.models import ApiToken, Course, Membership
from web.languages import t
from web.services import services

tokens = Blueprint("tokens", __name__, url_prefix="/account/tokens")

Answer = Response | str | tuple[str, int]
PAGE = "tokens.page"
PREFIX = "chainrule_"  # so that whoever finds one in a repository knows what it is
SCOPES = ("read", "submit")
PUBLISH = "publish"  # for instructors, where the operator lets exercises in
LONGEST = 365  # days
MOST = 20  # at once


@dataclass(frozen=True)
class Wish:
    """What a new token is to be good for. course: None for wherever its owner may go."""

    name: str
    scopes: tuple[str, ...]
    course: int | None
    days: int


@tokens.get("")
@allow(SIGNED_IN)
@after_proof(PAGE)
def page() -> Answer:
    """One's own tokens, and the form for a new one."""
    return _page()


@tokens.post("")
@allow(SIGNED_IN)
@after_proof(PAGE)
def make() -> Answer:
    """A new token, shown this once."""
    token = PREFIX + secrets.token_urlsafe(32)
    with services().database.write() as session:
        wish, mistakes = _wish(session)
        if wish:
            made = _row(wish, token)
            session.add(made)
            session.flush()
            note(session, made.created_at, "token made", made.user_id, f"token {made.id}", new=made.scopes)
    return (_page(shown=token), 201) if wish else (_page(mistakes), 422)


@tokens.post("/<int:key>/revoke")
@allow(SIGNED_IN)
def revoke(key: int) -> Answer:
    """It opens nothing any more."""
    moment = services().clock()
    with services().database.write() as session:
        found = session.get(ApiToken, key)
        if found is None or found.user_id != current_user.user_id:
            abort(404)
        if found.revoked_at is None:
            found.revoked_at = moment
            note(session, moment, "token revoked", found.user_id, f"token {found.id}")
    flash(t("The token is revoked.", "令牌已撤销。"), "success")
    return redirect(url_for(PAGE), 303)


def _row(wish: Wish, token: str) -> ApiToken:
    moment = services().clock()
    return ApiToken(
        digest=digest(token),
        user_id=current_user.user_id,
        course_id=wish.course,
        name=wish.name,
        scopes=" ".join(wish.scopes),
        created_at=moment,
        expires_at=moment + timedelta(days=wish.days),
    )


def _wish(session: Session) -> tuple[Wish | None, dict[str, str]]:
    """What the form asks for, or what has to be mended."""
    form, mistakes = request.form, dict[str, str]()
    name, days = " ".join(form.get("name", "").split()), form.get("days", "")
    scopes = tuple(scope for scope in _offered() if scope in form.getlist("scope"))
    courses = {str(course.id): course.id for course in _courses(session)}
    if not 0 < len(name) <= 100 or not name.isprintable():
        mistakes["name"] = t("Give it a name, in at most 100 letters.", "请填写名称，最多 100 个字。")
    if not scopes:
        mistakes["scope"] = t("Choose at least one thing it may do.", "请至少选择一项权限。")
    if not (days.isascii() and days.isdecimal() and len(days) < 4 and 0 < int(days) <= LONGEST):
        mistakes["days"] = t(f"From 1 to {LONGEST} days.", f"1 到 {LONGEST} 天之间。")
    if form.get("course", "") not in {"", *courses}:
        mistakes["course"] = t("You are not in this course.", "你不在这门课程中。")
    elif form.get("course") and PUBLISH in scopes:
        mistakes["course"] = t(
            "An exercise is published for all courses, so this token is for all of them.",
            "题目发布后对所有课程生效，因此令牌不能只限一门课程。",
        )
    if len(_alive(session)) >= MOST:
        mistakes["name"] = t(f"You have {MOST} tokens. Revoke one first.", f"你已有 {MOST} 个令牌，请先撤销一个。")
    if mistakes:
        return None, mistakes
    return Wish(name, scopes, courses.get(form.get("course", "")), int(days)), {}


def may_publish() -> bool:
    """Whether the operator lets exercises in, and the person of this request teaches somewhere."""
    return services().settings.publish and teaches()


def _offered() -> tuple[str, ...]:
    return (*SCOPES, PUBLISH) if may_publish() else SCOPES


def _courses(session: Session) -> list[Course]:
    found = select(Course).join(Membership, Membership.course_id == Course.id)
    mine = (Membership.user_id == current_user.user_id, Course.draft.is_(False) | Membership.role.in_(STAFF))
    return list(session.scalars(found.where(*mine).order_by(Course.slug)))


def _alive(session: Session) -> list[ApiToken]:
    good = (ApiToken.revoked_at.is_(None), ApiToken.expires_at > services().clock())
    found = select(ApiToken).where(ApiToken.user_id == current_user.user_id, *good)
    return list(session.scalars(found.order_by(ApiToken.id.desc())))


def _page(mistakes: dict[str, str] | None = None, shown: str = "") -> str:
    with services().database.read() as session:
        courses = _courses(session)
        titles = {course.id: t(course.title_en, course.title_zh) for course in courses}
        found = _alive(session)
    return render_template(
        "accounts/tokens.html",
        tokens=found,
        titles=titles,
        choices=[("", t("all my courses", "我的全部课程")), *titles.items()],
        shown=shown,
        mistakes=mistakes or {},
        typed=request.form if mistakes else {},
        chosen=request.form.getlist("scope") if mistakes else ["read"],
        longest=LONGEST,
        may=_offered(),
    )
