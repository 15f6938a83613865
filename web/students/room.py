"""The room of the students: its blueprint, and the words that its templates may use."""

from __future__ import annotations

from flask import Blueprint

from grader.showing import visible
from web.students import dates

students = Blueprint("students", __name__)
students.add_app_template_filter(dates.moment, "moment")
students.add_app_template_filter(dates.away, "away")
students.add_app_template_filter(dates.zone_words, "zone_words")
students.add_app_template_filter(visible, "visible")
