"""The site with pages that show every piece: for tests of the design, and to look at it.

`python -m tests.browser.gallery` serves it; /gallery, /problem, /statement/NAME, /report/NAME.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from flask import render_template, render_template_string
from jinja2 import ChoiceLoader, FileSystemLoader

from grader.messages import Report
from grader.plain import from_plain
from web.access import ANYONE, allow
from web.application import create_app
from web.languages import language
from web.reports.view import ReportView
from web.services import Services
from web.settings import Settings
from web.statements import statement

HERE = Path(__file__).parent
SHEET = """{% extends "base.html" %}{% from "_statement.html" import statement %}
{% block head %}{% include "_katex.html" %}{% endblock %}{% block title %}{{ view.plain_title }}{% endblock %}
{% block main %}<div class="split"><div><h1>{{ view.title }}</h1>{{ statement(view) }}</div>
<aside><div class="box"><h2>{{ t("Hand in", "提交") }}</h2><p>…</p></div></aside></div>{% endblock %}"""
REPORT = """{% extends "base.html" %}{% from "reports/_report.html" import report %}
{% block head %}{% include "_katex.html" %}{% endblock %}{% block title %}{{ view.plain_title }}{% endblock %}
{% block main %}{{ report(view) }}{% endblock %}"""


def gallery(home: Path, reports: dict[str, Report]):
    """The site, with these pages besides its own."""
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'gallery.db'}",
        redis_url=f"unix://{home / 'nobody'}",
        secret_key="for a gallery only, nobody signs in",
        exercises=HERE.parent.parent / "assignments",
    )
    app = create_app(settings, Services.of(settings))
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(HERE / "templates")])
    catalogue = Services.of(settings).catalogue
    words = {"title": "There is no such page", "what": "Perhaps it has moved.", "todo": "Begin at the start page."}
    pages = {
        "/gallery": lambda: render_template("gallery.html"),
        "/problem": lambda: render_template("problem.html", code=404, **words),
        "/statement/<name>": lambda name: render_template_string(SHEET, view=statement(catalogue[name], language())),
        "/report/<name>": lambda name: render_template_string(REPORT, view=ReportView(reports[name], language())),
    }
    for address, page in pages.items():
        app.add_url_rule(address, address, allow(ANYONE)(page))
    return app


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    found = {path.stem: from_plain(Report, json.loads(path.read_text())) for path in folder.glob("*.json")}
    shown = gallery(Path(tempfile.mkdtemp()), found)
    shown.config["TEMPLATES_AUTO_RELOAD"] = True
    shown.run(port=8123)
