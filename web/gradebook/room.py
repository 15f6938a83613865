"""The room of the gradebook: its blueprint, and whom its addresses name."""

from __future__ import annotations

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from web.access import course_here
from web.database.models import Membership, User
from web.gradebook.drawing import rounded

gradebook = Blueprint("gradebook", __name__)
gradebook.add_app_template_filter(rounded, "rounded")


def student_here(session: Session, member: int) -> User:
    """A student of this course, or 404."""
    membership = session.get(Membership, (course_here().id, member)) or abort(404)
    return membership.user if membership.role == "student" else abort(404)
