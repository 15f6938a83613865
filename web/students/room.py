"""The room of the students: its blueprint, and the words that its templates may use."""

from __future__ import annotations

from flask import Blueprint

from grader.showing import visible
from web.students import dates
from web.totals import telling

students = Blueprint("students", __name__)
students.add_app_template_filter(dates.moment, "moment")
students.add_app_template_filter(dates.away, "away")
students.add_app_template_filter(dates.zone_words, "zone_words")
students.add_app_template_filter(visible, "visible")
students.add_app_template_filter(telling.steps, "total_steps")
students.add_app_template_filter(telling.percent, "total_percent")
students.add_app_template_filter(telling.points, "total_points")
students.add_app_template_global(telling.HOW, "total_how")
