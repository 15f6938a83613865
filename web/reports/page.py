"""A report as one self-contained page: no script, no asset, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.messages import Language, Report
from web.reports.view import ReportView

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent.parent / "static"
SHEETS = ("tokens.css", "report.css", "code.css", "drawing.css")


def page(report: Report, language: Language) -> str:
    """The whole HTML document."""
    style = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("reports/page.html").render(
        view=ReportView(report, language),
        style=Markup(style),  # noqa: S704 - our own style sheets
        digest=digest,
    )
