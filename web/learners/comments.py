"""What staff say about a submission: at a line of a file, or about all of it. What was removed is kept, not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.calls import File
from grader.messages import Text
from grader.sentences import place
from grader.showing import visible_line
from web.accounts.journal import note
from web.database.base import Role
from web.database.models import Comment, Submission, User
from web.reports.listing import MOST_LINES

LONGEST = 4000  # characters
NAME = 200  # of a file's name that the table holds


@dataclass(frozen=True)
class Spot:
    """Where a comment stands. file: its place among the files; line: from 1, 0 for the whole submission."""

    file: int = 0
    line: int = 0


@dataclass(frozen=True)
class Said:
    """A comment. file: None where the submission has no such file (any more)."""

    id: int
    author_id: int
    author: str
    spot: Spot
    where: Text
    text: str
    at: datetime


def said(session: Session, submission_id: str, files: Sequence[File]) -> list[Said]:
    """All of a submission, in the order of the files and lines, and of one line as they were written."""
    columns = (Comment.id, Comment.author_id, User.name, Comment.file, Comment.line, Comment.text, Comment.created_at)
    found = select(*columns).join(User, User.id == Comment.author_id)
    shown = found.where(Comment.submission_id == submission_id, Comment.removed_at.is_(None))
    comments = []
    for key, author_id, author, name, line, text, at in session.execute(shown.order_by(Comment.id)):
        spot = _spot(name, line, files)
        comments.append(Said(key, author_id, author, spot, where(spot, files), text, at))
    return sorted(comments, key=lambda one: (one.spot.line > 0, one.spot.file, one.spot.line))


def counts(session: Session, submissions: Sequence[str]) -> dict[str, int]:
    """How many comments each of these has, where it has any."""
    found = select(Comment.submission_id, func.count().label("number")).where(
        Comment.submission_id.in_(submissions), Comment.removed_at.is_(None)
    )
    return {row.submission_id: row.number for row in session.execute(found.group_by(Comment.submission_id))}


def where(spot: Spot, files: Sequence[File]) -> Text:
    """The place in words; empty for the whole submission."""
    if not spot.line:
        return Text("", "")
    name, at = visible_line(files[spot.file].name), place(spot.line, files[spot.file].name, tuple(files))
    return Text(f"{name}, {at.en}", f"{name} {at.zh}") if len(files) > 1 else at


def known(spot: Spot, files: Sequence[File]) -> bool:
    """Whether there is such a place, and it is shown."""
    if spot == Spot():
        return True
    if not 0 <= spot.file < len(files):
        return False
    return 1 <= spot.line <= min(files[spot.file].text.rstrip("\n").count("\n") + 1, MOST_LINES)


def add(
    session: Session, row: Submission, spot: Spot, files: Sequence[File], text: str, who: tuple[int, datetime]
) -> int:
    """The id of the comment. who: (author, moment). The same words of one author at one place are there once."""
    session.scalars(select(Submission.id).where(Submission.id == row.id).with_for_update()).one()
    name = stored(files[spot.file].name) if spot.line else ""
    same = (Comment.author_id == who[0], Comment.file == name, Comment.line == spot.line, Comment.text == text)
    there = session.scalar(
        select(Comment.id).where(Comment.submission_id == row.id, Comment.removed_at.is_(None), *same)
    )
    if there is not None:
        return there
    comment = Comment(submission_id=row.id, author_id=who[0], file=name, line=spot.line, text=text, created_at=who[1])
    session.add(comment)
    session.flush()
    note(session, who[1], "comment", who[0], f"comment {comment.id}", new=text).submission_id = row.id
    return comment.id


def remove(session: Session, comment: Comment, actor: int, moment: datetime) -> None:
    """Nobody sees it any more; the journal keeps it."""
    if comment.removed_at is None:
        comment.removed_at = moment
        line = note(session, moment, "comment removed", actor, f"comment {comment.id}", old=comment.text)
        line.submission_id = comment.submission_id


def may_remove(author_id: int, who: int, role: Role | None) -> bool:
    """Authors their own, instructors any."""
    return author_id == who or role == "instructor"


def stored(name: str) -> str:
    """A file's name as every database takes it."""
    return name.encode("utf-8", "replace").decode().replace("\0", "?")[:NAME]


def _spot(name: str, line: int, files: Sequence[File]) -> Spot:
    place = next((number for number, file in enumerate(files) if stored(file.name) == name), None)
    spot = Spot(place or 0, line)
    return spot if place is not None and known(spot, files) else Spot()
