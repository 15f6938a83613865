"""Who is in a course: members and their roles, invitations, and links for those who forgot their password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from web.access import INSTRUCTOR, STAFF_ONLY, allow, course_here, place
from web.accounts import invitations, keys
from web.accounts.addresses import whole
from web.accounts.invitations import MOST_DAYS, MOST_USES, RANKS, Terms, may_invite
from web.accounts.journal import note, user
from web.accounts.newcomers import EMAIL, mistake_in_group
from web.accounts.proof import ask, proven
from web.database.base import Role
from web.database.models import Course, Invitation, Membership
from web.languages import say, t
from web.services import services

LONGEST_FILTER = 200

people = Blueprint("people", __name__, url_prefix="/courses/<course>/staff/people")

Answer = Response | str | tuple[str, int]
NO_GROUP = "none"


@dataclass(frozen=True)
class Filter:
    """Which members are shown; empty: all. words: in the name or e-mail; group: `=` and its name, or `none`."""

    words: str = ""
    role: str = ""
    group: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filter:
        """From an address; what makes no sense is left out."""
        role, group = arguments.get("role", ""), arguments.get("group", "")[:LONGEST_FILTER]
        group = group if group == NO_GROUP or group.startswith("=") else ""
        return cls(" ".join(arguments.get("words", "")[:LONGEST_FILTER].split()), role if role in RANKS else "", group)

    @property
    def address(self) -> dict[str, Any]:
        """As it stands in an address."""
        return {name: value for name, value in vars(self).items() if value}

    def takes(self, member: Membership) -> bool:
        found = f"{member.user.name} {member.user.email}".casefold()
        group = {"": True, NO_GROUP: not member.group}.get(self.group, self.group == f"={member.group}")
        return self.words.casefold() in found and self.role in {"", member.role} and group


@people.get("")
@allow(STAFF_ONLY)
def page(course: str) -> Answer:  # noqa: ARG001 - enforce() has read the address
    """Members and open invitations."""
    return _page()


@people.post("/invitations")
@allow(STAFF_ONLY)
def invite(course: str) -> Answer:  # noqa: ARG001
    """A new link, shown this once."""
    terms, mistakes = _terms()
    if mistakes or terms is None:
        return _page(mistakes=mistakes), 422
    with services().database.write() as session:
        token = invitations.make(session, course_here(), terms, current_user.user_id, services().clock())
    return _page(link=whole(url_for("joining.invited", token=token))), 201


@people.post("/invitations/<key>/revoke")
@allow(STAFF_ONLY)
def revoke(course: str, key: str) -> Answer:
    """Nobody comes in by this link any more."""
    with services().database.write() as session:
        found = session.get(Invitation, key) or abort(404)
        if found.course_id != course_here().id or not may_invite(place().role, found.role):
            abort(404)
        invitations.revoke(session, found, current_user.user_id, services().clock())
    flash(t("The invitation is revoked.", "邀请已撤销。"), "success")
    return redirect(url_for("people.page", course=course), 303)


@people.post("/<int:member>/role")
@allow(INSTRUCTOR)
def role(course: str, member: int) -> Answer:
    """Make something else of a member. Nobody changes their own role: a course keeps an instructor."""
    if not proven():
        return ask(url_for("people.page", course=course))
    wanted = request.form.get("role", "")
    if wanted not in RANKS or member == current_user.user_id:
        abort(400)
    with services().database.write() as session:
        found = session.get(Membership, (course_here().id, member)) or abort(404)
        if found.role != wanted:
            invitations.change_role(session, found, wanted, current_user.user_id, services().clock())
    flash(t("The role is changed.", "角色已更改。"), "success")
    return redirect(url_for("people.page", course=course), 303)


@people.post("/<int:member>/group")
@allow(INSTRUCTOR)
def group(course: str, member: int) -> Answer:
    """Put a member into a group, or with nothing written into none."""
    wanted = " ".join(request.form.get("group", "").split(" ")).strip()
    mistake = mistake_in_group(wanted)
    if mistake:
        flash(say(mistake), "error")
    else:
        with services().database.write() as session:
            found = session.get(Membership, (course_here().id, member)) or abort(404)
            if found.group != wanted:
                invitations.change_group(session, found, wanted, current_user.user_id, services().clock())
        flash(t("The group is changed.", "小组已更改。"), "success")
    return redirect(url_for("people.page", course=course, **Filter.of(request.args).address), 303)


@people.post("/<int:member>/reset")
@allow(INSTRUCTOR)
def reset(course: str, member: int) -> Answer:
    """A link with which a student chooses a new password. It opens the whole account: see `resettable`."""
    if not proven():
        return ask(url_for("people.page", course=course))
    moment = services().clock()
    with services().database.write() as session:
        found = session.get(Membership, (course_here().id, member)) or abort(404)
        if not resettable(session, member, current_user.user_id):
            flash(
                t(
                    "Only for students with a password, all of whose courses you teach. Others ask the operator.",
                    "只能为设有密码、且所有课程都由你任教的学生重设密码。其他人请联系网站管理员。",
                ),
                "error",
            )
            return redirect(url_for("people.page", course=course), 303)
        token = keys.reset_link(session, member, moment)
        note(session, moment, "reset link made", current_user.user_id, user(member))
        name = found.user.name
    return _page(link=whole(url_for("resets.choose", token=token)), link_for=name), 201


def resettable(session: Session, member: int, asker: int) -> bool:
    """Whether all that somebody is anywhere is a student of the asker's, in an account that has a password.

    Anybody who teaches may put any account into a course of their own; that must not open it.
    """
    found = list(session.scalars(select(Membership).where(Membership.user_id == member)))
    taught = select(Membership.course_id).where(Membership.user_id == asker, Membership.role == "instructor")
    theirs = set(session.scalars(taught))
    return all(one.role == "student" and one.user.password and one.course_id in theirs for one in found)


def _terms() -> tuple[Terms | None, dict[str, str]]:
    """What the form asks for, or what has to be mended."""
    form, mistakes = request.form, dict[str, str]()
    wanted = cast("Role", form.get("role", ""))
    if wanted not in RANKS or not may_invite(place().role, wanted):
        return None, {"role": t("You cannot invite anybody as this.", "你不能以这个角色邀请别人。")}
    email = form.get("email", "").strip().lower() or None
    if email and not EMAIL.fullmatch(email):
        mistakes["email"] = t("Write an e-mail address, or leave this empty.", "请填写邮箱地址，或留空。")
    uses, days = _number(form.get("uses", "1"), MOST_USES[wanted]), _number(form.get("days", "14"), MOST_DAYS)
    if uses is None:
        mistakes["uses"] = t(f"From 1 to {MOST_USES[wanted]}.", f"1 到 {MOST_USES[wanted]} 之间。")
    if days is None:
        mistakes["days"] = t(f"From 1 to {MOST_DAYS}.", f"1 到 {MOST_DAYS} 之间。")
    return (None if mistakes else Terms(wanted, email, uses or 1, days or 1)), mistakes


def _number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) <= most else None


def _page(link: str = "", link_for: str = "", mistakes: dict[str, str] | None = None) -> str:
    with services().database.read() as session:
        course = session.get_one(Course, course_here().id)
        found = select(Membership).options(joinedload(Membership.user)).where(Membership.course_id == course.id)
        everybody = sorted(session.scalars(found), key=lambda one: (-RANKS[one.role], one.user.name))
        links = invitations.usable(session, course.id, services().clock())
        own, chosen = place().role, Filter.of(request.args)
    return render_template(
        "accounts/people.html",
        course=course,
        members=[one for one in everybody if chosen.takes(one)],
        everybody=len(everybody),
        groups=sorted({one.group for one in everybody if one.group}),
        chosen=chosen,
        invitations=[(one, may_invite(own, one.role)) for one in links],
        roles=[role for role in RANKS if may_invite(own, role)],
        own=own,
        link=link,
        link_for=link_for,
        mistakes=mistakes or {},
        typed=request.form if mistakes else {},
    )
