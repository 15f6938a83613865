"""The roster's page: bring a table, look at what it would change, carry it out; and take the present one away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from flask import Response, flash, request, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from web.access import INSTRUCTOR, allow, course_here
from web.accounts.addresses import whole
from web.accounts.invitations import RANKS
from web.accounts.proof import ask, proven
from web.database.models import Course, Membership
from web.languages import say, t
from web.services import services
from web.setup.course_page import Answer
from web.setup.room import PLACE, course_row, course_to_change, setup, shown
from web.setup.roster.applying import Carrying, Link, carry_out
from web.setup.roster.planning import Plan, plan
from web.setup.roster.reading import read_roster
from web.students import downloads
from web.tabular import LARGEST, BadTable, decoded, quoted, written

CSV = "text/csv; charset=utf-8"


@setup.get(f"{PLACE}/roster")
@allow(INSTRUCTOR)
def roster(course: str) -> Answer:  # noqa: ARG001 - enforce() has read the address
    """Where a table is brought."""
    return _page()


@setup.post(f"{PLACE}/roster")
@allow(INSTRUCTOR)
def look_at(course: str) -> Answer:
    """What the table would change; nothing is changed yet."""
    try:
        text = _brought()
        with services().database.read() as session:
            found = _plan(session, text)
    except BadTable as bad:
        return _page(error=say(bad.text)), 422
    if found.acts_on_staff and not proven():
        return _ask(course)
    return _page(plan=found, text=text), 422 if found.mistakes else 200


@setup.post(f"{PLACE}/roster/apply")
@allow(INSTRUCTOR)
def apply(course: str) -> Answer:
    """Carry out what was looked at. The table comes again and is read again: nothing else of the form is believed."""
    text, renew = request.form.get("text", ""), request.form.get("renew") == "1"
    try:
        with services().database.write() as session:
            row = course_to_change(session)
            found = _plan(session, text)
            if found.acts_on_staff and not proven():
                return _ask(course)
            if found.mistakes or found.digest != request.form.get("digest"):
                return _page(plan=found, text=text, moved=True), 409
            links = carry_out(Carrying(session, row, current_user.user_id, services().clock()), found, renew=renew)
    except BadTable as bad:
        return _page(error=say(bad.text)), 422
    except IntegrityError:  # somebody came by a link between our look and our writing
        with services().database.read() as session:
            return _page(plan=_plan(session, text), text=text, moved=True), 409
    return _page(done=found, links=links), 201


@setup.get(f"{PLACE}/roster.csv")
@allow(INSTRUCTOR)
def roster_csv(course: str) -> Response:
    """Who is in the course, as a table that can be changed and brought again."""
    with services().database.read() as session:
        wanted = select(Membership).options(joinedload(Membership.user))
        members = list(session.scalars(wanted.where(Membership.course_id == course_here().id)))
    members.sort(key=lambda one: (-RANKS[one.role], one.user.name, one.user_id))
    rows = [(one.user.email, one.user.name, one.role, one.group) for one in members]
    return downloads.attachment(f"roster-{course}.csv", _table(("email", "name", "role", "group"), rows), CSV)


def _ask(course: str) -> Answer:
    """Who one is; the table has to be brought again then, for nothing keeps it meanwhile."""
    en = "This table makes somebody staff, or changes a role: after you have said who you are, bring it once more."
    flash(t(en, "这份名单涉及教职角色或角色变更：验证身份后请重新上传。"), "warning")
    return ask(url_for("setup.roster", course=course))


def _brought() -> str:
    """The text of the file, or what was written into the page. Raises BadTable."""
    file = request.files.get("file")
    if file is not None and file.filename:
        with file.stream as stream:  # a large one lies in a file of its own until it is closed
            return decoded(stream.read(LARGEST + 1))
    if request.form.get("text", "").strip():
        return decoded(request.form["text"].encode("utf-8", "replace"))
    raise BadTable("Choose a file, or write the table into the page.", "请选择文件，或在网页中填写表格。")


def _plan(session: Session, text: str) -> Plan:
    roster = read_roster(text.encode("utf-8", "replace"))
    return plan(session, course_row(session), roster, current_user.user_id, services().clock())


def _page(
    plan: Plan | None = None,
    text: str = "",
    error: str = "",
    *,
    moved: bool = False,
    done: Plan | None = None,
    links: Iterable[Link] = (),
) -> str:
    made = [(one.name, one.email, whole(url_for("joining.invited", token=one.token))) for one in links]
    kept = b64encode(_table(("name", "email", "link"), made)).decode() if made else ""
    with services().database.read() as session:
        course = session.get_one(Course, course_here().id)
        return shown(
            "roster.html", course, plan=plan, text=text, error=error, moved=moved, done=done, made=made, kept=kept
        )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """No name becomes a formula in a spreadsheet."""
    return written([head, *(tuple(map(quoted, row)) for row in rows)])
