"""A report as one JSON object, and back to what a replay needs. The shape is published in report.schema.json."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.options import SEED
from grader.calls import File, Printed
from grader.errors import ExplainedHere
from grader.files import LARGEST, MOST, Source
from grader.messages import Finding, Language, Remark, Report

LARGEST_RECORD = 20 * LARGEST  # bytes: a character can take twelve, and there is more than the files
SCHEMA = Path(__file__).with_name("report.schema.json")
Record = dict[str, Any]


def record(report: Report, language: Language) -> Record:
    """The published object. Why nothing could be run, and broken laws, stand first among the remarks."""
    return {
        "exercise": report.exercise,
        "edition": report.edition,
        "seed": report.seed,
        "points": report.points,
        "out_of": report.out_of,
        "findings": [_finding(finding, language) for finding in report.findings],
        "misconceptions": [thought.code for thought in report.thoughts],
        "remarks": [_remark(remark, language) for remark in _remarks(report)],
        "stdout": _printed(report.stdout),
        "stderr": _printed(report.stderr),
        "seconds": {
            "wall": round(report.seconds.wall, 6),
            "cpu": round(report.seconds.cpu, 6),
            "box": round(report.seconds.box, 6),
        },
        "files": [_file(file) for file in report.files],
    }


def _finding(finding: Finding, language: Language) -> Record:
    return {
        "check": finding.check,
        "function": finding.function,
        "title": finding.title(language),
        "passed": finding.passed,
        "points": finding.points,
        "out_of": finding.out_of,
        "detail": finding.detail(language) if finding.detail else None,
    }


def _remarks(report: Report) -> list[Remark]:
    first = [report.trouble] if report.trouble else []
    return [*first, *(Remark("law", law) for law in report.broken_laws), *report.remarks]


def _remark(remark: Remark, language: Language) -> Record:
    return {"code": remark.code, "text": remark.text(language), "line": remark.line}


def _printed(printed: Printed) -> str:
    return printed.text + (f"\n… (+{printed.dropped} bytes)" if printed.dropped else "")


def _file(file: File) -> Record:
    cells = {"cells": list(file.cells)} if file.cells else {}
    return {"name": file.name, "text": file.text, **cells}


# And back ---------------------------------------------------------------------------------------


class NotARecord(ExplainedHere):
    """A file that `grader check --json` did not write; `text` says why."""


@dataclass(frozen=True)
class Recorded:
    """What a replay needs of a record: what was graded, and each check's verdict and points."""

    exercise: str
    edition: str
    seed: str
    source: Source
    verdicts: dict[str, tuple[bool | None, float]]


def read_record(path: Path) -> Recorded:
    """The record in a file. Raises NotARecord."""
    try:
        if path.stat().st_size > LARGEST_RECORD:
            raise NotARecord(f"{path} is too large to be a report.", f"{path} 太大，不可能是报告。")
        found = json.loads(path.read_text(encoding="utf-8"))
        return Recorded(
            exercise=_text(found["exercise"]),
            edition=_text(found["edition"]),
            seed=_seed(_text(found["seed"])),
            source=Source(_within_limits(tuple(_file_again(file) for file in found["files"]))),
            verdicts={_text(f["check"]): (f["passed"], float(f["points"])) for f in found["findings"]},
        )
    except OSError as error:
        raise NotARecord(f"{path} cannot be read: {error.strerror}.", f"无法读取 {path}：{error.strerror}。") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotARecord(
            f"{path} is not a report that `grader check --json` wrote.",
            f"{path} 不是 `grader check --json` 写出的报告。",
        ) from error


def verdicts(report: Report) -> dict[str, tuple[bool | None, float]]:
    """Each check's verdict and points."""
    return {finding.check: (finding.passed, finding.points) for finding in report.findings}


def _seed(text: str) -> str:
    if not re.fullmatch(SEED, text):
        raise NotARecord("The seed of the record is none.", "记录中的种子无效。")
    return text


def _within_limits(files: tuple[File, ...]) -> tuple[File, ...]:
    """The limits of what is handed in; in characters, for a record does not say how many bytes there were."""
    if not files:
        raise NotARecord("The record holds no file.", "记录中没有文件。")
    if len(files) > MOST:
        raise NotARecord(f"The record holds more than {MOST} files.", f"记录中的文件超过 {MOST} 个。")
    if sum(len(file.text) for file in files) > LARGEST:
        millions = LARGEST // 1_000_000
        raise NotARecord(
            f"The files of the record have more than {millions} million characters.",
            f"记录中的文件超过 {millions * 100} 万个字符。",
        )
    return files


def _file_again(found: Record) -> File:
    cells = tuple(int(line) for line in found.get("cells", []))
    return File(_text(found["name"]), _text(found["text"]), cells)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
