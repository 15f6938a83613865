"""Gradescope's results.json. Students read it, so hidden checks have a title, a verdict and their points, no more."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from cli.formats.results import Results, Told, was_hidden
from grader import words
from grader.messages import Finding, Report
from grader.visibility import as_seen


def write(results: Results) -> str:
    """Everything is marked as text: Gradescope would take the output for HTML else."""
    seen = replace(results, told=tuple(replace(one, report=as_seen(one.report, opened=False)) for one in results.told))
    tests = [_test(seen, told, finding) for told, finding in seen.each() if not was_hidden(finding)]
    found: dict[str, Any] = {
        "score": sum(test["score"] for test in tests),
        "execution_time": round(sum(report.seconds.wall for report in results.reports), 3),
        "output": "\n".join(line for told in seen.told for line in _said(seen, told)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {report.exercise: _replayed_by(report) for report in seen.reports},
        "tests": tests,
    }
    return json.dumps(found, allow_nan=False, indent=1) + "\n"


def _replayed_by(report: Report) -> dict[str, str]:
    """The seed only where it would give no hidden inputs away."""
    return {"edition": report.edition} | ({"seed": report.seed} if report.seed else {})


def _test(results: Results, told: Told, finding: Finding) -> dict[str, Any]:
    return {
        "name": results.name(told, finding),
        "score": finding.points,
        "max_score": finding.out_of,
        "status": "passed" if finding.passed else "failed",
        "output": "" if finding.passed else results.why(told, finding),
        "visibility": "visible",
    }


def _said(results: Results, told: Told) -> list[str]:
    report = told.report
    said = [results.say(report.trouble.text)] if report.trouble else []
    for thought in report.thoughts:
        about = words.about((thought,))(results.language)
        said += [f"{about} ({thought.code}): {results.say(thought.hint)}"]
    return said
