"""The page of a course's repositories."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from web.pushes import origin
from web.services import services

pushes = Blueprint("pushes", __name__)


@pushes.app_template_filter("commit_page")
def commit_page(handed_in: Any) -> str:
    """Where the commit of a submission is shown; empty where no listed host has it."""
    if not handed_in.repository or not handed_in.commit:
        return ""
    return origin.commit_page(services().settings.git_hosts, handed_in.repository, handed_in.commit)
