"""The differences for eyes, for a page, and for programs: lines, Markdown, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cli.regrade.difference import Change, counts
from cli.regrade.stored import Score
from grader import words
from grader.messages import Language, Text
from grader.showing import visible_line

HEADINGS = (Text("exercise", "题目"), Text("student", "学生"), Text("attempt", "次数"),
            Text("before", "之前"), Text("now", "现在"), Text("by", "变化"), Text("why", "原因"))  # fmt: skip
WORDS = {
    "gains": Text("gain", "分数提高"),
    "loses": Text("lose", "分数降低"),
    "same": Text("stay as they were", "不变"),
    "new": Text("had no score before", "之前没有分数"),
    "unreadable": Text("cannot be read", "无法读取"),
}
ATTEMPT = Text("attempt {number}", "第 {number} 次")
NOTHING = Text("Nobody's score changes.", "没有人的分数变化。")
SHAPES = {True: "✓", False: "✗", None: "○"}


def summary(changes: tuple[Change, ...], language: Language) -> str:
    """How many gain, lose, and so on; those of which there are none are left out, but who gains and who loses."""
    told = {name: count for name, count in counts(changes).items() if count or name in {"gains", "loses"}}
    return (", " if language == "en" else "，").join(f"{count} {WORDS[name](language)}" for name, count in told.items())


def rows(changes: tuple[Change, ...], language: Language) -> Iterator[tuple[str, ...]]:
    """What differs, who loses first in each exercise, as words."""
    order = ("loses", "unreadable", "gains", "new", "same")
    for change in sorted(changes, key=lambda one: (one.stored.exercise, order.index(one.direction))):
        if change.direction not in {"same", "new"}:
            before, now = change.stored.score, change.now
            by = f"{change.by:+g}" if now and before else ""
            names = (visible_line(word, 60) for word in change.stored.key)
            yield (*names, _points(before), _points(now), by, why(change, language))


def why(change: Change, language: Language) -> str:
    """The checks whose verdicts are others, and the misconceptions."""
    if change.why:
        return change.why
    parts = [f"{name} {SHAPES[then]}→{SHAPES[now]}" for name, then, now in change.checks]
    then, now = change.thoughts
    if then is not None and then != now:
        parts.append(f"{_codes(then)} → {_codes(now)}")
    elif then is None and now:
        parts.append(_codes(now))
    return (", " if language == "en" else "，").join(parts)


def lines(changes: tuple[Change, ...], language: Language) -> str:
    """For a terminal: a block for each exercise, a line for each submission, and below it why."""
    told, exercise = list[str](), ""
    for name, student, number, before, now, by, because in rows(changes, language):
        if name != exercise:
            told.append(name)
            exercise = name
        attempt = ATTEMPT(language).format(number=number)
        shape = "✗" if by.startswith("-") or not by else "✓"
        told.append(f"  {shape} {student}  {attempt}  {before} → {now}  {by}".rstrip())
        told += [f"      {because}"] if because else []
    return "\n".join([*told, summary(changes, language)]) + "\n"


def markdown(changes: tuple[Change, ...], language: Language) -> str:
    """For a step's summary or a comment on a pull request."""
    lines = ["| " + " | ".join(heading(language) for heading in HEADINGS) + " |", "|---|---|--:|--:|--:|--:|---|"]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows(changes, language)]
    body = "\n".join(lines) if len(lines) > 2 else NOTHING(language)
    return f"**{summary(changes, language)}**\n\n{body}\n"


def as_json(changes: tuple[Change, ...]) -> str:
    """Everything, also what stays as it was. ASCII only: it can steer no terminal."""
    listed = [_object(change) for change in changes]
    return json.dumps({"counts": counts(changes), "changes": listed}, allow_nan=False, indent=1) + "\n"


def scores(changes: tuple[Change, ...]) -> str:
    """The scores of now, as stored.py reads them next time."""
    kept = [{**_names(change), **_score(change.now)} for change in changes if change.now]
    return json.dumps({"scores": kept}, allow_nan=False, indent=1) + "\n"


def _object(change: Change) -> dict[str, Any]:
    before = change.stored.score
    return {
        **_names(change),
        "direction": change.direction,
        "by": change.by,
        "before": _score(before) if before else None,
        "now": _score(change.now) if change.now else None,
        "checks": [{"check": name, "before": then, "now": now} for name, then, now in change.checks],
        "why": change.why,
    }


def _names(change: Change) -> dict[str, str]:
    return {"exercise": change.stored.exercise, "student": change.stored.student, "number": change.stored.number}


def _score(score: Score) -> dict[str, Any]:
    return {
        "points": score.points,
        "out_of": score.out_of,
        "edition": score.edition,
        "seed": score.seed,
        "verdicts": dict(score.verdicts) if score.verdicts is not None else None,
        "thoughts": list(score.thoughts) if score.thoughts is not None else None,
    }


def _points(score: Score | None) -> str:
    return words.amount(score.points) if score else "–"


def _codes(codes: tuple[str, ...]) -> str:
    return " ".join(codes) or "–"


def _cell(text: str) -> str:
    """Nothing that a student's name or file could put into a page."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("`", "'")
    return escaped.replace("[", "\\[").replace("*", "\\*").replace("_", "\\_").replace("@", "@\u200b")
