"""What the interface takes and gives: pydantic models, from which the OpenAPI document is made.

Only what is named here ever leaves: a seed or a ticket has no field to leave by.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from web.database.base import Counts, Role
from web.pushes.origin import BRANCH, COMMIT, REPOSITORY, as_kept


def _sayable(value: Any) -> Any:
    """Half a character, as a program can print it, cannot be sent: it is written out."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


Said = Annotated[str, BeforeValidator(_sayable)]
Address = Annotated[str, Field(description="A path on this site.", examples=["/api/v1/courses/backprop/exercises"])]


class Model(BaseModel):
    """What all share: nothing unknown, made from our own objects by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Words(Model):
    r"""A text in both languages. `$…$` encloses a formula in TeX, `\$` is a dollar."""

    en: Said
    zh: Said


# People, courses, exercises ------------------------------------------------------------------------


class Who(Model):
    """Whoever sends this request, and what the token (or the session) is good for."""

    name: str
    email: str
    by: Literal["token", "session"]
    scopes: list[Literal["read", "submit", "publish"]]
    course: str | None = Field(description="The one course that the token is good for; null for all.")
    exercise: str | None = Field(description="The one exercise that the token is good for; null for all.")


class Course(Model):
    """A course that one is in."""

    course: str = Field(description="Its name in addresses.", examples=["backprop"])
    title: Words
    role: Role
    counts: Counts = Field(description="Which of one's submissions counts.")
    timezone: str = Field(examples=["Asia/Shanghai"])
    exercises: Address


class Courses(Model):
    """All of them."""

    items: list[Course]


class Chapter(Model):
    """A part of a course."""

    name: str
    title: Words


class Exercise(Model):
    """An exercise as it is set in a course."""

    exercise: str = Field(description="Its name in addresses.", examples=["product_gradient"])
    course: str
    title: Words
    chapter: Chapter
    points: float
    opens_at: datetime | None
    deadline: datetime | None = Field(description="With an extension, where there is one.")
    closes_at: datetime | None = Field(description="When the last late work is taken in.")
    attempts: int | None = Field(description="How many are allowed; null for any number.")
    attempts_used: int = Field(description="Those that we could not grade are not among them.")
    attempts_left: int | None = Field(description="null for any number.")
    next_attempt_at: datetime | None = Field(description="Where none is left: when one comes back, if one does.")
    url: Address
    submissions: Address = Field(description="Where to hand in.")


class Exercises(Model):
    """Those of a course."""

    items: list[Exercise]


class PublicCheck(Model):
    """A check whose inputs and answers are shown."""

    check: str
    title: Words
    points: float


class Sheet(Exercise):
    """An exercise with all that is needed to work on it."""

    statement: Words = Field(description="Markdown.")
    starter: Words = Field(description="The file to begin with, with comments in either language.")
    checks: list[PublicCheck]
    hidden_checks: int = Field(description="How many more there are, of which only title and verdict will be shown.")


# Handing in ----------------------------------------------------------------------------------------

NAME = r"^[^/\\\u0000-\u001f\u007f]{1,195}\.(py|ipynb)$"


class SentFile(Model):
    """One file as text."""

    name: str = Field(pattern=NAME, examples=["solution.py"])
    text: str = Field(min_length=1, max_length=2_000_000, examples=["def product_backward(x, w, upstream): ..."])


class From(Model):
    """Which commit the files are of. A commit is handed in once: sent again, it is the same submission."""

    commit: str | None = Field(default=None, pattern=COMMIT, examples=["f3dbd36c6c4b1f5f0ab9d93d3f1a0f1ea1c0ffee"])
    branch: str | None = Field(default=None, pattern=BRANCH, examples=["main"])
    repository: Annotated[str | None, BeforeValidator(as_kept)] = Field(
        default=None,
        pattern=REPOSITORY,
        max_length=400,
        description="Its address, without a password in it. It is kept so, also where it is sent as git writes it.",
        examples=["https://github.com/ada/homework"],
    )


class Sent(From):
    """What is handed in as JSON. All files together may have two megabytes."""

    files: list[SentFile] = Field(min_length=1, max_length=50)


class _Handed(Model):
    """What is known of every submission."""

    submission: str = Field(examples=["0bJlDo1yTWqVJxFv"])
    course: str
    exercise: str
    number: int = Field(description="Which attempt it is, counted from 1.")
    created_at: datetime
    commit: str | None = Field(description="Of a repository, where it comes from one.")
    branch: str | None
    repository: str | None
    url: Address
    page: Address = Field(description="For people.")


class Waiting(_Handed):
    """Committed: it will be graded, whatever happens to us. Ask again, with `?wait=20`."""

    state: Literal["waiting"] = "waiting"
    before: int = Field(description="How many are graded before this one.")


class Running(_Handed):
    """A worker has it."""

    state: Literal["running"] = "running"
    done: int = Field(description="Checks that are done.")
    of: int = Field(description="Checks that there are; 0 while that is not known.")


class Graded(_Handed):
    """There is a grade."""

    state: Literal["graded"] = "graded"
    points: float | None = Field(description="null until it is published.")
    out_of: float | None
    report: Address


class Ours(_Handed):
    """A fault of ours: nothing was counted and no attempt was used up."""

    state: Literal["ours"] = "ours"
    text: Words


Stand = Waiting | Running | Graded | Ours


class Submission(RootModel[Annotated[Stand, Field(discriminator="state")]]):
    """Where a submission stands: `state` says which of these it is."""


class Submissions(Model):
    """One's own, the newest first."""

    items: list[Submission]
    next: Address | None = Field(description="Where the older ones are; null at the end.")


class Comment(Model):
    """What somebody who teaches the course says. file, line: null for the whole submission; lines count from 1."""

    author: Said
    created_at: datetime
    text: Said
    file: Said | None
    line: int | None


class Comments(Model):
    """All of a submission."""

    items: list[Comment]


# Errors --------------------------------------------------------------------------------------------


class Mistake(Model):
    """One mistake of a request."""

    where: str = Field(examples=["files.0.name"])
    what: str


class Problem(Model):
    """RFC 9457. `title` and `detail` are in the language of Accept-Language; `request` finds the log."""

    type: str = Field(examples=["urn:problem-type:chainrule:no-attempts"])
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str
    request: str
    errors: list[Mistake] | None = Field(default=None, description="Only where the request has mistakes.")
