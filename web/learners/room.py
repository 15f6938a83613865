"""The room's blueprint."""

from __future__ import annotations

from flask import Blueprint

learners = Blueprint("learners", __name__)
PERSON = "/courses/<course>/staff/students/<int:member>"  # one student
EXERCISE = f"{PERSON}/<exercise>"  # and one exercise
