"""Comments beside the code of a report: below their lines, and where a line's number leads for those who may write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from flask_login import current_user
from markupsafe import Markup

from grader.calls import File
from grader.messages import Text
from web.access import place
from web.database.base import STAFF
from web.database.models import Submission
from web.languages import t
from web.learners.comments import LONGEST, Said, Spot, known, may_remove, where
from web.reports.listing import Margin

MOST_DIGITS = 6


@dataclass(frozen=True)
class Writing:
    """The form that is open. mistake: why what was written is not taken."""

    spot: Spot
    text: str = ""
    mistake: Text | None = None


def asked(words: Mapping[str, str], files: Sequence[File]) -> Spot | None:
    """The line that an address or a form names; None where there is no such line."""
    spot = Spot(_number(words.get("file", "0")), _number(words.get("line", "0")))
    return spot if known(spot, files) else None


def margin(row: Submission, files: Sequence[File], comments: Sequence[Said], writing: Writing | None) -> Margin:
    """For the listings of a report."""
    staff = place().role in STAFF
    spots = dict.fromkeys(one.spot for one in comments if one.spot.line)
    if staff and writing and writing.spot.line:
        spots[writing.spot] = None
    return Margin(
        below={(files[spot.file].name, spot.line): _below(row, spot, files, comments, writing) for spot in spots},
        addresses={file.name: f"?file={number}&line=" for number, file in enumerate(files)} if staff else {},
        label=t("Comment on line", "给此行写评语："),
    )


def _below(
    row: Submission, spot: Spot, files: Sequence[File], comments: Sequence[Said], writing: Writing | None
) -> Markup:
    here = writing if writing and writing.spot == spot and place().role in STAFF else None
    template = current_app.jinja_env.get_template("learners/_below.html")
    words = beside([one for one in comments if one.spot == spot])
    course = row.assignment.course
    return Markup(  # noqa: S704 - a template has escaped it
        template.render(words, submission=row, course=course, writing=here, where=where(spot, files), longest=LONGEST)
    )


def beside(comments: Sequence[Said]) -> dict[str, object]:
    """What the templates need to show comments: each with whether its reader may remove it."""
    role, reader = place().role, current_user.user_id
    return {"comments": [(one, role in STAFF and may_remove(one.author_id, reader, role)) for one in comments]}


def _number(text: str) -> int:
    """-1 for what is none: there is no such line."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else -1
