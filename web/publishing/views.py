"""Where `grader publish` sends an edition of an exercise. It is read as text here; the workers run it."""

from __future__ import annotations

from flask import Response
from flask_login import current_user

from grader.editions import Editions
from grader.errors import ExerciseError
from grader.messages import Text
from grader.reading import Sheet
from web import kinds
from web.access import PUBLISHER, allow, teaches
from web.api import reading
from web.api.describing import describe
from web.api.editions import Edition, SentEdition
from web.api.models import Words
from web.api.views import api
from web.problems import Problem
from web.publishing import announcing
from web.publishing.receiving import Unfit, check_files, check_sheet, unreadable
from web.services import services

NOT_HERE = Text(
    "Nothing is published here: the operator has to allow it with GRADER_PUBLISH=1.",
    "这里不能发布题目：需要运维人员设置 GRADER_PUBLISH=1。",
)
FOR_ALL = Text(
    "An exercise is published for all courses, and this token is good for one.",
    "题目发布后对所有课程生效，而这个令牌只限一门课程。",
)
NO_TEACHER = Text("Only instructors publish exercises.", "只有教师才能发布题目。")


@api.post("/editions/<exercise>")
@allow(PUBLISHER)
@describe(
    "Publish an edition of an exercise",
    {
        201: (Edition, "From now on this edition is handed out, and what is handed in is judged by it."),
        200: (Edition, "This edition was the present one already; its translation may be another now."),
    },
    problems=(400, 404, 413, 422),
    takes=SentEdition,
)
def publish(exercise: str) -> Response:
    """What was handed in before keeps its edition and its grade, until somebody regrades it.

    Needs a token with the scope `publish`. Exercises run in the workers, outside the box: the operator decides.
    """
    _refuse_strangers()
    sent = reading.body(SentEdition)
    files = {file.path: file.text for file in sent.files}
    if len(files) < len(sent.files):
        raise Problem(kinds.INVALID, errors=(("files", "names a path twice"),))
    try:
        sheet, before = _keep(exercise, files)
    except Unfit as error:
        raise Problem(kinds.UNREADABLE, error.text) from error
    made = Edition(
        exercise=exercise, edition=sheet.edition, before=before or None, title=Words.model_validate(sheet.title)
    )
    return reading.answer(made, 200 if before == sheet.edition else 201)


def _keep(exercise: str, files: dict[str, str]) -> tuple[Sheet, str]:
    """The sheet, and the edition before: of those published, else of those installed. Raises Unfit."""
    check_files(exercise, files)
    try:
        with Editions(announcing.folder_of(services())).drafted(
            exercise, files, lambda sheet: check_sheet(sheet, files)
        ) as draft:
            known = services().catalogue.get(exercise)
            before = known.edition if known else ""
            if draft.is_new:
                announcing.publish(services(), draft, before, current_user.user_id)
            return draft.sheet, before
    except ExerciseError as error:
        raise unreadable(error) from error


def _refuse_strangers() -> None:
    """An old token outlives a role and a setting."""
    if not services().settings.publish:
        raise Problem(kinds.FORBIDDEN, NOT_HERE)
    if not teaches():
        raise Problem(kinds.FORBIDDEN, NO_TEACHER)
    if current_user.only_course is not None:
        raise Problem(kinds.FORBIDDEN, FOR_ALL)
