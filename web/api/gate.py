"""What a token may do, and what a cookie must bring: asked before every view of the interface, so that none forgets."""

from __future__ import annotations

from flask import abort, current_app, request
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from grader.messages import Text
from web import kinds
from web.access import place, rule_of
from web.problems import Problem
from web.pushes.kinds import OTHER_COMMIT, OTHER_REPOSITORY
from web.pushes.origin import Origin, same_repository

CHANGES = frozenset(["POST", "PUT", "PATCH", "DELETE"])
FOR_REPOSITORIES = frozenset(
    f"api.{name}"
    for name in ("whoami", "courses", "exercises", "exercise", "submit", "submissions", "submission", "report")
)


def enforce() -> None:
    """After web.access has found the person and the place."""
    rule = rule_of(request.endpoint or "")
    if rule is None or not rule.signed_in:
        return
    if current_user.token:
        _refuse_forgery()
    _refuse_scope(rule.scope or ("submit" if request.method in CHANGES else "read"))
    if not _within_limits() or (current_user.only_repository and not _of_the_repository()):
        abort(404)


def _refuse_forgery() -> None:
    """A browser sends its cookie for whatever page asks it to; a token is sent by those who know it."""
    if request.method in CHANGES and current_app.config["WTF_CSRF_ENABLED"]:
        csrf: CSRFProtect = current_app.extensions["csrf"]
        csrf.protect()


def _refuse_scope(scope: str) -> None:
    if scope not in current_user.scopes:
        raise Problem(
            kinds.SCOPE,
            Text(
                f"The API token has the scopes {_listed(current_user.scopes)}; this needs `{scope}`.",
                f"这个 API 令牌的权限范围是 {_listed(current_user.scopes)}；这里需要 `{scope}`。",
            ),
            headers={"WWW-Authenticate": f'Bearer realm="chainrule", error="insufficient_scope", scope="{scope}"'},
        )


def _listed(scopes: frozenset[str]) -> str:
    return ", ".join(f"`{scope}`" for scope in sorted(scopes)) or "—"


def _within_limits() -> bool:
    """Whether the address lies within what the token is good for. Lists are narrowed by the views that make them."""
    where = place()
    if where.course and not in_course(where.course.id):
        return False
    return where.exercise is None or in_exercise(where.exercise)


def _of_the_repository() -> bool:
    """A repository's token hands in, and reads what was handed in from there; all else is not for it."""
    submission = place().submission
    if submission is None:
        return request.endpoint in FOR_REPOSITORIES
    return (
        request.endpoint in FOR_REPOSITORIES
        and submission.user_id == current_user.user_id
        and same_repository(submission.repository or "", current_user.only_repository)
    )


def refuse_other_origin(origin: Origin) -> None:
    """A repository's token is good for its commits, and CI's for the one that it runs for. Raises Problem."""
    wanted = current_user.only_repository
    if not wanted:
        return
    if not origin.commit or not same_repository(origin.repository, wanted):
        raise Problem(OTHER_REPOSITORY)
    if current_user.only_commit not in {None, origin.commit}:
        raise Problem(OTHER_COMMIT)


def in_course(course_id: int) -> bool:
    """Whether the person's token is good in this course."""
    return current_user.only_course in {None, course_id}


def in_exercise(exercise: str) -> bool:
    """Whether the person's token is good for this exercise."""
    return current_user.only_exercise in {None, exercise}
