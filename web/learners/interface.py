"""The comments of a submission, for programs."""

from __future__ import annotations

from flask import Response

from web.access import OWNER_OR_STAFF, allow
from web.api import models, reading
from web.api.describing import describe
from web.api.views import api
from web.database.models import Submission
from web.learners.comments import said
from web.services import services
from web.students.submitted import files_of


@api.get("/submissions/<submission>/comments")
@allow(OWNER_OR_STAFF)
@describe("What staff said of it", {200: (models.Comments, "By files and lines.")}, problems=(404,))
def comments(submission: str) -> Response:
    """Comments on the whole submission come first."""
    with services().database.read() as session:
        files = files_of(session.get_one(Submission, submission))
        items = [
            models.Comment(
                author=one.author,
                created_at=one.at,
                text=one.text,
                file=files[one.spot.file].name if one.spot.line else None,
                line=one.spot.line or None,
            )
            for one in said(session, submission, files)
        ]
    return reading.answer(models.Comments(items=items))
