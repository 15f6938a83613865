"""What GitHub Classroom's autograding reporter reads from a runner's output: JSON in base64."""

from __future__ import annotations

import base64
import json
from typing import Any

from cli.formats.results import Results, Told, was_hidden
from grader.messages import Finding


def write(results: Results) -> str:
    """One line, for `result=…` in GITHUB_OUTPUT. GitHub ended Classroom in 2026; the reporter is still in use."""
    tests = [_test(results, told, finding) for told, finding in results.each() if not was_hidden(finding)]
    stati = {test["status"] for test in tests}
    found = {
        "version": 1,
        "status": next((status for status in ("error", "fail") if status in stati), "pass"),
        "max_score": sum(finding.out_of for _, finding in results.each() if not was_hidden(finding)),
        "tests": tests,
    }
    return base64.b64encode(json.dumps(found, allow_nan=False).encode()).decode() + "\n"


def _test(results: Results, told: Told, finding: Finding) -> dict[str, Any]:
    status = "pass" if finding.passed else "error" if told.report.trouble else "fail"
    hint = "" if finding.passed else results.why(told, finding)
    return {
        "name": results.name(told, finding),
        "status": status,
        "score": finding.points,
        "message": (hint if finding.public else "") or None,
    }
