"""Forms that cannot be taken, but are not thrown away: a lost token, a session that has ended, too many at once."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, current_app, flash, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized

from grader.messages import Text
from web import kinds
from web.languages import say
from web.problems import Problem, http_problem, is_api

Answer = Response | HTTPException | tuple[str, int]
HANDING_IN, EXERCISE = "students.hand_in", "students.exercise"
SAFE = frozenset(["GET", "HEAD", "OPTIONS"])
FOREIGN = Text("This form was on another site, so nothing was done.", "这个表单来自其他网站，没有执行任何操作。")


def catch(app: Flask) -> None:
    """Answer for forms without a valid token, and for forms of a person whose session has ended."""
    app.register_error_handler(CSRFError, lost_token)
    app.register_error_handler(401, signed_out)


def refuse_foreign() -> Response | None:
    """A form on another site's page comes without our cookie; any page in answer would set a new one, and sign out."""
    if request.method in SAFE or request.headers.get("Sec-Fetch-Site") != "cross-site":
        return None
    if is_api():
        raise Problem(kinds.FORBIDDEN, FOREIGN)
    return Response(f"{FOREIGN.en}\n", 403, mimetype="text/plain")


def exercise_again(message: Text) -> str:
    """The page of the exercise with what was written into its form; empty where it was no such form."""
    if request.endpoint != HANDING_IN or not current_user.is_authenticated:
        return ""
    flash(say(message), "warning")
    return cast("str", current_app.view_functions[EXERCISE](**(request.view_args or {})))


def lost_token(error: CSRFError) -> Answer:
    """The token proves that the form came from our page: without it nothing is done, but what was written stays."""
    page = exercise_again(
        Text(
            "This page had been open for too long, so nothing was handed in. Your text is still here: "
            "look at it and hand it in again. A file has to be chosen again.",
            "页面打开太久，这次没有提交成功。你写的内容还在：请检查后重新提交；文件需要重新选择。",
        )
    )
    return (page, 400) if page else http_problem(error)


def signed_out(error: Unauthorized) -> Answer:
    """A form came after the session had ended: sign in first, and what was written travels along."""
    if is_api():
        return http_problem(error)
    kept = request.form.get("code", "").replace("\r\n", "\n")
    wanted = request.path if kept else ""
    page = render_template("accounts/sign_in.html", email="", wanted=wanted, kept=kept, ended=True, providers=())
    return page, 401
