"""Submissions in a folder, submissions/EXERCISE/STUDENT/NUMBER/…, and the scores that they had.

Scores are read from `scores.json`, as `grader regrade --format scores` writes it, else from `grades.jsonl`, as the
archive of a course has it; without either, everything is new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import ExplainedHere
from web.exporting.names import Namer, safe

Row = dict[str, Any]
Key = tuple[str, str, str]  # exercise, student, number
SCORES = "scores.json"
HIDDEN = (".", "__")


class NoArchive(ExplainedHere):
    """This folder cannot be read as stored submissions; `text` says why."""


@dataclass(frozen=True)
class Score:
    """What a submission had. verdicts and thoughts: None where only points were kept."""

    points: float
    out_of: float | None = None
    edition: str = ""
    seed: str = ""
    verdicts: Mapping[str, bool | None] | None = None
    thoughts: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Stored:
    """One submission. number: as its folder is called."""

    exercise: str
    student: str
    number: str
    folder: Path
    score: Score | None = field(default=None, hash=False)

    @property
    def key(self) -> Key:
        return self.exercise, self.student, self.number


def read(folder: Path) -> tuple[Stored, ...]:
    """All of a folder, in order. Raises NoArchive."""
    top = folder / "submissions" if (folder / "submissions").is_dir() else folder
    scores = _scores(folder)
    found = [
        Stored(exercise.name, student.name, number.name, number, scores.get((exercise.name, student.name, number.name)))
        for exercise in _folders(top)
        for student in _folders(exercise)
        for number in _folders(student)
    ]
    if not found:
        raise NoArchive(
            f"{folder} holds no submissions: they lie in EXERCISE/STUDENT/NUMBER/, or below submissions/ likewise.",
            f"{folder} 里没有提交：应为 题目/学生/次数/ 的目录结构，也可以放在 submissions/ 之下。",
        )
    return tuple(found)


def _folders(folder: Path) -> list[Path]:
    """Its folders: numbers as numbers, no links."""
    found = [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
    return sorted((one for one in found if not one.name.startswith(HIDDEN)), key=_in_order)


def _in_order(path: Path) -> tuple[int, str]:
    return (int(path.name), "") if path.name.isdecimal() else (0, path.name)


def _scores(folder: Path) -> dict[Key, Score]:
    if (folder / SCORES).is_file():
        rows = _json(folder / SCORES, folder / SCORES).get("scores", [])
        return {_key(row, folder / SCORES): _score(row, folder / SCORES) for row in rows}
    if (folder / "grades.jsonl").is_file():
        return dict(_of_archive(folder))
    return {}


def _of_archive(folder: Path) -> Iterator[tuple[Key, Score]]:
    """The grade that is shown, else the last. Folders call people as file systems like it, records by e-mail."""
    path, folders = folder / "grades.jsonl", _folders_of_people(folder)
    shown = set[Key]()
    for row in _lines(path):
        exercise, _, rest = str(row.get("submission", "")).partition("/")
        student, _, number = rest.rpartition("/")
        if not student:
            raise _broken(path, "a row names no submission", "有一行没有指明提交")
        key, score = (exercise, folders.get(student) or safe(student), number), _score(row, path)
        if row.get("shown"):
            shown.add(key)
        if row.get("shown") or key not in shown:
            yield key, score


def _folders_of_people(folder: Path) -> dict[str, str]:
    """E-mail → folder, given out in the order in which the archive lists people: two may differ in signs only."""
    path, namer = folder / "people.json", Namer()
    listed = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return {str(one["email"]): namer(str(one["email"])) for one in listed}


def _key(row: Row, path: Path) -> Key:
    try:
        return str(row["exercise"]), str(row["student"]), str(row["number"])
    except KeyError as error:
        raise _broken(path, f"a row has no {error}", f"有一行缺少 {error}") from error


def _score(row: Row, path: Path) -> Score:
    points, out_of = row.get("points"), row.get("out_of")
    if not isinstance(points, int | float):
        raise _broken(path, "a row has no points", "有一行没有分数")
    verdicts, thoughts = row.get("verdicts"), row.get("thoughts", row.get("codes"))
    return Score(
        float(points),
        float(out_of) if isinstance(out_of, int | float) else None,
        str(row.get("edition") or ""),
        str(row.get("seed") or ""),
        dict(verdicts.items() if isinstance(verdicts, dict) else verdicts) if verdicts else None,
        tuple(map(str, thoughts)) if isinstance(thoughts, list) else None,
    )


def _lines(path: Path) -> Iterator[Row]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as stream:
        yield from (_json(line, path) for line in stream if line.strip())


def _json(text: str | Path, path: Path) -> Row:
    try:
        found = json.loads(text.read_text(encoding="utf-8") if isinstance(text, Path) else text)
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(path, f"it is no JSON ({error})", f"不是 JSON（{error}）") from error
    if not isinstance(found, dict):
        raise _broken(path, "a row is no object", "有一行不是对象")
    return found


def _broken(path: Path, en: str, zh: str) -> NoArchive:
    return NoArchive(f"{path}: {en}.", f"{path}：{zh}。")
