"""What the header offers to staff, within their course."""

from __future__ import annotations

from flask import current_app, g, request, url_for

from web.database.base import STAFF
from web.languages import t


def navigation() -> dict[str, object]:
    """For every template: (text, address, whether one is there)."""
    here = g.get("place")
    if here is None or here.course is None or here.role not in STAFF:
        return {}
    slug = here.course.slug
    known = [(name, text) for name, text in _pages() if name in current_app.view_functions]
    return {"nav": [(text, url_for(name, course=slug), _is_here(name)) for name, text in known]}


def _pages() -> tuple[tuple[str, str], ...]:
    return (
        ("overview.page", t("Class", "班级")),
        ("students.course", t("Exercises", "题目")),
        ("staff.submissions", t("Submissions", "提交记录")),
        ("gradebook.page", t("Gradebook", "成绩册")),
        ("regrades.page", t("Regrades", "重新评分")),
        ("people.page", t("People", "成员")),
        ("setup.page", t("Set-up", "课程设置")),
    )


def _is_here(name: str) -> bool:
    """A room's other pages belong to its first, and each student's to those of the people."""
    endpoint = (request.endpoint or "").replace("learners.", "people.", 1)
    return endpoint == name or (name.endswith(".page") and endpoint.startswith(name.removesuffix("page")))
