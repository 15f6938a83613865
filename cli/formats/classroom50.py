"""`classroom50/result/v1`: the result.json that the runner of Classroom 50 wants from an autograder."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

from cli.formats.results import Impossible, Results, Told, was_hidden
from grader.messages import Finding, Text

SCHEMA = "classroom50/result/v1"
FROM_RUNNER = {  # our key → the variable in which the runner says it
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}


def write(results: Results) -> str:
    """Raises Impossible outside that runner, which says whose result it is.

    Scores there are whole numbers: where points are not, all are multiplied by the least number that makes them whole.
    """
    told = [(one, finding) for one, finding in results.each() if not was_hidden(finding)]
    scale = math.lcm(*(Fraction(str(finding.out_of)).denominator for _, finding in told))
    tests = [_test(results, one, finding, scale) for one, finding in told]
    found: dict[str, Any] = {
        "schema": SCHEMA,
        **_identity(results),
        "datetime": results.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return json.dumps(found, allow_nan=False, indent=1) + "\n"


def _identity(results: Results) -> dict[str, str]:
    given = results.surroundings
    missing = [variable for variable in FROM_RUNNER.values() if not given.get(variable)]
    if missing:
        listed = ", ".join(missing)
        raise Impossible(
            Text(
                f"classroom50 is for Classroom 50's runner, which sets {listed}; here it is not set.",
                f"classroom50 格式只能在 Classroom 50 的运行环境中使用：那里会设置 {listed}，而这里没有。",
            )
        )
    known = {key: given[variable] for key, variable in FROM_RUNNER.items()}
    return known | {"review": given.get("REVIEW_URL") or known["commit"]}


def _test(results: Results, told: Told, finding: Finding, scale: int) -> dict[str, Any]:
    """`output` is one of the fields that are kept as they are."""
    return {
        "test-name": results.name(told, finding),
        "passed": bool(finding.passed),
        "score": round(finding.points * scale),
        "max-score": round(finding.out_of * scale),
        "output": "" if finding.passed or not finding.public else results.why(told, finding),
    }
