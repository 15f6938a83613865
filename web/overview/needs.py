"""What needs a teacher today, in a few sentences: each says what it is, and leads to where something can be done."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any, Literal

from grader.messages import Text
from grader.showing import visible
from web.overview.attention import worries
from web.overview.classroom import Classroom
from web.overview.exercises import meaning
from web.overview.statistics import Stuck

Kind = Literal["ours", "drafts", "stuck", "silent", "strange", "regrade", "edition", "former", "gone", "soon", "note"]
SHAPES: dict[Kind, str] = {
    "ours": "!",
    "drafts": "○",
    "stuck": "↻",
    "silent": "…",
    "strange": "?",
    "regrade": "⇄",
    "edition": "✎",
    "former": "≠",
    "gone": "✗",
    "soon": "◷",
    "note": "⚑",
}
MOST = 3  # sentences of one kind; of the others it is said how many they are
ENOUGH = 10  # students who have begun, before their number says something
FAR = 0.25  # below the middle of the course's pass rates, a rate is strange
NEAR = timedelta(days=3)  # to a deadline


@dataclass(frozen=True)
class Need:
    """One sentence. place: the endpoint where it leads, and the words of its address besides the course.

    publication: one that it tells of, to be taken note of.
    """

    kind: Kind
    text: Text
    link: Text
    place: str
    words: dict[str, Any] = field(default_factory=dict)
    publication: int = 0

    @property
    def shape(self) -> str:
        return SHAPES[self.kind]


def needs(room: Classroom) -> tuple[Need, ...]:
    """The most urgent first."""
    kinds = (_ours, _drafts, _stuck, _silent, _strange, _regrades, _editions, _former, _gone, _soon, _notes)
    return tuple(need for kind in kinds for need in list(kind(room))[:MOST])


def _ours(room: Classroom) -> Iterator[Need]:
    if room.ours:
        noun = "1 submission" if room.ours == 1 else f"{room.ours} submissions"
        said = Text(
            f"We could not grade {noun}: our fault. Nothing was counted.",
            f"有 {room.ours} 份提交因我们的故障未能评分，没有计分。",
        )
        yield Need("ours", said, Text("See which", "查看"), "staff.submissions", {"state": "ours"})


def _drafts(room: Classroom) -> Iterator[Need]:
    """A new course: nothing happens in it until somebody publishes something."""
    if room.lines and all(line.terms.draft for line in room.lines):
        said = Text("No exercise is published yet: students see none.", "还没有发布题目，学生看不到任何内容。")
        yield Need("drafts", said, Text("Publish", "去发布"), "setup.exercises")


def _stuck(room: Classroom) -> Iterator[Need]:
    circling = [line for line in room.lines if line.stuck and line.running(room.now)]
    for line in sorted(circling, key=lambda line: -len(line.stuck or ())):
        count, often = len(line.stuck or ()), _most_often(line.stuck or ())
        who = "1 student is stuck at" if count == 1 else f"{count} students are stuck at"
        said = Text(
            f"{who} “{line.title.en}”{often.en}.",
            f"{count} 名学生卡在《{line.title.zh}》{often.zh}。",
        )
        words = {"exercise": line.assignment.exercise, "show": "stuck"}
        yield Need("stuck", said, Text("Who", "看是谁"), "overview.students", words)


def _most_often(circling: Sequence[Stuck]) -> Text:
    """The misconception at which more than half of several are stuck, in words; nothing where there is none."""
    often = Counter(code for one in circling for code in one.codes).most_common(1)
    if not often or often[0][1] * 2 <= len(circling) or len(circling) == 1:
        return Text("", "")
    code, stands_for = often[0][0], meaning(often[0][0])
    return Text(
        f". Most often: {stands_for.en.rstrip('.')} ({code})", f"，多半是：{stands_for.zh.rstrip('。')}（{code}）"
    )


def _silent(room: Classroom) -> Iterator[Need]:
    count = len(worries(room))
    if count:
        who = "1 student has" if count == 1 else f"{count} students have"
        said = Text(
            f"{who} gone silent, or {'is' if count == 1 else 'are'} stuck at several exercises at once.",
            f"{count} 名学生近期没有动静，或同时卡在几道题上。",
        )
        yield Need("silent", said, Text("Who may need a word", "看谁需要关心"), "overview.attention")


def _strange(room: Classroom) -> Iterator[Need]:
    """An exercise that far fewer pass than the others: too hard, or wrong itself."""
    tried = [line for line in room.lines if line.summary.submitted >= ENOUGH and line.terms.opened(room.now)]
    usual = statistics.median(line.summary.rate or 0.0 for line in tried) if tried else 0.0
    for line in tried:
        rate = line.summary.rate or 0.0
        if usual - rate >= FAR and not line.running(room.now):
            said = Text(
                f"Only {rate:.0%} of those who began “{line.title.en}” have passed; elsewhere it is about {usual:.0%}.",
                f"《{line.title.zh}》只有 {rate:.0%} 的学生通过，其他题目约为 {usual:.0%}。",
            )
            words = {"exercise": line.assignment.exercise}
            yield Need("strange", said, Text("Where it goes wrong", "看错在哪里"), "overview.exercise", words)


def _regrades(room: Classroom) -> Iterator[Need]:
    for number in room.regrades:
        title = room.line(number).title
        said = Text(
            f"A regrade of “{title.en}” is ready to be published.", f"《{title.zh}》的重新评分已完成，等待发布。"
        )
        yield Need("regrade", said, Text("Who gains, who loses", "看谁加分、谁减分"), "regrades.page")


def _editions(room: Classroom) -> Iterator[Need]:
    """Whoever publishes changes an exercise for all courses."""
    for number, published in room.published.items():
        line, name = room.line(number), _literal(published.by)
        said = Text(
            f"{name} has published another edition of “{line.title.en}” for all courses: "
            "it is handed out now, and what is handed in is judged by it.",
            f"{name} 发布了《{line.title.zh}》的新版本，对所有课程生效：现在发放的是新版，新的提交也按新版评分。",
        )
        words = {"exercise": line.assignment.exercise}
        yield Need("edition", said, Text("Read it", "查看题目"), "students.exercise", words, published.id)


def _former(room: Classroom) -> Iterator[Need]:
    for line in room.lines:
        if line.former and line.assignment.id not in room.regrades:
            title = line.title.en
            one, more = f"1 submission of “{title}” was", f"{line.former} submissions of “{title}” were"
            said = Text(
                f"{one if line.former == 1 else more} graded by an older edition of it.",
                f"《{line.title.zh}》有 {line.former} 份提交是按旧版题目评分的。",
            )
            yield Need("former", said, Text("Grade them again", "重新评分"), "regrades.page")


def _gone(room: Classroom) -> Iterator[Need]:
    for line in room.lines:
        if not line.known:
            said = Text(
                f"“{line.title.en}” has left the catalogue: nothing can be handed in.",
                f"《{line.title.zh}》已从题库移除，无法提交。",
            )
            yield Need("gone", said, Text("Set-up", "课程设置"), "setup.page")


def _soon(room: Classroom) -> Iterator[Need]:
    for line in room.lines:
        due, missing = line.terms.deadline, line.summary.not_begun
        if due and missing and line.running(room.now) and timedelta() < due - room.now <= NEAR:
            left = _left(due - room.now)
            who = "1 student has not begun" if missing == 1 else f"{missing} students have not begun"
            said = Text(
                f"“{line.title.en}” is due in {left.en}, and {who}.",
                f"《{line.title.zh}》还有{left.zh}截止，{missing} 名学生尚未开始。",
            )
            words = {"exercise": line.assignment.exercise, "show": "not-begun"}
            yield Need("soon", said, Text("Who", "看是谁"), "overview.students", words)


def _left(rest: timedelta) -> Text:
    hours = ceil(rest / timedelta(hours=1))
    if hours < 48:
        return Text(f"{hours} hours" if hours != 1 else "an hour", f" {hours} 小时")
    return Text(f"{round(hours / 24)} days", f" {round(hours / 24)} 天")


def _notes(room: Classroom) -> Iterator[Need]:
    for note in room.notes:
        line, name, note_text = room.line(note.assignment_id), _literal(note.name), _literal(note.text)
        said = Text(f"{name}, “{line.title.en}”: {note_text}", f"{name}，《{line.title.zh}》：{note_text}")
        words = {"member": note.user_id, "exercise": line.assignment.exercise}
        yield Need("note", said, Text("Open", "打开"), "learners.exercise", words)


def _literal(text: str) -> str:
    """What people typed: a dollar in it begins no formula."""
    return visible(text).replace("$", r"\$")
